"""Deciding to seal a set: one decision, one second factor, hundreds of documents. The work itself is a job's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.accounts.models import Person
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import note
from app.kernel.policy import SeatFact
from app.kernel.text import tidy
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.seals.models import Seal, SealBatch, SealUse
from app.seals.queries.keeping import is_keeper
from app.seals.queries.standing import standing_of
from app.seals.refusals import (
    ALREADY_ON,
    ALREADY_WAITING,
    BASE_FROZEN,
    BATCH_STATE,
    CERTIFICATE_PERIOD,
    EARLIER_SEAL_BAD,
    NO_PDF,
    NOT_KEEPER,
    SAME_KEEPER,
    SEAL_NOT_ACTIVE,
    SEAL_SCOPE,
    SEALED_ELSEWHERE,
)
from app.seals.rules import (
    BATCH_STATE_LABELS,
    MOST_DOCUMENTS,
    SEAL_LABELS,
    SEAL_STATE_LABELS,
    VERDICT_LABELS,
    BatchState,
    CheckResult,
    Level,
    Provider,
    SealKind,
    SealState,
    UseState,
    Verdict,
)

SEAL_BATCH = "seal_batch"
"""Kind of the job that seals."""
Prove = Callable[[Tx, str], None]
"""Takes the fresh second factor of whoever acts, for a purpose; raises Refused where it is not his."""


@dataclass(frozen=True)
class Document:
    """What is to be sealed, as the subject above knows it. The right to see and seal it was asked there."""

    owner_kind: str
    owner_id: str
    document: str
    """What it is in words: discipline, kind of paper."""
    number: str
    title: str
    revision: str = ""
    sheet_id: str | None = None
    discipline: str | None = None
    is_frozen: bool = False
    """Its base is the record already: it can get more seals, and cannot be made ready for the first."""


@dataclass(frozen=True)
class OpenBatch:
    """One decision."""

    project_id: str
    seal_id: str
    documents: Sequence[Document]
    level: Level
    words: str = ""


@dataclass(frozen=True)
class Opened:
    """What came of it; documents that were refused are told, and take no part."""

    batch_id: str | None
    report: RowReport


def open_batch(tx: Tx, command: OpenBatch, seat: SeatFact, prove: Prove) -> Opened:
    """Decide to seal. Each document is checked by itself; the batch holds those that may be sealed.

    Raises:
        Refused: the seal may not be used by this person, now, or here; too many documents; no second factor.
    """
    if not command.documents or len(command.documents) > MOST_DOCUMENTS:
        raise invalid("图纸 / documents", f"1 至 {MOST_DOCUMENTS} 件", f"1 to {MOST_DOCUMENTS}")
    seal = usable_seal(tx, command.seal_id, seat.person_id, command.project_id)
    if tx.session.get_one(Party, seat.party_id).organisation_id != seal.organisation_id:
        raise Refused(SEAL_SCOPE, seal=seal.name, what="其他单位的席位 / another organisation's seat")
    prove(tx, f"seal:{seal.id}")
    report = _looked_at(tx, seal, command.documents)
    chosen = [d for d in command.documents if d.owner_id in set(report.done)]
    if not chosen:
        return Opened(None, report)
    batch = SealBatch(
        id=new_id(),
        project_id=command.project_id,
        seal_id=seal.id,
        kind=seal.kind,
        level=command.level,
        state=BatchState.ASKED if seal.needs_two else BatchState.RUNNING,
        words=tidy(command.words)[:400],
        asked_by=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        count=len(chosen),
        root="",
        manifest_sha256="",
        rows_sha256="",
        broken={},
        created_at=tx.now,
        state_at=tx.now,
    )
    tx.session.add(batch)
    tx.session.flush()
    holder = tx.session.get(Person, seal.holder_id) if seal.holder_id else None
    uses = [_use(batch, place, document, seal, holder) for place, document in enumerate(chosen)]
    tx.session.add_all(uses)
    _note(tx, "seal-batch.asked", batch, *uses, seat=seat)
    if batch.state == BatchState.RUNNING:
        _start(tx, batch)
    return Opened(batch.id, report)


def confirm_batch(tx: Tx, batch_id: str, prove: Prove) -> None:
    """The second keeper's word (复核用印): the work begins.

    Raises:
        Refused: not a keeper; the one who asked; it does not wait for a word; no second factor.
    """
    batch, seal = _locked(tx, batch_id)
    person = _keeper(tx, seal, batch)
    if batch.state != BatchState.ASKED:
        raise Refused(BATCH_STATE, state=BATCH_STATE_LABELS[batch.state])
    if person == batch.asked_by:
        raise Refused(SAME_KEEPER)
    usable_seal(tx, seal.id, person, batch.project_id)
    prove(tx, f"seal:{seal.id}")
    batch.second_by, batch.second_at = person, tx.now
    batch.state, batch.state_at = BatchState.RUNNING, tx.now
    _note(tx, "seal-batch.confirmed", batch)
    _start(tx, batch)


def refuse_batch(tx: Tx, batch_id: str) -> None:
    """A keeper says no, or whoever asked takes it back; nothing was sealed.

    Raises:
        Refused: not a keeper; it does not wait for a word.
    """
    batch, seal = _locked(tx, batch_id)
    _keeper(tx, seal, batch)
    if batch.state != BatchState.ASKED:
        raise Refused(BATCH_STATE, state=BATCH_STATE_LABELS[batch.state])
    batch.state, batch.state_at = BatchState.REFUSED, tx.now
    uses = tx.session.scalars(sa.select(SealUse).where(SealUse.batch_id == batch.id)).all()
    for use in uses:
        use.state = UseState.REFUSED
    _note(tx, "seal-batch.refused", batch, *uses)


def resume_batch(tx: Tx, batch_id: str) -> None:
    """Take up what broke off: what is sealed stays, the rest is sealed.

    Raises:
        Refused: not a keeper; it did not break off; the seal may not be used any more.
    """
    batch, seal = _locked(tx, batch_id)
    person = _keeper(tx, seal, batch)
    if batch.state != BatchState.BROKEN:
        raise Refused(BATCH_STATE, state=BATCH_STATE_LABELS[batch.state])
    usable_seal(tx, seal.id, person, batch.project_id)
    batch.state, batch.state_at = BatchState.RUNNING, tx.now
    _note(tx, "seal-batch.resumed", batch)
    _start(tx, batch)


def usable_seal(tx: Tx, seal_id: str, person_id: str, project_id: str) -> Seal:
    """The seal, if this person may use it now in this project.

    Raises:
        Refused: ``not-found``, ``seal-not-keeper``, ``seal-not-active``, ``seal-certificate-period``, ``seal-scope``,
            ``seal-sealed-elsewhere``.
    """
    seal = tx.session.get(Seal, seal_id)
    if seal is None:
        raise Refused(NOT_FOUND)
    if not is_keeper(tx.session, seal_id, person_id, tx.now):
        raise Refused(NOT_KEEPER, seal=seal.name)
    if seal.state != SealState.ACTIVE:
        raise Refused(SEAL_NOT_ACTIVE, seal=seal.name, state=SEAL_STATE_LABELS[seal.state])
    if seal.provider == Provider.RECORDED:
        raise Refused(SEALED_ELSEWHERE)
    if not seal.valid_from <= tx.now <= seal.valid_to:
        raise Refused(
            CERTIFICATE_PERIOD,
            seal=seal.name,
            since=f"{seal.valid_from:%Y-%m-%d}",
            until=f"{seal.valid_to:%Y-%m-%d}",
        )
    if seal.projects is not None and project_id not in seal.projects:
        raise Refused(SEAL_SCOPE, seal=seal.name, what="本项目 / this project")
    return seal


def _looked_at(tx: Tx, seal: Seal, documents: Sequence[Document]) -> RowReport:
    """Which documents may be sealed, and why the others may not."""
    report = RowReport()
    kinds: dict[str, list[str]] = {}
    for document in documents:
        kinds.setdefault(document.owner_kind, []).append(document.owner_id)
    standing = {
        (kind, owner): found
        for kind, owners in kinds.items()
        for owner, found in standing_of(tx.session, kind, owners).items()
    }
    waiting = sa.select(SealUse.owner_kind, SealUse.owner_id).where(
        SealUse.state == UseState.WAITING, SealUse.owner_id.in_([d.owner_id for d in documents])
    )
    busy = {(kind, owner) for kind, owner in tx.session.execute(waiting)}
    for document in documents:
        key = (document.owner_kind, document.owner_id)
        try:
            _may_be_sealed(seal, document, standing.get(key), is_busy=key in busy)
            report.done.append(document.owner_id)
        except Refused as refusal:
            report.refused[document.owner_id] = refusal
    return report


def _may_be_sealed(seal: Seal, document: Document, standing: Any, *, is_busy: bool) -> None:
    if seal.disciplines is not None and document.discipline not in seal.disciplines:
        word = DISCIPLINE_LABELS[Discipline(document.discipline)] if document.discipline else "—"
        raise Refused(SEAL_SCOPE, seal=seal.name, what=word)
    if is_busy:
        raise Refused(ALREADY_WAITING)
    if standing is None or not standing.chain.is_pdf:
        raise Refused(NO_PDF)
    if document.is_frozen and not standing.chain.is_ready:
        raise Refused(BASE_FROZEN)
    if any(on.seal_id == seal.id for on in standing.seals):
        raise Refused(ALREADY_ON, kind=SEAL_LABELS[SealKind(seal.kind)])
    if standing.seals and standing.verdict not in (None, Verdict.VALID):
        first = standing.judgement.summary["sentence"]
        raise Refused(
            EARLIER_SEAL_BAD, verdict=VERDICT_LABELS[standing.verdict], reason=f"{first[0]} / {first[1]}"
        )


def _use(batch: SealBatch, place: int, document: Document, seal: Seal, holder: Person | None) -> SealUse:
    return SealUse(
        id=new_id(),
        batch_id=batch.id,
        place=place,
        owner_kind=document.owner_kind,
        owner_id=document.owner_id,
        sheet_id=document.sheet_id,
        label=f"{document.number} {document.title} {document.revision}".strip()[:400],
        about={
            "document": document.document,
            "number": document.number,
            "title": document.title,
            "revision": document.revision,
        },
        state=UseState.WAITING,
        refusal={},
        checks=_checks(seal, holder, document),
        before_sha256="",
        sha256="",
        field="",
    )


def _checks(seal: Seal, holder: Person | None, document: Document) -> list[dict[str, str]]:
    """Business validity at the time of the decision, each with its source (DOMAIN 4.3 [P])."""
    found = [
        {"check": "seal_active", "result": CheckResult.OK, "source": "oneset-seals"},
        {"check": "certificate_period", "result": CheckResult.OK, "source": "certificate"},
    ]
    scoped = seal.disciplines is not None and document.discipline is not None
    found.append(
        {
            "check": "discipline_fits",
            "result": CheckResult.OK if scoped else CheckResult.NOT_CHECKED,
            "source": "oneset-seals" if scoped else "",
        }
    )
    if holder is not None:
        is_theirs = holder.organisation_id == seal.organisation_id
        found.append(
            {
                "check": "person_of_firm",
                "result": CheckResult.OK if is_theirs else CheckResult.NOT_OK,
                "source": "oneset-accounts",
            }
        )
        found.append({"check": "registration", "result": CheckResult.NOT_CHECKED, "source": ""})
    found.append({"check": "qualification", "result": CheckResult.NOT_CHECKED, "source": ""})
    return [{key: str(value) for key, value in one.items()} for one in found]


def _start(tx: Tx, batch: SealBatch) -> None:
    tx.enqueue(SEAL_BATCH, {"batch_id": batch.id}, project_id=batch.project_id, dedupe_key=f"seal:{batch.id}")


def _locked(tx: Tx, batch_id: str) -> tuple[SealBatch, Seal]:
    query = sa.select(SealBatch).where(SealBatch.id == batch_id).with_for_update()
    batch = tx.session.scalars(query).one_or_none()
    if batch is None:
        raise Refused(NOT_FOUND)
    return batch, tx.session.get_one(Seal, batch.seal_id)


def _keeper(tx: Tx, seal: Seal, batch: SealBatch) -> str:
    """Who acts: a keeper with a seat in the project still."""
    person = tx.actor.person_id
    seats = rights_of(tx.session, tx.actor, tx.now).in_project(batch.project_id)
    if person is None or not seats or not is_keeper(tx.session, seal.id, person, tx.now):
        raise Refused(NOT_FOUND)
    return person


def _note(tx: Tx, kind: str, batch: SealBatch, *uses: SealUse, seat: SeatFact | None = None) -> None:
    note(
        tx,
        kind,
        batch,
        *uses,
        project_id=batch.project_id,
        seat_id=seat.seat_id if seat else None,
        party_id=seat.party_id if seat else batch.party_id,
        batch=batch.id,
        seal=batch.seal_id,
    )
