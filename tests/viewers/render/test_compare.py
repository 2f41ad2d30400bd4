"""What must hold of every comparison, on pairs made from recipes (never a time)."""

from dataclasses import replace

import numpy as np
import pytest

from tests.assets.make_pairs import Recipe, make_pair
from tests.bench.compare import meets
from tests.viewers.render.pdf_samples import line, text_at, write_pdf
from viewers.render.compare.pages import compare_files
from viewers.render.compare.values import Comparison, Kind, Method, Severity

SMALL = "cn:建施-12"


def compared(tmp_path, edit, place="same", form="pdf", base=SMALL, seed=5):
    """A pair, and what is found between its sheets."""
    pair = make_pair(Recipe("x", base, form, edit, place, seed, "dev"), tmp_path / "pair")
    return pair, compare_files((pair.before, 0), (pair.after, 0), tmp_path)


def found_all(pair, comparison, severity=Severity.MAJOR):
    """Every change of the pair meets a region, and no region is false."""
    assert pair.items
    for item in pair.items:
        assert any(meets(r.after, b) for r in comparison.regions for b in item.boxes), item
    for region in comparison.regions:
        assert any(meets(region.after, b) for item in pair.items for b in item.boxes), region
    assert {r.severity for r in comparison.regions} == {severity}


@pytest.mark.parametrize("place", ["same", "resave", "shift", "turn90", "turn270", "rotate", "scale"])
def test_a_sheet_written_otherwise_shows_no_region(tmp_path, place):
    _, comparison = compared(tmp_path, "re-exported", place)
    assert comparison.is_comparable
    assert comparison.regions == ()


def test_a_cad_sheet_written_otherwise_shows_no_region(tmp_path):
    _, comparison = compared(tmp_path, "re-exported", form="dxf")
    assert (comparison.method, comparison.regions) == (Method.ENTITIES, ())


def test_two_scans_of_one_sheet_show_no_region(tmp_path):
    _, comparison = compared(tmp_path, "none", "scan")
    assert (comparison.method, comparison.regions) == (Method.RASTER, ())


@pytest.mark.parametrize("edit", ["moved wall", "changed text", "added rebar", "deleted door"])
@pytest.mark.parametrize("form", ["pdf", "dxf"])
def test_a_known_edit_is_found_where_it_is_and_nowhere_else(tmp_path, edit, form):
    pair, comparison = compared(tmp_path, edit, form=form)
    found_all(pair, comparison)


@pytest.mark.parametrize(
    ("edit", "kind"), [("moved wall", Kind.MOVED), ("changed text", Kind.TEXT), ("added rebar", Kind.ADDED)]
)
def test_what_happened_is_named(tmp_path, edit, kind):
    _, comparison = compared(tmp_path, edit, form="dxf")
    assert {r.kind for r in comparison.regions} == {kind}


def test_another_colour_is_a_minor_change(tmp_path):
    pair, comparison = compared(tmp_path, "layer or colour")
    found_all(pair, comparison, Severity.MINOR)


@pytest.mark.parametrize("place", ["shift", "turn180", "scale"])
def test_changes_are_found_on_a_sheet_that_lies_elsewhere(tmp_path, place):
    pair, comparison = compared(tmp_path, "several", place)
    found_all(pair, comparison)
    registration = comparison.registration
    expected = {"shift": (0.0, 1.0), "turn180": (180.0, 1.0), "scale": (0.0, 0.7071)}[place]
    assert (abs(registration.rotation_deg), registration.scale) == pytest.approx(expected, abs=1e-4)


def test_the_other_way_round_is_the_same_the_other_way_round(tmp_path):
    pair, there = compared(tmp_path, "several", "shift")
    back = compare_files((pair.after, 0), (pair.before, 0), tmp_path)
    opposite = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}
    assert there.regions
    assert {(r.id, opposite.get(r.kind, r.kind), r.before, r.after) for r in there.regions} == {
        (r.id, r.kind, r.after, r.before) for r in back.regions
    }


def test_asked_again_all_is_the_same_to_the_byte(tmp_path):
    pair, once = compared(tmp_path, "several")
    again = compare_files((pair.before, 0), (pair.after, 0), tmp_path)
    assert once.to_json() == again.to_json()
    assert len({r.id for r in once.regions}) == len(once.regions)


def test_a_comparison_survives_json(tmp_path):
    _, comparison = compared(tmp_path, "cloud with change")
    assert Comparison.from_json(comparison.to_json()) == comparison
    with pytest.raises(ValueError, match="version"):
        Comparison.from_json(replace(comparison, version=99).to_json())


def test_a_change_inside_a_new_cloud_is_declared(tmp_path):
    _, comparison = compared(tmp_path, "cloud with change", base="cn:结施-03")
    assert [c.on for c in comparison.clouds] == ["after"]
    assert comparison.regions
    assert all(r.is_declared for r in comparison.regions)
    assert set(comparison.clouds[0].regions) == {r.id for r in comparison.regions}


def test_a_change_without_a_cloud_is_not_declared(tmp_path):
    _, comparison = compared(tmp_path, "changed text")
    assert comparison.counts["undeclared"] == 1


def test_a_cloud_around_nothing_is_listed_and_no_change(tmp_path):
    _, comparison = compared(tmp_path, "cloud without change")
    assert comparison.regions == ()
    assert comparison.counts["clouds_without_change"] == 1


def test_sheets_with_nothing_in_common_are_said_to_be_not_comparable(tmp_path):
    chance = np.random.default_rng(3)
    drawn = ["".join(line(*row) for row in chance.uniform(20, 400, (40, 4))) for _ in range(2)]
    one, other = (write_pdf(tmp_path / f"{i}.pdf", content) for i, content in enumerate(drawn))
    comparison = compare_files((one, 0), (other, 0), tmp_path)
    unsure = {"registration-failed", "registration-unsure"}
    assert {p.code for p in comparison.problems} & unsure


def test_empty_sheets_are_said_to_be_empty(tmp_path):
    empty = write_pdf(tmp_path / "a.pdf", "")
    comparison = compare_files((empty, 0), (empty, 0), tmp_path)
    assert not comparison.is_comparable
    assert [p.code for p in comparison.problems] == ["nothing-drawn"]


def test_what_a_clip_hides_is_no_change(tmp_path):
    seen = line(20, 20, 200, 20) + line(20, 30, 200, 90) + text_at(30, 200, "A-101")
    clip = "q 50 500 100 100 re W n "
    one = write_pdf(tmp_path / "a.pdf", seen)
    other = write_pdf(tmp_path / "b.pdf", seen + clip + line(300, 20, 500, 20) + "Q")
    assert compare_files((one, 0), (other, 0), tmp_path).regions == ()


def test_a_new_row_of_the_revision_table_is_read(tmp_path):
    table = (
        text_at(400, 60, "REV") + text_at(420, 60, "DATE") + line(395, 58, 500, 58) + line(395, 20, 395, 80)
    )
    frame = "".join(line(10, y, 580, y) for y in (10, 150, 300, 410))
    row = text_at(400, 50, "B") + text_at(420, 50, "2026-05-18")
    one = write_pdf(tmp_path / "a.pdf", table + frame)
    other = write_pdf(tmp_path / "b.pdf", table + frame + row)
    comparison = compare_files((one, 0), (other, 0), tmp_path)
    assert [r.text for r in comparison.revision_rows] == ["B 2026-05-18"]
    assert all(r.is_declared for r in comparison.regions)


def test_words_of_a_line_stay_in_order_whatever_their_height(tmp_path):
    # Words without ascenders have lower boxes: their middles differ, the line is the same.
    walls = "".join(line(20, y, 500, y) for y in range(20, 400, 20))
    note = "<img src=x onerror=alert(1)> so ace [ON]"
    before = write_pdf(tmp_path / "before.pdf", walls + text_at(60, 61, "OLD"))
    for n, y in enumerate((61.0, 62.3, 63.6, 64.9)):
        after = write_pdf(
            tmp_path / f"after{n}.pdf", walls + text_at(60, y, note.replace("(", "\\(").replace(")", "\\)"))
        )
        (region,) = compare_files((before, 0), (after, 0), tmp_path / f"scratch{n}").regions
        assert region.text_after == note
