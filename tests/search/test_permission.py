"""Nothing outside an actor's rights is found, counted or quoted (SECURITY, threat 2)."""

import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.rules import Permission
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import visible_revisions
from app.drawings.rules import RevisionState
from app.kernel.actor import Actor, Via
from app.kernel.policy import Rights, Scope
from app.search.contract import VisibilityFilter
from app.search.tokens import parse
from app.search.visibility import visibility
from tests.search.shelf import Shelf
from tests.world import PEOPLE

WORDS = [
    "平面图",
    "配筋",
    "梯",
    "一层",
    "C30",
    "秘密",
    "stair",
    "建施",
    "建施-0",
    "龙门吊",
    "滨河",
    "别的项目",
    "教学楼",
]
DISCIPLINES = ("architecture", "structure")


@pytest.fixture
def two_projects(shelf: Shelf) -> Shelf:
    """The same words in both projects, in every state, of two parties, in and out of a building."""
    chance = random.Random(11)
    n = 0
    for project in (shelf.world.project_id, shelf.world.other_project_id):
        for state in RevisionState:
            for discipline in DISCIPLINES:
                mine = project == shelf.world.project_id
                title = " ".join(chance.sample(WORDS[:7], 3))
                shelf.add(
                    f"建施-{n:02}",
                    title,
                    tuple(chance.sample(WORDS, 3)),
                    state=state,
                    project_id=project,
                    discipline=discipline,
                    building_id=shelf.world.building_id if mine and n % 2 else None,
                    party="designer" if n % 3 else "specialist",
                )
                n += 1
    shelf.drain()
    return shelf


def _scopes(shelf: Shelf) -> st.SearchStrategy[Scope]:
    return st.builds(
        Scope,
        st.booleans(),
        st.frozensets(st.sampled_from([shelf.world.building_id, "whole", "", "elsewhere"])),
        st.booleans(),
        st.frozensets(st.sampled_from([*DISCIPLINES, "electrical"])),
    )


def _rights(shelf: Shelf, data: st.DataObject) -> Rights:
    """A person's rights, his scope drawn at random, by session or by a token with or without the permission."""
    who = data.draw(st.sampled_from([*PEOPLE, "stranger", "admin"]))
    rights = shelf.rights(who)
    seats = tuple(
        s.__class__(
            **{**{f: getattr(s, f) for f in s.__dataclass_fields__}, "scope": data.draw(_scopes(shelf))}
        )
        for s in rights.seats
    )
    scopes = data.draw(st.sampled_from([None, frozenset(), frozenset({str(Permission.REVISION_VIEW)})]))
    actor = rights.actor if scopes is None else Actor(rights.actor.person_id, Via.TOKEN, scopes)
    return Rights(actor, seats, rights.grants)


_MANY = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _shows(may_see: VisibilityFilter, row: SheetRevision) -> bool:
    place = row.building_id or "whole"
    return any(
        w.shows(row.project_id, place, row.discipline, row.party_id, row.state) for w in may_see.sheets
    )


def test_the_filter_says_of_every_row_what_the_policy_says(two_projects: Shelf):
    with two_projects.database.read() as session:
        rows = session.scalars(sa.select(SheetRevision)).all()

        @_MANY
        @given(st.data())
        def agree(data: st.DataObject) -> None:
            rights = _rights(two_projects, data)
            allowed = set(session.scalars(sa.select(SheetRevision.id).where(visible_revisions(rights))))
            shown = {r.id for r in rows if _shows(visibility(rights), r)}
            assert shown == allowed

        agree()


def test_no_question_of_anybody_finds_or_counts_what_he_may_not_see(two_projects: Shelf):
    shelf = two_projects
    from app.search.queries import search  # noqa: PLC0415  only here

    seen_something: set[str] = set()
    with shelf.database.read() as session:

        @_MANY
        @given(st.data())
        def ask(data: st.DataObject) -> None:
            rights = _rights(shelf, data)
            parts = data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
            text = " ".join(data.draw(st.sampled_from(["", "", "-"])) + p for p in parts)
            project = data.draw(
                st.sampled_from([None, shelf.world.project_id, shelf.world.other_project_id, "x"])
            )
            now = shelf.database.clock.now()
            result = search(session, shelf.index, rights, text, now=now, project_id=project, limit=200)
            query = sa.select(SheetRevision.id).where(visible_revisions(rights))
            allowed = set(session.scalars(query))
            projects = set(rights.project_ids())
            assert result.total == len(result.hits)
            assert len({h.id for h in result.hits}) == len(result.hits)
            for hit in result.hits:
                seen_something.add(str(rights.actor.person_id))
                assert project in (None, hit.project_id)
                if hit.kind == "sheet":
                    assert hit.revision_id in allowed
                else:
                    assert hit.project_id in projects

        ask()
    assert len(seen_something) > 5, "a test that finds nothing proves nothing"


def test_everything_visible_that_matches_is_found(two_projects: Shelf):
    shelf = two_projects
    for who in PEOPLE:
        with shelf.database.read() as session:
            query = sa.select(SheetRevision.sheet_id).where(visible_revisions(shelf.rights(who)))
            allowed = {
                row
                for row, title in session.execute(query.add_columns(SheetRevision.title))
                if "平面图" in title
            }
        found = {h.id for h in shelf.ask("平面图", who, limit=200).hits if h.where == "title"}
        assert found == allowed


def test_a_contractor_learns_nothing_of_a_draft_not_even_that_it_exists(shelf: Shelf):
    shelf.add("建施-77", "机密金库平面图", ("暗门",), state="draft")
    shelf.drain()
    for text in ("建施-77", "建施77", "机密金库", "暗门", "金", "平面图"):
        assert shelf.ask(text, "designer").total == 1
        assert shelf.ask(text, "contractor").total == 0
        assert shelf.ask(text, "stranger").total == 0
        assert shelf.ask(text, "admin").total == 0


def test_a_minus_does_not_reach_what_may_not_be_seen(shelf: Shelf):
    shelf.add("建施-01", "平面图", state="draft")
    shelf.add("建施-02", "平面图 楼梯")
    shelf.drain()
    assert shelf.numbers("平面图 -楼梯", "contractor") == []
    assert shelf.numbers("平面图 -没有", "contractor") == ["建施-02"]


def test_a_foreign_project_named_outright_finds_nothing(two_projects: Shelf):
    foreign = two_projects.world.other_project_id
    assert two_projects.ask("平面图", "owner", project_id=foreign).total == 0
    assert two_projects.ask("平面图", "stranger", project_id=foreign).total > 0


@_MANY
@given(st.text(max_size=300))
def test_no_text_makes_the_parser_stumble(text: str):
    words = parse(text)
    for word in (*words.wanted, *words.unwanted):
        assert word.tokens
        assert word.needle.strip()


def test_no_text_makes_a_search_stumble(two_projects: Shelf):
    awkward = st.text(alphabet="-\"'“”\\%_&|!*:<>()平面图A1 \t\n\x00\ud800'", max_size=40)

    @_MANY
    @given(awkward | st.text(max_size=60))
    def ask(text: str) -> None:
        assert two_projects.ask(text).total >= 0

    ask()
