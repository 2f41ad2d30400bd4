"""Frames between the product and its jailed children: a JSON header, raw bytes, open files.

A frame is two unsigned 32-bit lengths in network order, the header and the payload, on a Unix stream socket; at most
one descriptor travels with it (SCM_RIGHTS). Both sides bound what they accept: the child may be hostile.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

MAX_HEADER = 4 << 20
MAX_PAYLOAD = 256 << 20

_LENGTHS = struct.Struct("!II")


class WireError(Exception):
    """The other side is gone, sends something that is no frame, or (``TimeoutError``) nothing in time."""


class Channel:
    """One end of the socket. Not safe for two threads at once."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    def send(self, header: dict[str, Any], payload: bytes = b"", fd: int | None = None) -> None:
        """Send one frame, with a descriptor if one is given.

        Raises:
            WireError: the other side is gone.
        """
        text = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
        start = _LENGTHS.pack(len(text), len(payload))
        try:
            if fd is None:
                self.end.sendall(start)
            else:
                socket.send_fds(self.end, [start], [fd])
            self.end.sendall(text)
            if payload:
                self.end.sendall(payload)
        except OSError as error:
            raise WireError(str(error)) from error

    def receive(self, deadline: float | None = None) -> tuple[dict[str, Any], bytes, int | None]:
        """Receive one frame: header, payload, descriptor or None.

        Args:
            deadline: instant of ``time.monotonic`` after which to give up.

        Raises:
            TimeoutError: nothing complete came before the deadline.
            WireError: end of stream, or lengths and JSON that no honest side sends.
        """
        try:
            self._set_timeout(deadline)
            start, fds, _, _ = socket.recv_fds(self.end, _LENGTHS.size, 1)
            start += self._exactly(_LENGTHS.size - len(start), deadline) if start else b""
            if not start:
                raise WireError("end of stream")
            header_size, payload_size = _LENGTHS.unpack(start)
            if header_size > MAX_HEADER or payload_size > MAX_PAYLOAD:
                raise WireError("frame too large")
            header = json.loads(self._exactly(header_size, deadline).decode("utf-8", "surrogatepass"))
            payload = self._exactly(payload_size, deadline)
        except TimeoutError:
            raise
        except (OSError, ValueError, RecursionError) as error:
            raise WireError(str(error)) from error
        if not isinstance(header, dict):
            raise WireError("no header")
        return header, payload, fds[0] if fds else None

    def close(self) -> None:
        """Close this end."""
        self.end.close()

    def _exactly(self, size: int, deadline: float | None) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            self._set_timeout(deadline)
            part = self.end.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise WireError("end of stream")
            parts += part
        return bytes(parts)

    def _set_timeout(self, deadline: float | None) -> None:
        if deadline is None:
            self.end.settimeout(None)
        elif (left := deadline - time.monotonic()) > 0:
            self.end.settimeout(left)
        else:
            raise TimeoutError
