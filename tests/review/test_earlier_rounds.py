"""Between rounds: what is still open is labelled, and what speaks against a settled opinion is said before it is written."""

from typing import Any

import pytest

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.review.actions.answers import JudgeReply, ReplyOpinion, judge_reply, reply_opinion
from app.review.actions.assignments import FinishDiscipline, finish_discipline
from app.review.actions.decisions import DecideCase, issue_opinions
from app.review.actions.opinions import DraftOpinion, EditOpinion, Place, draft_opinion, edit_opinion
from app.review.actions.submissions import ResubmitCase, resubmit_case
from app.review.earlier import Spoken, same_matter
from app.review.queries.opinions import OpinionView, opinions_of
from tests.review.cases import (
    act,
    drafted,
    in_first_review,
    issued,
    plainly,
    reviewed_world,
    sheet_of,
    text_of,
    with_opinions_issued,
)
from tests.world import World

HERE = (100_000, 100_000, 200_000, 150_000)
"""Where :func:`text_of` puts its opinions."""
DEPTH = {"basis": "design_depth", "standard_no": "", "clause_no": "", "basis_reason": "深度不足"}


def listed(world: World, case_id: str, who: str = "reviewer") -> dict[int, OpinionView]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return {o.serial: o for o in opinions_of(session, rights, case_id)}


def in_recheck(world: World, *, is_first_settled: bool = True) -> tuple[str, str, str]:
    """A case in its second round: no. 1 (a clause, a place) is settled or not, no. 2 (another sheet) is not."""
    first, second = issued(world, "建施-01", "建施-02")
    sheet, other = sheet_of(world, first), sheet_of(world, second)
    case_id = in_first_review(world, [first, second])
    opinions = [drafted(world, case_id, sheet), drafted(world, case_id, other)]
    with_opinions_issued(world, case_id)
    plainly(world, case_id, "open_reply")
    for opinion in opinions:
        reply = ReplyOpinion(opinion, "reply_explain", "见说明")
        act(world, "lead", lambda tx, reply=reply: reply_opinion(tx, reply))
    act(world, "owner", lambda tx: resubmit_case(tx, ResubmitCase(case_id)))
    for opinion, is_settled in zip(opinions, (is_first_settled, False), strict=True):
        judge = JudgeReply(opinion, is_settled, "说明")
        act(world, "reviewer", lambda tx, judge=judge: judge_reply(tx, judge))
    return case_id, sheet, other


def draft(world: World, case_id: str, *sheets: str, confirmed: bool = False, **more: Any) -> str:
    command = DraftOpinion(case_id, text_of(*sheets, **more), is_confirmed=confirmed)
    return act(world, "reviewer", lambda tx: draft_opinion(tx, command))


def test_what_is_open_since_an_earlier_round_says_so_until_it_is_settled(database: Database):
    world = reviewed_world(database)
    case_id, sheet, _ = in_recheck(world)
    draft(world, case_id, sheet, confirmed=True)
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    act(world, "review_lead", lambda tx: issue_opinions(tx, DecideCase(case_id)))
    seen = listed(world, case_id, "designer")
    assert {n: o.carried_from for n, o in seen.items()} == {1: None, 2: 1, 3: None}
    assert {n: o.raises_again for n, o in seen.items()} == {1: (), 2: (), 3: (1,)}
    assert [(r.round, r.text) for r in seen[2].replies] == [
        (1, "见说明")
    ]  # what was answered stands beside it
    assert [(j.round, j.event) for j in seen[2].judgements] == [(2, "recheck_fail")]


@pytest.mark.parametrize(
    ("more", "is_told"),
    [
        ({}, True),  # the same clause, the same place
        ({"places": "whole"}, True),  # the same clause anywhere on the sheet
        ({**DEPTH}, True),  # no clause, the same place
        ({"clause_no": "9.9.9"}, True),  # another clause, the same place
        ({"clause_no": "9.9.9", "places": "away"}, False),
        ({**DEPTH, "places": "whole"}, False),  # the whole sheet is no place
    ],
)
def test_who_speaks_against_a_settled_opinion_is_told_and_may_insist(
    database: Database, more: dict[str, Any], is_told: bool
):
    world = reviewed_world(database)
    case_id, sheet, _ = in_recheck(world)
    places = {"whole": [Place(sheet)], "away": [Place(sheet, (300_000, 300_000, 320_000, 320_000))]}
    more = {k: places[v] if k == "places" else v for k, v in more.items()}
    if is_told:
        with pytest.raises(Refused) as refused:
            draft(world, case_id, sheet, **more)
        assert refused.value.code == "contradicts-earlier-round"
        assert (refused.value.data["serial"], refused.value.data["round"]) == (1, 1)
        draft(world, case_id, sheet, confirmed=True, **more)
        assert listed(world, case_id)[3].raises_again == (1,)
    else:
        draft(world, case_id, sheet, **more)
        assert listed(world, case_id)[3].raises_again == ()


def test_what_is_not_settled_contradicts_nothing(database: Database):
    world = reviewed_world(database)
    case_id, _, other = in_recheck(world)
    draft(world, case_id, other)
    assert listed(world, case_id)[3].raises_again == ()


def test_a_draft_that_moves_onto_a_settled_matter_is_told_once(database: Database):
    world = reviewed_world(database)
    case_id, sheet, other = in_recheck(world)
    made = draft(world, case_id, other, clause_no="9.9.9")

    def edit(**more: Any) -> int:
        version = listed(world, case_id)[3].version
        is_confirmed = more.pop("confirmed", False)
        command = EditOpinion(made, version, text_of(sheet, **more), is_confirmed=is_confirmed)
        return act(world, "reviewer", lambda tx: edit_opinion(tx, command))

    with pytest.raises(Refused) as refused:
        edit()
    assert refused.value.code == "contradicts-earlier-round"
    edit(confirmed=True)
    edit(action="改为 0.95 m")  # of what he knows he is not told again


def test_places_are_the_same_when_they_share_half_of_the_smaller():
    def at(*box: int, sheet: str = "a", serial: int = 1) -> Spoken:
        return Spoken(str(serial), serial, 1, ("", ""), ((sheet, box),))

    one = at(0, 0, 10, 10, serial=0)
    for other, is_same in (
        (at(0, 0, 10, 10), True),
        (at(4, 4, 6, 6), True),
        (at(5, 0, 15, 10), True),
        (at(6, 0, 16, 10), False),
        (at(10, 0, 20, 10), False),
        (at(0, 0, 10, 10, sheet="b"), False),
        (at(), False),
    ):
        assert bool(same_matter(one, [other])) is is_same, other.spots
