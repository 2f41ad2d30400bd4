"""Makes the pictures of the help pages anew: a whole review of two rounds, walked in a real browser by the people of the
demonstration on the demonstration's own drawings, once in Chinese and once in English.

``python -m tests.story.help_pictures`` writes ``app/web/static/help/<language>/*.webp`` (about four minutes).
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect
from pypdf import PdfReader, PdfWriter

from app.bootstrap import Services, build_services
from app.cli.demo_build import Truth, _Builder
from app.cli.demo_marks import DemoMarks
from app.cli.demo_set import demo as demo_set
from app.config import Settings
from app.jobs.worker import Worker
from app.kernel.clock import SteppedClock
from app.kernel.db.migrating import migrate
from app.projects.actions import AddBuilding, FoundProject, add_building
from app.projects.rules import Discipline, Policy, ReviewMode
from app.review.actions.library import ImportClauses, import_clauses
from app.review.facts import sheets_of_case
from app.review.library_table import ClauseLine
from tests.story.studio import PHONE, Studio, asked_for

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


class ReviewStudio(Studio):
    """A studio that founds its own projects and draws its own issues."""

    def __init__(self, services: Services, clock: SteppedClock, address: str, browser: Browser) -> None:
        super().__init__(services, clock, address, browser)
        self.builder = _Builder(services, clock, print)
        self.builder._enter_people()

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def begin(self, language: str) -> str:
        """Everybody speaks this language now; a new project, whose first issue is signed and issued."""
        self.speak(language)
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


def _cut(source: Path, page: int, to: Path) -> None:
    writer = PdfWriter()
    writer.add_page(PdfReader(source).pages[page])
    writer.write(to)


def _done(studio: ReviewStudio, case: str) -> None:
    page = studio.look("reviewer", case)
    with page.expect_navigation():
        page.locator("[data-done]").first.click()


def self_check(studio: ReviewStudio, project: str) -> None:
    """The institute looks through its own sheets before anybody else does."""
    page = studio.look("designer", f"/projects/{project}/self-check")
    page.locator(".assist-head form button").click()
    page.wait_for_load_state()
    studio.work()
    page = studio.look("designer", f"/projects/{project}/self-check")
    page.locator("#findings-list").scroll_into_view_if_needed()
    studio.shot(page, "self-check")


def first_round(studio: ReviewStudio, project: str) -> str:
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
        studio.move("review-lead", case, event)
    page = studio.look("review-lead", f"{case}?tab=people")
    page.locator("#people select").first.select_option(index=1)
    studio.shot(page, "review-assign")
    with page.expect_navigation():
        page.locator("#assign").click()
    studio.move("review-lead", case, "assign")
    _rules(studio, case)
    _write(studio, case)
    studio.shot(studio.look("reviewer", f"{case}?tab=opinions"), "review-drafts")
    _done(studio, case)
    studio.move("review-lead", case, "consolidate")
    studio.move("review-lead", case, "issue_opinions", name="review-issue")
    return case


def _rules(studio: ReviewStudio, case: str) -> None:
    page = studio.look("reviewer", f"{case}?tab=assist")
    page.locator(".assist-head form button").click()
    page.wait_for_load_state()
    studio.work()
    studio.shot(studio.look("reviewer", f"{case}?tab=assist"), "review-rules")


def _write(studio: ReviewStudio, case: str) -> None:
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


def second_round(studio: ReviewStudio, project: str, case: str) -> None:
    """Changed, answered, handed in again, rechecked beside the comparison, passed and certified."""
    studio.issue(project, 2)
    studio.work()
    studio.move("lead", case, "open_reply")
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
    studio.move("owner", case, "resubmit", studio.words["again"], name="review-again")
    studio.work()
    _recheck(studio, case)
    _done(studio, case)
    studio.move("review-lead", case, "pass")
    _certificate(studio, case)


def _recheck(studio: ReviewStudio, case: str) -> None:
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


def _certificate(studio: ReviewStudio, case: str) -> None:
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


def beside_the_review(studio: ReviewStudio, project: str, first: Sequence[str]) -> None:
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
def opened(folder: Path) -> Iterator[ReviewStudio]:
    """An empty installation on a day in spring."""
    clock = SteppedClock(datetime(2026, 3, 9, 1, tzinfo=UTC))
    services = build_services(Settings(data_dir=folder, is_demo=False), clock=clock)
    migrate(services.database.engine)
    with ReviewStudio.opened(services, clock) as studio:
        yield studio


def main() -> None:
    """Walk the story once for each language."""
    asked = asked_for("Pictures of the help on the review and on every day.")
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as studio:
        studio.folder = asked.to
        for language in asked.languages:
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
        studio.told()


if __name__ == "__main__":
    main()
