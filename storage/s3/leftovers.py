"""Multipart uploads whose client died: invisible as objects, but they fill the disk until somebody aborts them."""

from datetime import datetime

from storage.errors import NotFound
from storage.s3.bucket import Bucket


def abort_old_uploads(bucket: Bucket, prefix: str, older_than: datetime) -> int:
    """Abort the multipart uploads below a prefix that began before an instant; how many there were.

    The client has the two requests but keeps them private; its version is bounded in pyproject.toml for this.
    """
    client, aborted = bucket.client, 0
    key_marker: str | None = None
    upload_marker: str | None = None
    while True:
        found = bucket.ask(
            prefix,
            lambda key=key_marker, upload=upload_marker: client._list_multipart_uploads(  # type: ignore[misc] # noqa: SLF001
                bucket.name, prefix=prefix, key_marker=key, upload_id_marker=upload
            ),
        )
        for upload in found.uploads:
            if upload.upload_id and upload.initiated_time is not None and upload.initiated_time < older_than:
                _abort(bucket, upload.object_name, upload.upload_id)
                aborted += 1
        if not found.is_truncated:
            return aborted
        key_marker, upload_marker = found.next_key_marker, found.next_upload_id_marker


def _abort(bucket: Bucket, key: str, upload_id: str) -> None:
    try:
        bucket.ask(key, lambda: bucket.client._abort_multipart_upload(bucket.name, key, upload_id))  # noqa: SLF001
    except NotFound:
        return
