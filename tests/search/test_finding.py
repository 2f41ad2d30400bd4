"""What people type, and what they must find: the same on both drivers."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.ids import new_id
from app.search.contract import Kind, SearchDoc, SearchQuery, VisibilityFilter, Where, Window
from app.search.tokens import parse
from app.search.whoosh_index import WhooshIndex
from app.search.whoosh_matching import COUNTED
from tests.search.shelf import Shelf


@pytest.fixture
def library(shelf: Shelf) -> Shelf:
    shelf.add(
        "建施-01", "建筑设计总说明", ("采用C30混凝土", "详见 KZ-1 配筋图", "GB 50016-2014 建筑设计防火规范")
    )
    shelf.add("建施-02", "一层平面图", ("楼梯间", "比例 1:100", "防火门 FM甲1021"))
    shelf.add("建施-10", "二层平面图", ("一 层 平 面 布 置", "电梯井道"))
    shelf.add("结施-01", "一层板配筋平面图", ("KZ1 详图", "concrete cover 25 mm"), discipline="structure")
    shelf.add("A-101", "Ground Floor Plan", ("Stair No. 2", "２层平面"), discipline="structure")
    shelf.drain()
    return shelf


@pytest.mark.parametrize("typed", ["建施-01", "建施01", "建施－０１", "建施 01", "建施—01", "建施0１"])
def test_a_number_is_found_however_it_is_typed(library: Shelf, typed: str):
    assert library.numbers(typed) == ["建施-01"]
    assert library.ask(typed).hits[0].where is Where.NUMBER


@pytest.mark.parametrize("typed", ["a101", "A-101", "Ａ－１０１", "a 101"])
def test_a_latin_number_is_found_however_it_is_typed(library: Shelf, typed: str):
    assert library.numbers(typed) == ["A-101"]


def test_the_beginning_of_a_number_finds_its_sheets_in_natural_order(library: Shelf):
    assert library.numbers("建施") == ["建施-01", "建施-02", "建施-10"]
    assert library.numbers("建施-0") == ["建施-01", "建施-02"]


def test_a_number_is_found_before_the_indexer_has_run(library: Shelf):
    library.add("暖施-07", "空调平面图")
    assert library.numbers("暖施07") == ["暖施-07"]
    assert library.numbers("空调") == []
    assert library.drain() == 1
    assert library.numbers("空调") == ["暖施-07"]


def test_one_character_is_a_question(library: Shelf):
    assert library.numbers("梯") == ["建施-02", "建施-10"]
    assert library.numbers("井") == ["建施-10"]


def test_a_word_matches_only_where_its_characters_stand_together(library: Shelf):
    assert library.numbers("一层平面") == ["建施-02", "建施-10"]
    assert library.numbers("层平面图") == ["建施-02", "建施-10"]
    assert library.numbers("一层图") == []


def test_words_are_joined_by_and_wherever_they_stand(library: Shelf):
    assert library.numbers("平面图 一层") == ["建施-02", "结施-01", "建施-10"]
    assert library.numbers("平面图 楼梯间") == ["建施-02"]
    assert library.numbers("平面图 没有的词") == []


def test_a_phrase_holds_together(library: Shelf):
    assert library.numbers('"concrete cover"') == ["结施-01"]
    assert library.numbers('"cover concrete"') == []
    assert library.numbers("cover concrete") == ["结施-01"]
    assert library.numbers("“一层 平面图”") == ["建施-02"]


def test_a_minus_binds_chinese_words_and_phrases_too(library: Shelf):
    assert library.numbers("平面图 -一层") == []
    assert library.numbers("平面图 -一层板") == ["建施-02", "建施-10"]
    assert library.numbers("平面图 -电梯") == ["建施-02", "结施-01"]
    assert library.numbers('平面图 -"concrete cover"') == ["建施-02", "建施-10"]
    assert library.numbers("-平面图") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("KZ-1", ["建施-01", "结施-01"]),
        ("kz1", ["建施-01", "结施-01"]),
        ("C30", ["建施-01"]),
        ("c30混凝土", ["建施-01"]),
        ("GB50016", ["建施-01"]),
        ("GB 50016", ["建施-01"]),
        ("50016-2014", ["建施-01"]),
        ("1:100", ["建施-02"]),
        ("FM甲1021", ["建施-02"]),
        ("2层", ["A-101"]),
        ("stair", ["A-101"]),
        ("STAIR plan", ["A-101"]),
        ("stai", []),
    ],
)
def test_codes_scales_and_english_are_found(library: Shelf, typed: str, found: list[str]):
    assert library.numbers(typed) == found


def test_a_title_ranks_above_a_mention_and_the_hit_says_where(library: Shelf):
    hits = library.ask("一层平面").hits
    assert [h.where for h in hits] == [Where.TITLE, Where.TEXT]
    assert hits[1].snippet == "一 层 平 面 布 置"
    begin, end = hits[1].marks[0]
    assert hits[1].snippet[begin:end] == "一 层 平 面"


def test_projects_and_buildings_are_found_by_name_and_code(library: Shelf):
    found = library.ask("教学楼", kinds=frozenset({Kind.PROJECT, Kind.BUILDING})).hits
    assert [(h.kind, h.title) for h in found] == [("building", "教学楼")]
    found = library.ask("滨河小学").hits
    assert [(h.kind, h.id) for h in found] == [("project", library.world.project_id)]


def test_a_sheet_stands_once_by_the_revision_in_force(library: Shelf):
    now = library.database.clock.now()
    first = library.add("水施-01", "给水系统图", label="A")
    library.add("水施-01", "给水系统图", label="B", holds_from=now + timedelta(days=30))
    library.add("水施-01", "给水系统图", label="C", state="draft")
    library.drain()
    for question in ("给水系统", "水施01"):
        owner = library.ask(question, "owner")
        assert owner.total == 1
        assert (owner.hits[0].revision_id, owner.hits[0].is_in_force) == (first, True)
        assert library.ask(question, "designer").hits[0].rev_label == "A"
    library.database.clock.advance(timedelta(days=31))
    for question in ("给水系统", "水施01"):
        assert library.ask(question, "owner").hits[0].rev_label == "B"


def test_the_newest_matching_revision_answers_when_none_in_force_matches(library: Shelf):
    library.add("电施-01", "照明平面图", ("旧桥架",), label="A")
    library.add("电施-01", "照明平面图", ("新桥架",), label="B", state="draft")
    library.drain()
    (hit,) = library.ask("新桥架", "designer").hits
    assert (hit.rev_label, hit.is_in_force) == ("B", False)
    assert library.ask("新桥架", "owner").total == 0
    assert library.ask("旧桥架", "owner").hits[0].is_in_force


def test_pages_of_an_answer_join_without_gap_or_repetition(library: Shelf):
    for n in range(20):
        library.add(f"给施-{n:02}", f"大样图 {n}" if n % 2 else "详图 给施 大样图")
    library.drain()
    for question in ("大样图", "给施"):
        whole = library.ask(question, limit=100)
        assert whole.total == len(whole.hits) == 20
        parts = [library.ask(question, limit=7, offset=start) for start in (0, 7, 14, 21)]
        assert [h.id for p in parts for h in p.hits] == [h.id for h in whole.hits]
        assert {p.total for p in parts} == {20}


def test_whoosh_counts_a_phrase_of_very_many_sheets_up_to_a_bound_and_begins_right(tmp_path: Path):
    index = WhooshIndex(tmp_path)
    many, project = COUNTED * 2, new_id()
    docs = [
        SearchDoc(
            id=f"r{n:05}", kind=Kind.SHEET, project_id=project, subject_id=f"s{n:05}", number=f"建施-{n:05}",
            title="平面图", rev_seq=1, state="released", sort_key=f"{(n * 7919) % many:05}", holds_until=2,
            lines=("楼梯间加压送风",),
        )
        for n in range(many)
    ]  # fmt: skip
    index.replace(project, [d.subject_id for d in docs], docs)
    seen = VisibilityFilter(sheets=(Window(project),))
    bounded = index.search(SearchQuery(parse("楼梯间加压送风"), (project,), seen, now=1))
    assert not bounded.is_exact
    assert COUNTED <= bounded.total < many
    first = sorted(docs, key=lambda d: d.sort_key)[:50]
    assert [h.id for h in bounded.hits] == [d.subject_id for d in first]
    proven_by_tokens = index.search(SearchQuery(parse("平面 送风"), (project,), seen, now=1))
    assert (proven_by_tokens.total, proven_by_tokens.is_exact) == (many, True)
    late = index.search(SearchQuery(parse("楼梯间加压送风"), (project,), seen, now=1, offset=many - 10))
    assert (len(late.hits), late.total, late.is_exact) == (10, many, True)


def test_a_sheet_that_changed_is_found_by_its_new_words_only(library: Shelf):
    revision = library.add("总施-01", "总平面图")
    library.drain()
    from app.drawings.models import SheetRevision  # noqa: PLC0415  only here

    with library.database.write(SYSTEM) as tx:
        row = tx.session.get_one(SheetRevision, revision)
        row.title = "竖向布置图"
        tx.changed(row.project_id, "sheet", row.sheet_id)
    library.drain()
    assert library.numbers("总平面图") == []
    assert library.numbers("竖向布置") == ["总施-01"]
