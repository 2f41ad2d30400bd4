"""A whole installation with seals for tests of pages: real sheets, sealed and judged by the real worker."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.actions import open_session
from app.bootstrap import Services, build_services
from app.drawings.actions.revisions import MoveRevisions, issue_revisions
from app.drawings.models import SheetRevision
from app.drawings.queries.seal_marks import seals_of_revisions
from app.factory import create_app
from app.jobs.worker import Worker
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.projects.rules import Policy
from app.release.actions import ReleaseRevisions, release_revisions
from app.seals.demo_house import DemoHouse
from app.seals.rules import Level
from tests.drawings.sheets import clean
from tests.seals.seal_house import SealHouse, furnished
from tests.web.site import settings_for
from tests.world import make_world

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class SealSite:
    """An installation in which seals are used."""

    services: Services
    application: Any
    house: SealHouse
    clock: SteppedClock

    def work(self) -> None:
        """Let the worker do what is ready, in threads of its own."""
        Worker(self.services).run_until_idle(threads=1, patience=300)

    def cookie(self, who: str) -> str:
        """The cookie of a new session."""
        with self.services.database.write(SYSTEM) as tx:
            secret, _ = open_session(
                tx, person_id=self.house.world.people[who], address="127.0.0.1", user_agent="test"
            )
        return secret

    def client(self, who: str = "", language: str = "zh") -> FlaskClient:
        """A browser without scripts."""
        client: FlaskClient = self.application.test_client()
        client.set_cookie("language", language)
        if who:
            client.set_cookie("oneset", self.cookie(who))
        return client

    def post(self, who: str, path: str, form: Mapping[str, str] | None = None) -> TestResponse:
        """An unsafe request as the page's own form would send it."""
        client = self.client(who)
        token = client.get("/").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
        return client.post(path, data={**(form or {}), "csrf_token": token})

    def sealed(self, count: int = 1, to: str = "released", level: Level = Level.B) -> list[str]:
        """Sheets with the seal of the registered person and the issue seal, judged, and moved along."""
        revisions = self.house.sheets(count)
        for seal, who in (("注册章", "architect"), ("出图章", "approver")):
            opened = self.house.ask(seal, revisions, who, level)
            assert opened.report.is_clean, opened.report.refused
            self.work()
        if to != "signed":
            self.issue(revisions)
        if to == "released":
            self.release(revisions)
        return revisions

    def issue(self, revisions: Sequence[str]) -> None:
        """Issue what is signed."""
        world = self.house.world
        with world.database.write(world.actor("approver")) as tx:
            clean(issue_revisions(tx, MoveRevisions(world.project_id, revisions, "issue")))

    def release(self, revisions: Sequence[str]) -> None:
        """Release what is issued."""
        world = self.house.world
        with world.database.write(world.actor("owner")) as tx:
            clean(release_revisions(tx, ReleaseRevisions(world.project_id, revisions)))

    def draw(self, revisions: Sequence[str]) -> None:
        """As intake reads files: what pages show of them."""
        house = self.services
        with house.database.read() as session:
            seals = seals_of_revisions(session, revisions)
        for number, found in enumerate(seals.values()):
            assert found.chain is not None
            out = house.scratch / f"drawn-{number}"
            with house.copies.object(found.chain.published.manifest_of) as stored:
                manifest = house.renderer.inspect(stored, out, name="x.pdf")
            house.derived.publish(found.chain.published.manifest_of, out, manifest)

    def sheet_of(self, revision_id: str) -> str:
        """The sheet of a revision."""
        with self.services.database.read() as session:
            return session.get_one(SheetRevision, revision_id).sheet_id


@contextmanager
def seal_site(folder: Path, sqlite_template: Path, policy: Policy | None = None) -> Iterator[SealSite]:
    """An installation of its own, with the demonstration's authority."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "oneset.db").write_bytes(sqlite_template.read_bytes())
    clock = SteppedClock(BEGIN)
    services = build_services(settings_for(folder, "", is_demo=True), clock=clock)
    try:
        world = make_world(services.database, policy=policy)
        demo = services.seals.keys.demo
        assert isinstance(demo, DemoHouse)
        house = furnished(SealHouse(world, services.seals, demo, folder))
        yield SealSite(services, create_app(services), house, clock)
    finally:
        services.close()
