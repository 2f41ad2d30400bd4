"""Makes the pictures of the help on changes, distribution, printed codes, contact notes and joint drawing reviews: a built
demonstration, in which its people walk each of them once in Chinese and once in English, in a real browser.

``python -m tests.story.help_site_pictures`` writes ``app/web/static/help/<language>/*.webp`` (about five minutes).
"""

import io
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app.bootstrap import Services, build_services
from app.cli.demo_build import build_demo
from app.config import Settings
from app.copies.codes import HASH_IN_CODE, CodeFacts, signed_address
from app.copies.queries import public_status
from app.drawings.models import Sheet, SheetRevision
from app.jobs.handlers import SLOW
from app.jobs.queue import Lane
from app.jobs.worker import Worker
from app.kernel.clock import SteppedClock
from app.projects.models import Project
from app.record.queries import in_force, settle_instants
from tests.story.help_site_words import WORDS
from tests.story.studio import PHONE, Studio, asked_for

SCHOOL = "滨河小学"
PLAN, SLIPPED, WAITING = "建施-03", "建施-04", "水施-03"
STAIR = "612000,160000,668000,220000"
BESIDE = "600000,226000,676000,262000"


class SiteStudio(Studio):
    """A studio in a built demonstration: the school's sheets by number."""

    def __init__(self, services: Services, clock: SteppedClock, address: str, browser: Browser) -> None:
        super().__init__(services, clock, address, browser)
        query = sa.select(Project.id).where(Project.short_name == SCHOOL)
        with services.database.read() as session:
            self.project = session.execute(query).scalar_one()

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def here(self, path: str) -> str:
        """An address of the project."""
        return f"/projects/{self.project}/{path}"

    def sheet(self, number: str) -> str:
        """The id of a sheet."""
        query = sa.select(Sheet.id).where(Sheet.project_id == self.project, Sheet.number == number)
        with self.services.database.read() as session:
            return session.execute(query).scalar_one()

    def code(self, number: str, *, is_old: bool = False) -> str:
        """What a print of a sheet says in its code, as it was printed in its time."""
        at, sheet = self.clock.now(), self.sheet(number)
        with self.services.database.read() as session:
            force = in_force(session, sheet, settle_instants(session, now=at, as_of=None, known_at=None))
            query = sa.select(SheetRevision).where(SheetRevision.sheet_id == sheet)
            rows = list(session.scalars(query.order_by(SheetRevision.rev_seq)))
            row = rows[0] if is_old else next(r for r in rows if force and r.id == force.revision_id)
            status = public_status(session, row.short_code, at)
        if status is None or row.base_sha256 is None:
            raise ValueError(f"{number} has no code")
        facts = CodeFacts(
            row.short_code,
            row.base_sha256[:HASH_IN_CODE],
            at,
            "current",
            status.change_slips,
            number,
            row.rev_label,
        )
        return signed_address(self.address, facts, self.services.press.keys.signer(at))

    def work(self) -> None:
        """What waits is done, but for comparisons."""
        Worker(self.services).run_until_idle(patience=600, threads=2, lane=Lane(but=SLOW))


# -- changes -----------------------------------------------------------------------------------------------------------


def changes(studio: SiteStudio) -> None:
    """A major change from the sheet to the as-built; then what ends one, an emergency, and what is open."""
    address = _proposed(studio)
    _issued(studio, address)
    _in_effect(studio, address)
    _built(studio, address)
    page = studio.look("owner", studio.here("changes/new"))
    ends = page.locator("details.wide")
    ends.locator("summary").click()
    row = ends.locator("tbody tr").first
    row.locator("select").select_option("superseded")
    row.locator("input").fill(studio.words["instead"])
    studio.shot(page, "change-ends", ends)
    page = studio.look("owner", studio.here("changes?group=emergency"))
    studio.shot(_followed(page, "table.changes td.change-title a"), "change-emergency")
    studio.shot(studio.look("owner", studio.here("changes/closure")), "change-closure")


def _proposed(studio: SiteStudio) -> str:
    words, sheet = studio.words, studio.sheet(PLAN)
    page = studio.look("contractor", f"/sheets/{sheet}#region={STAIR}")
    page.locator('[data-tab="changes"]').click()
    page = _followed(page, "#propose-here")
    page.locator("[name=title]").fill(words["change"])
    page.locator("[name=description]").fill(words["change_text"])
    page.locator("[name=cost]").fill("12000")
    page.locator("[name=days]").fill("1")
    studio.shot(page, "change-propose")
    with page.expect_navigation():
        page.locator("#change-form button.primary").click()
    address = page.url.removeprefix(studio.address)
    change = address.rsplit("/", 1)[-1]
    page = studio.look("contractor", f"/sheets/{sheet}?change={change}#region={BESIDE}")
    expect(page.locator("#changes .slip-line").first).to_be_visible()
    for _ in range(4):
        page.locator("button:has(+ .sheet-percent)").click()
    _drawn(page)
    studio.shot(page, "change-region")
    return address


def _issued(studio: SiteStudio, address: str) -> None:
    words = studio.words
    studio.move("supervisor", address, "assess", words["opinion"], name="change-assess")
    studio.move("lead", address, "accept")
    page = studio.look("lead", address)
    form = page.locator("#class-form")
    form.locator("input[name=flag][value=major_review]").check()
    if not form.locator("details.triggers").get_attribute("open"):
        form.locator("details.triggers summary").click()
    form.locator("input[name=trigger][value=arch-exits]").check()
    form.locator("textarea[name=basis]").fill(words["basis"])
    studio.shot(page, "change-class", page.locator("#class"))
    with page.expect_navigation():
        form.locator("button.primary").click()
    studio.move("lead", address, "issue")
    studio.move("owner-clerk", address, "send_review")
    studio.move("review-lead", address, "pass", words["confirmation"], name="change-review")


def _in_effect(studio: SiteStudio, address: str) -> None:
    words = studio.words
    studio.move("owner", address, "approve")
    studio.move("supervisor", address, "countersign", words["countersigned"], name="change-countersign")
    studio.work()
    page = studio.look("contractor", f"/sheets/{studio.sheet(PLAN)}")
    page.locator('[data-tab="changes"]').click()
    expect(page.locator(".slip-ring.stands").first).to_be_visible()
    _drawn(page)
    studio.shot(page, "change-on-sheet")


def _built(studio: SiteStudio, address: str) -> None:
    words = studio.words
    studio.move("contractor", address, "implement", words["built"])
    studio.move("supervisor", address, "verify")
    page = studio.look("clerk", address)
    page.locator("[data-place]").first.fill(words["place"])
    studio.shot(page, "change-as-built", page.locator(".card", has=page.locator("table.change-sheets")))
    with page.expect_navigation():
        page.locator("#save-places").click()
    studio.move("supervisor", address, "incorporate")


# -- distribution ------------------------------------------------------------------------------------------------------


def distribution(studio: SiteStudio) -> None:
    """Handed out, confirmed on a phone and many at once, objected to and resolved; the whole project; paper."""
    words = studio.words
    page = studio.look("owner-clerk", studio.here("transmittals/new"))
    for box in page.locator("input[name=item]").all()[1:11]:
        box.check()
    for row in page.locator(".place-row").all():
        if any(name in row.inner_text() for name in ("宏远", "致正")):
            row.locator("input[name=party]").check()
            row.locator("input[type=number]").fill("2")
    page.locator("input[name=title]").fill(words["subject"])
    page.locator("textarea[name=note]").fill(words["remark"])
    page.evaluate("scrollTo(0, 0)")
    studio.shot(page, "transmittal-new")
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    studio.shot(page, "transmittal")
    phone = studio.look("clerk", studio.here("confirmation/mine"), PHONE)
    phone.locator("[data-confirm]").first.click()
    studio.shot(phone, "receipt-words")
    phone.locator("#confirm-dialog button[value='']").click()
    phone.locator("[data-object]").first.click()
    phone.locator("#object-dialog textarea").fill(words["objection"])
    taken = _photo(studio, f"/sheets/{studio.sheet(PLAN)}#region={BESIDE}")
    photo = {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": taken}
    phone.locator("#object-dialog [name=photo]").set_input_files(photo)
    phone.locator("#object-dialog [name=asks]").check()
    studio.shot(phone, "receipt-object")
    page = studio.look("clerk", studio.here("confirmation/mine"))
    page.locator("#all-rows").check()
    studio.shot(page, "receipt-bulk")
    page = studio.look("lead", studio.here("confirmation?state=objected"))
    page = _followed(page, "table.matrix tbody a")
    form = page.locator("form.resolve").first
    form.locator("textarea").fill(words["resolved"])
    studio.shot(page, "receipt-resolve", page.locator("tr", has=page.locator("form.resolve")).first)
    studio.shot(studio.look("owner", studio.here("confirmation")), "matrix")
    studio.shot(studio.look("clerk", studio.here("copies")), "copies")


def codes(studio: SiteStudio) -> None:
    """What a printed code says: in force with slips, superseded, and without a network."""
    now, old = studio.code(SLIPPED), studio.code(SLIPPED, is_old=True)
    stranger = studio.stranger(PHONE)
    for address, name in ((now, "scan-green"), (old, "scan-red")):
        stranger.goto(address)
        studio.shot(stranger, name)
    scanned = studio.code(WAITING).removeprefix(studio.address).split("?")[0]
    page = studio.look("clerk", f"{scanned}/confirm", PHONE)
    studio.shot(page, "scan-confirm")
    stranger.goto(f"{studio.address}/check")
    expect(stranger.locator("#kept-yes")).to_be_visible()
    studio.shot(stranger, "check-ways")
    stranger.context.set_offline(True)
    stranger.locator("#text").fill(now)
    stranger.locator("#typed button").click()
    expect(stranger.locator("#answer")).to_be_visible()
    stranger.wait_for_timeout(700)
    stranger.context.set_offline(False)
    studio.shot(stranger, "check-amber")
    stranger.context.close()


# -- questions ---------------------------------------------------------------------------------------------------------


def notes(studio: SiteStudio) -> None:
    """Asked on a phone with a photo of the print, answered, turned into a change."""
    words = studio.words
    sheet = f"/sheets/{studio.sheet(PLAN)}#region={STAIR}"
    page = studio.look("contractor", sheet, PHONE)
    _drawn(page)
    page.locator("#ask-note").click()
    page.wait_for_url("**/notes/new?**")
    expect(page.locator("#ask-form img")).to_be_visible()
    photo = {"name": "IMG_2063.jpg", "mimeType": "image/jpeg", "buffer": _photo(studio, sheet)}
    page.locator("input[name=files]").set_input_files(photo)
    page.locator("textarea[name=question]").fill(words["question"])
    page.evaluate("scrollTo(0, 0)")
    studio.shot(page, "note-ask")
    page.locator("#ask-form button.primary").click()
    page.wait_for_url(lambda url: "/notes/" in url and not url.split("?")[0].endswith("/new"))
    address = page.url.removeprefix(studio.address)
    page = studio.look("lead", address)
    form = page.locator("#answer-form")
    form.locator("textarea").fill(words["answer"])
    studio.shot(page, "note-answer")
    with page.expect_navigation():
        form.locator("button").click()
    page = studio.look("contractor", address)
    page.locator('[data-move="turn"]').click()
    dialog = page.locator("#turn-dialog")
    dialog.locator("textarea").fill(words["turning"])
    studio.shot(page, "note-turn", dialog)
    studio.shot(studio.look("lead", studio.here("notes")), "notes")


def joint_review(studio: SiteStudio) -> None:
    """Convened, asked from a spreadsheet, settled in the meeting, signed by four."""
    words = studio.words
    page = studio.look("owner", studio.here("joint-reviews"))
    page.locator("aside input[name=title]").first.fill(words["joint"])
    page.locator("aside input[name=discipline][value=arch]").first.check()
    studio.shot(page, "joint-convene")
    with page.expect_navigation():
        page.locator("aside .form button.primary").first.click()
    address = page.url.removeprefix(studio.address)
    page = studio.look("contractor", address)
    page.locator("#paste-items").click()
    page.locator("#paste-dialog textarea").fill(words["items"])
    page.locator("#paste-dialog .actions button.primary").click()
    expect(page.locator("#item-import tbody tr").first).to_be_visible()
    studio.shot(page, "joint-import")
    with page.expect_navigation():
        page.locator("#item-import button.primary").click()
    _meeting(studio, address)
    for event in ("answer", "freeze"):
        studio.move("supervisor", address, event)
    for login in ("owner", "contractor", "supervisor"):
        _sign(studio.look(login, address))
    page = studio.look("lead", address)
    studio.shot(page, "joint-sign", page.locator("aside .card").first)
    _sign(page)
    studio.shot(studio.look("lead", address), "joint-effective")


def _meeting(studio: SiteStudio, address: str) -> None:
    words = studio.words
    page = studio.look("supervisor", address)
    page.locator("#edit-meeting").click()
    dialog = page.locator("#meeting-dialog")
    dialog.locator("[name=meeting_on]").fill(studio.clock.now().date().isoformat())
    dialog.locator("[name=place]").fill(words["room"])
    dialog.locator("[data-party]").first.fill(words["people"])
    with page.expect_navigation():
        dialog.locator(".primary").click()
    for event in ("collect", "hold"):
        studio.move("supervisor", address, event)
    page = studio.look("supervisor", f"{address}/meeting")
    first, last = words["item_answers"].split("|")
    said = ((first, "b", "2", ""), (words["item_answer"], "a", "3", "joint-meeting"), (last, "b", "2", ""))
    for n, (answer, letter, digit, name) in enumerate(said, start=1):
        page.locator("#meeting-form textarea").fill(answer)
        page.keyboard.press(f"Alt+{letter}")
        page.keyboard.press(f"Alt+{digit}")
        if name:
            expect(page.locator("#toasts > *")).to_have_count(0)  # what the answer before was told
            studio.shot(page, name)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".agenda .is-done")).to_have_count(n)


def _sign(page: Page) -> None:
    page.locator("#sign").click()
    with page.expect_navigation():
        page.locator("#confirm-dialog .primary").click()


# -- small things ------------------------------------------------------------------------------------------------------


def _followed(page: Page, link: str) -> Page:
    with page.expect_navigation():
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    return page


def _drawn(page: Page) -> None:
    """The drawing has come, tile by tile."""
    expect(page.locator("#stage canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)


def _photo(studio: SiteStudio, sheet: str) -> bytes:
    """A print on a table, as a phone would take it."""
    page = studio.look("clerk", sheet)
    _drawn(page)
    with Image.open(io.BytesIO(page.locator("#stage").screenshot())) as shown:
        turned = shown.convert("RGB").rotate(
            -6, expand=True, fillcolor=(120, 104, 84), resample=Image.Resampling.BICUBIC
        )
    width, height = turned.size
    taken = turned.crop((width // 10, height // 10, width * 9 // 10, height * 9 // 10))
    out = io.BytesIO()
    taken.point(lambda value: int(value * 0.86)).save(out, "JPEG", quality=80)
    return out.getvalue()


def main() -> None:
    """Walk every topic once for each language, each time in a fresh copy of the demonstration."""
    asked = asked_for("Pictures of the help on changes, distribution, questions and printed codes.")
    with tempfile.TemporaryDirectory() as scratch:
        built = asked.data or Path(scratch) / "demo"
        if asked.data is None:
            build_demo(Settings(data_dir=built, is_demo=True), print)
        for language in asked.languages:
            folder = Path(scratch) / language
            shutil.copytree(built, folder)
            clock = SteppedClock(datetime.now(UTC))
            services = build_services(Settings(data_dir=folder, is_demo=False), clock=clock)
            with SiteStudio.opened(services, clock) as studio:
                studio.folder = asked.to
                studio.speak(language)
                for topic in (changes, distribution, codes, notes, joint_review):
                    print(language, topic.__name__, flush=True)
                    topic(studio)
            shutil.rmtree(folder)
            studio.told()


if __name__ == "__main__":
    main()
