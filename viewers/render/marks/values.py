"""Marks as they travel to the child that draws them: every word already said in the language of the copy."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

Path2 = tuple[tuple[int, int], ...]
"""Points, um of sheet space."""


@dataclass(frozen=True)
class Said:
    """One line of a thread."""

    author: str
    at: str
    """As printed."""
    stamp: str
    """As PDF writes dates."""
    text: str
    key: str


@dataclass(frozen=True)
class DrawnMark:
    """A mark with its number on the copy."""

    number: int
    key: str
    """Unique in the copy; the annotation's name."""
    kind: str
    kind_label: str
    paths: tuple[Path2, ...]
    ink: str
    """``#rrggbb``"""
    size: int
    """Height of a text, um; 0 for other kinds."""
    is_closed: bool
    """A measured area."""
    caption: str
    """Words of a stamp picture, or what a measurement says."""
    text: str
    basis: str
    """Of as-built marks: stands on the sheet."""
    facts: tuple[str, ...]
    """Lines of the list: basis, photo, who brought it in."""
    field: str
    """Of the sheet's grid."""
    status: str
    author: str
    at: str
    stamp: str
    thread: tuple[Said, ...]


@dataclass(frozen=True)
class MarkSheet:
    """All that a copy shows of one revision."""

    title: str
    """Head of the list."""
    subtitle: str
    foot: str
    page: str
    """``第 {n} 页 共 {all} 页``"""
    none: str
    """Said where there is no mark."""
    has_list: bool
    marks: tuple[DrawnMark, ...]

    def write(self, path: Path) -> None:
        """As JSON, for the child."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """What :meth:`write` wrote."""
        raw = json.loads(path.read_text("utf-8"))
        return cls(**{**raw, "marks": tuple(_mark(m) for m in raw["marks"])})


def _mark(raw: dict[str, Any]) -> DrawnMark:
    paths = tuple(tuple((int(x), int(y)) for x, y in path) for path in raw["paths"])
    thread = tuple(Said(**said) for said in raw["thread"])
    return DrawnMark(**{**raw, "paths": paths, "facts": tuple(raw["facts"]), "thread": thread})
