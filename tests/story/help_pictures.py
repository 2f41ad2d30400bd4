"""Makes the pictures of the help pages anew: a whole review of two rounds, walked in a real browser by the people of the
demonstration on the demonstration's own drawings, once in Chinese and once in English.

``python -m tests.story.help_pictures`` writes ``app/web/static/help/<language>/*.webp`` (about four minutes).
"""

import io
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pypdf import PdfReader, PdfWriter
from werkzeug.serving import make_server

from app.bootstrap import Services, build_services
from app.cli.demo_build import Truth, _Builder
from app.cli.demo_marks import DemoMarks
from app.cli.demo_people import DEMO_PASSWORD
from app.cli.demo_set import demo as demo_set
from app.config import Settings
from app.factory import create_app
from app.jobs.worker import Worker
from app.kernel.clock import SteppedClock
from app.kernel.db.migrating import migrate
from app.projects.actions import AddBuilding, FoundProject, add_building
from app.projects.rules import Discipline, Policy, ReviewMode
from app.review.actions.library import ImportClauses, import_clauses
from app.review.facts import sheets_of_case
from app.review.library_table import ClauseLine
from tests.peers.chromium import launch

FOLDER = Path(__file__).resolve().parents[2] / "app" / "web" / "static" / "help"
DESK = {"width": 1180, "height": 680}
PHONE = {"width": 390, "height": 700}
QUALITY = 62
SHEETS = ("建施-04", "建施-05", "建施-12")
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "project": "滨河小学教学楼工程（演示）",
        "title": "教学楼施工图送审",
        "why": "本批为建筑专业平面图与门窗表，其余图纸随后送审。",
        "fact": "二层教师办公室与美术教室之间的隔墙不在结构梁上，图中未注明楼板加强做法",
        "do": "隔墙移至梁位，或注明楼板加强做法",
        "depth": "门窗表中 FM乙1521 未注明常开或常闭",
        "depth_why": "影响防火门五金与联动设计",
        "depth_do": "补充开启状态与释放装置说明",
        "reply": "隔墙已移至 L3 梁上，两侧房间面积同步调整，见 B 版。",
        "reply2": "已补注，见门窗表 B 版。",
        "ok": "对照新旧两版，已按意见修改。",
        "again": "修改后送复审。",
        "statement": "经审查，所列施工图设计文件符合工程建设强制性标准。",
        "standard": "示例标准-0001",
        "name": "示例建筑设计标准",
        "clause": "砌体隔墙应由梁或经计算的楼板承担，并在图中注明。（演示条文）",
    },
    "en": {
        "project": "Binhe Primary School (demonstration)",
        "title": "School building, for review",
        "why": "This batch holds plans and the door schedule; the other sheets follow.",
        "fact": "Second floor: the wall between staff office and art room stands on no beam; the slab is not strengthened",
        "do": "Move the wall onto the beam, or note how the slab is strengthened",
        "depth": "The door schedule does not say whether FM 1521 is held open or shut",
        "depth_why": "Hardware and release of the fire door depend on it",
        "depth_do": "State its normal position and how it is released",
        "reply": "The wall now stands on beam L3; the areas of both rooms follow, see revision B.",
        "reply2": "Noted in the schedule, see revision B.",
        "ok": "Compared old and new: changed as asked.",
        "again": "Changed; for recheck.",
        "statement": "The drawings listed meet the mandatory standards.",
        "standard": "SAMPLE-0001",
        "name": "Sample design standard",
        "clause": "A masonry wall stands on a beam or on a slab calculated for it. (a sample clause)",
    },
}


class Studio:
    """One installation with the demonstration's people, its server, and the browser that takes the pictures."""

    def __init__(self, services: Services, clock: SteppedClock, address: str, browser: Browser) -> None:
        self.services, self.clock, self.address, self.browser = services, clock, address, browser
        self.builder = _Builder(services, clock, print)
        self.language = "zh"
        self.desks: dict[str, Page] = {}

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def begin(self, language: str) -> str:
        """Everybody speaks this language now; a new project, whose first issue is signed and issued."""
        self.language = language
        for page in self.desks.values():
            page.context.close()
        self.desks.clear()
        policy = Policy(review_mode=ReviewMode.AGENCY)
        found = FoundProject(
            self.words["project"], self.words["project"], address="文教路 1 号", policy=policy
        )
        project = self.builder._found(found)
        with self.services.database.write(self.builder.people["owner"]) as tx:
            add_building(tx, AddBuilding(project, "1#", "教学楼"))
        words = self.words
        clause = ClauseLine(2, words["standard"], words["name"], "3.2.1", words["clause"], True, "arch")
        with self.services.database.write(self.builder.people["review-lead"]) as tx:
            import_clauses(tx, ImportClauses(project, [clause]))
        return project

    def issue(self, project: str, number: int) -> list[str]:
        """Draw an issue of the demonstration's set, and take in the sheets of the story."""
        revisions = self.take_in(project, number)
        self.builder._sign_and_issue(project, revisions)
        return revisions

    def take_in(self, project: str, number: int) -> list[str]:
        with tempfile.TemporaryDirectory(dir=self.services.scratch) as folder:
            drawn = demo_set.draw_demo_set(Path(folder), issue=number)
            paths, truths = [], {}
            for sheet in drawn.sheets:
                if sheet.number in SHEETS:
                    file, page = next((f, p) for f, p in sheet.pages if f.endswith(".pdf"))
                    path = Path(folder) / f"{sheet.number} {sheet.revision}.pdf"
                    _cut(Path(folder) / file, page - 1, path)
                    truths[path.name] = Truth(
                        sheet.number, sheet.title, Discipline.ARCH, "1#", sheet.revision
                    )
                    paths.append(path)
            title = f"施工图 {'AB'[number - 1]} 版" if self.language == "zh" else f"Issue {'AB'[number - 1]}"
            revisions = self.builder._take_in(project, title, paths, lambda row: truths[row.file_name])
        self.clock.advance(timedelta(hours=1))
        return revisions

    def work(self) -> None:
        """Everything that waits is done: reading, comparing, rules, papers."""
        Worker(self.services).run_until_idle(patience=600, threads=2)
        self.clock.advance(timedelta(minutes=20))

    def desk(self, login: str, size: dict[str, int] | None = None) -> Page:
        """A person's page."""
        if login not in self.desks:
            page = self.browser.new_context(
                viewport=size or DESK,
                locale="zh-CN" if self.language == "zh" else "en-GB",
                timezone_id="Asia/Shanghai",
            ).new_page()
            page.goto(f"{self.address}/sign-in")
            page.locator("input[name=login]").fill(login)
            page.locator("input[name=password]").fill(DEMO_PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_load_state()
            now = "zh" if page.locator("html").get_attribute("lang") == "zh-CN" else "en"
            if now != self.language:
                page.locator("details.menu summary").click()
                page.locator('form[action="/language"] button').click()
                page.wait_for_load_state()
            self.desks[login] = page
        self.clock.advance(timedelta(minutes=3))
        return self.desks[login]

    def look(self, login: str, path: str) -> Page:
        page = self.desk(login)
        page.goto(f"{self.address}{path}")
        if "/sign-in" in page.url:  # hours of the story have passed: the session has ended
            del self.desks[login]
            page.context.close()
            page = self.desk(login)
            page.goto(f"{self.address}{path}")
        page.wait_for_load_state("networkidle")
        return page

    def shot(self, page: Page, name: str) -> None:
        """Keep what is on the page as a small picture."""
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(700)
        raw = page.screenshot()
        to = FOLDER / self.language / f"{name}.webp"
        to.parent.mkdir(parents=True, exist_ok=True)
        Image.open(io.BytesIO(raw)).convert("RGB").save(to, quality=QUALITY, method=6)


def _cut(source: Path, page: int, to: Path) -> None:
    writer = PdfWriter()
    writer.add_page(PdfReader(source).pages[page])
    writer.write(to)


def _move(studio: Studio, login: str, case: str, event: str, note: str = "", *, name: str = "") -> None:
    page = studio.look(login, case)
    page.locator(f'[data-move="{event}"]').click()
    dialog = page.locator("#words-dialog")
    if note:
        dialog.locator("textarea").fill(note)
    if name:
        studio.shot(page, name)
    with page.expect_navigation():
        dialog.locator('button[value="go"]').click()


def _done(studio: Studio, case: str) -> None:
    page = studio.look("reviewer", case)
    with page.expect_navigation():
        page.locator("[data-done]").first.click()


def self_check(studio: Studio, project: str) -> None:
    """The institute looks through its own sheets before anybody else does."""
    page = studio.look("designer", f"/projects/{project}/self-check")
    page.locator(".assist-head form button").click()
    page.wait_for_load_state()
    studio.work()
    page = studio.look("designer", f"/projects/{project}/self-check")
    page.locator("#findings-list").scroll_into_view_if_needed()
    studio.shot(page, "self-check")


def first_round(studio: Studio, project: str) -> str:
    """Submitted, accepted, assigned, looked at by rules and by eye, and the opinions issued; the case's address."""
    words = studio.words
    page = studio.look("owner", f"/projects/{project}/review")
    page.locator('[name="title"]').fill(words["title"])
    page.locator("aside .form button").click()
    page.wait_for_url("**/review/*")
    case = page.url.removeprefix(studio.address).split("?")[0]
    expect(page.locator(".finding").first).to_be_visible()
    page.locator("#submit-note").fill(words["why"])
    studio.shot(page, "review-submit")
    with page.expect_navigation():
        page.locator("#submit-case").click()
    for event in ("start_intake", "accept"):
        _move(studio, "review-lead", case, event)
    page = studio.look("review-lead", f"{case}?tab=people")
    page.locator("#people select").first.select_option(index=1)
    studio.shot(page, "review-assign")
    with page.expect_navigation():
        page.locator("#assign").click()
    _move(studio, "review-lead", case, "assign")
    _rules(studio, case)
    _write(studio, case)
    studio.shot(studio.look("reviewer", f"{case}?tab=opinions"), "review-drafts")
    _done(studio, case)
    _move(studio, "review-lead", case, "consolidate")
    _move(studio, "review-lead", case, "issue_opinions", name="review-issue")
    return case


def _rules(studio: Studio, case: str) -> None:
    page = studio.look("reviewer", f"{case}?tab=assist")
    page.locator(".assist-head form button").click()
    page.wait_for_load_state()
    studio.work()
    studio.shot(studio.look("reviewer", f"{case}?tab=assist"), "review-rules")


def _write(studio: Studio, case: str) -> None:
    """One opinion where one looks, on a region of the sheet; one in the case."""
    words = studio.words
    page = studio.look("reviewer", f"{case}?tab=sheets")
    href = page.locator("td a", has_text="建施-04").get_attribute("href")
    page = studio.look("reviewer", f"{href}#region=225000,255000,285000,350000")
    page.locator('[data-tab="opinions"]').click()
    page.locator(".opinions-case button.primary").click()
    form = page.locator(".opinion-form")
    form.locator('[name="fact"]').fill(words["fact"])
    form.locator('[name="clause"]').press_sequentially(f"{words['standard']} 3.2.1", delay=15)
    page.wait_for_timeout(600)
    form.locator('[name="clause"]').dispatch_event("change")
    form.locator('[name="action"]').fill(words["do"])
    studio.shot(page, "review-write")
    form.locator("button.primary").click()
    expect(page.locator(".opinion-line")).to_have_count(1)
    page = studio.look("reviewer", f"{case}?tab=opinions")
    page.locator("#new-opinion").click()
    form = page.locator("#opinion-dialog")
    form.locator('[name="basis"]').select_option("design_depth")
    form.locator('[name="sheets"]').fill("建施-12")
    form.locator('[name="fact"]').fill(words["depth"])
    form.locator('[name="basis_reason"]').fill(words["depth_why"])
    form.locator('[name="action"]').fill(words["depth_do"])
    with page.expect_navigation():
        form.locator('button[value="save"]').click()


def second_round(studio: Studio, project: str, case: str) -> None:
    """Changed, answered, handed in again, rechecked beside the comparison, passed and certified."""
    studio.issue(project, 2)
    studio.work()
    _move(studio, "lead", case, "open_reply")
    for row, (words, name) in enumerate((("reply", "review-answer"), ("reply2", ""))):
        page = studio.look("lead", f"{case}?tab=opinions")
        page.locator("[data-reply]").nth(row).click()
        dialog = page.locator("#reply-dialog")
        expect(dialog.locator(".fix-list input").first).to_be_visible()
        dialog.locator(".fix-list input").first.check()
        dialog.locator("textarea").fill(studio.words[words])
        if name:
            studio.shot(page, name)
        with page.expect_navigation():
            dialog.locator("button.primary").click()
    _move(studio, "owner", case, "resubmit", studio.words["again"], name="review-again")
    studio.work()
    _recheck(studio, case)
    _done(studio, case)
    _move(studio, "review-lead", case, "pass")
    _certificate(studio, case)


def _recheck(studio: Studio, case: str) -> None:
    for n in range(2):
        page = studio.look("reviewer", f"{case}?tab=opinions")
        page.locator("[data-judge]").first.click()
        dialog = page.locator("#judge-dialog")
        expect(dialog).to_be_visible()
        page.wait_for_load_state("networkidle")
        dialog.locator("textarea").fill(studio.words["ok"])
        if n == 0:
            studio.shot(page, "review-recheck")
            link = dialog.locator(".flags a").first.get_attribute("href")
        with page.expect_navigation():
            dialog.locator('button[value="ok"]').click()
        if n == 0 and link:
            page = studio.look("reviewer", link)
            page.wait_for_timeout(2_500)
            studio.shot(page, "compare")


def _certificate(studio: Studio, case: str) -> None:
    page = studio.look("legal", f"{case}?tab=certificate")
    page.locator('[name="number_internal"]').fill("ZH-2026-101")
    page.locator('[name="statement"]').fill(studio.words["statement"])
    with page.expect_navigation():
        page.locator("#certify-form button").click()
    studio.work()
    page = studio.look("legal", f"{case}?tab=certificate")
    page.locator('a[href^="/review/certificates/"]').first.click()
    page.wait_for_load_state()
    studio.shot(page, "review-certificate")
    code = page.locator('a[href*="/c/"]').first.get_attribute("href") or ""
    stranger = studio.browser.new_context(viewport=PHONE, locale="zh-CN" if studio.language == "zh" else "en")
    public = stranger.new_page()
    public.goto(f"{studio.address}/c/{code.split('/c/')[1]}")
    studio.shot(public, "review-public")
    stranger.close()


def beside_the_review(studio: Studio, project: str, first: Sequence[str]) -> None:
    """The table of an intake, marks on a sheet, the record, a sheet on a phone."""
    DemoMarks(studio.services.database, studio.clock, studio.builder.people).on_second_issue(list(first))
    page = studio.look("designer", f"/projects/{project}/intakes")
    page.locator('main a[href^="/intakes/"]').first.click()
    page.wait_for_load_state("networkidle")
    studio.shot(page, "intake")
    page = studio.look("contractor", f"/projects/{project}/register")
    studio.shot(page, "register")
    href = page.locator("a", has_text="建施-04").first.get_attribute("href") or ""
    page = studio.look("designer", href.split("#")[0])
    page.locator('[data-tab="marks"]').first.click()
    page.wait_for_timeout(1_500)
    studio.shot(page, "marks")
    studio.shot(studio.look("inspector", f"/projects/{project}/record"), "record")
    phone = studio.look("contractor", href)
    phone.set_viewport_size(PHONE)
    phone.keyboard.press("Escape")
    phone.wait_for_timeout(1_500)
    studio.shot(phone, "phone")


@contextmanager
def opened(folder: Path) -> Iterator[Studio]:
    clock = SteppedClock(datetime(2026, 3, 9, 1, tzinfo=UTC))
    settings = Settings(data_dir=folder, is_demo=False)
    services = build_services(settings, clock=clock)
    migrate(services.database.engine)
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        studio = Studio(services, clock, f"http://127.0.0.1:{server.server_port}", browser)
        studio.builder._enter_people()
        yield studio
        browser.close()
    server.shutdown()
    services.close()


def main(languages: Sequence[str]) -> None:
    """Walk the story once for each language."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as studio:
        for language in languages:
            project = studio.begin(language)
            studio.issue(project, 1)
            self_check(studio, project)
            case = first_round(studio, project)
            second_round(studio, project, case)
            with studio.services.database.read() as session:
                passed = [s.revision_id for s in sheets_of_case(session, case.rsplit("/", 1)[-1])]
            studio.builder._release(project, passed)
            studio.work()
            beside_the_review(studio, project, passed)
    sizes = sum(f.stat().st_size for f in FOLDER.rglob("*.webp"))
    print(f"{len(list(FOLDER.rglob('*.webp')))} pictures, {sizes / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:] or list(WORDS))
