"""Every rule of the assisted review: what it passes, what it finds, and what it says it cannot judge."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from app.drawings.callouts import SetNumber
from app.review.assist.facts import PageFacts, SetFacts, SheetFacts
from app.review.assist.rule import Said, Verdict, by_sheet
from app.review.assist.rulebook import BY_ID, OFF, RULES, run_rules
from app.review.assist.words import CANNOT, FOUND, action_of, fact_of
from viewers.render.manifest import Layer, Page, PageKind, Problem, RuledLine, SourceKind, TextRun

BLOCK = (
    "图号：建施-01",
    "图名：一层平面图",
    "专业：建筑",
    "比例：1:100",
    "日期：2026.03",
    "版次：B",
    "审定：王工",
    "校对：李工",
    "设计：赵工",
)


def runs_of(*texts: str, x: int = 700_000, y: int = 10_000) -> tuple[TextRun, ...]:
    """Lines of text, the first on top."""
    return tuple(
        TextRun(text, x, y + 8_000 * n, x + 4_000 * len(text), y + 8_000 * n + 4_000)
        for n, text in enumerate(reversed(texts))
    )


def page(*runs: TextRun, kind: SourceKind = SourceKind.PDF, problems: Any = (), **more: Any) -> PageFacts:
    """A page of A1."""
    values = {"width_um": 841_000, "height_um": 594_000, "paper": "A1", "vector_paths": 10_000, **more}
    made = Page(0, PageKind.PDF_PAGE, "", rotation=0, text_runs=len(runs), **values)
    return PageFacts(kind, made, tuple(problems), runs)


def sheet(number: str = "建施-01", view: PageFacts | None = None, **more: Any) -> SheetFacts:
    """A sheet; its identifiers are its number."""
    values = {"sheet_id": number, "revision_id": number, "title": "一层平面图", "discipline": "arch"}
    return SheetFacts(number=number, view=view, **{**values, **more})


def block(*but: str, **more: Any) -> PageFacts:
    """A page with a title block, some of its lines replaced: ``日期：`` empties the date."""
    heads = {text.partition("：")[0]: text for text in but}
    return page(*runs_of(*(heads.get(text.partition("：")[0], text) for text in BLOCK)), **more)


def cad(*problems: Problem, layers: Iterable[str] = ("A-WALL",)) -> SheetFacts:
    """A sheet that is a DWG."""
    made = block(kind=SourceKind.DWG, problems=problems, layers=tuple(Layer(n) for n in layers))
    return sheet(view=made, cad=made)


def a_set(
    *sheets: SheetFacts, register: Iterable[str] = (), layer_pattern: str = "", is_part: bool = False
) -> SetFacts:
    """A set; its register is its sheets, and more."""
    numbers = [*(s.number for s in sheets), *register]
    return SetFacts(sheets, [SetNumber(n, n, "") for n in numbers], layer_pattern, is_part)


def said(rule: str, *sheets: SheetFacts, **more: Any) -> list[tuple[str, str]]:
    """Verdicts and reasons of one rule."""
    return [(str(s.verdict), s.reason) for s in BY_ID[rule].judge(a_set(*sheets, **more))]


PASS = [("pass", "")]


def found(*reasons: str) -> list[tuple[str, str]]:
    return [("finding", reason) for reason in reasons]


def cannot(*reasons: str) -> list[tuple[str, str]]:
    return [("cannot_judge", reason) for reason in reasons]


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        ("title-block", sheet(view=block()), PASS),
        ("title-block", sheet(view=block("日期：")), found("field-empty")),
        ("title-block", sheet(view=block("版次：")), PASS),
        ("title-block", sheet(view=block("版次："), rev_seq=2), found("field-empty")),
        ("title-block", sheet(view=page(*runs_of("首层平面"))), cannot("no-block")),
        ("title-block", sheet(view=page(*runs_of(*BLOCK[:4]))), cannot("field-not-found")),
        ("title-block", sheet(), cannot("never-read")),
        ("title-block", sheet(view=block(text_usable=False)), cannot("text-garbled")),
        ("signature-names", sheet(view=block()), PASS),
        ("signature-names", sheet(view=block("校对：")), found("name-missing")),
        ("signature-names", sheet(view=block("校对：", "审定：")), cannot("names-not-text")),
        ("signature-names", sheet(view=page(*runs_of(*BLOCK[:5]))), cannot("no-signature-boxes")),
        ("paper-size", sheet(view=block(paper="A1+1/4")), PASS),
        ("paper-size", sheet(view=block(paper="ANSI D")), found("paper-other-series")),
        ("paper-size", sheet(view=block(paper="")), found("paper-odd")),
        ("paper-size", sheet(), cannot("never-read")),
        ("paper-size", sheet(view=block(problems=[Problem("dpi-assumed")])), cannot("size-assumed")),
        ("paper-size", sheet(view=block(problems=[Problem("paper-size-unknown")])), cannot("size-unknown")),
        ("scale", sheet(view=block()), PASS),
        ("scale", sheet(view=block("比例：1:137")), found("scale-unusual")),
        ("scale", sheet(view=block("比例：")), found("scale-empty")),
        ("scale", sheet(view=block("比例："), title="建筑设计总说明"), PASS),
        ("scale", sheet(view=page(*runs_of("图号：建施-01"))), cannot("scale-not-found")),
        ("numbers", sheet(view=block()), PASS),
        ("numbers", sheet("建施-02", view=block()), found("number-printed-otherwise")),
        ("numbers", sheet(view=page(*runs_of("首层平面"))), cannot("number-not-read")),
        ("fonts", sheet(view=block()), PASS),
        (
            "fonts",
            sheet(view=block(problems=[Problem("font-not-embedded", detail={"fonts": ["FZSong"]})])),
            found("fonts-not-embedded"),
        ),
        (
            "fonts",
            sheet(view=block(problems=[Problem("font-not-embedded", detail={"fonts": ["Arial-BoldMT"]})])),
            PASS,
        ),
        ("fonts", cad(Problem("missing-font", detail={"names": ["simplex.shx,gbcbig.shx"]})), PASS),
        ("fonts", cad(Problem("missing-font", detail={"names": ["tssdeng.shx"]})), found("fonts-missing")),
        (
            "fonts",
            sheet(view=block(problems=[Problem("pdf-structure-unread")])),
            cannot("structure-unread"),
        ),
        ("references", cad(), PASS),
        (
            "references",
            cad(Problem("missing-xref", detail={"names": ["轴网.dwg"]})),
            found("missing-xref"),
        ),
        ("references", sheet(view=block()), cannot("only-cad-tells")),
        ("objects", cad(), PASS),
        (
            "objects",
            cad(Problem("tarch-objects", detail={"missing": {"TCH_WALL": 9}, "shown": {}})),
            found("tarch-objects"),
        ),
        ("objects", sheet(view=block()), cannot("only-cad-tells")),
        ("text", sheet(view=page(*runs_of(*BLOCK, *"一二三四五六七八九十"))), PASS),
        ("text", sheet(view=block(text_usable=False)), found("text-garbled")),
        ("text", sheet(view=page(problems=[Problem("scan-only")])), found("text-scanned")),
        ("text", sheet(view=page(kind=SourceKind.TIFF)), found("text-scanned")),
        ("text", sheet(view=page()), found("text-outlined")),
        ("text", sheet(view=page(kind=SourceKind.DXF)), cannot("no-text")),
        ("text", sheet(view=block()), cannot("text-sparse")),
        ("text", sheet(), cannot("never-read")),
    ],
)
def test_rules_over_one_sheet(rule: str, facts: SheetFacts, expected: list[tuple[str, str]]):
    assert said(rule, facts) == expected


def test_seals_never_pass():
    signed = replace(block(), signatures=2)
    assert said("seals", sheet(view=signed)) == cannot("seals-not-verified")


def test_layers_are_judged_by_what_the_project_chose():
    assert said("layers", cad()) == cannot("no-layer-standard")
    assert (
        said("layers", cad(layers=["0", "A-WALL", "plan$0$A-DOOR", "建筑-墙体"]), layer_pattern="gb") == PASS
    )
    assert said("layers", cad(layers=["WALL"]), layer_pattern="gb") == found("layers-named-otherwise")
    assert said("layers", cad(layers=["WALL"]), layer_pattern="[A-Z]+") == PASS
    assert said("layers", sheet(view=block()), layer_pattern="gb") == cannot("only-cad-tells")
    assert said("layers", cad(layers=["a" * 80 + "!"]), layer_pattern="(a|aa)+") == cannot("pattern-too-slow")


def drawing_list(*rows: tuple[str, str]) -> SheetFacts:
    """A sheet with a ruled list of drawings."""
    texts, lines = [], []
    xs, top = (50_000, 70_000, 120_000, 220_000), 500_000
    for n, cells in enumerate((("序号", "图号", "图名"), *((str(i), *r) for i, r in enumerate(rows, 1)))):
        y = top - 8_000 * n
        texts += [
            TextRun(cell, x + 1_000, y + 2_000, x + 1_000 + 3_000 * len(cell), y + 5_000)
            for x, cell in zip(xs, cells, strict=False)
        ]
        lines.append(RuledLine(xs[0], y, xs[-1], y))
    bottom = top - 8_000 * len(rows)
    lines += [RuledLine(xs[0], top + 8_000, xs[-1], top + 8_000)]
    lines += [RuledLine(x, bottom, x, top + 8_000) for x in xs]
    view = replace(page(*texts), lines=tuple(lines))
    made = sheet("建施-00", view=view, title="图纸目录")
    assert len(made.list_rows) == len(rows)
    return made


def test_the_drawing_list_against_the_sheets():
    assert said("drawing-list", sheet(view=block())) == cannot("no-list")
    rows = drawing_list(("建施-01", "一层平面图"), ("建施-02", "二层平面图"))
    second = sheet("建施-02", view=block(), title="二层平面图")
    assert said("drawing-list", rows, sheet(view=block()), second) == PASS * 3
    assert said("drawing-list", rows, sheet(view=block())) == [*found("listed-missing"), *PASS * 2]
    later = said("drawing-list", rows, sheet(view=block()), register=["建施-02"])
    assert later == [*found("listed-not-submitted"), *PASS * 2]
    # In a self-check what is elsewhere in the register is not missing.
    own = said("drawing-list", rows, sheet(view=block()), register=["建施-02"], is_part=True)
    assert own == PASS * 2
    assert said("drawing-list", rows, sheet(view=block()), is_part=True) == [
        *found("listed-missing"),
        *PASS * 2,
    ]
    other = sheet("建施-02", view=block(), title="屋顶平面图")
    assert said("drawing-list", rows, sheet(view=block()), other) == [*PASS * 2, *found("title-differs")]
    extra = sheet("建施-09", view=block())
    assert said("drawing-list", rows, sheet(view=block()), second, extra)[-1:] == found("not-listed")
    strange = sheet("结施-01", view=block())
    assert said("drawing-list", rows, sheet(view=block()), second, strange)[-1:] == cannot("no-list-for")


@pytest.mark.parametrize(
    ("listed", "drawn", "is_same"),
    [
        ("一层平面图", "教学楼一层平面图", True),
        ("Klaasfassaad-KLF-01", "Klaasfassaad KLF-1", True),
        ("Konstr-vert", "Konstruktsioonid vert.", True),
        ("二层梁配筋图", "二层梁平法施工图", False),
        ("Katuse-plaan", "Lagede korgused", False),
    ],
)
def test_titles_are_compared_as_a_reader_would(listed: str, drawn: str, is_same: bool):
    rows = drawing_list(("建施-01", listed), ("建施-02", "二层平面图"))
    second = sheet("建施-02", view=block(), title="二层平面图")
    answers = said("drawing-list", rows, sheet(view=block(), title=drawn), second)
    assert answers[1] == (PASS if is_same else found("title-differs"))[0]


def test_numbers_that_occur_twice_or_may_be_mistaken():
    one, other = sheet("A-101", view=block()), sheet("A-1O1", view=block())
    assert ("finding", "number-looks-alike") in said("numbers", one, other)
    loose = said("numbers", sheet("建施-01", view=block()), sheet("建施01", view=block()))
    assert ("finding", "number-spelled-alike") in loose
    twice = said("numbers", sheet(view=block()), sheet(view=block(), sheet_id="b"))
    assert twice == found("number-twice", "number-twice")
    assert said("numbers", sheet(view=block()), sheet(view=block(), sheet_id="b", place="2#")) == PASS * 2
    printed = said("numbers", sheet("01", view=block()), sheet("施-01", sheet_id="b", view=block()))
    assert printed == found("number-printed-twice", "number-printed-twice")


def test_references_to_sheets_that_are_not_there():
    def pointing(text: str) -> SheetFacts:
        return sheet(view=page(*runs_of(*BLOCK), *runs_of(text, x=100_000, y=400_000)))

    assert said("callouts", pointing("详见建施-02"), register=["建施-02"]) == PASS
    assert said("callouts", pointing("详见建施-03"), register=["建施-02"]) == found("callout-dangling")
    assert said("callouts", sheet()) == cannot("never-read")
    assert said("callouts", pointing("3/08"), register=["建施-02"]) == found("callout-dangling")
    assert said("callouts", pointing("①/8"), register=["建施-02"]) == cannot("callout-short")
    rows = drawing_list(("建施-01", "一层平面图"), ("建施-02", "二层平面图"))
    assert said("callouts", rows) == cannot("is-a-list")


def test_a_rule_that_is_off_is_named_and_not_asked():
    judged = {j.rule: j for j in run_rules(a_set(sheet(view=block())), off=["scale"])}
    assert set(judged) == set(BY_ID)
    assert (judged["scale"].verdict, judged["scale"].said) == (OFF, ())
    assert judged["seals"].verdict == Verdict.CANNOT
    assert judged["paper-size"].verdict == Verdict.PASS
    assert judged["paper-size"].counts == {"pass": 1}


def test_a_rule_that_says_nothing_of_a_sheet_is_an_error():
    silent = by_sheet(lambda *_: [])
    with pytest.raises(RuntimeError, match="says nothing"):
        list(silent(a_set(sheet())))


def test_the_key_of_a_finding_is_that_of_its_next_revision_too():
    one = Said(Verdict.FINDING, sheet(), "callout-dangling", {}, identity="a")
    later = replace(one, sheet=sheet(revision_id="later"), region=(1, 2, 3, 4))
    assert one.key("callouts") == later.key("callouts")
    assert one.key("callouts") != replace(one, identity="b").key("callouts")
    assert one.key("callouts") != one.key("numbers")


def test_every_reason_has_words_in_both_languages():
    for reason in FOUND:
        for label in (FOUND[reason].fact, action_of(reason)):
            assert label.zh
            assert label.en
    assert all(label.zh and label.en for label in CANNOT.values())
    told = fact_of("fonts-missing", {"names": [f"f{n}" for n in range(20)], "count": 20})
    assert told.zh.endswith("f7、…。")
    assert "20" in told.en
    assert len({rule.id for rule in RULES}) == len(RULES)
