"""What a converter's model has and its DXF has not: put back where the two fit, counted where they do not."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from ezdxf.addons.drawing.recorder import FilledPathsRecord
from ezdxf.document import Drawing

from tests.viewers.render.cad_drawings import new_doc
from viewers.render.cad_draw import draw_layout
from viewers.render.cad_dwg_notes import Restored, read_notes, restore
from viewers.render.cad_dwg_records import Arrow, Records, read_records
from viewers.render.cad_problems import losses_of

SQUARE = [[-0.5, -0.5], [0.5, 0.5]]


def _entity(handle: int, kind: str, **props: Any) -> dict[str, Any]:
    told = {"type": kind} if kind.islower() else {"type": "unknown", "type_name": f"dwg.{kind}"}
    return {
        "id": handle, "layer": "0", "color": {"type": "aci", "index": 3}, "linetype": None, "visible": True,
        "kind": told, "props": {f"dwg.{key}": value for key, value in props.items()},
    }  # fmt: skip


def _mask(handle: int, **props: Any) -> dict[str, Any]:
    square = {
        "insertion_point": [1, 2, 0],
        "u_vector": [4, 0, 0],
        "v_vector": [0, 6, 0],
        "clip_vertices": SQUARE,
    }
    return _entity(handle, "WIPEOUT", **{**square, **props})


def _model(*entities: dict[str, Any], **blocks: list[dict[str, Any]]) -> SimpleNamespace:
    spaces = [{"name": name, "entities": list(inside)} for name, inside in blocks.items()]
    return SimpleNamespace(models=[{"name": "Model", "entities": list(entities)}], blocks=spaces)


def _doc(*kinds: str) -> Drawing:
    doc = new_doc()
    for n, kind in enumerate(kinds):
        if kind == "line":
            doc.modelspace().add_line((n, 0), (n, 10))
        elif kind == "hatch":
            hatch = doc.modelspace().add_hatch()
            hatch.set_pattern_fill("ANSI31", color=1)
            hatch.paths.add_polyline_path([(0, 0), (10, 0), (10, 10), (0, 10)])
        elif kind == "leader":
            doc.modelspace().add_leader([(0, 0), (10, 0)])
        elif kind == "text":
            doc.modelspace().add_mtext("a", {"char_height": 1})
    return doc


def _restore(
    doc: Drawing,
    document: SimpleNamespace,
    lost: dict[str, int] | None = None,
    records: Records | None = None,
) -> Restored:
    return restore(doc, read_notes(document), lost or {}, records or Records())


def _kinds(doc: Drawing) -> list[str]:
    return [entity.dxftype() for entity in doc.modelspace()]


def test_a_mask_comes_between_what_it_hides_and_what_hides_it():
    doc = _doc("line", "line")
    restored = _restore(doc, _model(_entity(1, "line"), _mask(2), _entity(3, "line")), {"WIPEOUT": 1})
    assert _kinds(doc) == ["LINE", "WIPEOUT", "LINE"]
    assert not restored.all_lost
    corners = {(round(p.x), round(p.y)) for p in doc.modelspace()[1].boundary_path_wcs()}
    assert corners == {(1, 2), (5, 2), (5, 8), (1, 8)}


def test_scales_of_line_types_and_transparency_are_given_back():
    doc = _doc("line", "line")
    _restore(
        doc, _model(_entity(1, "line", linetype_scale=0.25), _entity(2, "line", transparency=0x020000FF))
    )
    first, second = doc.modelspace()
    assert (first.dxf.ltscale, second.dxf.ltscale) == (0.25, 1.0)
    assert (first.dxf.hasattr("transparency"), second.dxf.transparency) == (False, 0x020000FF)


@pytest.mark.parametrize(
    ("raw", "rgb"), [(0xC2FF8000, (255, 128, 0)), (0xC3000001, (255, 0, 0)), (-1040154624, (0, 128, 0))]
)
def test_the_colour_behind_a_pattern_is_drawn_under_it(raw, rgb):
    doc = _doc("hatch")
    _restore(doc, _model(_entity(1, "hatch", **{"eed.HATCHBACKGROUNDCOLOR": [raw & 0xFFFFFFFF]})))
    assert tuple(doc.modelspace()[0].bgcolor) == rgb
    recording = draw_layout(doc, doc.modelspace(), {}, unit_mm=1, draw_dashes=True)
    assert isinstance(recording.records[0], FilledPathsRecord)
    color = recording.properties[recording.records[0].property_hash].color
    assert color[:7] == "#{:02x}{:02x}{:02x}".format(*rgb)
    assert len(recording.records) > 1


@pytest.mark.parametrize(
    ("style", "annotated", "is_known"),
    [
        ("arrows", False, True), ("ARROWS", False, True), ("unknown", False, False), ("arrows", True, False),
        ("gone", False, False),
    ],
)  # fmt: skip
def test_a_leader_whose_end_is_not_known_is_counted(style, annotated, is_known):
    doc = _doc("leader")
    arrows = {"arrows": Arrow(2.0, 1.0, ""), "unknown": Arrow(2.0, 1.0, None)}
    records = Records(arrows, annotated=frozenset({1} if annotated else ()))
    restored = _restore(doc, _model(_entity(1, "leader", dimstyle=style)), records=records)
    assert sum(restored.looks.values(), Counter()) == ({} if is_known else {"LEADER": 1})


def test_an_arrowhead_has_the_colour_of_its_leader():
    doc = _doc()
    doc.blocks.new("HEAD").add_line((0, 0), (-1, 0), {"color": 0})
    doc.modelspace().add_leader([(0, 0), (10, 0)], dxfattribs={"color": 1})
    _restore(doc, _model(_entity(1, "leader", dimstyle="s")), records=Records({"s": Arrow(2.0, 1.0, "HEAD")}))
    recording = draw_layout(doc, doc.modelspace(), {}, unit_mm=1, draw_dashes=True)
    assert {recording.properties[record.property_hash].color for record in recording.records} == {"#ff0000"}
    assert sorted(round(box[2] - box[0]) for box in recording.boxes) == [2, 10]


@pytest.mark.parametrize(
    ("eed", "size", "counted"),
    [
        (["DSTYLE", "{", 41, 3.0, 40, 2.0, "}"], 6, {}),
        (["DSTYLE", "{", 41, 3.0, "}"], 3, {}),
        (["DSTYLE", "{", 271, 0, "}"], 2, {}),
        (["DSTYLE", "{", 341, 77, 41, 3.0, "}"], 3, {"LEADER": 1}),
    ],
)
def test_a_leader_may_have_sizes_of_its_own(eed, size, counted):
    doc = _doc("leader", "leader")
    doc.blocks.new("HEAD").add_line((0, 0), (-1, 0))
    leaders = _entity(1, "leader", dimstyle="s", **{"eed.ACAD": eed}), _entity(2, "leader", dimstyle="s")
    restored = _restore(doc, _model(*leaders), records=Records({"s": Arrow(2.0, 1.0, "HEAD")}))
    heads = [list(leader.virtual_entities())[-1] for leader in doc.modelspace()]
    assert [head.dxf.start.distance(head.dxf.end) for head in heads] == [size, 2]
    assert sum(restored.looks.values(), Counter()) == counted


def test_gradients_and_columns_are_counted():
    doc = _doc("hatch", "text", "text")
    columns = ["ACAD_MTEXT_COLUMN_INFO_BEGIN", 75, 2, 79, 0, 76]
    model = _model(
        _entity(1, "hatch", hatch_gradient="LINEAR"),
        _entity(2, "m_text", **{"eed.ACAD": [*columns, 1]}),
        _entity(3, "m_text", **{"eed.ACAD": [*columns, 3]}),
    )
    assert sum(_restore(doc, model).looks.values(), Counter()) == {"HATCH": 1, "MTEXT": 1}


def test_nothing_is_put_where_model_and_dxf_do_not_fit():
    doc = _doc("line", "text")
    model = _model(_entity(1, "m_text", linetype_scale=5.0), _entity(2, "line", linetype_scale=5.0), _mask(3))
    restored = _restore(doc, model)
    assert _kinds(doc) == ["LINE", "MTEXT"]
    assert {entity.dxf.ltscale for entity in doc.modelspace()} == {1.0}
    assert restored.all_lost == {"WIPEOUT": 1}


def test_a_mask_that_says_too_little_is_lost():
    doc = _doc("line")
    model = _model(_entity(1, "line"), _entity(2, "WIPEOUT"), _entity(3, "3DSOLID"), _entity(4, "ATTDEF"))
    assert _restore(doc, model).all_lost == {"WIPEOUT": 1, "3DSOLID": 1}
    assert _kinds(doc) == ["LINE"]


def test_the_order_of_the_table_counts():
    doc = _doc("line", "text")
    model = _model(_entity(1, "line"), _entity(2, "m_text"), _mask(3))
    _restore(doc, model, records=Records(order={1: 9, 3: 1}))
    assert _kinds(doc) == ["WIPEOUT", "MTEXT", "LINE"]


def test_what_is_lost_is_said_of_the_layouts_that_have_it():
    doc = _doc("line")
    doc.blocks.new("INNER")
    doc.blocks.new("OUTER").add_blockref("INNER", (0, 0))
    doc.layout("Layout1").add_blockref("OUTER", (0, 0))
    viewing = doc.layouts.new("Viewing")
    viewing.add_viewport((100, 100), (50, 50), (0, 0), 100)
    bare = doc.layouts.new("Bare")
    model = _model(_entity(1, "line"), _entity(2, "3DSOLID"), INNER=[_entity(3, "MULTILEADER")])
    restored = _restore(doc, model, {"MULTILEADER": 1, "3DSOLID": 1})
    told = {
        layout.name: dict(losses_of(doc, layout, restored, []).converter)
        for layout in (doc.modelspace(), doc.layout("Layout1"), viewing, bare)
    }
    assert told == {
        "Model": {"3DSOLID": 1}, "Layout1": {"MULTILEADER": 1}, "Viewing": {"3DSOLID": 1}, "Bare": {},
    }  # fmt: skip


def test_what_only_the_converter_knows_of_is_said_of_every_layout():
    doc = _doc("line")
    restored = _restore(doc, _model(_entity(1, "line")), {"REGION": 2})
    assert losses_of(doc, doc.layout("Layout1"), restored, []).converter == {"REGION": 2}


@pytest.mark.parametrize("content", [b"", b"AC1018" + bytes(200), b"not a drawing"])
def test_records_of_a_broken_file_tell_nothing(content, tmp_path):
    source = tmp_path / "a.dwg"
    source.write_bytes(content)
    assert read_records(source, "AC1018") == Records()
