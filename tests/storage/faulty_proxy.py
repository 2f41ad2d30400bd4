"""A proxy on 127.0.0.1 between an S3 client and a real server, which does to requests what networks do."""

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Plan = Callable[[str, str], str | None]
"""(method, path) -> the fault for this request, or None."""

FAULTS_OF_WRITING = ("500 before", "503 after", "reset before", "reset after", "throttled")
FAULTS_OF_READING = ("500 before", "reset before", "torn body", "throttled")
_SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>slow</Message></Error>"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, *_: object) -> None:
        pass

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.plan(self.command, self.path)
        if fault:
            self.server.faults.append(f"{self.command} {fault}")
        if fault == "reset before":
            return self._reset()
        if fault == "500 before":
            return self._answer(500, {"Content-Type": "text/html"}, b"<h1>internal error</h1>")
        if fault == "throttled":
            return self._answer(503, {"Content-Type": "application/xml"}, _SLOW_DOWN)
        if fault == "denied":
            return self._answer(403, {"Content-Type": "application/xml"}, b"")
        status, headers, content = self._ask(body)
        if fault == "reset after":
            return self._reset()
        if fault == "503 after":
            return self._answer(503, {"Content-Type": "application/xml"}, b"")
        if fault == "other bytes" and content:
            content = bytes([content[0] ^ 1]) + content[1:]
        return self._answer(status, headers, content, torn=fault == "torn body")

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _relay  # noqa: N815 -- the library looks for these names

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=60)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body or None)
            answer = upstream.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            upstream.close()

    def _answer(self, status: int, headers: dict[str, str], content: bytes, *, torn: bool = False) -> None:
        self.send_response_only(status)
        length = headers.pop("Content-Length", None) if self.command == "HEAD" else None
        for name, value in headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if torn else content)
        if torn:
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.plan: Plan = lambda _method, _path: None
        self.faults: list[str] = []

    def handle_error(self, *_: object) -> None:
        """A connection that was reset on purpose is no news."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def faulty_proxy(upstream: str) -> Iterator[_Server]:
    """A running proxy; set its ``plan``, read its ``faults``."""
    server = _Server(upstream)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
