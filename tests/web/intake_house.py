"""A running house for tests of the intake: SQLite, a local store, a worker, everybody seated, real files."""

import base64
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient

from app.access.queries import rights_of
from app.accounts.actions import open_session
from app.accounts.queries import session_by_secret
from app.bootstrap import Services, build_services
from app.config import Settings
from app.drawings.actions.intake import OpenIntake, open_intake
from app.drawings.flows import take_in_stream
from app.drawings.queries.intakes import IntakeTable, intake_table
from app.jobs.worker import Worker
from tests.web.site import application_over
from tests.world import World, make_world


@dataclass
class House:
    """Services, their application, and the people of the world."""

    services: Services
    application: APIFlask
    world: World

    def session_of(self, name: str) -> tuple[str, str]:
        """(cookie secret, forgery token) of a person who signed in."""
        person = self.world.people[name]
        with self.services.database.write(self.world.actor(name)) as tx:
            secret, _ = open_session(tx, person_id=person, address="127.0.0.1", user_agent="test")
        with self.services.database.read() as session:
            found = session_by_secret(session, secret, self.services.clock.now())
        assert found is not None
        return secret, found.csrf_secret

    def client(self, name: str) -> "Clerk":
        """A browser without a window, signed in."""
        secret, token = self.session_of(name)
        client = self.application.test_client()
        client.set_cookie("oneset", secret)
        return Clerk(client, token)

    def open(self, name: str = "designer", purpose: str = "design", building: str | None = None) -> str:
        """A new batch."""
        with self.services.database.write(self.world.actor(name)) as tx:
            return open_intake(tx, OpenIntake(self.world.project_id, "第一批", purpose, building))

    def take(self, intake_id: str, files: Sequence[Path], name: str = "designer") -> None:
        """Take files in and read them, here or by a worker that runs already."""
        for path in files:
            take_in_stream(
                self.services.database,
                self.services.store,
                self.world.actor(name),
                intake_id=intake_id,
                name=path.name,
                chunks=[path.read_bytes()],
                size_limit=1 << 30,
            )
        self.read()
        deadline = time.monotonic() + 60
        while self.table(intake_id, name).intake.waiting:
            assert time.monotonic() < deadline, "files were not read"
            time.sleep(0.1)

    def read(self) -> None:
        """Do all jobs that wait."""
        Worker(self.services).run_until_idle()

    def table(self, intake_id: str, name: str = "designer") -> IntakeTable:
        """The table as a person sees it."""
        with self.services.database.read() as session:
            rights = rights_of(session, self.world.actor(name), self.services.clock.now())
            return intake_table(session, rights, intake_id)


@dataclass
class Clerk:
    """Requests as the page's script makes them."""

    client: FlaskClient
    token: str

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """One request that wants JSON."""
        headers = {"Accept": "application/json", "X-CSRF-Token": self.token, **more.pop("headers", {})}
        sent = {} if body is None else {"json": body}
        return self.client.open(path, method=method, headers=headers, **sent, **more)

    def data(self, intake_id: str) -> dict[str, Any]:
        """The table's JSON."""
        answer = self.ask("GET", f"/intakes/{intake_id}.json")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found


def upload_headers(**more: str) -> dict[str, str]:
    """Headers of tus 1.0."""
    return {"Tus-Resumable": "1.0.0", **more}


def metadata(intake_id: str, name: str) -> str:
    """``Upload-Metadata`` of one file."""
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in (("intake", intake_id), ("filename", name))
    )


@dataclass(frozen=True)
class KeptHouse:
    """A house at rest, to be copied: its folder, its people, and the batch that was made in it."""

    folder: Path
    world: World
    batch: str


def kept_house(folder: Path, template: Path, prepare: Callable[[House], str] = lambda _: "") -> KeptHouse:
    """Make a house once for many tests; ``prepare`` opens its batch."""
    with running_house(folder, template) as house:
        batch = prepare(house)
    return KeptHouse(folder, house.world, batch)


@contextmanager
def copied_house(kept: KeptHouse, folder: Path) -> Iterator[House]:
    """A copy of a house, running."""
    shutil.copytree(kept.folder, folder)
    services = build_services(Settings(data_dir=folder, render_workers=1, tile_workers=1))
    try:
        with application_over(services) as application:
            yield House(services, application, replace(kept.world, database=services.database))
    finally:
        services.close()


@contextmanager
def running_house(folder: Path, template: Path) -> Iterator[House]:
    """A house in a folder of its own; opened again on the same folder it goes on where it stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not (folder / "oneset.db").exists()
    if is_new:
        shutil.copy(template, folder / "oneset.db")
    services = build_services(Settings(data_dir=folder, render_workers=1, tile_workers=1))
    try:
        world = make_world(services.database) if is_new else World(services.database)
        with application_over(services) as application:
            yield House(services, application, world)
    finally:
        services.close()
