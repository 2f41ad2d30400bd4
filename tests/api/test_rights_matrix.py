"""Every operation by every role, on the own and on a foreign project: expected answers are data.

An operation that nobody listed fails the test: whoever adds a route says here who may use it.
"""

from typing import Any

import pytest

from app.api import TABLES
from app.kernel.ids import new_id
from tests.api.change_lives import CHANGE_BODIES, change_things, said_of
from tests.api.conftest import Api
from tests.api.distribution_lives import distribution_things
from tests.api.lives import drawing, open_batch, send
from tests.api.question_lives import question_things
from tests.api.review_lives import review_things
from tests.markups.drawn import REGION, SHAPES
from tests.world import PEOPLE

OPERATIONS = {o.name: o for table in TABLES for o in table.operations}
EVERYBODY = frozenset(PEOPLE)
OWNERS = frozenset({"owner", "owner_clerk"})
DESIGN = frozenset({"lead", "designer", "checker", "verifier", "approver"})
READERS = EVERYBODY - {"archivist"}
NOBODY: frozenset[str] = frozenset()
AGENCY = frozenset({"reviewer", "review_lead", "review_clerk", "legal"})
SEERS = OWNERS | DESIGN | AGENCY | {"authority", "inspector", "investigator"}
"""Who sees a review case; builders, supervisors and the archive see its result in the register."""
SITE = OWNERS | {"contractor", "supervisor"}
REVIEWERS = frozenset({"reviewer", "review_lead"})
WORKING = OWNERS | DESIGN | {"contractor", "supervisor"}
"""Between whom changes go; who watches sees them when they are issued."""
RECEIVERS = OWNERS | {"lead", "designer", "contractor", "supervisor"}
"""Who confirms for a party."""
ID = new_id()

MAY: dict[str, frozenset[str]] = {
    # without a project: every token
    "me": EVERYBODY | {"stranger"},
    "list_projects": EVERYBODY | {"stranger"},
    "get_tree": EVERYBODY | {"stranger"},
    "find": EVERYBODY | {"stranger"},
    "found": EVERYBODY | {"stranger"},
    "list_notices": EVERYBODY | {"stranger"},
    "read_notices": EVERYBODY | {"stranger"},
    # distribution
    "list_receipts": READERS,
    "confirm_many_receipts": RECEIVERS,
    "object_to_item": RECEIVERS,
    "resolve_one_objection": OWNERS | {"lead"},
    "may_build_sheet": DESIGN,  # of a draft
    "list_transmittals": READERS,
    "send_one_transmittal": OWNERS | {"lead", "designer", "contractor"},
    "get_transmittal": READERS,
    "transmittal_package": READERS,
    "list_copies": READERS,
    # the project and who is in it
    "get_project": EVERYBODY,
    "list_identifiers": EVERYBODY,
    "list_buildings": EVERYBODY,
    "list_parties": EVERYBODY,
    "list_seats": EVERYBODY,
    "edit": OWNERS,
    "identify": OWNERS,
    "add": OWNERS,
    "identify_one_building": OWNERS,
    "join": frozenset({"owner"}),
    "give": frozenset({"owner", "lead"}),
    "hand_over": frozenset({"owner", "lead"}),
    "end": frozenset({"owner", "lead"}),
    # intake: of the designer's party here
    "list_intakes": EVERYBODY,
    "open_one": frozenset({"lead", "designer"}),
    "get_intake": DESIGN,
    "upload": frozenset({"lead", "designer"}),
    "correct": frozenset({"lead", "designer"}),
    "accept": frozenset({"lead", "designer"}),
    "leave_out": frozenset({"lead", "designer"}),
    "close": frozenset({"lead", "designer"}),
    "begin_upload": frozenset({"lead", "designer"}),
    "look_at_upload": frozenset({"designer"}),
    "continue_upload": frozenset({"designer"}),
    "drop_upload": frozenset({"designer"}),
    # drafts: only the designer's party
    "list_register": EVERYBODY,
    "export_csv": EVERYBODY,
    "export_xlsx": EVERYBODY,
    "get_sheet": DESIGN,
    "get_revision": DESIGN,
    "get_rendition": DESIGN,
    "get_bytes": DESIGN,
    "compare": DESIGN,
    "ask_to_compare": DESIGN,
    # steps: everybody who sees the project gets a report; the rows say who may (see ROWS)
    "send_check": EVERYBODY,
    "sign": EVERYBODY,
    "issue": EVERYBODY,
    "withdraw": EVERYBODY,
    "release": EVERYBODY,
    "cancel": EVERYBODY,
    # marks: the mark is the checker's, on a draft
    "list_marks": DESIGN,
    "get_mark": DESIGN,
    "draw": DESIGN,
    "edit_one_mark": frozenset({"checker"}),
    "take_back": frozenset({"checker", "lead"}),
    "put_back": frozenset({"checker", "lead"}),
    "comment": DESIGN,
    "move": DESIGN,
    "assign": DESIGN,
    "marks_as_pdf": DESIGN,
    "marks_as_xlsx": DESIGN,
    "marks_as_bcf": DESIGN,
    "all_marks_as_xlsx": EVERYBODY,
    "all_marks_as_bcf": EVERYBODY,
    "place_a_photo": DESIGN,
    "look_at_annotations": DESIGN,
    "bring_in": DESIGN,
    "get_photo": NOBODY,  # the mark has none; who sees one that has is tested with the pages
    "get_photo_picture": NOBODY,
    "list_carries": DESIGN,
    "carry": DESIGN,
    # review: a case in first review, the discipline is the reviewer's, its opinion a draft; another case is certified
    "list_cases": EVERYBODY,  # what one does not see is not in it
    "prepare_one_case": OWNERS,
    "get_case": SEERS,
    "edit_one_case": OWNERS,
    "ask_the_gate": SEERS,
    "hand_in": SEERS,  # not in this state, says the machine to whoever sees the case
    "hand_in_again": SEERS,
    "move_case": frozenset({"review_lead"}),
    "assign_reviewers": frozenset({"review_lead"}),
    "finish_one_discipline": frozenset({"reviewer"}),
    "conclude_on_domain": NOBODY,  # the case is not joint, and nobody here sits for a joint authority
    "add_basis_document": OWNERS,
    "get_basis_document": SEERS,
    "list_opinions": SEERS,
    "draft_one_opinion": frozenset({"reviewer"}),
    "make_opinions_of_marks": REVIEWERS,
    "get_opinion": AGENCY,
    "edit_one_opinion": frozenset({"reviewer"}),
    "move_many_opinions": SEERS,  # the rows say who may
    "order_many_opinions": frozenset({"review_lead"}),
    "list_fixes": AGENCY,
    "list_flags": AGENCY,
    "reply_to_opinion": NOBODY,  # a draft is nobody's to answer, and the agency does not answer itself
    "judge_one_reply": frozenset({"reviewer"}),
    "rule_on_opinion": NOBODY,
    "list_certificates": EVERYBODY,
    "certify": SEERS,
    "get_certificate": SEERS,
    "certificate_as_pdf": SEERS,
    "extract_as_pdf": SEERS,
    "void": frozenset({"legal"}),
    "notice_as_pdf": SEERS,
    "replies_as_pdf": SEERS,
    "opinions_as_xlsx": SEERS,
    "template_as_xlsx": SEERS,
    "look_at_opinion_table": REVIEWERS,
    "bring_opinion_table_in": REVIEWERS,
    "get_exchange_row": SEERS,
    "exchange_as_xlsx": SEERS,
    "get_findings": REVIEWERS,
    "ask_for_findings": REVIEWERS,
    "accept_many_findings": REVIEWERS,
    "drop_many_findings": REVIEWERS,
    "restore_many_findings": REVIEWERS,
    "get_self_check": DESIGN,
    "ask_for_self_check": DESIGN,
    # changes: one is with the designer, in this project without an assessment asked for
    "list_changes": EVERYBODY,  # what one does not see is not in it
    "propose_one_change": WORKING,
    "get_change": WORKING,
    "write_one_change": frozenset({"lead", "designer"}),
    "state_class_of_change": frozenset({"lead", "designer"}),
    "move_one_change": frozenset({"lead", "approver"}),  # its issue
    "say_of_change": frozenset({"owner", "lead", "supervisor"}),  # to an emergency
    "add_change_file": frozenset({"lead", "designer"}),
    "get_change_file": WORKING,
    "tick_absorbed_changes": frozenset({"lead", "designer"}),
    "say_where_it_stands": frozenset({"contractor", "lead", "designer"}),
    "agree_on_costs": frozenset({"owner"}),
    "get_closure": EVERYBODY,
    "settlement_as_xlsx": EVERYBODY,
    # questions: a note of the contractor to the designer, a joint review that collects questions
    "list_notes": READERS,
    "ask_one_note": SITE | DESIGN,
    "get_note": READERS,
    "move_one_note": frozenset({"contractor"}),
    "list_joint_reviews": READERS,
    "plan_one_joint_review": OWNERS | {"supervisor"},
    "get_joint_review": READERS,
    "ask_in_joint_review": SITE,
    "move_joint_review": OWNERS | {"supervisor"},
    "sign_joint_review": frozenset({"owner", "lead", "supervisor"}),
    "answer_in_joint_review": DESIGN,
    # the record
    "get_set": READERS,
    "get_package": READERS,
    "get_one": READERS,
    "list_moments": READERS,
    "list_baselines": READERS,
    "get_baseline": READERS,
    "freeze": OWNERS | {"inspector", "investigator"},
    "get_entry": EVERYBODY,
    "prove_entry": EVERYBODY,
}
PUBLIC = {"get_status", "upload_abilities"}
WITHOUT_PROJECT = {"me", "list_projects", "get_tree", "find", "found", "list_notices", "read_notices"}


@pytest.fixture
def things(asked: Api) -> dict[str, str]:
    """One of everything in the project: an intake with a file, a draft, a baseline, an upload under way, an entry."""
    world = asked.world
    intake = open_batch(asked)
    send(asked, intake, "a.pdf", drawing("draft"))
    asked.work()
    table = asked.ask("designer", "GET", f"/intakes/{intake}").json
    row = table["rows"][0]
    values = {"number": "建施-01", "title": "图", "discipline": "arch"}
    asked.ask(
        "designer",
        "PATCH",
        f"/rows/{row['id']}",
        json={"values": values},
        headers={"If-Match": f'"{row["version"]}"'},
    )
    asked.ask("designer", "POST", f"/intakes/{intake}/accept", json={"rows": [row["id"]]})
    revision = asked.ask("designer", "GET", f"/intakes/{intake}").json["rows"][0]["revision_id"]
    found = asked.ask("designer", "GET", f"/revisions/{revision}").json
    baseline = asked.ask("owner", "POST", f"/projects/{world.project_id}/baselines", json={}).json["id"]
    from app.kernel.ledger.models import LedgerEntry  # noqa: PLC0415

    with asked.services.database.read() as session:
        leaf = session.query(LedgerEntry.leaf).filter_by(type="intake.opened").limit(1).scalar()
    mark = asked.ask("checker", "POST", f"/revisions/{revision}/marks", json=MARK).json["id"]
    return {
        "mark_id": mark,
        "project_id": world.project_id,
        "building_id": world.building_id,
        "seat_id": world.seats["checker"],
        "intake_id": intake,
        "row_id": row["id"],
        "revision_id": revision,
        "sheet_id": found["sheet_id"],
        "rendition_id": found["renditions"][0]["id"],
        "after_id": found["renditions"][0]["id"],
        "baseline_id": baseline,
        "leaf": leaf,
        "short_code": found["short_code"],
        **review_things(asked),
        **change_things(asked),
        **question_things(asked),
        **distribution_things(asked),
    }


def test_every_operation_is_listed() -> None:
    assert set(OPERATIONS) == set(MAY) | PUBLIC


def test_every_role_gets_what_the_table_says(asked: Api, things: dict[str, str]) -> None:
    wrong: list[str] = []
    for name in sorted(MAY):
        if name == "end":
            continue  # ends the seat that others are asked with; below, at the last
        for role in (*PEOPLE, "stranger"):
            expected = role in MAY[name]
            status = _probe(asked, name, role, things).status_code
            allowed = status not in (401, 403, 404)
            if status >= 500 or allowed != expected:
                wrong.append(f"{role} {name}: {status}, expected {'yes' if expected else 'no'}")
            if role == "stranger" and name not in WITHOUT_PROJECT and status != 404:
                wrong.append(f"a stranger learns from {name} that there is something: {status}")
    for role in (*PEOPLE, "stranger"):
        status = _probe(asked, "end", role, things).status_code
        if (status in (403, 404)) == (role in MAY["end"]):
            wrong.append(f"{role} end: {status}")
    assert not wrong, "\n".join(wrong)


def test_nobody_reaches_anything_without_a_token(asked: Api, things: dict[str, str]) -> None:
    for name, operation in OPERATIONS.items():
        if name not in PUBLIC:
            answer = _probe(asked, name, None, things)
            assert answer.status_code == 401, name
            assert operation.method == "HEAD" or answer.json["code"] == "token-needed"


def test_a_token_can_do_no_more_than_its_scopes(asked: Api, things: dict[str, str]) -> None:
    token = asked.token("owner", frozenset({"project:view"}))
    headers = {"Authorization": f"Bearer {token}"}
    here = f"/api/v1/projects/{things['project_id']}"
    assert asked.client.get(here, headers=headers).status_code == 200
    assert asked.client.get(f"{here}/record", headers=headers).status_code == 403
    body = {"number": "2#", "name": ""}
    assert asked.client.post(f"{here}/buildings", json=body, headers=headers).status_code == 403


def test_a_session_cookie_opens_nothing(asked: Api) -> None:
    from app.accounts.flows import sign_in  # noqa: PLC0415
    from tests.world import PASSWORD  # noqa: PLC0415

    secret = sign_in(
        asked.services.database, login="owner", password=PASSWORD, address="127.0.0.1", user_agent=""
    )
    answer = asked.client.get("/api/v1/me", headers={"Cookie": f"oneset={secret}; __Host-oneset={secret}"})
    assert answer.status_code == 401
    assert asked.client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def _probe(asked: Api, name: str, role: str | None, things: dict[str, str]) -> Any:
    """One request that a permitted person could make; what it then answers (409, 422) does not matter here."""
    operation = OPERATIONS[name]
    places = dict(things)
    if "upload_id" in operation.path:
        places["upload_id"] = _begun(asked, things["intake_id"])
    path = operation.path.format(**places)
    more: dict[str, Any] = {"headers": {}}
    if operation.is_versioned:
        more["headers"]["If-Match"] = '"999"'
    if operation.tag == "uploads":
        more["headers"] |= {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        }
        if name == "begin_upload":
            more["headers"] |= _metadata(things["intake_id"])
    elif operation.body is not None:
        more["json"] = BODIES.get(name, {"revisions": [things["revision_id"]]})
        if name in ("accept", "leave_out"):
            more["json"] = {"rows": [ID]}
        if name == "give":
            more["json"] = _seat(asked)
        if name == "hand_over":
            more["json"] = {"to_person_id": asked.world.people["verifier"]}
        if name == "object_to_item":  # by another hash than the one in force: refused to whoever might
            more["json"] = {**SEEN, "key": f"revision:{things['released_id']}", "reason": "x"}
        if name == "send_one_transmittal":
            to = [{"party_id": asked.world.parties["contractor"]}]
            more["json"] = {"items": [f"revision:{things['released_id']}"], "recipients": to}
        if name == "join":
            more["json"] = {"organisation_id": asked.world.organisations["owner"], "role": "cost", "lot": ID}
        if name in ("propose_one_change", "write_one_change"):
            more["json"] = said_of(asked, things, kind="liaison" if name == "propose_one_change" else "")
        if name == "prepare_one_case":
            more["json"] = {"agency_id": asked.world.parties["reviewer"], "title": "x"}
        if name == "assign_reviewers":
            more["json"] = {"reviewers": {"arch": asked.world.people["reviewer"]}}
    elif operation.takes is not None:
        more |= {"data": b"x", "content_type": "application/octet-stream", "query_string": {"name": "x.pdf"}}
        if name == "place_a_photo":
            more["query_string"] = {"x": "1", "y": "2"}
        if name == "look_at_annotations":
            more["query_string"] = {}
        if name == "add_basis_document":
            more["query_string"] = {"name": "x.pdf", "kind": "survey"}
        if name == "add_change_file":
            more["query_string"] = {"name": "x.pdf", "kind": "sketch"}
        if operation.tag == "review papers":
            more["query_string"] = {}
    if name == "find":
        more["query_string"] = {"q": "x"}
    return asked.ask(role, operation.method, path, **more)


def _begun(asked: Api, intake: str) -> str:
    headers = {"Tus-Resumable": "1.0.0", **_metadata(intake)}
    return asked.ask("designer", "POST", "/uploads", headers=headers).headers["Location"].rsplit("/", 1)[-1]


def _metadata(intake: str) -> dict[str, str]:
    import base64  # noqa: PLC0415

    pairs = {"intake": intake, "filename": "x.pdf"}
    text = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
    return {"Upload-Length": "10", "Upload-Metadata": text}


def _seat(asked: Api) -> dict[str, Any]:
    everywhere = {"all_buildings": True, "all_disciplines": True}
    return {
        "party_id": asked.world.parties["designer"],
        "person_id": asked.world.people["checker"],
        "role": "reader",
        "scope": everywhere,
    }


EDIT = {
    "name": "x",
    "name_en": "",
    "short_name": "",
    "region_code": "",
    "address": "",
    "timezone": "Asia/Shanghai",
    "is_name_public": True,
    "is_restricted": False,
    "policy": {},
}
MARK = {"kind": "cloud", "anchor": REGION, "shape": SHAPES["cloud"]}
OPINION = {"discipline": "arch", "fact": "x", "basis": "design_depth", "basis_reason": "x"}
SEEN = {"key": f"revision:{ID}", "sha256": "0" * 64}
BODIES: dict[str, dict[str, Any]] = {
    **CHANGE_BODIES,
    "confirm_many_receipts": {"items": [{**SEEN, "statement_sha256": "0" * 64}]},
    "resolve_one_objection": {"answer": "x"},
    "edit_one_case": {"title": "x"},
    "ask_the_gate": {"revisions": [ID]},
    "hand_in": {"revisions": [ID]},
    "hand_in_again": {},
    "move_case": {"event": "fail"},  # without a reason: refused to whoever might
    "finish_one_discipline": {"discipline": "arch"},
    "conclude_on_domain": {"domain": "fire", "verdict": "passed"},
    "draft_one_opinion": OPINION,
    "edit_one_opinion": OPINION,
    "move_many_opinions": {"opinions": [ID], "event": "propose"},
    "make_opinions_of_marks": {"marks": [ID]},
    "order_many_opinions": {"opinions": []},
    "reply_to_opinion": {"event": "reply_explain", "text": "x"},
    "judge_one_reply": {"is_settled": True},
    "rule_on_opinion": {"is_upheld": True, "text": "x"},
    "certify": {"number_internal": "x"},
    "void": {"reason": "x"},
    "accept_many_findings": {"findings": [ID]},
    "drop_many_findings": {"findings": [ID]},
    "restore_many_findings": {"findings": [ID]},
    "ask_one_note": {"to_party_id": ID, "question": "x", "discipline": "arch"},
    "move_one_note": {"event": "withdraw"},  # without a reason: refused to whoever might
    "plan_one_joint_review": {"title": "x"},
    "ask_in_joint_review": {"question": " ", "discipline": "arch"},
    "move_joint_review": {"event": "collect"},  # it has no questions
    "sign_joint_review": {"digest": "0" * 64},
    "answer_in_joint_review": {"answer": "x"},
    "found": {"name": "x"},
    "edit": EDIT,
    "identify": {"scheme": "job_number", "value": "x"},
    "add": {"number": "1#", "name": "x"},
    "identify_one_building": {"scheme": "local", "value": "x"},
    "open_one": {},
    "correct": {"values": {"title": "x"}},
    "sign": {"revisions": [ID], "role": "checker"},
    "cancel": {"revisions": [ID], "basis": "x"},
    "freeze": {},
    "draw": MARK,
    "edit_one_mark": {"anchor": REGION, "shape": SHAPES["cloud"]},
    "comment": {"text": "x"},
    "move": {"event": "answer"},
    "assign": {"person_id": None},
    "carry": {"marks": [ID], "decision": "dropped"},
}
