"""What a browser waits for at the server: register, record and their files. ``python -m tests.bench.pages [--quick]``.

5,000 sheets with 3 revisions in the register, 3,000 sheets with 8 revisions in the record: whole requests, from the
cookie to the last byte, by a person who sees everything. A figure per line.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from app.accounts.actions import open_session
from app.bootstrap import Services, build_services
from app.config import Settings
from app.factory import create_app
from app.kernel.clock import SteppedClock
from app.kernel.db.migrating import migrate
from tests.bench.as_of import START, fill, milliseconds
from tests.peers import postgres
from tests.world import World, make_world

JSON = {"Accept": "application/json"}
PAST = (START + timedelta(days=500)).isoformat()


@contextmanager
def house(kind: str) -> Iterator[Services]:
    """A whole installation on a fresh database, years after the releases that ``fill`` makes."""
    url = postgres.new_database() if kind == "postgresql" else ""
    with tempfile.TemporaryDirectory() as folder:
        clock = SteppedClock(START + timedelta(days=3_000))
        services = build_services(Settings(data_dir=Path(folder), database_url=url), clock=clock)
        migrate(services.database.engine)
        yield services
        services.close()
    if url:
        postgres.drop_database(url)


def browser(services: Services, world: World, name: str) -> FlaskClient:
    """A browser in which this person is signed in."""
    with services.database.write(world.actor(name)) as tx:
        person_id = world.people[name]
        secret, _ = open_session(tx, person_id=person_id, address="127.0.0.1", user_agent="bench")
    client = create_app(services).test_client()
    client.set_cookie("oneset", secret)
    return client


def getting(client: FlaskClient, path: str, **more: object) -> Callable[[], bytes]:
    """The request as a piece of work; a refusal ends the bench."""

    def get() -> bytes:
        answer = client.get(path, **more)  # type: ignore[arg-type]
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return answer.data

    return get


def report(kind: str, services: Services, sheets: int, runs: int) -> None:
    """Every page and file, each a line."""
    world = make_world(services.database)
    fill(services.database, world.project_id, sheets, 3)
    fill(services.database, world.other_project_id, sheets * 3 // 5, 8)
    owner, stranger = browser(services, world, "owner"), browser(services, world, "stranger")
    register = f"/projects/{world.project_id}/register"
    record = f"/projects/{world.other_project_id}/record"
    few = max(runs // 4, 1)
    for name, times, work in (
        ("worklist page", few, getting(owner, f"/projects/{world.project_id}")),
        ("register page", runs, getting(owner, register)),
        ("register rows (JSON)", runs, getting(owner, register, headers=JSON)),
        ("register.csv", few, getting(owner, f"{register}.csv")),
        ("register.xlsx", few, getting(owner, f"{register}.xlsx")),
        ("record page, past instant", runs, getting(stranger, record, query_string={"as_of": PAST})),
        ("record rows (JSON), now", runs, getting(stranger, record, headers=JSON)),
        (
            "record rows (JSON), past instant",
            runs,
            getting(stranger, record, headers=JSON, query_string={"as_of": PAST}),
        ),
        (
            "record.xlsx, past instant",
            few,
            getting(stranger, f"{record}.xlsx", query_string={"as_of": PAST}),
        ),
    ):
        count = sheets if name.startswith(("reg", "work")) else sheets * 3 // 5
        size = len(work()) / 1e6
        print(f"{kind:10} {count} sheets, {name:34} {size:5.2f} MB  {milliseconds(work, times)}")


def main() -> None:
    """Print all figures."""
    sheets, runs = (500, 4) if "--quick" in sys.argv else (5_000, 11)
    for kind in ("sqlite", "postgresql"):
        with house(kind) as services:
            report(kind, services, sheets, runs)


if __name__ == "__main__":
    main()
