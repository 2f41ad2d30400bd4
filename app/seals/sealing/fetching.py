"""One HTTP request to a service that an administrator configured: bounded in time and size, never led elsewhere."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_BLOCK = 64 << 10


class FetchError(Exception):
    """No answer that can be used; the text is for experts."""


@dataclass(frozen=True)
class Service:
    """Where something is asked for, and how patiently."""

    url: str
    """``http`` or ``https``; addresses in certificates are never put here."""
    timeout: float = 20.0
    """Seconds for the whole exchange."""
    most: int = 1 << 20
    """Bytes of an answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Such as ``Authorization``."""
    authorities: Path | None = None
    """Certificates that TLS trusts (PEM); those of the system if None."""


def fetch(service: Service, body: bytes | None = None, *, kind: str = "", expected: str = "") -> bytes:
    """GET, or POST of a body.

    Args:
        service: where.
        body: what is posted.
        kind: media type of the body.
        expected: media type of the answer; any if empty.

    Raises:
        FetchError: not reached in time, not 200, too large, cut off, of another kind.
    """
    connection = _connection(service)
    late = threading.Event()

    def give_up() -> None:
        late.set()
        if connection.sock is not None:
            _shut(connection.sock)

    timer = threading.Timer(service.timeout, give_up)
    timer.daemon = True
    timer.start()
    try:
        return _exchange(connection, service, body, kind, expected)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = f"no answer in {service.timeout:g} s" if late.is_set() else f"{type(error).__name__} {error}"
        raise FetchError(f"{service.url}: {reason}"[:300]) from error
    finally:
        timer.cancel()
        connection.close()


def _connection(service: Service) -> http.client.HTTPConnection:
    parts = urlsplit(service.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchError(f"{service.url}: not an HTTP address")
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=service.timeout)
    trust = ssl.create_default_context(cafile=str(service.authorities) if service.authorities else None)
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=service.timeout, context=trust)


def _shut(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _exchange(
    connection: http.client.HTTPConnection, service: Service, body: bytes | None, kind: str, expected: str
) -> bytes:
    parts = urlsplit(service.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {**service.headers, **({"Content-Type": kind} if kind else {})}
    if expected:
        headers["Accept"] = expected
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    if answer.status != http.client.OK:
        raise FetchError(f"{service.url}: HTTP {answer.status}")
    found = answer.getheader("Content-Type", "").partition(";")[0].strip().lower()
    if expected and found != expected:
        raise FetchError(f"{service.url}: answered with {found[:60] or 'nothing'}")
    content = bytearray()
    while part := answer.read(_BLOCK):
        content += part
        if len(content) > service.most:
            raise FetchError(f"{service.url}: more than {service.most} bytes")
    if answer.length:
        raise FetchError(f"{service.url}: cut off")
    return bytes(content)
