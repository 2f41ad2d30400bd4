"""Starts real servers and workers quickly: imports the product once, then forks a process for each line it is told.

Told on standard input: ``serve`` or ``work``; answers with the process id. The children are whoever kills them's to
end; each is the leader of its own session. Run as ``python -m tests.kill.nursery``, settings in the environment.
"""

import os
import signal
import sys
from datetime import timedelta

from werkzeug.serving import make_server

from app import api, web
from app.bootstrap import build_services
from app.config import settings_from
from app.factory import create_app
from app.jobs import queue, worker

QUICK_LEASE = timedelta(seconds=2)
"""Thirty seconds would leave most killed jobs waiting until the test is over."""


def serve() -> None:
    """Pages and API, without a worker."""
    settings = settings_from()
    application = create_app(build_services(settings))
    make_server(settings.host, settings.port, application, threaded=True).serve_forever()


def work() -> None:
    """A worker that is reaped and reaps quickly."""
    for module in (queue, worker):
        vars(module)["LEASE"] = QUICK_LEASE
    worker.REAP_EVERY = 0.3
    worker.Worker(build_services(settings_from()), threads=2).start()
    signal.pause()


def main() -> None:
    """Fork until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    print(len(api.TABLES) + len(web.BLUEPRINTS), flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            {"serve": serve, "work": work}[line.strip()]()
            os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
