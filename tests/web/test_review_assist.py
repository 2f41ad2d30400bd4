"""The tab of the assisted review, and what a project says of its rules."""

import json

import sqlalchemy as sa

from app.projects.models import Project
from app.projects.rules import Policy
from app.review.assist.rulebook import RULES
from tests.web.site import Site


def _policy(site: Site) -> Policy:
    with site.services.database.read() as session:
        return Policy.from_json(session.get_one(Project, site.things["project"]).policy)


def _save(site: Site, **fields: object) -> int:
    project = site.things["project"]
    with site.services.database.read() as session:
        version = session.scalars(sa.select(Project.version).where(Project.id == project)).one()
    form = {"version": str(version), "name": "滨河小学", **fields}
    return site.as_("owner").post(f"/projects/{project}/settings", data=form).status_code


def test_reviewers_see_the_rules_with_their_verdicts_and_nobody_else_does(site: Site) -> None:
    path = f"/review/{site.things['case']}"
    page = site.as_("reviewer").get(f"{path}?tab=assist").text
    for rule in RULES:
        assert rule.name.zh in page
    assert "有问题" in page
    assert "图号 建施-01 在同一单体内重复" in page
    assert "?tab=assist" in site.as_("reviewer").get(path).text
    for who in ("owner", "designer", "legal", "authority"):
        assert site.as_(who).get(f"{path}?tab=assist").status_code == 404
        assert "?tab=assist" not in site.as_(who).get(path).text


def test_a_run_is_asked_for_and_waited_for(site: Site) -> None:
    path = f"/review/{site.things['case']}"
    reviewer = site.as_("reviewer")
    assert reviewer.post(f"{path}/assist").status_code == 302
    answer = reviewer.get(f"{path}/assist.json").json
    assert answer["running"] is True
    assert f'data-run="{answer["run"]}"' in reviewer.get(f"{path}?tab=assist").text


def test_a_finding_is_dropped_restored_and_accepted(site: Site) -> None:
    path, finding = f"/review/{site.things['case']}/findings", site.things["finding"]
    reviewer = site.as_("reviewer")
    lead = site.as_("review_lead").post(f"{path}/accept", json={"findings": [finding]}).json
    assert lead["refused"][finding]["code"] == "not-your-discipline"  # the lead has none
    for decision, done in (("drop", True), ("drop", False), ("restore", True), ("accept", True)):
        report = reviewer.post(f"{path}/{decision}", json={"findings": [finding]}).json
        assert report["done"] == ([finding] if done else []), json.dumps(report, ensure_ascii=False)
    listed = reviewer.get(f"/review/{site.things['case']}/opinions.json").json["opinions"]
    assert "rule:numbers" in {o["origin"] for o in listed}
    assert reviewer.post(f"{path}/bogus", json={"findings": []}).status_code == 422
    assert reviewer.post(f"{path}/drop", json={"findings": "all"}).status_code == 422


def test_a_project_switches_rules_off_and_says_how_its_layers_are_named(site: Site) -> None:
    kept = [rule.id for rule in RULES if rule.id != "scale"]
    before = _policy(site)
    assert _save(site, review_rules="1", review_rule=kept, review_layer_pattern="gb") == 302
    after = _policy(site)
    assert (after.review_rules_off, after.review_layer_pattern) == (("scale",), "gb")
    assert after.review_days == before.review_days
    page = site.as_("owner").get(f"/projects/{site.things['project']}/settings").text
    assert 'value="scale" >' in page
    assert 'value="seals" checked>' in page
    assert _save(site) == 302  # a form that does not speak of the rules changes none
    assert _policy(site).review_rules_off == ("scale",)
    assert _save(site, review_layer_pattern="(") == 422


def test_what_a_project_says_of_other_terms_stays_when_its_page_is_saved(site: Site) -> None:
    project = site.things["project"]
    with site.services.database.plumbing() as session:
        row = session.get_one(Project, project)
        row.policy = {**row.policy, "review_days": 10}
    assert _save(site) == 302
    assert _policy(site).review_days == 10
