"""A drawing's life through the API: sent, read, accepted, signed, issued, released."""

import io
from datetime import UTC, datetime

from fpdf import FPDF

from tests.api.conftest import Api


def drawing(text: str, size: tuple[int, int] = (420, 297)) -> bytes:
    """A small PDF that differs by its text."""
    page = FPDF(unit="mm", format=size)
    page.set_creation_date(datetime(2024, 1, 1, tzinfo=UTC))
    page.add_page()
    page.set_font("Helvetica", size=24)
    page.text(40, 60, text)
    page.rect(10, 10, 400, 277)
    out = io.BytesIO()
    page.output(out)
    return out.getvalue()


def open_batch(asked: Api, name: str = "designer") -> str:
    made = asked.ask(name, "POST", f"/projects/{asked.world.project_id}/intakes", json={"title": "一批"})
    assert made.status_code == 201, made.data
    return made.json["id"]


def send(asked: Api, intake_id: str, name: str, data: bytes, **more: object) -> dict[str, object]:
    sent = asked.ask(
        "designer",
        "POST",
        f"/intakes/{intake_id}/files",
        query_string={"name": name},
        data=data,
        content_type="application/octet-stream",
        **more,
    )
    assert sent.status_code == 201, sent.data
    return sent.json


def accept(asked: Api, intake_id: str, numbers: dict[str, tuple[str, str]], **more: str) -> dict[str, str]:
    """Correct and accept rows: file name → (number, title); revision ids by number."""
    table = asked.ask("designer", "GET", f"/intakes/{intake_id}").json
    for row in table["rows"]:
        number, title = numbers[row["file_name"]]
        values = {"number": number, "title": title, "discipline": "arch", **more}
        done = asked.ask(
            "designer",
            "PATCH",
            f"/rows/{row['id']}",
            json={"values": values, "building_id": asked.world.building_id},
            headers={"If-Match": f'"{row["version"]}"'},
        )
        assert done.status_code == 200, done.data
    ids = [r["id"] for r in table["rows"]]
    report = asked.ask("designer", "POST", f"/intakes/{intake_id}/accept", json={"rows": ids}).json
    assert report["refused"] == [], report
    rows = asked.ask("designer", "GET", f"/intakes/{intake_id}").json["rows"]
    return {r["values"]["number"]: r["revision_id"] for r in rows}


def release(asked: Api, revisions: list[str]) -> None:
    """Through checking, three signatures, issue and release."""
    issue(asked, revisions)
    step(asked, "owner", "release", revisions)


def issue(asked: Api, revisions: list[str]) -> None:
    """Through checking, three signatures and issue."""
    step(asked, "designer", "send-check", revisions)
    for role in ("checker", "verifier", "approver"):
        step(asked, role, "sign", revisions, role=role)
    step(asked, "approver", "issue", revisions)


def step(asked: Api, name: str, event: str, revisions: list[str], **more: object) -> None:
    """One step of revisions; no row may be refused."""
    path = f"/projects/{asked.world.project_id}/revisions/{event}"
    done = asked.ask(name, "POST", path, json={"revisions": revisions, **more})
    assert done.status_code == 200, done.data
    assert done.json["refused"] == [], (event, done.json)


def released_set(asked: Api, numbers: dict[str, str]) -> dict[str, str]:
    """Send, accept and release sheets: number → title; revision ids by number."""
    intake = open_batch(asked)
    files = {f"{n}.pdf": (number, title) for n, (number, title) in enumerate(numbers.items())}
    for name, (number, _) in files.items():
        send(asked, intake, name, drawing(f"sheet {number.encode().hex()}"))
    asked.work()
    revisions = accept(asked, intake, files)
    release(asked, list(revisions.values()))
    asked.work()
    return revisions


__all__ = ["accept", "drawing", "issue", "open_batch", "release", "released_set", "send"]
