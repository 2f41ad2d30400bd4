"""Seals of a revision, their judgements, and asking for another one."""

import json

from app.api.request import actor, close_reading, reading, rights, services
from app.api.shapes.seal_reports import JudgementOut, JudgementReportOut, SealOut, SealsOut
from app.api.table import Answer, Table
from app.drawings.actions.seal_verdicts import judge_again
from app.drawings.queries.seal_marks import SealsOfRevision, seals_of_revisions
from app.drawings.queries.sheets import revision_for
from app.kernel.errors import NOT_FOUND, Refused
from app.seals.judging import is_asked
from app.seals.listing import seal_rows
from app.seals.queries.reports import judgement_rows

table = Table("seals")
HERE = "/revisions/{revision_id}/seals"


@table.add("GET", HERE, answer=SealsOut)
def get_seals(revision_id: str) -> Answer:
    """A revision's seals, the verdict on them, and every judgement, newest first."""
    return Answer(_out(_seen(revision_id)))


@table.add("GET", f"{HERE}/judgements/{{judgement_id}}", answer=JudgementReportOut)
def get_judgement(revision_id: str, judgement_id: str) -> Answer:
    """One judgement with its whole report, as it was stored."""
    events = judgement_rows(reading(), _seen(revision_id).chain)
    found = next((event for event in events if event.id == judgement_id), None)
    if found is None:
        raise Refused(NOT_FOUND)
    close_reading()
    report = json.loads(b"".join(services().store.read(found.report_sha256)))
    return Answer(JudgementReportOut(judgement=_event(found), report=report))


@table.add("POST", f"{HERE}/judgements", answer=SealsOut, status=202, also=(409,))
def ask_for_judgement(revision_id: str) -> Answer:
    """Have the bytes with all seals judged again; adds a judgement and overwrites none.

    While one waits, asking again changes nothing, so no Idempotency-Key is needed.
    """
    _seen(revision_id)
    close_reading()

    with services().database.write(actor()) as tx:
        judge_again(tx, revision_id)
    return Answer(_out(_seen(revision_id)), 202)


def _seen(revision_id: str) -> SealsOfRevision:
    """The seals of a revision that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    revision_for(reading(), rights(), revision_id)
    return seals_of_revisions(reading(), [revision_id])[revision_id]


def _out(seals: SealsOfRevision) -> SealsOut:
    chain, said = seals.chain, seals.said
    return SealsOut.model_validate(
        {
            "mark": str(said.mark),
            "count": said.count,
            "line": said.line,
            "reason": said.reason,
            "judged_at": said.judged_at,
            "is_waiting": chain is not None and is_asked(reading(), chain.latest.sha256),
            "base_sha256": chain.base.sha256 if chain else "",
            "sealed_sha256": seals.sealed_sha256,
            "sealed_rendition_id": chain.latest.id if chain and chain.sealed else "",
            "seals": [SealOut.model_validate(row) for row in seal_rows(seals.standing)],
            "judgements": [_event(row) for row in judgement_rows(reading(), chain)],
        }
    )


def _event(row: object) -> JudgementOut:
    return JudgementOut.model_validate(row)
