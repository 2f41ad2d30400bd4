import io

import ezdxf
import pytest
from ezdxf.lldxf.const import DXFStructureError
from ezdxf.lldxf.tagger import ascii_tags_loader, tag_compiler

from viewers.render.cad_extents import Extents
from viewers.render.cad_tags import read_tags
from viewers.render.sandbox import Limits

MIB = 1 << 20


def as_read(text):
    return [(tag.code, tag.value) for tag in read_tags(io.StringIO(text))]


@pytest.mark.parametrize(
    "text",
    [
        "  0\nSECTION\n  2\nENTITIES\n  0\nEOF\n",
        "0\nLINE\n10\n1\n20\n2\n30\n3\n11\n4\n21\n5\n62\n7\n0\nEOF\n",
        "0\nX\n10\n1.5\n20\n2\n10\n3\n20\n4\n0\nEOF\n",
        "999\nsaid\n0\nX\n310\nFF00\n1\n trailing  \n70\n 3\n40\n1e3\n70\n2.0\n0\nEOF\n0\nMORE\n",
        "0\nX\n1\nno newline at the end",
        "0\nX\n10\n1\n20\n2\n30\n3",
        "",
    ],
)
def test_tags_are_those_of_ezdxf(text):
    theirs = [(tag.code, tag.value) for tag in tag_compiler(ascii_tags_loader(io.StringIO(text)))]
    assert as_read(text) == theirs


@pytest.mark.parametrize(
    "text",
    [
        "nonsense\nX\n",
        "0\nX\n10\n1\n30\n2\n",
        "0\nX\n10\none\n20\n2\n0\nY\n",
        "0\nX\n40\nwide\n",
        "0\nX\n310\nGG\n",
    ],
)
def test_what_is_no_dxf_is_an_error_for_the_recovering_reader(text):
    with pytest.raises(DXFStructureError):
        as_read(text)


def test_a_box_holds_what_is_drawn_through_blocks_within_blocks():
    doc = ezdxf.new()
    inner, outer = doc.blocks.new("inner"), doc.blocks.new("outer")
    inner.add_circle((10, 0), 5)
    inner.add_lwpolyline([(0, 0, 1), (4, 0, 0)], format="xyb")
    outer.add_blockref("inner", (100, 0), dxfattribs={"rotation": 90})
    insert = doc.modelspace().add_blockref("outer", (1000, 0), dxfattribs={"xscale": 2, "yscale": 2})
    box = Extents().box_of(insert)
    assert box is not None
    x0, y0, x1, y1 = box
    assert x0 <= 1190
    assert y0 <= 0
    assert x1 >= 1210
    assert y1 >= 30
    assert x1 - x0 < 100
    assert Extents().meets(insert, (1195, 10, 1205, 20))
    assert not Extents().meets(insert, (0, 0, 100, 100))


def test_what_has_no_end_is_never_left_out():
    doc = ezdxf.new()
    block = doc.blocks.new("ray")
    block.add_xline((0, 0), (1, 0))
    insert = doc.modelspace().add_blockref("ray", (0, 0))
    assert Extents().meets(insert, (1e6, -1, 1e6 + 1, 1))


def test_the_time_allowed_grows_with_the_file_up_to_a_cap():
    limits = Limits()
    assert limits.reading_cpu(0) == limits.page_cpu
    assert limits.reading_cpu(60 * MIB) == 600
    assert limits.reading_cpu(10 * MIB) == limits.page_cpu + 100
    assert limits.reading_cpu(2000 * MIB) == limits.large_cpu < limits.total_cpu
