"""One bucket, asked patiently: retries with backoff, and the server's answers as errors of this library."""

import http.client
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, TypeVar

import urllib3
from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from storage.errors import NotFound, StoreUnavailable

T = TypeVar("T")

PART = 16 * 1024 * 1024
"""Bytes of one part; what is no larger is sent in one request. 10,000 parts make 156 GiB."""

PAUSES_S = (0.4, 0.6, 1.2, 2.5, 5.0)
"""Pauses between attempts: a restarting server is waited for about ten seconds."""

_TIMEOUT = urllib3.Timeout(connect=5, read=60)
_ABSENT = {"NoSuchKey", "NoSuchObject", "NoSuchVersion"}
_PASSING = {
    "BadDigest",  # damaged on the way
    "IncompleteBody",
    "InternalError",
    "NoSuchUpload",  # the answer to a completed upload was lost; the parts are sent again
    "OperationAborted",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "XAmzContentSHA256Mismatch",
    "ConditionalRequestConflict",
}


@dataclass(frozen=True)
class Address:
    """Where a bucket is and how to enter; never printed."""

    endpoint: str
    """host:port"""
    bucket: str
    region: str
    secure: bool
    access_key: str
    secret_key: str

    def __repr__(self) -> str:
        return f"Address({self.endpoint!r}, {self.bucket!r})"


class Bucket:
    """Calls on one bucket. Absence is ``NotFound``; what still fails after the last retry is ``StoreUnavailable``."""

    def __init__(self, address: Address, *, pauses_s: tuple[float, ...] = PAUSES_S) -> None:
        self.name = address.bucket
        self._http = urllib3.PoolManager(timeout=_TIMEOUT, maxsize=16, retries=_quick_retry(pauses_s))
        self.client = Minio(
            address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=address.secure,
            region=address.region,
            http_client=self._http,
        )
        self._pauses_s = pauses_s

    def ask(self, key: str, action: Callable[[], T]) -> T:
        """The action's answer; it is repeated while the failure may pass. Raises ``NotFound`` for an absent key."""
        for pause in (*self._pauses_s, None):
            try:
                return action()
            except (MinioException, HTTPError, OSError) as error:
                if isinstance(error, S3Error) and error.code in _ABSENT:
                    raise NotFound(key) from None
                if pause is None or not _may_pass(error):
                    raise StoreUnavailable(f"{self.name}/{key}: {_said(error)}") from error
                time.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 -- spreads retries, guards nothing
        raise AssertionError("unreachable")

    def send(
        self,
        key: str,
        content: BinaryIO,
        size: int,
        metadata: dict[str, str],
        *,
        arrived: Callable[[], bool] = lambda: False,
    ) -> None:
        """Write an object: in one request up to ``PART`` bytes, else in parts. Overwrites.

        ``arrived`` is asked before a second attempt: often only the answer to the first was lost.
        """
        attempts = 0

        def attempt() -> None:
            nonlocal attempts
            attempts += 1
            if attempts > 1 and arrived():
                return
            content.seek(0)
            self.client.put_object(
                self.name,
                key,
                content,
                size,
                metadata=dict(metadata) if size <= PART else None,
                part_size=PART,
            )

        self.ask(key, attempt)

    def send_if_absent(self, key: str, content: bytes) -> bool:
        """Write an object with ``If-None-Match: *``; False when the server says the key is taken.

        The client has no parameter for the header, hence a presigned request. A server that ignores it overwrites.
        """

        def attempt() -> bool:
            url = self.client.presigned_put_object(self.name, key, expires=timedelta(minutes=5))
            answer = self._http.request("PUT", url, body=content, headers={"If-None-Match": "*"})
            if answer.status == http.client.PRECONDITION_FAILED:
                return False
            if answer.status >= http.client.INTERNAL_SERVER_ERROR or answer.status == http.client.CONFLICT:
                raise ServerError(f"HTTP {answer.status}", http.client.SERVICE_UNAVAILABLE)
            if answer.status not in {200, 201, 204}:
                raise InvalidResponseError(answer.status, answer.headers.get("content-type"), "")
            return True

        return self.ask(key, attempt)

    def size(self, key: str) -> int:
        """The length of an object. Raises ``NotFound``."""
        found = self.ask(key, lambda: self.client.stat_object(self.name, key))
        return int(found.size or 0)

    def read(self, key: str, start: int, stop: int, chunk: int) -> Iterator[bytes]:
        """Bytes ``start`` to ``stop`` of an object known to be that long; a broken connection is taken up again.

        The first request is made at the call, so that absence shows there.
        """
        return self._stream(key, self._get(key, start, stop) if start < stop else None, start, stop, chunk)

    def _get(self, key: str, start: int, stop: int) -> BaseHTTPResponse:
        length = stop - start
        return self.ask(key, lambda: self.client.get_object(self.name, key, offset=start, length=length))

    def _stream(
        self, key: str, answer: BaseHTTPResponse | None, at: int, stop: int, chunk: int
    ) -> Iterator[bytes]:
        failures = 0
        while answer is not None:
            try:
                for piece in answer.stream(chunk):
                    at += len(piece)
                    yield piece
                if at >= stop:
                    return
                problem = "the answer was too short"
            except (HTTPError, OSError) as error:
                problem = _said(error)
            finally:
                answer.close()
                answer.release_conn()
            failures += 1
            if failures > len(self._pauses_s):
                raise StoreUnavailable(f"{self.name}/{key}: {problem}")
            answer = self._get(key, at, stop)

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with a prefix; a broken listing goes on after the last key seen."""
        last: str | None = None
        failures = 0
        while True:
            try:
                for found in self.client.list_objects(
                    self.name, prefix=prefix, recursive=True, start_after=last
                ):
                    if found.object_name and not found.is_dir:
                        last = found.object_name
                        yield last
            except (MinioException, HTTPError, OSError) as error:
                if failures >= len(self._pauses_s) or not _may_pass(error):
                    raise StoreUnavailable(f"{self.name}/{prefix}: {_said(error)}") from error
                time.sleep(self._pauses_s[failures])
                failures += 1
            else:
                return

    def remove(self, key: str, version_id: str | None = None) -> None:
        """Remove a key, or one version of it."""
        self.ask(key, lambda: self.client.remove_object(self.name, key, version_id=version_id))


def _quick_retry(pauses_s: tuple[float, ...]) -> urllib3.Retry:
    """Below the pauses, for single requests: one lost part must not repeat the parts before it.

    Every request may be sent twice: keys are content addresses, or written with a condition, or derived.
    """
    return urllib3.Retry(
        total=3,
        backoff_factor=pauses_s[0] / 2,
        status_forcelist=[500, 502, 503, 504],
        allowed_methods=None,
        redirect=0,
        raise_on_status=False,
    )


def _may_pass(error: Exception) -> bool:
    if isinstance(error, S3Error):
        return error.code in _PASSING or error.response.status >= http.client.INTERNAL_SERVER_ERROR
    if isinstance(error, ServerError):
        return error.status_code >= http.client.INTERNAL_SERVER_ERROR
    if isinstance(error, InvalidResponseError):
        return f"Response code: {http.client.FORBIDDEN}" not in str(error)
    return isinstance(error, HTTPError | OSError)


def _said(error: Exception) -> str:
    """What went wrong, without addresses: a presigned one would hold a signature."""
    if isinstance(error, S3Error):
        return f"{error.code}: {error.message}"
    if isinstance(error, ServerError):
        return f"server error {error.status_code}"
    return type(error).__name__
