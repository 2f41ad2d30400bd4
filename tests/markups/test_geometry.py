"""What is not exactly a mark is refused, in both languages."""

from typing import Any

import pytest

from app.kernel.errors import INVALID, Refused
from app.markups.geometry import box_of, measured, read_anchor, read_basis, read_shape, read_text
from app.markups.rules import (
    AUDIENCE_LABELS,
    COLOUR_LABELS,
    FARTHEST_UM,
    INKS,
    KIND_LABELS,
    MEASURE_LABELS,
    MOST_POINTS,
    STAMP_LABELS,
    STANDING_LABELS,
    STATUS_LABELS,
    THREADS,
    Audience,
    Colour,
    MarkKind,
    MarkStatus,
    Measure,
    Stamp,
    Standing,
)
from tests.markups.drawn import BASIS, REGION, SHAPES

ANCHORS = (
    {"type": "point", "x": 1, "y": -2},
    REGION,
    {"type": "entity", "handle": "2F", "x": 0, "y": 0},
    {"type": "text", "text": "M1", "x0": 0, "y0": 0, "x1": 9, "y1": 9},
    {"type": "sheet"},
)


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a["type"])
def test_every_form_of_anchor_is_read_as_it_is(anchor: dict[str, Any]) -> None:
    assert read_anchor(anchor) == anchor


WRONG_ANCHORS = (
    None,
    [],
    {},
    {"type": "page"},
    {"type": ["point"], "x": 0, "y": 0},
    {"type": "point", "x": 1},
    {"type": "point", "x": 1, "y": 2, "z": 3},
    {"type": "point", "x": 1.5, "y": 2},
    {"type": "point", "x": "1", "y": 2},
    {"type": "point", "x": True, "y": 2},
    {"type": "point", "x": FARTHEST_UM + 1, "y": 2},
    {"type": "point", "x": float("nan"), "y": 2},
    {"type": "region", "x0": 9, "y0": 0, "x1": 0, "y1": 9},
    {"type": "entity", "handle": "", "x": 0, "y": 0},
    {"type": "entity", "handle": "x" * 201, "x": 0, "y": 0},
    {"type": "text", "text": "a\nb", "x0": 0, "y0": 0, "x1": 9, "y1": 9},
    {"type": "sheet", "x": 0},
)


@pytest.mark.parametrize("anchor", WRONG_ANCHORS, ids=str)
def test_any_other_anchor_is_refused_in_both_languages(anchor: Any) -> None:
    _refused(lambda: read_anchor(anchor))


@pytest.mark.parametrize("kind", list(MarkKind))
def test_every_kind_has_a_shape_that_is_read_as_it_is(kind: MarkKind) -> None:
    assert read_shape(kind, SHAPES[kind]) == SHAPES[kind]


def _shapes() -> list[tuple[str, Any]]:
    point = [0, 0]
    return [
        ("cloud", None),
        ("cloud", {}),
        ("cloud", {"paths": []}),
        ("cloud", {"paths": [[point, point]]}),
        ("cloud", {"paths": [[point] * (MOST_POINTS + 1)]}),
        ("ink", {"paths": [[point] * 1_001, [point] * 1_000]}),
        ("ink", {"paths": [[point]] * 201}),
        ("ink", {"paths": [[]]}),
        ("cloud", {"paths": [[point, point, [0, 0, 0]]]}),
        ("cloud", {"paths": [[point, point, [0, FARTHEST_UM + 1]]]}),
        ("cloud", {"paths": [[point, point, [0, -FARTHEST_UM - 1]]]}),
        ("cloud", {"paths": [[point, point, [0, None]]]}),
        ("cloud", {"paths": "x"}),
        ("cloud", {"paths": [[point] * 3], "fill": "url(x)"}),
        ("arrow", {"paths": [[point] * 3]}),
        ("arrow", {"paths": [[point] * 2, [point] * 2]}),
        ("text", {"paths": [[point]]}),
        ("text", {"paths": [[point]], "size": 0}),
        ("text", {"paths": [[point]], "size": True}),
        ("stamp", {"paths": [[point] * 2], "stamp": "seal"}),
        ("stamp", {"paths": [[point] * 2], "stamp": ["seen"]}),
        ("measurement", {"paths": [[point] * 2], "measure": "area", "scale": 1}),
        ("measurement", {"paths": [[point] * 2], "measure": "length", "scale": 0}),
        ("measurement", {"paths": [[point] * 4], "measure": "angle", "scale": 1}),
    ]


@pytest.mark.parametrize(("kind", "shape"), _shapes(), ids=lambda v: str(v)[:60])
def test_any_other_shape_is_refused_in_both_languages(kind: str, shape: Any) -> None:
    _refused(lambda: read_shape(MarkKind(kind), shape))


def test_an_as_built_mark_names_its_basis_and_no_other_kind_has_one() -> None:
    for kind in (MarkKind.STRIKE, MarkKind.CROSS, MarkKind.RING):
        assert read_basis(kind, BASIS) == BASIS
        assert read_basis(kind, {"name": "洽商"}) == {"name": "洽商", "date": "", "number": "", "clause": ""}
        for wrong in ({}, None, {"number": "1"}, {"name": "x", "seal": "y"}, {"name": 1}, {"name": " "}):
            _refused(lambda k=kind, w=wrong: read_basis(k, w))
    assert read_basis(MarkKind.CLOUD, {}) == {}
    _refused(lambda: read_basis(MarkKind.CLOUD, BASIS))


@pytest.mark.parametrize("text", [None, 1, "x" * 2_001, "a\u200bb", "a\u202eb", "\0", "\ud800"])
def test_text_with_hidden_characters_or_too_long_is_refused(text: Any) -> None:
    _refused(lambda: read_text(text))


def test_lines_of_text_stay_lines() -> None:
    assert read_text(" <b>第一行</b> \r\n 第二行\n\n") == "<b>第一行</b>\n第二行"
    _refused(lambda: read_text(" \n ", is_needed=True))


def test_a_measurement_says_what_it_measures_at_its_scale() -> None:
    assert measured(SHAPES["measurement"]) == "5.000 m"
    square = [[0, 0], [100_000, 0], [100_000, 100_000], [0, 100_000]]
    assert measured({"paths": [square], "measure": "area", "scale": 100}) == "100.00 m²"
    corner = [[1_000, 0], [0, 0], [0, 1_000]]
    assert measured({"paths": [corner], "measure": "angle", "scale": 100}) == "90.0°"
    assert measured({"paths": [corner[::-1]], "measure": "angle", "scale": 1}) == "90.0°"


def test_the_box_of_a_mark_is_around_all_its_strokes() -> None:
    assert box_of({"type": "sheet"}, SHAPES["ink"]) == (0, 0, 9_000, 9_000)


def test_every_word_stands_in_both_languages() -> None:
    catalogues = (
        (KIND_LABELS, MarkKind),
        (COLOUR_LABELS, Colour),
        (INKS, Colour),
        (STAMP_LABELS, Stamp),
        (MEASURE_LABELS, Measure),
        (AUDIENCE_LABELS, Audience),
        (STATUS_LABELS, MarkStatus),
        (STANDING_LABELS, Standing),
    )
    for labels, names in catalogues:
        assert set(labels) == set(names)
        assert all(label.zh and label.en for label in labels.values() if not isinstance(label, str))
    assert not any("章" in label.zh and "印章图" not in label.zh for label in STAMP_LABELS.values())
    THREADS.check(())


@pytest.mark.parametrize("colour", list(Colour))
def test_every_colour_can_be_read_on_white(colour: Colour) -> None:
    channels = [int(INKS[colour][n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 4.5


def _refused(work: Any) -> None:
    with pytest.raises(Refused) as refused:
        work()
    assert refused.value.code == INVALID
    assert refused.value.message.zh != refused.value.message.en
    assert refused.value.data["reason_zh"]
    assert refused.value.data["reason_en"]
