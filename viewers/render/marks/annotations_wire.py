"""Annotations as they come from the child that read them: values and JSON, nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Self


@dataclass(frozen=True)
class Reply:
    """One line of a thread."""

    author: str
    at: str
    text: str
    name: str


@dataclass(frozen=True)
class Annotation:
    """One annotation; ``kind`` is empty where it cannot be shown, and ``why`` says the reason."""

    name: str
    subtype: str
    kind: str
    paths: list[list[list[int]]]
    size: int
    text: str
    author: str
    at: str
    """As PDF writes dates."""
    colour: str
    """``#rrggbb``, or empty."""
    why: str
    note: str
    """What was left out of one that is shown."""
    replies: list[Reply] = field(default_factory=list)


@dataclass(frozen=True)
class AnnotatedPage:
    """A page with its annotations."""

    width_um: int
    height_um: int
    words: list[str]
    """Of the page itself, to tell which sheet it is."""
    found: list[Annotation]
    is_cut: bool
    """There were more than are taken."""


@dataclass(frozen=True)
class AnnotatedFile:
    """All pages of a file."""

    pages: list[AnnotatedPage]
    left_out: int
    """Pages beyond the limit."""

    def to_json(self) -> str:
        """For the wire."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What :meth:`to_json` wrote.

        Raises:
            ValueError, TypeError, KeyError: it is not that.
        """
        raw = json.loads(text)
        pages = []
        for page in raw["pages"]:
            found = [
                Annotation(**{**a, "replies": [Reply(**r) for r in a["replies"]]}) for a in page["found"]
            ]
            pages.append(AnnotatedPage(**{**page, "found": found}))
        return cls(pages, int(raw["left_out"]))
