"""Callouts over the web: resolved against what the person may see, and nothing of it told to others."""

import json
from typing import Any

import pytest

from tests.web.site import Site
from viewers.render.manifest import TextRun, runs_to_json

STATES = ("draft", "released", "superseded")


@pytest.fixture
def pointing(kept: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Every sheet's text names the numbers of all the others, and one that nobody has."""
    rows = kept.as_("lead").get(
        f"/projects/{kept.things['project']}/register", headers={"Accept": "application/json"}
    )
    at = rows.json["columns"].index("number")
    numbers = [row[at] for row in rows.json["rows"]] + ["建施-99"]
    runs = [TextRun(f"3/{n}", 0, 9_000 * i, 20_000, 9_000 * i + 3_000) for i, n in enumerate(numbers)]
    derived = kept.services.derived
    real = derived.member
    text = runs_to_json(runs).encode()
    monkeypatch.setattr(
        derived, "member", lambda sha, page, name: text if name == "text.json" else real(sha, page, name)
    )
    return kept


def ask(site: Site, who: str) -> dict[str, Any]:
    response = site.as_(who).get(f"/renditions/{site.things['rendition:released']}/callouts.json")
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    return {c["sheet"] or c["number"]: c for c in json.loads(response.text)["callouts"]}


def test_each_number_of_the_set_becomes_a_link_and_another_dangles(pointing: Site) -> None:
    found = ask(pointing, "lead")
    for state in ("draft", "superseded"):
        assert pointing.things[f"sheet:{state}"] in found
    assert found["建施-99"]["sheet"] is None
    assert pointing.things["sheet:released"] not in found  # the sheet itself


def test_a_sheet_that_a_reader_may_not_see_is_no_link_and_has_no_title_for_him(pointing: Site) -> None:
    draft = pointing.things["sheet:draft"]
    seen = ask(pointing, "lead")[draft]
    found = ask(pointing, "contractor")
    assert draft not in found
    assert found[seen["number"]]["sheet"] is None
    assert found[seen["number"]]["title"] == ""
    assert seen["title"]
    assert pointing.things["sheet:superseded"] in found
