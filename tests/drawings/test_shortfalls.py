"""What a view does not show, in words: counts, names, and a way out."""

import re

import pytest

from app.drawings.reasons import PROBLEMS
from app.drawings.shortfalls import CHANGED, NOT_SHOWN, WAYS_OUT, shortfalls
from tests.samples import ROOT
from viewers.render.manifest import Problem


def test_kinds_of_objects_are_counted_and_named_for_people():
    detail = {"types": {"WIPEOUT": 3, "MULTILEADER": 12, "STRANGE_THING": 1}}
    (found,) = shortfalls([Problem("unsupported-entities", "warning", detail)])
    assert found.count == 16
    assert [item.zh for item in found.items] == [
        "区域覆盖（WIPEOUT）× 3",
        "多重引线（MULTILEADER）× 12",
        "STRANGE_THING × 1",
    ]
    assert found.meaning == "attention"


def test_objects_of_tarch_that_are_missing_stop_everything_and_come_first():
    problems = [
        Problem("layers-not-drawn", "info", {"names": ["a", "b"], "count": 2}),
        Problem("missing-font", "info", {"names": ["hztxt.shx"]}),
        Problem("tarch-objects", "error", {"missing": {"TCH_WALL": 40}, "shown": {"TCH_TEXT": 2}}),
    ]
    found = shortfalls(problems)
    assert [s.code for s in found] == ["tarch-objects", "missing-font", "layers-not-drawn"]
    assert found[0].meaning == "stop"
    assert found[0].count == 42
    assert "天正墙（TCH_WALL）× 40" in [item.zh for item in found[0].items]
    assert found[2].count == 2


def test_the_same_problem_of_page_and_file_is_told_once():
    problem = Problem("missing-xref", "warning", {"names": ["base.dwg"]})
    assert len(shortfalls([problem, problem])) == 1
    assert len(shortfalls([problem, Problem("missing-xref", "warning", {"names": ["other.dwg"]})])) == 2


def test_a_list_longer_than_a_page_can_hold_is_cut_but_counted():
    names = [f"layer {n}" for n in range(500)]
    (found,) = shortfalls([Problem("missing-image", "warning", {"names": names})])
    assert len(found.items) == 100
    assert found.count == 500


@pytest.mark.parametrize("code", sorted(NOT_SHOWN | CHANGED))
def test_what_is_missing_or_changed_has_words_and_a_way_out_in_both_languages(code):
    assert PROBLEMS[code].zh
    assert PROBLEMS[code].en
    assert WAYS_OUT[code].zh
    assert WAYS_OUT[code].en


def test_active_content_of_a_pdf_has_words():
    text = (ROOT / "viewers" / "render" / "pdf_structure.py").read_text("utf-8")
    codes = set(re.findall(r'_count\("([a-z-]+)"\)', text)) | {"launch", "form-sending"}
    assert {"javascript", "embedded-files", "multimedia", "xfa-form"} <= codes
    assert all(PROBLEMS[f"pdf-{code}"].en for code in codes)


def test_a_code_that_nobody_knows_is_shown_by_its_name():
    (found,) = shortfalls([Problem("surprise", "warning", {"count": 3})])
    assert found.label.zh == "surprise"
    assert found.count == 3
    assert found.way_out is None
