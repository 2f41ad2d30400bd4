"""Dashes, letters and shapes of line types, where they end up on the sheet."""

import math
from collections.abc import Mapping
from pathlib import Path

import ezdxf
import pytest
from ezdxf.addons.drawing.recorder import FilledPathsRecord, PathRecord, SolidLinesRecord
from ezdxf.document import Drawing
from ezdxf.lldxf.types import DXFTag

from tests.viewers.render.cad_drawings import add_frame, codes, new_doc, problem, render_doc
from viewers.render import cad_linetypes
from viewers.render.cad_draw import draw_layout
from viewers.render.cad_preflight import preflight
from viewers.render.cad_recording import Recording
from viewers.render.manifest import Completeness

_GAS = 'A,10,-2,["GAS",STANDARD,S=2,R=0.0,X=0.0,Y=-1],-8'
_TICK = "A,5,[130,ltypeshp.shx,S=2],5"
# A shape file of one shape, number 130: a stroke two units long, straight up.
_SHX = (
    b"AutoCAD-86 shapes 1.0\r\n\x1a"
    + b"".join(number.to_bytes(2, "little") for number in (130, 130, 1, 130, 3))
    + b"\0\x24\0EOF"
)


def _drawn(
    doc: Drawing,
    name: str = "Model",
    companions: Mapping[str, Path] | None = None,
    *,
    draw_dashes: bool = True,
) -> Recording:
    return draw_layout(doc, doc.layouts.get(name), companions or {}, unit_mm=1, draw_dashes=draw_dashes)


def _dashes(recording: Recording) -> list[tuple[float, ...]]:
    """x0, y0, x1, y1."""
    lines = [r.lines.np_vertices() for r in recording.records if isinstance(r, SolidLinesRecord)]
    return [tuple(round(v, 3) for v in row) for each in lines for row in each.reshape(-1, 4).tolist()]


def _letters(recording: Recording) -> list[tuple[float, ...]]:
    """The box of each symbol made of letters."""
    return [
        tuple(recording.boxes[i])
        for i, record in enumerate(recording.records)
        if isinstance(record, FilledPathsRecord)
    ]


def _with_line(pattern: str, length: float, *points: tuple[float, float]) -> Drawing:
    doc = new_doc()
    doc.linetypes.add("COMPLEX", pattern, length=length)
    doc.modelspace().add_lwpolyline(points, dxfattribs={"linetype": "complex"})
    return doc


def _with_view(flags: int, ltscale: float) -> Drawing:
    """A dashed line of model space, seen at 1:100."""
    doc = new_doc()
    doc.header["$LTSCALE"] = ltscale
    doc.linetypes.add("D10", [20.0, 10.0, -10.0])
    doc.modelspace().add_line((0, 0), (20_000, 0), {"linetype": "D10"})
    layout = doc.layout("Layout1")
    layout.page_setup(size=(420, 297), margins=(0, 0, 0, 0), units="mm")
    layout.dxf.layout_flags = flags
    layout.add_viewport((200, 150), (200, 100), (10_000, 0), view_height=10_000)
    return doc


@pytest.mark.parametrize(("flags", "ltscale", "dash"), [(1, 1, 10), (1, 0.5, 5), (0, 100, 10), (0, 10, 1)])
def test_dashes_seen_through_a_viewport_are_as_long_as_they_are_plotted(flags, ltscale, dash):
    dashes = _dashes(_drawn(_with_view(flags, ltscale), "Layout1"))
    assert len(dashes) == pytest.approx(200 / dash / 2, abs=1)
    assert {round(x1 - x0, 3) for x0, _, x1, _ in dashes[1:-1]} == {dash}


def test_a_viewport_of_an_old_drawing_goes_by_the_header():
    doc = _with_view(1, 100)
    assert cad_linetypes.is_dashed_as_paper(doc, doc.layout("Layout1"))
    old = ezdxf.new("R12")
    old.header["$PSLTSCALE"] = 0
    assert not cad_linetypes.is_dashed_as_paper(old, old.layout("Layout1"))
    old.header["$PSLTSCALE"] = 1
    assert cad_linetypes.is_dashed_as_paper(old, old.layout("Layout1"))


def test_letters_stand_in_the_gaps_of_their_line():
    recording = _drawn(_with_line(_GAS, 20, (0, 0), (40, 0)))
    assert _dashes(recording) == [(0, 0, 10, 0), (20, 0, 30, 0)]
    letters = _letters(recording)
    assert [round(x0) for x0, _, _, _ in letters] == [12, 32]
    for x0, y0, x1, y1 in letters:
        assert (y0, y1) == (pytest.approx(-1, abs=0.1), pytest.approx(1, abs=0.1))
        assert 2 < x1 - x0 < 8
    assert recording.undrawn_linetypes == set()
    assert recording.replaced_fonts, "the font of the letters is not said to be another"


def test_letters_follow_their_line_round_a_corner_and_grow_with_its_scale():
    doc = _with_line(_GAS, 20, (0, 0), (11, 0), (11, 100))
    doc.header["$LTSCALE"] = 2
    first, second, *_ = _letters(_drawn(doc))
    # The first gap ends 24 along the line: 13 up the second piece, where letters are turned to the left.
    assert first[1] == pytest.approx(13, abs=0.5)
    assert (first[0], first[2]) == (pytest.approx(9, abs=0.2), pytest.approx(13, abs=0.2))
    assert second[1] - first[1] == pytest.approx(40, abs=0.1)


@pytest.mark.parametrize(("flags", "is_upright"), [(2, False), (10, True)])
def test_upright_letters_are_readable_on_a_line_drawn_from_the_right(flags, is_upright):
    doc = _with_line(_GAS.replace("GAS", "L"), 20, (40, 0), (0, 0))
    tags = doc.linetypes.get("COMPLEX").pattern_tags.tags
    tags[:] = [DXFTag(74, flags) if tag.code == 74 and tag.value else tag for tag in tags]
    recording = _drawn(doc)
    path = next(r for r in recording.records if isinstance(r, FilledPathsRecord)).paths[0]
    points = path.vertices()
    left = [p.y for p in points if p.x < min(q.x for q in points) + 0.3]
    right = [p.y for p in points if p.x > max(q.x for q in points) - 0.3]
    # The long stroke of an L is at its left, unless it stands on its head.
    assert (max(left) - min(left) > max(right) - min(right)) is is_upright
    assert max(p.x for p in points) <= 28.01
    assert min(p.x for p in points) >= 20


def test_letters_with_an_angle_of_their_own_do_not_follow_the_line():
    doc = _with_line(_GAS, 20, (0, 0), (0, 40))
    tags = doc.linetypes.get("COMPLEX").pattern_tags.tags
    tags[:] = [DXFTag(74, 3) if tag.code == 74 and tag.value else tag for tag in tags]
    x0, y0, x1, y1 = _letters(_drawn(doc))[0]
    assert x1 - x0 > y1 - y0


def test_shapes_are_drawn_from_the_file_that_was_sent_along(tmp_path):
    file = tmp_path / "stored-without-a-suffix"
    file.write_bytes(_SHX)
    doc = _with_line(_TICK, 10, (0, 0), (30, 0))
    recording = _drawn(doc, companions={"LTYPESHP.SHX": file})
    ticks = [recording.boxes[i] for i, r in enumerate(recording.records) if isinstance(r, PathRecord)]
    assert [tuple(round(v, 3) for v in tick) for tick in ticks] == [
        (5, 0, 5, 4), (15, 0, 15, 4), (25, 0, 25, 4),
    ]  # fmt: skip
    assert recording.undrawn_linetypes == set()


@pytest.mark.parametrize(
    "content", [None, b"AutoCAD-86 shapes 1.0\r\n\x1a\x82\x00\x82", _SHX.replace(b"\x82", b"\x83")]
)
def test_a_line_type_whose_shapes_are_not_drawn_is_named_on_the_sheets_that_use_it(content, tmp_path):
    companions = {}
    if content is not None:
        companions["ltypeshp.shx"] = tmp_path / "broken"
        companions["ltypeshp.shx"].write_bytes(content)
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.linetypes.add("Tracks", _TICK, length=10)
    assert "linetype-symbols" not in codes(render_doc(doc, tmp_path, companions))
    doc.modelspace().add_line((1000, 1000), (9000, 1000), {"linetype": "Tracks"})
    found = render_doc(doc, tmp_path, companions)
    assert problem(found, "linetype-symbols").detail["names"] == ["Tracks"]
    assert found.pages[0].completeness is Completeness.PARTIAL


def test_a_sheet_of_too_many_letters_says_so(monkeypatch):
    monkeypatch.setattr(cad_linetypes, "MAX_SYMBOLS", 2)
    recording = _drawn(_with_line(_GAS, 20, (0, 0), (100, 0)))
    assert len(_letters(recording)) == 2
    assert recording.undrawn_linetypes == {"COMPLEX"}


def test_lines_that_are_drawn_solid_have_no_letters():
    recording = _drawn(_with_line(_GAS, 20, (0, 0), (100, 0)), draw_dashes=False)
    assert not _letters(recording)
    assert not _dashes(recording)


def test_letters_too_many_to_draw_are_counted_before():
    far = 1e7
    doc = _with_line(_GAS, 20, (0, 0), (far, 0))
    checked = preflight(doc)
    assert checked.dashes > far / 20 * 3
    assert math.isfinite(checked.dashes)
    assert not checked.draw_dashes


def test_dashes_seen_small_are_not_taken_for_too_many():
    on_paper, in_model = (preflight(_with_view(flags, 0.01)).dashes for flags in (1, 0))
    alone = 20_000 / (10 * 0.01 * 2)
    assert in_model == pytest.approx(alone * 1.25)
    assert on_paper == pytest.approx(alone * 1.0025)
