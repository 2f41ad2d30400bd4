"""The register and the worklist: rows, files of tables, and bulk acts that report row by row."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from tests.web.site import Drawing, Site

FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0"]


def _act(site: Site, who: str, act: str, *revisions: str, **more: str) -> dict[str, object]:
    path = f"/projects/{site.things['project']}/revisions/{act}"
    response = site.as_(who).post(path, json={"revisions": list(revisions), **more})
    assert response.status_code == 200, response.text
    return dict(response.get_json())


def test_a_sheet_goes_from_draft_to_site_by_the_buttons_of_the_register(site: Site) -> None:
    revision = site.things["revision:draft"]
    for who, act in (
        ("designer", "send-check"),
        ("checker", "sign-checker"),
        ("verifier", "sign-verifier"),
        ("approver", "sign-approver"),
        ("approver", "issue"),
        ("owner", "release"),
    ):
        assert _act(site, who, act, revision) == {"done": [revision], "refused": {}}, act
    site.work()
    page = site.as_("contractor").get(f"/sheets/{site.things['sheet:draft']}")
    assert page.status_code == 200


def test_a_row_that_cannot_go_on_does_not_stop_the_others(site: Site) -> None:
    issued, draft = site.things["revision:issued"], site.things["revision:draft"]
    told = _act(site, "owner", "release", issued, draft, "nobody")
    assert told["done"] == [issued]
    assert isinstance(told["refused"], dict)
    assert {k: v["code"] for k, v in told["refused"].items()} == {draft: "not-found", "nobody": "not-found"}


def test_doing_it_twice_does_it_once(site: Site) -> None:
    issued = site.things["revision:issued"]
    assert _act(site, "owner", "release", issued)["done"] == [issued]
    again = _act(site, "owner", "release", issued)
    assert again["done"] == []


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("bogus", {"revisions": []}, 422),
        ("sign-king", {"revisions": []}, 422),
        ("release", {"revisions": "all"}, 422),
        ("release", {"revisions": [1]}, 422),
        ("release", {"revisions": [], "effective_at": "tomorrow"}, 422),
        ("release", ["x"], 422),
        ("reject-checker", {"revisions": []}, 422),
        ("cancel", {"revisions": []}, 422),
        ("sign-cosigner", {"revisions": [], "discipline": "magic"}, 422),
    ],
)
def test_wrong_bodies_are_refused(desk_site: Site, act: str, body: object, status: int) -> None:
    path = f"/projects/{desk_site.things['project']}/revisions/{act}"
    assert desk_site.as_("owner").post(path, json=body).status_code == status


def test_an_effect_in_the_past_needs_a_reason(site: Site) -> None:
    issued = site.things["revision:issued"]
    told = _act(site, "owner", "release", issued, effective_at="2024-02-01 08:00")
    assert told["done"] == []


def test_unchanged_rows_are_not_sent_twice(kept: Site) -> None:
    path, headers = f"/projects/{kept.things['project']}/register", {"Accept": "application/json"}
    first = kept.as_("owner").get(path, headers=headers)
    again = kept.as_("owner").get(path, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = kept.as_("contractor").get(path, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_the_tables_hold_the_same_sheets_as_the_page(kept: Site) -> None:
    path = f"/projects/{kept.things['project']}/register"
    data = kept.as_("owner").get(path, headers={"Accept": "application/json"}).get_json()
    wanted = sorted(row[data["columns"].index("number")] for row in data["rows"])
    text = kept.as_("owner").get(f"{path}.csv").data.decode("utf-8-sig")
    cells = {cell for row in csv.reader(StringIO(text)) for cell in row}
    assert set(wanted) <= cells
    book = openpyxl.load_workbook(BytesIO(kept.as_("owner").get(f"{path}.xlsx").data))
    cells = {str(c) for row in book.active.iter_rows(values_only=True) for c in row}
    assert set(wanted) <= cells
    assert kept.as_("owner").get(f"{path}.exe").status_code == 404


def test_no_cell_of_a_table_is_a_formula(desk_site: Site) -> None:
    drawings = [Drawing(f"式-{n}", text, stamp=300 + n) for n, text in enumerate(FORMULAS)]
    desk_site.accept(desk_site.take_in(drawings))
    path = f"/projects/{desk_site.things['project']}/register"
    book = openpyxl.load_workbook(BytesIO(desk_site.as_("lead").get(f"{path}.xlsx").data))
    assert {c.data_type for row in book.active.iter_rows() for c in row} <= {"s", "inlineStr", "n", "d"}
    text = desk_site.as_("lead").get(f"{path}.csv").data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert [c for c in cells if c[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert sum("SUM" in c for c in cells) == 1
