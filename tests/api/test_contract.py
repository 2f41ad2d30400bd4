"""Repeating, versions, unknown fields, errors, pages."""

import pytest

from app.kernel.errors import CATALOGUE
from tests.api.conftest import Api
from tests.api.lives import drawing, open_batch, released_set, send


def _building(asked: Api, number: str, key: str | None = None, name: str = "楼") -> object:
    headers = {"Idempotency-Key": key} if key else {}
    return asked.ask(
        "owner",
        "POST",
        f"/projects/{asked.world.project_id}/buildings",
        json={"number": number, "name": name},
        headers=headers,
    )


def test_the_same_key_acts_once_and_answers_twice(asked: Api) -> None:
    first, again = _building(asked, "2#", "k1"), _building(asked, "2#", "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _building(asked, "2#").status_code == 409
    listed = asked.ask("owner", "GET", f"/projects/{asked.world.project_id}/buildings").json["items"]
    assert [b["number"] for b in listed] == ["1#", "2#"]


def test_a_key_belongs_to_one_request_and_one_person(asked: Api) -> None:
    assert _building(asked, "2#", "k1").status_code == 201
    other = _building(asked, "3#", "k1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-mismatch")
    clerk = asked.ask(
        "owner_clerk",
        "POST",
        f"/projects/{asked.world.project_id}/buildings",
        json={"number": "3#", "name": ""},
        headers={"Idempotency-Key": "k1"},
    )
    assert clerk.status_code == 201


def test_a_refused_act_keeps_nothing_under_its_key(asked: Api) -> None:
    assert _building(asked, "1#", "k1").status_code == 409
    assert _building(asked, "2#", "k1").status_code == 201


def test_a_file_sent_twice_under_one_key_is_one_file(asked: Api) -> None:
    intake = open_batch(asked)
    key = {"Idempotency-Key": "f1"}
    first = send(asked, intake, "a.pdf", drawing("a"), headers=key)
    assert send(asked, intake, "a.pdf", drawing("a"), headers=key) == first
    assert len(asked.ask("designer", "GET", f"/intakes/{intake}").json["files"]) == 1
    other = asked.ask(
        "designer",
        "POST",
        f"/intakes/{intake}/files",
        query_string={"name": "a.pdf"},
        data=drawing("b"),
        content_type="application/octet-stream",
        headers=key,
    )
    assert other.json["code"] == "idempotency-mismatch"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/buildings", {"number": "2#", "name": "", "id": "x"}),
        ("/buildings", {"number": "2#", "name": "", "project_id": "x"}),
        ("/identifiers", {"scheme": "job_number", "value": "1", "verdict": "ok"}),
        ("/baselines", {"title": "", "recorded_at": "2020-01-01T00:00:00Z"}),
        ("/baselines", {"digest": "0" * 64}),
        ("/revisions/release", {"revisions": ["0" * 20], "recorded_at": "2020-01-01T00:00:00Z"}),
        ("/revisions/sign", {"revisions": ["0" * 20], "role": "checker", "person_id": "0" * 20}),
    ],
)
def test_a_field_that_is_not_asked_for_is_refused(asked: Api, path: str, body: dict[str, object]) -> None:
    answer = asked.ask("owner", "POST", f"/projects/{asked.world.project_id}{path}", json=body)
    assert answer.status_code == 422, answer.data
    assert "extra_forbidden" in {p["kind"] for p in answer.json["data"]["problems"]}


@pytest.mark.parametrize("text", ["2024-05-12T08:00:00", "2024-05-12", "1715500000", "now"])
def test_an_instant_without_a_zone_is_refused_not_guessed(asked: Api, text: str) -> None:
    answer = asked.ask(
        "owner", "GET", f"/projects/{asked.world.project_id}/record", query_string={"as_of": text}
    )
    assert answer.status_code == 422


def test_an_edit_needs_the_version_it_was_made_from(asked: Api) -> None:
    here = f"/projects/{asked.world.project_id}"
    seen = asked.ask("owner", "GET", here)
    fields = ("name", "name_en", "short_name", "region_code", "address", "timezone")
    body = {**{k: seen.json[k] for k in fields}, "is_name_public": True, "is_restricted": False, "policy": {}}
    assert asked.ask("owner", "PUT", here, json=body).status_code == 428
    headers = {"If-Match": seen.headers["ETag"]}
    done = asked.ask("owner", "PUT", here, json={**body, "name_en": "River School"}, headers=headers)
    assert (done.status_code, done.json["name_en"]) == (200, "River School")
    assert done.headers["ETag"] != seen.headers["ETag"]
    stale = asked.ask("owner", "PUT", here, json=body, headers=headers)
    assert (stale.status_code, stale.json["code"]) == (412, "stale-version")


def test_a_refusal_speaks_both_languages_and_names_a_way_out(asked: Api) -> None:
    answer = asked.ask("contractor", "POST", f"/projects/{asked.world.project_id}/baselines", json={})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    for part in ("message", "way_out"):
        assert answer.json[part]["zh"]
        assert answer.json[part]["en"]
    assert answer.json["code"] in CATALOGUE


@pytest.mark.parametrize("text", ["a\u0000b", "a\u200bb", "a\u202eb"])
def test_hidden_characters_are_refused(asked: Api, text: str) -> None:
    assert _building(asked, "2#", name=text).status_code == 422


def test_a_wrong_method_is_405_and_an_unknown_address_404(asked: Api) -> None:
    wrong = asked.ask("owner", "DELETE", "/projects")
    assert wrong.status_code == 405
    assert {"GET", "POST"} <= set(wrong.headers["Allow"].split(", "))
    assert asked.ask("owner", "GET", "/nothing").json["code"] == "not-found"


def test_pages_meet_without_gap_or_overlap(asked: Api) -> None:
    numbers = [f"建施-{n:02d}" for n in range(1, 8)]
    released_set(asked, dict.fromkeys(numbers, "图"))
    here, cursor, seen = f"/projects/{asked.world.project_id}/register", None, []
    for _ in range(10):
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = asked.ask("contractor", "GET", here, query_string=query).json
        seen += [r["number"] for r in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == numbers
    assert page["total"] == 7
