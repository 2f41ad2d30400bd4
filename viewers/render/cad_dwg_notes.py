"""What the converter of DWG reads and does not write into the DXF: noted from its model, put into the document.

``pycadkit`` reads a DWG into a model of its own, and its DXF lacks much of what the model has: the scale of line types,
transparency, colours behind hatches, the styles of leaders, masks (WIPEOUT), pictures beyond the first. Both have the
entities of a space in the same order, so that each one of the model finds its own in the DXF; where that cannot be,
nothing is put in, and what is missing is counted.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ezdxf import colors
from ezdxf.document import Drawing
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.entities.hatch import Hatch
from ezdxf.entities.image import Image, ImageDef, Wipeout
from ezdxf.entities.insert import Insert
from ezdxf.layouts.base import BaseLayout
from ezdxf.math import Vec2, Vec3
from ezdxf.xclip import XClip

from viewers.render.cad_dwg_records import Arrow, Records

_TYPES = {
    "line": ("LINE",),
    "polyline": ("LWPOLYLINE", "POLYLINE"),
    "hatch": ("HATCH",),
    "m_text": ("MTEXT",),
    "text": ("TEXT",),
    "dimension": ("DIMENSION",),
    "insert": ("INSERT",),
    "arc": ("ARC",),
    "circle": ("CIRCLE",),
    "ellipse": ("ELLIPSE",),
    "point": ("POINT",),
    "spline": ("SPLINE",),
    "leader": ("LEADER",),
    "image": ("IMAGE",),
    "face": ("SOLID", "3DFACE", "TRACE"),
    "mesh": ("POLYLINE", "MESH"),
    "viewport": ("VIEWPORT",),
}
"""Kinds of the model, and what they are in the DXF; a kind that the model only names is named as in DXF."""
_BACKGROUND = "dwg.eed.HATCHBACKGROUNDCOLOR"
_KEPT = (
    "dwg.linetype_scale", "dwg.transparency", "dwg.dimstyle", "dwg.eed.ACAD", _BACKGROUND, "dwg.hatch_gradient",
    "dwg.clip_vertices", "dwg.insertion_point", "dwg.u_vector", "dwg.v_vector",
)  # fmt: skip
_OVERRIDES = {40: "dimscale", 41: "dimasz"}
"""Codes of dimension variables that a leader may set for itself."""


@dataclass(frozen=True)
class _Noted:
    """One entity of the model."""

    kind: str
    """As in :data:`_TYPES`, or the DXF type."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the DXF may lack of it."""
    looks: Mapping[str, Any] = field(default_factory=dict)
    """Layer, colour, line type: for what has to be made anew."""


@dataclass
class SpaceNotes:
    """The entities of a layout or a block, in drawing order."""

    name: str
    is_block: bool
    entities: list[_Noted]
    handles: list[int]


@dataclass
class Restored:
    """What is still missing after everything that could be was put in."""

    lost: dict[str, Counter[str]] = field(default_factory=dict)
    """Entities that are in the DWG only, by type, by :func:`space_key` of their layout or block."""
    looks: dict[str, Counter[str]] = field(default_factory=dict)
    """Entities whose looks are not those of the DWG, in the same way."""
    nowhere: Counter[str] = field(default_factory=Counter)
    """Entities that are in the DWG only, nobody knows where."""
    looks_nowhere: Counter[str] = field(default_factory=Counter)
    """Entities whose looks differ, nobody knows which."""

    @property
    def all_lost(self) -> Counter[str]:
        """Wherever they are."""
        return sum(self.lost.values(), Counter(self.nowhere))


def read_notes(document: Any) -> list[SpaceNotes]:
    """Note what the converter's document has, as briefly as can be: its model is as large as the DXF."""
    return [*_spaces(document.models, is_block=False), *_spaces(document.blocks, is_block=True)]


def _spaces(spaces: Iterable[Mapping[str, Any]], *, is_block: bool) -> Iterator[SpaceNotes]:
    for space in spaces:
        entities = space["entities"]
        yield SpaceNotes(
            space["name"], is_block, _noted(entities), [int(entity["id"] or 0) for entity in entities]
        )


def space_key(space: BaseLayout) -> str:
    """A layout or a block, by the handle under which the document keeps it."""
    return str(space.block_record_handle)


def restore(
    doc: Drawing,
    notes: Iterable[SpaceNotes],
    told_lost: Mapping[str, int],
    records: Records,
) -> Restored:
    """Put into the document what the DXF lacks.

    Args:
        doc: the document read from the converter's DXF.
        notes: what the converter's model has.
        told_lost: what the converter says it did not write, by type.
        records: what the records of the DWG tell.
    """
    result = Restored()
    noted: Counter[str] = Counter()
    for name, arrow in records.arrows.items():
        # The converter writes styles of dimensions only.
        style = doc.dimstyles.get(name) if name in doc.dimstyles else doc.dimstyles.new(name)
        style.dxf.dimasz, style.dxf.dimscale = arrow.size, arrow.scale
        style.dxf.dimldrblk = arrow.block or ""
    for space_notes in notes:
        noted.update(_dxf_type(one) for one in space_notes.entities)
        space = _space(doc, space_notes)
        if space is not None:
            _restore_space(space, space_notes, records, result)
    result.nowhere = Counter(told_lost) - noted
    result.looks_nowhere = +Counter(XCLIP=sum(handle < 0 for handle in records.clips))
    return result


def _noted(entities: Iterable[Mapping[str, Any]]) -> list[_Noted]:
    plain: dict[str, _Noted] = {}
    found = []
    for entity in entities:
        kind = entity["kind"]["type"]
        name = str(entity["kind"].get("type_name", kind)).removeprefix("dwg.") if kind == "unknown" else kind
        props = entity["props"] or {}
        told = {key: props[key] for key in _KEPT if key in props}
        if kind == "image":
            told.update(entity["kind"])
        looks = {}
        if kind in {"unknown", "image"}:
            looks = {key: entity[key] for key in ("layer", "color", "linetype", "visible")}
        if told or looks:
            found.append(_Noted(name, told, looks))
        else:
            found.append(plain.setdefault(name, _Noted(name)))
    return found


def _space(doc: Drawing, notes: SpaceNotes) -> BaseLayout | None:
    if notes.is_block:
        return doc.blocks.get(notes.name)
    if notes.name.lower() == "model":
        return doc.modelspace()
    return doc.layouts.get(notes.name) if notes.name in doc.layouts else None


def _restore_space(
    space: BaseLayout,
    notes: SpaceNotes,
    records: Records,
    result: Restored,
) -> None:
    entities: list[DXFGraphic] = list(space)
    pairs = _pairs(entities, notes.entities)
    lost: Counter[str] = Counter()
    looks: Counter[str] = Counter()
    if pairs is None:
        there = Counter(entity.dxftype() for entity in entities)
        lost = Counter(_dxf_type(noted) for noted in notes.entities) - there
    else:
        images = {
            e.image_def.dxf.filename: e.image_def
            for e in entities
            if isinstance(e, Image) and e.image_def is not None
        }
        ordered: list[tuple[int, DXFGraphic]] = []
        for handle, (noted, entity) in zip(notes.handles, pairs, strict=True):
            one = entity
            if one is not None:
                missing = _complete(one, noted, records.arrows)
                missing["LEADER"] |= noted.kind == "leader" and handle in records.annotated
                looks.update(missing)
                looks["XCLIP"] += not _cut(one, records.clips.get(handle))
            else:
                one = _made(space, noted, images)
            if one is not None:
                ordered.append((records.order.get(handle, handle), one))
            else:
                lost[_dxf_type(noted)] += 1
        if any(handle in records.order for handle in notes.handles):
            ordered.sort(key=lambda pair: pair[0])
        space.entity_space.entities[:] = [one for _, one in ordered]
    # ATTDEFs are the forms of attributes: a block reference draws its attributes, not the forms.
    lost.pop("ATTDEF", None)
    result.lost[space_key(space)], result.looks[space_key(space)] = lost, +looks


def _dxf_type(noted: _Noted) -> str:
    return _TYPES.get(noted.kind, (noted.kind,))[0]


def _pairs(entities: list[DXFGraphic], noted: list[_Noted]) -> list[tuple[_Noted, DXFGraphic | None]] | None:
    """Each entity of the model with its own of the DXF, or with none; None when the two do not fit."""
    pairs: list[tuple[_Noted, DXFGraphic | None]] = []
    at = 0
    for one in noted:
        if at < len(entities) and entities[at].dxftype() in _TYPES.get(one.kind, (one.kind,)):
            pairs.append((one, entities[at]))
            at += 1
        else:
            pairs.append((one, None))
    return pairs if at == len(entities) else None


def _complete(entity: DXFGraphic, noted: _Noted, arrows: Mapping[str, Arrow]) -> Counter[str]:
    """Give an entity what the DXF lacks of it; counts what cannot be given."""
    told = noted.told
    scale = told.get("dwg.linetype_scale")
    if isinstance(scale, float) and 0 < scale < 1e9:
        entity.dxf.ltscale = scale
    transparency = told.get("dwg.transparency")
    if isinstance(transparency, int) and 0 <= transparency < 1 << 32:
        entity.dxf.transparency = transparency
    missing: Counter[str] = Counter()
    if isinstance(entity, Hatch):
        with contextlib.suppress(TypeError, ValueError, IndexError):
            if _BACKGROUND in told:
                entity.bgcolor = _rgb(int(told[_BACKGROUND][0]))
        missing["HATCH"] += "dwg.hatch_gradient" in told
    elif noted.kind == "leader":
        missing["LEADER"] += not _complete_leader(entity, told, arrows)
    elif noted.kind == "m_text":
        missing["MTEXT"] += _columns(told.get("dwg.eed.ACAD", ())) > 1
    return +missing


def _complete_leader(entity: DXFGraphic, told: Mapping[str, Any], arrows: Mapping[str, Arrow]) -> bool:
    """Give a leader its style; False when its arrowhead is not known."""
    name = str(told.get("dwg.dimstyle", ""))
    arrow = arrows.get(name.lower())
    if entity.doc is None or name not in entity.doc.dimstyles or arrow is None:
        return not entity.dxf.get("has_arrowhead", 1)
    entity.dxf.dimstyle = name
    # The colour of a style that names none: what the leader has itself.
    entity.dxf.block_color = entity.dxf.color
    is_known = arrow.block is not None
    own = list(told.get("dwg.eed.ACAD", ()))
    if "DSTYLE" in own:
        values = own[own.index("DSTYLE") + 2 :]
        given = dict(zip(values[::2], values[1::2], strict=False))
        is_known = is_known and not (given.get(5) or given.get(341))
        entity.dxf.dimstyle = _own_style(entity.doc, name, given)
    return is_known or not entity.dxf.get("has_arrowhead", 1)


def _own_style(doc: Drawing, name: str, given: Mapping[Any, Any]) -> str:
    """The name of a style like another, with the sizes that a leader gives itself."""
    sizes = {_OVERRIDES[code]: given[code] for code in _OVERRIDES if isinstance(given.get(code), float)}
    if not sizes:
        return name
    own = "$".join([name, *(f"{variable}{value}" for variable, value in sizes.items())])
    if own not in doc.dimstyles:
        doc.dimstyles.duplicate_entry(name, own)
        for variable, value in sizes.items():
            doc.dimstyles.get(own).dxf.set(variable, value)
    return own


def _cut(entity: DXFGraphic, outline: tuple[Vec2, ...] | None) -> bool:
    """Cut a block reference as the DWG does; False when it is to be cut and nobody knows where."""
    if outline is None or not isinstance(entity, Insert) or XClip(entity).has_clipping_path:
        return True
    if not outline:
        return False
    XClip(entity).set_block_clipping_path(outline)
    return True


def _columns(eed: Any) -> int:
    values = list(eed) if isinstance(eed, list | tuple) else []
    if "ACAD_MTEXT_COLUMN_INFO_BEGIN" not in values:
        return 0
    values = values[values.index("ACAD_MTEXT_COLUMN_INFO_BEGIN") + 1 :]
    told = dict(zip(values[::2], values[1::2], strict=False))
    return int(told.get(76, 0)) if told.get(75, 0) else 0


def _rgb(raw: int) -> colors.RGB:
    """A colour as DWG writes it: the highest byte says whether the rest is an index or red, green and blue."""
    if raw >> 24 & 0xFF == 0xC3:
        return colors.aci2rgb(raw & 0xFF)
    return colors.int2rgb(raw & 0xFFFFFF)


def _made(space: BaseLayout, noted: _Noted, images: Mapping[str, ImageDef]) -> DXFGraphic | None:
    """An entity that the DXF does not have, made from what the model says; None when it says too little."""
    attributes = _looks(noted)
    told = noted.told
    try:
        if noted.kind == "WIPEOUT":
            return _placed(
                space.new_entity("WIPEOUT", attributes), told, told["dwg.insertion_point"],
                told["dwg.u_vector"], told["dwg.v_vector"], (1, 1),
            )  # fmt: skip
        definition = images.get(told.get("path", ""))
        if noted.kind == "image" and definition is not None:
            width, height = told["size_px"]
            place, u, v = (_xyz(told[key]) for key in ("position", "u_vector", "v_vector"))
            image = space.add_image(definition, place, (1, 1), 0, attributes)
            return _placed(image, told, place, Vec3(u) / width, Vec3(v) / height, (width, height))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return None


def _xyz(point: Mapping[str, float]) -> tuple[float, float, float]:
    return point["x"], point["y"], point["z"]


def _placed(
    entity: DXFGraphic, told: Mapping[str, Any], insert: Any, u: Any, v: Any, size: tuple[float, float]
) -> DXFGraphic:
    if not isinstance(entity, Image | Wipeout):
        raise TypeError(entity.dxftype())
    dxf = entity.dxf
    dxf.insert, dxf.u_pixel, dxf.v_pixel, dxf.image_size = Vec3(insert), Vec3(u), Vec3(v), Vec3(*size)
    vertices = told.get("dwg.clip_vertices")
    if vertices:
        entity.set_boundary_path(vertices)
        dxf.clipping = 1
    return entity


def _looks(noted: _Noted) -> dict[str, Any]:
    looks = noted.looks
    color = looks.get("color") or {}
    attributes: dict[str, Any] = {"layer": looks.get("layer") or "0"}
    if color.get("type") == "aci":
        attributes["color"] = int(color["index"])
    elif color.get("type") == "by_block":
        attributes["color"] = 0
    if looks.get("visible") is False:
        attributes["invisible"] = 1
    return attributes
