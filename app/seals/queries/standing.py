"""What seals stand on documents, and how their bytes were last judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.files.models import Rendition, RenditionRole
from app.seals.chain import Chain, chain_of
from app.seals.models import Seal, SealBatch, SealJudgement, SealUse
from app.seals.rules import SealKind, UseState, Verdict


@dataclass(frozen=True)
class SealOn:
    """A seal that was put on a document here."""

    kind: SealKind
    name: str
    """Of the seal as an object."""
    seal_id: str
    organisation: str
    """Name of whose seal it is."""
    batch_id: str
    use: SealUse


@dataclass(frozen=True)
class Standing:
    """The seals of one document."""

    chain: Chain
    seals: tuple[SealOn, ...] = ()
    """Those put on here, in their order. A file that arrived sealed has others; the judgement names them."""
    judgement: SealJudgement | None = None
    """The newest, of the bytes with all seals."""

    @property
    def kinds(self) -> frozenset[SealKind]:
        """Kinds of seals on it."""
        return frozenset(seal.kind for seal in self.seals)

    @property
    def verdict(self) -> Verdict | None:
        """How the bytes were last judged; None: not yet."""
        return Verdict(self.judgement.verdict) if self.judgement else None

    @property
    def came_sealed(self) -> bool:
        """True when the file that was uploaded carries signatures itself."""
        return (
            not self.chain.sealed and self.judgement is not None and self.judgement.verdict != Verdict.NO_SEAL
        )


def standing_of(
    session: Session, owner_kind: str, owner_ids: Sequence[str], known_at: datetime | None = None
) -> Mapping[str, Standing]:
    """Seals of many documents, in three statements; documents without a published file are not in it.

    Args:
        session: a reading session.
        owner_kind: what the documents are.
        owner_ids: at most some hundreds at a time.
        known_at: leave out what was recorded later than this.
    """
    known = Rendition.recorded_at <= known_at if known_at else sa.true()
    rows = sa.select(Rendition).where(
        known,
        Rendition.owner_kind == owner_kind,
        Rendition.owner_id.in_(list(owner_ids)),
        Rendition.role.in_((RenditionRole.PUBLISHED, RenditionRole.SEALED)),
    )
    found: dict[str, list[Rendition]] = {}
    for rendition in session.scalars(rows.order_by(Rendition.recorded_at, Rendition.id)):
        found.setdefault(rendition.owner_id, []).append(rendition)
    chains = {owner: chain for owner, some in found.items() if (chain := chain_of(some)) is not None}
    seals = _seals(session, owner_kind, list(chains))
    judged = newest_judgements(session, [chain.latest.sha256 for chain in chains.values()], known_at)
    return {
        owner: Standing(
            chain,
            tuple(seals[r.id] for r in chain.sealed if r.id in seals),
            judged.get(chain.latest.sha256),
        )
        for owner, chain in chains.items()
    }


def newest_judgements(
    session: Session, digests: Sequence[str], known_at: datetime | None = None
) -> dict[str, SealJudgement]:
    """The newest judgement of each file, of those noted by an instant."""
    rows = _judgements(digests, known_at)
    ordered = session.scalars(rows.order_by(SealJudgement.judged_at, SealJudgement.id))
    return {row.sha256: row for row in ordered}


def judgements_of(
    session: Session, digests: Sequence[str], known_at: datetime | None = None
) -> list[SealJudgement]:
    """Every judgement of some files, of those noted by an instant, newest first."""
    rows = _judgements(digests, known_at)
    return list(session.scalars(rows.order_by(SealJudgement.judged_at.desc(), SealJudgement.id.desc())))


def _judgements(digests: Sequence[str], known_at: datetime | None) -> sa.Select[SealJudgement]:
    known = SealJudgement.recorded_at <= known_at if known_at else sa.true()
    return sa.select(SealJudgement).where(SealJudgement.sha256.in_(list(set(digests))), known)


def _seals(session: Session, owner_kind: str, owner_ids: Sequence[str]) -> dict[str, SealOn]:
    query = (
        sa.select(SealUse, SealBatch.kind, SealBatch.id, Seal.name, Seal.id, Organisation.name)
        .join(SealBatch, SealBatch.id == SealUse.batch_id)
        .join(Seal, Seal.id == SealBatch.seal_id)
        .join(Organisation, Organisation.id == Seal.organisation_id)
        .where(
            SealUse.owner_kind == owner_kind,
            SealUse.owner_id.in_(list(owner_ids)),
            SealUse.state == UseState.SEALED,
        )
    )
    return {
        use.rendition_id: SealOn(SealKind(kind), name, seal, firm, batch, use)
        for use, kind, batch, name, seal, firm in session.execute(query)
        if use.rendition_id
    }
