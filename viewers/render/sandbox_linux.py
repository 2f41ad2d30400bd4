"""The three locks of Linux that need no privilege: namespaces, Landlock, seccomp. System calls through ctypes.

Sources: landlock(7) and its ABI history, seccomp(2), user_namespaces(7), network_namespaces(7). Each function
returns whether the lock holds now; a kernel or container that lacks one is reported, not guessed.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4

_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_CLONE_THREAD = 0x00010000

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same number on every architecture

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_TRUNCATE = 1 << 14
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many file rights each Landlock ABI knows; 16 from ABI 5 on."""
_FILE_RIGHTS = _WRITE_FILE | _READ_FILE | _TRUNCATE
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE


def _call(number: int, *args: object) -> int:
    return int(_LIBC.syscall(number, *args))


def leave_network() -> bool:
    """Move into an empty network (and IPC) namespace; a user namespace of our own makes it possible.

    Must run while the process has one thread. The process also loses root's power over other people's files.
    """
    return int(_LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC)) == 0


def renounce_privileges() -> bool:
    """No program started from here gains rights, and no other process of this user may look into this one."""
    held = int(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) == 0
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return held


def landlock_abi() -> int:
    """The kernel's Landlock ABI; 0 when there is none."""
    return max(0, _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def restrict_files(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Allow reading below ``readable``, reading and writing plain files below ``writable``, and nothing else.

    No links, sockets, devices or execution anywhere; from ABI 4 no TCP, from ABI 6 no signals to and no abstract
    sockets of processes outside. Paths that do not exist are left out.
    """
    abi = landlock_abi()
    if not abi:
        return False
    handled = (1 << _FS_BITS.get(abi, 16)) - 1
    attributes = struct.pack("=QQQ", handled, 0b11 if abi >= 4 else 0, 0b11 if abi >= 6 else 0)
    attributes = attributes[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    ruleset = _call(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        for rights, paths in ((_READ, readable), (_WRITE, writable)):
            for path in paths:
                _allow(ruleset, path, rights & handled)
        return _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = struct.pack("=Qi", rights if path.is_dir() else rights & _FILE_RIGHTS, target)
        _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0))
    finally:
        os.close(target)


# -- seccomp ----------------------------------------------------------------------------------------------------

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_DENIED: dict[str, tuple[int, ...]] = {
    # socket connect accept bind listen socketpair fork vfork execve kill ptrace setrlimit chroot mount umount2
    # init_module add_key request_key keyctl tkill rt_sigqueueinfo unshare rt_tgsigqueueinfo perf_event_open accept4
    # name_to_handle_at open_by_handle_at setns process_vm_readv process_vm_writev kcmp finit_module bpf execveat
    # userfaultfd
    "x86_64": (
        *(41, 42, 43, 49, 50, 53, 57, 58, 59, 62, 101, 160, 161, 165, 166, 175, 248, 249, 250, 200, 129),
        *(272, 297, 298, 288, 303, 304, 308, 310, 311, 312, 313, 321, 322, 323),
    ),
    "aarch64": (
        *(198, 203, 202, 200, 201, 199, 221, 129, 117, 164, 51, 40, 39, 105, 217, 218, 219, 130, 138),
        *(97, 240, 241, 242, 264, 265, 268, 270, 271, 272, 273, 280, 281, 282),
    ),
}
_DENIED_EVERYWHERE = (424, 425, 426, 427, 434, 438, 440)
"""pidfd_send_signal, io_uring_setup/enter/register, pidfd_open, pidfd_getfd, process_madvise."""
_CLONE = {"x86_64": 56, "aarch64": 220}
_TGKILL = {"x86_64": 234, "aarch64": 131}
_PRLIMIT = {"x86_64": 302, "aarch64": 261}
_CLONE3 = 435

_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_ABOVE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_EPERM, _ENOSYS = 0x00050000 | 1, 0x00050000 | 38
_NUMBER, _ARCH, _ARGUMENT_0 = 0, 4, 16


def _statement(code: int, k: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, k)


def _program(machine: str, pid: int) -> bytes:
    """The filter: deny by number, and by first argument where a call is harmless only for this process."""
    lines = [
        _statement(_LOAD, _ARCH),
        _statement(_JUMP_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _statement(_RETURN, _KILL),
        _statement(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":  # the x32 calls would be a second way to everything
        lines += [_statement(_JUMP_ABOVE, 0x40000000, 0, 1), _statement(_RETURN, _EPERM)]
    for number in (*_DENIED[machine], *_DENIED_EVERYWHERE):
        lines += [_statement(_JUMP_EQUAL, number, 0, 1), _statement(_RETURN, _EPERM)]
    # glibc falls back to clone() when clone3() is unknown; only clone's flags can be looked at here.
    lines += [_statement(_JUMP_EQUAL, _CLONE3, 0, 1), _statement(_RETURN, _ENOSYS)]
    lines += _only(_CLONE[machine], _JUMP_SET, _CLONE_THREAD)
    lines += _only(_TGKILL[machine], _JUMP_EQUAL, pid)
    lines += _only(_PRLIMIT[machine], _JUMP_EQUAL, 0)
    lines.append(_statement(_RETURN, _ALLOW))
    return b"".join(lines)


def _only(number: int, test: int, value: int) -> list[bytes]:
    """Allow a call only when its first argument passes a test."""
    return [
        _statement(_JUMP_EQUAL, number, 0, 4),
        _statement(_LOAD, _ARGUMENT_0),
        _statement(test, value, 1, 0),
        _statement(_RETURN, _EPERM),
        _statement(_RETURN, _ALLOW),
    ]


def restrict_calls() -> bool:
    """Refuse sockets, new processes, execution, tracing, signals to others and the kernel's rarer doors."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return False
    code = _program(machine, os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("=H6xQ", len(code) // 8, ctypes.addressof(buffer)))
    return int(_LIBC.prctl(_PR_SET_SECCOMP, 2, ctypes.addressof(header), 0, 0)) == 0


def python_roots(extra: Sequence[Path]) -> list[Path]:
    """What a Python process must still read after the lock: interpreter, packages, libraries, fonts, devices."""
    import sys  # noqa: PLC0415 - only here, to read its paths at the moment of locking

    packages = [Path(p) for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    system = [Path(p) for p in ("/usr/lib", "/usr/lib64", "/usr/share", "/usr/local/lib", "/lib", "/lib64")]
    files = [
        Path(p) for p in ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/dev/null", "/dev/urandom")
    ]
    own = Path(__file__).resolve().parent.parent
    return [Path(sys.prefix), Path(sys.base_prefix), own, *packages, *system, *files, *extra]
