"""What an S3 server really does, tried on scratch objects: many answer politely and enforce nothing."""

import base64
import hashlib
import io
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from minio.commonconfig import COMPLIANCE, ENABLED
from minio.error import MinioException, S3Error
from minio.retention import Retention

from storage.contract import Capabilities, Capability
from storage.errors import NotFound, StorageError
from storage.s3.bucket import Bucket

RETAINED = timedelta(minutes=1)
"""How long the scratch object of the object-lock probe must stay; long enough for clocks that differ a little."""


def probe(bucket: Bucket, prefix: str) -> Capabilities:
    """Try each guarantee. Raises ``StoreUnavailable`` only when the server does not answer at all."""
    _remove_old(bucket, prefix)
    versioning = _versioning(bucket)
    return Capabilities(
        durable_fsync=Capability(
            None,
            "Nothing in the S3 protocol shows whether an acknowledged object is on the disk; ask its operator.",
        ),
        conditional_put=_conditional_put(bucket, prefix),
        versioning=versioning,
        object_lock=_object_lock(bucket, prefix)
        if versioning.holds
        else Capability(False, "Object lock needs versioning, which is off in this bucket."),
        checksum_enforced=_checksum_enforced(bucket, prefix),
    )


def _versioning(bucket: Bucket) -> Capability:
    status = bucket.ask("", lambda: bucket.client.get_bucket_versioning(bucket.name).status)
    return Capability(status == ENABLED, f"The bucket's versioning status is {status}.")


def _conditional_put(bucket: Bucket, prefix: str) -> Capability:
    key = prefix + secrets.token_hex(16)
    try:
        first = bucket.send_if_absent(key, b"one")
        second = bucket.send_if_absent(key, b"two")
        kept = b"".join(bucket.read(key, 0, bucket.size(key), 3))
        bucket.remove(key)
    except StorageError as error:
        return Capability(False, f"A write with If-None-Match failed: {error}.")
    holds = first and not second and kept == b"one"
    return Capability(
        holds, "A second write with If-None-Match: * was " + ("refused." if holds else "accepted.")
    )


def _object_lock(bucket: Bucket, prefix: str) -> Capability:
    key = prefix + secrets.token_hex(16)
    until = datetime.now(UTC) + RETAINED
    digest = base64.b64encode(hashlib.sha256(b"locked").digest()).decode()
    try:
        written = bucket.ask(
            key,
            lambda: bucket.client.put_object(
                bucket.name,
                key,
                io.BytesIO(b"locked"),
                6,
                metadata={"x-amz-checksum-sha256": digest, "x-amz-sdk-checksum-algorithm": "SHA256"},
                retention=Retention(COMPLIANCE, until),
            ),
        )
    except StorageError as error:
        return Capability(False, f"The server refused a retention date: {error}.")
    if not written.version_id:
        return Capability(False, "The server gave a retained object no version.")
    with suppress(MinioException):
        bucket.client.remove_object(bucket.name, key, version_id=written.version_id)
    try:
        bucket.ask(key, lambda: bucket.client.stat_object(bucket.name, key, version_id=written.version_id))
    except NotFound:
        return Capability(
            False, "A version under COMPLIANCE retention was deleted with the store's own keys."
        )
    return Capability(True, "Deleting a version under COMPLIANCE retention was refused at this S3 address.")


def _checksum_enforced(bucket: Bucket, prefix: str) -> Capability:
    key = prefix + secrets.token_hex(16)
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    metadata: dict[str, str | list[str] | tuple[str]] = {
        "x-amz-checksum-sha256": wrong,
        "x-amz-sdk-checksum-algorithm": "SHA256",
    }
    try:
        bucket.client.put_object(bucket.name, key, io.BytesIO(b"these"), 5, metadata=metadata)
    except S3Error as error:
        return Capability(True, f"Bytes with a wrong SHA-256 were refused ({error.code}).")
    except MinioException as error:
        return Capability(None, f"The attempt failed for another reason: {type(error).__name__}.")
    bucket.remove(key)
    return Capability(
        False, "Bytes with a wrong SHA-256 were accepted; only reading back protects against this."
    )


def _remove_old(bucket: Bucket, prefix: str) -> None:
    """Scratch objects of earlier probes, once their retention has ended."""
    limit = datetime.now(UTC) - 2 * RETAINED
    with suppress(MinioException):
        old = [
            found
            for found in bucket.client.list_objects(
                bucket.name, prefix=prefix, recursive=True, include_version=True
            )
            if found.last_modified and found.last_modified < limit
        ]
        for found in old:
            bucket.client.remove_object(bucket.name, str(found.object_name), version_id=found.version_id)
