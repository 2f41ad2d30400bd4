"""A whole review of two rounds in real browsers: owner, lead and reviewer of the agency, designer, legal representative."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from app.kernel.ledger.sequence import sequence
from app.projects.actions import EditProject, edit_project
from app.projects.models import Project
from app.projects.rules import Policy, ReviewMode
from app.review.draws.actions import RevealShare, reveal_share
from app.review.models import ReviewCase, ReviewCertificate
from tests.browser.product_site import Product, built, listening_at
from tests.review.draws import LATER, VALUE, valued
from tests.web.site import Drawing, Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Product]:
    with built(tmp_path_factory) as site, listening_at(site) as address:
        _ask_for_review(site)
        yield Product(site, address, browser)


@pytest.fixture
def house(listening: Product) -> Iterator[Product]:
    """The house; at the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def _ask_for_review(site: Site) -> None:
    with site.services.database.write(site.world.actor("owner")) as tx:
        row = tx.session.get_one(Project, site.world.project_id)
        policy = Policy(review_mode=ReviewMode.AGENCY)
        edit = EditProject(
            row.id, row.version, row.name, row.name_en, row.short_name, row.region_code, "文教路 1 号",
            row.timezone, is_name_public=True, is_restricted=False, policy=policy,
        )  # fmt: skip
        edit_project(tx, edit)


def _issued(site: Site, *drawings: Drawing) -> list[str]:
    revisions = list(site.accept(site.take_in(list(drawings))).values())
    site.sign_and_issue(revisions)
    return revisions


class Desk:
    """One person at the page of the case."""

    def __init__(self, house: Product, person: str, case: str) -> None:
        self.page: Page = house.page(person=person)
        self.address = f"{house.address}{case}"
        self.look()

    def look(self, tab: str = "") -> None:
        self.page.goto(self.address + (f"?tab={tab}" if tab else ""))

    def move(self, event: str, words: str = "") -> None:
        """Press a step's button, say something where it is asked for, and see the page anew."""
        self.look()
        self.page.locator(f'[data-move="{event}"]').click()
        if words:
            self.page.locator("#words-dialog textarea").fill(words)
        with self.page.expect_navigation():
            self.page.locator('#words-dialog button[value="go"]').click()

    def state(self) -> str:
        self.look()
        return self.page.locator(".head .mark").first.inner_text()


def test_two_rounds_with_five_people(house: Product) -> None:
    site = house.site
    _issued(site, Drawing("建施-71", "一层平面图"), Drawing("建施-72", "二层平面图"))
    case = _submitted(house)
    lead = Desk(house, "review_lead", case)
    for event in ("start_intake", "accept"):
        lead.move(event)
    lead.look("people")
    lead.page.locator("#people select").select_option(label="reviewer")
    with lead.page.expect_navigation():
        lead.page.locator("#assign").click()
    lead.move("assign")
    reviewer = Desk(house, "reviewer", case)
    _write_on_the_sheet(reviewer)
    _write_in_the_case(reviewer)
    with reviewer.page.expect_navigation():
        reviewer.page.locator('[data-done="arch"]').click()
    lead.move("consolidate")
    lead.move("issue_opinions")
    assert lead.state() == "已出审查意见"

    _issued(site, Drawing("建施-71", "一层平面图", revision="B", stamp=3))
    designer = Desk(house, "lead", case)
    designer.move("open_reply")
    _answer(designer, 0, "reply_fixed", "净宽改为 0.95 m")
    _answer(designer, 1, "reply_explain", "比例以图名下标注为准")
    Desk(house, "owner", case).move("resubmit")

    for _ in range(2):
        reviewer.look()
        reviewer.page.locator("[data-judge]").first.click()
        expect(reviewer.page.locator("#judge-dialog")).to_be_visible()
        reviewer.page.locator("#judge-dialog textarea").fill("复核通过")
        with reviewer.page.expect_navigation():
            reviewer.page.locator('#judge-dialog button[value="ok"]').click()
    with reviewer.page.expect_navigation():
        reviewer.page.locator('[data-done="arch"]').click()
    lead.move("pass")
    legal = Desk(house, "legal", case)
    legal.look("certificate")
    legal.page.locator('[name="number_internal"]').fill("ZH-2024-009")
    with legal.page.expect_navigation():
        legal.page.locator("#certify-form button").click()
    lead.move("file", "备案 2024-17")
    assert lead.state() == "已备案"
    _what_is_true(site, case)


def _submitted(house: Product) -> str:
    """The owner prepares a case, is told what the gate finds, gives the reason, and submits."""
    page = house.page(person="owner")
    page.goto(f"{house.address}/projects/{house.site.world.project_id}/review")
    page.locator('[name="title"]').fill("教学楼第一批")
    page.locator("aside .form button").click()
    case = page.url.removeprefix(house.address)
    expect(page.locator(".finding").first).to_be_visible()
    for box in page.locator("#choose tbody tr").all():
        if box.locator("a").inner_text() not in ("建施-71", "建施-72"):
            box.locator("input").uncheck()
    expect(page.locator("#chosen")).to_have_text("已选 2 张")
    page.locator("#submit-note").fill("目录随后补交")
    with page.expect_navigation():
        page.locator("#submit-case").click()
    expect(page.locator(".head .mark").first).to_have_text("已提交")
    return case


def _write_on_the_sheet(reviewer: Desk) -> None:
    """From the case to the sheet, a region is chosen, and the opinion lies there."""
    page = reviewer.page
    reviewer.look("sheets")
    href = page.locator("td a", has_text="建施-71").get_attribute("href")
    origin = reviewer.address.split("/review/")[0]
    page.goto(f"{origin}{href}#region=30000,30000,120000,90000")
    page.wait_for_load_state("networkidle")  # a tab answers once its script has come
    page.locator('[data-tab="opinions"]').click()
    page.locator(".opinions-case button.primary").click()
    expect(page.locator(".place-said")).to_contain_text("选区")
    page.locator('.opinion-form [name="fact"]').fill("疏散门净宽 0.80 m <b>x</b>")
    page.locator('.opinion-form [name="clause"]').fill("示例标准-0001 3.2.1")
    page.locator('.opinion-form [name="action"]').fill("改为不小于 0.90 m")
    page.locator(".opinion-form button.primary").click()
    expect(page.locator(".opinion-line")).to_contain_text("疏散门净宽 0.80 m <b>x</b>")
    expect(page.locator(".opinion-ring")).to_have_count(1)


def _write_in_the_case(reviewer: Desk) -> None:
    page = reviewer.page
    reviewer.look("opinions")
    page.locator("#new-opinion").click()
    form = page.locator("#opinion-dialog")
    form.locator('[name="basis"]').select_option("design_depth")
    form.locator('[name="sheets"]').fill("建施-72")
    form.locator('[name="fact"]').fill("标题栏比例与图中不一致")
    form.locator('[name="severity"][value="advise"]').check()
    form.locator('[name="basis_reason"]').fill("避免误读")
    with page.expect_navigation():
        form.locator('button[value="save"]').click()
    expect(page.locator("#opinions tbody tr")).to_have_count(2)


def _answer(designer: Desk, row: int, event: str, words: str) -> None:
    page = designer.page
    designer.look("opinions")
    page.locator("[data-reply]").nth(row).click()
    dialog = page.locator("#reply-dialog")
    expect(dialog).to_be_visible()
    dialog.locator(f'[name="event"][value="{event}"]').check()
    dialog.locator("textarea").fill(words)
    with page.expect_navigation():
        dialog.locator("button.primary").click()


def _what_is_true(site: Site, case: str) -> None:
    with site.services.database.read() as session:
        row = session.get_one(ReviewCase, case.removeprefix("/review/").split("?")[0])
        assert (row.state, row.round, row.is_first_pass) == ("filed", 2, False)
        certificate = session.scalars(
            sa.select(ReviewCertificate).where(ReviewCertificate.case_id == row.id)
        ).one()
        assert certificate.number_internal == "ZH-2024-009"


def test_a_number_is_committed_on_the_device_and_a_stranger_checks_the_draw(house: Product) -> None:
    """The secret stays on the device until it is revealed; the public page computes everything anew, and finds a lie."""
    site, draw = house.site, house.site.things["draw"]
    page = house.page(person="owner")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or ""))
    page.goto(f"{house.address}/draws/{draw}")
    secret = page.locator("#share-secret").input_value()
    assert len(secret) == 64
    page.locator("#share-kept").check()
    with page.expect_navigation():
        page.locator("#share-form button.primary").click()
    expect(page.locator(".steps").first).to_contain_text("已承诺")
    assert secret not in "".join(sent)
    site.clock.advance(LATER)
    with site.services.database.write(site.world.actor("owner")) as tx:
        reveal_share(tx, RevealShare(draw, secret))
    valued(site.world, draw)
    site.work()
    for _ in range(3):
        sequence(site.services.database, site.clock)
    address = f"{house.address}/d/{site.things['code:draw']}"
    stranger = house.stranger()
    stranger.goto(address)
    expect(stranger.locator("#draw-verdict[data-verdict=right]")).to_be_visible()
    assert stranger.locator("#draw-steps .is-done").count() == 6
    evidence = stranger.request.get(f"{address}/evidence.json").text()
    found = re.search(r"drawn: 1 case (\w)", evidence)
    assert found is not None
    at = found.start(1)
    lies = {
        "result": evidence[:at] + ("z" if found[1] != "z" else "y") + evidence[at + 1 :],
        "value": evidence.replace(f'"value": "{VALUE}"', f'"value": "{VALUE.replace("03", "04")}"'),
        "secret": evidence.replace(f'"secret": "{secret}"', f'"secret": "{secret[::-1]}"'),
        "title": evidence.replace("title: 第一季度", "title: 第二季度", 1),
        "no evidence": "{",
    }
    for name, lie in lies.items():
        assert lie != evidence, name
        file = {"name": "evidence.json", "mimeType": "application/json", "buffer": lie.encode()}
        stranger.locator("#draw-file").set_input_files([file])
        expect(stranger.locator("#draw-verdict[data-verdict=wrong]")).to_be_visible()
        file = {**file, "buffer": evidence.encode()}
        stranger.locator("#draw-file").set_input_files([file])
        expect(stranger.locator("#draw-verdict[data-verdict=right]")).to_be_visible()
