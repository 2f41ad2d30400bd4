"""An installation under load whose server and workers are killed again and again (SECURITY section 6, R2)."""

import hashlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.access.rules import Permission
from app.accounts.actions import CreateToken, create_token
from app.bootstrap import Services, build_services
from app.config import settings_from
from app.drawings.actions.intake import OpenIntake, open_intake
from app.kernel.db.migrating import migrate
from app.kernel.ids import new_id
from tests.samples import ROOT
from tests.web.papers import small_pdf
from tests.world import make_world

SCOPES = frozenset(map(str, Permission))
CLIENTS = 3
PATIENCE = 10.0
"""Seconds without any progress after which the killer goes on."""
LEASE_OVER = timedelta(minutes=30)


@dataclass(frozen=True)
class Sent:
    """An upload that was acknowledged."""

    file_id: str
    name: str
    sha256: str


@dataclass
class Toll:
    """What happened, for the report."""

    kills: dict[str, int] = field(default_factory=lambda: {"serve": 0, "work": 0})
    acknowledged: list[Sent] = field(default_factory=list)
    repeated: int = 0
    """Requests whose answer was lost and that were sent again."""
    wrong: list[str] = field(default_factory=list)


class Later:
    """The machine's clock half an hour ahead: every lease has run out."""

    def now(self) -> datetime:
        return datetime.now(UTC) + LEASE_OVER


@dataclass
class UnderFire:
    """One run: clients upload, a killer kills."""

    settings: Mapping[str, str]
    intake_id: str
    token: str
    chance: random.Random
    toll: Toll = field(default_factory=Toll)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, kills: int) -> Toll:
        """Kill so many processes, server or worker by chance, while clients upload."""
        with nursery(self.settings) as start:
            alive = {"serve": start("serve"), "work": start("work")}
            clients = [
                threading.Thread(target=self._client, args=(n, self.chance.random())) for n in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            for _ in range(kills):
                self._wait_for_work()
                what = self.chance.choice(["serve", "work"])
                os.kill(alive[what], signal.SIGKILL)
                self.toll.kills[what] += 1
                alive[what] = start(what)
            self._stop.set()
            for client in clients:
                client.join(60)
            for process in alive.values():
                os.kill(process, signal.SIGKILL)
        return self.toll

    def _wait_for_work(self) -> None:
        """Mostly until something was acknowledged since the last death, then a moment; sometimes only a moment."""
        seen, deadline = len(self.toll.acknowledged), time.monotonic() + PATIENCE
        while (
            self.chance.random() > 0.01
            and len(self.toll.acknowledged) == seen
            and time.monotonic() < deadline
        ):
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, 0.3))

    def _client(self, number: int, seed: float) -> None:
        """Uploads new and known bytes; asks again with the same key until somebody answers."""
        mine, count = random.Random(seed), 0
        try:
            while not self._stop.is_set():
                count += 1
                name = f"client-{number} 图-{count}.pdf"
                stamp = mine.randrange(count) if mine.random() < 0.2 else number * 1_000_000 + count
                self._upload(name, small_pdf(f"sheet {stamp}", stamp=stamp))
        except Exception as error:  # noqa: BLE001  a client that dies would make the run too easy
            self.toll.wrong.append(f"client {number} died: {error!r}")

    def _upload(self, name: str, data: bytes) -> None:
        key, first = new_id(), True
        while not (self._stop.is_set() and not first):
            self.toll.repeated += not first
            first = False
            with suppress(OSError, http.client.HTTPException):
                status, body = self._post(name, data, key)
                if status == 201:
                    told = json.loads(body)
                    if told["sha256"] != hashlib.sha256(data).hexdigest():
                        self.toll.wrong.append(f"{name}: wrong digest in the receipt")
                    self.toll.acknowledged.append(Sent(told["id"], name, told["sha256"]))
                    return
                if status != 503:
                    self.toll.wrong.append(f"{name}: {status} {body[:200]!r}")
                    return
            time.sleep(0.05)

    def _post(self, name: str, data: bytes, key: str) -> tuple[int, bytes]:
        host, port = self.settings["ONESET_HOST"], int(self.settings["ONESET_PORT"])
        connection = http.client.HTTPConnection(host, port, timeout=20)
        try:
            path = f"/api/v1/intakes/{self.intake_id}/files?name={_quoted(name)}"
            headers = {
                "Authorization": f"Bearer {self.token}",
                "Idempotency-Key": key,
                "Content-Type": "application/octet-stream",
            }
            connection.request("POST", path, body=data, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _quoted(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())


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


def prepare(settings: Mapping[str, str], seed: int) -> UnderFire:
    """A migrated installation with a project, a batch and a token."""
    services = build_services(settings_from(settings))
    try:
        migrate(services.database.engine)
        world = make_world(services.database)
        designer = world.actor("designer")
        with services.database.write(designer) as tx:
            intake_id = open_intake(tx, OpenIntake(world.project_id, "under fire"))
            token = create_token(tx, CreateToken("fire", SCOPES, 9), known_scopes=SCOPES)
    finally:
        services.close()
    return UnderFire(settings, intake_id, token, random.Random(seed))


@contextmanager
def nursery(settings: Mapping[str, str]) -> Iterator[Callable[[str], int]]:
    """The process that starts others; gives a function from ``serve`` or ``work`` to a process id."""
    started: list[int] = []
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ONESET_")} | dict(settings)
    log = (Path(settings["ONESET_DATA_DIR"]) / "nursery.log").open("wb")
    with (
        log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.kill.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env=environ,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()

        def start(what: str) -> int:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{what}\n")
            process.stdin.flush()
            started.append(int(process.stdout.readline()))
            return started[-1]

        try:
            yield start
        finally:
            for child in started:
                with suppress(ProcessLookupError):
                    if (
                        os.getsid(child) == child
                    ):  # ours still: a stranger with this number has another session
                        os.kill(child, signal.SIGKILL)
            process.stdin.close()


def afterwards(settings: Mapping[str, str]) -> Services:
    """The services of a machine that was switched on again, when every lease is over."""
    return build_services(settings_from(settings), clock=Later())
