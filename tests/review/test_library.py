"""An agency's library: what comes in, what is found, and who may."""

import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.review.actions.library import (
    DropStandard,
    ImportClauses,
    Imported,
    KeepPhrase,
    OnPhrase,
    drop_phrase,
    drop_standard,
    import_clauses,
    keep_phrase,
    use_phrase,
)
from app.review.library_models import ReviewClause
from app.review.library_table import EXAMPLES, ClauseLine, clauses_xlsx, read_clauses, template
from app.review.queries.library import all_clauses, library_for, phrases_of, search_clauses, standards_of
from tests.review.cases import act, reviewed_world
from tests.world import World

HEAD = ("标准编号", "标准名称", "条款号", "条文内容", "是否强制", "专业")


def table(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> bytes:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def line(standard: str, clause: str, text: str, **more: Any) -> ClauseLine:
    values: dict[str, Any] = {"standard_name": "", "is_mandatory": False, "discipline": "", **more}
    return ClauseLine(
        0, standard, values["standard_name"], clause, text, values["is_mandatory"], values["discipline"]
    )


CLAUSES = (
    line("GB 10001-2020", "3.2.1", "疏散门的净宽不应小于规定值", is_mandatory=True, standard_name="甲规范"),
    line("GB 10001-2020", "3.2.10", "楼梯间应示出门的开启方向"),
    line("GB/T 20002-2021", "3.2.1", "走道净宽宜符合使用要求", standard_name="乙标准", discipline="arch"),
    line("DB11/T 300-2019", "7.1", "屋面排水坡度应标注"),
)


def brought(world: World, *lines: ClauseLine) -> Imported:
    return act(world, "review_lead", lambda tx: import_clauses(tx, ImportClauses(world.project_id, lines)))


def found(world: World, query: str, **more: Any) -> list[tuple[str, str]]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor("reviewer"), world.database.clock.now())
        library = library_for(session, rights, world.project_id)
        return [(c.standard_no, c.clause_no) for c in search_clauses(session, library, query, **more)]


def test_a_table_is_read_with_a_reason_for_every_row_that_is_refused():
    read = read_clauses(
        table(
            ("GB 1-2020", "某规范", "1.1", "条文", "是", "建筑"),
            ("GB 1-2020", "", "", "没有条款号", "是", ""),
            ("", "", "1.2", "没有标准", "是", ""),
            ("GB 1-2020", "", "1.3", "", "是", ""),
            ("GB 1－2020", "", "1.1", "同一条款，全角写法", "是", ""),
            ("GB 1-2020", "", "1.4", "专业不认得", "是", "魔法"),
            ("GB 1-2020", "", "1.5", "是否不认得", "也许", ""),
            ("GB 1-2020", "", "1.6", "长" * 4_001, "", ""),
            ("GB 1-2020", "", "1.7", "都空着", None, None),
        )
    )
    assert [(x.clause_no, x.is_mandatory, x.discipline) for x in read.lines] == [
        ("1.1", True, "arch"),
        ("1.7", False, ""),
    ]
    assert [(r.row, r.problem) for r in read.refused] == [
        (3, "no-clause"), (4, "no-standard"), (5, "no-text"), (6, "twice"),
        (7, "unknown-discipline"), (8, "unknown-mandatory"), (9, "too-long"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        ("规范编号（必填）", "规范名称", "条文号*", "条文", "强条", "适用专业"),
        ("Standard no.", "Standard name", "Clause no.", "Text", "Mandatory", "Discipline"),
        ("标准编号\nStandard no.", "标准名称\nStandard name", "条款号\nClause no.", "条文内容\nText",
         "是否强制\nMandatory", "专业\nDiscipline"),
    ],
)  # fmt: skip
def test_headings_are_known_in_both_languages_and_below_a_title(head: tuple[str, ...]):
    row = ("GB 1-2020", "某规范", "1.1", "条文", "yes", "structure")
    book = table(head, row, head=("某某审查机构条款库",))
    (one,) = read_clauses(book).lines
    assert (one.standard_no, one.standard_name, one.is_mandatory, one.discipline) == (
        "GB 1-2020",
        "某规范",
        True,
        "struct",
    )


def test_a_table_without_headings_is_refused_with_a_way_out():
    with pytest.raises(Refused, match="clause-table-unreadable") as refused:
        read_clauses(table(("a", "b"), head=("甲", "乙")))
    assert "模板" in refused.value.way_out.zh


def test_imported_again_a_clause_is_replaced_and_the_others_stay(database: Database):
    world = reviewed_world(database)
    assert brought(world, *CLAUSES) == Imported(4, 0, 0)
    newer = line("gb 10001－2020", "3.2.1", "新的条文", is_mandatory=True)
    assert brought(world, newer, CLAUSES[1]) == Imported(0, 1, 1)
    with database.read() as session:
        texts = session.scalars(sa.select(ReviewClause.text).order_by(ReviewClause.key)).all()
        assert len(texts) == 4
        assert "新的条文" in texts
    assert found(world, "新的") == [("gb 10001-2020", "3.2.1")] or found(world, "新的") == [
        ("gb 10001－2020", "3.2.1")
    ]


def test_clauses_are_found_by_number_however_it_is_written(database: Database):
    world = reviewed_world(database)
    brought(world, *CLAUSES)
    one, ten, other, roof = [(c.standard_no, c.clause_no) for c in CLAUSES]
    for query in ("GB10001-2020", "gb 10001", "10001－2020", "GB100012020"):
        assert set(found(world, query)) == {one, ten}, query
    assert found(world, "3.2.1") == [one, other, ten], "the clause itself before 3.2.10, mandatory first"
    assert found(world, "第3.2.1条 20002") == [other]
    assert found(world, "疏散门 净宽") == [one]
    assert found(world, "疏散净宽") == [one], "words that are nowhere together are looked for by character"
    assert found(world, "排水 DB11/T300") == [roof]
    assert found(world, "没有这样的词语") == []
    assert found(world, "%") == []
    assert len(found(world, "")) == 4, "nothing typed: what there is"
    assert found(world, "2.1") == [], "a clause is found from its beginning"


def test_the_asked_discipline_comes_first_after_mandatory_ones(database: Database):
    world = reviewed_world(database)
    brought(world, *CLAUSES, line("GB 9-2020", "1.1", "走道净宽", discipline="struct"))
    both = [("GB 9-2020", "1.1"), ("GB/T 20002-2021", "3.2.1")]
    assert found(world, "走道净宽", discipline="arch") == both[::-1]
    assert found(world, "走道净宽", discipline="struct") == both


def test_a_library_goes_out_as_it_came_in(database: Database):
    world = reviewed_world(database)
    brought(world, *CLAUSES)
    with database.read() as session:
        rights = rights_of(session, world.actor("reviewer"), database.clock.now())
        library = library_for(session, rights, world.project_id)
        data = clauses_xlsx(all_clauses(session, library))
        assert [(s.standard_no, s.clauses, s.mandatory) for s in standards_of(session, library)] == [
            ("DB11/T 300-2019", 1, 0), ("GB 10001-2020", 2, 1), ("GB/T 20002-2021", 1, 0),
        ]  # fmt: skip
    read = read_clauses(data)
    assert read.refused == []
    assert brought(world, *read.lines) == Imported(0, 0, 4)


def test_the_template_can_be_read_and_its_rows_are_marked_as_examples():
    read = read_clauses(template())
    assert (len(read.lines), read.refused) == (len(EXAMPLES), [])
    assert all("示例" in x.text for x in read.lines)


def test_a_formula_in_a_clause_stays_text(database: Database):
    data = clauses_xlsx([line("GB 1-2020", "1.1", '=HYPERLINK("x")')])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert (sheet["D2"].value, sheet["D2"].data_type) == ('=HYPERLINK("x")', "s")


def test_only_the_lead_imports_and_only_the_agency_looks(database: Database):
    world = reviewed_world(database)
    command = ImportClauses(world.project_id, CLAUSES)
    for who, code in (("reviewer", "forbidden"), ("owner", "forbidden"), ("stranger", "not-found")):
        with pytest.raises(Refused, match=code):
            act(world, who, lambda tx: import_clauses(tx, command))
    with database.read() as session:
        for who, code in (("designer", "forbidden"), ("stranger", "not-found")):
            rights = rights_of(session, world.actor(who), database.clock.now())
            with pytest.raises(Refused, match=code):
                library_for(session, rights, world.project_id)


def test_a_standard_is_removed_with_its_clauses(database: Database):
    world = reviewed_world(database)
    brought(world, *CLAUSES)
    drop = DropStandard(world.project_id, "GB 10001-2020")
    assert act(world, "review_lead", lambda tx: drop_standard(tx, drop)) == 2
    with pytest.raises(Refused, match="not-found"):
        act(world, "review_lead", lambda tx: drop_standard(tx, drop))
    assert found(world, "") == [("DB11/T 300-2019", "7.1"), ("GB/T 20002-2021", "3.2.1")]


def test_phrases_come_the_most_used_first(database: Database):
    world = reviewed_world(database)

    def kept(text: str, discipline: str = "") -> str:
        return act(
            world, "reviewer", lambda tx: keep_phrase(tx, KeepPhrase(world.project_id, text, discipline))
        )

    one, two, three = kept("请核对"), kept("请补充详图", "arch"), kept("请补充配筋", "struct")
    for _ in range(2):
        act(world, "reviewer", lambda tx: use_phrase(tx, OnPhrase(world.project_id, two)))
    assert kept("请核对") == one, "kept again it counts as used"

    def shown(**more: Any) -> list[tuple[str, int]]:
        with database.read() as session:
            rights = rights_of(session, world.actor("reviewer"), database.clock.now())
            library = library_for(session, rights, world.project_id)
            return [(p.id, p.uses) for p in phrases_of(session, library, **more)]

    assert shown() == [(two, 2), (one, 1), (three, 0)]
    assert shown(discipline="struct") == [(one, 1), (three, 0)]
    assert shown(query="补充") == [(two, 2), (three, 0)]
    act(world, "reviewer", lambda tx: drop_phrase(tx, OnPhrase(world.project_id, two)))
    assert shown() == [(one, 1), (three, 0)]
    with pytest.raises(Refused, match="forbidden"):
        act(world, "owner", lambda tx: use_phrase(tx, OnPhrase(world.project_id, one)))
