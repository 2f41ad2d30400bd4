"""What a person must know about a CAD view: what is missing, what was replaced, how far it can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ezdxf.document import Drawing
from ezdxf.layouts.base import BaseLayout
from ezdxf.layouts.layout import Layout, Paperspace

from viewers.render.cad_dwg_notes import Restored, space_key
from viewers.render.cad_fonts import FONT_NAME
from viewers.render.cad_frontend import content_viewports
from viewers.render.cad_recording import Recording
from viewers.render.manifest import Completeness, Problem

MAX_NAMES = 100


@dataclass
class Losses:
    """What a layout lacks; what a DWG conversion lost is empty for DXF."""

    converter: Counter[str] = field(default_factory=Counter)
    """Entities that the conversion of a DWG lost, by type."""
    xrefs: list[str] = field(default_factory=list)
    """External references that were not sent along, or could not be put in."""
    looks: Counter[str] = field(default_factory=Counter)
    """Entities that came through, but not all of how they look, by type."""

    @property
    def tarch(self) -> dict[str, int]:
        """Custom objects of 天正 (TArch) among them."""
        return {name: count for name, count in self.converter.items() if is_tarch(name)}


def is_tarch(dxftype: str) -> bool:
    """Tell whether an entity is a custom object of 天正 (TArch): walls, doors, columns, stairs, dimensions."""
    name = dxftype.upper()
    return name.startswith(("TCH_", "TDB"))


def judge(recording: Recording, losses: Losses) -> Completeness:
    """How far a page drawn from this recording can be trusted."""
    if losses.tarch or any(is_tarch(name) for name in recording.not_shown):
        return Completeness.UNTRUSTED
    incomplete = (
        recording.not_shown,
        recording.proxies,
        recording.missing_images,
        recording.side_views,
        recording.cut_hatches,
        recording.undrawn_linetypes,
        losses.converter,
        losses.xrefs,
        losses.looks,
    )
    return Completeness.PARTIAL if any(incomplete) else Completeness.COMPLETE


def layout_problems(recording: Recording, losses: Losses) -> tuple[Problem, ...]:
    """Problems of the pages of one layout."""
    problems: list[Problem] = []
    tarch_missing = {n: c for n, c in (recording.not_shown + losses.converter).items() if is_tarch(n)}
    tarch_shown = {n: c for n, c in recording.proxies.items() if is_tarch(n)}
    if tarch_missing or tarch_shown:
        detail: dict[str, Any] = {"missing": _counts(tarch_missing), "shown": _counts(tarch_shown)}
        problems.append(Problem("tarch-objects", "error" if tarch_missing else "warning", detail))
    proxies = {n: c for n, c in recording.proxies.items() if not is_tarch(n)}
    if proxies:
        problems.append(Problem("proxy-objects", "warning", {"shown": _counts(proxies)}))
    missing = {n: c for n, c in recording.not_shown.items() if not is_tarch(n)}
    if missing:
        problems.append(Problem("unsupported-entities", "warning", {"types": _counts(missing)}))
    converter = {n: c for n, c in losses.converter.items() if not is_tarch(n)}
    if converter:
        detail = {"types": _counts(converter), "lost_by": "conversion"}
        problems.append(Problem("unsupported-entities", "warning", detail))
    if losses.looks:
        problems.append(Problem("converter-looks", "warning", {"types": _counts(losses.looks)}))
    if recording.side_views:
        problems.append(Problem("unsupported-viewports", "warning", {"count": recording.side_views}))
    if recording.cut_hatches:
        problems.append(Problem("hatch-cut", "warning", {"count": recording.cut_hatches}))
    if recording.undrawn_linetypes:
        names = {"names": _names(recording.undrawn_linetypes)}
        problems.append(Problem("linetype-symbols", "warning", names))
    if recording.missing_images:
        problems.append(Problem("missing-image", "warning", {"names": _names(recording.missing_images)}))
    if recording.replaced_fonts:
        fonts = {"names": _names(recording.replaced_fonts), "drawn_in": FONT_NAME}
        problems.append(Problem("missing-font", "info", fonts))
    return tuple(problems)


def document_problems(doc: Drawing, xrefs: list[str], notes: tuple[str, ...]) -> list[Problem]:
    """Problems of the whole file."""
    problems: list[Problem] = []
    if notes:
        problems.append(Problem("converter-notes", "info", {"notes": list(notes)}))
    if xrefs:
        problems.append(Problem("missing-xref", "warning", {"names": xrefs[:MAX_NAMES]}))
    hidden = sorted(
        layer.dxf.name for layer in doc.layers if layer.is_off() or layer.is_frozen() or not layer.dxf.plot
    )
    if hidden:
        problems.append(
            Problem("layers-not-drawn", "info", {"names": hidden[:MAX_NAMES], "count": len(hidden)})
        )
    return problems


def losses_of(doc: Drawing, layout: Layout, restored: Restored, xrefs: list[str]) -> Losses:
    """What of the losses of a file is on one layout: its own, those of its blocks, and of what its viewports show."""
    spaces: list[BaseLayout] = [layout]
    if isinstance(layout, Paperspace) and content_viewports(layout.viewports()):
        spaces.append(doc.modelspace())
    result = Losses(Counter(restored.nowhere), xrefs, Counter(restored.looks_nowhere))
    seen: set[str] = set()
    while spaces:
        space = spaces.pop()
        key = space_key(space)
        if key in seen:
            continue
        seen.add(key)
        result.converter += restored.lost.get(key, Counter())
        result.looks += restored.looks.get(key, Counter())
        names = {str(e.dxf.get("name", "")) for e in space if e.dxftype() == "INSERT"}
        spaces.extend(block for name in names if (block := doc.blocks.get(name)) is not None)
    return result


def _counts(types: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(types.items()))


def _names(names: set[str]) -> list[str]:
    return sorted(names)[:MAX_NAMES]
