"""What can go wrong with stored bytes: small classes whose fields say it, and one sentence each for a log.

Their names say what is the case; the suffix "Error" would say nothing more.
"""
# ruff: noqa: N818


class StorageError(Exception):
    """Any refusal or failure of this library."""


class UnknownStore(StorageError):
    """No driver answers to this URL. Only scheme and reason are kept: the rest of a URL may hold secrets."""

    def __init__(self, scheme: str, reason: str) -> None:
        self.scheme, self.reason = scheme, reason
        super().__init__(f"no store for scheme {scheme!r}: {reason}")


class NotFound(StorageError):
    """Nothing is stored under this digest, key or upload id."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"nothing is stored under {key}")


class Corrupt(StorageError):
    """The stored bytes are not those their address promises. They must not be served."""

    def __init__(self, sha256: str, found: str) -> None:
        self.sha256, self.found = sha256, found
        super().__init__(f"object {sha256} now hashes to {found}")


class DigestMismatch(StorageError):
    """What arrived is not what was announced; nothing was kept."""

    def __init__(self, expected: str, found: str) -> None:
        self.expected, self.found = expected, found
        super().__init__(f"expected {expected}, received {found}")


class TooLarge(StorageError):
    """More than ``limit`` bytes arrived; nothing beyond what was acknowledged before was kept."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"more than {limit} bytes")


class AlreadyWritten(StorageError):
    """A write-once key holds other bytes."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{key} was written before, with other bytes")


class InvalidKey(StorageError):
    """A digest, key or upload id is not in the allowed form."""

    def __init__(self, key: str, reason: str) -> None:
        self.key, self.reason = key, reason
        super().__init__(f"{key!r}: {reason}")


class Protected(StorageError):
    """The key belongs to the record: it is written once, never overwritten and never deleted."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{key!r} belongs to the record")


class BadRange(StorageError):
    """The range does not lie inside the object."""

    def __init__(self, start: int, stop: int | None, size: int) -> None:
        self.start, self.stop, self.size = start, stop, size
        super().__init__(f"bytes {start}..{'' if stop is None else stop} of {size}")


class StoreUnavailable(StorageError):
    """The medium or the server did not do its work; ``errno`` is the operating system's number where it gave one."""

    def __init__(self, reason: str, *, errno: int | None = None) -> None:
        self.reason, self.errno = reason, errno
        super().__init__(reason)


class StoreFull(StoreUnavailable):
    """No room is left (disk, quota or file size limit)."""


class OffsetConflict(StorageError):
    """An upload continues at ``expected``, not where the caller wanted to write."""

    def __init__(self, expected: int) -> None:
        self.expected = expected
        super().__init__(f"the upload continues at byte {expected}")


class Incomplete(StorageError):
    """An upload was to be finished before all of its bytes had come."""

    def __init__(self, offset: int, length: int) -> None:
        self.offset, self.length = offset, length
        super().__init__(f"{offset} of {length} bytes have come")


class ChecksumMismatch(StorageError):
    """A chunk does not have the checksum sent with it; the chunk was discarded."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        super().__init__(f"the chunk's {algorithm} differs")


class UnsupportedChecksum(StorageError):
    """The checksum algorithm is not one of ``storage.staging.CHECKSUMS``."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        super().__init__(f"unsupported checksum algorithm {algorithm!r}")


class UploadBusy(StorageError):
    """Another writer holds this upload now."""

    def __init__(self, upload_id: str) -> None:
        self.upload_id = upload_id
        super().__init__(f"upload {upload_id} has another writer")


class UploadExists(StorageError):
    """An upload with this id was created before."""

    def __init__(self, upload_id: str) -> None:
        self.upload_id = upload_id
        super().__init__(f"upload {upload_id} exists")
