"""The processes of an installation, and how they die: forked quickly, or as an operator starts them."""

import http.client
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tests.kill.installation import plain_environment
from tests.samples import ROOT

FROM_COMMAND_LINE = "import sys; from app.cli.main import main; sys.argv = ['oneset', *sys.argv[1:]]; main()"
UP_WITHIN = 60.0
GONE_WITHIN = 60.0
"""More than the grace that a web process gives its requests."""


class Processes(Protocol):
    """What the killer needs."""

    kinds: tuple[str, ...]
    """What can be killed; a kind that stands twice is killed twice as often."""
    breath: float
    """Most seconds between something acknowledged and the next death."""

    def start(self) -> None:
        """Start everything."""

    def kill(self, kind: str, chance: random.Random) -> None:
        """Kill one process of a kind, and start again what nobody else starts again."""

    def end(self) -> None:
        """End everything that was started."""


class Forked:
    """A server and a worker, forked from a process that has imported everything (``tests.kill.nursery``)."""

    kinds = ("serve", "serve", "work", "work")
    breath = 0.3

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._started: list[int] = []
        self._alive: dict[str, int] = {}

    def start(self) -> None:
        self._log = (Path(self._settings["ONESET_DATA_DIR"]) / "nursery.log").open("wb")
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=ROOT,
            env={**plain_environment(), **self._settings},
        )
        assert self._told().isdigit()
        for kind in set(self.kinds):
            self._alive[kind] = self._fork(kind)

    def kill(self, kind: str, chance: random.Random) -> None:
        del chance
        os.kill(self._alive[kind], signal.SIGKILL)
        self._alive[kind] = self._fork(kind)

    def end(self) -> None:
        for child in self._started:
            _kill_in_session(child, child)
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        self._nursery.wait(30)
        self._log.close()

    def _fork(self, kind: str) -> int:
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(f"{kind}\n")
        self._nursery.stdin.flush()
        self._started.append(int(self._told()))
        return self._started[-1]

    def _told(self) -> str:
        assert self._nursery.stdout is not None
        return self._nursery.stdout.readline().strip()


class Served:
    """``oneset serve`` under gunicorn and, in the office shape, ``oneset work`` beside it."""

    breath = 1.0

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._has_work = settings["ONESET_INLINE_WORKER"] == "0"
        others = ("job worker", "job worker") if self._has_work else ("web process", "web process")
        self.kinds = ("web process", "web process", "web process", "master", *others)
        self._sessions: list[int] = []

    def start(self) -> None:
        self._log = (Path(self._settings["ONESET_DATA_DIR"]) / "served.log").open("ab")
        self._serve = self._oneset("serve")
        if self._has_work:
            self._work = self._oneset("work")
        self._wait_until_up()

    def kill(self, kind: str, chance: random.Random) -> None:
        if kind == "job worker":
            self._work.kill()
            self._work.wait()
            self._work = self._oneset("work")
        elif kind == "web process":
            _kill_in_session(chance.choice(self._web_processes()), self._serve.pid)
        else:
            self._kill_master(chance)

    def end(self) -> None:
        """In order, as an operator ends it; what does not go is killed."""
        started = [self._serve, *([self._work] if self._has_work else [])]
        for process in started:
            process.terminate()
        for process in started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GONE_WITHIN)
        for session in self._sessions:
            for process_id in _members(session):
                _kill_in_session(process_id, session)
        for process in started:
            process.wait(10)
        self._log.close()

    def _kill_master(self, chance: random.Random) -> None:
        """Its orphans go by themselves, or an operator kills them; the address is free only then."""
        self._serve.kill()
        self._serve.wait()
        if chance.random() < 0.5:
            for orphan in _members(self._serve.pid):
                _kill_in_session(orphan, self._serve.pid)
        deadline = time.monotonic() + GONE_WITHIN
        while _members(self._serve.pid):
            assert time.monotonic() < deadline, "web processes outlived their master"
            time.sleep(0.05)
        self._serve = self._oneset("serve")
        self._wait_until_up()

    def _oneset(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", FROM_COMMAND_LINE, *arguments],
            cwd=ROOT,
            env={**plain_environment(), **self._settings},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._sessions.append(process.pid)
        return process

    def _web_processes(self) -> list[int]:
        """Gunicorn's, of which it keeps as many as the settings say."""
        wanted = int(self._settings.get("ONESET_WEB_PROCESSES", "1"))
        deadline = time.monotonic() + UP_WITHIN
        while True:
            found = [p for p in _members(self._serve.pid) if p != self._serve.pid]
            if len(found) >= wanted:
                return found
            assert time.monotonic() < deadline, self._said()
            time.sleep(0.05)

    def _wait_until_up(self) -> None:
        host, port = self._settings["ONESET_HOST"], int(self._settings["ONESET_PORT"])
        deadline = time.monotonic() + UP_WITHIN
        while True:
            assert self._serve.poll() is None, self._said()
            assert time.monotonic() < deadline, self._said()
            connection = http.client.HTTPConnection(host, port, timeout=5)
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            connection.close()
            time.sleep(0.05)

    def _said(self) -> str:
        return Path(self._log.name).read_text(errors="replace")[-3000:]


def _members(session: int) -> list[int]:
    """Living processes of a session that we began."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                # After the name in parentheses: state, parent, group, session.
                state, _, _, of = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
                if int(of) == session and state != "Z":
                    found.append(int(folder.name))
    return found


def _kill_in_session(process_id: int, session: int) -> None:
    """A stranger who got the number since has another session."""
    with suppress(ProcessLookupError):
        if os.getsid(process_id) == session:
            os.kill(process_id, signal.SIGKILL)
