"""Platform administration: organisations and people, never drawings (law 5)."""

import pytest

from tests.web.site import Site


def test_the_administrator_enters_people_who_can_sign_in(site: Site) -> None:
    admin = site.as_("admin")
    assert admin.post("/admin/organisations", data={"name": "新设计院"}).status_code == 302
    form = {"name": "新人", "login": "new.person", "password": "a long password"}
    assert admin.post("/admin/people", data=form).status_code == 302
    page = admin.get("/admin").text
    assert "新设计院" in page
    assert "new.person" in page
    door = {"login": "new.person", "password": "a long password"}
    assert site.application.test_client().post("/sign-in", data=door).status_code == 302


def test_a_password_that_the_administrator_set_opens_nothing_but_the_page_to_change_it(site: Site) -> None:
    person = site.world.people["contractor"]
    given, own = "a long password", "another long password"
    site.as_("admin").post(f"/admin/people/{person}/password", data={"password": given})
    visitor = site.application.test_client()
    assert visitor.post("/sign-in", data={"login": "contractor", "password": given}).status_code == 302
    project = site.world.project_id
    for path in ("/", f"/projects/{project}", f"/projects/{project}/register", "/search?q=x"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/me"), path
    asked = visitor.get(f"/projects/{project}/record", headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json["code"]) == (403, "password-given")
    page = visitor.get("/me").text
    assert "当前密码由他人" in page
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    made = visitor.post("/me/tokens", data={"csrf_token": token, "name": "x", "days": "9"})
    assert made.status_code == 403
    changed = {"csrf_token": token, "current": given, "password": own}
    assert visitor.post("/me/password", data=changed).status_code == 302
    assert visitor.post("/sign-in", data={"login": "contractor", "password": own}).status_code == 302
    assert visitor.get(f"/projects/{project}/register").status_code == 200
    assert "当前密码由他人" not in visitor.get("/me").text


def test_setting_a_password_ends_the_sessions_of_that_person(site: Site) -> None:
    person = site.world.people["contractor"]
    response = site.as_("admin").post(
        f"/admin/people/{person}/password", data={"password": "a long password"}
    )
    assert response.status_code == 302
    assert site.as_("contractor").get("/me").status_code == 302


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/admin/organisations", {"name": ""}, 422),
        ("/admin/organisations", {"name": "x", "uscc": "12345"}, 422),
        ("/admin/organisations", {"name": "contractor 单位"}, 409),
        ("/admin/people", {"name": "x", "login": "OWNER"}, 409),
        ("/admin/people", {"name": "x", "login": "y", "password": "short"}, 422),
        ("/admin/people", {"name": "x", "login": "y", "organisation": "nowhere"}, 422),
        ("/admin/people", {"name": "", "login": ""}, 422),
        ("/admin/people/nobody/password", {"password": "a long password"}, 404),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    desk_site: Site, path: str, form: dict[str, str], status: int
) -> None:
    assert desk_site.as_("admin").post(path, data=form).status_code == status


def test_nobody_makes_himself_administrator_by_an_extra_field(site: Site) -> None:
    form = {"name": "新人", "login": "sly", "password": "a long password", "is_platform_admin": "1"}
    assert site.as_("admin").post("/admin/people", data=form).status_code == 302
    visitor = site.application.test_client()
    visitor.post("/sign-in", data={"login": "sly", "password": "a long password"})
    assert visitor.get("/admin").status_code == 404


def test_the_administrator_sees_no_drawing(kept: Site) -> None:
    admin, things = kept.as_("admin"), kept.things
    for name in ("released", "draft"):
        assert admin.get(f"/sheets/{things[f'sheet:{name}']}").status_code == 404
        assert admin.get(f"/renditions/{things[f'rendition:{name}']}/download").status_code == 404
    assert "层平面图" not in admin.get("/").text + admin.get("/search?q=平面图").text
