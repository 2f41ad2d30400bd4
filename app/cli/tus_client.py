"""A small client of the API: JSON calls, and uploads by tus 1.0 that go on where they stopped."""

import base64
import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CHUNK = 16 << 20
TRIES = 6
TIMEOUT = 120
_LOST = (OSError, http.client.HTTPException)


class ApiRefused(Exception):  # noqa: N818  an answer, not a fault
    """The server said no; ``text`` is its sentence in both languages."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text
        super().__init__(f"{status} {text}")


@dataclass
class ApiClient:
    """Talks to one server as the owner of one token."""

    base_url: str
    token: str
    wait: Callable[[float], None] = time.sleep
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        """A JSON call; with ``key`` it is repeated safely when the answer is lost.

        Raises:
            ApiRefused: the server refused.
            OSError: no answer.
        """
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key:
            headers["Idempotency-Key"] = key
        data = json.dumps(body).encode() if body is not None else None
        answer = self._again(lambda: self._send(method, path, headers, data))
        return json.loads(answer[2]) if answer[2] else None

    def begin(self, intake_id: str, name: str, size: int) -> str:
        """Begin an upload; its path on the server."""
        meta = ",".join(
            f"{k} {base64.b64encode(v.encode()).decode()}"
            for k, v in {"intake": intake_id, "filename": name}.items()
        )
        headers = {"Upload-Length": str(size), "Upload-Metadata": meta}
        _, head, _ = self._again(lambda: self._send("POST", "/api/v1/uploads", self._tus(headers), None))
        return urlsplit(head["location"]).path

    def send_file(self, upload: str, path: Path, progress: Callable[[int], None]) -> str:
        """Send what is missing of a file; its SHA-256 as the server acknowledged it.

        Raises:
            ApiRefused: 404 when the server knows nothing of the upload (any more).
        """
        size, shown = path.stat().st_size, 0
        while True:
            _, head, _ = self._again(lambda: self._send("HEAD", upload, self._tus({}), None))
            offset = int(head["upload-offset"])
            progress(offset - shown)
            shown = offset
            if offset >= size and "x-oneset-sha256" in head:
                return head["x-oneset-sha256"]
            with path.open("rb") as stream:
                stream.seek(offset)
                chunk = stream.read(CHUNK)
            self._patch(upload, offset, chunk)

    def _patch(self, upload: str, offset: int, chunk: bytes) -> None:
        """Send a chunk; a lost line is no failure: the next HEAD says how far it came."""
        headers = self._tus({"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})
        try:
            self._send("PATCH", upload, headers, chunk)
        except _LOST:
            self.wait(1)
        except ApiRefused as refused:
            if refused.status not in (409, 423, 503):
                raise
            self.wait(1)

    def _tus(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {"Tus-Resumable": "1.0.0", **headers}

    def _again(
        self, work: Callable[[], tuple[int, dict[str, str], bytes]]
    ) -> tuple[int, dict[str, str], bytes]:
        for attempt in range(TRIES):
            try:
                return work()
            except _LOST:
                if attempt == TRIES - 1:
                    raise
            except ApiRefused as refused:
                if refused.status not in (423, 429, 503) or attempt == TRIES - 1:
                    raise
            self.wait(min(0.5 * 2**attempt, 8))
        raise AssertionError("not reached")

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        if self._connection is None:
            parts = urlsplit(self.base_url)
            kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(parts.netloc, timeout=TIMEOUT)
        try:
            self._connection.request(
                method, path, body=data, headers={"Authorization": f"Bearer {self.token}", **headers}
            )
            response = self._connection.getresponse()
            body = response.read()
        except _LOST:
            self._connection.close()
            self._connection = None
            raise
        head = {name.lower(): value for name, value in response.getheaders()}
        if response.status >= 400:
            raise ApiRefused(response.status, _sentence(body))
        return response.status, head, body


def _sentence(body: bytes) -> str:
    try:
        answer = json.loads(body)
        return f"{answer['message']['zh']} / {answer['message']['en']}"
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace")
