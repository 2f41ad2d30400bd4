"""The machines of case and opinion: sound, those of the domain, and every state x step x person enumerated."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from app.kernel.actor import Actor
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import Refused
from app.kernel.labels import LANGUAGES
from app.review.actions.cases import MoveCase, move_plainly
from app.review.actions.certificates import CertifyCase, certify_case
from app.review.actions.decisions import DecideCase, fail_case, issue_opinions, pass_case
from app.review.actions.submissions import (
    ResubmitCase,
    SubmitCase,
    WithdrawCase,
    resubmit_case,
    submit_case,
    withdraw_case,
)
from app.review.guards import CASE_GUARDS
from app.review.models import ReviewCase
from app.review.opinion_rules import OPINION_EVENTS, OPINION_PAST, OPINIONS, OpinionState
from app.review.rules import (
    CASE_EVENTS,
    CASE_GUARD_LABELS,
    CASES,
    PAST,
    TURNS,
    CaseGuard,
    CaseState,
)
from tests.review.cases import issued, prepared, reviewed_world, submitted
from tests.review.model import CONFLICT, DONE, EVENTS, FORBIDDEN, GUARD, NOT_FOUND, PEOPLE, SEES, STEPS, WHO

ASKED_ON_POSTGRESQL = ["owner", "review_lead", "contractor"]
"""The rest is asked on SQLite only: the same table answers, and time is short."""


def test_the_tables_are_sound_and_those_of_the_domain() -> None:
    CASES.check(CaseGuard)
    OPINIONS.check(())
    assert {(s.source, s.event): s.target for s in CASES.steps if s.source} == STEPS
    assert set(CASE_GUARDS) == set(CaseGuard) == set(CASE_GUARD_LABELS)
    assert set(TURNS) == set(CaseState)
    assert {s.event for s in CASES.steps} == set(CASE_EVENTS) == set(PAST)
    assert {s.event for s in OPINIONS.steps} == set(OPINION_EVENTS) == set(OPINION_PAST)
    labels = [*CASE_EVENTS.values(), *CASE_GUARD_LABELS.values(), *OPINION_EVENTS.values()]
    assert all(label.in_(language) for label in labels for language in LANGUAGES)
    reached = {s.target for s in OPINIONS.steps}
    assert reached == set(OpinionState)


class _Undo(Exception):  # noqa: N818  the way out of an act that shall leave no trace
    pass


@contextmanager
def _undone(database: Database, actor: Actor) -> Iterator[Tx]:
    with suppress(_Undo), database.write(actor) as tx:
        yield tx
        tx.close()
        raise _Undo


def take(tx: Tx, case_id: str, event: str, revisions: list[str], *, note: str = "理由") -> None:
    """Any step of a case, through its own act."""
    if event == "submit":
        submit_case(tx, SubmitCase(case_id, revisions, note))
    elif event == "resubmit":
        resubmit_case(tx, ResubmitCase(case_id, note=note))
    elif event == "withdraw":
        withdraw_case(tx, WithdrawCase(case_id, note))
    elif event == "certify":
        certify_case(tx, CertifyCase(case_id, "N-1"))
    elif event in ("issue_opinions", "pass", "fail"):
        act = {"issue_opinions": issue_opinions, "pass": pass_case, "fail": fail_case}[event]
        act(tx, DecideCase(case_id, note))
    else:
        move_plainly(tx, MoveCase(case_id, event, note))


@pytest.mark.parametrize("event", EVENTS)
def test_every_state_and_person(database: Database, event: str) -> None:
    world = reviewed_world(database)
    revisions = issued(world, "建施-01")
    case_id = submitted(world, revisions) if event != "submit" else prepared(world)
    people = PEOPLE if database.is_sqlite else ASKED_ON_POSTGRESQL
    wrong = []
    for state in CaseState:
        with database.plumbing() as session:
            session.get_one(ReviewCase, case_id).state = state
        for who in people:
            told = DONE
            try:
                with _undone(database, world.actor(who)) as tx:
                    take(tx, case_id, event, revisions)
            except Refused as refusal:
                told = refusal.code
            if told not in _expected(state, event, who):
                wrong.append(f"{state} {event} {who}: {told}")
    assert wrong == []


def _expected(state: str, event: str, who: str) -> set[str]:
    if who not in SEES:
        return {NOT_FOUND}
    if (state, event) not in STEPS:
        return {CONFLICT}
    return {DONE, GUARD} if who in WHO[event] else {FORBIDDEN}
