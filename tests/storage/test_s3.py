"""What only the S3 store promises, on a real server, with a faulty network between."""

import base64
import hashlib
import io
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from minio import Minio

from storage import open_store
from storage.errors import Corrupt, NotFound, StoreUnavailable
from storage.keys import sharded
from storage.s3 import S3Store
from storage.s3.bucket import PART, Address
from storage.s3.leftovers import abort_old_uploads
from storage.s3.store import READ_BACK_LIMIT
from tests.peers.s3 import S3Server
from tests.storage.conftest import BUCKET
from tests.storage.faulty_proxy import FAULTS_OF_READING, FAULTS_OF_WRITING, _Server, faulty_proxy
from tests.storage.made import made

pytestmark = pytest.mark.peers


def opened(
    server: S3Server, proxy: _Server | None = None, bucket: str = BUCKET, limit: int = READ_BACK_LIMIT
) -> S3Store:
    server.make_bucket(bucket)
    host = (proxy.endpoint if proxy else server.endpoint).removeprefix("http://")
    address = Address(host, bucket, "us-east-1", False, server.access_key, server.secret_key)
    return S3Store(address, f"/s3/{secrets.token_hex(8)}", pauses_s=(0.01, 0.02, 0.04), read_back_limit=limit)


@pytest.fixture
def proxy(s3_server: S3Server) -> Iterator[_Server]:
    with faulty_proxy(s3_server.host) as proxy:
        yield proxy


def test_an_object_of_many_parts_comes_back_whole_and_in_ranges(s3_server: S3Server) -> None:
    store = opened(s3_server)
    content = made(2 * PART + 12_345)
    stored = store.put(content[at : at + 300_000] for at in range(0, len(content), 300_000))
    assert stored.size == len(content)
    assert hashlib.sha256(b"".join(store.read(stored.sha256))).hexdigest() == stored.sha256
    assert b"".join(store.read(stored.sha256, start=PART - 5, stop=PART + 5)) == content[PART - 5 : PART + 5]
    with store.local_copy(stored.sha256) as path:
        assert path.stat().st_size == len(content)
    assert not path.exists()


@pytest.mark.parametrize("fault", FAULTS_OF_WRITING)
def test_no_fault_while_writing_loses_or_changes_bytes(
    s3_server: S3Server, proxy: _Server, fault: str
) -> None:
    store = opened(s3_server, proxy)
    contents = [made(20_000, seed) for seed in range(20)]
    seen: dict[tuple[str, str], int] = {}

    def every_second_write_fails(method: str, path: str) -> str | None:
        if method not in {"PUT", "POST"}:
            return None
        count = seen[method, path] = seen.get((method, path), 0) + 1
        return fault if count % 2 else None

    proxy.plan = every_second_write_fails
    acknowledged = [store.put([content]).sha256 for content in contents]
    store.write_once("records/one", b"one")
    store.write_named("derived/one", b"two")
    assert len(proxy.faults) >= 22
    direct = opened_like(store, s3_server)
    assert [b"".join(direct.read(sha256)) for sha256 in acknowledged] == contents
    assert set(direct.objects()) == set(acknowledged)
    assert (direct.read_named("records/one"), direct.read_named("derived/one")) == (b"one", b"two")


@pytest.mark.parametrize("fault", FAULTS_OF_READING)
def test_no_fault_while_reading_changes_bytes(s3_server: S3Server, proxy: _Server, fault: str) -> None:
    store = opened(s3_server, proxy)
    content = made(900_000)
    sha256 = store.put([content]).sha256
    turn = 0

    def every_second_read_fails(method: str, path: str) -> str | None:
        nonlocal turn
        turn += method == "GET" and "/objects/" in path
        return fault if method == "GET" and turn % 2 else None

    proxy.plan = every_second_read_fails
    for _ in range(5):
        assert b"".join(store.read(sha256, chunk=50_000)) == content
        assert b"".join(store.read(sha256, start=7, stop=700_007)) == content[7:700_007]
    assert len(proxy.faults) >= 5


def test_bytes_changed_on_the_way_back_are_not_acknowledged_and_not_served(
    s3_server: S3Server, proxy: _Server
) -> None:
    store = opened(s3_server, proxy)
    sha256 = store.put([b"in force"]).sha256
    proxy.plan = lambda method, path: "other bytes" if method == "GET" and "/objects/" in path else None
    with pytest.raises(Corrupt):
        b"".join(store.read(sha256))
    with pytest.raises(Corrupt):
        store.put([b"something new"])


def test_a_part_that_fails_does_not_spoil_the_whole(s3_server: S3Server, proxy: _Server) -> None:
    store = opened(s3_server, proxy)
    content = made(PART + 1000)
    failed: set[str] = set()

    def each_request_fails_once(method: str, path: str) -> str | None:
        step = f"{method} {path.partition('?')[2]}"
        if method not in {"PUT", "POST"} or step in failed:
            return None
        failed.add(step)
        return "503 after"

    proxy.plan = each_request_fails_once
    stored = store.put([content])
    assert len(proxy.faults) >= 4
    assert opened_like(store, s3_server).verify(stored.sha256).ok


def test_a_server_that_stays_away_is_unavailable_and_not_empty(s3_server: S3Server, proxy: _Server) -> None:
    store = opened(s3_server, proxy)
    sha256 = store.put([b"abc"]).sha256
    for fault in ("500 before", "reset before", "denied"):
        proxy.plan = lambda _method, _path, fault=fault: fault  # type: ignore[misc]
        for act in (
            lambda: store.has(sha256),
            lambda: store.verify(sha256),
            lambda: b"".join(store.read(sha256)),
            lambda: store.put([b"new"]),
            lambda: list(store.objects()),
            lambda: store.write_once("records/a", b""),
            store.check,
        ):
            with pytest.raises(StoreUnavailable) as refused:
                act()
            assert s3_server.secret_key not in str(refused.value)
            assert "Signature" not in str(refused.value)


def test_wrong_keys_or_an_absent_bucket_are_said_at_opening(s3_server: S3Server) -> None:
    wrong = {"access_key": s3_server.access_key, "secret_key": "wrong"}
    with pytest.raises(StoreUnavailable):
        open_store(s3_server.url(BUCKET), options=wrong)
    with pytest.raises(StoreUnavailable, match="no bucket"):
        open_store(s3_server.url(BUCKET).replace(BUCKET, "absent"), options=s3_server.options)


def test_uploads_in_parts_that_were_abandoned_are_aborted_when_old(s3_server: S3Server) -> None:
    store, client = opened(s3_server), s3_server.client
    key = f"{store._prefix}objects/{sharded('0' * 64)}"
    upload_id = client._create_multipart_upload(BUCKET, key, {})
    client._upload_part(BUCKET, key, made(1000), None, upload_id, 1)

    def pending() -> list[str | None]:
        found = client._list_multipart_uploads(BUCKET, prefix=store._prefix)
        return [upload.upload_id for upload in found.uploads]

    now = datetime.now(UTC)
    assert abort_old_uploads(store._bucket, store._prefix, now - timedelta(hours=1)) == 0
    assert pending() == [upload_id]
    assert abort_old_uploads(store._bucket, store._prefix, now + timedelta(hours=1)) == 1
    assert pending() == []


def test_the_server_refuses_bytes_that_are_not_their_digest(s3_server: S3Server) -> None:
    """The protection that ``put`` relies on is the server's own, not only our reading back."""
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    client: Minio = s3_server.client
    with pytest.raises(Exception, match=r"BadDigest|Checksum"):
        client.put_object(BUCKET, "x", io.BytesIO(b"these"), 5, metadata={"x-amz-checksum-sha256": wrong})


def test_capabilities_are_found_by_trying(s3_server: S3Server) -> None:
    s3_server.make_bucket("locked", object_lock=True)
    locked, plain = (opened(s3_server, bucket=bucket).capabilities() for bucket in ("locked", BUCKET))
    assert (locked.versioning.holds, locked.object_lock.holds) == (True, True)
    assert (plain.versioning.holds, plain.object_lock.holds) == (False, False)
    for found in (locked, plain):
        assert found.conditional_put.holds is True
        assert found.checksum_enforced.holds is True
        assert found.durable_fsync.holds is None


def test_a_healed_object_in_a_locked_bucket_is_a_new_version(s3_server: S3Server) -> None:
    s3_server.make_bucket("locked", object_lock=True)
    store = opened(s3_server, bucket="locked")
    sha256 = store.put([b"abc"]).sha256
    key = f"{store._prefix}objects/{sharded(sha256)}"
    s3_server.client.put_object("locked", key, io.BytesIO(b"xyz"), 3)
    assert not store.verify(sha256).ok
    store.put([b"abc"])
    assert store.verify(sha256).ok
    versions = list(s3_server.client.list_objects("locked", prefix=key, include_version=True))
    assert len(versions) == 3


def test_above_the_read_back_limit_the_size_is_still_checked(s3_server: S3Server) -> None:
    store = opened(s3_server, limit=10)
    sha256 = store.put([b"more than ten bytes"]).sha256
    key = f"{store._prefix}objects/{sharded(sha256)}"
    s3_server.client.put_object(BUCKET, key, io.BytesIO(b"short"), 5)
    store.put([b"more than ten bytes"])
    assert store.verify(sha256).ok
    with pytest.raises(NotFound):
        store.size("0" * 64)


def opened_like(store: S3Store, server: S3Server) -> S3Store:
    """The same place, without the proxy."""
    address = Address(server.host, BUCKET, "us-east-1", False, server.access_key, server.secret_key)
    return S3Store(address, store._prefix)
