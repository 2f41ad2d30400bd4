"""The revision's machine: every state × event × person, told a second time from DOMAIN 2.1."""

import pytest

from app.drawings.actions.revisions import (
    MoveRevisions,
    issue_revisions,
    send_to_checking,
    withdraw_revisions,
)
from app.drawings.guards import GUARDS
from app.drawings.models import SheetRevision
from app.drawings.rules import (
    EVENT_LABELS,
    FROZEN_STATES,
    GUARD_LABELS,
    OPEN_STATES,
    REVISIONS,
    Guard,
    RevisionState,
)
from app.kernel.db.transactions import Database
from app.kernel.errors import FORBIDDEN, NOT_FOUND, STATE_CONFLICT
from app.kernel.labels import LANGUAGES
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions
from tests.drawings.sheets import Upload, advance, page_fields, take_in
from tests.world import PEOPLE, World, make_world

# from DOMAIN 2.1: (state, event) -> state. ``supersede`` is derived (ARCHITECTURE 7, 3), ``create_successor`` is
# ``create`` with a higher number, ``import_history`` is ours for half-built projects.
EXPECTED_STEPS = {
    (None, "create"): "draft",
    (None, "import_history"): "issued",
    ("draft", "send_check"): "checking",
    ("checking", "check_reject"): "draft",
    ("checking", "issue"): "issued",
    ("issued", "submit"): "submitted",
    ("submitted", "return"): "returned",
    ("returned", "resubmit"): "submitted",  # answered without a change
    ("submitted", "take_back"): "issued",  # the owner withdraws the case
    ("submitted", "approve"): "approved",
    ("issued", "release_direct"): "released",
    ("approved", "release"): "released",
    ("released", "cancel_sheet"): "void",
    ("draft", "withdraw"): "withdrawn",
    ("checking", "withdraw"): "withdrawn",
    ("issued", "withdraw"): "withdrawn",
    ("returned", "withdraw"): "withdrawn",
}

AGENCY = {"reviewer", "review_lead", "review_clerk", "legal"}
WHO_SEES = {  # from DOMAIN 2.11, "view"
    "draft": {"lead", "designer", "checker", "verifier", "approver"},
    "submitted": {"lead", "designer", "checker", "verifier", "approver", "owner", "owner_clerk", *AGENCY},
    "released": set(PEOPLE) - {"archivist"},
}
WHO_SEES |= {"checking": WHO_SEES["draft"], "void": WHO_SEES["released"]}
WHO_SEES |= dict.fromkeys(("returned", "approved"), WHO_SEES["submitted"])
WHO_SEES |= dict.fromkeys(("issued", "withdrawn"), WHO_SEES["submitted"] - AGENCY)

WHO_MAY = {
    "send_check": {"lead", "designer"},
    "issue": {"lead", "approver"},
    "release": {"owner"},
    "cancel": {"owner"},
}
WHO_WITHDRAWS = {"draft": {"lead", "designer"}}


def test_the_table_is_sound_and_is_that_of_the_domain():
    REVISIONS.check(Guard)
    assert {(s.source, s.event): s.target for s in REVISIONS.steps} == EXPECTED_STEPS
    assert set(GUARDS) == set(Guard) == set(GUARD_LABELS)
    assert {s.event for s in REVISIONS.steps} == set(EVENT_LABELS)
    assert all(label.in_(language) for label in EVENT_LABELS.values() for language in LANGUAGES)
    assert not FROZEN_STATES & OPEN_STATES


def _put(world: World, revision_id: str, state: str) -> None:
    """Set a state behind the machine's back: this test is about the step, not about the way there."""
    with world.database.plumbing() as session:
        session.get_one(SheetRevision, revision_id).state = state


def _act(world: World, who: str, event: str, revision_id: str) -> str:
    move = MoveRevisions(world.project_id, [revision_id], event)
    with world.database.write(world.actor(who)) as tx:
        if event == "send_check":
            report = send_to_checking(tx, move)
        elif event == "issue":
            report = issue_revisions(tx, move)
        elif event == "withdraw":
            report = withdraw_revisions(tx, move)
        elif event == "release":
            report = release_revisions(tx, ReleaseRevisions(world.project_id, [revision_id]))
        else:
            report = cancel_sheets(tx, CancelSheets(world.project_id, [revision_id], "变更 3"))
    return "done" if report.is_clean else report.refused[revision_id].code


def _expected(who: str, event: str, state: str) -> str:
    """Told from DOMAIN, not from the code."""
    if who not in WHO_SEES[state]:
        return NOT_FOUND
    sources = {
        "send_check": {"draft"},
        "issue": {"checking"},
        "release": {"issued", "approved"},
        "cancel": {"released"},
    }
    sources["withdraw"] = {"draft", "checking", "issued", "returned"}
    if state not in sources[event]:
        return STATE_CONFLICT
    allowed = WHO_WITHDRAWS.get(state, {"lead"}) if event == "withdraw" else WHO_MAY[event]
    if who not in allowed:
        return FORBIDDEN
    # No certificate lists it: what was approved behind everybody's back cannot be released.
    return "guard-failed" if (event, state) == ("release", "approved") else "done"


@pytest.mark.parametrize("event", ["send_check", "issue", "withdraw", "release", "cancel"])
def test_every_state_and_person(database: Database, event: str):
    world = make_world(database)
    number = 0
    revision = ""
    for state in RevisionState:
        for who in PEOPLE:
            if not revision:
                number += 1
                revision = take_in(world, Upload([page_fields(f"A-{number}")])).revision()
                advance(world, [revision], "signed")
            _put(world, revision, state)
            outcome = _act(world, who, event, revision)
            assert outcome == _expected(who, event, state), (state, event, who)
            if outcome == "done":
                revision = ""
