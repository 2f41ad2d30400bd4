"""Pages of the review that people drive by hand: tables that come in, a certificate held against files, marks that become
opinions, a self-check."""

import io
from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa
from openpyxl import Workbook
from playwright.sync_api import Browser, FilePayload, expect

from app.drawings.models import SheetRevision
from app.kernel.actor import SYSTEM
from app.markups.actions.marks import DrawMark, draw_mark
from app.record.exports import XLSX_TYPE
from app.review.actions.self_check import NoteSelfCheck, note_self_check
from app.review.assist.rule import Said, Verdict
from app.review.assist.rulebook import Judged
from app.review.facts import own_sheets
from app.review.library_models import ReviewClause, SelfCheck
from app.review.models import ReviewOpinion
from tests.browser.product_site import Product, built, listening_at
from tests.markups.drawn import REGION, SHAPES
from tests.web.review_house import case_in_first_review

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Product]:
    with built(tmp_path_factory) as site, listening_at(site) as address:
        yield Product(site, address, browser)


@pytest.fixture
def house(listening: Product) -> Iterator[Product]:
    """The house; at the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def table(name: str, *rows: Sequence[str]) -> FilePayload:
    """A workbook as somebody chooses it."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return {"name": name, "mimeType": XLSX_TYPE, "buffer": out.getvalue()}


def test_a_library_is_shown_before_it_comes_in(house: Product) -> None:
    page = house.page(person="review_lead")
    page.goto(f"{house.address}/projects/{house.site.things['project']}/review/library")
    file = table(
        "条款.xlsx",
        ["标准编号", "标准名称", "条款号", "条文内容", "是否强条"],
        ["示例 0009-2024", "示例标准", "3.1.1", "疏散门净宽 <b>不小于</b> 0.90 m", "是"],
        ["示例 0009-2024", "示例标准", "", "没有条款号", ""],
    )
    page.locator("#library-file").set_input_files(file)
    preview = page.locator("#library-import")
    expect(preview.locator("table tbody tr")).to_have_count(2)
    expect(preview).to_contain_text("疏散门净宽 <b>不小于</b> 0.90 m")
    assert _count(house, ReviewClause) == 0  # only shown
    with page.expect_navigation():
        preview.locator("button.primary").click()
    expect(page.locator("#clauses")).to_contain_text("3.1.1")
    assert _count(house, ReviewClause) == 1


def test_an_opinion_table_is_shown_row_by_row_and_comes_in_once(house: Product) -> None:
    case = f"{house.address}/review/{house.site.things['case']}"
    page = house.page(person="reviewer")
    page.goto(f"{case}?tab=sheets")
    number = page.locator("tbody td a").first.inner_text().strip()
    before = _count(house, ReviewOpinion)
    file = table(
        "意见.xlsx",
        ["图号", "审查意见", "违反条文", "性质"],
        [number, "门洞宽度与门窗表不一致", "示例标准 GB 50999-2020 第 3.2.1 条", "强条"],
        ["建施-999", "没有这张图", "", "建议"],
    )
    for made in (1, 0):
        page.goto(f"{case}/opinion-table")
        page.locator("#opinion-file").set_input_files(file)
        preview = page.locator("#opinion-import")
        expect(preview.locator("table tbody tr")).to_have_count(2)
        expect(preview).to_contain_text("本案卷没有图纸 建施-999")
        go = preview.locator("button.primary")
        expect(go).to_contain_text(f"导入 {made} 条草稿")
        if made:
            assert _count(house, ReviewOpinion) == before
            with page.expect_navigation():
                go.click()
        else:
            expect(go).to_be_disabled()
            expect(preview).to_contain_text("已经导入过")
    page.goto(f"{case}?tab=opinions")
    expect(page.locator("#opinions tbody tr", has_text="门洞宽度与门窗表不一致")).to_have_count(1)
    assert _count(house, ReviewOpinion) == before + 1


def test_a_certificate_says_whether_a_file_is_one_of_its_own(house: Product) -> None:
    site = house.site
    with site.services.database.read() as session:
        digest = session.get_one(SheetRevision, site.things["revision:released"]).base_sha256 or ""
    listed = b"".join(site.services.store.read(digest))
    stranger = house.browser.new_context(locale="zh-CN")
    page = stranger.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.goto(f"{house.address}/c/{site.things['code:certificate']}")
    expect(page.locator(".verdict")).to_contain_text("有效")
    page.locator("#check-file").set_input_files(
        [
            {"name": "对的.pdf", "mimeType": "application/pdf", "buffer": listed},
            {"name": "改过.pdf", "mimeType": "application/pdf", "buffer": listed + b" "},
        ]
    )
    right, wrong = page.locator("#check-results li").nth(0), page.locator("#check-results li").nth(1)
    expect(right).to_contain_text("已列入")
    expect(right).to_contain_text(digest)
    expect(wrong).to_contain_text("未列入本合格书")
    assert set(asked) == {"GET"}  # the file itself goes nowhere
    stranger.close()


def test_own_marks_become_drafts_in_one_act_and_one_on_the_sheet(house: Product) -> None:
    site = house.site
    revision = site.things["revision:released"]
    agency = site.world.parties["reviewer"]
    case_id = case_in_first_review(site.world, site.things["project"], agency, revision)
    words = ("首层疏散宽度不足", "防火分区未注明", "坡道坡度未标注")
    with site.services.database.write(site.world.actor("reviewer")) as tx:
        for text in words:
            draw_mark(tx, DrawMark(revision, "cloud", REGION, SHAPES["cloud"], text=text))
    page = house.page(person="reviewer")
    page.goto(f"{house.address}/review/{case_id}?tab=opinions")
    page.locator("#from-marks").click()
    dialog = page.locator("#marks-dialog")
    for text in words[:2]:
        dialog.locator("li", has_text=text).locator("input").check()
    with page.expect_navigation():
        dialog.locator("button.primary").click()
    for text in words[:2]:
        row = page.locator("#opinions tbody tr", has_text=text)
        expect(row).to_contain_text("由批注转来")
        expect(row.locator("[data-edit]")).to_be_visible()
    with site.services.database.read() as session:
        sheet = session.get_one(SheetRevision, revision).sheet_id
    page.goto(f"{house.address}/sheets/{sheet}?rev={revision}")
    page.wait_for_load_state("networkidle")  # a tab answers once its script has come
    page.locator('[data-tab="opinions"]').click()
    page.locator("details.mark-offers summary").click()
    offer = page.locator(".mark-offer", has_text=words[2])
    offer.locator("button").click()
    expect(page.locator(".opinion-line", has_text=words[2])).to_have_count(1)
    expect(page.locator(".mark-offer")).to_have_count(0)


def test_a_designer_checks_his_own_sheets(house: Product) -> None:
    page = house.page(person="designer")
    page.goto(f"{house.address}/projects/{house.site.things['project']}/register")
    page.locator('a[href$="/self-check"]').click()
    page.locator(".assist-head form button").click()
    expect(page.locator("#assist-running")).to_be_visible()
    _answered(house)
    page.reload()
    expect(page.locator(".rules tbody tr")).not_to_have_count(0)
    finding = page.locator("#findings-list [data-finding]").first
    expect(finding.locator(".where")).not_to_be_empty()
    assert page.locator('[data-decide="accept"]').count() == 0  # nothing becomes an opinion
    finding.locator("input").check()
    with page.expect_navigation():
        page.locator('[data-decide="drop"]').click()
    expect(page.locator("#assist-undo")).to_be_visible()


def _answered(house: Product) -> None:
    """The run that waits has found one number twice."""
    with house.site.services.database.write(SYSTEM) as tx:
        run = tx.session.scalars(sa.select(SelfCheck)).one()
        drafts = [s.revision_id for s in own_sheets(tx.session, run.project_id, run.party_id)]
        said = Said(Verdict.FINDING, None, "number-twice", {"number": "建施-01"})
        note_self_check(tx, NoteSelfCheck(run.id, drafts, [Judged("numbers", [said], counts={"finding": 1})]))


def _count(house: Product, model: type[ReviewClause] | type[ReviewOpinion]) -> int:
    with house.site.services.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
