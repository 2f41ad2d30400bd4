"""Comparing through the API: ask, wait where Location says, read."""

from typing import Any

from tests.api.conftest import Api
from tests.api.lives import released_set


def _paths(asked: Api) -> tuple[str, str]:
    """The addresses of a comparison and of the same with a sheet that does not exist."""
    revisions = released_set(asked, {"建施-01": "一层平面图", "建施-02": "二层平面图"}).values()
    found = [asked.ask("owner", "GET", f"/revisions/{r}").json["renditions"][0]["id"] for r in revisions]
    return f"/renditions/{found[0]}/compare/{found[1]}", f"/renditions/{found[0]}/compare/{'0' * 20}"


def test_a_program_asks_waits_and_reads(asked: Api) -> None:
    path, nowhere = _paths(asked)
    told = asked.ask("contractor", "GET", path)
    assert (told.status_code, told.json["code"]) == (409, "compare-not-asked")
    begun = asked.ask("contractor", "POST", path)
    assert (begun.status_code, begun.json) == (202, {"state": "waiting", "ahead": 0})
    assert begun.headers["Location"] == f"/api/v1{path}"
    assert int(begun.headers["Retry-After"]) > 0
    waiting = asked.ask("owner", "GET", path)
    assert (waiting.status_code, waiting.json) == (202, begun.json)
    asked.work()
    found = asked.ask("contractor", "GET", path)
    assert found.status_code == 200
    assert found.json["is_comparable"]
    assert found.json["counts"]["text"] == 1
    assert asked.ask("contractor", "POST", path).json == found.json
    assert asked.ask("contractor", "POST", nowhere).status_code == 404
    assert asked.ask("stranger", "POST", path).status_code == 404


def test_the_document_says_what_waiting_looks_like(asked: Api) -> None:
    document: dict[str, Any] = asked.client.get("/api/v1/openapi.json").json
    place = document["paths"]["/api/v1/renditions/{rendition_id}/compare/{after_id}"]
    for method in ("get", "post"):
        waiting = place[method]["responses"]["202"]
        assert set(waiting["headers"]) == {"Location", "Retry-After"}
        (shape,) = waiting["content"].values()
        assert shape["schema"]["$ref"].endswith("/ComparingOut")
