"""A provider of remote signatures (CSC API 1.0.4 and 2) on this machine, which can be told to fail in many ways.

As a process of its own: ``certomancer-csc-dummy``, a server by others, in :func:`dummy_provider`.
"""

import base64
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import x509

START_LIMIT_S = 60


@dataclass
class CscProvider:
    """What it has, what it was asked, and how it fails."""

    url: str = ""
    sign: Callable[[bytes], bytes] = bytes
    """From digest to signature."""
    certificates: list[x509.Certificate] = field(default_factory=list)
    algorithms: list[str] = field(default_factory=lambda: ["1.2.840.10045.4.3.2"])
    token: str = "token"
    pin: str = ""
    otp: str = ""
    limit: Any = 50
    version: int = 1
    more: dict[str, Any] = field(default_factory=dict)
    """Into the answer about the credential, over what it says else."""
    fails: dict[str, Callable[["_Handler", dict[str, Any]], bool]] = field(default_factory=dict)
    """By method: answers itself, and says that it did."""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    passes: dict[str, list[str]] = field(default_factory=dict)
    """Authorised digests by SAD; each is good once."""

    def info(self) -> dict[str, Any]:
        held = [base64.b64encode(one.dump()).decode() for one in self.certificates]
        said: dict[str, Any] = {
            "key": {"status": "enabled", "algo": self.algorithms, "len": 256},
            "cert": {"status": "valid", "certificates": held},
            "multisign": self.limit,
        }
        wanted = [name for name, secret in (("PIN", self.pin), ("OTP", self.otp)) if secret]
        if self.version == 1:
            said |= {"authMode": "explicit"} | {name: {"presence": "true"} for name in wanted}
        else:
            said["auth"] = {
                "mode": "explicit",
                "objects": [{"type": "Password", "id": name} for name in wanted],
            }
        return said | self.more

    def authorise(self, body: dict[str, Any]) -> tuple[int, Any]:
        given = body if self.version == 1 else {one["id"]: one["value"] for one in body["authData"]}
        if self.pin and given.get("PIN") != self.pin:
            return 400, {"error": "invalid_pin", "error_description": "The PIN is invalid"}
        if self.otp and given.get("OTP") != self.otp:
            return 400, {"error": "invalid_otp", "error_description": "The OTP is invalid"}
        self.otp = self.otp and self.otp + "+"  # the next one
        digests = body["hash" if self.version == 1 else "hashes"]
        if len(digests) != body["numSignatures"] or len(digests) > self.limit:
            return 400, {"error": "invalid_request", "error_description": "too many signatures"}
        sad = f"sad-{len(self.passes)}"
        self.passes[sad] = digests
        return 200, {"SAD": sad, "expiresIn": 300}

    def answer(self, body: dict[str, Any]) -> tuple[int, Any]:
        digests = body["hash" if self.version == 1 else "hashes"]
        if self.passes.pop(body["SAD"], None) != digests:
            return 400, {"error": "invalid_request", "error_description": "SAD"}
        return 200, {
            "signatures": [base64.b64encode(self.sign(base64.b64decode(one))).decode() for one in digests]
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider: CscProvider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method = self.path.rpartition("/")[0].rpartition("/")[2] + "/" + self.path.rpartition("/")[2]
        provider = self.provider
        provider.asked.append((method, body))
        fails = provider.fails.get(method)
        if fails is not None and fails(self, body):
            return
        if self.headers.get("Authorization") != f"Bearer {provider.token}":
            self.say(401, {"error": "invalid_token", "error_description": "The access token is invalid"})
        elif body.get("credentialID") != "seal":
            self.say(400, {"error": "invalid_request", "error_description": "Invalid parameter credentialID"})
        elif method == "credentials/info":
            self.say(200, provider.info())
        elif method == "credentials/authorize":
            self.say(*provider.authorise(body))
        elif method == "signatures/signHash":
            self.say(*provider.answer(body))
        else:
            self.say(404, {"error": "not_found"})

    def say(self, status: int, body: Any) -> None:
        self.raw(status, json.dumps(body).encode())

    def raw(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def csc_provider() -> Iterator[CscProvider]:
    """The provider; its ways to fail may be set while it runs."""
    known = CscProvider()
    handler = type("Handler", (_Handler,), {"provider": known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    known.url = f"http://127.0.0.1:{server.server_port}/csc/v1"
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_DUMMY = """
import sys
from aiohttp import web
from certomancer import registry
from csc_dummy.csc_dummy_server import CSCWithCertomancer, DummyServiceParams
config = registry.CertomancerConfig.from_file(sys.argv[1])
server = CSCWithCertomancer(config, service_params=DummyServiceParams(hash_pinning_required=True))
server.register_routes()
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[2]), print=None)
"""
_CONFIG = """
keysets:
  seals:
    path-prefix: {folder}
    keys: {{root: {{path: root.pem}}, ec: {{path: ec.pem}}, rsa: {{path: rsa.pem}}}}
pki-architectures:
  seals:
    keyset: seals
    entity-defaults: {{country-name: CN, organization-name: "某某建筑设计院"}}
    entities:
      root: {{common-name: "Dummy root"}}
      ec: {{common-name: "远程 出图章"}}
      rsa: {{common-name: "远程 注册章"}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2120-01-01T00:00:00+0000"}}
        extensions:
          - {{id: basic_constraints, critical: true, value: {{ca: true}}}}
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [key_cert_sign, crl_sign]}}}}
      ec: &seal
        subject: ec
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2120-01-01T00:00:00+0000"}}
        extensions:
          - id: key_usage
            critical: true
            smart-value: {{schema: key-usage, params: [digital_signature, non_repudiation]}}
      rsa:
        template: ec
        subject: rsa
"""


@contextmanager
def dummy_provider(folder: Path, keys: dict[str, bytes]) -> Iterator[str]:
    """The dummy server by others, as a process of its own with these keys (PEM): yields the address of its API."""
    for name, content in keys.items():
        (folder / f"{name}.pem").write_bytes(content)
    (folder / "config.yml").write_text(_CONFIG.format(folder=folder))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", _DUMMY, str(folder / "config.yml"), str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(port, server, folder / "log")
        yield f"http://127.0.0.1:{port}/csc/v1"
    finally:
        server.terminate()
        server.wait()


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")[-4000:]) from None
            time.sleep(0.1)
