"""An installation to be fired at: its settings, its world, its keys; and the same machine switched on afterwards."""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.access.rules import Permission
from app.accounts.actions import CreateToken, create_token, set_password
from app.bootstrap import Services, build_services
from app.config import settings_from
from app.drawings.actions.intake import OpenIntake, open_intake
from app.drawings.flows import acknowledge
from app.jobs.worker import Worker
from app.kernel.actor import SYSTEM
from app.kernel.db.migrating import migrate
from tests.kill.toll import Sent, Toll
from tests.web.papers import small_pdf
from tests.world import PASSWORD, World, make_world

SCOPES = frozenset(map(str, Permission))
LEASE_OVER = timedelta(minutes=30)
SETS, PAGES = 2, 12
AT_WORK = ("designer", "checker", "verifier", "approver", "owner")


@dataclass(frozen=True)
class Target:
    """What clients need to know."""

    settings: Mapping[str, str]
    project_id: str
    building_id: str
    intake_id: str
    """A batch for uploads that nobody accepts."""
    sets: Sequence[str]
    """Batches with one set each that was read in peace: their rows wait for whoever brings them to site."""
    tokens: Mapping[str, str]
    """By the person's name in the small world."""

    @property
    def address(self) -> tuple[str, int]:
        return self.settings["ONESET_HOST"], int(self.settings["ONESET_PORT"])


class Later:
    """The machine's clock half an hour ahead: every lease has run out."""

    def now(self) -> datetime:
        return datetime.now(UTC) + LEASE_OVER


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Settings of an installation in a folder, as the environment carries them."""
    return {
        "ONESET_DATA_DIR": str(folder),
        "ONESET_HOST": "127.0.0.1",
        "ONESET_PORT": str(free_port()),
        "ONESET_INLINE_WORKER": "0",
        "ONESET_RENDER_WORKERS": "2",
        "ONESET_TILE_WORKERS": "1",
        **{f"ONESET_{name.upper()}": value for name, value in more.items()},
    }


def plain_environment() -> dict[str, str]:
    """This process's environment without any setting of the product."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ONESET_")}


def prepare(settings: Mapping[str, str], toll: Toll) -> Target:
    """A migrated installation with a project, batches, tokens, and a designer who may sign in."""
    services = build_services(settings_from(settings))
    try:
        migrate(services.database.engine)
        world = make_world(services.database)
        with services.database.write(SYSTEM) as tx:
            set_password(tx, world.people["designer"], PASSWORD)
        with services.database.write(world.actor("designer")) as tx:
            intake_id = open_intake(tx, OpenIntake(world.project_id, "under fire"))
        sets = [_set_to_begin_with(services, world, toll, nth) for nth in range(SETS)]
        Worker(services).run_until_idle(threads=SETS)
        tokens = {}
        for name in AT_WORK:
            with services.database.write(world.actor(name)) as tx:
                tokens[name] = create_token(tx, CreateToken("fire", SCOPES, 9), known_scopes=SCOPES)
    finally:
        services.close()
    return Target(settings, world.project_id, world.building_id, intake_id, sets, tokens)


def _set_to_begin_with(services: Services, world: World, toll: Toll, nth: int) -> str:
    """A batch with a set of drawings, received."""
    designer, name, data = world.actor("designer"), f"set {nth}.pdf", small_pdf("set", pages=PAGES, stamp=nth)
    with services.database.write(designer) as tx:
        intake = open_intake(tx, OpenIntake(world.project_id, f"set {nth}"))
    stored = services.store.put([data])
    received = acknowledge(services.database, designer, intake_id=intake, name=name, stored=stored)
    toll.acknowledged.append(Sent(received, name, stored.sha256))
    return intake


def afterwards(settings: Mapping[str, str]) -> Services:
    """The services of a machine that was switched on again, when every lease is over."""
    return build_services(settings_from(settings), clock=Later())
