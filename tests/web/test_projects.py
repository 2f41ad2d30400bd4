"""The project's page: data, codes, buildings, parties and seats; wrong input is refused with its reason."""

import dataclasses

import pytest
import sqlalchemy as sa

from app.projects.queries import policy_of
from app.projects.rules import Policy
from tests.web.site import Site


def _version(site: Site, table: str, identity: str) -> str:
    with site.services.database.read() as session:
        query = sa.text(f"select version from {table} where id = :i")
        return str(session.execute(query, {"i": identity}).scalar_one())


def _settings(site: Site, **fields: str) -> int:
    version = _version(site, "projects", site.things["project"])
    form = {"version": version, "name": "新名称", **fields}
    return site.as_("owner").post(f"/projects/{site.things['project']}/settings", data=form).status_code


def test_the_owner_changes_the_project_and_everybody_sees_it(site: Site) -> None:
    assert _settings(site, timezone="Asia/Urumqi", review_mode="exempt") == 302
    assert "新名称" in site.as_("contractor").get(f"/projects/{site.things['project']}/settings").text


def test_two_people_do_not_write_over_one_another(site: Site) -> None:
    version = _version(site, "projects", site.things["project"])
    path = f"/projects/{site.things['project']}/settings"
    assert site.as_("owner").post(path, data={"version": version, "name": "甲"}).status_code == 302
    assert site.as_("owner_clerk").post(path, data={"version": version, "name": "乙"}).status_code == 409
    assert "乙" not in site.as_("owner").get(path).text


@pytest.mark.parametrize(
    "field",
    [{"review_mode": "bogus"}, {"timezone": "Mars"}, {"timezone": "../../etc/passwd"}, {"version": "x"}],
)
def test_wrong_settings_are_refused_and_nothing_is_changed(desk_site: Site, field: dict[str, str]) -> None:
    assert _settings(desk_site, **field) == 422
    page = desk_site.as_("owner").get(f"/projects/{desk_site.things['project']}/settings").text
    assert "滨河小学" in page


@pytest.mark.parametrize("pattern", ["(", "[a-", "(a+)+$", "x" * 3_000])
def test_a_number_pattern_that_cannot_be_used_breaks_nothing(desk_site: Site, pattern: str) -> None:
    assert _settings(desk_site, number_pattern=pattern) in (302, 422)
    designer = desk_site.as_("designer")
    rows = {"rows": [desk_site.things["row"]]}
    assert designer.post(f"/intakes/{desk_site.things['intake']}/accept", json=rows).status_code < 500


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("identifiers", {"scheme": "bogus", "value": "1"}, 422),
        ("identifiers", {"scheme": "project_code", "value": "2603-141124-89-05-346949"}, 422),
        ("identifiers", {"scheme": "other", "value": "  "}, 422),
        ("buildings", {"number": "", "name": "x"}, 422),
        ("buildings", {"number": "1#", "name": "again"}, 409),
        ("parties", {"organisation": "nobody", "role": "testing"}, 422),
        ("parties", {"organisation": "nobody", "role": "king"}, 422),
        ("seats", {"party": "nobody", "person": "x", "role": "reader"}, 404),
        ("seats", {"party": "nobody", "person": "x", "role": "king"}, 422),
        ("seats/nobody/end", {"version": "1"}, 404),
        ("seats/nobody/end", {"version": "x"}, 422),
        ("seats/nobody/hand-over", {"version": "1", "person": "x"}, 404),
    ],
)
def test_wrong_acts_are_refused_with_a_reason(
    desk_site: Site, path: str, form: dict[str, str], status: int
) -> None:
    response = desk_site.as_("owner").post(f"/projects/{desk_site.things['project']}/{path}", data=form)
    assert response.status_code == status


def test_a_seat_without_any_scope_is_refused(desk_site: Site) -> None:
    form = {
        "party": desk_site.things["party"],
        "person": desk_site.world.people["contractor"],
        "role": "reader",
    }
    path = f"/projects/{desk_site.things['project']}/seats"
    assert desk_site.as_("owner").post(path, data=form).status_code == 422


def test_an_ended_seat_opens_nothing_any_more(site: Site) -> None:
    contractor, project = site.as_("contractor"), site.things["project"]
    assert contractor.get(f"/projects/{project}").status_code == 200
    form = {"version": _version(site, "seats", site.things["seat"])}
    assert (
        site.as_("owner").post(f"/projects/{project}/seats/{site.things['seat']}/end", data=form).status_code
        == 302
    )
    assert contractor.get(f"/projects/{project}").status_code == 404
    assert contractor.get(f"/renditions/{site.things['rendition:released']}/download").status_code == 404
    assert "滨河小学" not in contractor.get("/").text


def test_the_owner_cannot_end_the_seat_of_an_investigator(site: Site) -> None:
    seat, project = site.world.seats["investigator"], site.things["project"]
    form = {"version": _version(site, "seats", seat)}
    assert site.as_("owner").post(f"/projects/{project}/seats/{seat}/end", data=form).status_code == 403
    assert site.as_("investigator").get(f"/projects/{project}").status_code == 200


def test_a_new_project_shows_up_for_its_founder_only(site: Site) -> None:
    response = site.as_("contractor").post("/projects", data={"name": "自建项目"})
    assert response.status_code == 302
    assert site.as_("contractor").get(response.location).status_code == 200
    assert site.as_("owner").get(response.location).status_code == 404


def test_a_doubtful_code_comes_back_with_everything_that_was_typed(desk_site: Site) -> None:
    form = {"name": "打了很多字的项目", "project_code": "2603-141124-89-05-346949"}
    response = desk_site.as_("owner").post("/projects", data=form)
    assert response.status_code == 422
    assert "打了很多字的项目" in response.text


def test_every_part_of_the_policy_can_be_set_on_the_page(desk_site: Site) -> None:
    """What only the API knew, no clerk could switch on."""
    page = desk_site.as_("owner").get(f"/projects/{desk_site.things['project']}/settings").text
    elsewhere = {
        "signatures": "sign_checker",
        "cosign_disciplines": "cosign",
        "review_rules_off": "review_rule",
    }
    for name in {field.name for field in dataclasses.fields(Policy)}:
        assert f'name="{elsewhere.get(name, name)}"' in page, name


def test_a_joint_review_is_asked_for_on_the_page(desk_site: Site) -> None:
    def asked() -> bool:
        with desk_site.services.database.read() as session:
            return policy_of(session, desk_site.things["project"]).require_joint_review

    assert _settings(desk_site, confirm_days="3", change_emergency_days="7", require_joint_review="on") == 302
    assert asked()
    assert _settings(desk_site, confirm_days="3", change_emergency_days="7") == 302
    assert not asked()
