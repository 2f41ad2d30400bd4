"""The joint review: each authority concludes on its own domain, round by round, and the case waits for all of them."""

import itertools

import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.ledger.models import LedgerEntry
from app.notices.audience import Heard, House, Telling
from app.notices.rules import TOLD
from app.projects.rules import ReviewMode
from app.review.actions.answers import JudgeReply, ReplyOpinion, judge_reply, reply_opinion
from app.review.actions.assignments import FinishDiscipline, finish_discipline
from app.review.actions.conclusions import ConcludeCase, conclude
from app.review.actions.decisions import DecideCase, pass_case
from app.review.actions.submissions import ResubmitCase, resubmit_case
from app.review.models import ReviewCase, ReviewConclusion
from app.review.queries.cases import case_for
from app.review.queries.waiting import review_waiting
from app.review.rules import CaseState
from tests.review.cases import (
    act,
    concluded,
    drafted,
    in_first_review,
    issued,
    plainly,
    prepared,
    reviewed_world,
    seat_joint_authorities,
    sheet_of,
    with_opinions_issued,
)
from tests.review.model import DONE, GUARD, Model
from tests.world import World

BOTH = ("fire", "civil_defence")
ASKED = ("fire", "defence", "fire_reader", "review_lead", "owner", "authority", "contractor")


def joint_world(database: Database, **policy: object) -> World:
    """A world in which the joint authorities have seats."""
    world = reviewed_world(database, **policy)
    seat_joint_authorities(world)
    return world


def consolidating(world: World, *joint: str, number: str = "建施-01") -> str:
    """A case that nothing but conclusions keeps from passing."""
    case_id = in_first_review(world, issued(world, number), joint=joint)
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    plainly(world, case_id, "consolidate")
    return case_id


def passing(world: World, case_id: str) -> str:
    """What the lead is told who passes the case."""
    try:
        act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(case_id)))
    except Refused as refusal:
        return f"{refusal.code} {refusal.data.get('guard', '')}".strip()
    return DONE


def waits_for(world: World, who: str) -> list[str]:
    """What the worklist of a person says of reviews."""
    now = world.database.clock.now()
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), now)
        return [w.label.zh for w in review_waiting(session, rights, world.project_id, now)]


def test_a_case_passes_only_when_every_joint_authority_is_in_favour(database: Database):
    world = joint_world(database)
    case_id = consolidating(world, *BOTH)
    assert passing(world, case_id) == f"{GUARD} concluded"
    concluded(world, case_id, "fire", "fire")
    assert passing(world, case_id) == f"{GUARD} concluded"
    concluded(world, case_id, "defence", "civil_defence", "failed", "口部未设防护密闭门")
    assert passing(world, case_id) == f"{GUARD} concluded"
    concluded(world, case_id, "defence", "civil_defence")
    assert passing(world, case_id) == DONE


def test_a_case_that_is_not_joint_waits_for_nobody(database: Database):
    world = joint_world(database)
    assert passing(world, consolidating(world)) == DONE


def test_the_project_s_mode_makes_a_case_joint_in_both_domains(database: Database):
    world = joint_world(database, review_mode=ReviewMode.JOINT)
    case_id = consolidating(world)
    concluded(world, case_id, "fire", "fire")
    assert passing(world, case_id) == f"{GUARD} concluded"
    concluded(world, case_id, "defence", "civil_defence")
    assert passing(world, case_id) == DONE


def test_a_conclusion_of_an_earlier_round_does_not_count(database: Database):
    world = joint_world(database)
    (first,) = issued(world, "建施-01")
    case_id = in_first_review(world, [first], joint=("fire",))
    concluded(world, case_id, "fire", "fire")
    opinion = drafted(world, case_id, sheet_of(world, first))
    with_opinions_issued(world, case_id)
    plainly(world, case_id, "open_reply")
    (changed,) = issued(world, "建施-01")
    reply = ReplyOpinion(opinion, "reply_fixed", "已改", [changed])
    act(world, "designer", lambda tx: reply_opinion(tx, reply))
    act(world, "owner", lambda tx: resubmit_case(tx, ResubmitCase(case_id)))
    act(world, "reviewer", lambda tx: judge_reply(tx, JudgeReply(opinion, is_settled=True)))
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))

    assert passing(world, case_id) == f"{GUARD} concluded"
    with world.database.read() as session:
        rights = rights_of(session, world.actor("fire"), world.database.clock.now())
        (joint,) = case_for(session, rights, case_id, world.database.clock.now()).joint
    assert (joint.verdict, [c.verdict for c in joint.earlier]) == ("", ["passed"])
    concluded(world, case_id, "fire", "fire")
    assert passing(world, case_id) == DONE


def test_every_state_person_domain_and_verdict_answers_as_the_model_says(database: Database):
    world = joint_world(database)
    case_id = prepared(world, joint=("fire",))
    model = Model(joint={"fire"})
    wrong = []
    for state in CaseState:
        model.state = state
        with database.plumbing() as session:
            session.get_one(ReviewCase, case_id).state = state
        for who, domain, verdict, note in itertools.product(
            ASKED, BOTH, ("passed", "failed"), ("", "耐火极限不足")
        ):
            expected = "forbidden" if who == "fire_reader" else model.conclude(who, domain, verdict, note)
            told = DONE
            try:
                concluded(world, case_id, who, domain, verdict, note)
            except Refused as refusal:
                told = refusal.code
            if told != expected:
                wrong.append(f"{state} {who} {domain} {verdict} {note}: {told}, not {expected}")
    assert wrong == []
    with database.read() as session:
        said = session.execute(
            sa.select(ReviewConclusion.round, ReviewConclusion.domain, ReviewConclusion.verdict).order_by(
                ReviewConclusion.at, ReviewConclusion.id
            )
        ).all()
    assert sorted(map(tuple, said)) == sorted(model.words)


def test_the_page_knows_whether_the_authority_is_in_the_project(database: Database):
    world = reviewed_world(database)
    case_id = prepared(world, joint=("fire",))

    def is_there() -> list[bool]:
        now = world.database.clock.now()
        with world.database.read() as session:
            rights = rights_of(session, world.actor("owner"), now)
            return [j.has_party for j in case_for(session, rights, case_id, now).joint]

    assert is_there() == [False]
    seat_joint_authorities(world)
    assert is_there() == [True]


@pytest.mark.parametrize(
    ("domain", "verdict", "note"),
    [("energy", "passed", ""), ("fire", "maybe", ""), ("fire", "passed", "长" * 4_001)],
)
def test_what_nobody_can_read_is_refused(database: Database, domain: str, verdict: str, note: str):
    world = joint_world(database)
    case_id = prepared(world, joint=BOTH)
    with pytest.raises(Refused) as refused:
        act(world, "fire", lambda tx: conclude(tx, ConcludeCase(case_id, domain, verdict, note)))
    assert refused.value.code == "invalid-input"


def test_worklists_ask_the_authority_of_the_domain_until_it_has_concluded(database: Database):
    world = joint_world(database)
    case_id = consolidating(world, "fire")
    assert waits_for(world, "fire") == ["出具消防审查结论"]
    assert waits_for(world, "defence") == []
    assert waits_for(world, "fire_reader") == []
    assert "审查通过" not in waits_for(world, "review_lead")
    concluded(world, case_id, "fire", "fire")
    assert waits_for(world, "fire") == []
    assert "审查通过" in waits_for(world, "review_lead")


def test_the_lead_of_the_agency_is_told(database: Database):
    world = joint_world(database)
    concluded(world, consolidating(world, "fire"), "fire", "fire")
    with world.database.read() as session:
        query = sa.select(LedgerEntry).where(LedgerEntry.type == "review-case.concluded")
        heard = Heard.of(session.scalars(query).one())
        telling = Telling(House(session, world.database.clock.now()), heard, TOLD[heard.type])
        assert set(telling.listeners()) == {world.people["review_lead"]}
