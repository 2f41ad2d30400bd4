"""The joint review on pages: what is waited for, whose form it is, and that the word is kept with its reasons."""

from app.review.models import ReviewCase
from tests.review.cases import JOINT, seat_joint_authorities
from tests.web.site import Site


def joint_case(site: Site) -> str:
    """The case of the site, as if it had begun with a joint review of fire."""
    with site.services.database.plumbing() as session:
        session.get_one(ReviewCase, site.things["case"]).is_fire_joint = True
    return f"/review/{site.things['case']}"


def test_the_fire_authority_concludes_on_the_page(desk_site: Site) -> None:
    path = joint_case(desk_site)
    owner = desk_site.as_("owner")
    alone = owner.get(f"{path}?tab=people").text
    assert "本项目尚无该部门" in alone
    assert f"{path}/conclude" not in alone

    seat_joint_authorities(desk_site.world)
    for name in JOINT:
        desk_site.secrets[name] = desk_site.new_session(name)
    fire, lead = desk_site.as_("fire"), desk_site.as_("review_lead")
    assert "出具消防审查结论" in fire.get(f"/projects/{desk_site.things['project']}").text
    assert "出具消防审查结论" in fire.get(path).text
    page = fire.get(f"{path}?tab=people").text
    assert f"{path}/conclude" in page
    assert "本项目尚无该部门" not in page
    assert f"{path}/conclude" not in desk_site.as_("fire_reader").get(f"{path}?tab=people").text

    bare = fire.post(f"{path}/conclude", data={"domain": "fire", "verdict": "failed"})
    assert (bare.status_code, "须写明理由" in bare.text) == (422, True)
    words = {"domain": "fire", "verdict": "failed", "note": "疏散走道净宽不足"}
    done = fire.post(f"{path}/conclude", data=words)
    assert (done.status_code, done.location) == (302, f"{path}?tab=people")
    seen = lead.get(f"{path}?tab=people").text
    assert "疏散走道净宽不足" in seen
    assert f"{path}/conclude" not in seen
    assert "出具消防审查结论" not in fire.get(path).text


def test_a_case_that_is_not_joint_says_nothing_of_it(desk_site: Site) -> None:
    assert (
        'id="joint"' not in desk_site.as_("owner").get(f"/review/{desk_site.things['case']}?tab=people").text
    )
