"""Clients that bring drawings from the upload to the site under fire: every act is asked until it is answered."""

from collections.abc import Sequence
from typing import Any

from tests.kill.asking import Asker
from tests.kill.clients import send_whole
from tests.kill.toll import Done
from tests.web.papers import small_pdf

SHEETS = 6
"""Of one client, and pages of its sets: later pages and sets bring later revisions of the same sheets."""
TITLE_WORD = "fireproof"
TOGETHER = 2
"""Sheets that one act takes along."""
READ_WITHIN = 8.0
"""Seconds after which a client leaves a batch whose reader was killed: its lease runs on."""
STEPS: Sequence[tuple[str, str, str, dict[str, object]]] = (
    ("send-check", "designer", "send-check", {}),
    ("sign-checker", "checker", "sign", {"role": "checker"}),
    ("sign-verifier", "verifier", "sign", {"role": "verifier"}),
    ("sign-approver", "approver", "sign", {"role": "approver"}),
    ("issue", "approver", "issue", {}),
    ("release", "owner", "release", {}),
)
"""(name, who, address, what else is said)."""


def bring_to_site(asker: Asker, number: int) -> None:
    """One set after the other: accepted, checked, issued, released. The first was read before the fire began."""
    count, intake = 0, asker.target.sets[number]
    rows = _rows(asker, intake)
    while not asker.stop.is_set():
        for first in range(0, len(rows), TOGETHER):
            if not asker.stop.is_set():
                _live(asker, intake, rows[first : first + TOGETHER], f"L{number}")
        count += 1
        intake, rows = _take_in(asker, number, count)


def _take_in(asker: Asker, number: int, count: int) -> tuple[str, list[dict[str, Any]]]:
    """A new batch and its rows; none when its reader died on it, or the run is over."""
    project = asker.target.project_id
    intake = asker.act("designer", f"/projects/{project}/intakes", {"title": f"set {number}-{count}"})["id"]
    stamp = number * 1_000_000 + count
    send_whole(asker, intake, f"life-{number} 图-{count}.pdf", small_pdf("life", pages=SHEETS, stamp=stamp))
    if not asker.wait(lambda: len(_rows(asker, intake)) == SHEETS, READ_WITHIN):
        return intake, []
    return intake, _rows(asker, intake)


def _live(asker: Asker, intake: str, rows: list[dict[str, Any]], prefix: str) -> None:
    """From the clerk's table to the site; a life that the end of the run meets stays where it is."""
    for row in rows:
        _correct(asker, intake, row, f"{prefix}-{row['page'] % SHEETS + 1}")
    wanted = [row["id"] for row in rows]
    _note(asker, "accept", asker.act("designer", f"/intakes/{intake}/accept", {"rows": wanted}))
    revisions = [row["revision_id"] for row in _rows(asker, intake) if row["id"] in wanted]
    for name, who, address, more in STEPS:
        if asker.stop.is_set():
            return
        path = f"/projects/{asker.target.project_id}/revisions/{address}"
        _note(asker, name, asker.act(who, path, {"revisions": revisions, **more}))


def _correct(asker: Asker, intake: str, row: dict[str, Any], sheet: str) -> None:
    """A correction has no key but a version: a lost answer shows in the table."""
    wanted = {"number": sheet, "title": f"{TITLE_WORD} {sheet}", "discipline": "arch"}
    body = {"values": wanted, "building_id": asker.target.building_id}
    version = {"If-Match": f'"{row["version"]}"'}
    answer = asker.api("designer", "PATCH", f"/rows/{row['id']}", body, version)
    now = next(r for r in _rows(asker, intake) if r["id"] == row["id"])
    is_there = {**now["values"], **wanted} == now["values"]
    expected = answer.json["version"] if answer.status == 200 else None
    if answer.status not in (200, 412) or not is_there or expected not in (None, now["version"]):
        asker.toll.wrong.append(f"row {row['id']}: {answer.status}, now {now['version']} {now['values']}")


def _note(asker: Asker, act: str, report: dict[str, Any]) -> None:
    if report["refused"]:
        asker.toll.wrong.append(f"{act} was refused: {report['refused']}")
    asker.toll.acts.append(Done(act, tuple(report["done"])))


def _rows(asker: Asker, intake: str) -> list[dict[str, Any]]:
    answer = asker.api("designer", "GET", f"/intakes/{intake}")
    assert answer.status == 200, answer.body
    return list(answer.json["rows"])
