"""The seals of a revision in full: every judgement as an event, the report of one, and asking for another."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.drawings.actions.seal_verdicts import judge_again
from app.drawings.queries.seal_marks import SealsOfRevision, seals_of_revisions
from app.drawings.queries.sheets import RevisionView, SheetView, revision_for
from app.files.names import content_disposition
from app.kernel.labels import Label
from app.seals.judging import is_asked, read_report
from app.seals.listing import instant_of, meaning_of, seal_rows
from app.seals.queries.reports import JudgementRow, judgement_in, judgement_rows
from app.seals.saying import AFTER_LABELS, CLOCK_LABELS
from app.seals.verifying.values import Report, SealReport
from app.web.layout import use_project
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, reading, require_sign_in, rights, services

pages = Blueprint("seal_reports", __name__)


@dataclass(frozen=True)
class _Seen:
    sheet: SheetView
    revision: RevisionView
    seals: SealsOfRevision


@pages.get("/revisions/<revision_id>/seals")
def report_page(revision_id: str) -> str:
    """Seals, judgements, and the report of the newest one or of the one named (``judgement``)."""
    seen = _seen(revision_id)
    events = judgement_rows(reading(), seen.seals.chain)
    chosen = _chosen(events)
    chain = seen.seals.chain
    return render_template(
        "sheets/seal_report.html",
        sheet=seen.sheet,
        revision=seen.revision,
        chain=chain,
        said=seen.seals.said,
        rows=seal_rows(seen.seals.standing),
        events=events,
        chosen=chosen,
        report=_report(seen, chosen.id) if chosen else None,
        is_waiting=chain is not None and is_asked(reading(), chain.latest.sha256),
        meaning_of=meaning_of,
        instant_of=instant_of,
        whole=whole_of,
        after=AFTER_LABELS,
        clocks=CLOCK_LABELS,
    )


@pages.post("/revisions/<revision_id>/seals/judge")
def judge(revision_id: str) -> Response:
    """Ask that the bytes with all seals be judged again; while that waits, asking again changes nothing."""
    _seen(revision_id)
    close_reading()
    with services().database.write(actor()) as tx:
        judge_again(tx, revision_id)
    return redirect(f"/revisions/{revision_id}/seals", 303)


@pages.get("/revisions/<revision_id>/seals/<judgement_id>.json")
def report_file(revision_id: str, judgement_id: str) -> Response:
    """The whole report of a judgement, as it was stored: its SHA-256 is in the ledger."""
    seen = _seen(revision_id)
    found = judgement_in(reading(), seen.seals.chain, judgement_id)
    digest, name = found.report_sha256, f"{seen.sheet.number} {seen.revision.rev_label}"
    close_reading()
    response = Response(b"".join(services().store.read(digest)), content_type="application/json")
    response.headers["Content-Disposition"] = content_disposition(f"{name} 签章核验 seals {digest[:8]}.json")
    response.headers["X-OneSet-SHA256"] = digest
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def whole_of(seal: SealReport) -> Label:
    """What of the file a seal covers."""
    if seal.covers_whole_file:
        return Label("整个文件", "The whole file")
    return Label(
        f"文件的第 {seal.revision} 版（共 {seal.revisions} 版）",
        f"Version {seal.revision} of {seal.revisions} of the file",
    )


def _seen(revision_id: str) -> _Seen:
    """The revision with its seals.

    Raises:
        Refused: ``sign-in-needed``; ``not-found`` when it is not the person's to see.
    """
    require_sign_in()
    sheet, revision = revision_for(reading(), rights(), revision_id)
    use_project(sheet.project_id, section="drawings")
    return _Seen(sheet, revision, seals_of_revisions(reading(), [revision_id])[revision_id])


def _chosen(events: list[JudgementRow]) -> JudgementRow | None:
    """The event asked for, else the newest of the bytes with all seals, else the newest."""
    wanted = request.args.get("judgement")
    by_choice = [event for event in events if event.id == wanted]
    return next(iter([*by_choice, *(e for e in events if e.is_of_latest), *events]), None)


def _report(seen: _Seen, judgement_id: str) -> Report | None:
    """The report; None when it speaks of reasons that this program does not know (its file can still be had)."""
    try:
        return read_report(services().seals, judgement_in(reading(), seen.seals.chain, judgement_id))
    except (KeyError, TypeError, ValueError):
        return None
