"""``oneset serve``: the web server, and in the desk shape the worker inside exactly one of its processes."""

import fcntl
import os
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from app.bootstrap import Services, build_services
from app.cli.opening import services as opened_services
from app.cli.opening import settings
from app.config import Settings
from app.factory import create_app
from app.jobs.worker import Worker
from app.kernel.garbage import settle

TIMEOUT = 120
"""Seconds without a sign of life after which a web process is replaced."""
GRACE = 30
LOOK_EVERY = 1.0
"""Seconds between looks of a web process at the lock of the inline worker."""


@click.command()
@click.option("--host", help="监听地址 / address to listen on")
@click.option("--port", type=int, help="端口 / port")
def serve(host: str | None, port: int | None) -> None:
    """启动网站与 API（默认同时在其中一个进程内处理后台任务）。

    Serve pages and API; with ONESET_INLINE_WORKER (default) one of the processes does the background work too.
    """
    with opened_services():
        pass  # says at once what is wrong, before processes are started
    chosen = settings()
    bind = f"{host or chosen.host}:{port or chosen.port}"
    click.echo(f"http://{bind}")
    _gunicorn(chosen, bind)


class InlineWorker:
    """The worker of the desk shape: of several web processes the one that holds the lock runs it.

    The system releases the lock when that process dies or ends; another one, which looked on, takes it then.
    """

    def __init__(self, opened: Services) -> None:
        self._path = opened.settings.data_dir.absolute() / "inline-worker.lock"
        self._services = opened
        self._worker: Worker | None = None
        self._handle: int | None = None
        self._stopped = threading.Event()
        self._onlooker = threading.Thread(target=self._look_on, name="oneset-inline-worker", daemon=True)

    @property
    def is_here(self) -> bool:
        """True when this process runs the worker."""
        return self._worker is not None

    def start(self) -> bool:
        """Start it here if no other process has; True when this process runs it. Otherwise look on from now on."""
        if not self._take():
            # When gunicorn is reloaded the new processes start beside the old ones, which hold the lock until they end.
            self._onlooker.start()
        return self.is_here

    def stop(self) -> None:
        """End it, if it runs here."""
        self._stopped.set()
        if self._onlooker.is_alive():
            self._onlooker.join()
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _look_on(self) -> None:
        while not self._stopped.wait(LOOK_EVERY):
            if self._take():
                return

    def _take(self) -> bool:
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        self._worker = Worker(self._services, threads=self._services.settings.readers)
        self._worker.start()
        return True


def _gunicorn(chosen: Settings, bind: str) -> None:
    base: Any = import_module("gunicorn.app.base")  # not installed on Windows

    class Server(base.BaseApplication):  # type: ignore[misc]
        """Gunicorn without a configuration file: the settings are ours."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": bind,
                "workers": chosen.web_processes,
                "threads": chosen.web_threads,
                "worker_class": "gthread",
                "timeout": TIMEOUT,
                "graceful_timeout": GRACE,
                "worker_tmp_dir": _memory_folder(),
                "forwarded_allow_ips": "*" if chosen.trusted_proxies else "127.0.0.1",
                "worker_exit": _end,
                "control_socket_disable": True,  # one per home folder; two installations would meet
            }
            for name, value in options.items():
                if value is not None:
                    self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            """Built in each process after the fork: no connection or thread is shared."""
            return _application(chosen)

    Server().run()


_RUNNING: list[Callable[[], None]] = []


def _application(chosen: Settings) -> Callable[..., Any]:
    opened = build_services(chosen)
    _RUNNING.append(opened.close)
    if chosen.inline_worker:
        inline = InlineWorker(opened)
        inline.start()
        _RUNNING.append(inline.stop)
    application = create_app(opened)
    settle()
    return application


def _end(server: object, worker: object) -> None:
    """What a web process does last: the worker first, then what it works with."""
    del server, worker
    while _RUNNING:
        _RUNNING.pop()()


def _memory_folder() -> str | None:
    """Where gunicorn keeps its heartbeat files: on a disk they may block."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a folder of the system, files are private
