"""What a jailed child does to judge one file (:mod:`app.seals.child` locks it first)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.seals.verifying import knowledge, routing
from app.seals.verifying.trust import TrustList


def prepare() -> None:
    """Before the lock."""
    knowledge.open_loop()


def work(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Judge it."""
    trust, at = TrustList.from_dict(request["trust"]), datetime.fromisoformat(request["at"])
    return {"report": routing.judge(content, trust, at).to_dict()}, b""
