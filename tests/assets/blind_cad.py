"""Edits of real CAD files for the blind part, with ezdxf; the truth is where the edited entity is drawn."""

import random
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import ezdxf
from ezdxf import transform, xref
from ezdxf.document import Drawing
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.math import Matrix44, Vec3

from viewers.render.cad_dwg import convert_dwg, patch_from_dwg
from viewers.render.cad_load import load_dxf
from viewers.render.compare.cad_reading import read_cad_drawn
from viewers.render.compare.drawn import Drawn
from viewers.render.manifest import SourceKind

Box = tuple[float, float, float, float]
Item = tuple[str, list[Box]]
Touched = tuple[str, set[str]]
"""Severity, and the handles of what was edited."""


def as_dxf(source: Path, target: Path) -> None:
    """The file as DXF, as ezdxf writes it."""
    doc = _document(source)
    doc.saveas(target)


def _document(source: Path) -> Drawing:
    if source.suffix.lower() != ".dwg":
        return load_dxf(source).doc
    with tempfile.TemporaryDirectory() as folder:
        converted = Path(folder) / "converted.dxf"
        convert_dwg(source, converted)
        doc = load_dxf(converted).doc
    patch_from_dwg(doc, source)
    return doc


@lru_cache(maxsize=2)
def read(path: Path, stamp: int) -> Drawn:
    with tempfile.TemporaryDirectory() as folder:
        return read_cad_drawn(path, 0, SourceKind.DXF, {}, Path(folder))


def boxes(path: Path, handles: set[str]) -> list[Box]:
    """Where entities are drawn on the first page."""
    drawn = read(path, path.stat().st_mtime_ns)
    out = []
    for number, origin in enumerate(drawn.origins):
        if origin.handle not in handles:
            continue
        points = drawn.segments[drawn.owner == number].reshape(-1, 2)
        if not len(points):
            continue
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        if origin.type in ("TEXT", "MTEXT", "DIMENSION"):
            for run in drawn.texts:
                if run.x0 <= x1 + 200 and run.x1 >= x0 - 200 and run.y0 <= y1 + 200 and run.y1 >= y0 - 200:
                    x0, y0 = min(x0, run.x0), min(y0, run.y0)
                    x1, y1 = max(x1, run.x1), max(y1, run.y1)
        out.append((float(x0), float(y0), float(x1), float(y1)))
    return out


def edit_cad(before: Path, after: Path, edit: str, chance: random.Random) -> list[Item]:
    """Write the edited file; the truth as boxes on its sheet."""
    doc = ezdxf.readfile(before)
    if edit in RESAVES:
        RESAVES[edit](doc, after)
        return []
    drawn = read(before, before.stat().st_mtime_ns)
    shown = {o.handle for i, o in enumerate(drawn.origins) if _is_inside(drawn, i)}
    severity, touched = CAD_EDITS[edit](doc, shown, chance, _um_per_unit(drawn, doc))
    doc.saveas(after)
    return [(severity, boxes(before, touched) + boxes(after, touched))]


def _is_inside(drawn: Drawn, number: int) -> bool:
    points = drawn.segments[drawn.owner == number].reshape(-1, 2)
    if not len(points):
        return False
    low, high = points.min(axis=0), points.max(axis=0)
    return bool((low > 0).all() and (high < drawn.size).all() and (high - low).max() < 0.4 * max(drawn.size))


def _um_per_unit(drawn: Drawn, doc: Drawing) -> float:
    """By the longest line that is drawn."""
    best, found = 0.0, 1000.0
    for number, origin in enumerate(drawn.origins):
        if origin.type != "LINE":
            continue
        entity = doc.entitydb.get(origin.handle)
        lengths = drawn.lengths[drawn.owner == number]
        if entity is not None and len(lengths) == 1 and lengths[0] > best:
            far = (entity.dxf.end - entity.dxf.start).magnitude
            if far > 0:
                best, found = float(lengths[0]), float(lengths[0]) / far
    return found


def _one(doc: Drawing, shown: set[str], chance: random.Random, *types: str) -> DXFEntity:
    found = sorted((h for h in shown if h in doc.entitydb and doc.entitydb[h].dxftype() in types), key=str)
    if not found:
        raise LookupError(f"no {types}")
    return doc.entitydb[chance.choice(found)]


def _text_moved(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "TEXT", "MTEXT")
    entity.translate(2_000 / um, 0, 0)
    return "major", {entity.dxf.handle}


def _text_changed(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "TEXT", "MTEXT")
    if entity.dxftype() == "TEXT":
        entity.dxf.text = entity.dxf.text + "7"
    else:
        entity.text = entity.text + "7"
    return "major", {entity.dxf.handle}


def _line_moved(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "LINE", "LWPOLYLINE", "ARC", "CIRCLE")
    entity.translate(1_500 / um, 2_500 / um, 0)
    return "major", {entity.dxf.handle}


def _deleted(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "LINE", "LWPOLYLINE", "INSERT", "TEXT")
    handle = entity.dxf.handle
    layout = entity.get_layout()
    layout.delete_entity(entity)
    return "major", {handle}


def _colour(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "LINE", "LWPOLYLINE", "ARC")
    entity.dxf.color = 30 if entity.dxf.color != 30 else 150
    return "minor", {entity.dxf.handle}


def _weight(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "LINE", "LWPOLYLINE", "ARC")
    entity.dxf.lineweight = 100 if entity.dxf.lineweight != 100 else 13
    return "minor", {entity.dxf.handle}


def _hatch(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "HATCH")
    if entity.dxf.solid_fill:
        entity.set_pattern_fill("ANSI31", scale=3_000 / um)
    else:
        entity.set_pattern_fill(
            "ANSI37" if entity.dxf.pattern_name != "ANSI37" else "ANSI31", scale=3_000 / um
        )
    return "any", {entity.dxf.handle}


def _layer_frozen(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    """The smallest layer with something to see."""
    by_layer: dict[str, set[str]] = {}
    for handle in sorted(shown):
        if handle in doc.entitydb:
            by_layer.setdefault(doc.entitydb[handle].dxf.layer, set()).add(handle)
    several = sorted((len(v), k) for k, v in by_layer.items() if 2 <= len(v) <= 60 and k in doc.layers)
    name = chance.choice([k for _, k in several])
    doc.layers.get(name).freeze()
    return "major", by_layer[name]


def _block_replaced(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "INSERT")
    used = sorted(
        {
            doc.entitydb[h].dxf.name
            for h in shown
            if h in doc.entitydb and doc.entitydb[h].dxftype() == "INSERT"
        }
        - {entity.dxf.name}
    )
    if not used:
        raise LookupError("one block only")
    entity.dxf.name = chance.choice(used)
    return "major", {entity.dxf.handle}


def _dimension(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "DIMENSION")
    for part in doc.blocks.get(entity.dxf.geometry):
        if part.dxftype() == "MTEXT":
            part.text = "9999"
        elif part.dxftype() == "TEXT":
            part.dxf.text = "9999"
    entity.dxf.text = "9999"
    return "major", {entity.dxf.handle}


def _rotated(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "INSERT", "TEXT", "CIRCLE")
    if entity.dxftype() == "CIRCLE":
        entity.dxf.radius *= 1.3
    else:
        entity.dxf.rotation = entity.dxf.get("rotation", 0) + 30
    return "major", {entity.dxf.handle}


def _text_higher(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    entity = _one(doc, shown, chance, "TEXT", "MTEXT")
    if entity.dxftype() == "TEXT":
        entity.dxf.height *= 1.6
    else:
        entity.dxf.char_height *= 1.6
    return "any", {entity.dxf.handle}


def _line_added(doc: Drawing, shown: set[str], chance: random.Random, um: float) -> Touched:
    """A line of 12 mm beside a text."""
    entity = _one(doc, shown, chance, "TEXT", "MTEXT")
    x, y, _ = entity.dxf.insert
    layout = entity.get_layout()
    far = 12_000 / um
    line = layout.add_line((x, y - far / 4), (x + far * 0.8, y - far * 0.8))
    return "major", {line.dxf.handle}


CAD_EDITS: dict[str, Callable[[Drawing, set[str], random.Random, float], Touched]] = {
    "text moved 2 mm": _text_moved,
    "changed text": _text_changed,
    "moved entity": _line_moved,
    "deleted entity": _deleted,
    "colour only": _colour,
    "pen only": _weight,
    "hatch pattern": _hatch,
    "layer frozen": _layer_frozen,
    "block replaced": _block_replaced,
    "dimension overridden": _dimension,
    "turned or larger": _rotated,
    "text higher": _text_higher,
    "line added": _line_added,
}


# -- nothing changed ----------------------------------------------------------------------------------------------


def _same(doc: Drawing, after: Path) -> None:
    doc.saveas(after)


def _version(doc: Drawing, after: Path) -> None:
    doc.dxfversion = "R2004" if doc.dxfversion > "AC1018" else "R2018"
    doc.saveas(after)


def _renumbered(doc: Drawing, after: Path) -> None:
    """All entities in a new document, with handles of its own."""
    fresh = ezdxf.new("R2018")
    for name in ("$LTSCALE", "$PSLTSCALE", "$INSUNITS", "$LUNITS", "$DIMSCALE", "$MEASUREMENT"):
        if name in doc.header:
            fresh.header[name] = doc.header[name]
    fresh.layers.new("__unused")
    for n in range(500):
        fresh.modelspace().add_point((n, 0)).destroy()
    xref.load_modelspace(doc, fresh, conflict_policy=xref.ConflictPolicy.KEEP)
    for layout in doc.layouts:
        if not layout.is_modelspace and len(layout):
            xref.load_paperspace(layout, fresh)
    fresh.saveas(after)


def _origin(doc: Drawing, after: Path) -> None:
    dx, dy = 250_000, -80_000
    transform.inplace(doc.modelspace(), Matrix44.translate(dx, dy, 0))
    for view in (v for layout in doc.layouts if not layout.is_modelspace for v in layout.query("VIEWPORT")):
        # What a view looks at, not its middle: that is counted along the view, which may be turned.
        view.dxf.view_target_point = Vec3(view.dxf.view_target_point) + Vec3(dx, dy)
    doc.saveas(after)


def _reordered(doc: Drawing, after: Path) -> None:
    space = doc.modelspace()
    space.entity_space.entities.reverse()
    doc.saveas(after)


def _binary(doc: Drawing, after: Path) -> None:
    doc.saveas(after, fmt="bin")


def _audited(doc: Drawing, after: Path) -> None:
    doc.audit()
    doc.layers.add("OneMoreLayer")
    doc.saveas(after)


def _exploded(doc: Drawing, after: Path) -> None:
    """Polylines of straight pieces as lines."""
    for entity in doc.modelspace().query("LWPOLYLINE"):
        if not entity.has_arc and not entity.has_width and entity.dxf.get("linetype", "BYLAYER") == "BYLAYER":
            entity.explode()
    doc.saveas(after)


RESAVES: dict[str, Callable[[Drawing, Path], None]] = {
    "re-exported": _same,
    "re-exported; version": _version,
    "re-exported; renumbered": _renumbered,
    "re-exported; origin": _origin,
    "re-exported; reordered": _reordered,
    "re-exported; binary": _binary,
    "re-exported; audited": _audited,
    "re-exported; exploded": _exploded,
}
