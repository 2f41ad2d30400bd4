"""Entities of a page by handle: what they draw, on which layer, and how little of it is written."""

import json
from pathlib import Path
from typing import Any

import pytest
from ezdxf.document import Drawing
from ezdxf.entities.dxfgfx import DXFGraphic

from tests.viewers.render.cad_drawings import add_frame, new_doc, render_doc
from viewers.render import cad_entities
from viewers.render.cad_draw import draw_layout
from viewers.render.manifest import runs_from_json


def framed() -> Drawing:
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    return doc


def told(doc: Drawing, folder: Path) -> dict[str, Any]:
    """handle -> (type, layer, index of the layer drawn, shape)."""
    page = render_doc(doc, folder).pages[0]
    read = json.loads((folder / "out" / "entities" / "0.json").read_text("utf-8"))
    names = [layer.name for layer in page.layers]
    found = {}
    for handle, look, *shape in read["entities"]:
        kind, layer, index = read["names"][look]
        found[handle] = (kind, layer, names[index] if index >= 0 else None, shape)
    return {**found, "is_cut": read["is_cut"]}


def test_a_block_reference_is_one_entity_with_the_lines_of_its_content_and_its_own_layer(tmp_path: Path):
    doc = framed()
    doc.layers.add("家具")
    doc.layers.add("细线")
    block = doc.blocks.new("桌")
    block.add_line((0, 0), (1_000, 0), dxfattribs={"layer": "细线"})
    block.add_lwpolyline([(0, 0), (0, 500), (1_000, 500)], dxfattribs={"layer": "细线"})
    insert = doc.modelspace().add_blockref("桌", (20_000, 20_000), dxfattribs={"layer": "家具"})
    kind, layer, drawn, shape = told(doc, tmp_path)[insert.dxf.handle]
    assert (kind, layer, drawn) == ("INSERT", "家具", "细线")
    assert shape == [[4_000, 4_000, 200, 0], [4_000, 4_000, 0, 100, 200, 0]]


def test_dashes_on_one_line_are_one_line(tmp_path: Path):
    doc = framed()
    axis = doc.modelspace().add_line((10_000, 10_000), (70_000, 40_000), dxfattribs={"linetype": "CENTER"})
    axis.dxf.ltscale = 100
    _, _, _, shape = told(doc, tmp_path)[axis.dxf.handle]
    assert len(shape) == 1
    x, y, dx, dy = shape[0]
    assert (x, y) == (2_000, 2_000)
    assert (dx, dy) == pytest.approx((12_000, 6_000), rel=0.02)


def test_a_circle_is_round_and_a_hatch_is_a_box(tmp_path: Path):
    doc = framed()
    circle = doc.modelspace().add_circle((40_000, 30_000), 5_000)
    hatch = doc.modelspace().add_hatch()
    hatch.paths.add_polyline_path([(10_000, 10_000), (20_000, 10_000), (20_000, 15_000)])
    found = told(doc, tmp_path)
    line = found[circle.dxf.handle][3][0]
    x, y = line[0], line[1]
    for dx, dy in zip(line[2::2], line[3::2], strict=True):
        assert (x - 8_000) ** 2 + (y - 6_000) ** 2 == pytest.approx(1_000**2, rel=0.01)
        x, y = x + dx, y + dy
    assert found[hatch.dxf.handle][3] == [2_000, 2_000, 4_000, 3_000]


def test_a_ray_is_cut_to_the_page_and_a_crowd_is_cut_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    doc = framed()
    ray = doc.modelspace().add_line((10_000, 10_000), (90_000_000, 10_000))
    (x0, _, x1, _) = told(doc, tmp_path)[ray.dxf.handle][3]
    assert (x0, x1) == (2_000, 16_820)
    monkeypatch.setattr(cad_entities, "MOST_ENTITIES", 3)
    (tmp_path / "again").mkdir()
    found = told(doc, tmp_path / "again")
    assert found.pop("is_cut") is True
    assert len(found) == 3


def test_text_knows_its_layer(tmp_path: Path):
    doc = framed()
    doc.layers.add("说明")
    doc.modelspace().add_text("防火门", height=500, dxfattribs={"layer": "说明"}).set_placement(
        (9_000, 9_000)
    )
    page = render_doc(doc, tmp_path).pages[0]
    runs = runs_from_json((tmp_path / "out" / "text" / "0.json").read_text("utf-8"))
    (run,) = [r for r in runs if r.text == "防火门"]
    assert page.layers[run.layer].name == "说明"
    assert {page.layers[r.layer].name for r in runs if r.text != "防火门"} == {"0"}


WHITE = (255, 255, 255)


def white(doc: Drawing) -> dict[str, DXFGraphic]:
    """Entities that are white in every way a drawing can say it."""
    space = doc.modelspace()
    doc.layers.add("白", color=255)
    doc.layers.add("真白").rgb = WHITE
    made: dict[str, DXFGraphic] = {
        "seven": space.add_line((0, 0), (9, 0), dxfattribs={"color": 7}),
        "255": space.add_line((0, 0), (9, 0), dxfattribs={"color": 255}),
        "layer": space.add_line((0, 0), (9, 0), dxfattribs={"layer": "白"}),
        "layer of true white": space.add_line((0, 0), (9, 0), dxfattribs={"layer": "真白"}),
        "true white": space.add_line((0, 0), (9, 0)),
        "text": space.add_text("A", height=3),
        "inline": space.add_mtext("{\\C255;a} {\\c16777215;b}"),
        "pattern": space.add_hatch(),
        "mask": space.add_hatch(),
        "solid": space.add_solid([(0, 0), (5, 0), (0, 5), (5, 5)]),
    }
    made["true white"].rgb = made["text"].rgb = made["pattern"].rgb = made["mask"].rgb = made["solid"].rgb = (
        WHITE
    )
    made["pattern"].set_pattern_fill("ANSI31")  # type: ignore[attr-defined]
    for name in ("pattern", "mask"):
        made[name].paths.add_polyline_path([(0, 0), (30, 0), (30, 30)])  # type: ignore[attr-defined]
    block = doc.blocks.new("块")
    block.add_line((0, 0), (5, 5), dxfattribs={"color": 0})
    made["block"] = space.add_blockref("块", (0, 0), dxfattribs={"color": 255})
    return made


def test_white_lines_and_letters_are_black_on_white_paper_and_white_areas_still_cover():
    doc = new_doc()
    made = white(doc)
    recording = draw_layout(doc, doc.modelspace(), {}, unit_mm=1, draw_dashes=True)
    inks: dict[str, set[str]] = {}
    for record in recording.records:
        inks.setdefault(record.handle, set()).add(recording.properties[record.property_hash].color)
    shown = {name: inks[entity.dxf.handle] for name, entity in made.items()}
    assert {name for name, found in shown.items() if found == {"#ffffff"}} == {"mask", "solid"}
    assert {name for name, found in shown.items() if found == {"#000000"}} == set(made) - {"mask", "solid"}
