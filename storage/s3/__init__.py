"""Objects in a bucket of any S3 server, through the ``minio`` client, whose only home this is."""

from storage.s3.store import S3Store

__all__ = ["S3Store"]
