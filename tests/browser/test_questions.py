"""Questions that people ask by hand: from a sheet on a phone with a photo; a whole joint review by four people."""

import hashlib
import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from app.access.actions import GiveSeat, give_seat
from app.access.rules import SeatRole
from app.changes.models import ChangeDocument
from app.projects.actions import EVERYWHERE
from app.questions.models import ContactNote, ContactNoteFile, JointItem, JointReview, JointSignature
from tests.browser.product_site import Product, built, listening_at
from tests.browser.viewer_site import PHONE
from tests.review.cases import act

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


def photo() -> bytes:
    """A small picture with words of a camera inside."""
    picture, out = Image.new("RGB", (640, 480), (90, 120, 80)), io.BytesIO()
    words = picture.getexif()
    words[0x010F] = "a camera"
    picture.save(out, "JPEG", exif=words)
    return out.getvalue()


def rows(house: Product, model: type, **where: object) -> list:
    with house.site.services.database.read() as session:
        return list(session.scalars(sa.select(model).filter_by(**where).order_by(model.id)))


def test_from_a_sheet_on_a_phone_a_question_with_a_photo(house: Product) -> None:
    things, sent = house.site.things, photo()
    page = house.page(PHONE)
    region = "20000,20000,120000,90000"
    page.goto(f"{house.address}/sheets/{things['sheet:released']}#region={region}")
    expect(page.locator("#stage canvas").first).to_be_visible()
    page.wait_for_function("document.querySelector('#stage [data-ready], #stage canvas') !== null")
    page.locator("#ask-note").tap()
    page.wait_for_url("**/notes/new?**")
    expect(page.locator("#ask-form img")).to_be_visible()
    picture = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": sent}
    page.locator("input[name=files]").set_input_files(picture)
    expect(page.locator("#chosen-files")).to_contain_text("1")
    page.locator("textarea[name=question]").fill("此处门洞与门表不一致，以哪个为准？")
    page.get_by_role("button", name="发送").tap()
    page.wait_for_url("**/notes/*")
    expect(page.locator(".thread .asked-first")).to_contain_text("此处门洞与门表不一致")
    expect(page.locator(".photos img")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    note = rows(house, ContactNote, id=page.url.rsplit("/", 1)[1])[0]
    assert (note.sheet_id, note.region) == (things["sheet:released"], [int(v) for v in region.split(",")])
    assert note.to_party_id == house.site.world.parties["designer"]
    (kept,) = rows(house, ContactNoteFile, note_id=note.id)
    assert (kept.sha256, kept.is_photo) == (hashlib.sha256(sent).hexdigest(), True)
    drawn = page.request.get(f"{house.address}/notes/files/{kept.id}/view.webp")
    assert drawn.headers["content-type"] == "image/webp"
    assert b"a camera" not in drawn.body()

    lead = house.page(person="lead")
    lead.goto(f"{house.address}/notes/{note.id}")
    lead.locator("#answer-form textarea").fill("以门表为准")
    lead.locator("#answer-form button").click()
    expect(lead.locator(".thread .answered")).to_contain_text("以门表为准")
    held: list[Route] = []
    lead.route("**/static/js/note.js", lambda route: held.append(route))  # noqa: PLW0108 (a bound method of list takes no mark)
    lead.goto(lead.url, wait_until="commit")
    lead.locator("[data-move=turn]").click()  # its script is still on its way: kept, not lost
    assert lead.evaluate("document.readyState") != "complete"
    held[0].continue_()
    lead.locator("#turn-dialog .primary").click()
    lead.wait_for_url("**/changes/*")
    assert rows(house, ContactNote, id=note.id)[0].change_id == lead.url.rsplit("/", 1)[1]


def _seat_manager(house: Product) -> None:
    """The contractor's person gets a seat that signs."""
    world = house.site.world
    give = GiveSeat(
        world.parties["contractor"], world.people["contractor"], SeatRole.PROJECT_MANAGER, EVERYWHERE
    )
    act(world, "owner", lambda tx: give_seat(tx, give))


def _step(page: Page, event: str) -> None:
    """A step, through the button and its dialog."""
    page.locator(f"[data-move={event}]").click()
    with page.expect_navigation():
        page.locator("#words-dialog .primary").click()


def _sign(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#sign").click()
    with page.expect_navigation():
        page.locator("#confirm-dialog .primary").click()


def test_a_whole_joint_review_by_four_people(house: Product) -> None:
    _seat_manager(house)
    project, number = house.site.things["project"], _number(house)
    owner, builder, supervisor, designer = (
        house.page(person=p) for p in ("owner", "contractor", "supervisor", "lead")
    )
    owner.goto(f"{house.address}/projects/{project}/joint-reviews")
    owner.locator("input[name=title]").fill("教学楼第一次图纸会审")
    owner.locator("input[name=discipline][value=arch]").first.check()
    owner.get_by_role("button", name="发起并征集问题").click()
    owner.wait_for_url("**/joint-reviews/*")
    address = owner.url
    review = address.rsplit("/", 1)[1]

    builder.goto(address)
    builder.locator("#ask-item").click()
    builder.locator("#item-dialog [name=number]").fill(number)
    builder.locator("#item-dialog [name=question]").fill("门洞宽度与门表不一致")
    with builder.expect_navigation():
        builder.locator("#item-dialog .primary").click()
    builder.locator("#paste-items").click()
    cells = f"图号\t专业\t问题\n{number}\t\t降板范围未标注\n没有-99\t\t图在哪里\n\t结构\t\n\t给排水\t井道尺寸"
    builder.locator("#paste-dialog textarea").fill(cells)
    builder.locator("#paste-dialog .actions button.primary").click()
    preview = builder.locator("#item-import")
    expect(preview.locator("tbody tr")).to_have_count(4)
    expect(preview).to_contain_text("您可见的图纸中没有 没有-99")
    expect(preview).to_contain_text("没有问题内容")
    assert len(rows(house, JointItem, review_id=review)) == 1  # only shown
    with builder.expect_navigation():
        preview.locator("button.primary").click()
    assert {i.serial for i in rows(house, JointItem, review_id=review)} == {1, 2, 3}

    supervisor.goto(address)
    supervisor.locator("#edit-meeting").click()
    supervisor.locator("#meeting-dialog [name=meeting_on]").fill("2026-05-20")
    supervisor.locator("#meeting-dialog [name=place]").fill("项目部会议室")
    supervisor.locator("#meeting-dialog [data-party]").first.fill("张三、李四")
    with supervisor.expect_navigation():
        supervisor.locator("#meeting-dialog .primary").click()
    for event in ("collect", "hold"):
        _step(supervisor, event)

    # In the meeting the keyboard is enough.
    designer.goto(f"{address}/meeting")
    answers = (("改为 1.20 m", "a", "3"), ("降板 50 mm", "c", "2"), ("按图", "d", "1"))
    for n, (words, letter, digit) in enumerate(answers, start=1):
        expect(designer.locator("#where")).to_contain_text(f"第 {n} / 3 条")
        designer.locator("#meeting-form textarea").fill(words)
        designer.keyboard.press(f"Alt+{letter}")
        designer.keyboard.press(f"Alt+{digit}")
        designer.keyboard.press("Control+Enter")
        expect(designer.locator(".agenda .is-done")).to_have_count(n)

    supervisor.goto(address)
    for event in ("answer", "freeze"):
        _step(supervisor, event)
    for page in (owner, builder, supervisor):
        _sign(page, address)
    assert rows(house, JointReview, id=review)[0].state == "signing"
    _sign(designer, address)
    (row,) = rows(house, JointReview, id=review)
    assert row.state == "effective"
    assert {s.digest for s in rows(house, JointSignature, review_id=review)} == {row.digest}
    lines = designer.request.get(f"{address}/record.txt").body()
    assert hashlib.sha256(lines).hexdigest() == row.digest
    items = sorted(rows(house, JointItem, review_id=review), key=lambda item: item.serial)
    assert [bool(i.change_id) for i in items] == [True, False, False]
    assert rows(house, ChangeDocument, id=items[0].change_id)[0].origin == f"jdr:{items[0].id}"
    paper = designer.request.get(f"{address}/record.pdf")
    assert paper.body().startswith(b"%PDF-")
    designer.goto(f"{house.address}/projects/{project}/joint-reviews")
    expect(designer.locator("tbody")).to_contain_text("4 / 4")


def _number(house: Product) -> str:
    """Number of the released sheet."""
    with house.site.services.database.read() as session:
        query = sa.text("select number from sheets where id = :i")
        return str(session.execute(query, {"i": house.site.things["sheet:released"]}).scalar_one())
