"""Guards around every page: forged requests, cookies, sessions, guessing, redirects, headers, templates."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from werkzeug.test import TestResponse

from app.accounts import flows, passwords
from app.accounts.actions import (
    ATTEMPT_WINDOW,
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_LOGIN,
    SESSION_IDLE,
    SESSION_LIFE,
    revoke_session,
)
from app.web.protection import SAFE_METHODS
from tests.peers.rendered_once import render_once
from tests.samples import ROOT
from tests.web.matrix import CASES
from tests.web.matrix_case import Case, Named
from tests.web.site import Site, Sites, Visitor, opened
from tests.world import PASSWORD

WEB = ROOT / "app" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted([*(WEB / "static").rglob("*.js"), *(ROOT / "viewers" / "browser").rglob("*.js")])
STYLES = sorted([*(WEB / "static").rglob("*.css"), *(ROOT / "viewers" / "browser").rglob("*.css")])


def _sign_in(
    site: Site, login: str = "owner", password: str = PASSWORD, **more: object
) -> tuple[Visitor, TestResponse]:
    visitor = Visitor(site.application.test_client())
    response = visitor.client.post("/sign-in", data={"login": login, "password": password}, **more)
    return visitor, response


# -- forged requests -------------------------------------------------------------------------------------------


def _unsafe() -> list[Case]:
    seen: dict[str, Case] = {}
    for case in CASES:
        if case.rule.split()[0] not in SAFE_METHODS:
            seen.setdefault(case.rule, case)
    return list(seen.values())


@pytest.mark.parametrize("case", _unsafe(), ids=lambda c: c.rule)
def test_an_unsafe_request_without_the_token_of_the_session_is_refused(kept: Site, case: Case) -> None:
    things = {**kept.things, "upload": "x", "person": kept.world.people["designer"]}
    path, method = case.path.format_map(Named(things)), case.rule.split()[0]
    for name in ("owner", "designer", "admin"):
        visitor = kept.as_(name)
        for token in (None, "", "guessed", kept.secrets["stranger"][1]):
            headers = {} if token is None else {"X-CSRF-Token": token}
            response = visitor.client.open(path, method=method, headers=headers)
            if path.startswith("/admin") and name != "admin":
                assert response.status_code == 404
                continue
            assert response.status_code == 400, f"{name} {token!r}"
            assert "forged-request" in response.text


@pytest.mark.parametrize("case", _unsafe(), ids=lambda c: c.rule)
def test_an_unsafe_request_from_another_origin_is_refused_even_with_the_token(kept: Site, case: Case) -> None:
    things = {**kept.things, "upload": "x", "person": kept.world.people["designer"]}
    path, method = case.path.format_map(Named(things)), case.rule.split()[0]
    for origin in (
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://evil.example:8000",
    ):
        response = kept.as_("admin").send(method, path, headers={"Origin": origin})
        assert response.status_code == 400, origin
        assert "forged-request" in response.text


def test_the_token_of_the_form_counts_as_much_as_the_header(site: Site) -> None:
    visitor = site.as_("owner")
    form = {"csrf_token": visitor.csrf, "name": "改名", "version": "1"}
    path = f"/projects/{site.things['project']}/buildings"
    response = visitor.client.post(
        path, data={**form, "number": "88#"}, headers={"Origin": "http://localhost"}
    )
    assert response.status_code == 302


def test_no_page_changes_anything_when_it_is_read(kept: Site) -> None:
    safe = [rule for rule in (c.rule for c in CASES) if rule.split()[0] in SAFE_METHODS]
    verbs = re.compile(r"/(delete|remove|revoke|end|close|accept|release|sign-out|approve)\b")
    assert [rule for rule in safe if verbs.search(rule)] == []


# -- cookies and sessions --------------------------------------------------------------------------------------


def _cookie(response: TestResponse) -> str:
    return next(c for c in response.headers.getlist("Set-Cookie") if "oneset=" in c)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk_site: Site) -> None:
    _, response = _sign_in(desk_site)
    parts = {p.strip() for p in _cookie(response).split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(p.startswith("Domain") for p in parts)


def test_behind_tls_the_cookie_is_bound_to_the_host_and_to_tls(built_sites: Sites, tmp_path: Path) -> None:
    with opened(
        built_sites("sqlite"), tmp_path / "data", cookie_secure=True, base_url="https://oneset.example"
    ) as site:
        _, response = _sign_in(site, base_url="https://oneset.example")
        cookie = _cookie(response)
        assert cookie.startswith("__Host-oneset=")
        parts = {p.strip() for p in cookie.split(";")}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert not any(p.startswith("Domain") for p in parts)
        assert response.headers["Strict-Transport-Security"].startswith("max-age=")
        trusted, planted = site.application.test_client(), site.application.test_client()
        trusted.set_cookie("__Host-oneset", site.secrets["owner"][0], domain="oneset.example")
        planted.set_cookie("oneset", site.secrets["owner"][0], domain="oneset.example")
        assert trusted.get("/me", base_url="https://oneset.example").status_code == 200
        assert planted.get("/me", base_url="https://oneset.example").status_code == 302


def test_each_sign_in_makes_a_new_secret_whatever_cookie_was_there(site: Site) -> None:
    planted = "planted-by-somebody-else"
    visitor = Visitor(site.application.test_client())
    visitor.client.set_cookie(site.cookie, planted)
    first = _cookie(visitor.client.post("/sign-in", data={"login": "owner", "password": PASSWORD}))
    second = _cookie(_sign_in(site)[1])
    assert planted not in first
    assert first.split(";")[0] != second.split(";")[0]
    stranger = site.application.test_client()
    stranger.set_cookie(site.cookie, planted)
    assert stranger.get("/me").status_code == 302


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(site: Site) -> None:
    visitor, _ = _sign_in(site)
    site.clock.advance(SESSION_IDLE - timedelta(minutes=1))
    assert visitor.get("/me").status_code == 200
    site.clock.advance(SESSION_IDLE - timedelta(minutes=1))
    assert visitor.get("/me").status_code == 200, "use keeps it alive"
    site.clock.advance(SESSION_IDLE + timedelta(minutes=1))
    assert visitor.get("/me").status_code == 302

    lively, _ = _sign_in(site)
    for _ in range(int(SESSION_LIFE / SESSION_IDLE) + 1):
        answered = lively.get("/me").status_code
        site.clock.advance(SESSION_IDLE - timedelta(minutes=5))
    assert answered == 200
    site.clock.advance(timedelta(hours=2))
    assert lively.get("/me").status_code == 302, "use does not prolong it for ever"


def test_a_revoked_session_is_refused_at_once(site: Site) -> None:
    visitor = site.as_("owner")
    assert visitor.get("/me").status_code == 200
    with site.services.database.write(site.world.actor("owner")) as tx:
        revoke_session(tx, site.things["session"])
    assert visitor.get("/me").status_code == 302
    assert visitor.post(
        f"/projects/{site.things['project']}/buildings", data={"number": "5#"}
    ).status_code in (302, 401)


def test_signing_out_ends_the_session_on_the_server_not_only_in_the_browser(site: Site) -> None:
    visitor = site.as_("owner")
    assert visitor.post("/sign-out").status_code == 302
    assert site.as_("owner").get("/me").status_code == 302


def test_a_new_password_ends_all_sessions(site: Site) -> None:
    other, _ = _sign_in(site)
    form = {"current": PASSWORD, "password": "a new long password"}
    assert site.as_("owner").post("/me/password", data=form).status_code == 302
    assert other.get("/me").status_code == 302
    assert _sign_in(site)[1].status_code == 401
    assert _sign_in(site, password="a new long password")[1].status_code == 302


# -- guessing --------------------------------------------------------------------------------------------------


def test_an_account_is_paused_after_some_wrong_guesses_from_wherever_they_come(site: Site) -> None:
    for n in range(ATTEMPTS_PER_LOGIN):
        guessed = _sign_in(site, password=f"guess {n}", environ_overrides={"REMOTE_ADDR": f"10.0.0.{n}"})
        assert guessed[1].status_code == 401
    paused = _sign_in(site, environ_overrides={"REMOTE_ADDR": "10.9.9.9"})[1]
    assert paused.status_code == 429, "also with the right password"
    variant = _sign_in(site, login=" OWNER ", environ_overrides={"REMOTE_ADDR": "10.9.9.8"})[1]
    assert variant.status_code == 429, "another way of writing the name is the same account"
    assert _sign_in(site, login="stranger")[1].status_code == 302, "others are not locked out"
    site.clock.advance(ATTEMPT_WINDOW + timedelta(seconds=1))
    assert _sign_in(site)[1].status_code == 302


def test_an_address_is_paused_after_many_wrong_guesses_at_many_names(site: Site) -> None:
    here = {"REMOTE_ADDR": "10.1.1.1"}
    for n in range(ATTEMPTS_PER_ADDRESS):
        assert _sign_in(site, login=f"nobody{n}", environ_overrides=here)[1].status_code == 401
    assert _sign_in(site, environ_overrides=here)[1].status_code == 429
    assert _sign_in(site, environ_overrides={"REMOTE_ADDR": "10.1.1.2"})[1].status_code == 302


def test_unknown_people_and_wrong_passwords_get_the_same_answer_after_the_same_work(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []
    real = passwords.password_matches

    def counting(stored: str | None, password: str) -> bool:
        checked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(flows, "password_matches", counting)
    verified: list[str] = []
    verify = PasswordHasher.verify

    def noting(self: PasswordHasher, stored: str, password: str) -> bool:
        verified.append(stored)
        return bool(verify(self, stored, password))

    monkeypatch.setattr(PasswordHasher, "verify", noting)

    answers = {
        n: _sign_in(site, login=n, password="not it, sorry")[1] for n in ("owner", "nobody", "designer")
    }
    assert len(checked) == len(verified) == 3, (
        "argon2 runs for unknown people and for people without a password"
    )
    assert all(h.startswith("$argon2id$") for h in verified)
    assert {a.status_code for a in answers.values()} == {401}
    assert len({a.text.replace(f'value="{n}"', "") for n, a in answers.items()}) == 1
    assert {tuple(sorted(k for k, _ in a.headers)) for a in answers.values()} == {
        tuple(sorted(k for k, _ in answers["owner"].headers))
    }


# -- redirects -------------------------------------------------------------------------------------------------

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%09/evil.example",
    "evil.example",
    "/\r\nSet-Cookie: x=1",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_signing_in(desk_site: Site, target: str) -> None:
    response = desk_site.application.test_client().post(
        "/sign-in", query_string={"next": target}, data={"login": "owner", "password": PASSWORD}
    )
    _stays_here(response)
    signed_in = desk_site.as_("owner")
    _stays_here(signed_in.get("/sign-in", query_string={"next": target}))
    _stays_here(signed_in.post("/language", data={"language": "en", "next": target}))


def _stays_here(response: TestResponse) -> None:
    assert response.status_code == 302
    where = response.headers["Location"]
    assert re.fullmatch(r"/(?![/\\])[^\\\s]*", where), where
    assert re.fullmatch(r"/(?![/\\\t\r\n])[^\\\t\r\n]*", where), where
    assert "Set-Cookie: x" not in str(response.headers)


def test_after_signing_in_one_returns_to_the_page_one_wanted(desk_site: Site) -> None:
    wanted = f"/projects/{desk_site.things['project']}/register?x=1"
    asked = desk_site.as_(None).get(wanted)
    assert asked.status_code == 302
    response = desk_site.application.test_client().post(
        asked.location, data={"login": "owner", "password": PASSWORD}
    )
    assert response.location == wanted


# -- headers ---------------------------------------------------------------------------------------------------


def _answers(site: Site) -> Iterator[tuple[str, TestResponse]]:
    for case in CASES:
        if case.rule.startswith("GET"):
            things = {**site.things, "person": "x", "upload": "x"}
            for name in ("designer", None):
                path = case.path.format_map(Named(things))
                yield f"{name} {path}", site.as_(name).get(path)
    yield "404", site.as_("owner").get("/no/such/page")
    yield "405", site.as_("owner").send("PUT", "/me")
    yield "400", site.as_("owner").client.post("/sign-out")
    yield "401", _sign_in(site, password="wrong password")[1]


def test_every_answer_carries_the_headers_that_keep_it_harmless(
    desk_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    render_once(monkeypatch)
    for what, response in _answers(desk_site):
        headers = response.headers
        policy = headers.get("Content-Security-Policy", "")
        assert "default-src 'self'" in policy or "default-src 'none'" in policy, what
        assert "unsafe-inline" not in policy, what
        assert "unsafe-eval" not in policy, what
        assert headers["X-Content-Type-Options"] == "nosniff", what
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), what
        if (response.content_type or "").startswith("text/html"):
            assert "frame-ancestors 'none'" in policy, what
            assert "object-src 'none'" in policy, what
            assert "base-uri 'none'" in policy, what
            assert "form-action 'self'" in policy, what
        if "Set-Cookie" in headers:
            assert "public" not in headers.get("Cache-Control", ""), what


def test_pages_for_one_person_are_not_kept_by_caches(kept: Site) -> None:
    for path in (
        "/",
        "/me",
        f"/projects/{kept.things['project']}",
        f"/sheets/{kept.things['sheet:released']}",
    ):
        assert "no-store" in kept.as_("owner").get(path).headers["Cache-Control"]
    tile = kept.as_("owner").get(f"/renditions/{kept.things['rendition:released']}/thumb.webp")
    assert tile.headers["Cache-Control"].startswith("private")


# -- templates and scripts -------------------------------------------------------------------------------------

KNOWN_SAFE = {
    "accounts/sign_in.html": {
        "'autocomplete=username autofocus'|safe",
        "'autocomplete=current-password'|safe",
    },
}
"""The only places that write text as it is; each of them a constant of the template."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_template_writes_text_unescaped_or_runs_inline_code(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    name = path.relative_to(WEB / "templates").as_posix()
    unescaped = set(re.findall(r"(?:'[^']*'|[\w.]+)\s*\|\s*safe\b", text))
    assert unescaped <= KNOWN_SAFE.get(name, set())
    assert len(re.findall(r"\|\s*safe\b", text)) == len(unescaped)
    assert "autoescape" not in text
    assert not re.search(r"\bMarkup\b", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, script
    for block in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL):
        assert re.fullmatch(r"\s*\{\{.*\|\s*tojson\s*\}\}\s*", block, re.DOTALL), (
            "data for scripts goes through tojson"
        )
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    assert not re.search(r"<style\b", bare)
    assert not re.search(r"<[^>]*\sstyle\s*=", bare)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", bare)
    assert not re.search(r"javascript:", bare, re.IGNORECASE)
    unquoted = re.findall(r"\s(?:href|src|value|title|action|data-[\w-]+|alt|name|id)=\{\{[^}]*\}\}", text)
    assert unquoted == [], "an attribute that holds a value is quoted"


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=lambda p: p.name)
def test_nothing_is_fetched_from_other_machines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for namespace in ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"):
        text = text.replace(namespace, "")
    text = re.sub(r"^\s*(//|\*|/\*).*$", "", text, flags=re.MULTILINE)
    assert re.findall(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", text, re.IGNORECASE) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_no_script_writes_markup_from_strings_or_runs_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    forbidden = r"\.(innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser"
    assert re.findall(forbidden, text) == []


def test_python_marks_text_as_markup_only_where_it_escaped_it() -> None:
    known = {
        "words.py": {"Markup('<span class=\"sheet-no\">{}</span>').format("},
        "search.py": {'Markup("<mark>{}</mark>").format(', 'Markup("").join('},
    }
    for path in sorted(WEB.rglob("*.py")):
        found = set(re.findall(r"Markup\([^)]*\)(?:\.\w+\()?", path.read_text(encoding="utf-8")))
        assert found <= known.get(path.name, set()), path.name
