"""One store of each kind, and a way to damage what it holds."""

import io
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import ObjectStore, open_store
from storage.keys import sharded
from storage.local import LocalStore
from storage.memory import MemoryStore
from tests.peers.s3 import S3Server
from tests.peers.s3 import s3_server as s3_server  # noqa: PLC0414 -- a fixture is registered by its name

BUCKET = "conformance"


@dataclass
class Subject:
    """A store under test."""

    kind: str
    store: ObjectStore
    reopen: Callable[[], ObjectStore]
    spoil: Callable[[str, bytes], None]
    """Put other bytes under an object's address, behind the store's back."""


@pytest.fixture(params=["memory", "local", pytest.param("s3", marks=pytest.mark.peers)])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    if request.param == "memory":
        memory = MemoryStore()
        yield Subject("memory", memory, lambda: memory, memory._objects.__setitem__)
    elif request.param == "local":
        url = (tmp_path / "store").as_uri()
        store = open_store(url)
        assert isinstance(store, LocalStore)

        def spoil(sha256: str, content: bytes) -> None:
            path = store.root / "objects" / sharded(sha256)
            path.chmod(0o644)
            path.write_bytes(content)

        yield Subject("local", store, lambda: open_store(url), spoil)
    else:
        server: S3Server = request.getfixturevalue("s3_server")
        prefix = f"test/{secrets.token_hex(8)}"
        url = server.url(BUCKET, prefix)

        def overwrite(sha256: str, content: bytes) -> None:
            key = f"{prefix}/objects/{sharded(sha256)}"
            server.client.put_object(BUCKET, key, io.BytesIO(content), len(content))

        def reopen() -> ObjectStore:
            return open_store(url, options=server.options)

        yield Subject("s3", reopen(), reopen, overwrite)


@pytest.fixture
def store(subject: Subject) -> ObjectStore:
    return subject.store
