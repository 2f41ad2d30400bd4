"""Resumable uploads: killed connections, killed servers, lost answers; never a lost or a doubled file."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from app.api import uploads
from storage import ObjectStore
from storage.errors import StoreUnavailable
from tests.api.conftest import Api
from tests.api.lives import drawing, open_batch

DATA = drawing("resumed") * 40
CHUNK = "application/offset+octet-stream"


def begin(asked: Api, intake: str, name: str = "designer", size: int = len(DATA), **more: Any) -> Any:
    pairs = {"intake": intake, "filename": "夹/图 1.pdf"}
    meta = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": meta}
    return asked.ask(name, "POST", "/uploads", headers={**headers, **more.pop("headers", {})}, **more)


def tus(asked: Api, method: str, upload: str, name: str = "designer", **more: Any) -> Any:
    headers = {"Tus-Resumable": "1.0.0", **more.pop("headers", {})}
    return asked.ask(name, method, f"/uploads/{upload}", headers=headers, **more)


def patch(asked: Api, upload: str, offset: int, data: bytes, **headers: str) -> Any:
    head = {"Upload-Offset": str(offset), "Content-Type": CHUNK, **headers}
    return tus(asked, "PATCH", upload, data=data, headers=head)


def files(asked: Api, intake: str) -> list[dict[str, Any]]:
    return asked.ask("designer", "GET", f"/intakes/{intake}").json["files"]


def upload_of(answer: Any) -> str:
    assert answer.status_code == 201, answer.data
    return answer.headers["Location"].rsplit("/", 1)[-1]


def test_a_file_in_pieces_is_acknowledged_with_its_digest(asked: Api) -> None:
    intake = open_batch(asked)
    upload = upload_of(begin(asked, intake))
    assert patch(asked, upload, 0, DATA[:1000]).headers["Upload-Offset"] == "1000"
    assert tus(asked, "HEAD", upload).headers["Upload-Offset"] == "1000"
    assert patch(asked, upload, 900, DATA[900:]).status_code == 409
    last = patch(asked, upload, 1000, DATA[1000:])
    assert (last.status_code, last.headers["X-OneSet-SHA256"]) == (204, hashlib.sha256(DATA).hexdigest())
    (file,) = files(asked, intake)
    assert (file["id"], file["name"], file["sha256"]) == (
        upload,
        "夹/图 1.pdf",
        hashlib.sha256(DATA).hexdigest(),
    )
    assert b"".join(asked.services.store.read(file["sha256"])) == DATA


def test_a_broken_connection_keeps_what_came(asked: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = open_batch(asked)
    upload = upload_of(begin(asked, intake))

    def broken() -> Iterator[bytes]:
        yield DATA[:700]
        raise ConnectionResetError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "_chunks", broken)
        assert patch(asked, upload, 0, DATA).status_code == 500
    assert tus(asked, "HEAD", upload).headers["Upload-Offset"] == "700"
    assert patch(asked, upload, 700, DATA[700:]).status_code == 204
    assert len(files(asked, intake)) == 1


@pytest.mark.parametrize("step", ["put_file", "acknowledge", "discard"])
def test_a_death_between_the_last_byte_and_the_answer_heals_on_the_next_question(
    asked: Api, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    intake = open_batch(asked)
    upload = upload_of(begin(asked, intake))

    def die(*_: object, **__: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patched:
        place: Any = {
            "put_file": asked.services.store,
            "acknowledge": uploads,
            "discard": asked.services.staging,
        }[step]
        patched.setattr(place, step, die)
        with pytest.raises(SystemExit):
            patch(asked, upload, 0, DATA)
    assert len(files(asked, intake)) == (1 if step == "discard" else 0)
    healed = tus(asked, "HEAD", upload)
    assert healed.headers["Upload-Offset"] == str(len(DATA))
    assert healed.headers["X-OneSet-File"] == upload
    assert len(files(asked, intake)) == 1


def test_a_finish_repeated_after_a_lost_answer_is_one_file(asked: Api) -> None:
    intake = open_batch(asked)
    upload = upload_of(begin(asked, intake))
    assert patch(asked, upload, 0, DATA).status_code == 204
    again = tus(asked, "HEAD", upload)
    assert (again.status_code, again.headers["Upload-Offset"]) == (200, str(len(DATA)))
    assert patch(asked, upload, len(DATA), b"").status_code == 204
    assert patch(asked, upload, 0, DATA).status_code == 409
    assert len(files(asked, intake)) == 1


def test_a_wrong_checksum_keeps_nothing(asked: Api) -> None:
    intake = open_batch(asked)
    upload = upload_of(begin(asked, intake))
    right = base64.b64encode(hashlib.sha1(DATA[:500], usedforsecurity=False).digest()).decode()
    wrong = base64.b64encode(hashlib.sha1(b"", usedforsecurity=False).digest()).decode()
    assert patch(asked, upload, 0, DATA[:500], **{"Upload-Checksum": f"sha1 {wrong}"}).status_code == 460
    assert tus(asked, "HEAD", upload).headers["Upload-Offset"] == "0"
    assert patch(asked, upload, 0, DATA[:500], **{"Upload-Checksum": f"sha1 {right}"}).status_code == 204
    assert patch(asked, upload, 500, b"x", **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400


def test_a_small_file_comes_with_its_creation(asked: Api) -> None:
    intake = open_batch(asked)
    made = begin(asked, intake, data=DATA, headers={"Content-Type": CHUNK})
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, str(len(DATA)))
    assert len(files(asked, intake)) == 1


def test_uploads_belong_to_who_began_them(asked: Api) -> None:
    intake = open_batch(asked)
    upload = upload_of(begin(asked, intake))
    for name in ("lead", "owner", "stranger"):
        assert tus(asked, "HEAD", upload, name).status_code == 404
        assert tus(asked, "DELETE", upload, name).status_code == 404
    assert tus(asked, "DELETE", upload).status_code == 204
    assert tus(asked, "HEAD", upload).status_code == 404


def test_nothing_is_staged_for_those_who_may_not_upload(asked: Api) -> None:
    intake = open_batch(asked)
    before = list(asked.services.staging.root.iterdir())
    assert begin(asked, intake, "checker").status_code == 403
    assert begin(asked, intake, "contractor").status_code == 404
    assert begin(asked, intake, size=1 << 50).status_code == 413
    assert begin(asked, intake, headers={"Tus-Resumable": "0.2.2"}).status_code == 412
    assert begin(asked, intake, headers={"Upload-Metadata": "intake !!"}).status_code == 400
    assert list(asked.services.staging.root.iterdir()) == before


def test_a_store_that_fails_is_busy_and_the_upload_goes_on_later(
    asked: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = open_batch(asked)
    upload = upload_of(begin(asked, intake))
    store: ObjectStore = asked.services.store

    def fail(*_: object) -> None:
        raise StoreUnavailable("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(store, "put_file", fail)
        assert patch(asked, upload, 0, DATA).status_code == 503
    assert tus(asked, "HEAD", upload).headers["X-OneSet-File"] == upload
    assert len(files(asked, intake)) == 1
