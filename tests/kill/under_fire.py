"""An installation under load whose processes are killed again and again (SECURITY section 6, R2)."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from tests.kill.asking import Asker
from tests.kill.clients import upload_in_pieces, upload_whole_files
from tests.kill.installation import Target
from tests.kill.lives import bring_to_site
from tests.kill.processes import Processes
from tests.kill.toll import Toll

CLIENTS: tuple[tuple[Callable[[Asker, int], None], int], ...] = (
    (upload_whole_files, 0),
    (upload_in_pieces, 0),
    (bring_to_site, 0),
    (bring_to_site, 1),
)
"""What each client does, and its number among those that do the same."""
PATIENCE = 10.0
"""Seconds without any progress after which the killer goes on."""


@dataclass
class UnderFire:
    """One run: clients work, a killer kills."""

    target: Target
    processes: Processes
    chance: random.Random
    toll: Toll
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, kills: int) -> Toll:
        """Kill so many processes, of a kind by chance, while clients work; then let every client hear its answer."""
        try:
            self.processes.start()
            clients = [
                threading.Thread(target=self._client, args=(work, n, self.chance.random()))
                for work, n in CLIENTS
            ]
            for client in clients:
                client.start()
            try:
                for kind in islice(self._victims(), kills):
                    self._wait_for_work()
                    self.processes.kill(kind, self.chance)
                    self.toll.kills[kind] += 1
                self._wait_for_a_release()
            finally:
                self._stop.set()
                for client in clients:
                    client.join(180)
            assert not any(client.is_alive() for client in clients), "a client never got its answer"
        finally:
            self.processes.end()
        return self.toll

    def _victims(self) -> Iterator[str]:
        """Kinds in a random order, each as often as it stands in the list."""
        while True:
            yield from self.chance.sample(self.processes.kinds, len(self.processes.kinds))

    def _wait_for_work(self) -> None:
        """Mostly until something was acknowledged since the last death, then a moment; sometimes only a moment."""
        seen, deadline = self.toll.progress, time.monotonic() + PATIENCE
        is_patient = self.chance.random() > 0.05
        while is_patient and self.toll.progress == seen and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0, self.processes.breath))

    def _wait_for_a_release(self) -> None:
        """On a slow machine no drawing may have come so far between the deaths."""
        deadline = time.monotonic() + PATIENCE * 6
        while not self.toll.done("release") and time.monotonic() < deadline:
            time.sleep(0.1)

    def _client(self, work: Callable[[Asker, int], None], number: int, seed: float) -> None:
        try:
            work(Asker(self.target, self.toll, self._stop, random.Random(seed)), number)
        except Exception as error:  # noqa: BLE001  a client that dies would make the run too easy
            self.toll.wrong.append(f"{work.__name__} {number} died: {error!r}")
