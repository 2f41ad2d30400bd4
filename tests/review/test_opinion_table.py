"""Opinions as a table: what goes out, what comes in, and what is said of rows that do not."""

import io
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.bootstrap import CHAPTERS
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.record.audit import audit_register
from app.review.actions.library import ImportClauses, import_clauses
from app.review.actions.opinion_imports import ImportOpinions, ImportReport, import_opinions, look_at_lines
from app.review.actions.opinion_moves import MoveOpinions, move_opinions
from app.review.citations import Citation, read_citation
from app.review.facts import sheets_of_case
from app.review.library_table import ClauseLine
from app.review.models import ReviewOpinion
from app.review.opinion_export import opinion_template, opinions_xlsx
from app.review.opinion_rules import Basis, Domain, Severity
from app.review.opinion_table import PROBLEMS, OpinionLine, read_kind, read_opinions
from app.review.queries.opinions import opinions_of
from tests.drawings.sheets import clean
from tests.review.cases import (
    act,
    drafted,
    in_first_review,
    issued,
    plainly,
    reviewed_world,
    sheet_of,
    submitted,
    with_opinions_issued,
)
from tests.world import World

HEAD = ("序号", "专业", "图号", "部位", "审查意见", "违反规范条文", "意见性质", "修改建议")
CITED = "《某规范》GB 10001-2020 第3.2.1条"


def table(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> bytes:
    book = openpyxl.Workbook()
    for row in (("某某工程审查意见表",), head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lines_of(
    world: World, case_id: str, data: bytes, who: str = "reviewer", **more: Any
) -> list[OpinionLine]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        read = read_opinions(data, sheets_of_case(session, case_id), **more)
        return look_at_lines(session, rights, case_id, read.lines)


def imported(world: World, case_id: str, data: bytes, who: str = "reviewer") -> ImportReport:
    with world.database.read() as session:
        read = read_opinions(data, sheets_of_case(session, case_id))
    return act(world, who, lambda tx: import_opinions(tx, ImportOpinions(case_id, read.lines)))


def reviewing(database: Database, *numbers: str) -> tuple[World, str, list[str]]:
    world = reviewed_world(database)
    revisions = issued(world, *(numbers or ("建施-01", "建施-02")))
    return world, in_first_review(world, revisions), [sheet_of(world, r) for r in revisions]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("《建筑某规范》GB 55037-2022 第7.1.4条", Citation("GB 55037-2022", "建筑某规范", "7.1.4")),
        ("GB55037－2022 7.1.4", Citation("GB55037-2022", "", "7.1.4")),
        ("违反《某规范》（GB/T 50099-2011）第5.1.2条", Citation("GB/T 50099-2011", "某规范", "5.1.2")),
        ("DB11/T 1234-2015 第3.2条", Citation("DB11/T 1234-2015", "", "3.2")),
        ("JGJ 3-2010第3.10.2条", Citation("JGJ 3-2010", "", "3.10.2")),
        ("第5条", Citation("", "", "5")),
        ("图纸未表达清楚", Citation()),
    ],
)
def test_a_citation_in_one_cell_is_taken_apart(text: str, wanted: Citation):
    assert read_citation(text) == wanted


@pytest.mark.parametrize(
    ("words", "basis", "severity", "domain"),
    [
        (("", "必须修改", ""), Basis.GENERAL_CLAUSE, Severity.MUST_FIX, Domain.OTHER),
        (("", "建议修改", ""), Basis.GENERAL_CLAUSE, Severity.ADVISE, Domain.OTHER),
        (("", "强条", ""), Basis.MANDATORY_CLAUSE, Severity.MUST_FIX, Domain.OTHER),
        (("非强条", "建议", ""), Basis.GENERAL_CLAUSE, Severity.ADVISE, Domain.OTHER),
        (("违反强制性条文（消防）", "", ""), Basis.MANDATORY_CLAUSE, Severity.MUST_FIX, Domain.FIRE),
        (
            ("设计深度 Design depth", "Advisory", "其他 Other"),
            Basis.DESIGN_DEPTH,
            Severity.ADVISE,
            Domain.OTHER,
        ),
        (("政策规定", "应修改", "消防安全 Fire safety"), Basis.POLICY, Severity.MUST_FIX, Domain.FIRE),
        (("", "是", ""), Basis.MANDATORY_CLAUSE, Severity.MUST_FIX, Domain.OTHER),
    ],
)
def test_words_of_an_agency_become_the_three_axes(
    words: tuple[str, str, str], basis: str, severity: str, domain: str
):
    kind = read_kind(*words)
    assert (kind.basis, kind.severity, kind.domain, kind.unknown) == (basis, severity, domain, "")


def test_a_word_that_says_nothing_is_not_guessed():
    assert read_kind("", "甲类", "").unknown == "甲类"


def test_every_row_comes_in_or_says_why_not(database: Database):
    world, case_id, (one, two) = reviewing(database)
    judged = lines_of(
        world,
        case_id,
        table(
            (1, "建筑", "建施-01、建施02", "C3", "门净宽 0.80 m", CITED, "必须修改", "改为 0.90 m"),
            (2, "", "建施-01", "", "未标注标高", "", "", ""),
            (3, "建筑", "建施-99", "", "图号不存在", CITED, "建议修改", ""),
            (4, "结构", "", "", "不是我的专业", CITED, "建议修改", ""),
            (5, "", "", "", "没有专业没有图号", CITED, "建议修改", ""),
            (6, "魔法", "建施-01", "", "专业不认得", CITED, "建议修改", ""),
            (7, "建筑", "建施-01", "", "", CITED, "建议修改", ""),
            (8, "建筑", "建施-01", "", "性质不认得", CITED, "甲类", ""),
            (9, "建筑", "建施-01", "", "强条没有条文", "", "强条", ""),
            (10, "建筑", "建施-01", "", "太长" * 2_001, CITED, "", ""),
            (1, "建筑", "建施-02、建施-01", "C3", "门净宽 0.80 m", CITED, "必须修改", "改为 0.90 m"),
        ),
    )
    assert [(line.row, line.problem) for line in judged] == [
        (3, ""), (4, ""), (5, "no-sheet"), (6, "not-yours"), (7, "no-discipline"), (8, "unknown-discipline"),
        (9, "no-fact"), (10, "unknown-kind"), (11, "clause-needed"), (12, "too-long"), (13, "twice"),
    ]  # fmt: skip
    first, second = judged[:2]
    assert (set(first.sheet_ids), first.grid, first.citation.clause_no) == ({one, two}, "C3", "3.2.1")
    assert (second.basis, second.severity, second.notes) == (
        Basis.DESIGN_DEPTH,
        Severity.MUST_FIX,
        ("assumed", "no-citation"),
    )
    assert "建施-99" in judged[2].problem_label.zh
    assert "结构" in judged[3].problem_label.zh
    assert "Structure" in judged[3].problem_label.en


def test_what_comes_in_is_a_draft_that_exists_once(database: Database):
    world, case_id, (one, _) = reviewing(database)
    data = table(
        (1, "建筑", "建施-01", "", "门净宽 0.80 m", CITED, "强条", "改为 0.90 m"),
        (2, "建筑", "建施-77", "", "图号不存在", CITED, "建议修改", ""),
    )
    report = imported(world, case_id, data)
    assert len(report.made) == 1
    again = imported(world, case_id, data)
    assert (again.made, [line.problem for line in again.lines]) == ([], ["known", "no-sheet"])
    with database.read() as session:
        (opinion,) = session.scalars(sa.select(ReviewOpinion)).all()
        assert (opinion.state, opinion.basis, opinion.severity) == ("draft", "mandatory_clause", "must_fix")
        assert (opinion.standard_no, opinion.standard_name) == ("GB 10001-2020", "某规范")
        assert opinion.origin.startswith("import:")
        assert list(audit_register(session, CHAPTERS)) == []
        rights = rights_of(session, world.actor("reviewer"), database.clock.now())
        assert [p.sheet_id for p in opinions_of(session, rights, case_id)[0].places] == [one]
    move = MoveOpinions(case_id, list(report.made), "propose")
    act(world, "reviewer", lambda tx: clean(move_opinions(tx, move)))


def test_a_missing_text_comes_from_the_library(database: Database):
    world, case_id, _ = reviewing(database)
    clause = ClauseLine(0, "GB10001-2020", "库中名称", "3.2.1", "库中条文", True, "")
    act(world, "review_lead", lambda tx: import_clauses(tx, ImportClauses(world.project_id, [clause])))
    cited = "GB 10001-2020 第3.2.1条"
    (line,) = lines_of(world, case_id, table((1, "建筑", "建施-01", "", "门净宽", cited, "一般", "")))
    assert (line.clause_text, line.citation.standard_name, line.basis) == (
        "库中条文",
        "库中名称",
        Basis.MANDATORY_CLAUSE,
    )
    assert "from-library" in line.notes


def test_the_lead_imports_for_all_disciplines_and_others_do_not(database: Database):
    world, case_id, _ = reviewing(database)
    data = table((1, "结构", "", "", "总说明缺抗震等级", CITED, "必须修改", ""))
    assert [line.problem for line in lines_of(world, case_id, data)] == ["not-yours"]
    assert len(imported(world, case_id, data, "review_lead").made) == 1
    for who, code in (("designer", "forbidden"), ("owner", "forbidden"), ("stranger", "not-found")):
        with pytest.raises(Refused, match=code):
            imported(world, case_id, data, who)


def test_nothing_comes_in_while_nobody_writes(database: Database):
    world = reviewed_world(database)
    case_id = submitted(world, issued(world, "建施-01"))
    with pytest.raises(Refused, match="not-writing-now"):
        imported(world, case_id, table((1, "建筑", "建施-01", "", "门净宽", CITED, "", "")), "review_lead")


def test_a_file_without_a_known_heading_is_refused_with_a_way_out(database: Database):
    world, case_id, _ = reviewing(database)
    with pytest.raises(Refused, match="opinion-table-unreadable") as refused:
        lines_of(world, case_id, table((1, "x"), head=("甲", "乙")))
    assert "审查意见" in refused.value.way_out.zh


def exported(world: World, case_id: str, who: str) -> bytes:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return opinions_xlsx(opinions_of(session, rights, case_id), ZoneInfo("Asia/Shanghai"), title="意见")


def test_an_exported_table_holds_what_is_seen_and_does_not_come_in_again(database: Database):
    world, case_id, (one, two) = reviewing(database)
    drafted(world, case_id, one, two, fact="=1+1 门净宽")
    with_opinions_issued(world, case_id)
    plainly(world, case_id, "open_reply")
    sheet = openpyxl.load_workbook(io.BytesIO(exported(world, case_id, "designer"))).worksheets[0]
    (head, row) = list(sheet.iter_rows(values_only=True))
    told = dict(zip((str(h).split("\n", 1)[0] for h in head), row, strict=True))
    assert told["图号"] == "建施-01\n建施-02"
    assert told["图纸事实"] == "=1+1 门净宽"
    assert told["状态"] == "待回复 To be answered"
    assert told["轮次"] == "1"
    fact = next(c for c in sheet[2] if c.value == "=1+1 门净宽")
    assert fact.data_type == "s"


def test_drafts_are_in_the_table_of_the_agency_alone(database: Database):
    world, case_id, (one, _) = reviewing(database)
    drafted(world, case_id, one)
    rows = {
        who: openpyxl.load_workbook(io.BytesIO(exported(world, case_id, who))).worksheets[0].max_row
        for who in ("reviewer", "designer", "owner")
    }
    assert rows == {"reviewer": 2, "designer": 1, "owner": 1}
    assert [line.problem for line in lines_of(world, case_id, exported(world, case_id, "reviewer"))] == [
        "here-already"
    ]


def test_the_empty_table_is_one_that_comes_in(database: Database):
    world, case_id, _ = reviewing(database)
    book = openpyxl.load_workbook(io.BytesIO(opinion_template()))
    sheet = book.worksheets[0]
    heads = [str(c.value).split("\n", 1)[0] for c in sheet[1]]
    values = {
        "专业": "建筑",
        "图号": "建施-01",
        "图纸事实": "门净宽",
        "标准编号": "GB 1-2020",
        "条款号": "1.1",
        "程度": "建议修改",
    }
    sheet.append([values.get(h) for h in heads])
    out = io.BytesIO()
    book.save(out)
    (line,) = lines_of(world, case_id, out.getvalue())
    assert (line.problem, line.severity, line.citation.clause_no, line.notes) == ("", "advise", "1.1", ())


def test_every_reason_has_a_way_out_in_both_languages():
    for code, label in PROBLEMS.items():
        told = label.format(told="甲")
        assert len(told.zh) > 5, code
        assert len(told.en) > 15, code
