"""Judging from the product's side: no parser runs here. A child with limits and locks judges one file and ends.

A child that dies, stalls or answers nonsense makes an open question of the file, with its reason.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.seals.jailing import JUDGE, ask_child
from app.seals.rules import Verdict
from app.seals.verifying.reasons import REASONS
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import Report, Why, written
from viewers.render.errors import RenderError
from viewers.render.sandbox import Limits

LIMITS = Limits(page_cpu=60, total_cpu=240, memory=3 << 30)
WALL = 300.0
"""Seconds after which a child is killed."""


def judge_file(
    source: Path, trust: TrustList, at: datetime | None = None, *, limits: Limits = LIMITS, wall: float = WALL
) -> Report:
    """Judge a file in a child of its own.

    Args:
        source: the file; only an open descriptor of it goes to the child.
        trust: what may be trusted; nothing is fetched.
        at: the instant to judge for; now if None.
        limits: what the child may use.
        wall: seconds on the clock until it is killed.
    """
    instant = at or datetime.now(UTC)
    digest = _digest(source)
    request = {"trust": trust.to_dict(), "at": instant.isoformat()}
    try:
        answer, _ = ask_child(JUDGE, request, source, limits, wall)
        report = Report.from_dict(answer["report"])
    except RenderError as error:
        return _open(digest, trust, instant, _code(error), f"{error.code} {error.detail.get('signal', '')}")
    except (KeyError, TypeError, ValueError) as error:
        return _open(digest, trust, instant, "judge-killed", f"nonsense: {type(error).__name__}")
    if report.sha256 != digest:
        return _open(digest, trust, instant, "judge-killed", "another file")
    return replace(report, judged_at=written(instant), trust_name=trust.name, trust_version=trust.version)


def judge_bytes(data: bytes, trust: TrustList, at: datetime | None = None) -> Report:
    """As :func:`judge_file`, for bytes at hand."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        return judge_file(Path(file.name), trust, at)


def _digest(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code(error: RenderError) -> str:
    if error.code in REASONS:
        return error.code
    return "over-time" if error.code in ("render-timeout", "over-cpu") else "judge-killed"


def _open(digest: str, trust: TrustList, at: datetime, code: str, detail: str) -> Report:
    return Report(
        sha256=digest,
        verdict=Verdict.INDETERMINATE,
        reasons=(Why(code, detail.strip()),),
        seals=(),
        judged_at=written(at),
        engine="",
        trust_name=trust.name,
        trust_version=trust.version,
    )
