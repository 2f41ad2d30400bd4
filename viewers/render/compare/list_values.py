"""The list of differences as it travels to the child that draws it, every word said in the language of the list."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from viewers.render.compare.values import Box

LIST_NAME = "differences.pdf"


@dataclass(frozen=True)
class Listed:
    """One difference, every word already said."""

    number: str
    ink: str
    """``#rrggbb`` of its badge."""
    head: str
    facts: tuple[str, ...]
    before: Box
    after: Box


@dataclass(frozen=True)
class DifferenceSheet:
    """The whole list."""

    title: str
    subtitle: tuple[str, ...]
    labels: tuple[str, str]
    """Under the pictures: the old sheet, the new one."""
    foot: str
    page: str
    """``第 {n} 页 共 {all} 页``"""
    none: str
    """When there is no difference."""
    items: tuple[Listed, ...]

    def write(self, path: Path) -> None:
        """Write it for the child."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what :meth:`write` wrote."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        items = tuple(
            Listed(
                **{**i, "facts": tuple(i["facts"]), "before": tuple(i["before"]), "after": tuple(i["after"])}
            )
            for i in raw["items"]
        )
        return cls(
            **{**raw, "subtitle": tuple(raw["subtitle"]), "labels": tuple(raw["labels"]), "items": items}
        )
