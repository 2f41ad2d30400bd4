"""The seals of a set as they leave with it: sealed bytes, every judgement with its report and trust list, certificates.

Base and sealed bytes leave together; the sealed ones begin with all bytes of the base, so that a stranger can hold one
against the other. What is told is bounded by the knowledge asked for: the same question gives the same package.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.drawings.queries.seal_marks import SealsOfRevision, seals_in_parts
from app.files.models import Rendition
from app.seals.listing import SealRow, seal_rows
from app.seals.models import SealJudgement
from app.seals.queries.keeping import certificates_of
from app.seals.queries.reports import names_of_bytes
from app.seals.queries.standing import judgements_of

FOLDER = "签章 seals"
REPORTS, TRUST, CERTIFICATES = (f"{FOLDER}/{name}" for name in ("reports", "trust", "certificates"))


@dataclass(frozen=True)
class SetSeals:
    """What there is to tell of the seals of a set, settled while the session was open."""

    by_revision: Mapping[str, SealsOfRevision] = field(default_factory=dict)
    judgements: Mapping[str, Sequence[SealJudgement]] = field(default_factory=dict)
    """By the digest of the bytes, oldest first."""
    certificates: Mapping[str, bytes] = field(default_factory=dict)
    """DER, by SHA-256: those of the seals put on here."""

    def sealed(self, revision_id: str) -> Rendition | None:
        """The bytes with every seal put on here."""
        chain = self.by_revision[revision_id].chain if revision_id in self.by_revision else None
        return chain.latest if chain and chain.sealed else None

    def told(self, revision_id: str, path: str | None) -> dict[str, Any] | None:
        """A revision's seals for a manifest; None where the record knows of none.

        That a file carries no signature was found when it was read and is no record: a rebuilt register does not know
        it, and the same question must give the same package.

        Args:
            revision_id: whose.
            path: where the sealed bytes are in the package; None where there are none beside the base.
        """
        seals = self.by_revision.get(revision_id)
        if seals is None:
            return None
        sealed, judgements = self.sealed(revision_id), list(self._judgements(seals))
        if sealed is None and not judgements:
            return None
        said = seals.said
        return {
            "mark": str(said.mark),
            "said": {"zh": said.line.zh, "en": said.line.en},
            "count": said.count,
            "judged_at": said.judged_at.isoformat() if said.judged_at else None,
            "path": path,
            "sha256": sealed.sha256 if sealed else None,
            "sm3": sealed.sm3 if sealed else None,
            "size": sealed.size if sealed else None,
            "seals": [_seal(row) for row in seal_rows(seals.standing)],
            "judgements": [_judgement(one) for one in judgements],
        }

    def kept(self) -> list[tuple[str, str, datetime]]:
        """(path, digest, time) of stored reports and trust lists, each once."""
        found: dict[str, tuple[str, datetime]] = {}
        for some in self.judgements.values():
            for one in some:
                found.setdefault(_report_path(one), (one.report_sha256, one.judged_at))
                if trust := one.summary.get("trust_sha256"):
                    found.setdefault(f"{TRUST}/{trust}.json", (trust, one.judged_at))
        return [(path, digest, at) for path, (digest, at) in sorted(found.items())]

    def made(self) -> list[tuple[str, bytes]]:
        """(path, bytes) of the certificates of seals put on here."""
        return [(f"{CERTIFICATES}/{digest}.cer", der) for digest, der in sorted(self.certificates.items())]

    def _judgements(self, seals: SealsOfRevision) -> Iterable[SealJudgement]:
        if seals.chain is None:
            return []
        return [one for digest in names_of_bytes(seals.chain) for one in self.judgements.get(digest, ())]


def seals_of_set(session: Session, revision_ids: Sequence[str], known_at: datetime) -> SetSeals:
    """The seals of the revisions of a set, as known at an instant; six statements for each five hundred."""
    by_revision = seals_in_parts(session, revision_ids, known_at)
    digests = [
        digest for seals in by_revision.values() if seals.chain for digest in names_of_bytes(seals.chain)
    ]
    judgements: dict[str, list[SealJudgement]] = {}
    for start in range(0, len(digests), 500):
        for one in reversed(judgements_of(session, digests[start : start + 500], known_at)):
            judgements.setdefault(one.sha256, []).append(one)
    put_on = {
        seal.seal_id for seals in by_revision.values() if seals.standing for seal in seals.standing.seals
    }
    ders = certificates_of(session, sorted(put_on))
    return SetSeals(by_revision, judgements, {key: base64.b64decode(text) for key, text in ders.items()})


def _report_path(one: SealJudgement) -> str:
    return f"{REPORTS}/{one.report_sha256}.json"


def _judgement(one: SealJudgement) -> dict[str, Any]:
    trust = one.summary.get("trust_sha256")
    return {
        "id": one.id,
        "of_sha256": one.sha256,
        "verdict": one.verdict,
        "cause": one.cause,
        "judged_at": one.judged_at.isoformat(),
        "engine": one.engine,
        "trust": {"name": one.trust_name, "version": one.trust_version},
        "report": _report_path(one),
        "trust_list": f"{TRUST}/{trust}.json" if trust else None,
    }


def _seal(row: SealRow) -> dict[str, Any]:
    return {
        "field": row.field,
        "kind": row.kind or None,
        "name": row.name or None,
        "organisation": row.organisation or None,
        "who": dict(row.who) if row.who else None,
        "is_timestamp": row.is_timestamp,
        "time": row.time.isoformat() if row.time else None,
        "clock": row.clock,
        "level": row.level or None,
        "verdict": row.verdict or None,
        "after": row.after or None,
        "checks": [
            {"check": c.check, "result": c.result, "source": {"zh": c.source.zh, "en": c.source.en}}
            for c in row.checks
        ],
        "batch": row.batch_id or None,
    }
