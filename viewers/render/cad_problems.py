"""What a person must know about a CAD view: what is missing, what was replaced, how far it can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ezdxf.document import Drawing

from viewers.render.cad_fonts import FONT_NAME
from viewers.render.cad_recording import Recording
from viewers.render.manifest import Completeness, Problem

MAX_NAMES = 100


@dataclass
class Losses:
    """What a DWG conversion lost, by entity type; empty for DXF."""

    converter: Counter[str]
    xrefs: list[str] = field(default_factory=list)
    """External references that were not sent along, or could not be put in."""
    looks: dict[str, int] = field(default_factory=dict)
    """Entities that came through, but not all of how they look; see :func:`looks_lost`."""

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
        detail = {"missing": _counts(tarch_missing), "shown": _counts(tarch_shown)}
        problems.append(Problem("tarch-objects", "error" if tarch_missing else "warning", detail))
    proxies = {n: c for n, c in recording.proxies.items() if not is_tarch(n)}
    if proxies:
        problems.append(Problem("proxy-objects", "warning", {"shown": _counts(proxies)}))
    missing = {n: c for n, c in recording.not_shown.items() if not is_tarch(n)}
    if missing:
        problems.append(Problem("unsupported-entities", "warning", {"types": _counts(missing)}))
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


def document_problems(doc: Drawing, losses: Losses, notes: tuple[str, ...]) -> list[Problem]:
    """Problems of the whole file."""
    problems: list[Problem] = []
    converter = {n: c for n, c in losses.converter.items() if not is_tarch(n)}
    if converter:
        detail: dict[str, Any] = {"types": _counts(converter), "lost_by": "conversion"}
        problems.append(Problem("unsupported-entities", "warning", detail))
    if notes:
        problems.append(Problem("converter-notes", "info", {"notes": list(notes)}))
    if losses.xrefs:
        problems.append(Problem("missing-xref", "warning", {"names": losses.xrefs[:MAX_NAMES]}))
    if losses.looks:
        problems.append(Problem("converter-looks", "warning", {"types": _counts(losses.looks)}))
    hidden = sorted(
        layer.dxf.name for layer in doc.layers if layer.is_off() or layer.is_frozen() or not layer.dxf.plot
    )
    if hidden:
        problems.append(
            Problem("layers-not-drawn", "info", {"names": hidden[:MAX_NAMES], "count": len(hidden)})
        )
    return problems


def looks_lost(doc: Drawing) -> dict[str, int]:
    """Entities of a converted DWG whose looks the conversion drops, by type.

    Leaders lose size and kind of their arrowheads, pattern hatches the colour behind the pattern: seen on plots of the
    same drawings (docs/fidelity.md). The converter says nothing of either, so all that could have them count.
    """
    found = Counter(
        entity.dxftype()
        for entity in doc.entitydb.values()
        if (entity.dxftype() == "LEADER" and entity.dxf.get("has_arrowhead", 1))
        or (entity.dxftype() == "HATCH" and not entity.dxf.get("solid_fill", 1))
    )
    return dict(found)


def _counts(types: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(types.items()))


def _names(names: set[str]) -> list[str]:
    return sorted(names)[:MAX_NAMES]
