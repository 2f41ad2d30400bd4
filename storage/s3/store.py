"""The ``ObjectStore`` over a bucket.

    <prefix>objects/aa/bb/<sha256>
    <prefix>named/<key>
    <prefix>probe/<random>            scratch objects of ``check`` and ``capabilities``

A stream is spooled to a local file first: its address is its digest, known only at the end. Then it is sent with its
SHA-256 where one request can carry it, and read back: always its size, and its digest up to ``read_back_limit`` bytes.
Larger objects travel in parts whose digests are part of the signed request; the scrubber reads them whole.
"""

import base64
import io
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from storage.contract import CHUNK, Capabilities, Condition, StoredObject, Verdict
from storage.digests import StreamDigest, digested, expect, total_of, verified
from storage.errors import AlreadyWritten, BadRange, Corrupt, NotFound, StoreFull, StoreUnavailable
from storage.keys import checked_key, checked_prefix, deletable, lies_in, overwritable, sharded
from storage.s3.bucket import PAUSES_S, Address, Bucket
from storage.s3.leftovers import abort_old_uploads
from storage.s3.probes import probe

READ_BACK_LIMIT = 256 * 1024 * 1024
LEFTOVERS_KEPT = timedelta(days=1)
_SPOOL_IN_MEMORY = 1024 * 1024


class S3Store:
    """An ``ObjectStore`` in a bucket that exists already. Opening it aborts multipart uploads older than a day."""

    def __init__(
        self,
        address: Address,
        prefix: str = "",
        *,
        spool: Path | None = None,
        read_back_limit: int = READ_BACK_LIMIT,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.url = f"s3://{address.bucket}/{self._prefix}?endpoint={address.endpoint}"
        self._bucket = Bucket(address, pauses_s=pauses_s)
        self._spool = None if spool is None else str(spool)
        self._read_back_limit = read_back_limit
        if not self._bucket.ask("", lambda: self._bucket.client.bucket_exists(address.bucket)):
            raise StoreUnavailable(f"there is no bucket {address.bucket}")
        abort_old_uploads(self._bucket, self._prefix, datetime.now(UTC) - LEFTOVERS_KEPT)

    # Objects

    def put(
        self, chunks: Iterable[bytes], *, expect_sha256: str | None = None, size_limit: int | None = None
    ) -> StoredObject:
        """See ``ObjectStore.put``."""
        digest = StreamDigest()
        with tempfile.SpooledTemporaryFile(_SPOOL_IN_MEMORY, dir=self._spool) as spool:
            for chunk in digested(chunks, digest, size_limit):
                try:
                    spool.write(chunk)
                except OSError as error:
                    raise StoreFull(f"spool: {error.strerror}", errno=error.errno) from error
            stored = expect(digest.result(), expect_sha256)
            self._upload(cast(BinaryIO, spool), stored)
        return stored

    def put_file(self, path: Path, *, expect_sha256: str | None = None) -> StoredObject:
        """See ``ObjectStore.put_file``."""
        digest = StreamDigest()
        try:
            with path.open("rb") as file:
                for _ in digested(iter(lambda: file.read(CHUNK), b""), digest):
                    pass
                stored = expect(digest.result(), expect_sha256)
                self._upload(file, stored)
        except FileNotFoundError:
            raise NotFound(str(path)) from None
        return stored

    def read(
        self, sha256: str, *, start: int = 0, stop: int | None = None, chunk: int = CHUNK
    ) -> Iterator[bytes]:
        """See ``ObjectStore.read``."""
        size = self.size(sha256)
        if not 0 <= start <= size or (stop is not None and stop < start):
            raise BadRange(start, stop, size)
        end = size if stop is None else min(stop, size)
        pieces = self._bucket.read(self._object(sha256), start, end, chunk)
        return verified(pieces, sha256) if (start, end) == (0, size) else pieces

    def size(self, sha256: str) -> int:
        """See ``ObjectStore.size``."""
        key = self._object(sha256)
        try:
            return self._bucket.size(key)
        except NotFound:
            raise NotFound(sha256) from None

    def has(self, sha256: str) -> bool:
        """See ``ObjectStore.has``."""
        with suppress(NotFound):
            self.size(sha256)
            return True
        return False

    @contextmanager
    def local_copy(self, sha256: str) -> Iterator[Path]:
        """A temporary file, verified while it is fetched."""
        pieces = self.read(sha256)
        with tempfile.TemporaryDirectory(dir=self._spool) as folder:
            path = Path(folder) / sha256
            with path.open("wb") as file:
                file.writelines(pieces)
            path.chmod(0o444)
            yield path

    def verify(self, sha256: str) -> Verdict:
        """See ``ObjectStore.verify``."""
        try:
            found, size = total_of(self._pieces(sha256))
        except NotFound:
            return Verdict(sha256, Condition.MISSING)
        return Verdict(sha256, Condition.OK if found == sha256 else Condition.CORRUPT, found, size)

    def objects(self) -> Iterator[str]:
        """See ``ObjectStore.objects``."""
        for key in self._bucket.keys(f"{self._prefix}objects/"):
            yield key.rpartition("/")[2]

    # Side files

    def write_named(self, key: str, data: bytes) -> None:
        """See ``ObjectStore.write_named``."""
        overwritable(key)
        self._bucket.send(self._name(key), io.BytesIO(data), len(data), _checksum_header(data))

    def write_once(self, key: str, data: bytes) -> None:
        """See ``ObjectStore.write_once``. Where the server has no conditional write, two racing writers may both
        believe they were first until one reads back; ``capabilities().conditional_put`` tells.
        """
        with suppress(NotFound):
            if self.read_named(key) != data:
                raise AlreadyWritten(key)
            return
        self._bucket.send_if_absent(self._name(checked_key(key)), data)
        if self.read_named(key) != data:
            raise AlreadyWritten(key)

    def read_named(self, key: str) -> bytes:
        """See ``ObjectStore.read_named``."""
        name = self._name(checked_key(key))
        try:
            return b"".join(self._bucket.read(name, 0, self._bucket.size(name), CHUNK))
        except NotFound:
            raise NotFound(key) from None

    def named_path(self, key: str) -> Path | None:
        """None: a bucket has no paths."""
        checked_key(key)
        return None

    def names(self, prefix: str = "") -> Iterator[str]:
        """See ``ObjectStore.names``."""
        top = self._name("")
        return (key.removeprefix(top) for key in self._bucket.keys(top + checked_prefix(prefix)))

    def delete_named(self, prefix: str) -> int:
        """See ``ObjectStore.delete_named``."""
        folder = deletable(prefix)
        keys = [key for key in self.names(folder) if lies_in(key, folder)]
        for key in keys:
            self._bucket.remove(self._name(key))
        return len(keys)

    # The server

    def capabilities(self) -> Capabilities:
        """What the server does when tried. Leaves one retained scratch object for a minute where retention works."""
        return probe(self._bucket, f"{self._prefix}probe/")

    def check(self) -> None:
        """See ``ObjectStore.check``."""
        key, sample = f"{self._prefix}probe/{secrets.token_hex(16)}", secrets.token_bytes(4096)
        bucket = self._bucket
        written = bucket.ask(
            key, lambda: bucket.client.put_object(bucket.name, key, io.BytesIO(sample), len(sample))
        )
        try:
            found = b"".join(bucket.read(key, 0, len(sample), CHUNK))
        except NotFound:
            raise StoreUnavailable("the server lost what it had just acknowledged") from None
        bucket.remove(key, written.version_id or None)
        if found != sample:
            raise StoreUnavailable("the server returned other bytes than were written")

    # Bytes

    def _upload(self, content: BinaryIO, stored: StoredObject) -> None:
        if self._arrived(stored):
            return
        checksum = base64.b64encode(bytes.fromhex(stored.sha256)).decode()
        self._bucket.send(
            self._object(stored.sha256),
            content,
            stored.size,
            _checksum(checksum),
            arrived=lambda: self._arrived(stored),
        )
        if not self._arrived(stored):
            found = self.verify(stored.sha256).found
            raise Corrupt(stored.sha256, found or "nothing")

    def _arrived(self, stored: StoredObject) -> bool:
        """Whether the server has the object: its size always, its digest up to the limit."""
        try:
            if self.size(stored.sha256) != stored.size:
                return False
            if stored.size > self._read_back_limit:
                return True
            return total_of(self._pieces(stored.sha256))[0] == stored.sha256
        except NotFound:
            return False

    def _pieces(self, sha256: str) -> Iterator[bytes]:
        key = self._object(sha256)
        return self._bucket.read(key, 0, self.size(sha256), CHUNK)

    def _object(self, sha256: str) -> str:
        return f"{self._prefix}objects/{sharded(sha256)}"

    def _name(self, key: str) -> str:
        return f"{self._prefix}named/{key}"


def _checksum(sha256_base64: str) -> dict[str, str]:
    return {"x-amz-checksum-sha256": sha256_base64, "x-amz-sdk-checksum-algorithm": "SHA256"}


def _checksum_header(data: bytes) -> dict[str, str]:
    digest, _ = total_of([data])
    return _checksum(base64.b64encode(bytes.fromhex(digest)).decode())
