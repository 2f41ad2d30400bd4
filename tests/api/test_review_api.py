"""A whole review of two rounds through the API alone; every answer is held against the document's own shapes."""

import io
import json
import re
from typing import Any

import jsonschema_rs
import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from app.api import review_assist, review_cases, review_opinions, review_papers, self_checks
from app.projects.rules import Policy, ReviewMode
from tests.api.conftest import Api
from tests.api.lives import accept, drawing, issue, open_batch, send
from tests.markups.drawn import REGION, SHAPES
from tests.review.cases import seat_joint_authorities

WIDTH = {
    "discipline": "arch",
    "fact": "一层 3 轴交 C 轴疏散门净宽 0.80 m",
    "action": "改为不小于 0.90 m",
    "basis": "mandatory_clause",
    "severity": "advise",
    "standard_no": "GB 55037-2022",
    "clause_no": "7.1.4",
}

NO_FORMAT = (500, 400)
"""Of no paper: the assisted review has something to say."""


class Told:
    """Asks, and holds every answer in JSON against the schema that the document gives for it."""

    def __init__(self, asked: Api) -> None:
        self.asked = asked
        self.document = asked.client.get("/api/v1/openapi.json").json
        self.seen: set[str] = set()

    def ask(self, who: str, method: str, path: str, *, status: int | None = None, **more: Any) -> Any:
        """The answer's JSON, or its bytes; another status than the documented good one fails, unless it is named."""
        answer = self.asked.ask(who, method, path, **more)
        operation = self._operation(method, path)
        responses = operation["responses"]
        expected = status or next(int(s) for s in responses if s.startswith("2"))
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text[:600])
        self.seen.add(operation["operationId"])
        content = responses[str(expected)].get("content", {})
        if "application/json" not in content:
            assert set(content) & {answer.mimetype, "*/*"}
            return answer.data
        schema = {**content["application/json"]["schema"], "components": self.document["components"]}
        found = list(jsonschema_rs.Draft202012Validator(schema).iter_errors(answer.json))
        assert not found, (method, path, found[0].message, list(found[0].instance_path))
        return answer.json

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for template, operations in self.document["paths"].items():
            pattern = re.sub(r"{\w+}", "[^/]+", template.replace(".", r"\."))
            if re.fullmatch(pattern, f"/api/v1{path}") and method.lower() in operations:
                return operations[method.lower()]  # type: ignore[no-any-return]
        raise AssertionError(f"the document does not know {method} {path}")

    def post(self, who: str, path: str, body: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.ask(who, "POST", path, **({"json": body} if body is not None else {}), **more)

    def get(self, who: str, path: str, **query: Any) -> Any:
        return self.ask(who, "GET", path, query_string=query)

    def move(self, who: str, case: str, event: str, note: str = "理由") -> None:
        self.post(who, f"{case}/move", {"event": event, "note": note})


@pytest.fixture
def told(asked: Api) -> Told:
    """An API whose project is reviewed by an agency."""
    here = f"/projects/{asked.world.project_id}"
    seen = asked.ask("owner", "GET", here)
    policy = Policy(review_mode=ReviewMode.AGENCY, review_documents=("survey",)).to_json()
    names = ("name", "name_en", "short_name", "region_code", "address", "timezone")
    body = {k: seen.json[k] for k in names}
    body |= {"is_name_public": True, "is_restricted": False, "policy": policy}
    done = asked.ask("owner", "PUT", here, json=body, headers={"If-Match": seen.headers["ETag"]})
    assert done.status_code == 200, done.text
    return Told(asked)


def _issued(told: Told, files: dict[str, tuple[str, str]], **more: str) -> dict[str, str]:
    """Sheets of one batch, sent, read, accepted, signed and issued: revisions by number."""
    intake = open_batch(told.asked)
    for name, (number, _) in files.items():
        send(told.asked, intake, name, drawing(f"{name} {number.encode().hex()} {more}", NO_FORMAT))
    told.asked.work()
    revisions = accept(told.asked, intake, files, **more)
    issue(told.asked, list(revisions.values()))
    return revisions


def _handed_in(told: Told, revisions: list[str]) -> str:
    """The owner's part: a case, its documents, the gate's findings with a reason, and the submission."""
    project, agency = told.asked.world.project_id, told.asked.world.parties["reviewer"]
    body = {"agency_id": agency, "title": "教学楼施工图", "business_no": "2026-0001", "is_fire_joint": True}
    key = {"Idempotency-Key": "case-1"}
    made = told.post("owner", f"/projects/{project}/review/cases", body, headers=key)
    assert told.post("owner", f"/projects/{project}/review/cases", body, headers=key) == made  # once
    case = f"/review/cases/{made['id']}"
    stopped = told.post("owner", f"{case}/submit", {"revisions": revisions}, status=409)
    assert stopped["code"] == "review-guard-failed"
    document = _survey(told, case, b"%PDF-1.7 survey")
    assert _survey(told, case, b"%PDF-1.7 survey") == document  # the same key acts once
    assert _survey(told, case, b"%PDF-1.7 other", status=422)["code"] == "idempotency-mismatch"
    assert told.get("reviewer", f"/review/documents/{document['id']}/bytes") == b"%PDF-1.7 survey"
    gate = told.post("owner", f"{case}/gate", {"revisions": revisions})
    assert (gate["stops"], gate["needs_reason"]) == (False, True)
    told.post("owner", f"{case}/submit", {"revisions": revisions, "note": "分批送审"})
    version = told.asked.ask("owner", "GET", case).headers["ETag"]
    told.ask("owner", "PATCH", case, json={"title": "教学楼"}, headers={"If-Match": version})
    return case


def _survey(told: Told, case: str, data: bytes, *, status: int | None = None) -> Any:
    return told.post(
        "owner",
        f"{case}/documents",
        query_string={"kind": "survey", "name": "勘察.pdf", "title": "勘察报告"},
        data=data,
        content_type="application/octet-stream",
        headers={"Idempotency-Key": "survey"},
        status=status,
    )


def _under_review(told: Told, case: str) -> None:
    for event in ("start_intake", "accept"):
        told.move("review_clerk", case, event, "")
    told.post(
        "review_lead", f"{case}/reviewers", {"reviewers": {"arch": told.asked.world.people["reviewer"]}}
    )
    told.move("review_lead", case, "assign", "")


def _table(*rows: list[str]) -> bytes:
    book = Workbook()
    for row in [["图号", "审查意见", "违反条文", "性质"], *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _opinions_written(told: Told, case: str, sheet: str) -> str:
    """One by hand on a region, one out of a table, one out of a finding where there is one; the first one's id."""
    place = {"sheet_id": sheet, "region": [100_000, 100_000, 200_000, 150_000], "grid": "C3"}
    made = told.post("reviewer", f"{case}/opinions", {**WIDTH, "places": [place]})["id"]
    one = f"/review/opinions/{made}"
    assert told.get("reviewer", one)["severity"] == "must_fix"  # a mandatory clause is never advice
    etag = told.asked.ask("reviewer", "GET", one).headers["ETag"]
    body = {**WIDTH, "fact": "一层疏散门净宽 0.80 m", "places": [place]}
    told.ask("reviewer", "PATCH", one, json=body, headers={"If-Match": etag})
    sent = {
        "data": _table(["建施-02", "剖切符号缺失", "", "建议"], ["建施-99", "没有这张图", "", ""]),
        "content_type": "application/octet-stream",
    }
    looked = told.post("reviewer", f"{case}/opinion-table/preview", **sent)
    assert [row["problem"] for row in looked["rows"]] == ["", "no-sheet"]
    first = told.post("reviewer", f"{case}/opinion-table", **sent)
    again = told.post("reviewer", f"{case}/opinion-table", **sent)
    assert (len(first["made"]), again["made"]) == (1, [])
    assert {row["problem"] for row in again["left_out"]} == {"known", "no-sheet"}
    _findings_decided(told, case)
    _mark_taken_over(told, case, sheet)
    return made


def _mark_taken_over(told: Told, case: str, sheet: str) -> None:
    """A mark of the reviewer's becomes a draft, once; he does not adopt it."""
    revision = next(s["revision_id"] for s in told.get("reviewer", case)["sheets"] if s["sheet_id"] == sheet)
    mark = {"kind": "cloud", "anchor": REGION, "shape": SHAPES["cloud"], "text": "疏散宽度计算书未附"}
    drawn = told.post("reviewer", f"/revisions/{revision}/marks", mark)["id"]
    taken = [told.post("reviewer", f"{case}/opinions/from-marks", {"marks": [drawn]}) for _ in range(2)]
    assert taken[0]["done"] == [drawn]
    assert taken[1]["refused"][0]["refusal"]["code"] == "mark-is-an-opinion"
    drafts = told.get("reviewer", f"{case}/opinions", state="draft")["items"]
    made = [o["id"] for o in drafts if o["origin"] == f"mark:{drawn}"]
    told.post("reviewer", f"{case}/opinions/move", {"opinions": made, "event": "reject"})


def _findings_decided(told: Told, case: str) -> None:
    told.post("reviewer", f"{case}/assist")
    told.asked.work()
    found = told.get("reviewer", f"{case}/assist")
    assert found["shown"]["finished_at"]
    assert {rule["verdict"] for rule in found["rules"]} <= {"pass", "finding", "cannot_judge", "off"}
    finding = next((f for rule in found["rules"] for f in rule["findings"]), None)
    assert finding is not None
    body = {"findings": [finding["id"]]}
    for verb in ("drop", "restore", "drop"):
        assert told.post("reviewer", f"{case}/findings/{verb}", body)["done"] == [finding["id"]]
    assert told.post("reviewer", f"{case}/findings/accept", body)["refused"][0]["refusal"]["code"]


def _issue_opinions(told: Told, case: str) -> None:
    drafts = [o["id"] for o in told.get("reviewer", f"{case}/opinions", state="draft")["items"]]
    assert (
        told.post("reviewer", f"{case}/opinions/move", {"opinions": drafts, "event": "propose"})["done"]
        == drafts
    )
    told.post("review_lead", f"{case}/opinions/order", {"opinions": drafts[::-1]})
    assert told.post("reviewer", f"{case}/done", {"discipline": "arch"}) == {"proposed": 0}
    told.move("review_lead", case, "consolidate", "")
    told.move("review_lead", case, "issue_opinions", "")


def _concluded(told: Told, case: str) -> None:
    """The case waits for the fire authority, which is first against it, then in favour."""
    seat_joint_authorities(told.asked.world)
    for verdict, note in (("failed", "疏散走道净宽不足"), ("passed", "")):
        stopped = told.post("review_lead", f"{case}/move", {"event": "pass", "note": ""}, status=409)
        assert (stopped["code"], stopped["data"]["guard"]) == ("review-guard-failed", "concluded")
        told.post("fire", f"{case}/conclusions", {"domain": "fire", "verdict": verdict, "note": note})
    (joint,) = told.get("fire", case)["joint"]
    assert [c["verdict"] for c in joint["conclusions"]] == ["passed", "failed"]


def test_a_case_of_two_rounds_goes_through_the_api_alone(told: Told) -> None:
    asked = told.asked
    files = {"1.pdf": ("建施-01", "一层平面图"), "2.pdf": ("建施-02", "二层平面图")}
    revisions = _issued(told, files)
    told.post("lead", f"/projects/{asked.world.project_id}/self-check")
    asked.work()
    checked = told.get("checker", f"/projects/{asked.world.project_id}/self-check")
    assert {f["number"] for r in checked["rules"] for f in r["findings"]} == {"建施-01", "建施-02"}
    case = _handed_in(told, list(revisions.values()))
    _under_review(told, case)
    sheets = {s["number"]: s for s in told.get("reviewer", case)["sheets"]}
    first = _opinions_written(told, case, sheets["建施-01"]["sheet_id"])
    assert told.get("designer", f"{case}/opinions")["total"] == 0  # drafts are the agency's own
    _issue_opinions(told, case)
    issued = told.get("designer", f"{case}/opinions", open="true")
    assert issued["total"] == 2
    assert told.get("designer", f"{case}/opinions", severity="must_fix")["items"][0]["id"] == first
    assert told.get("designer", f"{case}/opinions", sheet_id=sheets["建施-02"]["sheet_id"])["total"] == 1

    (fixed,) = _issued(told, {"1b.pdf": files["1.pdf"]}, revision="B").values()
    told.move("lead", case, "open_reply", "")
    assert fixed in {f["revision_id"] for f in told.get("lead", f"/review/opinions/{first}/fixes")["fixes"]}
    other = next(o["id"] for o in issued["items"] if o["id"] != first)
    reply = {"event": "reply_fixed", "text": "净宽改为 0.95 m", "fixed_in": [fixed]}
    told.post("lead", f"/review/opinions/{first}/reply", reply)
    told.post("lead", f"/review/opinions/{other}/reply", {"event": "dispute", "text": "图中已有"})
    told.post("authority", f"/review/opinions/{other}/ruling", {"is_upheld": False, "text": "不成立"})
    told.post("owner", f"{case}/resubmit", {"note": "第二轮"})

    flags = told.get("reviewer", f"/review/opinions/{first}/flags")["places"]
    assert [place["number"] for place in flags] == ["建施-01"]
    told.post("reviewer", f"/review/opinions/{first}/judgement", {"is_settled": True, "text": "复核通过"})
    told.post("reviewer", f"{case}/done", {"discipline": "arch"})
    _concluded(told, case)
    told.move("review_lead", case, "pass", "")
    certificate = told.post("legal", f"{case}/certify", {"number_internal": "ZH-9"})["id"]
    asked.work()
    told.move("review_clerk", case, "file", "备案")

    stands = told.get("owner", case)
    assert (stands["state"], stands["round"], stands["is_first_pass"]) == ("filed", 2, False)
    _what_came_of_it(told, case, certificate, fixed)
    tables = [m.table for m in (review_cases, review_opinions, review_papers, review_assist, self_checks)]
    assert {o.name for t in tables for o in t.operations} <= told.seen  # all of them were asked


def _what_came_of_it(told: Told, case: str, certificate: str, fixed: str) -> None:
    """Certificate as JSON and PDF, papers, tables, the exchange row; and what is voided ends."""
    project = told.asked.world.project_id
    said = told.get("owner", f"/review/certificates/{certificate}")
    line = next(line for line in said["lines"] if line["number"] == "建施-01")
    assert (line["revision_id"], said["items"], said["ended"]) == (fixed, 2, "")
    listed = told.get("inspector", f"/projects/{project}/review/certificates")
    assert [c["id"] for c in listed["items"]] == [certificate]
    for path in ("certificate.pdf", "extract.pdf"):
        paper = told.get("owner", f"/review/certificates/{certificate}/{path}")
        assert "ZH-9" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    for path in ("opinion-notice.pdf", "reply-sheet.pdf"):
        assert told.get("designer", f"{case}/{path}", round=1).startswith(b"%PDF-")
    book = load_workbook(io.BytesIO(told.get("designer", f"{case}/opinions.xlsx")))
    assert "0.80" in json.dumps(list(book.active.values), default=str)
    for path in ("opinion-template.xlsx", "exchange.xlsx"):
        assert told.get("owner", f"{case}/{path}").startswith(b"PK")
    exchange = told.get("owner", f"{case}/exchange")
    assert exchange["row"]["SCHGSBH"] == "ZH-9"
    assert exchange["is_complete"] is (not exchange["missing"])
    states = {c["state"] for c in told.get("owner", f"/projects/{project}/review/cases")["items"]}
    assert states == {"filed"}
    told.post("legal", f"/review/certificates/{certificate}/void", {"reason": "重大变更"})
    assert told.get("owner", f"/review/certificates/{certificate}")["ended"] == "voided"


def test_a_refusal_of_the_review_speaks_both_languages(told: Told) -> None:
    revisions = _issued(told, {"1.pdf": ("建施-01", "一层平面图")})
    case = _handed_in(told, list(revisions.values()))
    refused = told.post("reviewer", f"{case}/opinions", {**WIDTH, "clause_no": ""}, status=422)
    assert refused["code"] == "clause-needed"
    _under_review(told, case)
    told.move("review_lead", case, "fail", "不合格")
    ended = told.post("reviewer", f"{case}/opinions", WIDTH, status=409)
    for said in (refused, ended):
        assert said["message"]["zh"]
        assert said["way_out"]["en"]
    told.post("contractor", f"{case}/opinions", WIDTH, status=404)
    told.post("owner", f"{case}/opinions", WIDTH, status=403)
