import errno
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from viewers.render import child, sandbox, sandbox_linux
from viewers.render.sandbox import Limits, capabilities, folder_bytes, scrubbed_environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the locks are those of Linux")

ACTS = """
import ctypes, json, os, resource, signal, socket, subprocess, sys, threading
from pathlib import Path
from viewers.render import sandbox

allowed, secret, out = (Path(p) for p in sys.argv[1:4])
jail = sandbox.enter(sandbox.Limits(memory=1 << 30, file_size=1 << 20))
sandbox.lock(jail, [allowed], [out])
parent = os.getppid()
libc = ctypes.CDLL(None, use_errno=True)

def refused_call(number, *args):
    if libc.syscall(number, *args) != -1:
        return
    raise OSError(ctypes.get_errno(), "refused")

ACTS = {
    "read a file it was not given": lambda: secret.read_bytes(),
    "read the password list": lambda: Path("/etc/passwd").read_bytes(),
    "list the home folder": lambda: os.listdir(Path.home().parent),
    "change its source": lambda: allowed.open("ab"),
    "write beside its output": lambda: (out.parent / "beside").write_bytes(b"x"),
    "link out of its output": lambda: (out / "link").symlink_to(secret),
    "hard link a secret": lambda: os.link(secret, out / "hard"),
    "make a pipe": lambda: os.mkfifo(out / "pipe"),
    "open a TCP socket": lambda: socket.socket(),
    "open a Unix socket": lambda: socket.socket(socket.AF_UNIX),
    "fork": lambda: os._exit(0) if os.fork() == 0 else None,
    "run a program": lambda: subprocess.run(["/bin/true"]),
    "replace itself": lambda: os.execv("/bin/true", ["true"]),
    "signal its parent": lambda: os.kill(parent, 0),
    "trace its parent": lambda: refused_call(101, 16, parent, 0, 0),
    "limit its parent": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (3, 3)),
    "leave its namespace": lambda: refused_call(272, 0x10000000),
    "write a file over the limit": lambda: (out / "big").write_bytes(b"x" * (2 << 20)),
    "take more memory than the limit": lambda: bytearray(2 << 30),
    "read its parent's memory": lambda: Path(f"/proc/{parent}/maps").read_bytes(),
}
done = []
for name, act in ACTS.items():
    try:
        act()
    except (OSError, MemoryError, ValueError):
        continue
    done.append(name)
(out / "result").write_text("works")
assert allowed.read_bytes() == b"source" and (out / "result").read_text() == "works"
threading.Thread(target=lambda: done).start()
import decimal, xml.dom.minidom  # libraries still load
cores = resource.getrlimit(resource.RLIMIT_CORE)
print(json.dumps({"tried": len(ACTS), "done": done, "cores": cores}))
"""


def jailed(tmp_path: Path, code: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-P", "-s", "-c", textwrap.dedent(code), *arguments],
        env=scrubbed_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def place(tmp_path):
    for name in ("allowed", "secret"):
        (tmp_path / name).write_bytes(b"source")
    (tmp_path / "out").mkdir()
    return [str(tmp_path / n) for n in ("allowed", "secret", "out")]


def test_twenty_forbidden_acts_are_refused_and_the_work_still_gets_done(tmp_path, place):
    found = capabilities()
    if not (found["landlock"] and found["seccomp"]):
        pytest.skip(f"this kernel or container lacks a lock: {found}")
    result = jailed(tmp_path, ACTS, *place)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["done"] == []
    assert answer["tried"] == 20
    assert answer["cores"] == [0, 0]


def test_cpu_over_the_limit_ends_the_process(tmp_path):
    code = """
    from viewers.render import sandbox
    sandbox.enter(sandbox.Limits(page_cpu=1))
    while True: pass
    """
    assert jailed(tmp_path, code).returncode == -24  # SIGXCPU


def test_a_child_sees_nothing_of_the_environment(monkeypatch):
    monkeypatch.setenv("ONESET_SECRET", "hunter2")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    seen = scrubbed_environment()
    assert "hunter2" not in json.dumps(seen)
    assert not any("proxy" in key.lower() for key in seen)


def test_capabilities_are_found_in_a_real_child():
    found = capabilities(Limits(memory=1 << 30))
    assert {"RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"} <= set(found["limits"])
    assert found["landlock"] == (found["landlock_abi"] > 0)
    assert (found["files"], found["network"]) != ("open", "open") or found["landlock_abi"] == 0


def test_a_kernel_without_landlock_is_reported_not_assumed(monkeypatch):
    monkeypatch.setattr(sandbox_linux, "landlock_abi", lambda: 0)
    assert sandbox_linux.restrict_files([], []) is False
    monkeypatch.setattr(sandbox_linux.platform, "machine", lambda: "riscv64")
    assert sandbox_linux.restrict_calls() is False
    jail = sandbox.Jail()
    assert (jail.as_dict()["files"], jail.as_dict()["network"]) == ("open", "open")


def test_bytes_of_a_folder_are_counted_without_following_links(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_bytes(b"x" * 1000)
    (tmp_path / "a" / "usr").symlink_to("/usr")
    assert 1000 <= folder_bytes(tmp_path) < 2000


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (MemoryError(), {"refused": "over-memory", "detail": {}}),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), {"refused": "over-memory", "detail": {}}),
        (OSError(errno.ENOSPC, "full"), {"refused": "over-output", "detail": {"errno": errno.ENOSPC}}),
    ],
)
def test_the_answer_says_which_limit_was_met(error, answer):
    def act() -> dict[str, object]:
        raise error

    assert child._guarded(act) == answer


@pytest.mark.parametrize("broken", [OSError(errno.EIO, "broken"), ValueError("half a table")])
def test_what_breaks_while_memory_runs_out_is_for_want_of_memory(broken):
    def clean_up() -> dict[str, object]:
        try:
            raise MemoryError
        finally:
            raise broken

    def act() -> dict[str, object]:
        raise type(broken)(*broken.args)

    assert child._guarded(clean_up)["refused"] == "over-memory"
    assert child._guarded(act)["failed"] == type(broken).__name__
