"""DOMAIN 2.11 cell by cell, written down here a second time; whoever changes a right changes it twice."""

import pytest

from app.access.grants import GRANTS, OWNER_STATES, PUBLIC_STATES, REVIEW_STATES
from app.access.rules import PARTY_LABELS, PERMISSION_LABELS, SEAT_LABELS, PartyRole, Permission, SeatRole
from app.drawings.rules import STATE_LABELS, RevisionState
from app.kernel.actor import Actor, Via
from app.kernel.policy import Rights, Scope, SeatFact, Target

ALL = Scope(True, frozenset(), True, frozenset())
ANY = set(SeatRole)
PREPARE = {"project_lead", "discipline_lead", "drafter", "document_clerk"}
OFFICE = {"project_lead", "document_clerk"}
LEAD, LEADS = {"project_lead"}, {"project_lead", "project_manager"}
DESIGN = ("designer", "specialist_designer", "surveyor")
SITE = ("contractor", "subcontractor", "supervisor", "authority", "supervision_station", "fire_authority",
        "other_authority", "investigator", "judicial", "testing", "cost")  # fmt: skip
REMARK = set(SITE) - {"investigator", "judicial", "testing", "cost"}
PENS = ANY - {"reader"}
NOBODY: set[str] = set()
AGENCY = {"project_lead", "technical_lead"}
BUILD = ("contractor", "subcontractor")
WORK = ("owner", *DESIGN, *BUILD, "supervisor")
SITE_LEADS = {"project_manager", "site_tech_lead"}
SITE_OFFICE = SITE_LEADS | {"document_clerk"}
DESIGN_LEADS = {"project_lead", "discipline_lead"}
CHIEF, SUPERVISE = {"chief_supervisor"}, {"chief_supervisor", "supervision_engineer"}
RECEIVE = {
    "owner": (OFFICE, NOBODY),
    **dict.fromkeys(DESIGN, (PREPARE, NOBODY)),
    **dict.fromkeys(BUILD, (SITE_OFFICE, NOBODY)),
    "supervisor": (SUPERVISE | {"document_clerk"}, NOBODY),
}
WATCH = ("authority", "supervision_station", "fire_authority", "other_authority", "investigator", "judicial")

# permission -> party role -> (seats that may on their own party's things, seats that may on others')
EXPECTED: dict[str, dict[str, tuple[set, set]]] = {
    "project:view": dict.fromkeys(PartyRole, (ANY, ANY)),
    "project:found": {},  # there is no project yet to have a seat in
    "project:edit": {"owner": (OFFICE, OFFICE)},
    "party:manage": {"owner": (LEAD, LEAD)},
    "seat:manage": {**dict.fromkeys(PartyRole, (LEADS, NOBODY)), "owner": (LEAD, LEAD)},
    "intake:upload": {**dict.fromkeys(DESIGN, (PREPARE, NOBODY)), "owner": (OFFICE, NOBODY)},
    "intake:view": {**dict.fromkeys(DESIGN, (ANY, NOBODY)), "owner": (OFFICE, NOBODY)},
    "revision:edit": dict.fromkeys(DESIGN, (PREPARE, NOBODY)),
    "revision:check": dict.fromkeys(DESIGN, ({"checker"}, NOBODY)),
    "revision:verify": dict.fromkeys(DESIGN, ({"verifier"}, NOBODY)),
    "revision:approve": dict.fromkeys(DESIGN, ({"approver"}, NOBODY)),
    "revision:cosign": dict.fromkeys(DESIGN, ({"cosigner", "discipline_lead"}, NOBODY)),
    "revision:issue": dict.fromkeys(DESIGN, ({"approver", "project_lead"}, NOBODY)),
    "revision:withdraw": dict.fromkeys(DESIGN, ({"project_lead", "discipline_lead"}, NOBODY)),
    "revision:submit": {"owner": (OFFICE, OFFICE)},
    "revision:review": {"reviewer": (AGENCY | {"review_engineer", "legal_representative"},) * 2},
    "review:view": {**dict.fromkeys(("owner", *DESIGN, *WATCH), (ANY, ANY)), "reviewer": (ANY, NOBODY)},
    "review:submit": {"owner": (OFFICE, OFFICE)},
    "review:intake": {"reviewer": (AGENCY | {"document_clerk"}, NOBODY)},
    "review:lead": {"reviewer": (AGENCY, NOBODY)},
    "review:write": {"reviewer": (AGENCY | {"review_engineer"}, NOBODY)},
    "review:certify": {"reviewer": ({"legal_representative"}, NOBODY)},
    "review:file": {"reviewer": (AGENCY | {"document_clerk"}, NOBODY)},
    "review:overview": {
        **dict.fromkeys(WATCH[:4], (ANY, ANY)),
        "reviewer": (AGENCY | {"review_engineer", "legal_representative"}, NOBODY),
    },
    "review:draw": dict.fromkeys(WATCH[:3], ({"project_lead", "inspector"},) * 2),
    "review:draw-share": {
        **dict.fromkeys(WATCH[:4], ({"project_lead", "inspector"},) * 2),
        "owner": (LEAD, LEAD),
        "reviewer": (AGENCY | {"legal_representative"},) * 2,
    },
    "review:self-check": dict.fromkeys(DESIGN, (ANY, NOBODY)),
    "review:reply": dict.fromkeys(DESIGN, ({"project_lead", "discipline_lead", "drafter"},) * 2),
    "review:rule": dict.fromkeys(("authority", "fire_authority"), ({"project_lead", "inspector"},) * 2),
    "review:conclude": dict.fromkeys(
        ("fire_authority", "other_authority"), ({"project_lead", "inspector"},) * 2
    ),
    "revision:release": {"owner": (LEAD, LEAD)},
    "revision:void": {"owner": (LEAD, LEAD)},
    "revision:import": {"owner": (OFFICE, NOBODY)},
    "record:view": dict.fromkeys(("owner", "reviewer", *DESIGN, *SITE), (ANY, ANY)),
    "mark:resolve": dict.fromkeys(("owner", "reviewer", *DESIGN, *REMARK), (PENS, NOBODY)),
    "baseline:freeze": {
        "owner": (OFFICE, OFFICE),
        "supervision_station": ({"inspector"},) * 2,
        "investigator": ({"inspector"},) * 2,
    },
    "change:propose": dict.fromkeys(WORK, (PENS, PENS)),
    "change:assess": {"supervisor": (SUPERVISE, SUPERVISE)},
    "change:accept": {"owner": (LEAD, LEAD), **dict.fromkeys(DESIGN, (DESIGN_LEADS, DESIGN_LEADS))},
    "change:design": dict.fromkeys(DESIGN, (PREPARE, NOBODY)),
    "change:issue": dict.fromkeys(DESIGN, (DESIGN_LEADS | {"approver"}, NOBODY)),
    "change:submit": {"owner": (OFFICE, OFFICE)},
    "change:review": {"reviewer": (AGENCY, AGENCY)},
    "change:consent": dict.fromkeys(
        ("authority", "fire_authority", "other_authority"), ({"project_lead", "inspector"},) * 2
    ),
    "change:approve": {"owner": (LEAD, LEAD)},
    "change:countersign": {"supervisor": (CHIEF, CHIEF)},
    "change:emergency": {
        "owner": (LEAD, LEAD),
        **dict.fromkeys(DESIGN, (DESIGN_LEADS, DESIGN_LEADS)),
        "supervisor": (CHIEF, CHIEF),
    },
    "change:implement": dict.fromkeys(BUILD, (SITE_OFFICE | {"site_user"},) * 2),
    "change:verify": {"supervisor": (SUPERVISE, SUPERVISE)},
    "change:incorporate": {
        **dict.fromkeys(BUILD, (SITE_OFFICE, SITE_OFFICE)),
        **dict.fromkeys(DESIGN, (PREPARE, PREPARE)),
    },
    "note:view": dict.fromkeys((*WORK, *WATCH, "reviewer", "testing", "cost"), (ANY, ANY)),
    "note:ask": dict.fromkeys(WORK, (PENS, PENS)),
    "note:answer": dict.fromkeys(WORK, (PENS, NOBODY)),
    "jdr:view": dict.fromkeys((*WORK, *WATCH, "reviewer", "testing", "cost"), (ANY, ANY)),
    "jdr:convene": {"owner": (OFFICE, OFFICE), "supervisor": (CHIEF | {"document_clerk"},) * 2},
    "jdr:ask": dict.fromkeys(("owner", *BUILD, "supervisor"), (PENS, PENS)),
    "jdr:answer": dict.fromkeys(DESIGN, (PENS, PENS)),
    "jdr:record": {
        "owner": (OFFICE, OFFICE),
        "contractor": (SITE_OFFICE, SITE_OFFICE),
        "supervisor": (SUPERVISE | {"document_clerk"},) * 2,
    },
    "jdr:sign": {
        "owner": (LEAD, LEAD),
        **dict.fromkeys(DESIGN, (DESIGN_LEADS, DESIGN_LEADS)),
        "contractor": (SITE_LEADS, SITE_LEADS),
        "supervisor": (CHIEF, CHIEF),
    },
    "distribution:view": dict.fromkeys((*WORK, *WATCH, "reviewer", "testing"), (ANY, ANY)),
    "distribution:transmit": {
        "owner": (OFFICE, OFFICE),
        **dict.fromkeys(DESIGN, (PREPARE, PREPARE)),
        "contractor": (SITE_OFFICE, SITE_OFFICE),
    },
    "receipt:confirm": RECEIVE,
    "receipt:object": {**RECEIVE, **dict.fromkeys(BUILD, (SITE_OFFICE | {"site_user"}, NOBODY))},
    "receipt:resolve": {"owner": (OFFICE, OFFICE), **dict.fromkeys(DESIGN, (DESIGN_LEADS, DESIGN_LEADS))},
    "copy:manage": {k: v for k, v in RECEIVE.items() if k not in DESIGN},
}  # fmt: skip
FORMAL = {
    "design_issued", "in_review", "review_passed", "approved", "effective", "implemented", "verified", "incorporated",
    "superseded", "cancelled",
}  # fmt: skip
RELEASED = {"released", "void"}
REVIEWED = RELEASED | {"submitted", "returned", "approved"}
SEEN_OF_OTHERS = {
    "owner": REVIEWED | {"issued", "withdrawn"},
    "reviewer": REVIEWED,
    **dict.fromkeys((*DESIGN, *SITE), RELEASED),
}


def _may(permission: str, party: str, seat: str, *, own: bool, state: str | None = None) -> bool:
    fact = SeatFact("s", "me", "p", "mine", party, seat, ALL)
    target = Target("p", None, True, "arch", "mine" if own else "theirs", state)
    return Rights(Actor("me", Via.SESSION), (fact,), GRANTS).may(permission, target)


def test_every_permission_stands_in_the_expected_table():
    assert (
        set(EXPECTED) | {"revision:view", "mark:draw", "change:view", "seal:use"}
        == set(GRANTS)
        == set(Permission)
    )


@pytest.mark.parametrize("permission", sorted(EXPECTED))
def test_every_cell_of_the_rights_table(permission: str):
    for party in PartyRole:
        for seat in SeatRole:
            mine, theirs = EXPECTED[permission].get(party, (NOBODY, NOBODY))
            assert _may(permission, party, seat, own=True) == (seat in mine), (party, seat)
            assert _may(permission, party, seat, own=False) == (seat in theirs), (party, seat)


@pytest.mark.parametrize("state", list(RevisionState))
def test_who_sees_a_revision_in_which_state(state: str):
    for party in PartyRole:
        for seat in SeatRole:
            theirs = state in SEEN_OF_OTHERS.get(party, set())
            assert _may("revision:view", party, seat, own=False, state=state) == theirs, (party, seat)
            assert _may("revision:view", party, seat, own=True, state=state) == (party in DESIGN or theirs)


SEALERS = {
    **dict.fromkeys(
        DESIGN,
        frozenset({"project_lead", "discipline_lead", "approver", "registered_person", "document_clerk"}),
    ),
    "reviewer": AGENCY | {"review_engineer", "legal_representative"},
    **dict.fromkeys(
        ("owner", *BUILD, "supervisor"), LEADS | {"site_tech_lead", "document_clerk"} | SUPERVISE
    ),
}


@pytest.mark.parametrize("state", list(RevisionState))
def test_who_seals_a_revision_in_which_state(state: str):
    """Designers their own; the agency what is in review, the others what was released. Which seal, its keepers say."""
    for party in PartyRole:
        for seat in SeatRole:
            seals = seat in SEALERS.get(party, set())
            states = REVIEWED if party == "reviewer" else RELEASED
            theirs = seals and party not in DESIGN and state in states
            assert _may("seal:use", party, seat, own=False, state=state) == theirs, (party, seat)
            mine = seals and (party in DESIGN or state in states)
            assert _may("seal:use", party, seat, own=True, state=state) == mine, (party, seat)


@pytest.mark.parametrize("state", list(RevisionState))
def test_who_marks_a_revision_in_which_state(state: str):
    """Whoever sees it but readers: laboratories, cost consultants, investigators, courts, and readers' seats."""
    for party in PartyRole:
        for seat in SeatRole:
            draws = party in {"owner", "reviewer", *DESIGN, *REMARK} and seat in PENS
            theirs = draws and state in SEEN_OF_OTHERS.get(party, set())
            assert _may("mark:draw", party, seat, own=False, state=state) == theirs, (party, seat)
            mine = draws and (party in DESIGN or theirs)
            assert _may("mark:draw", party, seat, own=True, state=state) == mine, (party, seat)
            if mine:
                assert _may("revision:view", party, seat, own=True, state=state)


@pytest.mark.parametrize(
    "state", [*sorted(FORMAL), "proposed", "assessed", "designing", "rejected", "withdrawn"]
)
def test_who_sees_a_change_in_which_state(state: str):
    """Who works on it sees proposals; who watches sees what became a document."""
    for party in PartyRole:
        expected = party in {*WORK, "cost"} or (party in {*WATCH, "reviewer", "testing"} and state in FORMAL)
        for seat in SeatRole:
            assert _may("change:view", party, seat, own=False, state=state) == expected, (party, seat)


@pytest.mark.parametrize("state", list(RevisionState))
def test_only_co_signers_see_drafts_of_other_disciplines_and_only_while_they_are_checked(state: str):
    narrow = Scope(True, frozenset(), False, frozenset({"struct"}))
    for party in PartyRole:
        for seat in SeatRole:
            fact = SeatFact("s", "me", "p", "mine", party, seat, narrow)
            target = Target("p", None, True, "arch", "mine", state)
            seen = Rights(Actor("me", Via.SESSION), (fact,), GRANTS).may("revision:view", target)
            cosigns = party in DESIGN and seat in {"cosigner", "discipline_lead"} and state == "checking"
            assert seen == cosigns, (party, seat)


def test_the_states_that_rights_speak_of_are_those_of_the_machine():
    assert PUBLIC_STATES < REVIEW_STATES < OWNER_STATES < set(RevisionState)
    assert set(RevisionState) - OWNER_STATES == {"draft", "checking"}
    assert set(STATE_LABELS) == set(RevisionState)


def test_every_role_and_right_has_a_word_in_both_languages():
    for words, names in ((PARTY_LABELS, PartyRole), (SEAT_LABELS, SeatRole), (PERMISSION_LABELS, Permission)):
        assert set(words) == set(names)
        assert all(w.zh and w.en for w in words.values())
