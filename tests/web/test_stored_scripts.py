"""Text of people and of drawings that tries to become code, on every page, in a real browser (SECURITY 3, row 24)."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

import pytest
import sqlalchemy as sa
from ezdxf.document import Drawing as Document
from playwright.sync_api import Browser, Dialog, Page
from werkzeug.serving import make_server

from app.access.rules import Permission
from app.accounts.actions import (
    CreateOrganisation,
    CreatePerson,
    CreateToken,
    create_organisation,
    create_person,
    create_token,
)
from app.drawings.actions.intake import OpenIntake, open_intake
from app.drawings.actions.revisions import SignRevisions, sign_revisions
from app.drawings.flows import take_in_stream
from app.drawings.rules import SignatureRole
from app.kernel.actor import SYSTEM
from app.markups.actions.threads import CommentMark, comment_mark
from app.projects.actions import AddBuilding, add_building
from app.record.actions import FreezeBaseline, freeze_baseline
from app.record.flows import fresh_knowledge
from app.seals.actions.editing import EditSeal, edit_seal
from app.seals.actions.seals import set_seal_state
from app.seals.rules import SealState
from tests.markups.drawn import drawn
from tests.web.papers import small_pdf
from tests.web.site import Drawing, Site, clean

pytestmark = pytest.mark.browser

SCRIPT = "</script><script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"
ATTRIBUTE = "\"' autofocus onfocus=alert(3) x='"
TEMPLATE = "{{7*7}}${7*7}"
EVIL = f"{ATTRIBUTE}>{SCRIPT}{IMAGE}{TEMPLATE}"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CHROMIUM += ["--disable-sync", "--no-first-run"]
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", e => window.violations.push(
  `${e.effectiveDirective} ${e.blockedURI} ${e.sample}`));
"""


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    dialogs: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, url: str) -> str:
        """Open an address, let its scripts work, and return the text that is shown."""
        self.page.goto(url, wait_until="load")
        self.page.wait_for_timeout(250)
        return str(self.page.evaluate("document.documentElement.innerText"))

    def note_dialog(self, dialog: Dialog) -> None:
        """A script has run: keep what it said, and let it go on."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.violations"))


@pytest.fixture
def watched(desk_site: Site, browser: Browser) -> Iterator[tuple[str, Watched]]:
    """(address of the site, a page in which the lead designer is signed in)."""
    server = make_server("127.0.0.1", 0, desk_site.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context()
    context.add_init_script(WATCH)
    watch = Watched(context.new_page())
    watch.page.on("dialog", watch.note_dialog)
    watch.page.on("pageerror", lambda e: watch.faults.append(str(e)))
    try:
        yield address, watch
    finally:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()


def _poison(site: Site) -> dict[str, str]:
    """Hostile text wherever people or files can put some; returns what was made."""
    database, project = site.services.database, site.things["project"]
    owner, designer = site.world.actor("owner"), site.world.actor("designer")
    with database.write(SYSTEM) as tx:
        firm = create_organisation(tx, CreateOrganisation(f"单位{EVIL}"))
        create_person(tx, CreatePerson(f"某人{EVIL}", f"evil{SCRIPT}", None, firm))
    with database.write(owner) as tx:
        add_building(tx, AddBuilding(project, f"9#{IMAGE}", f"楼{EVIL}"))
    _rename(site, f"项目{EVIL}")
    intake = site.take_in([Drawing(f"安施-1{IMAGE}"[:60], f"图名{EVIL}"[:190], "A", f"文件{EVIL[:90]}.pdf")])
    revision = next(iter(site.accept(intake).values()))
    site.name_revision(site.things, "evil", revision, by="lead")
    site.sign_and_issue([revision], until="checking")
    with database.write(site.world.actor("checker")) as tx:
        refuse = SignRevisions(
            project, [revision], SignatureRole.CHECKER, is_rejection=True, comment=f"意见{EVIL}"
        )
        clean(sign_revisions(tx, refuse))
    mark = drawn(
        site.world,
        "checker",
        revision,
        "markup_ring",
        text=f"批注{EVIL}",
        basis={"name": f"依据{EVIL}"[:200]},
    )
    drawn(site.world, "checker", revision, "text", text=f"图上{EVIL}")
    with database.write(site.world.actor("checker")) as tx:
        comment_mark(tx, CommentMark(mark, f"回复{EVIL}"))
    known_at = fresh_knowledge(database)
    with database.write(owner) as tx:
        baseline = freeze_baseline(tx, FreezeBaseline(project, f"基线{EVIL}", known_at=known_at))
    with database.write(designer) as tx:
        waiting = open_intake(tx, OpenIntake(project, f"批次{EVIL}"))
        create_token(
            tx,
            CreateToken(f"令牌{EVIL}", frozenset({"project:view"}), 9),
            known_scopes=frozenset(map(str, Permission)),
        )
    for name, data in ((f"a{EVIL[:90]}.pdf", small_pdf(f"findme {EVIL}", stamp=77)), ("layers.dxf", _dxf())):
        take_in_stream(
            database,
            site.services.store,
            designer,
            intake_id=waiting,
            name=name,
            chunks=[data],
            size_limit=1 << 24,
        )
    with database.write(site.world.actor("lead")) as tx:
        seal = site.things["office seal"]
        edit_seal(tx, EditSeal(seal, 1, f"印章{EVIL}"[:100], None, None, needs_two=False))
        set_seal_state(tx, seal, SealState.SUSPENDED, f"原因{EVIL}")
    site.work()
    return {"baseline": baseline, "intake": waiting, "sheet": site.things["sheet:evil"]}


def _marks_of(page: Page) -> str:
    """The tab of marks with a thread open, and what stands on the drawing."""
    page.locator("[data-tab=marks]").click()
    page.locator(".mark-item").first.click()
    page.locator(".mark-comments li").first.wait_for()
    words = page.locator("svg .mark-words").all_text_contents()
    return "".join(words) + str(page.evaluate("document.documentElement.innerText"))


def _rename(site: Site, name: str) -> None:
    query = "select version from projects where id = :i"
    with site.services.database.read() as session:
        version = session.execute(sa.text(query), {"i": site.things["project"]}).scalar_one()
    form = {"version": str(version), "name": name, "short_name": name, "address": name, "name_en": name}
    form |= {"is_name_public": "1", "sign_checker": "1", "sign_verifier": "1", "sign_approver": "1"}
    assert (
        site.as_("owner").post(f"/projects/{site.things['project']}/settings", data=form).status_code == 302
    )


def _dxf() -> bytes:
    """A drawing whose layer and text are hostile; the library would not write such a name, so it is put in after."""
    document = Document.new("R2010")
    document.layers.add("HOSTILE")
    space = document.modelspace()
    space.add_lwpolyline([(0, 0), (420, 0), (420, 297), (0, 297)], close=True)
    space.add_line((0, 0), (100, 100), dxfattribs={"layer": "HOSTILE"})
    space.add_text("PLACEHOLDER", height=5, dxfattribs={"insert": (20, 20)})
    stream = StringIO()
    document.write(stream)
    return stream.getvalue().replace("HOSTILE", IMAGE).replace("PLACEHOLDER", SCRIPT).encode()


def test_no_stored_text_becomes_code_on_any_page(desk_site: Site, watched: tuple[str, Watched]) -> None:
    made = _poison(desk_site)
    address, watch = watched
    project = desk_site.things["project"]
    pages = {
        "lead": [
            "/",
            f"/projects/{project}",
            f"/projects/{project}/register",
            f"/projects/{project}/settings",
            f"/projects/{project}/intakes",
            f"/projects/{project}/record",
            f"/projects/{project}/baselines",
            f"/baselines/{made['baseline']}",
            f"/intakes/{made['intake']}",
            f"/sheets/{made['sheet']}",
            "/search?q=图名",
            f"/search?q={SCRIPT}{IMAGE}",
            "/me",
            f"/v/{desk_site.things['code:evil']}",
            f"/v/{desk_site.things['code:released']}",
            f"/organisations/{desk_site.things['seal house']}/seals",
            f"/seals/{desk_site.things['office seal']}",
            "/sign-in?next=%22%3E%3Cscript%3Ealert(9)%3C/script%3E",
            "/no/such/<script>alert(8)</script>",
        ],
        "designer": ["/me"],
        "owner": [f"/projects/{project}/settings"],
        "admin": ["/admin"],
    }
    shown: list[str] = []
    for name, paths in pages.items():
        watch.page.context.clear_cookies()
        watch.page.context.add_cookies(
            [{"name": desk_site.cookie, "value": desk_site.secrets[name][0], "url": address}]
        )
        for path in paths:
            text = watch.open(address + path)
            if watch.page.locator("[data-tab=marks]").count():
                text += _marks_of(watch.page)
            assert watch.dialogs == [], f"{path}: a script ran"
            assert [v for v in watch.violations() if v.startswith("script")] == [], (
                f"{path}: code got into the page"
            )
            assert watch.violations() == [], f"{path}: something outside of the policy"
            assert watch.page.evaluate("document.querySelectorAll('img[onerror], [onfocus]').length") == 0, (
                path
            )
            assert "49$" not in text.replace("{{7*7}}", ""), f"{path}: a template ran"
            shown.append(text)
    everything = "\n".join(shown)
    for word in (
        "图名",
        "项目",
        "楼",
        "意见",
        "基线",
        "批次",
        "令牌",
        "单位",
        "某人",
        "批注",
        "依据",
        "图上",
        "回复",
        "印章",
        "原因",
    ):
        assert f"{word}\"' autofocus onfocus=alert(3)" in everything, (
            f"{word} is nowhere shown as it was typed"
        )
    assert [f for f in watch.faults if "alert" in f] == []
