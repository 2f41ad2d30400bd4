"""Opinions (审查意见): listed, drafted, moved, answered, rechecked and ruled on by the same acts as on the pages."""

from app.api.request import act, etag, expected_version, reading, rights, services
from app.api.shapes.common import Changed, Created, Page, Report, page_of
from app.api.shapes.opinions import (
    FixesOut,
    FixOut,
    FlagListOut,
    JudgeBody,
    MarksBody,
    MoveOpinionsBody,
    OpinionBody,
    OpinionOut,
    OpinionsQuery,
    OrderBody,
    ReplyBody,
    RuleBody,
)
from app.api.table import PREFIX, Answer, Table
from app.kernel.db.transactions import Tx
from app.review.actions.answers import (
    JudgeReply,
    ReplyOpinion,
    RuleDispute,
    judge_reply,
    reply_opinion,
    rule_dispute,
)
from app.review.actions.mark_opinions import OpinionsFromMarks, opinions_from_marks
from app.review.actions.opinion_moves import MoveOpinions, OrderOpinions, move_opinions, order_opinions
from app.review.actions.opinions import (
    DraftOpinion,
    EditOpinion,
    OpinionText,
    Place,
    draft_opinion,
    edit_opinion,
)
from app.review.flows import fixed_places
from app.review.opinion_rules import OPEN
from app.review.queries.fixes import fixes_for
from app.review.queries.mark_offers import grids_of
from app.review.queries.opinions import OpinionView, opinion_for, opinions_of

table = Table("review opinions")
OF_CASE = "/review/cases/{case_id}/opinions"
ONE = "/review/opinions/{opinion_id}"


@table.add("GET", OF_CASE, answer=Page[OpinionOut], query=OpinionsQuery)
def list_opinions(case_id: str, query: OpinionsQuery) -> Answer:
    """The opinions of a case that one may see, in display order; drafts and proposals for the agency alone."""
    found = opinions_of(reading(), rights(), case_id, sheet_id=query.sheet_id or "")
    chosen = [o for o in found if _fits(o, query)]
    return page_of(OpinionOut, chosen, query, OpinionOut.model_validate, lambda o: o.id)


def _fits(opinion: OpinionView, query: OpinionsQuery) -> bool:
    asked = (
        (query.state, opinion.state),
        (query.open, opinion.state in OPEN),
        (query.discipline, opinion.discipline),
        (query.severity, opinion.severity),
        (query.round, opinion.issued_round or opinion.round),
    )
    return all(wanted in (None, has) for wanted, has in asked)


@table.add("POST", OF_CASE, body=OpinionBody, answer=Created, status=201, repeats=True)
def draft_one_opinion(case_id: str, body: OpinionBody) -> Answer:
    """Draft an opinion (起草意见), by the reviewer to whom the discipline is assigned."""
    command = DraftOpinion(case_id, _text(body), is_confirmed=body.is_confirmed)

    def work(tx: Tx) -> Answer:
        opinion_id = draft_opinion(tx, command)
        return Answer(Created(id=opinion_id), 201, {"Location": f"{PREFIX}/review/opinions/{opinion_id}"})

    return act(work)


@table.add("POST", f"{OF_CASE}/from-marks", body=MarksBody, answer=Report, repeats=True)
def make_opinions_of_marks(case_id: str, body: MarksBody) -> Answer:
    """Make draft opinions of one's agency's marks (批注转意见): place and words are taken over; every row reports."""
    grids = grids_of(services().reading_room, reading(), rights(), body.marks)
    command = OpinionsFromMarks(case_id, body.marks, grids)
    return act(lambda tx: Answer(Report.of(opinions_from_marks(tx, command))))


@table.add("GET", ONE, answer=OpinionOut)
def get_opinion(opinion_id: str) -> Answer:
    """One opinion with its places, answers and decisions."""
    found = opinion_for(reading(), rights(), opinion_id)
    return Answer(OpinionOut.model_validate(found), headers=etag(found.version))


@table.add("PATCH", ONE, body=OpinionBody, answer=Changed, is_versioned=True, repeats=True)
def edit_one_opinion(opinion_id: str, body: OpinionBody) -> Answer:
    """Change a draft."""
    command = EditOpinion(opinion_id, expected_version(), _text(body), is_confirmed=body.is_confirmed)

    def work(tx: Tx) -> Answer:
        version = edit_opinion(tx, command)
        return Answer(Changed(id=opinion_id, version=version), headers=etag(version))

    return act(work)


@table.add("POST", f"{OF_CASE}/move", body=MoveOpinionsBody, answer=Report, repeats=True)
def move_many_opinions(case_id: str, body: MoveOpinionsBody) -> Answer:
    """Propose, take up again, reject, merge or retract (提出 退回草稿 不采用 合并 收回); every row reports."""
    command = MoveOpinions(case_id, body.opinions, body.event, body.note, body.merge_into or "")
    return act(lambda tx: Answer(Report.of(move_opinions(tx, command))))


@table.add("POST", f"{OF_CASE}/order", body=OrderBody, answer=Changed, repeats=True)
def order_many_opinions(case_id: str, body: OrderBody) -> Answer:
    """Set the display order; serial numbers stay."""
    command = OrderOpinions(case_id, body.opinions)

    def work(tx: Tx) -> Answer:
        order_opinions(tx, command)
        return Answer(Changed(id=case_id))

    return act(work)


@table.add("GET", f"{ONE}/fixes", answer=FixesOut)
def list_fixes(opinion_id: str) -> Answer:
    """Newer revisions of the sheets that an opinion speaks of: in one of them it could be fixed."""
    found = fixes_for(reading(), rights(), opinion_id)
    return Answer(FixesOut(fixes=[FixOut.model_validate(f) for f in found]))


@table.add("GET", f"{ONE}/flags", answer=FlagListOut)
def list_flags(opinion_id: str) -> Answer:
    """What the kept comparison says beside an answer: changed there, changed at all, changed unasked."""
    found = fixed_places(services().reading_room, reading(), rights(), opinion_id)
    return Answer(FlagListOut.model_validate({"places": found}))


@table.add("POST", f"{ONE}/reply", body=ReplyBody, answer=Created, status=201, repeats=True)
def reply_to_opinion(opinion_id: str, body: ReplyBody) -> Answer:
    """Answer an opinion (回复), by a designer of its discipline; until it is sent the answer may be given anew."""
    command = ReplyOpinion(opinion_id, body.event, body.text, body.fixed_in)
    return act(lambda tx: Answer(Created(id=reply_opinion(tx, command)), 201))


@table.add("POST", f"{ONE}/judgement", body=JudgeBody, answer=Changed, repeats=True)
def judge_one_reply(opinion_id: str, body: JudgeBody) -> Answer:
    """Recheck an answer (复核): settled, or back to the designer with words."""
    command = JudgeReply(opinion_id, body.is_settled, body.text, body.warnings)

    def work(tx: Tx) -> Answer:
        judge_reply(tx, command)
        return Answer(Changed(id=opinion_id))

    return act(work)


@table.add("POST", f"{ONE}/ruling", body=RuleBody, answer=Changed, repeats=True)
def rule_on_opinion(opinion_id: str, body: RuleBody) -> Answer:
    """Rule on a disputed opinion (裁定): it stands and is answered again, or is dismissed."""
    command = RuleDispute(opinion_id, body.is_upheld, body.text)

    def work(tx: Tx) -> Answer:
        rule_dispute(tx, command)
        return Answer(Changed(id=opinion_id))

    return act(work)


def _text(body: OpinionBody) -> OpinionText:
    places = [Place(p.sheet_id, tuple(p.region), p.grid) for p in body.places]
    said = {
        name: getattr(body, name)
        for name in OpinionBody.model_fields
        if name not in ("places", "is_confirmed")
    }
    return OpinionText(**said, places=places)
