"""Draft opinions out of an agency's own marks."""

import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.bootstrap import CHAPTERS
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused, RowReport
from app.markups.actions.marks import DrawMark, TakeBackMark, draw_mark, take_back_mark
from app.record.audit import audit_register
from app.review.actions.assignments import FinishDiscipline, finish_discipline
from app.review.actions.mark_opinions import OpinionsFromMarks, opinions_from_marks
from app.review.actions.opinion_moves import MoveOpinions, move_opinions
from app.review.models import OpinionPlace, ReviewOpinion
from app.review.queries.mark_offers import MarkOffer, mark_offers
from tests.markups.drawn import REGION, SHAPES
from tests.review.cases import act, in_first_review, issued, plainly, reviewed_world, sheet_of
from tests.world import World


def drawn(world: World, revision: str, who: str = "reviewer", **more: object) -> str:
    """A cloud on a sheet."""
    values = {"anchor": REGION, "shape": SHAPES["cloud"], "text": "疏散宽度计算书未附", **more}
    command = DrawMark(revision, "cloud", **values)  # type: ignore[arg-type]
    return act(world, who, lambda tx: draw_mark(tx, command))


def taken(world: World, case_id: str, *marks: str, who: str = "reviewer") -> RowReport:
    command = OpinionsFromMarks(case_id, marks, {marks[0]: "C3"})
    return act(world, who, lambda tx: opinions_from_marks(tx, command))


def offered(world: World, case_id: str, who: str = "reviewer") -> list[MarkOffer]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return mark_offers(session, rights, case_id)


def test_place_and_words_go_into_the_draft_and_the_link_is_kept(database: Database):
    world = reviewed_world(database)
    first, second = issued(world, "建施-01", "建施-02")
    case_id = in_first_review(world, [first, second])
    marks = [drawn(world, second, text="第二张", audience="party"), drawn(world, first)]
    assert [(o.number, o.text) for o in offered(world, case_id)] == [
        ("建施-01", "疏散宽度计算书未附"),
        ("建施-02", "第二张"),
    ]
    assert taken(world, case_id, *marks).done == marks
    with database.read() as session:
        rows = session.scalars(sa.select(ReviewOpinion).order_by(ReviewOpinion.serial)).all()
        assert [(o.origin, o.state, o.fact, o.discipline) for o in rows] == [
            (f"mark:{marks[0]}", "draft", "第二张", "arch"),
            (f"mark:{marks[1]}", "draft", "疏散宽度计算书未附", "arch"),
        ]
        places = session.scalars(sa.select(OpinionPlace).order_by(OpinionPlace.id)).all()
        xs, ys = zip(*(p for path in SHAPES["cloud"]["paths"] for p in path), strict=True)
        assert [(p.sheet_id, p.region, p.grid) for p in places] == [
            (sheet_of(world, second), [min(xs), min(ys), max(xs), max(ys)], "C3"),
            (sheet_of(world, first), [min(xs), min(ys), max(xs), max(ys)], ""),
        ]
        assert list(audit_register(session, CHAPTERS)) == []  # what a rebuild would write is what is there
    assert offered(world, case_id) == []


def test_a_mark_becomes_an_opinion_once_and_again_when_it_was_not_adopted(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    mark = drawn(world, revision)
    taken(world, case_id, mark)
    assert taken(world, case_id, mark).refused[mark].code == "mark-is-an-opinion"
    with database.read() as session:
        opinion = session.scalars(sa.select(ReviewOpinion.id)).one()
    reject = MoveOpinions(case_id, [opinion], "reject")
    assert act(world, "reviewer", lambda tx: move_opinions(tx, reject)).done == [opinion]
    assert [o.id for o in offered(world, case_id)] == [mark]
    assert taken(world, case_id, mark).done == [mark]


def test_marks_that_are_not_its_own_or_say_nothing_are_refused_with_a_way_out(database: Database):
    world = reviewed_world(database)
    first, elsewhere = issued(world, "建施-01", "建施-02")
    case_id = in_first_review(world, [first])
    silent = drawn(world, first, text="")
    back = drawn(world, first)
    act(world, "reviewer", lambda tx: take_back_mark(tx, TakeBackMark(back)))
    foreign = drawn(world, first, "lead")
    hidden = drawn(world, first, "lead", audience="party")
    away = drawn(world, elsewhere, "lead")
    marks = (silent, back, foreign, hidden, away)
    report = taken(world, case_id, *marks)
    assert {m: report.refused[m].code for m in marks} == {
        silent: "mark-says-nothing",
        back: "not-found",
        foreign: "mark-not-of-this-case",
        hidden: "not-found",  # another party's own mark is nobody else's to know of
        away: "not-found",
    }
    assert offered(world, case_id) == []


def test_only_the_reviewer_of_the_discipline_and_only_while_opinions_are_written(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    mark = drawn(world, revision)
    assert taken(world, case_id, mark, who="review_lead").refused[mark].code == "not-your-discipline"
    assert offered(world, case_id, "review_lead") == []
    for who, code in (("owner", "forbidden"), ("contractor", "not-found")):
        with pytest.raises(Refused) as refused:
            taken(world, case_id, mark, who=who)
        assert refused.value.code == code

    act_done(world, case_id)
    with pytest.raises(Refused) as refused:
        taken(world, case_id, mark)
    assert refused.value.code == "not-writing-now"
    assert offered(world, case_id) == []


def act_done(world: World, case_id: str) -> None:
    """The discipline is done, and the case consolidated."""
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    plainly(world, case_id, "consolidate")
