"""What is open to everybody: the page behind the QR code, the health check, and the start page."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from app.access.queries import rights_of
from app.projects.actions import EditProject, edit_project
from app.projects.queries import project_for
from app.web.public import TokenBuckets
from tests.copies.site import Site, day, open_site, small_pdf, with_past


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), sqlite_template) as opened:
        yield with_past(opened)


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path / "site", sqlite_template) as opened:
        yield opened


def code(site: Site, name: str) -> str:
    return site.row(site.revisions[name]).short_code


def edit(site: Site, **changes: object) -> None:
    world = site.world
    with world.database.write(world.actor("owner")) as tx:
        view = project_for(tx.session, rights_of(tx.session, tx.actor, tx.now), world.project_id)
        kept = {f.name: getattr(view, f.name) for f in fields(EditProject) if hasattr(view, f.name)}
        edit_project(tx, EditProject(project_id=world.project_id, **{**kept, **changes}))


@pytest.mark.parametrize(
    ("name", "meaning", "words"),
    [
        ("建施-01 B", "force", "现行有效"),
        ("建施-01 A", "stop", "已被替代"),
        ("建施-02 A", "history", "已作废"),
        ("结施-01 B", "force", "现行有效"),
    ],
)
def test_a_scan_tells_at_once_whether_the_print_holds(site: Site, name: str, meaning: str, words: str):
    page = site.client().get(f"/v/{code(site, name)}")
    assert page.status_code == 200
    assert f"verdict-{meaning}" in page.text
    assert re.search(rf"<h1>{words}", page.text)


def test_a_superseded_print_names_its_successor_and_the_date(site: Site):
    answer = site.client().get(f"/v/{code(site, '建施-01 A')}.json").json
    assert answer["status"] == "superseded"
    assert answer["superseded_by"] == "B"
    assert answer["since"].startswith("2024-04-10T01:00")
    page = site.client().get(f"/v/{code(site, '建施-01 A')}").text
    assert "自 2024-04-10 起" in page


def test_slips_in_force_are_said_beside_the_sheet(site: Site):
    assert "另有 <b>1</b> 份变更有效" in site.client().get(f"/v/{code(site, '建施-01 B')}").text


def test_drafts_and_coming_revisions_are_not_for_construction(fresh: Site):
    fresh.draft("建施-09", "A", small_pdf("draft"))
    page = fresh.client().get(f"/v/{code(fresh, '建施-09 A')}").text
    assert "verdict-waiting" in page
    assert "未发布" in page
    fresh.release("建施-08", "A", effective_at=day(4, 1))
    page = fresh.client().get(f"/v/{code(fresh, '建施-08 A')}").text
    assert "待生效" in page
    assert "将于 2024-04-01 生效" in page


@pytest.mark.parametrize(("given", "matches"), [(16, True), (8, True), (7, False)])
def test_the_hash_on_the_print_is_compared(site: Site, given: int, matches: bool):
    row = site.row(site.revisions["建施-01 B"])
    query = {"h": row.base_sha256[:given]}
    assert site.client().get(f"/v/{row.short_code}.json", query_string=query).json["hash_matches"] is matches


def test_a_wrong_hash_shouts(site: Site):
    page = site.client().get(f"/v/{code(site, '建施-01 B')}?h=00000000deadbeef").text
    assert "verdict-stop" in page
    assert "图与登记不符" in page
    assert "现行有效" not in page


def test_a_scan_is_not_indexed_is_cached_for_a_minute_and_sets_no_cookie(site: Site):
    answer = site.client().get(f"/v/{code(site, '建施-01 B')}")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_a_cached_scan_page_holds_nothing_of_the_person_who_asked(site: Site):
    path = f"/v/{code(site, '建施-01 B')}"
    assert site.client("owner").get(path).text == site.client().get(path).text


def test_a_scan_is_logged_without_a_trace_of_the_person(site: Site, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "oneset.scan"):
        site.client("owner").get(f"/v/{code(site, '建施-01 B')}", headers={"User-Agent": "the phone of Li"})
    (record,) = [r for r in caplog.records if r.name == "oneset.scan"]
    assert json.loads(record.message) == {
        "event": "scan",
        "code": code(site, "建施-01 B"),
        "status": "current",
    }


def test_the_title_is_shown_only_where_the_name_of_the_project_is_public(fresh: Site):
    fresh.release("建施-01", "A", title="人防口部详图")
    path = f"/v/{code(fresh, '建施-01 A')}"
    edit(fresh, is_name_public=True)
    assert "人防口部详图" in fresh.client().get(path).text
    edit(fresh, is_name_public=False)
    page = fresh.client().get(path).text
    assert "人防口部详图" not in page
    assert "滨河小学" not in page
    assert "建施-01" in page


def test_a_restricted_project_says_only_the_status(fresh: Site):
    fresh.release("建施-01", "A", title="人防口部详图")
    row = fresh.row(fresh.revisions["建施-01 A"])
    edit(fresh, is_restricted=True, is_name_public=True)
    page = fresh.client().get(f"/v/{row.short_code}").text
    assert "现行有效" in page
    for secret in ("建施-01", "人防口部详图", "滨河小学", "2024.03", row.base_sha256[:8], row.sheet_id):
        assert secret not in page
    answer = fresh.client().get(f"/v/{row.short_code}.json").json
    assert (answer["number"], answer["title"], answer["hash_prefix"], answer["issue_date"]) == (
        "",
        "",
        "",
        "",
    )


def test_the_way_from_a_print_to_the_sheet_leads_through_the_door(site: Site):
    path = f"/v/{code(site, '建施-01 A')}/sheet"
    assert site.client().get(path).location.startswith("/sign-in?next=")
    inside = site.client("contractor").get(path).location
    assert inside == f"/sheets/{site.sheets['建施-01']}?rev={site.revisions['建施-01 A']}"
    assert site.client("contractor").get("/v/0000000000/sheet").status_code == 404


def test_an_unknown_code_teaches_and_guessing_is_slowed_down(fresh: Site):
    fresh.release("建施-01", "A")
    client = fresh.client()
    page = client.get("/v/0000000000")
    assert page.status_code == 404
    assert "不要按此图施工" in page.text
    answers = [client.get(f"/v/00000000{n:02}").status_code for n in range(30)]
    assert answers[0] == 404
    assert answers[-1] == 429
    other = client.get(f"/v/{code(fresh, '建施-01 A')}", environ_overrides={"REMOTE_ADDR": "127.0.0.9"})
    assert other.status_code == 200


def test_known_codes_may_be_asked_for_as_often_as_people_scan(site: Site):
    path = f"/v/{code(site, '建施-01 B')}"
    answers = {
        site.client().get(path, environ_overrides={"REMOTE_ADDR": "127.0.0.7"}).status_code for _ in range(60)
    }
    assert answers == {200}


def test_a_bucket_fills_again_and_forgets_the_longest_unused(monkeypatch: pytest.MonkeyPatch):
    moment = 1000.0
    monkeypatch.setattr("app.web.public.time.monotonic", lambda: moment)
    buckets = TokenBuckets(2, every=3.0, kept=2)
    buckets.take("a")
    buckets.take("a")
    assert not buckets.has_token("a")
    moment += 3.0
    assert buckets.has_token("a")
    buckets.take("a")
    buckets.take("b")
    buckets.take("c")
    assert buckets.has_token("a"), "the oldest bucket was forgotten"


def test_health_answers_without_secrets_and_says_what_fails(fresh: Site, monkeypatch: pytest.MonkeyPatch):
    client = fresh.client()
    assert client.get("/healthz").json == {"status": "ok", "checks": {"database": "ok", "store": "ok"}}

    def broken(store: object) -> None:
        raise OSError("/secret/place is gone")

    fresh.application.extensions.pop("oneset.health")
    monkeypatch.setattr(type(fresh.services.store), "check", broken)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["checks"] == {"database": "ok", "store": "failing: OSError"}
    assert "secret" not in answer.text


def test_the_start_page_counts_what_the_person_may_see(site: Site):
    page = site.client("contractor").get("/").text
    assert "滨河小学" in page
    assert "别的项目" not in page
    assert 'href="/projects/new"' in page
    counts = dict(re.findall(r"standing=(\w+)\"><span[^>]*>[^<]*</span><span class=\"num\">(\d+)", page))
    assert counts == {"in_force": "2", "void": "1"}


def test_a_person_without_projects_is_told_how_to_begin(site: Site):
    page = site.client("admin").get("/").text
    assert "您还没有项目" in page


def test_visitors_are_sent_to_sign_in(site: Site):
    assert site.client().get("/").location == "/sign-in"


def test_the_pages_speak_english_too(site: Site):
    owner = site.client("owner")
    owner.post("/language", data={"language": "en", "next": "/", "csrf_token": site.token(owner)})
    assert "My projects" in owner.get("/").text
    assert "Drawing of record" in owner.get(f"/projects/{site.world.project_id}/record").text
