"""Every code of the renderers and of reading has words in both languages, with a way out for files that take no part."""

import re
from pathlib import Path

import pytest

from app.drawings.queries.intakes import ProposalView
from app.drawings.reasons import FILE_REASONS, FORMATS, PROBLEMS, WARNINGS, file_reason, problem_label
from tests.samples import ROOT

RENDER = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "viewers" / "render").glob("*.py"))]
FLOWS = (ROOT / "app" / "drawings" / "flows.py").read_text(encoding="utf-8")
SNIFF = (ROOT / "viewers" / "render" / "sniff.py").read_text(encoding="utf-8")


def found(pattern: str, sources: list[str]) -> set[str]:
    return {code for source in sources for code in re.findall(pattern, source)}


REFUSALS = (
    found(r'(?:RenderRefused|RenderCrashed|RenderTimeout|CadRefused)\(\s*"([a-z0-9-]+)"', RENDER)
    | found(r'"refused": "([a-z0-9-]+)"', RENDER)
    | found(r'FPDF_ERR_\w+: "([a-z0-9-]+)"', RENDER)
    | found(r'CadRefused\("([a-z0-9-]+)" if', RENDER)
    | found(r'RenderRefused\("[a-z-]+" if \w+ else "([a-z-]+)"', RENDER)
    | found(r"``([a-z0-9]+(?:-[a-z0-9]+)+)``", [(ROOT / "viewers/render/cad_refused.py").read_text()])
    | found(r'FileState\.\w+, .*"([a-z]+-[a-z-]+)"\)', [FLOWS])
    | found(r'reason=None if pages else "([a-z-]+)"', [FLOWS])
)
NOTES = found(r'Problem\(\s*"([a-z0-9-]+)"', RENDER) | found(r'\{"code": "([a-z-]+)"', [FLOWS])
KINDS = found(r'^\s+\(b".*", "([a-z0-9]+)"\),$', SNIFF.splitlines()) | found(r'return "([a-z-]+)"', [SNIFF])


def test_the_search_for_codes_finds_what_is_known_to_be_there() -> None:
    assert {
        "pdf-encrypted",
        "over-cpu",
        "over-memory",
        "dwg-too-old",
        "stored-not-drawn",
        "no-pages",
    } <= REFUSALS
    assert {"missing-font", "tarch-objects", "cad-view", "text-not-usable"} <= NOTES
    assert {"zip", "office", "rar", "html", "empty", "video-or-heic"} <= KINDS
    assert len(REFUSALS) > 30


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_has_a_sentence_and_a_way_out_in_both_languages(code: str) -> None:
    reason = FILE_REASONS[code]
    assert all((reason.sentence.zh, reason.sentence.en, reason.way_out.zh, reason.way_out.en))


@pytest.mark.parametrize("code", sorted(NOTES))
def test_a_problem_of_a_page_has_words_in_both_languages(code: str) -> None:
    assert PROBLEMS[code].zh
    assert PROBLEMS[code].en


@pytest.mark.parametrize("code", sorted(KINDS))
def test_what_a_refused_file_is_instead_has_words(code: str) -> None:
    assert FORMATS[code].zh
    assert FORMATS[code].en


def test_every_warning_of_the_table_has_words() -> None:
    told = ProposalView.__dict__.get("__doc__"), Path(ROOT / "app/drawings/queries/intakes.py").read_text()
    codes = set(re.findall(r'codes\.append\("([a-z-]+)"\)', told[1]))
    assert codes == set(WARNINGS)


def test_sentences_are_filled_and_an_unknown_code_keeps_its_name() -> None:
    assert "Office" in file_reason("unknown-format", {"is": "office"}).sentence.zh
    assert "AC1009" in file_reason("dwg-too-old", {"version": "AC1009"}).sentence.en
    assert "surprise-code" in file_reason("surprise-code", {}).sentence.en
    assert "…" in problem_label("missing-font", {}).zh
    assert problem_label("missing-font", {"names": ["a", "b", "c", "d", "e"]}).zh.count("、") == 3
