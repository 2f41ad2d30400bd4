"""Draft opinions out of marks: region and words are taken over, and the opinion says of which mark it was made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, declare
from app.kernel.policy import Rights
from app.markups.visibility import mark_seen
from app.review.actions.cases import case_target, case_to_change
from app.review.actions.opinions import DraftOpinion, OpinionText, Place, draft_opinion, must_write
from app.review.facts import CaseSheet, sheets_of_case
from app.review.models import ReviewCase
from app.review.opinion_rules import Basis, Severity
from app.review.queries.mark_offers import FROM_MARK, in_this_case, place_of_mark, said_by, used_marks

NO_CLAUSE_YET = "由批注转来，依据待核 / made of a mark: basis to be checked"
MARK_ELSEWHERE = declare(
    "mark-not-of-this-case",
    409,
    "该批注不是本机构在送审版次上的批注。",
    "This mark is not one of the agency's own on the revision under review.",
    "旧版上的批注请先沿用到送审版次；其他单位的批注请自行写成意见。",
    "Carry a mark of an older revision first; for another party's mark write an opinion of your own.",
)
MARK_SILENT = declare(
    "mark-says-nothing",
    422,
    "该批注没有文字。",
    "This mark has no words.",
    "请先给批注写上文字，或在图上直接写意见。",
    "Write the mark's text first, or write an opinion on the sheet.",
)
MARK_USED = declare(
    "mark-is-an-opinion",
    409,
    "该批注已转为第 {serial} 号意见。",
    "This mark is opinion no. {serial} already.",
    "请在意见列表中查看。",
    "Look for it in the list of opinions.",
)


@dataclass(frozen=True)
class OpinionsFromMarks:
    """Marks that shall become draft opinions of one case."""

    case_id: str
    mark_ids: Sequence[str]
    grids: Mapping[str, str] = field(default_factory=dict)
    """Field of the sheet's grid by mark, where it is known."""


def opinions_from_marks(tx: Tx, command: OpinionsFromMarks) -> RowReport:
    """Make a draft opinion of each mark (批注转意见), by the reviewer of its sheet's discipline; a mark becomes one once.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-writing-now``. Rows report their own refusals.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    rights.require(Permission.REVIEW_WRITE, case_target(case), visible_by=Permission.REVIEW_VIEW)
    must_write(case)
    sheets = sheets_of_case(tx.session, case.id)
    used = used_marks(tx.session, case.id)
    report = RowReport()
    for mark_id in dict.fromkeys(command.mark_ids):
        try:
            _unused(mark_id, used)
            text = _text(tx, rights, case, sheets, mark_id, command.grids.get(mark_id, ""))
            draft_opinion(tx, DraftOpinion(case.id, text, origin=f"{FROM_MARK}{mark_id}"))
            report.done.append(mark_id)
        except Refused as refusal:
            report.refused[mark_id] = refusal
    return report


def _unused(mark_id: str, used: Mapping[str, int]) -> None:
    if mark_id in used:
        raise Refused(MARK_USED, serial=used[mark_id])


def _text(
    tx: Tx, rights: Rights, case: ReviewCase, sheets: Sequence[CaseSheet], mark_id: str, grid: str
) -> OpinionText:
    mark, _ = mark_seen(tx.session, rights, mark_id)
    sheet = in_this_case(case, mark, sheets)
    if sheet is None:
        raise Refused(MARK_ELSEWHERE)
    if mark.taken_back_at is not None:
        raise Refused(NOT_FOUND)
    words = said_by(mark)
    if not words:
        raise Refused(MARK_SILENT)
    return OpinionText(
        discipline=sheet.discipline,
        fact=words,
        basis=Basis.DESIGN_DEPTH,
        severity=Severity.MUST_FIX,
        basis_reason=NO_CLAUSE_YET,
        places=[Place(sheet.sheet_id, place_of_mark(mark), grid)],
    )
