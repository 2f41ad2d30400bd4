"""Clients that upload under fire: whole files with a key, and resumable uploads in pieces."""

import base64
import hashlib
import json
import re
import urllib.parse
from collections.abc import Mapping

from app.kernel.ids import new_id
from tests.kill.asking import LOST, PASSING, Asker
from tests.kill.toll import Sent
from tests.web.papers import small_pdf
from tests.world import PASSWORD

TUS = {"Tus-Resumable": "1.0.0"}
PIECE_TYPE = "application/offset+octet-stream"


def send_whole(asker: Asker, intake_id: str, name: str, data: bytes) -> None:
    """One upload in one request, sent with the same key until it is acknowledged, sometimes once more."""
    headers = {
        **asker.bearer("designer"),
        "Idempotency-Key": new_id(),
        "Content-Type": "application/octet-stream",
    }
    path = f"/api/v1/intakes/{intake_id}/files?name={urllib.parse.quote(name)}"
    answer = asker.until_answered("POST", path, headers, data)
    if answer.status != 201:
        asker.toll.wrong.append(f"{name}: {answer.status} {answer.body[:200]!r}")
        return
    told = answer.json
    acknowledged(asker, told["id"], told["sha256"], name, data)
    if asker.chance.random() < 0.25 and asker.until_answered("POST", path, headers, data).json != told:
        asker.toll.wrong.append(f"{name}: sent again with its key, and it was another file")


def acknowledged(asker: Asker, file_id: str, sha256: str, name: str, data: bytes) -> None:
    """Note what the client was told."""
    if sha256 != hashlib.sha256(data).hexdigest():
        asker.toll.wrong.append(f"{name}: wrong digest in the receipt")
    asker.toll.acknowledged.append(Sent(file_id, name, sha256))


def upload_whole_files(asker: Asker, number: int) -> None:
    """New and known bytes, one after the other."""
    count = 0
    while not asker.stop.is_set():
        count += 1
        known = asker.chance.random() < 0.2
        stamp = asker.chance.randrange(count) if known else number * 1_000_000 + count
        data = small_pdf(f"sheet {stamp}", stamp=stamp)
        send_whole(asker, asker.target.intake_id, f"client-{number} 图-{count}.pdf", data)


def upload_in_pieces(asker: Asker, number: int) -> None:
    """Resumable uploads, by the API's door and by the pages' door in turn."""
    by_token, by_cookie = asker.bearer("designer"), _signed_in(asker)
    count = 0
    while not asker.stop.is_set():
        count += 1
        stamp = number * 1_000_000 + count
        data = small_pdf(f"pieces {stamp}", stamp=stamp, ballast=asker.chance.randbytes(80_000))
        door = ("/uploads", by_cookie) if count % 2 else ("/api/v1/uploads", by_token)
        _Pieces(asker, *door, name=f"pieces-{number} 图-{count}.pdf", data=data).send()


class _Pieces:
    """One resumable upload: after every lost answer it goes on from where the server says."""

    def __init__(self, asker: Asker, door: str, keys: Mapping[str, str], *, name: str, data: bytes) -> None:
        self.asker, self.door, self.name, self.data = asker, door, name, data
        self.keys = {**keys, **TUS}
        self.size = len(data) // asker.chance.randint(2, 6) + 1
        self.acknowledged = 0
        self.where = ""

    def send(self) -> None:
        """Until it is acknowledged; an upload that was begun is finished, also beyond the end of the run."""
        self._begin()
        while self.where and not self._is_finished():
            offset = self.acknowledged
            piece = self.data[offset : offset + self.size]
            headers = {**self.keys, "Upload-Offset": str(offset), "Content-Type": PIECE_TYPE}
            if self.asker.chance.random() < 0.5:
                digest = base64.b64encode(hashlib.sha1(piece).digest()).decode()  # noqa: S324  tus asks for it
                headers["Upload-Checksum"] = f"sha1 {digest}"
            try:
                answer = self.asker.once("PATCH", self.where, headers, piece)
            except LOST:
                self.asker.toll.resumed += 1
                continue
            if answer.status == 204:
                self._note(answer.headers)
            elif answer.status not in (409, *PASSING):
                self._give_up(f"PATCH {answer.status} {answer.body[:200]!r}")

    def _begin(self) -> None:
        words = {"intake": self.asker.target.intake_id, "filename": self.name}
        meta = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items())
        headers = {**self.keys, "Upload-Length": str(len(self.data)), "Upload-Metadata": meta}
        answer = self.asker.until_answered("POST", self.door, headers)
        if answer.status == 201:
            self.where = urllib.parse.urlsplit(answer.headers["location"]).path
        else:
            self._give_up(f"POST {answer.status} {answer.body[:200]!r}")

    def _is_finished(self) -> bool:
        """What the server says now: it must have every byte that it acknowledged."""
        answer = self.asker.until_answered("HEAD", self.where, self.keys)
        if answer.status != 200:
            self._give_up(f"HEAD {answer.status}")
            return True
        before = self.acknowledged
        self._note(answer.headers)
        if self.acknowledged < before:
            self._give_up(f"went back from {before} to {self.acknowledged}")
        file_id = answer.headers.get("x-oneset-file")
        if file_id:
            acknowledged(self.asker, file_id, answer.headers["x-oneset-sha256"], self.name, self.data)
        return file_id is not None

    def _note(self, headers: Mapping[str, str]) -> None:
        self.acknowledged = int(headers["upload-offset"])
        self.asker.toll.pieces.append(self.acknowledged)

    def _give_up(self, reason: str) -> None:
        self.asker.toll.wrong.append(f"{self.door} {self.name}: {reason}")
        self.where = ""


def _signed_in(asker: Asker) -> dict[str, str]:
    """Cookie and token of the pages, as a browser has them."""
    form = urllib.parse.urlencode({"login": "designer", "password": PASSWORD}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = asker.until_answered("POST", "/sign-in", kind, form)
    cookie = answer.headers["set-cookie"].split(";")[0]
    page = asker.until_answered("GET", "/me", {"Cookie": cookie}).body.decode()
    found = re.search('name="csrf-token" content="([^"]+)"', page)
    assert found, json.dumps(page[:300])
    return {"Cookie": cookie, "X-CSRF-Token": found[1]}
