"""Random walks through a review, step by step against a plain model: every answer and every state is the same."""

import itertools
import os
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.bootstrap import CHAPTERS
from app.drawings.models import SheetRevision
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.record.audit import audit_register
from app.review.actions.answers import (
    JudgeReply,
    ReplyOpinion,
    RuleDispute,
    judge_reply,
    reply_opinion,
    rule_dispute,
)
from app.review.actions.assignments import (
    AssignReviewer,
    FinishDiscipline,
    assign_reviewer,
    finish_discipline,
)
from app.review.actions.conclusions import ConcludeCase, conclude
from app.review.actions.opinion_moves import MoveOpinions, move_opinions
from app.review.actions.opinions import DraftOpinion, draft_opinion
from app.review.facts import sheets_of_case
from app.review.models import ReviewCase, ReviewOpinion
from tests.drawings.sheets import clean
from tests.review.cases import (
    act,
    issued,
    prepared,
    reviewed_world,
    seat_joint_authorities,
    sheet_of,
    text_of,
)
from tests.review.model import DONE, EVENTS, PEOPLE, WHO, Model, Opinion
from tests.review.test_machine import take
from tests.world import World

IS_SOAK = os.environ.get("ONESET_SOAK") == "1"
WALKS, STEPS = (260, 60) if IS_SOAK else (20, 45)
"""Soak: 15,600 rules on each database; in CI 900."""
NUMBERS = itertools.count(1)
MOVING = ("propose", "take_up", "reject", "retract")


class Walk(RuleBasedStateMachine):
    """One case of two sheets in a world that all walks share."""

    world: World
    steps = 0

    @initialize(is_joint=st.booleans())
    def begin(self, is_joint: bool) -> None:
        self.numbers = [f"建施-{next(NUMBERS):05d}" for _ in range(2)]
        self.revisions = [issued(self.world, n)[0] for n in self.numbers]
        self.sheets = [sheet_of(self.world, r) for r in self.revisions]
        self.newest: dict[int, str] = {}
        joint = {"fire"} if is_joint else set[str]()
        self.case = prepared(self.world, self.numbers[0], joint)
        self.model, self.ids = Model(joint=joint), list[str]()

    def _told(self, who: str, work: Any) -> str:
        type(self).steps += 1
        try:
            act(self.world, who, work)
        except Refused as refusal:
            return refusal.code
        return DONE

    @rule(
        event=st.sampled_from(EVENTS),
        who=st.sampled_from(PEOPLE),
        right=st.integers(0, 9),
        note=st.sampled_from(["", "理由"]),
    )
    def step(self, event: str, who: str, right: int, note: str) -> None:
        """Mostly by somebody who may, and mostly with words: else the walk never gets far."""
        if right:
            who = sorted(WHO[event])[right % len(WHO[event])]
        if right > 2 or event == "submit":
            note = "理由"
        if event == "resubmit" and who in WHO[event] and self.model.state == "replying":
            self.model.fixed = {n for n in self.model.fixed if n in self.newest}
        expected = self.model.step(event, who, note=note)
        told = self._told(who, lambda tx: take(tx, self.case, event, self.revisions, note=note))
        assert told == expected, (self.model, event, who)

    @rule(sheet=st.integers(0, 1), is_must=st.booleans())
    def draft(self, sheet: int, is_must: bool) -> None:
        more = {"basis": "mandatory_clause"} if is_must else {"basis": "general_clause", "severity": "advise"}
        text = text_of(self.sheets[sheet], clause_no=f"{len(self.ids)}.{next(NUMBERS)}", **more)
        made: list[str] = []
        told = self._told(
            "reviewer", lambda tx: made.append(draft_opinion(tx, DraftOpinion(self.case, text)))
        )
        is_writing = self.model.state in ("first_review", "recheck")
        if is_writing and self.model.is_assigned and self.model.state != "preparing":
            assert told == DONE
            self.ids += made
            self.model.opinions.append(Opinion(sheet, is_must))
        else:
            assert told in ("not-writing-now", "not-your-discipline", "sheet-not-in-case"), told

    @rule(pick=st.integers(0, 30), event=st.sampled_from(MOVING))
    def move(self, pick: int, event: str) -> None:
        if not self.ids:
            return
        n = pick % len(self.ids)
        opinion = self.model.opinions[n]
        who = "review_lead"
        command = MoveOpinions(self.case, [self.ids[n]], event, "理由")
        told = self._told(who, lambda tx: clean(move_opinions(tx, command)))
        allowed = {
            "propose": ({"draft"}, "proposed"),
            "take_up": ({"proposed"}, "draft"),
            "reject": ({"draft", "proposed"}, "rejected"),
            "retract": ({"issued", "replied", "explained", "disputed", "upheld"}, "retracted"),
        }[event]
        writing = ("first_review", "recheck", "consolidating")
        is_time = self.model.state in (
            (*writing, "opinions_issued", "replying") if event == "retract" else writing
        )
        if opinion.state not in allowed[0]:
            assert told == "state-conflict"
        elif not is_time:
            assert told == "not-writing-now"
        else:
            assert told == DONE, (event, opinion)
            opinion.state = allowed[1]

    @rule()
    def assign(self) -> None:
        command = AssignReviewer(self.case, "arch", self.world.people["reviewer"])
        told = self._told("review_lead", lambda tx: assign_reviewer(tx, command))
        is_time = self.model.state not in ("preparing", "certified", "filed", "failed", "withdrawn")
        assert told == (DONE if is_time else "not-writing-now")
        self.model.is_assigned = self.model.is_assigned or is_time

    @rule()
    def finish(self) -> None:
        told = self._told("reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(self.case, "arch")))
        if not self.model.is_assigned:
            assert told == "not-your-discipline"
        elif self.model.state not in ("first_review", "recheck"):
            assert told == "not-writing-now"
        else:
            assert told == DONE
            self.model.is_done = True
            for opinion in self.model.opinions:
                opinion.state = "proposed" if opinion.state == "draft" else opinion.state

    @rule(
        who=st.sampled_from(["fire", "fire", "defence", "review_lead"]),
        verdict=st.sampled_from(["passed", "passed", "failed"]),
        note=st.sampled_from(["", "理由"]),
    )
    def conclude(self, who: str, verdict: str, note: str) -> None:
        expected = self.model.conclude(who, "fire", verdict, note)
        command = ConcludeCase(self.case, "fire", verdict, note)
        assert self._told(who, lambda tx: conclude(tx, command)) == expected, (self.model, who)

    @rule(sheet=st.integers(0, 1))
    def new_revision(self, sheet: int) -> None:
        """The designer issues a newer revision of a sheet; only while it helps, for it takes eight acts."""
        if self.model.state == "replying" and sheet not in self.newest:
            (self.newest[sheet],) = issued(self.world, self.numbers[sheet])

    @rule(pick=st.integers(0, 30), event=st.sampled_from(["reply_fixed", "reply_explain", "dispute"]))
    def reply(self, pick: int, event: str) -> None:
        if not self.ids:
            return
        n = pick % len(self.ids)
        opinion = self.model.opinions[n]
        newest = self.newest.get(opinion.sheet)
        command = ReplyOpinion(self.ids[n], event, "答复", [newest] if newest else [])
        told = self._told("designer", lambda tx: reply_opinion(tx, command))
        open_to = {"issued", "replied", "explained", "disputed", "upheld"}
        if event == "dispute":
            open_to -= {"upheld"}
        if opinion.state in ("draft", "proposed", "merged", "rejected"):
            assert told == "not-found"
        elif self.model.state != "replying":
            assert told == "not-replying-now"
        elif opinion.state not in open_to:
            assert told == "state-conflict"
        elif event == "reply_fixed" and newest is None:
            assert told == "fix-needs-revision"
        else:
            assert told == DONE
            opinion.state = {"reply_fixed": "replied", "reply_explain": "explained"}.get(event, "disputed")
            self._fixes()

    def _fixes(self) -> None:
        """A fix counts while some answer names it."""
        self.model.fixed = {
            o.sheet for o in self.model.opinions if o.state == "replied" and o.sheet in self.newest
        }

    @rule(pick=st.integers(0, 30), is_settled=st.booleans())
    def judge(self, pick: int, is_settled: bool) -> None:
        if not self.ids:
            return
        n = pick % len(self.ids)
        opinion = self.model.opinions[n]
        command = JudgeReply(self.ids[n], is_settled, "复核")
        told = self._told("reviewer", lambda tx: judge_reply(tx, command))
        if self.model.state != "recheck":
            assert told == "not-judging-now"
        elif opinion.state not in ("replied", "explained"):
            assert told == "state-conflict"
        else:
            assert told == DONE
            opinion.state = "closed" if is_settled else "issued"

    @rule(pick=st.integers(0, 30), is_upheld=st.booleans())
    def ruling(self, pick: int, is_upheld: bool) -> None:
        if not self.ids:
            return
        n = pick % len(self.ids)
        opinion = self.model.opinions[n]
        command = RuleDispute(self.ids[n], is_upheld, "裁定")
        told = self._told("authority", lambda tx: rule_dispute(tx, command))
        if opinion.state in ("draft", "proposed", "merged", "rejected"):
            assert told == "not-found"
        elif self.model.state not in ("replying", "recheck"):
            assert told == "not-judging-now"
        elif opinion.state != "disputed":
            assert told == "state-conflict"
        else:
            assert told == DONE
            opinion.state = "upheld" if is_upheld else "dismissed"

    @invariant()
    def the_rows_say_the_same(self) -> None:
        if not hasattr(self, "case"):
            return
        with self.world.database.read() as session:
            case = session.get_one(ReviewCase, self.case)
            assert (case.state, case.round) == (self.model.state, self.model.round)
            assert case.is_first_pass == self.model.is_first_pass
            query = sa.select(ReviewOpinion.state).where(ReviewOpinion.case_id == self.case)
            states = session.scalars(query.order_by(ReviewOpinion.serial)).all()
            assert list(states) == [o.state for o in self.model.opinions]
            handed = {s.sheet_id: s for s in sheets_of_case(session, self.case)}
            for n, sheet in enumerate(self.sheets):
                if sheet in handed:
                    assert handed[sheet].state == self.model.sheets[n], (n, self.model)
                    if self.newest.get(n) == handed[sheet].revision_id:
                        del self.newest[n]

    def teardown(self) -> None:
        """An open case would hold nothing that others need; its sheets are its own."""


@pytest.mark.slow
def test_random_walks_agree_with_the_model(database: Database) -> None:
    class InThisWorld(Walk):
        world = reviewed_world(database)
        seat_joint_authorities(world)

    wanted = settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not IS_SOAK,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(InThisWorld, settings=wanted)
    print(f"{InThisWorld.steps} acts")
    with database.read() as session:
        assert list(audit_register(session, CHAPTERS)) == []
        assert session.scalar(sa.select(sa.func.count()).select_from(SheetRevision)) > 0
