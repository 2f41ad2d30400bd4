"""Which page of a file is the sheet, what its annotations become, and that they come in once."""

from typing import Any

import pytest

from app.kernel.db.transactions import Database
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused
from app.markups.actions.imports import Imported, ImportMarks, import_marks
from app.markups.actions.marks import TakeBackMark, take_back_mark
from app.markups.importing import candidates, match_page, nearest_colour, plain_text, stated_time
from app.markups.rules import MOST_TEXT, Colour
from tests.drawings.sheets import released_sheet
from tests.markups.drawn import annotation, drawn, seen
from tests.world import World, make_world
from viewers.render.manifest import Page, TextRun
from viewers.render.marks.annotations_wire import AnnotatedFile, AnnotatedPage, Annotation, Reply

WORDS = [f"字{n}" for n in range(20)]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("D:20260601093000+08'00'", "2026-06-01 09:30 +0800"),
        ("D:20260601093000-0530", "2026-06-01 09:30 -0530"),
        ("D:20260601", "2026-06-01"),
        ("D:202606010930", "2026-06-01 09:30"),
        ("D:20269901", ""),
        ("yesterday", ""),
        ("", ""),
        ("D:20260601093000+99'99'", ""),
    ],
)
def test_dates_are_kept_as_stated(raw: str, wanted: str) -> None:
    assert stated_time(raw) == wanted


def test_colours_go_to_the_nearest_of_the_palette() -> None:
    assert nearest_colour("#ffff00") is Colour.AMBER
    assert nearest_colour("#ff0000") is Colour.RED
    assert nearest_colour("#0000ff") is Colour.BLUE
    assert nearest_colour("#000000") is Colour.BLACK
    assert nearest_colour("") is Colour.RED


def test_text_of_strangers_keeps_its_marks_and_loses_what_is_invisible() -> None:
    assert plain_text("便签：核对\r\n标高\u202e") == "便签：核对\n标高"
    assert len(plain_text("长" * 9_000)) == MOST_TEXT


def page_of() -> Page:
    facts = dict.fromkeys(Page.__dataclass_fields__)
    return Page(**{**facts, "index": 0, "width_um": 841_000, "height_um": 594_000})  # type: ignore[arg-type]


def runs(words: list[str]) -> list[TextRun]:
    return [TextRun(text=w, x0=0, y0=0, x1=1, y1=1, angle=0) for w in words]


def page(words: list[str], *found: Annotation, size: tuple[int, int] = (841_000, 594_000)) -> AnnotatedPage:
    return AnnotatedPage(*size, words, list(found), is_cut=False)


def test_the_page_of_the_sheets_size_with_its_words_is_taken() -> None:
    other = page(["别", "的"] * 10)
    file = AnnotatedFile([other, page(WORDS), page(WORDS, size=(420_000, 297_000))], 0)
    match = match_page(file, page_of(), runs(WORDS))
    assert (match.page, match.is_unsure) == (1, False)
    half = match_page(AnnotatedFile([page(WORDS[:8])], 0), page_of(), runs(WORDS))
    assert (half.page, half.is_unsure) == (0, True)
    wrong = match_page(AnnotatedFile([other], 0), page_of(), runs(WORDS))
    assert (wrong.page, wrong.has_size) == (None, True)
    small = match_page(AnnotatedFile([page(WORDS, size=(420_000, 297_000))], 0), page_of(), runs(WORDS))
    assert (small.page, small.has_size) == (None, False)
    silent = match_page(AnnotatedFile([page([])], 0), page_of(), [])
    assert (silent.page, silent.is_unsure) == (0, True), "a scan has no words: a person looks"


def found(**more: Any) -> Annotation:
    usual: dict[str, Any] = {
        "name": "a1", "subtype": "Square", "kind": "rectangle", "paths": [[[0, 0], [9, 9]]], "size": 0,
        "text": "核实", "author": "王", "at": "D:20260601", "colour": "#ff0000", "why": "", "note": "",
        "replies": [Reply("李", "D:20260602", "同意", ""), Reply("我", "", "我们的", "oneset-c1")],
    }  # fmt: skip
    return Annotation(**{**usual, **more})


def test_annotations_become_candidates_and_the_key_tells_them_apart() -> None:
    (one,) = candidates(page([], found()))
    assert (one.anchor["type"], one.author, one.at, one.colour) == ("region", "王", "2026-06-01", "red")
    assert [r.text for r in one.replies] == ["同意"], "a reply that we wrote is ours already"
    same, moved, ours, far = candidates(
        page(
            [],
            found(),
            found(paths=[[[1, 1], [9, 9]]]),
            found(name="oneset-m7"),
            found(paths=[[[0, 0], [10**9, 1]]]),
        )
    )
    assert same.key == one.key
    assert moved.key != one.key
    assert ours.ours == "m7"
    assert far.why == "off-the-sheet"


# -- into the project --------------------------------------------------------------------------------------------------


@pytest.fixture
def released(database: Database) -> tuple[World, str]:
    world = make_world(database)
    return world, released_sheet(world)


def bring_in(world: World, who: str, revision: str, *found: Any, audience: str = "project") -> Imported:
    with world.database.write(world.actor(who)) as tx:
        return import_marks(tx, ImportMarks(revision, "ef" * 32, "意见.pdf", found, audience))


def test_the_same_file_again_changes_nothing(released: tuple[World, str]) -> None:
    world, revision = released
    lost = annotation(key="k2", why="kind-not-taken")
    first = bring_in(world, "reviewer", revision, annotation(), lost)
    assert (len(first.made), first.known, first.replies) == (1, (), 0)
    mark = seen(world, "owner", first.made[0])
    assert mark.author.name == "reviewer"
    assert mark.origin == {
        "author": "王审图", "at": "2026-06-01 09:30 +0800", "subtype": "Square", "file": "ef" * 32, "file_name": "意见.pdf",
    }  # fmt: skip
    assert [(c.text, c.origin["author"]) for c in mark.comments] == [("同意", "李设计")]
    for who in ("reviewer", "owner"):
        again = bring_in(world, who, revision, annotation(), lost)
        assert (again.made, again.known, again.replies) == ((), ("k1",), 0)
    more = annotation(
        replies=(*annotation().replies, annotation().replies[0].__class__("再议", "李", "", "r2"))
    )
    assert bring_in(world, "owner", revision, more).replies == 1
    with world.database.write(world.actor("reviewer")) as tx:
        take_back_mark(tx, TakeBackMark(first.made[0]))
    assert bring_in(world, "owner", revision, annotation()).made == ()


def test_for_a_party_alone_it_tells_nobody_else_anything(released: tuple[World, str]) -> None:
    world, revision = released
    own = bring_in(world, "reviewer", revision, annotation(), audience="party").made
    other = bring_in(world, "supervisor", revision, annotation(), audience="party").made
    shared = bring_in(world, "owner", revision, annotation()).made
    assert len({*own, *other, *shared}) == 3
    with pytest.raises(Refused) as refused:
        seen(world, "supervisor", own[0])
    assert refused.value.code == NOT_FOUND


def test_an_annotation_that_names_a_mark_is_that_mark_only_for_who_sees_it(
    released: tuple[World, str],
) -> None:
    world, revision = released
    own = drawn(world, "reviewer", revision, audience="party")
    claims = annotation(ours=own)
    assert bring_in(world, "reviewer", revision, claims) == Imported((), ("k1",), 1)
    foreign = bring_in(world, "supervisor", revision, claims)
    assert len(foreign.made) == 1, "to him it is a mark like any other"
    assert [c.text for c in seen(world, "reviewer", own).comments] == ["同意"]


@pytest.mark.parametrize(("who", "code"), [("investigator", FORBIDDEN), ("stranger", NOT_FOUND)])
def test_who_may_not_draw_brings_nothing_in(released: tuple[World, str], who: str, code: str) -> None:
    world, revision = released
    with pytest.raises(Refused) as refused:
        bring_in(world, who, revision, annotation())
    assert refused.value.code == code
