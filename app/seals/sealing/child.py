"""What a jailed child does to make one file ready for its seals (:mod:`app.seals.child` locks it first)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.kernel.errors import Refused
from app.kernel.labels import Label
from app.seals.rules import SealKind
from app.seals.sealing.fields import place_fields
from app.seals.sealing.margins import with_margin
from app.seals.sealing.places import Instead, Layout, Wish, find_places
from app.seals.sealing.preparing import make_bytes_ready
from viewers.render.errors import RenderRefused


def prepare() -> None:
    """Before the lock there is nothing to do."""


def work(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Make it ready, find places, widen it where that is allowed and needed, make the fields."""
    wishes = [_wish(one) for one in request["wishes"]]
    try:
        return _work(wishes, content, may_add_margin=bool(request["may_add_margin"]))
    except Refused as refusal:
        return {"refused": refusal.code, "detail": {"words": _words(refusal)}}, b""
    except RenderRefused as refusal:
        return {"refused": refusal.code, "detail": {}}, b""


def _work(wishes: list[Wish], content: bytes, *, may_add_margin: bool) -> tuple[dict[str, Any], bytes]:
    ready, made = make_bytes_ready(content)
    layout, margin_mm = find_places(ready, wishes), 0.0
    if may_add_margin and layout.instead is Instead.STRIP:
        margin_mm = layout.strip_mm
        ready = with_margin(ready, margin_mm)
        layout = find_places(ready, wishes)
    if layout.placed:
        ready = place_fields(ready, layout.fields)
    answer = {
        "pages": made.pages,
        "taken": [[one.code, one.count] for one in made.taken],
        "loose_fonts": list(made.loose_fonts),
        "margin_mm": margin_mm,
        "layout": _layout(layout),
    }
    return answer, ready


def _wish(data: dict[str, Any]) -> Wish:
    """From the wire."""
    sizes = tuple((float(wide), float(tall)) for wide, tall in data["sizes"])
    return Wish(str(data["name"]), SealKind(data["kind"]), bool(data["is_last"]), sizes)


def _layout(layout: Layout) -> dict[str, Any]:
    """For the wire: what is missing by name, since the other side knows its wishes."""
    return {
        "placed": [asdict(one) for one in layout.placed],
        "missing": [wish.name for wish in layout.missing],
        "instead": layout.instead,
        "strip_mm": layout.strip_mm,
    }


def _words(refusal: Refused) -> dict[str, list[str]]:
    """What fills the places of the sentence, in Chinese and in English."""
    return {
        key: [value.zh, value.en] if isinstance(value, Label) else [str(value), str(value)]
        for key, value in refusal.words.items()
    }
