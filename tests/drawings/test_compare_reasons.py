"""Every problem a comparison can name has a sentence in both languages that says what it means and what to do."""

import re

import pytest

from app.drawings.compare_reasons import COMPARE_REASONS, compare_reason
from app.drawings.comparing import PASSING
from app.drawings.reasons import FILE_REASONS
from tests.samples import ROOT

COMPARE = ROOT / "viewers" / "render" / "compare"
SOURCES = "\n".join(p.read_text("utf-8") for p in sorted(COMPARE.glob("*.py")))
NAMED = set(re.findall(r'(?:Problem|not_comparable|RenderRefused)\(\s*"([a-z-]+)"', SOURCES)) | PASSING
PROBLEMS = (COMPARE / "README.md").read_text("utf-8").split("Problems:")[1].split("##")[0]
README = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PROBLEMS))


def test_the_search_for_codes_finds_what_is_known_to_be_there() -> None:
    assert {"registration-failed", "sheet-redrawn", "over-segments", "compared-as-pictures"} <= NAMED
    assert {"registration-unsure", "beyond-the-paper", "nothing-drawn"} <= README


@pytest.mark.parametrize("code", sorted(NAMED | README))
def test_a_problem_has_a_sentence_and_a_way_out_in_both_languages(code: str) -> None:
    reason = COMPARE_REASONS.get(code) or FILE_REASONS[code]
    assert all((reason.sentence.zh, reason.sentence.en, reason.way_out.zh, reason.way_out.en))


def test_sentences_are_filled() -> None:
    assert "pdf / png" in compare_reason("compare-kinds", {"kinds": ["pdf", "png"]}).sentence.zh
    assert "400000" in compare_reason("over-segments", {"most": 400_000}).sentence.en
    assert "surprise" in compare_reason("surprise", {}).sentence.en
