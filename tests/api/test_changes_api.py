"""A change from its proposal to the as-built through the API alone; every answer is held against the document's shapes."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from app.api import changes
from tests.api.conftest import Api
from tests.api.test_review_api import Told
from tests.changes import papers as p
from tests.changes.sites import release, released
from tests.review.cases import issued


@pytest.fixture
def told(asked: Api) -> Told:
    return Told(asked)


def _body(asked: Api, revision: str, **more: Any) -> dict[str, Any]:
    sheet = p.text(asked.world, revision).sheets[0].sheet_id
    body = {
        "kind": "design_change",
        "title": "窗洞移位 300",
        "description": "C1 窗洞向北移 300 mm。",
        "discipline": "arch",
        "reason": "site_condition",
        "sheets": [{"sheet_id": sheet, "revision_id": revision, "boxes": [list(p.BOX)]}],
        "cost_estimate": 150_000,
        "days_estimate": 2,
    }
    return {**body, **more}


def test_a_change_from_its_proposal_to_the_as_built(told: Told) -> None:
    asked = told.asked
    revision = released(asked.world, "建施-01")
    here = f"/projects/{asked.world.project_id}/changes"
    body = _body(asked, revision)
    sheet = body["sheets"][0]["sheet_id"]
    made = told.post("contractor", here, body)["id"]
    one = f"/changes/{made}"
    version = told.get("contractor", one)["version"]
    said = {k: v for k, v in body.items() if k != "kind"} | {"title": "窗洞移位 600"}
    head = {"If-Match": f'"{version}"'}
    told.ask("contractor", "PUT", one, json=said, headers=head)
    told.ask("contractor", "PUT", one, json=said, headers=head, status=412)
    _move(told, "supervisor", one, "assess", "费用约 1500 元")
    _move(told, "lead", one, "accept")
    found = told.get("lead", one)
    assert [g["guard"] for m in found["moves"] if m["event"] == "issue" for g in m["guards"]]
    assert not next(m for m in found["moves"] if m["event"] == "issue")["is_open"]
    stated = {"flags": ["fire_major"], "basis": "涉及防火分区", "triggers": ["arch-plan"]}
    told.ask("designer", "PUT", f"{one}/class", json=stated, headers={"If-Match": f'"{found["version"]}"'})
    file = _file(told, "designer", one, "sketch")
    assert told.ask("contractor", "GET", f"/changes/files/{file}/bytes") == b"%PDF-1.7 sketch"
    _move(told, "lead", one, "issue")
    _move(told, "owner_clerk", one, "send_review")
    _move(told, "review_lead", one, "pass", "审变 12 号")
    told.post("owner", f"{one}/move", {"event": "approve"}, status=409)
    told.post("authority", f"{one}/words", {"kind": "authority", "is_yes": True, "domain": "fire"})
    _file(told, "owner_clerk", one, "approval", domain="fire", number="消函 7 号")
    _move(told, "owner", one, "approve")
    _move(told, "supervisor", one, "countersign")
    (force,) = told.get("contractor", f"/projects/{asked.world.project_id}/record")["items"]
    assert [slip["change_id"] for slip in force["slips"]] == [made]
    _move(told, "contractor", one, "implement")
    _move(told, "supervisor", one, "verify")
    told.post("supervisor", f"{one}/move", {"event": "incorporate"}, status=409)
    told.post("contractor", f"{one}/incorporations", {"places": {sheet: "建竣-01，C3"}})
    told.ask("owner", "PUT", f"{one}/costs", json={"cost_agreed": 120_000, "days_agreed": 1})
    _move(told, "supervisor", one, "incorporate")
    found = told.get("inspector", one)
    assert (found["state"], found["name"]) == ("incorporated", "设变-建筑-001")
    assert found["cost_agreed"] == 120_000
    assert [s["place"] for s in found["sheets"]] == ["建竣-01，C3"]
    assert {w["kind"] for w in found["words"]} == {"reviewed", "authority"}
    assert all(w["counts"] for w in found["words"])
    closure = told.get("owner", f"{here}/closure")
    assert closure["total"]["in_as_built"] == {"part": 1, "whole": 1, "percent": 100.0}
    assert closure["open"] == []
    assert told.get("owner", here)["total"] == 1
    book = load_workbook(io.BytesIO(told.get("owner", f"{here}/settlement.xlsx")))
    assert book.worksheets[0]["A4"].value == "设变-建筑-001"
    _absorbed(told, made)
    assert told.seen >= {operation.name for operation in changes.table.operations}


def _absorbed(told: Told, change: str) -> None:
    """The next revision takes it in; its release makes that true."""
    asked = told.asked
    (newer,) = issued(asked.world, "建施-01")
    told.post("designer", f"/revisions/{newer}/absorptions", {"ticks": {change: True}})
    release(asked.world, [newer])
    (force,) = told.get("contractor", f"/projects/{asked.world.project_id}/record")["items"]
    assert (force["revision_id"], force["slips"]) == (newer, [])


def _move(told: Told, who: str, one: str, event: str, note: str = "理由") -> None:
    told.post(who, f"{one}/move", {"event": event, "note": note})


def _file(told: Told, who: str, one: str, kind: str, **more: str) -> str:
    query = {"name": "x.pdf", "kind": kind, **more}
    data = f"%PDF-1.7 {kind}".encode()
    answer = told.ask(
        who, "POST", f"{one}/files", data=data, content_type="application/octet-stream", query_string=query
    )
    return str(answer["id"])


def test_the_list_is_filtered(told: Told) -> None:
    asked = told.asked
    first, second = released(asked.world, "建施-01"), released(asked.world, "建施-02")
    done, proposed = p.effective(asked.world, first), p.proposed(asked.world, second, kind="liaison")
    here = f"/projects/{asked.world.project_id}/changes"
    sheet = p.text(asked.world, second).sheets[0].sheet_id

    def ids(who: str = "owner", **query: str) -> list[str]:
        return [c["id"] for c in told.get(who, here, **query)["items"]]

    assert ids() == [proposed, done]
    assert ids("inspector") == [done], "what was only proposed is not his to see"
    assert ids(state="effective") == [done]
    assert ids(kind="liaison") == ids(sheet_id=sheet) == [proposed]
    assert ids(discipline="struct") == []
    assert ids("supervisor", waits_for_me="true") == [proposed]
    assert ids("contractor", waits_for_me="true") == [done]
    assert ids(is_open="false") == []
    first_page = told.get("owner", here, limit=1)
    assert told.get("owner", here, cursor=first_page["next"])["items"][0]["id"] == done


def test_a_proposal_sent_twice_is_one(told: Told) -> None:
    asked = told.asked
    revision = released(asked.world, "建施-01")
    here = f"/projects/{asked.world.project_id}/changes"
    body, key = _body(asked, revision), {"Idempotency-Key": "one"}
    made = [told.post("contractor", here, body, headers=key)["id"] for _ in range(2)]
    assert made[0] == made[1]
    assert told.get("owner", here)["total"] == 1
    told.post("contractor", here, {**body, "title": "另一份"}, headers=key, status=422)
