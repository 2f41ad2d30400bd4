"""Drawing, changing, taking back: who may, who sees, and what the ledger is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.drawings.actions.revisions import MoveRevisions, send_to_checking
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import FORBIDDEN, INVALID, NOT_FOUND, STALE, STATE_CONFLICT, Refused
from app.kernel.ledger.audit import LedgerAudit, every_entry
from app.markups.actions.marks import (
    EditMark,
    TakeBackMark,
    edit_mark,
    put_back_mark,
    take_back_mark,
)
from app.markups.actions.refusals import AUDIENCE_FIXED, NOT_AUTHOR, NOT_THERE, TAKEN_BACK
from app.markups.actions.threads import (
    AssignMark,
    CommentMark,
    MoveMark,
    assign_mark,
    comment_mark,
    move_mark,
)
from app.markups.models import Markup, MarkupComment
from app.markups.queries.marks import MarkView, marks_etag, marks_of
from app.markups.queries.people import people_to_ask
from app.markups.rules import THREADS, MarkKind, MarkStatus
from app.markups.visibility import may_read_entry, revision_seen
from tests.drawings.sheets import Upload, page_fields, released_sheet, take_in
from tests.markups.drawn import SHAPES, drawn, seen
from tests.world import PEOPLE, World, make_world

DRAWERS = set(PEOPLE) - {"archivist", "investigator"}
DESIGN = {"lead", "designer", "checker", "verifier", "approver"}


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


@pytest.fixture
def released(world: World) -> str:
    return released_sheet(world)


def act(world: World, who: str, work: Callable[[Tx], Any]) -> Any:
    with world.database.write(world.actor(who)) as tx:
        return work(tx)


def refusal(world: World, who: str, work: Callable[[Tx], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act(world, who, work)
    return refused.value.code


def listed(world: World, who: str, revision_id: str) -> list[MarkView]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return list(marks_of(session, rights, revision_id))


def types(world: World) -> list[str]:
    with world.database.read() as session:
        return [e["type"] for e in every_entry(session) if e["type"].startswith("markup.")]


def edit(view: MarkView, **more: Any) -> EditMark:
    names = ("anchor", "shape", "colour", "text", "basis", "audience")
    return EditMark(view.id, view.version, **{**{n: getattr(view, n) for n in names}, **more})


def test_every_kind_is_drawn_and_comes_back_as_it_was(world: World, released: str) -> None:
    for kind in MarkKind:
        mark = seen(world, "supervisor", drawn(world, "contractor", released, kind))
        assert (mark.kind, mark.shape) == (kind, SHAPES[kind])
        assert mark.author.name == "contractor"
        assert mark.status == MarkStatus.OPEN
    assert len(listed(world, "owner", released)) == len(MarkKind)
    assert types(world) == ["markup.drawn"] * len(MarkKind)
    with world.database.read() as session:
        assert list(LedgerAudit(session).faults()) == []


@pytest.mark.parametrize("who", sorted({*PEOPLE, "stranger", "admin"}))
def test_who_may_draw_on_what_was_released(world: World, released: str, who: str) -> None:
    if who in DRAWERS:
        assert drawn(world, who, released)
        return
    with pytest.raises(Refused) as refused:
        drawn(world, who, released)
    assert refused.value.code == (FORBIDDEN if who == "investigator" else NOT_FOUND)
    assert types(world) == []


def test_marks_on_a_draft_are_the_designers_own(world: World) -> None:
    draft = take_in(world, Upload([page_fields("建施-07")])).revision()
    mark = drawn(world, "checker", draft)
    assert seen(world, "designer", mark).id == mark
    for who in set(PEOPLE) - DESIGN:
        with pytest.raises(Refused) as refused:
            seen(world, who, mark)
        assert refused.value.code == NOT_FOUND
        with pytest.raises(Refused) as refused:
            drawn(world, who, draft)
        assert refused.value.code == NOT_FOUND
        assert refusal(world, who, lambda tx: comment_mark(tx, CommentMark(mark, "看到了"))) == NOT_FOUND


def test_a_partys_own_marks_are_seen_by_that_party_alone(world: World, released: str) -> None:
    own = drawn(world, "reviewer", released, audience="party")
    shared = drawn(world, "reviewer", released)
    assert {m.id for m in listed(world, "reviewer", released)} == {own, shared}
    for who in ("owner", "contractor", "lead", "investigator"):
        assert {m.id for m in listed(world, who, released)} == {shared}
        with pytest.raises(Refused) as refused:
            seen(world, who, own)
        assert refused.value.code == NOT_FOUND
    for work in (
        lambda tx: comment_mark(tx, CommentMark(own, "x")),
        lambda tx: move_mark(tx, MoveMark(own, "answer")),
        lambda tx: assign_mark(tx, AssignMark(own, None)),
        lambda tx: take_back_mark(tx, TakeBackMark(own)),
        lambda tx: put_back_mark(tx, TakeBackMark(own)),
        lambda tx: edit_mark(tx, edit(seen(world, "reviewer", own))),
    ):
        assert refusal(world, "owner", work) == NOT_FOUND


def test_the_ledgers_entry_of_a_mark_is_read_by_those_who_see_the_mark(world: World, released: str) -> None:
    own = drawn(world, "reviewer", released, audience="party")
    with world.database.read() as session:
        entry = next(e for e in every_entry(session) if e["type"] == "markup.drawn")
        for who, may in (("reviewer", True), ("owner", False), ("contractor", False)):
            rights = rights_of(session, world.actor(who), world.database.clock.now())
            assert may_read_entry(session, rights, entry["subjects"]) is may
            assert may_read_entry(session, rights, {"revision": released})
    assert entry["subjects"]["markup"] == own


def test_sent_twice_under_one_key_a_mark_exists_once(world: World, released: str) -> None:
    first = drawn(world, "owner", released, client_key="k1")
    assert drawn(world, "owner", released, client_key="k1") == first
    assert drawn(world, "contractor", released, client_key="k1") != first
    other = released_sheet(world, "建施-02")
    with pytest.raises(Refused) as refused:
        drawn(world, "owner", other, client_key="k1")
    assert refused.value.code == INVALID
    again = CommentMark(first, "请看", client_key="c1")
    said = act(world, "owner", lambda tx: comment_mark(tx, again))
    assert act(world, "owner", lambda tx: comment_mark(tx, again)) == said
    assert len(seen(world, "owner", first).comments) == 1
    for key in ("x" * 41, "a b", "键"):
        with pytest.raises(Refused) as refused:
            drawn(world, "owner", released, client_key=key)
        assert refused.value.code == INVALID


def test_only_its_author_changes_a_mark_and_never_over_a_newer_version(world: World, released: str) -> None:
    mark = drawn(world, "contractor", released)
    before = seen(world, "contractor", mark)
    moved = {"paths": [[[x + 1_000, y] for x, y in SHAPES["cloud"]["paths"][0]]]}
    version = act(world, "contractor", lambda tx: edit_mark(tx, edit(before, shape=moved, text="改")))
    after = seen(world, "owner", mark)
    assert (after.shape, after.text, after.version) == (moved, "改", version)
    assert refusal(world, "contractor", lambda tx: edit_mark(tx, edit(before))) == STALE
    assert refusal(world, "owner", lambda tx: edit_mark(tx, edit(after))) == NOT_AUTHOR
    assert not after.may_edit
    assert seen(world, "contractor", mark).may_edit
    wrong = edit(after, shape={"paths": []})
    assert refusal(world, "contractor", lambda tx: edit_mark(tx, wrong)) == INVALID


def test_taken_back_a_mark_stays_and_its_author_puts_it_back(world: World, released: str) -> None:
    mark = drawn(world, "designer", released)
    assert refusal(world, "owner", lambda tx: take_back_mark(tx, TakeBackMark(mark))) == NOT_AUTHOR
    assert refusal(world, "checker", lambda tx: take_back_mark(tx, TakeBackMark(mark))) == NOT_AUTHOR
    act(world, "lead", lambda tx: take_back_mark(tx, TakeBackMark(mark)))
    view = seen(world, "owner", mark)
    assert view.taken_back_by is not None
    assert view.taken_back_by.name == "lead"
    assert view.events == ()
    for work in (
        lambda tx: comment_mark(tx, CommentMark(mark, "x")),
        lambda tx: move_mark(tx, MoveMark(mark, "answer")),
        lambda tx: assign_mark(tx, AssignMark(mark, world.people["owner"])),
        lambda tx: take_back_mark(tx, TakeBackMark(mark)),
        lambda tx: edit_mark(tx, edit(view)),
    ):
        assert refusal(world, "designer", work) == TAKEN_BACK
    act(world, "designer", lambda tx: put_back_mark(tx, TakeBackMark(mark)))
    assert seen(world, "owner", mark).taken_back_at is None
    assert types(world) == ["markup.drawn", "markup.taken-back", "markup.put-back"]


def test_nobody_takes_a_row_out(world: World, released: str) -> None:
    mark = drawn(world, "owner", released)
    act(world, "owner", lambda tx: take_back_mark(tx, TakeBackMark(mark)))
    with world.database.read() as session:
        assert session.execute(sa.select(sa.func.count(Markup.id))).scalar_one() == 1


def test_what_others_take_part_in_is_not_hidden_from_them(world: World, released: str) -> None:
    mark = drawn(world, "owner", released)
    act(world, "contractor", lambda tx: comment_mark(tx, CommentMark(mark, "收到")))
    hidden = edit(seen(world, "owner", mark), audience="party")
    assert refusal(world, "owner", lambda tx: edit_mark(tx, hidden)) == AUDIENCE_FIXED
    quiet = drawn(world, "owner", released)
    act(world, "owner_clerk", lambda tx: comment_mark(tx, CommentMark(quiet, "内部")))
    act(world, "owner", lambda tx: edit_mark(tx, edit(seen(world, "owner", quiet), audience="party")))
    assert [m.id for m in listed(world, "contractor", released)] == [mark]


STEPS = {(s.source, s.event): s.target for s in THREADS.steps}


@pytest.mark.parametrize("status", list(MarkStatus))
@pytest.mark.parametrize("event", list(THREADS.events))
def test_every_step_of_a_thread_by_its_own_party_and_by_another(
    world: World, released: str, status: MarkStatus, event: str
) -> None:
    ways = {"open": (), "answered": ("answer",), "resolved": ("resolve",), "reopened": ("resolve", "reopen")}
    for who, is_own in (("supervisor", True), ("contractor", False), ("investigator", None)):
        mark = drawn(world, "supervisor", released)
        for before in ways[status]:
            act(world, "supervisor", lambda tx, e=before, m=mark: move_mark(tx, MoveMark(m, e)))
        may = is_own or (is_own is False and event == "answer")
        offered = event in seen(world, who, mark).events
        move = MoveMark(mark, event, "已按规范核对")
        if may and (status, event) in STEPS:
            act(world, who, lambda tx, m=move: move_mark(tx, m))
            view = seen(world, who, mark)
            assert view.status == STEPS[status, event]
            assert [c.text for c in view.comments] == ["已按规范核对"]
            assert offered
        else:
            wanted = STATE_CONFLICT if may else FORBIDDEN
            assert refusal(world, who, lambda tx, m=move: move_mark(tx, m)) == wanted
            assert seen(world, who, mark).status == status
            assert not offered


def test_only_people_who_see_a_mark_are_assigned_or_mentioned(world: World, released: str) -> None:
    mark = drawn(world, "owner", released)
    people = world.people
    act(world, "owner", lambda tx: assign_mark(tx, AssignMark(mark, people["contractor"])))
    said = CommentMark(mark, "请看", (people["supervisor"], people["lead"]))
    act(world, "owner", lambda tx: comment_mark(tx, said))
    view = seen(world, "owner", mark)
    assert view.assignee is not None
    assert view.assignee.name == "contractor"
    assert [m.name for m in view.comments[0].mentions] == ["supervisor", "lead"]
    for other in ("stranger", "archivist", "admin"):
        assert (
            refusal(world, "owner", lambda tx, o=other: assign_mark(tx, AssignMark(mark, people[o])))
            == NOT_THERE
        )
        ask = CommentMark(mark, "x", (people[other],))
        assert refusal(world, "owner", lambda tx, a=ask: comment_mark(tx, a)) == NOT_THERE
    own = drawn(world, "owner", released, audience="party")
    call = AssignMark(own, people["contractor"])
    assert refusal(world, "owner", lambda tx: assign_mark(tx, call)) == NOT_THERE
    act(world, "owner", lambda tx: assign_mark(tx, AssignMark(own, people["owner_clerk"])))
    act(world, "owner", lambda tx: assign_mark(tx, AssignMark(own, None)))
    assert seen(world, "owner", own).assignee is None
    with world.database.read() as session:
        rights = rights_of(session, world.actor("owner"), world.database.clock.now())
        row = revision_seen(session, rights, released)
        asked = people_to_ask(session, rights, row, world.database.clock.now())
        assert {p.name for p in asked} == set(PEOPLE) - {"archivist"}


def test_the_digest_of_a_list_changes_with_everything_that_changes_the_list(
    world: World, released: str, clock: SteppedClock
) -> None:
    def etag(who: str) -> str:
        with world.database.read() as session:
            rights = rights_of(session, world.actor(who), world.database.clock.now())
            return marks_etag(session, rights, released)

    told = [etag("owner")]
    assert etag("owner") == told[0]
    assert etag("contractor") != told[0]
    mark = drawn(world, "owner", released)
    told.append(etag("owner"))
    for work in (
        lambda tx: comment_mark(tx, CommentMark(mark, "x")),
        lambda tx: edit_mark(tx, edit(seen(world, "owner", mark), text="y")),
        lambda tx: assign_mark(tx, AssignMark(mark, world.people["owner"])),
        lambda tx: move_mark(tx, MoveMark(mark, "answer")),
        lambda tx: take_back_mark(tx, TakeBackMark(mark)),
        lambda tx: put_back_mark(tx, TakeBackMark(mark)),
    ):
        clock.advance(timedelta(seconds=1))
        act(world, "owner", work)
        told.append(etag("owner"))
    assert len(set(told)) == len(told)


def test_hostile_text_is_kept_as_it_was_typed(world: World, released: str) -> None:
    text = "\"'><script>alert(1)</script>{{7*7}}"
    mark = drawn(world, "owner", released, text=text)
    act(world, "owner", lambda tx: comment_mark(tx, CommentMark(mark, text)))
    view = seen(world, "contractor", mark)
    assert (view.text, view.comments[0].text) == (text, text)


def test_comments_are_never_changed(world: World, released: str) -> None:
    mark = drawn(world, "owner", released)
    act(world, "owner", lambda tx: comment_mark(tx, CommentMark(mark, "x")))
    with (
        pytest.raises((sa.exc.DBAPIError, Refused), match="append-only"),
        world.database.plumbing() as session,
    ):
        session.execute(sa.update(MarkupComment).values(text="y"))


def test_marks_follow_their_draft_into_checking(world: World) -> None:
    draft = take_in(world, Upload([page_fields("建施-08")])).revision()
    mark = drawn(world, "designer", draft)
    with world.database.write(world.actor("designer")) as tx:
        send_to_checking(tx, MoveRevisions(world.project_id, [draft], "send_check"))
    assert seen(world, "checker", mark).id == mark
    assert drawn(world, "checker", draft)
    assert refusal(world, "owner", lambda tx: comment_mark(tx, CommentMark(mark, "x"))) == NOT_FOUND
