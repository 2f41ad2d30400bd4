"""Building the demonstration through the same actions and flows that people use, with a clock that has a past.

Two projects: a real house in three issues (Barber House, 2013) and a Chinese school drawn by ``demo_set`` in two. What the
reader of title blocks gets wrong is corrected as a clerk would; how often is printed, nothing is hidden.
"""

import csv
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.access.actions import GiveSeat, JoinParty, give_seat, join_party
from app.access.queries import rights_of
from app.access.rules import PartyRole, Permission
from app.accounts.actions import CreateOrganisation, CreatePerson, create_organisation, create_person
from app.accounts.models import Person
from app.bootstrap import Services, build_services
from app.cli.demo_changes import DemoChanges
from app.cli.demo_distribution import DemoDistribution
from app.cli.demo_factors import code_of, enrol_everybody
from app.cli.demo_marks import DemoMarks
from app.cli.demo_people import DEMO_PASSWORD, ORGANISATIONS, PEOPLE
from app.cli.demo_questions import DemoQuestions
from app.cli.demo_review import DemoReview
from app.cli.demo_seals import DemoSeals
from app.cli.demo_second import STORIES, DemoDraws, SecondAgency
from app.cli.demo_set import DemoSheet, draw_demo_set
from app.cli.demo_truth import Truth, drawings, for_second, school_truth
from app.config import Settings
from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.actions.intake import CorrectRow, OpenIntake, correct_row, open_intake
from app.drawings.actions.revisions import (
    MoveRevisions,
    SignRevisions,
    issue_revisions,
    send_to_checking,
    sign_revisions,
)
from app.drawings.flows import take_in_stream
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.intakes import ProposalView, intake_table
from app.drawings.rules import ProposalState, SignatureRole
from app.jobs.handlers import SLOW
from app.jobs.queue import Lane
from app.jobs.worker import Worker
from app.kernel.actor import SYSTEM, Actor, Via
from app.kernel.clock import SteppedClock
from app.kernel.db.migrating import migrate
from app.kernel.errors import RowReport
from app.kernel.policy import Target
from app.kernel.text import code_key
from app.projects.actions import (
    EVERYWHERE,
    AddBuilding,
    FoundProject,
    IdentifyProject,
    add_building,
    found_project,
    identify_project,
)
from app.projects.queries import buildings_of
from app.projects.rules import Discipline, IdentifierScheme, Policy, ReviewMode
from app.record.actions import FreezeBaseline, freeze_baseline
from app.record.flows import fresh_knowledge
from app.record.models import BaselineKind
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions

FILES = Path(__file__).resolve().parent / "demo_files"
Say = Callable[[str], None]


class DemoIncomplete(RuntimeError):  # noqa: N818
    """A step of the demonstration did not do what it should: better no demonstration than a false one."""


def is_built(services: Services) -> bool:
    """True when the demonstration is there already."""
    with services.database.read() as session:
        return (
            session.execute(sa.select(Person.id).where(Person.login_key == "investigator")).first()
            is not None
        )


def build_demo(settings: Settings, say: Say) -> None:
    """Build both projects into an installation; does nothing when they are there.

    Raises:
        DemoIncomplete: a step was refused.
    """
    clock = SteppedClock(datetime(2013, 7, 15, 1, tzinfo=UTC))
    services = build_services(replace(settings, render_workers=2), clock=clock)
    try:
        migrate(services.database.engine)
        if is_built(services):
            enrol_everybody(services)  # of a demonstration that is older than second factors
            return
        _Builder(services, clock, say).build()
    finally:
        services.close()


class _Builder:
    def __init__(self, services: Services, clock: SteppedClock, say: Say) -> None:
        self.services = services
        self.database = services.database
        self.clock = clock
        self.say = say
        self.people: dict[str, Actor] = {}
        self._draws: DemoDraws
        self.organisations: dict[PartyRole, str] = {}
        self.seals = DemoSeals(services, self.people, self.organisations)

    def build(self) -> None:
        """Both projects, oldest first: the ledger's clock never runs backwards."""
        self._enter_people()
        self._barber_house()
        self._school()
        enrol_everybody(self.services)  # who came later

    def _enter_people(self) -> None:
        with self.database.write(SYSTEM) as tx:
            for role, (name, english) in ORGANISATIONS.items():
                self.organisations[role] = create_organisation(tx, CreateOrganisation(name, english))
            for person in PEOPLE:
                enter = CreatePerson(
                    person.name, person.login, DEMO_PASSWORD, self.organisations[person.party]
                )
                self.people[person.login] = Actor(create_person(tx, enter), Via.CLI)
            admin = CreatePerson("平台管理员", "admin", DEMO_PASSWORD, is_platform_admin=True)
            create_person(tx, admin)
        enrol_everybody(self.services)

    def _found(self, command: FoundProject, *, without: PartyRole | None = None) -> str:
        with self.database.write(self.people["owner"]) as tx:
            project_id = found_project(tx, command)
        with self.database.write(self.people["owner"]) as tx:
            own = rights_of(tx.session, tx.actor, tx.now).require(Permission.PARTY_MANAGE, Target(project_id))
            parties = {PartyRole.OWNER: own.party_id}
            for role in ORGANISATIONS:
                if role not in (PartyRole.OWNER, without):
                    parties[role] = join_party(tx, JoinParty(project_id, self.organisations[role], role))
            for person in PEOPLE:
                if person.login != "owner" and person.party is not without:
                    who = self.people[person.login].person_id or ""
                    give_seat(tx, GiveSeat(parties[person.party], who, person.seat, EVERYWHERE))
        return project_id

    # -- one issue -------------------------------------------------------------------------------------------

    def _take_in(
        self,
        project_id: str,
        title: str,
        files: Sequence[Path],
        truth: Callable[[ProposalView], Truth | None],
    ) -> list[str]:
        """Upload, read, correct what was misread, accept; returns the revisions that came to exist."""
        designer = self.people["designer"]
        with self.database.write(designer) as tx:
            intake_id = open_intake(tx, OpenIntake(project_id, title))
        for path in files:
            take_in_stream(
                self.database,
                self.services.store,
                designer,
                intake_id=intake_id,
                name=path.name,
                chunks=[path.read_bytes()],
                size_limit=1 << 30,
            )
        self._work()
        corrected = self._correct(project_id, intake_id, truth)
        with self.database.read() as session:
            table = intake_table(session, rights_of(session, designer, self.clock.now()), intake_id)
        wanted = [r.id for r in table.rows if r.state == ProposalState.PROPOSED]
        with self.database.write(designer) as tx:
            report = accept_rows(tx, AcceptRows(intake_id, wanted))
        self._must(report, f"{title}: accept")
        with self.database.read() as session:
            table = intake_table(session, rights_of(session, designer, self.clock.now()), intake_id)
        self.say(f"  {title}: {len(table.rows)} pages read; number or title corrected on {corrected}")
        return list(dict.fromkeys(r.revision_id for r in table.rows if r.revision_id))

    def _correct(self, project_id: str, intake_id: str, truth: Callable[[ProposalView], Truth | None]) -> int:
        designer = self.people["designer"]
        with self.database.read() as session:
            table = intake_table(session, rights_of(session, designer, self.clock.now()), intake_id)
        buildings = self._buildings(project_id)
        corrected = 0
        for row in table.rows:
            right = truth(row)
            if right is None:
                raise DemoIncomplete(f"nobody knows what {row.file_name} page {row.page} is: {row.values}")
            wanted = {"number": right.number, "title": right.title, "discipline": right.discipline}
            if right.revision:
                wanted["revision"] = right.revision
            values = {k: v for k, v in wanted.items() if code_key(row.values.get(k, "")) != code_key(v)}
            building = buildings.get(right.building)
            corrected += bool(values.keys() & {"number", "title"})
            with self.database.write(designer) as tx:
                command = CorrectRow(row.id, row.version, values, building, set_building=building is not None)
                correct_row(tx, command)
        return corrected

    def _sign_and_issue(
        self, project_id: str, revisions: Sequence[str], *, upto: str = "issue", is_sealed: bool = False
    ) -> None:
        with self.database.write(self.people["designer"]) as tx:
            self._must(
                send_to_checking(tx, MoveRevisions(project_id, revisions, "send_check")), "send to checking"
            )
        for role in SignatureRole.CHECKER, SignatureRole.VERIFIER, SignatureRole.APPROVER:
            if upto == role:
                return
            self.clock.advance(timedelta(hours=2))
            with self.database.write(self.people[str(role)]) as tx:
                self._must(sign_revisions(tx, SignRevisions(project_id, revisions, role)), str(role))
        if upto == "seal":
            return
        if is_sealed:
            self._seal(project_id, revisions)
        with self.database.write(self.people["approver"]) as tx:
            self._must(issue_revisions(tx, MoveRevisions(project_id, revisions, "issue")), "issue")

    def _seal(self, project_id: str, revisions: Sequence[str]) -> None:
        """The registered people's seals on the sheets of their disciplines, then the firm's on all (DOMAIN 4.1)."""
        for key, who in (("architect", "lead"), ("structural", "approver"), ("issue", "approver")):
            self.clock.advance(timedelta(minutes=5))
            self.seals.put(key, who, project_id, revisions, code_of(who, self.clock))
            self._work()

    def _release(self, project_id: str, revisions: Sequence[str]) -> None:
        with self.database.write(self.people["owner"]) as tx:
            self._must(release_revisions(tx, ReleaseRevisions(project_id, revisions)), "release")

    def _freeze(self, project_id: str, title: str) -> None:
        known_at = fresh_knowledge(self.database)
        with self.database.write(self.people["owner-clerk"]) as tx:
            freeze_baseline(tx, FreezeBaseline(project_id, title, BaselineKind.RELEASE, known_at=known_at))

    # -- the two projects --------------------------------------------------------------------------------------

    def _barber_house(self) -> None:
        self.say("Barber House (2013), three issues")
        project_id = self._found(
            FoundProject("巴伯住宅 Barber House", "Barber House", "巴伯住宅", address="Wisconsin, USA")
        )
        with self.database.write(self.people["owner"]) as tx:
            add_building(tx, AddBuilding(project_id, "H1", "住宅 House"))
        with (FILES / "barber-house" / "labels.csv").open(encoding="utf-8") as stream:
            labels = {
                (r["file"], int(r["page"]) - 1): (r["number"], r["title"]) for r in csv.DictReader(stream)
            }
        for issue, name in enumerate(("2013-07-18.pdf", "2013-07-24.pdf", "2013-10-12.pdf")):
            day = datetime.fromisoformat(name[:10]).replace(hour=1, tzinfo=UTC)
            self.clock.set(day)

            def truth(row: ProposalView, issue: int = issue) -> Truth:
                number, title = labels[row.file_name, row.page]
                return Truth(number, title, Discipline.ARCH, "H1", "ABC"[issue])

            path = FILES / "barber-house" / name
            revisions = self._take_in(project_id, f"第 {issue + 1} 次发图 {name[:10]}", [path], truth)
            self._sign_and_issue(project_id, revisions)
            self.clock.advance(timedelta(hours=20))
            self._release(project_id, revisions)
            self._freeze(project_id, f"第 {issue + 1} 次发图")
        self._work()

    def _school(self) -> None:
        self.say("滨河小学教学楼（演示）, two issues")
        self.clock.set(datetime(2026, 3, 2, 1, tzinfo=UTC))
        project_id = self._found(
            FoundProject(
                "滨河小学教学楼工程（演示）",
                "Binhe Primary School (demonstration)",
                "滨河小学",
                address="滨河市文教路 1 号（演示）",
                policy=Policy(review_mode=ReviewMode.AGENCY),
            )
        )
        with self.database.write(self.people["owner"]) as tx:
            for number, name in (("1#", "教学楼"), ("门卫室", "门卫室")):
                add_building(tx, AddBuilding(project_id, number, name))
            code = IdentifyProject(project_id, IdentifierScheme.PROJECT_CODE, "2603-141124-89-05-346948")
            identify_project(tx, code)
        self.seals.enter()
        with tempfile.TemporaryDirectory(dir=self.services.scratch) as folder:
            self._school_issues(project_id, Path(folder))
        self._work()

    def _school_issues(self, project_id: str, folder: Path) -> None:
        first = draw_demo_set(folder / "1", issue=1)
        self.clock.set(datetime(2026, 3, 10, 1, tzinfo=UTC))
        paths = drawings(folder / "1", first.files)
        revisions = self._take_in(project_id, "施工图 A 版", paths, school_truth(first.sheets))
        self._sign_and_issue(project_id, revisions)
        review = DemoReview(self.services.reading_room, self.clock, self.people)
        self.clock.advance(timedelta(hours=12))
        first_certificate = review.certify(project_id, "教学楼施工图 A 版", "ZH-2026-018", revisions)
        self.clock.set(datetime(2026, 3, 16, 2, tzinfo=UTC))
        self._release(project_id, revisions)
        self._freeze(project_id, "施工图 A 版发布")
        marks = DemoMarks(self.database, self.clock, self.people)
        marks.on_first_issue(self._plans(revisions))
        site = DemoDistribution(self.database, self.clock, self.people)
        site.on_first_issue(project_id)
        second = draw_demo_set(folder / "2", issue=2)
        self.clock.set(datetime(2026, 5, 18, 1, tzinfo=UTC))
        paths = drawings(folder / "2", second.files)
        revisions = self._take_in(project_id, "施工图 B 版", paths, school_truth(second.sheets))
        waiting, ready = self._set_aside(revisions)
        self._sign_and_issue(project_id, ready)
        review.certify(project_id, "教学楼施工图 B 版", "ZH-2026-041", ready, extends=first_certificate)
        self.clock.set(datetime(2026, 5, 21, 2, tzinfo=UTC))
        self._release(project_id, ready)
        self._cancel(project_id, "建施-10")
        self._freeze(project_id, "施工图 B 版发布")
        marks.on_second_issue(self._plans(ready))
        DemoChanges(self.database, self.clock, self.people, project_id).on_second_issue(self._plans(ready))
        DemoQuestions(self.database, self.clock, self.people, project_id).reviewed(self._plans(ready))
        site.on_second_issue(project_id, ready)
        self._sign_and_issue(project_id, waiting[:1], upto=SignatureRole.CHECKER)
        self._sign_and_issue(project_id, waiting[1:])
        self._second_project(folder / "2", second.sheets)
        self._come_near_today()
        review.under_review(project_id, "教学楼施工图 B 版补充", waiting[2:3])
        review.waiting_for_designer(project_id, "门卫室施工图 B 版", waiting[3:4])
        DemoQuestions(self.database, self.clock, self.people, project_id).under_way(self._plans(ready))
        self._draws.announced()
        shutil.rmtree(folder, ignore_errors=True)

    def _second_project(self, folder: Path, sheets: Sequence[DemoSheet]) -> None:
        """A school of the same design, a sheet for each case of another agency; the first agency is no party of it."""
        self.clock.set(datetime(2026, 5, 25, 1, tzinfo=UTC))
        project_id = self._found(
            FoundProject(
                "文教路小学教学楼二期（演示）",
                "Wenjiao Road School, phase two (demonstration)",
                "文教路小学",
                policy=Policy(review_mode=ReviewMode.AGENCY, require_seals=True),
            ),
            without=PartyRole.REVIEWER,
        )
        with self.database.write(self.people["owner"]) as tx:
            add_building(tx, AddBuilding(project_id, "1#", "教学楼"))
        review = DemoReview(self.services.reading_room, self.clock, self.people)
        self._draws = DemoDraws(review, self.organisations)
        others = self._draws.people(project_id)
        chosen = for_second(sheets)
        paths = [folder / s.pages[0][0] for s in chosen]
        made = self._take_in(project_id, "二期施工图", paths, school_truth(sheets))
        self._sign_and_issue(project_id, made, is_sealed=True)
        numbers = self._numbers(made)
        revisions = [numbers[s.number] for s in chosen]
        agency = SecondAgency(self.services.reading_room, self.clock, others)
        for story, revision in zip(STORIES, revisions, strict=False):
            agency.tell(project_id, story, revision)
        self.clock.set(datetime(2026, 10, 12, 2, tzinfo=UTC))
        self._draws.drawn()
        self._come_near_today(days=40)
        agency.late(project_id, "教学楼二期 装修", revisions[len(STORIES)])
        self._leave_for_sealing(project_id, folder, [s for s in sheets if s not in chosen][:3], sheets)

    def _leave_for_sealing(
        self, project_id: str, folder: Path, some: Sequence[DemoSheet], sheets: Sequence[DemoSheet]
    ) -> None:
        """Signed, not sealed: whoever looks around may put the seals on."""
        paths = [folder / s.pages[0][0] for s in some]
        made = self._take_in(project_id, "二期施工图 补充", paths, school_truth(sheets))
        self._sign_and_issue(project_id, made, upto="seal")

    def _come_near_today(self, days: int = 6) -> None:
        """Work that is under way began a few days ago, whenever the demonstration is built."""
        lately = datetime.now(UTC) - timedelta(days=days)
        if lately > self.clock.now():
            self.clock.set(lately)

    def _plans(self, revisions: Sequence[str]) -> list[str]:
        """The plans of the second and third floor, which both issues have."""
        query = (
            sa.select(SheetRevision.id)
            .join(Sheet, Sheet.id == SheetRevision.sheet_id)
            .where(SheetRevision.id.in_(revisions), Sheet.number.in_(("建施-04", "建施-05")))
            .order_by(Sheet.number)
        )
        with self.database.read() as session:
            return list(session.scalars(query))

    def _numbers(self, revisions: Sequence[str]) -> dict[str, str]:
        query = (
            sa.select(Sheet.number, SheetRevision.id)
            .join(Sheet, Sheet.id == SheetRevision.sheet_id)
            .where(SheetRevision.id.in_(revisions))
        )
        with self.database.read() as session:
            return dict(session.execute(query).all())

    def _set_aside(self, revisions: Sequence[str]) -> tuple[list[str], list[str]]:
        """Four revisions stay under way, so that worklists have something to show."""
        return list(revisions[-4:]), list(revisions[:-4])

    def _cancel(self, project_id: str, number: str) -> None:
        with self.database.read() as session:
            query = (
                sa.select(SheetRevision.id)
                .join(Sheet, Sheet.id == SheetRevision.sheet_id)
                .where(Sheet.project_id == project_id, Sheet.number_key == code_key(number))
                .order_by(SheetRevision.rev_seq.desc())
            )
            revision = session.execute(query).scalars().first()
        if revision is None:
            raise DemoIncomplete(f"{number} does not exist")
        with self.database.write(self.people["owner"]) as tx:
            basis = "设计变更通知单 建变-001：该图内容并入建施-13"
            self._must(cancel_sheets(tx, CancelSheets(project_id, [revision], basis)), "cancel")

    # -- small things ------------------------------------------------------------------------------------------

    def _work(self) -> None:
        # Comparisons are found out while somebody already looks around.
        Worker(self.services).run_until_idle(patience=900, threads=2, lane=Lane(but=SLOW))

    def _buildings(self, project_id: str) -> Mapping[str, str]:
        with self.database.read() as session:
            return {b.number: b.id for b in buildings_of(session, project_id)}

    def _must(self, report: RowReport, what: str) -> None:
        if not report.is_clean:
            raise DemoIncomplete(f"{what}: " + "; ".join(str(r) for r in report.refused.values()))
