"""A real HTTP server on this machine: the demonstration's time stamping service and its lists of revoked certificates."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.seals.demo_pki import DemoAuthority
from app.seals.sealing.evidence import DemoTimeStamper

REPLY = "application/timestamp-reply"


@dataclass
class Authority:
    """What it says, and what it was asked. ``how`` is a key of :data:`WAYS`."""

    demo: DemoAuthority
    url: str = ""
    how: str = "well"
    lists: str = "well"
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def stamp(self, request: tsp.TimeStampReq, by: DemoAuthority | None = None) -> tsp.TimeStampResp:
        at = datetime.now(UTC) - timedelta(hours=1) if self.how == "late clock" else None
        made: tsp.TimeStampResp = DemoTimeStamper(by or self.demo, at).request_tsa_response(request)
        return made


def _other_question(known: Authority, request: tsp.TimeStampReq) -> bytes:
    request["message_imprint"]["hashed_message"] = b"\0" * 32
    return known.stamp(request).dump()


def _other_nonce(known: Authority, request: tsp.TimeStampReq) -> bytes:
    request["nonce"] = 7
    return known.stamp(request).dump()


def _stranger(known: Authority, request: tsp.TimeStampReq) -> bytes:
    return known.stamp(
        request, DemoAuthority.found(datetime.now(UTC) - timedelta(days=1), name="Stranger")
    ).dump()


def _wrong_signature(known: Authority, request: tsp.TimeStampReq) -> bytes:
    made = known.stamp(request)
    signature = bytearray(made["time_stamp_token"]["content"]["signer_infos"][0]["signature"].native)
    signature[5] ^= 1
    return made.dump().replace(
        made["time_stamp_token"]["content"]["signer_infos"][0]["signature"].native, bytes(signature)
    )


def _rejects(known: Authority, request: tsp.TimeStampReq) -> bytes:
    del known, request
    said = {"status": "rejection", "status_string": ["busy"], "fail_info": {"system_failure"}}
    return tsp.TimeStampResp(
        {"status": said, "time_stamp_token": cms.ContentInfo({"content_type": "data"})}
    ).dump()


WAYS: dict[str, Callable[[Authority, tsp.TimeStampReq], bytes]] = {
    "well": lambda known, request: known.stamp(request).dump(),
    "late clock": lambda known, request: known.stamp(request).dump(),
    "other question": _other_question,
    "other nonce": _other_nonce,
    "stranger": _stranger,
    "wrong signature": _wrong_signature,
    "rejects": _rejects,
    "garbage": lambda *_: b"no DER at all",
    "nothing": lambda *_: b"",
    "huge": lambda *_: b"0" * (2 << 20),
}


class _Handler(BaseHTTPRequestHandler):
    known: Authority

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._note()
        how = self.known.how
        if how in {"slow", "drip"}:
            self._dawdle(is_dripping=how == "drip")
        elif how == "error":
            self.send_error(500)
        elif how == "elsewhere":
            self.send_response(302)
            self.send_header("Location", self.known.url + "/other")
            self.end_headers()
        elif how == "cut off":
            self._say(WAYS["well"](self.known, tsp.TimeStampReq.load(body)), REPLY, cut=10)
        else:
            kind = "text/html" if how == "a page" else REPLY
            self._say(WAYS.get(how, WAYS["well"])(self.known, tsp.TimeStampReq.load(body)), kind)

    def do_GET(self) -> None:
        self._note()
        if self.known.lists == "error":
            self.send_error(404)
            return
        if self.known.lists == "garbage":
            self._say(b"no DER", "application/pkix-crl")
            return
        at = datetime.now(UTC) - (timedelta(days=40) if self.known.lists == "old" else timedelta())
        of_root, of_issuing = self.known.demo.crls(at)
        self._say((of_root if "root" in self.path else of_issuing).dump(), "application/pkix-crl")

    def _note(self) -> None:
        self.known.asked.append(self.path)
        self.known.headers.append(dict(self.headers))

    def _dawdle(self, *, is_dripping: bool) -> None:
        with suppress(OSError):
            for _ in range(40):
                time.sleep(0.05)
                if is_dripping:
                    self.wfile.write(b"H")
                    self.wfile.flush()

    def _say(self, content: bytes, kind: str, cut: int = 0) -> None:
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) - cut])

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _tls(place: Path) -> ssl.SSLContext:
    """A certificate for this machine, written where a client can find it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
    own = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(own, critical=False)
        .sign(key, hashes.SHA256())
    )
    clear = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place.write_bytes(made.public_bytes(serialization.Encoding.PEM) + clear)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place)
    return context


@contextmanager
def serving(demo: DemoAuthority, tls_into: Path | None = None) -> Iterator[Authority]:
    """The authority on a free port, for as long as the block lasts; with TLS, its certificate is written to a file."""
    known = Authority(demo)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"known": known}))
    if tls_into is not None:
        server.socket = _tls(tls_into).wrap_socket(server.socket, server_side=True)
    known.url = f"{'https' if tls_into else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
