"""What a comparison says: a frozen value with a JSON form (see README.md beside this file).

Lengths are integer um of sheet space (:mod:`viewers.render.manifest`); "before" is the first sheet asked for, "after"
the second.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from viewers.render.manifest import Problem

COMPARISON_VERSION = 1
ENGINE = "compare 5"
"""Changes whenever the same two sheets may give another answer; part of the key under which answers are kept."""

Box = tuple[int, int, int, int]


class Method(StrEnum):
    """What was compared."""

    ENTITIES = "entities"
    """Entities of two CAD files, in frame coordinates."""
    VECTORS = "vectors"
    """Paths and text of two PDF pages."""
    RASTER = "raster"
    """Pictures: at least one sheet has nothing but a picture."""
    NONE = "none"
    """Nothing: ``problems`` says why."""


class Kind(StrEnum):
    """What happened in a region."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    TEXT = "text"


class Severity(StrEnum):
    """Whether the content changed or only its looks."""

    MAJOR = "major"
    MINOR = "minor"
    """Colour, pen, layer, or the lines of a hatch whose area stayed."""
    ROUTINE = "routine"
    """What every new revision must change in its title block: version, date, signatures, a row of the revision table."""


@dataclass(frozen=True)
class TitleField:
    """A field that a new revision changes anyway, and where its value stands on the sheet (um)."""

    name: str
    """``revision``, ``date``, ``sheet_index``, a signer ..."""
    box: Box


Fields = tuple[Sequence[TitleField], Sequence[TitleField]]
"""Of the title block of both pages, what a new revision changes anyway."""


@dataclass(frozen=True)
class Registration:
    """How the first sheet lies on the second: ``x' = a x + c y + e``, ``y' = b x + d y + f`` (um)."""

    affine: tuple[float, float, float, float, float, float]
    """a, b, c, d, e, f, from sheet space of the first to that of the second."""
    residual_um: float
    """Median distance of matched lines after registration."""
    confidence: float
    """0 to 1: the share of what is drawn that lies on the other sheet, as far as chance does not explain it."""
    shift_um: tuple[int, int] = (0, 0)
    """Where the lower left corner of the first sheet comes to lie."""
    rotation_deg: float = 0.0
    """Counter-clockwise."""
    scale: float = 1.0
    how: str = "same-place"
    """``same-place``, ``text``, ``lines`` or ``picture``."""


@dataclass(frozen=True)
class Region:
    """One place where the sheets differ."""

    id: str
    """Of its place and kind: the same again when the same sheets are compared again."""
    kind: Kind
    severity: Severity
    before: Box
    """Its box on the first sheet."""
    after: Box
    """Its box on the second sheet."""
    text_before: str = ""
    text_after: str = ""
    confidence: float = 1.0
    why: str = ""
    """A stable word: ``lines``, ``text``, ``style``, ``hatch``, ``picture``, ``title-block``, ``moved-away`` ..."""
    entities: dict[str, int] = dataclasses.field(default_factory=dict)
    """CAD: changed entities by DXF type."""
    cause: str = ""
    """CAD: the block whose definition changed, when that alone explains the region."""
    field: str = ""
    """``routine`` ones: the field of the title block (``revision``, ``date``, a signer ...), or ``table``."""
    is_declared: bool = False
    """Inside or touching a revision cloud that is new on the second sheet, or a row of its revision table."""


@dataclass(frozen=True)
class Cloud:
    """A revision cloud (修订云线) that is on one of the sheets only."""

    id: str
    box: Box
    """On the sheet that has it."""
    on: str
    """``after`` for a new one, ``before`` for one taken away."""
    regions: tuple[str, ...] = ()
    """Ids of the regions it declares; a new cloud without any declares a change that was not found."""


@dataclass(frozen=True)
class RevisionRow:
    """A row that the revision table of the second sheet has gained."""

    text: str
    box: Box


@dataclass(frozen=True)
class Comparison:
    """All that was found between two sheets."""

    method: Method
    registration: Registration | None
    regions: tuple[Region, ...] = ()
    """In reading order of the second sheet."""
    clouds: tuple[Cloud, ...] = ()
    revision_rows: tuple[RevisionRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    version: int = COMPARISON_VERSION
    engine: str = ENGINE

    @property
    def is_comparable(self) -> bool:
        """False when ``problems`` says why there is no answer."""
        return self.registration is not None

    @property
    def counts(self) -> dict[str, int]:
        """Regions by kind, ``minor`` and ``routine`` ones apart, and those nobody declared."""
        major = [r for r in self.regions if r.severity is Severity.MAJOR]
        found = {str(kind): sum(r.kind is kind for r in major) for kind in Kind}
        return found | {
            "minor": sum(r.severity is Severity.MINOR for r in self.regions),
            "routine": sum(r.severity is Severity.ROUTINE for r in self.regions),
            "declared": sum(r.is_declared for r in major),
            "undeclared": sum(not r.is_declared for r in major),
            "clouds_without_change": sum(c.on == "after" and not c.regions for c in self.clouds),
        }

    def to_json(self) -> str:
        """Serialise, counts included; keys sorted so that equal comparisons are equal bytes."""
        raw = dataclasses.asdict(self) | {"counts": self.counts, "is_comparable": self.is_comparable}
        return json.dumps(raw, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back what :meth:`to_json` wrote.

        Raises:
            ValueError: the version is not one this code knows.
        """
        raw = json.loads(text)
        if raw["version"] != COMPARISON_VERSION:
            raise ValueError(f"comparison version {raw['version']} is not known")
        placed = raw["registration"]
        return cls(
            method=Method(raw["method"]),
            registration=_registration(placed) if placed is not None else None,
            regions=tuple(_region(r) for r in raw["regions"]),
            clouds=tuple(
                Cloud(c["id"], _box(c["box"]), str(c["on"]), tuple(map(str, c["regions"])))
                for c in raw["clouds"]
            ),
            revision_rows=tuple(RevisionRow(str(r["text"]), _box(r["box"])) for r in raw["revision_rows"]),
            problems=tuple(Problem(**p) for p in raw["problems"]),
            engine=str(raw["engine"]),
        )


def not_comparable(code: str, detail: dict[str, Any] | None = None) -> Comparison:
    """The answer when there is none."""
    return Comparison(Method.NONE, None, problems=(Problem(code, "error", detail or {}),))


def _registration(raw: dict[str, Any]) -> Registration:
    a, b, c, d, e, f = map(float, raw["affine"])
    x, y = raw["shift_um"]
    return Registration(**{**raw, "affine": (a, b, c, d, e, f), "shift_um": (int(x), int(y))})


def _region(raw: dict[str, Any]) -> Region:
    return Region(
        **{
            **raw,
            "kind": Kind(raw["kind"]),
            "severity": Severity(raw["severity"]),
            "before": _box(raw["before"]),
            "after": _box(raw["after"]),
        }
    )


def _box(raw: list[Any]) -> Box:
    x0, y0, x1, y1 = (int(v) for v in raw)
    return x0, y0, x1, y1
