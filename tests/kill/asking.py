"""Asking a server that may die at any byte: a lost answer is no answer, and the question is put again."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.kernel.ids import new_id
from tests.kill.installation import Target
from tests.kill.toll import Toll

LOST = (OSError, http.client.HTTPException)
"""How an answer gets lost."""
PASSING = (423, 503)
"""Busy, or another connection writes: the server itself says to try again."""
PATIENCE = 120.0


@dataclass(frozen=True)
class Answer:
    """An answer that arrived whole."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class NoAnswer(Exception):  # noqa: N818
    """Nobody answered in time: the installation did not come back."""


@dataclass
class Asker:
    """One client's way to ask."""

    target: Target
    toll: Toll
    stop: threading.Event
    chance: random.Random = field(default_factory=random.Random)

    def once(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Raises one of ``LOST`` when the answer does not come."""
        connection = http.client.HTTPConnection(*self.target.address, timeout=20)
        try:
            connection.request(method, path, body=body or None, headers=dict(headers or {}))
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()

    def until_answered(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Ask until somebody answers."""
        deadline, is_lost = time.monotonic() + PATIENCE, False
        while time.monotonic() < deadline:
            try:
                answer = self.once(method, path, headers, body)
            except LOST:
                is_lost = True
            else:
                if answer.status not in PASSING:
                    self.toll.replayed += is_lost and "idempotency-replayed" in answer.headers
                    return answer
            self.toll.repeated += 1
            time.sleep(0.05)
        raise NoAnswer(f"{method} {path}")

    def api(
        self,
        person: str,
        method: str,
        path: str,
        value: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask the API as a person, until it answers."""
        given = {**self.bearer(person), **(headers or {})}
        body = b"" if value is None else json.dumps(value).encode()
        if value is not None:
            given["Content-Type"] = "application/json"
        return self.until_answered(method, f"/api/v1{path}", given, body)

    def act(self, person: str, path: str, value: object) -> Any:
        """One act with a key of its own, asked until it is answered, sometimes once more; what it answered."""
        key = {"Idempotency-Key": new_id()}
        answer = self.api(person, "POST", path, value, key)
        if answer.status not in (200, 201):
            self.toll.wrong.append(f"{path}: {answer.status} {answer.body[:300]!r}")
            raise NoAnswer(path)
        if self.chance.random() < 0.1:
            again = self.api(person, "POST", path, value, key)
            if (again.status, again.json) != (answer.status, answer.json):
                self.toll.wrong.append(f"{path}: asked again, answered {again.body[:300]!r}")
        return answer.json

    def bearer(self, person: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.target.tokens[person]}"}

    def wait(self, is_there: Callable[[], bool], seconds: float) -> bool:
        """Look again until it is there; not beyond the end of the run."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.stop.is_set():
            if is_there():
                return True
            time.sleep(0.1)
        return False
