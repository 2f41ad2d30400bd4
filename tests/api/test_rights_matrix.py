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
from tests.api.rights_table import MAY, PUBLIC, WITHOUT_PROJECT
from tests.markups.drawn import REGION, SHAPES
from tests.peers.rendered_once import render_once
from tests.world import PEOPLE

ASKED_ON_POSTGRESQL = ("owner", "designer", "contractor", "archivist", "stranger")
"""The other seats are asked on SQLite only: the same table of grants answers."""
OPERATIONS = {o.name: o for table in TABLES for o in table.operations}
ID = new_id()


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
        "judgement_id": ID,
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


def test_every_role_gets_what_the_table_says(
    asked: Api, things: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    render_once(monkeypatch)
    roles = (*PEOPLE, "stranger") if asked.services.database.is_sqlite else ASKED_ON_POSTGRESQL
    wrong: list[str] = []
    for name in sorted(MAY):
        if name == "end":
            continue  # ends the seat that others are asked with; below, at the last
        for role in roles:
            expected = role in MAY[name]
            status = _probe(asked, name, role, things).status_code
            allowed = status not in (401, 403, 404)
            if status >= 500 or allowed != expected:
                wrong.append(f"{role} {name}: {status}, expected {'yes' if expected else 'no'}")
            if role == "stranger" and name not in WITHOUT_PROJECT and status != 404:
                wrong.append(f"a stranger learns from {name} that there is something: {status}")
    for role in roles:
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
        asked.services.database,
        asked.services.factors,
        login="owner",
        password=PASSWORD,
        address="127.0.0.1",
        user_agent="",
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
