"""Handing out stored bytes: names in both forms of RFC 6266, digests, ranges of RFC 9110."""

import base64
import re

from flask import Response, request

from app.api.request import close_reading, services
from app.files.names import content_disposition
from storage.errors import BadRange

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def send_bytes(sha256: str, size: int, media_type: str, name: str) -> Response:
    """Bytes of the store: whole (hashed on the way; a damaged file ends broken, never complete) or one range.

    Raises:
        storage.errors.BadRange: the range begins beyond the end.
        storage.errors.NotFound: the bytes are gone.
    """
    close_reading()
    span = _range(size)
    start, stop = span or (0, size)
    if request.headers.get("If-None-Match") == f'"{sha256}"':
        response = Response(status=304)
    elif request.method == "HEAD":
        services().store.size(sha256)
        response = Response(status=206 if span else 200)
        response.headers["Content-Length"] = str(stop - start)
    else:
        chunks = (
            services().store.read(sha256, start=start, stop=stop) if span else services().store.read(sha256)
        )
        response = Response(chunks, status=206 if span else 200)
        response.headers["Content-Length"] = str(stop - start)
    if span:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    _describe(response, sha256, media_type, name)
    return response


def _describe(response: Response, sha256: str, media_type: str, name: str) -> None:
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["ETag"] = f'"{sha256}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-OneSet-SHA256"] = sha256
    response.headers["Digest"] = f"sha-256={digest}"
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"


def _range(size: int) -> tuple[int, int] | None:
    """[start, stop) of a single range; None for none, and for forms that may be ignored (RFC 9110, 14.2)."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range")
    if found is None or (condition is not None and not condition.startswith('"')):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
    if first and last and int(last) < int(first):
        return None
    if start >= size:
        raise BadRange(start, stop, size)
    return start, stop
