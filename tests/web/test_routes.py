"""Every route, asked by everybody, with the things of his own project and of another: nobody gets more than his seat."""

import base64
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.kernel.actor import Actor
from app.kernel.db.transactions import Database, Tx
from app.kernel.ids import new_id
from tests.peers.rendered_once import render_once
from tests.web.matrix import CASES
from tests.web.matrix_case import FORBIDDEN, NOT_FOUND, OK, SIGN_IN, Case, Named
from tests.web.site import EVERYBODY, Site

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
ASKED_ON_POSTGRESQL = {"owner", "designer", "contractor", "archivist", "stranger"}
ONLY_IN_REVIEWS = {"review_lead", "legal", "authority"}
"""Elsewhere they get what ``reviewer`` and ``inspector`` get; the table of grants is walked cell by cell beside this."""
"""The rest of the seats is asked on SQLite only: the same table answers, and time is short."""


class _Undo(Exception):  # noqa: N818  the way out of an act that shall leave no trace
    pass


class Undoing(Database):
    """Runs every act to its end and takes it back: the next request of the matrix meets the same world."""

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Tx]:
        with suppress(_Undo), super().write(actor) as tx:
            yield tx
            tx.close()
            raise _Undo


@pytest.fixture(scope="module", autouse=True)
def rendered_once() -> Iterator[None]:
    """Who may have a copy is asked here; what stands on it, elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        render_once(patch)
        yield


@pytest.fixture(scope="module")
def world_of_routes(kept: Site) -> Iterator[Site]:
    database = kept.services.database
    kept.services.database = Undoing(database.url, kept.clock)
    for things, owner in ((kept.things, "designer"), (kept.foreign, "stranger")):
        things |= {
            "person": kept.world.people[owner],
            "organisation": kept.world.organisations["contractor"],
            "scheme": "local",
            "version": _one(database, "select version from projects where id = :i", things["project"]),
            "reviewer": kept.world.people["reviewer"],
            "change version": _one(
                database, "select version from change_documents where id = :i", things["change"]
            ),
            "case version": _one(database, "select version from review_cases where id = :i", things["case"]),
            "row version": _one(database, "select version from intake_sheets where id = :i", things["row"]),
        }
    yield kept
    kept.services.database.dispose()
    kept.services.database = database


def _one(database: Database, query: str, identity: str) -> str:
    with database.read() as session:
        return str(session.execute(sa.text(query), {"i": identity}).scalar_one())


def _rules(site: Site) -> set[str]:
    """Method and rule of every page; HEAD and OPTIONS only where the product answers them itself."""
    found = set()
    for rule in site.application.url_map.iter_rules():
        if rule.rule.startswith("/api/v1"):
            continue
        methods = set(rule.methods or ())
        if getattr(rule, "provide_automatic_options", False):  # Flask notes it there
            methods -= {"OPTIONS"}
        if "GET" in methods:
            methods -= {"HEAD"}
        found |= {f"{method} {rule.rule}" for method in methods}
    return found


def test_every_rule_is_in_the_matrix_and_the_matrix_names_no_other(kept: Site) -> None:
    listed = {case.rule for case in CASES}
    assert sorted(_rules(kept) - listed) == [], "routes that nobody judged"
    assert sorted(listed - _rules(kept)) == [], "cases of routes that are gone"


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule} {c.path} {c.headers.get('Accept', '')}")
def test_everybody_gets_exactly_what_his_seat_allows(world_of_routes: Site, case: Case) -> None:
    site, wrong = world_of_routes, []
    people = EVERYBODY if site.services.database.is_sqlite else sorted(ASKED_ON_POSTGRESQL)
    people = [
        p for p in people if p not in ONLY_IN_REVIEWS or "review" in case.rule or "/draws/" in case.rule
    ]
    for is_foreign in (False, True):
        things = _things(site, case, is_foreign=is_foreign)
        if things is None:
            continue
        for name in _in_turn(people, case) if is_foreign else [*people, None]:
            response = _ask(site, case, name, things)
            told, wanted = outcome(response), case.expected(name, is_foreign=is_foreign)
            if told != wanted:
                where = "foreign" if is_foreign else "own"
                wrong.append(f"{name} {where}: {told} ({response.status_code}), not {wanted}")
    assert "\n".join(wrong) == ""


def _in_turn(people: Sequence[str], case: Case) -> list[str | None]:
    """Who asks for the things of a foreign project: who owns it, nobody, and three others, case by case the next.

    None of them has a seat there, so they all get the same answer; over all cases each of them asks a hundred times.
    """
    others = [name for name in people if name != "stranger"]
    first = CASES.index(case)
    return ["stranger", None, *(others[(first + n) % len(others)] for n in range(3))]


def _things(site: Site, case: Case, *, is_foreign: bool) -> dict[str, str] | None:
    """What the case speaks of; None when the other project has nothing of the kind."""
    things = dict(site.foreign if is_foreign else site.things)
    if "{upload}" in case.path:
        things["upload"] = _staged(site, "stranger" if is_foreign else "designer", things["intake"])
    try:
        case.path.format_map(Named(things))
    except KeyError:
        return None
    return things


def _staged(site: Site, person: str, intake: str) -> str:
    about = {"person": site.world.people[person], "intake": intake, "name": "x.pdf"}
    return site.services.staging.create(new_id(), length=9, meta=about).upload_id


def _ask(site: Site, case: Case, name: str | None, things: Mapping[str, str]) -> TestResponse:
    method, rule = case.rule.split(" ", 1)
    more: dict[str, Any] = {"headers": dict(case.headers)}
    if "/me/profile" in rule:
        query = "select version from people where id = :i"
        me = site.world.people[name or "owner"]
        things = {**things, "my_version": _one(site.services.database, query, me)}
    if case.form is not None:
        more["data"] = dict(case.form(things))
    if case.json is not None:
        more["json"] = case.json(things)
    if rule == "/uploads" and method == "POST":
        value = base64.b64encode(things["intake"].encode()).decode()
        more["headers"]["Upload-Metadata"] = f"intake {value},filename eC5wZGY="
    if rule.endswith("/history-table"):
        more["data"] = {"table": (_table(), "table.xlsx")}
    return site.as_(name).send(method, case.path.format_map(Named(things)), **more)


def _table() -> BytesIO:
    out = BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["图号", "图名"])
    sheet.append(["建施-50", "屋顶"])
    book.save(out)
    out.seek(0)
    return out


def outcome(response: TestResponse) -> str:
    """What an answer means: ok, forbidden, not-found, sign-in, or the code of another refusal."""
    status = response.status_code
    assert status < 500, f"{response.request.method} {response.request.path}: {response.text[:2000]}"
    if status == 401 or (status == 302 and response.location.startswith("/sign-in?next=")):
        return SIGN_IN
    if status == 302 and response.location == "/sign-in" and response.request.path == "/":
        return SIGN_IN
    data = response.get_json(silent=True) if response.is_json else None
    if isinstance(data, dict) and status < 400 and data.get("refused"):
        return str(next(iter(data["refused"].values()))["code"])
    if status in (403, 404):
        return FORBIDDEN if status == 403 else NOT_FOUND
    if isinstance(data, dict) and status >= 400:
        return str(data.get("code"))
    return OK if status < 400 else f"{status}"


def test_each_rule_about_a_project_is_asked_with_foreign_things_too(kept: Site) -> None:
    asked = {c.rule for c in CASES if _things(kept, c, is_foreign=True) is not None}
    with_things = {rule for rule in _rules(kept) if "_id>" in rule and "/admin/" not in rule}
    assert sorted(with_things - asked) == []


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_foreign_things_are_not_found_whatever_form_of_answer_is_asked_for(
    world_of_routes: Site, accept: str
) -> None:
    wrong = []
    for case in CASES:
        things = _things(world_of_routes, case, is_foreign=True)
        is_public = case.path.startswith(("/v/", "/c/", "/d/"))
        if things is None or "{" not in case.path or is_public or case.is_personal:
            continue
        if "/admin" in case.path or case.rule.startswith("OPTIONS"):
            continue
        asked = dataclasses.replace(case, headers={**case.headers, "Accept": accept})
        response = _ask(world_of_routes, asked, "owner", things)
        if response.status_code != 404:
            wrong.append(f"{case.rule}: {response.status_code}")
        secret = [t for t in ("别人的", "别的项目", "结施-01") if t in response.text]
        wrong += [f"{case.rule} tells {secret}"] if secret else []
    assert wrong == []


MIXED = (
    ("/projects/{own}/seats/{seat}/end", {"version": "1"}, None),
    ("/projects/{own}/seats/{seat}/hand-over", {"version": "1", "person": "{person}"}, None),
    ("/projects/{own}/buildings/{building}/identifiers", {"scheme": "local", "value": "B-1"}, None),
    (
        "/projects/{own}/seats",
        {
            "party": "{party}",
            "person": "{person}",
            "role": "reader",
            "all_buildings": "1",
            "all_disciplines": "1",
        },
        None,
    ),
    ("/projects/{own}/intakes", {"purpose": "history", "building_id": "{building}"}, None),
    ("/projects/{own}/revisions/release", None, {"revisions": ["{revision~released}"]}),
    ("/projects/{own}/revisions/cancel", None, {"revisions": ["{revision~released}"], "comment": "x"}),
)


@pytest.mark.parametrize(("path", "form", "json"), MIXED, ids=[m[0] for m in MIXED])
def test_the_own_project_is_no_door_to_foreign_things(
    world_of_routes: Site, path: str, form: dict[str, str] | None, json: dict[str, Any] | None
) -> None:
    site = world_of_routes
    named = Named({**site.foreign, "own": site.things["project"]})
    more: dict[str, Any] = {}
    if form is not None:
        more["data"] = {k: v.format_map(named) for k, v in form.items()}
    if json is not None:
        more["json"] = {**json, "revisions": [v.format_map(named) for v in json["revisions"]]}
    response = site.as_("owner").post(path.format_map(named), **more)
    assert outcome(response) in (NOT_FOUND, "422"), response.text[:300]
    assert "别的楼" not in response.text


def test_lists_hold_what_the_seat_may_see_and_nothing_else(world_of_routes: Site) -> None:
    site = world_of_routes
    numbers = {f"建施-{n}" for n in range(31, 38)}
    hidden = {"建施-31", "建施-32"}
    seen = {
        "designer": numbers,
        "owner": numbers - hidden,
        "reviewer": numbers - hidden - {"建施-33", "建施-34"},
        "contractor": numbers - hidden - {"建施-33", "建施-34"},
        "archivist": set(),
    }
    for name, wanted in seen.items():
        visitor, project = site.as_(name), site.things["project"]
        data = visitor.get(f"/projects/{project}/register", headers={"Accept": "application/json"}).get_json()
        column = data["columns"].index("number")
        assert {row[column] for row in data["rows"]} == wanted, name
        page = visitor.get(f"/projects/{project}").text + visitor.get("/search?q=平面图").text
        page += visitor.get(f"/projects/{project}/register.csv").text
        assert {n for n in numbers if n in page} <= wanted, name


def test_the_archive_sees_no_drawing_before_the_transfer(world_of_routes: Site) -> None:
    visitor, project = world_of_routes.as_("archivist"), world_of_routes.things["project"]
    for path in ("", "/register", "/settings"):
        page = visitor.get(f"/projects/{project}{path}")
        assert page.status_code == 200
        assert "建施-3" not in page.text
    assert visitor.get(f"/projects/{project}/record").status_code == 403
    assert "建施-3" not in visitor.get("/search?q=建施").text


def test_strangers_learn_nothing_from_search_and_lists(world_of_routes: Site) -> None:
    for name, secret in (("stranger", "滨河小学"), ("owner", "别的项目"), ("admin", "滨河小学")):
        visitor = world_of_routes.as_(name)
        for path in (
            "/",
            "/search?q=建施",
            "/search?q=机密图纸",
            "/search?q=平面图",
            "/search?q=滨河",
            "/search?q=别的",
        ):
            assert secret not in visitor.get(path).text.replace("别的”", ""), f"{name} {path}"


def test_the_api_does_not_take_the_browsers_cookie(world_of_routes: Site) -> None:
    visitor, asked = world_of_routes.as_("owner"), 0
    public = {"/api/v1/openapi.json", "/api/v1/", "/api/v1/<path:rest>"}
    for rule in world_of_routes.application.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1") or rule.rule in public or _is_open(rule.rule):
            continue
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(
                _placeholder(path, argument), "1" if "int" in _placeholder(path, argument) else "x"
            )
        for method in set(rule.methods or ()) - {"OPTIONS"}:
            response = visitor.send(method, path, json={} if method in UNSAFE else None)
            assert response.status_code == 401, f"{method} {rule.rule}: {response.status_code}"
            asked += 1
    assert asked > 40


def _is_open(rule: str) -> bool:
    """What the API shows to everybody: the health of the server and the status of a printed code."""
    return rule.startswith(("/api/v1/status", "/api/v1/health", "/api/v1/log", "/api/v1/checkpoint"))


def _placeholder(path: str, argument: str) -> str:
    stop = path.index(f"{argument}>") + len(argument) + 1
    return path[path.rindex("<", 0, stop) : stop]
