"""The same copy drawn once: for tests that ask who may have a paper, hundreds of times over, not what stands on it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from viewers.render.pool import RenderPool

Ask = Callable[[RenderPool, dict[str, Any], Path, float | None, str], dict[str, Any]]


def render_once(patch: pytest.MonkeyPatch) -> None:
    """Let the sandbox draw the same request once; what it wrote then is written again."""
    patch.setattr(RenderPool, "_once", _remembering(RenderPool._once))


def _remembering(ask: Ask) -> Ask:
    known: dict[str, tuple[dict[str, Any], dict[str, bytes]]] = {}

    def once(
        pool: RenderPool, request: dict[str, Any], out: Path, timeout: float | None, name: str
    ) -> dict[str, Any]:
        key = _key(request)
        if key not in known:
            answer = ask(pool, request, out, timeout, name)
            written = {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
            known[key] = (answer, written)
            return answer
        answer, written = known[key]
        for path, content in written.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(content)
        return answer

    return once


def _key(request: dict[str, Any]) -> str:
    """What is asked, but where to put it; files that go with it by what is in them."""
    beside = {
        key: hashlib.sha256(Path(path).read_bytes()).hexdigest()
        for key, path in request.get("companions", {}).items()
    }
    return json.dumps({**request, "out": "", "companions": beside}, sort_keys=True, default=str)
