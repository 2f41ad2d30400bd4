"""Marks through the API: where on the sheet's grid they lie."""

from tests.api.conftest import Api
from tests.api.lives import released_set

TEXT = {"kind": "text", "shape": {"paths": [[[30_000, 30_000]]], "size": 5_000}, "text": "请核实"}


def test_a_mark_says_its_field_of_the_grid_as_pages_and_exports_do(asked: Api) -> None:
    revision = released_set(asked, {"建施-01": "一层平面图"})["建施-01"]
    path = f"/revisions/{revision}/marks"
    near = asked.ask("contractor", "POST", path, json={**TEXT, "anchor": {"type": "point", "x": 0, "y": 0}})
    whole = asked.ask("contractor", "POST", path, json={**TEXT, "anchor": {"type": "sheet"}})
    told = {m["id"]: m["grid"] for m in asked.ask("owner", "GET", path).json["items"]}
    assert told[whole.json["id"]] == ""
    field = told[near.json["id"]]
    assert len(field) >= 2
    assert asked.ask("owner", "GET", f"/marks/{near.json['id']}").json["grid"] == field
