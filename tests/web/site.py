"""A whole installation for the tests of pages: real bytes, read by a real worker, with sheets in every state.

A site is made once for each kind of database; every test works on a copy of its folder and its database.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.access.queries import rights_of
from app.accounts.actions import CreateToken, create_token, open_session, set_password
from app.accounts.queries import session_by_secret
from app.bootstrap import Services, build_services
from app.config import Settings
from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.actions.intake import CorrectRow, OpenIntake, correct_row, open_intake
from app.drawings.actions.revisions import (
    MoveRevisions,
    SignRevisions,
    issue_revisions,
    send_to_checking,
    sign_revisions,
    withdraw_revisions,
)
from app.drawings.flows import take_in_stream
from app.drawings.queries.intakes import IntakeTable, intake_table
from app.drawings.queries.sheets import revision_for
from app.drawings.rules import SignatureRole
from app.factory import create_app
from app.jobs.worker import Worker
from app.kernel.clock import SteppedClock
from app.kernel.errors import RowReport
from app.kernel.ledger.append import FileFact
from app.projects.actions import AddBuilding, add_building
from app.record.actions import FreezeBaseline, freeze_baseline
from app.record.flows import fresh_knowledge
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions
from tests.markups.drawn import drawn
from tests.peers import postgres
from tests.web.change_house import changes
from tests.web.distribution_house import distribution
from tests.web.judged import judged
from tests.web.notice_house import notices
from tests.web.papers import small_pdf
from tests.web.question_house import questions
from tests.web.review_house import review
from tests.web.seal_things import seal_offices
from tests.web.sealing_house import seals
from tests.world import PASSWORD, World, make_world

BEGIN = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
EVERYBODY = [
    "owner",
    "owner_clerk",
    "lead",
    "designer",
    "checker",
    "verifier",
    "approver",
    "reviewer",
    "review_lead",
    "legal",
    "authority",
    "contractor",
    "supervisor",
    "inspector",
    "investigator",
    "archivist",
    "admin",
    "stranger",
]
SIGNERS = (SignatureRole.CHECKER, SignatureRole.VERIFIER, SignatureRole.APPROVER)


@dataclass(frozen=True)
class Drawing:
    """What a clerk would type for one uploaded file."""

    number: str
    title: str
    revision: str = "A"
    file_name: str = ""
    stamp: int = 0

    @property
    def name(self) -> str:
        return self.file_name or f"{self.number}.pdf"


@dataclass
class Visitor:
    """A browser: one cookie jar, and the token that the site's own forms carry."""

    client: FlaskClient
    csrf: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        """An unsafe request as our own page would send it."""
        headers = {"X-CSRF-Token": self.csrf, **dict(more.pop("headers", {}))}
        return self.client.open(path, method=method, headers=headers, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self.send("POST", path, **more)


@dataclass
class Site:
    """A running installation and the names of what is in it."""

    services: Services
    application: APIFlask
    world: World
    clock: SteppedClock
    things: dict[str, str] = field(default_factory=dict)
    """Identifiers by name: ``project``, ``sheet:released``, ``rendition:draft``, ``intake`` …"""
    foreign: dict[str, str] = field(default_factory=dict)
    """The same names in the project of a stranger."""
    secrets: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Per person: the cookie's secret and the token of forms."""

    def as_(self, name: str | None) -> Visitor:
        """A browser in which this person is signed in; None: nobody."""
        visitor = Visitor(self.application.test_client())
        if name is not None:
            secret, visitor.csrf = self.secrets[name]
            visitor.client.set_cookie(self.cookie, secret)
        return visitor

    @property
    def cookie(self) -> str:
        return "__Host-oneset" if self.services.settings.cookie_secure else "oneset"

    def work(self) -> None:
        """Let the worker do what is ready."""
        Worker(self.services).run_until_idle(threads=2)

    def open_sessions(self) -> None:
        """Sign everybody in, as after a right password."""
        for name in EVERYBODY:
            self.secrets[name] = self.new_session(name)

    def new_session(self, name: str) -> tuple[str, str]:
        """(secret, form token) of one more session."""
        with self.services.database.write(self.world.actor(name)) as tx:
            secret, _ = open_session(
                tx, person_id=self.world.people[name], address="127.0.0.1", user_agent="test"
            )
        with self.services.database.read() as session:
            found = session_by_secret(session, secret, self.clock.now())
        assert found is not None
        return secret, found.csrf_secret

    # -- drawings ----------------------------------------------------------------------------------------------

    def take_in(
        self,
        drawings: Sequence[Drawing],
        *,
        by: str = "designer",
        project: str = "",
        purpose: str = "design",
        values: Mapping[str, str] | None = None,
    ) -> str:
        """Upload, read and correct; returns the batch, whose rows are proposed."""
        project = project or self.world.project_id
        actor, database = self.world.actor(by), self.services.database
        with database.write(actor) as tx:
            intake_id = open_intake(tx, OpenIntake(project, "第一批", purpose))
        for drawing in drawings:
            chunks = [small_pdf(drawing.number, stamp=drawing.stamp)]
            take_in_stream(
                database,
                self.services.store,
                actor,
                intake_id=intake_id,
                name=drawing.name,
                chunks=chunks,
                size_limit=1 << 24,
            )
        self.work()
        by_name = {d.name: d for d in drawings}
        for row in self.table(intake_id, by).rows:
            drawing = by_name[row.file_name]
            typed = {"number": drawing.number, "title": drawing.title, "revision": drawing.revision}
            with database.write(actor) as tx:
                correct_row(
                    tx,
                    CorrectRow(row.id, row.version, {**typed, "discipline": "arch", **(values or {})}),
                )
        return intake_id

    def table(self, intake_id: str, by: str) -> IntakeTable:
        with self.services.database.read() as session:
            rights = rights_of(session, self.world.actor(by), self.clock.now())
            return intake_table(session, rights, intake_id)

    def accept(self, intake_id: str, *, by: str = "designer") -> dict[str, str]:
        """Accept all rows; returns revisions by sheet number."""
        wanted = [r.id for r in self.table(intake_id, by).rows]
        with self.services.database.write(self.world.actor(by)) as tx:
            clean(accept_rows(tx, AcceptRows(intake_id, wanted)))
        return {r.values["number"]: r.revision_id or "" for r in self.table(intake_id, by).rows}

    def sign_and_issue(self, revisions: Sequence[str], *, until: str = "issued") -> None:
        """Along the machine up to a state: ``checking`` or ``issued``."""
        project, database = self.world.project_id, self.services.database
        with database.write(self.world.actor("designer")) as tx:
            clean(send_to_checking(tx, MoveRevisions(project, revisions, "send_check")))
        if until == "checking":
            return
        for role in SIGNERS:
            with database.write(self.world.actor(str(role))) as tx:
                clean(sign_revisions(tx, SignRevisions(project, revisions, role)))
        with database.write(self.world.actor("approver")) as tx:
            clean(issue_revisions(tx, MoveRevisions(project, revisions, "issue")))

    def release(self, revisions: Sequence[str], *, by: str = "owner", project: str = "") -> None:
        with self.services.database.write(self.world.actor(by)) as tx:
            clean(release_revisions(tx, ReleaseRevisions(project or self.world.project_id, revisions)))

    def name_revision(self, into: dict[str, str], name: str, revision_id: str, *, by: str) -> None:
        """Note sheet, revision, rendition and short code of a revision under one name."""
        with self.services.database.read() as session:
            rights = rights_of(session, self.world.actor(by), self.clock.now())
            sheet, revision = revision_for(session, rights, revision_id)
        assert revision.shown is not None
        into |= {
            f"sheet:{name}": sheet.id,
            f"revision:{name}": revision.id,
            f"rendition:{name}": revision.shown.id,
            f"code:{name}": revision.short_code,
        }


def clean(report: RowReport) -> None:
    """Every row was done."""
    assert report.is_clean, {k: str(v.message) for k, v in report.refused.items()}


# -- making one ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """A site at rest: its folder, its database, and what is in it."""

    folder: Path
    database_url: str
    """Empty: SQLite in the folder."""
    site: Site


Sites = Callable[[str], Built]
"""Gives the site that was built for a kind of database."""


def build(folder: Path, database_url: str) -> Built:
    """Make a site with everything in it and put it to rest."""
    clock = SteppedClock(BEGIN)
    services = build_services(settings_for(folder, database_url), clock=clock)
    site = Site(services, create_app(services), make_world(services.database), clock)
    _draw(site)
    _draw_foreign(site)
    _mark(site)
    judged(site.services, site.world, site.things, site.foreign)
    _review(site)
    distribution(site.world, site.services.reading_room, site.things, site.foreign)
    notices(site.world, site.things, site.foreign)
    seal_offices(site.world, site.things, site.foreign)
    _personal_things(site)
    site.work()
    services.close()
    return Built(folder, database_url, site)


def settings_for(folder: Path, database_url: str, **more: Any) -> Settings:
    return Settings(data_dir=folder, database_url=database_url, render_workers=2, tile_workers=1, **more)


_IDLE: list[tuple[APIFlask, dict[str, Any]]] = []
"""Applications whose test is over, and what hung on them at first: to make one takes a quarter of a second."""


@contextmanager
def application_over(services: Services) -> Iterator[APIFlask]:
    """The product's application over some services."""
    if services.settings.trusted_proxies:  # its proxies are built in
        yield create_app(services)
        return
    if _IDLE:
        application, at_first = _IDLE.pop()
    else:
        application = create_app(services)
        at_first = dict(application.extensions)
    application.extensions.clear()
    application.extensions.update(at_first, oneset=services)
    try:
        yield application
    finally:
        _IDLE.append((application, at_first))


@contextmanager
def opened(built: Built, folder: Path, **settings: Any) -> Iterator[Site]:
    """A copy of a site, running; it vanishes at the end."""
    shutil.copytree(built.folder, folder, dirs_exist_ok=True)
    url = postgres.copy_of(built.database_url) if built.database_url else ""
    clock = SteppedClock(built.site.clock.now())
    services = build_services(settings_for(folder, url, **settings), clock=clock)
    world = replace(built.site.world, database=services.database)
    try:
        with application_over(services) as application:
            yield replace(built.site, services=services, application=application, world=world, clock=clock)
    finally:
        services.close()
        if url:
            postgres.drop_database(url)


def _draw(site: Site) -> None:
    """Sheets in every state that can be reached, a frozen set, and a batch with a row still proposed."""
    states = ("draft", "checking", "issued", "withdrawn", "released", "void", "superseded")
    sheets = [Drawing(f"建施-{30 + n}", f"{n}层平面图") for n in range(1, len(states) + 1)]
    intake_id = site.take_in(sheets)
    accepted = site.accept(intake_id)
    revisions = {state: accepted[d.number] for state, d in zip(states, sheets, strict=True)}
    later = ["issued", "withdrawn", "released", "void", "superseded"]
    site.sign_and_issue([revisions[s] for s in later])
    site.sign_and_issue([revisions["checking"]], until="checking")
    project, database = site.world.project_id, site.services.database
    with database.write(site.world.actor("lead")) as tx:
        clean(withdraw_revisions(tx, MoveRevisions(project, [revisions["withdrawn"]], "withdraw")))
    site.clock.advance(timedelta(days=1))
    site.release([revisions[s] for s in ("released", "void", "superseded")])
    known_at = fresh_knowledge(database)
    with database.write(site.world.actor("owner_clerk")) as tx:
        frozen = FreezeBaseline(project, "首次发布", known_at=known_at)
        site.things["baseline"] = freeze_baseline(tx, frozen)
    site.clock.advance(timedelta(days=1))
    again = site.take_in([replace(sheets[-1], revision="B", stamp=2)])
    newer = next(iter(site.accept(again).values()))
    site.sign_and_issue([newer])
    site.release([newer])
    with database.write(site.world.actor("owner")) as tx:
        clean(cancel_sheets(tx, CancelSheets(project, [revisions["void"]], "设计变更通知单 001")))
    for state, revision_id in {**revisions, "newer": newer}.items():
        site.name_revision(site.things, state, revision_id, by="lead")
    waiting = site.take_in([Drawing("建施-50", "屋顶平面图")])
    site.things |= {
        "project": project,
        "building": site.world.building_id,
        "party": site.world.parties["owner"],
        "party:contractor": site.world.parties["contractor"],
        "seat": site.world.seats["contractor"],
        "intake": waiting,
        "row": site.table(waiting, "designer").rows[0].id,
    }


def _draw_foreign(site: Site) -> None:
    """A stranger's project with one of each: history that he entered and released."""
    project, database = site.world.other_project_id, site.services.database
    stranger = site.world.actor("stranger")
    with database.write(stranger) as tx:
        building = add_building(tx, AddBuilding(project, "9#", "别的楼"))
    past = {"external_effective_date": "2020-01-02"}
    drawings = [Drawing("结施-01", "别人的机密图纸", stamp=7)]
    intake_id = site.take_in(drawings, by="stranger", project=project, purpose="history", values=past)
    revision = next(iter(site.accept(intake_id, by="stranger").values()))
    site.name_revision(site.foreign, "issued", revision, by="stranger")
    site.release([revision], by="stranger", project=project)
    site.name_revision(site.foreign, "released", revision, by="stranger")
    known_at = fresh_knowledge(database)
    with database.write(stranger) as tx:
        baseline = freeze_baseline(tx, FreezeBaseline(project, "别人的基线", known_at=known_at))
    waiting = site.take_in(
        [Drawing("结施-02", "另一张", stamp=8)],
        by="stranger",
        project=project,
        purpose="history",
        values=past,
    )
    with database.read() as session:
        rights = rights_of(session, stranger, site.clock.now())
    seat = rights.in_project(project)[0]
    site.foreign |= {
        "project": project,
        "building": building,
        "baseline": baseline,
        "intake": waiting,
        "row": site.table(waiting, "stranger").rows[0].id,
        "seat": seat.seat_id,
        "party": seat.party_id,
    }


def _mark(site: Site) -> None:
    """The contractor's mark on a released sheet, one for his own party, and the stranger's in his project."""
    for into, who, revision in (
        (site.things, "contractor", site.things["revision:released"]),
        (site.foreign, "stranger", site.foreign["revision:released"]),
    ):
        into["mark"] = drawn(site.world, who, revision)
        into["own mark"] = drawn(site.world, who, revision, audience="party")


def _review(site: Site) -> None:
    """A case in first review with a draft opinion and a document, and a certificate; the stranger has the same."""
    stored = site.services.store.put([small_pdf("勘察报告")])
    paper = FileFact(stored.sha256, stored.sm3, stored.size)
    review(site.world, site.things, site.foreign, paper)
    changes(site.world, site.things, site.foreign, paper)
    questions(site.world, site.things, site.foreign, paper)
    seals(site.world, site.things, site.foreign)


def _personal_things(site: Site) -> None:
    """A password for the stranger beside the owner's, sessions for all, and a token for each of the two."""
    site.open_sessions()
    for name, into in (("owner", site.things), ("stranger", site.foreign)):
        with site.services.database.write(site.world.actor(name)) as tx:
            if name == "stranger":
                set_password(tx, site.world.people[name], PASSWORD)
            create_token(
                tx,
                CreateToken("test", frozenset({"project:view"}), 30),
                known_scopes=frozenset({"project:view"}),
            )
        site.secrets[name] = site.new_session(name)
        into.update(_own_rows(site, name))


def _own_rows(site: Site, name: str) -> dict[str, str]:
    person = {"p": site.world.people[name]}
    with site.services.database.read() as session:
        token = session.execute(
            sa.text("select id from api_tokens where person_id = :p"), person
        ).scalar_one()
        found = session.execute(
            sa.text("select id from web_sessions where person_id = :p order by created_at desc"), person
        )
        return {"token": str(token), "session": str(found.scalars().first())}
