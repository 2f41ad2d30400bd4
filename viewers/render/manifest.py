"""The manifest: what a renderer says of one file. The only thing the browser and the product read.

Lengths are integer micrometres (um) in *sheet space*: origin at the lower left corner of the
rotation-normalised page, x to the right, y up (ARCHITECTURE section 7, 8). One PostScript point is
352.777... um.

On disk a manifest is a folder::

    manifest.json            Manifest, as JSON (to_json / from_json)
    text/<page>.json         PageText: every text run with its box
    rules/<page>.json        RuledLines: long axis-parallel lines, for finding the cells of title blocks
    entities/<page>.json     of CAD: entities by handle, to be pointed at (viewers/render/cad_entities.py)
    thumb/<page>.webp        at most 512 px on the long side
    tiles/<page>/<level>/<x>_<y>.webp  ready tiles up to 72 dpi; a blank tile has no file (viewers/render/tiles.py)
    view.pdf                 vector view of a CAD file, one page per sheet, or of pictures; absent for PDF

Page numbers start at 0.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

MANIFEST_VERSION = 1

UM_PER_POINT = 25_400 / 72
"""Micrometres in one PostScript point (1/72 inch)."""


class SourceKind(StrEnum):
    """What a file is, named from its first bytes, never from its name."""

    PDF = "pdf"
    DXF = "dxf"
    DWG = "dwg"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    OFD = "ofd"
    """Stored and hashed; not drawn here."""


class PageKind(StrEnum):
    """Where a page comes from."""

    PDF_PAGE = "pdf_page"
    FRAME = "frame"
    """A drawing frame (图框) found in model space or on a layout."""
    LAYOUT = "layout"
    """A paper space layout taken whole."""
    MODEL = "model"
    """Model space taken whole because no frame was found."""
    IMAGE = "image"


class Completeness(StrEnum):
    """How far the view can be trusted to show all of the source."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """Something named in ``problems`` is not shown."""
    UNTRUSTED = "untrusted"
    """Whole classes of objects vanish (e.g. TCH_*): never to be called the drawing."""


@dataclass(frozen=True)
class Problem:
    """Something a person must know about a page or a file: a stable code and its data."""

    code: str
    """kebab-case, e.g. ``missing-font``, ``missing-xref``, ``proxy-objects``, ``tarch-objects``."""
    severity: str = "warning"
    """``info``, ``warning`` or ``error``."""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """A layer that can be switched."""

    name: str
    is_on: bool = True


@dataclass(frozen=True)
class Page:
    """One page: a sheet as far as bytes can tell."""

    index: int
    kind: PageKind
    name: str
    """Layout name, frame label or page label; may be empty."""
    width_um: int
    height_um: int
    rotation: int
    """Clockwise degrees that were already applied (0, 90, 180, 270)."""
    paper: str
    """Size by GB/T 50001: ``A1``, ``A1+1/4``, or ``""`` when no entry fits (viewers/render/paper.py)."""
    scale_hint: str = ""
    """For frames: ``1:100`` when the frame's size in drawing units tells it."""
    text_runs: int = 0
    text_usable: bool = True
    """False when text exists but cannot be read (no ToUnicode, private use, mojibake)."""
    vector_paths: int = 0
    layers: tuple[Layer, ...] = ()
    completeness: Completeness = Completeness.COMPLETE
    problems: tuple[Problem, ...] = ()
    entities: dict[str, int] = field(default_factory=dict)
    """CAD: drawn entities by DXF type."""


@dataclass(frozen=True)
class Signature:
    """A signature field present in an uploaded PDF, as found; nothing is verified here."""

    field: str
    is_signed: bool
    sub_filter: str = ""
    claimed_at: str = ""
    covers_whole_file: bool = False


@dataclass(frozen=True)
class Manifest:
    """All that was read from one file."""

    kind: SourceKind
    format_version: str
    """``1.7`` for PDF, ``AC1032`` for DXF and DWG, empty else."""
    pages: tuple[Page, ...]
    problems: tuple[Problem, ...] = ()
    signatures: tuple[Signature, ...] = ()
    has_view: bool = False
    """True when ``view.pdf`` beside the manifest is what tiles are cut from."""
    producer: str = ""
    title: str = ""
    renderer: str = ""
    """Name and versions of what made this, so that a view can be made again."""
    version: int = MANIFEST_VERSION

    def to_json(self) -> str:
        """Serialise; keys sorted so that equal manifests are equal bytes."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back what :meth:`to_json` wrote.

        Raises:
            ValueError: the version is not one this code knows.
        """
        raw = json.loads(text)
        if raw["version"] != MANIFEST_VERSION:
            raise ValueError(f"manifest version {raw['version']} is not known")
        pages = tuple(_page(p) for p in raw["pages"])
        return cls(
            kind=SourceKind(raw["kind"]),
            format_version=raw["format_version"],
            pages=pages,
            problems=_problems(raw["problems"]),
            signatures=tuple(Signature(**s) for s in raw["signatures"]),
            has_view=raw["has_view"],
            producer=raw["producer"],
            title=raw["title"],
            renderer=raw["renderer"],
        )


@dataclass(frozen=True)
class TextRun:
    """A run of text on one line, with the box it is drawn in (um, sheet space)."""

    text: str
    x0: int
    y0: int
    x1: int
    y1: int
    angle: int = 0
    """Reading direction in degrees counter-clockwise, multiples of 90 for most sheets."""
    layer: int = -1
    """Index among the layers of the page; -1: on none, or not to be told."""


def runs_to_json(runs: list[TextRun]) -> str:
    """``text/<page>.json``: ``{"runs": [[text, x0, y0, x1, y1, angle, layer], ...]}`` in reading order; -1 is left out."""
    rows = [[r.text, r.x0, r.y0, r.x1, r.y1, r.angle, *([r.layer] if r.layer >= 0 else [])] for r in runs]
    return json.dumps({"runs": rows}, ensure_ascii=False)


def runs_from_json(text: str) -> list[TextRun]:
    """Read ``text/<page>.json``."""
    return [TextRun(*row) for row in json.loads(text)["runs"]]


@dataclass(frozen=True)
class RuledLine:
    """An axis-parallel line of at least 4 mm (um, sheet space); x0 <= x1, y0 <= y1."""

    x0: int
    y0: int
    x1: int
    y1: int


def rules_to_json(lines: list[RuledLine]) -> str:
    """``rules/<page>.json``: ``{"lines": [[x0, y0, x1, y1], ...]}``, longest first, at most 20,000."""
    return json.dumps({"lines": [[n.x0, n.y0, n.x1, n.y1] for n in lines]})


def rules_from_json(text: str) -> list[RuledLine]:
    """Read ``rules/<page>.json``."""
    return [RuledLine(*row) for row in json.loads(text)["lines"]]


def _problems(raw: list[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**p) for p in raw)


def _page(raw: dict[str, Any]) -> Page:
    return Page(
        **{
            **raw,
            "kind": PageKind(raw["kind"]),
            "layers": tuple(Layer(**n) for n in raw["layers"]),
            "completeness": Completeness(raw["completeness"]),
            "problems": _problems(raw["problems"]),
        }
    )
