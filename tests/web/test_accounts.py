"""One's own page: language, zone, tokens, sessions; nobody reaches the things of others."""

from app.accounts.queries import tokens_of
from tests.web.site import Site
from tests.world import PASSWORD


def test_the_language_stays_with_the_person(site: Site) -> None:
    visitor = site.as_("contractor")
    assert "我的账户" in visitor.get("/me").text
    assert visitor.post("/language", data={"language": "en", "next": "/me"}).location == "/me"
    assert "My account" in visitor.get("/me").text
    assert "My account" in site.as_("contractor").get("/me").text


def test_the_language_of_a_visitor_stays_in_his_browser(desk_site: Site) -> None:
    visitor = desk_site.as_(None)
    visitor.post("/language", data={"language": "en", "next": "/sign-in"})
    assert "Sign in to OneSet" in visitor.get("/sign-in").text
    assert "登录一套图" in desk_site.as_(None).get("/sign-in").text


def test_an_unknown_time_zone_is_refused_with_the_name_of_the_field(site: Site) -> None:
    form = {"timezone": "Mars/Olympus", "language": "zh", "version": "1"}
    response = site.as_("contractor").post("/me/profile", data=form)
    assert response.status_code == 422
    assert "timezone" in response.text


def test_a_stale_profile_is_not_written_over(site: Site) -> None:
    visitor, form = site.as_("contractor"), {"timezone": "Asia/Urumqi", "language": "zh", "version": "1"}
    assert visitor.post("/me/profile", data=form).status_code == 302
    assert visitor.post("/me/profile", data={**form, "timezone": "UTC"}).status_code == 409


def test_versions_that_are_no_numbers_are_refused_not_faults(site: Site) -> None:
    form = {"timezone": "UTC", "language": "zh", "version": "x"}
    assert site.as_("contractor").post("/me/profile", data=form).status_code == 422


def test_a_token_is_shown_once_and_works_until_it_is_revoked(site: Site) -> None:
    visitor = site.as_("contractor")
    page = visitor.post("/me/tokens", data={"name": "脚本", "scopes": ["project:view"], "days": "30"}).text
    start = page.index("ons_")
    secret = page[start : page.index("<", start)].strip()
    assert secret not in visitor.get("/me").text
    asks = site.application.test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    assert asks.get("/api/v1/projects", headers=headers).status_code == 200
    assert asks.get("/me", headers=headers).status_code == 302, "a token opens the API, not the pages"
    with site.services.database.read() as session:
        token = tokens_of(session, site.world.people["contractor"], site.clock.now())[0]
    assert visitor.post(f"/me/tokens/{token.id}/revoke").status_code == 302
    assert asks.get("/api/v1/projects", headers=headers).status_code == 401


def test_a_token_needs_known_scopes_and_a_life(site: Site) -> None:
    visitor = site.as_("contractor")
    for wrong in (
        {"scopes": [], "days": "9"},
        {"scopes": ["everything"], "days": "9"},
        {"scopes": ["project:view"], "days": "0"},
        {"scopes": ["project:view"], "days": "9999"},
        {"scopes": ["project:view"], "days": "²"},
    ):
        assert visitor.post("/me/tokens", data={"name": "x", **wrong}).status_code == 422


def test_a_short_password_is_refused_and_the_old_one_still_works(site: Site) -> None:
    response = site.as_("owner").post("/me/password", data={"current": PASSWORD, "password": "short"})
    assert response.status_code == 422
    form = {"login": "owner", "password": PASSWORD}
    assert site.application.test_client().post("/sign-in", data=form).status_code == 302


def test_guessing_the_current_password_on_ones_own_page_is_limited_as_at_the_door(site: Site) -> None:
    visitor = site.as_("owner")
    told = [
        visitor.post(
            "/me/password", data={"current": f"guess {n}", "password": "a new long word"}
        ).status_code
        for n in range(12)
    ]
    assert told[0] == 401
    assert told[-1] == 429, "a stolen session is no oracle for the password"
