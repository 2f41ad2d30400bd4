"""Draws through their acts: what may be done when, by whom, and what stays for ever."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.bootstrap import CHAPTERS
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.record.audit import audit_register
from app.review.draws.actions import (
    CancelDraw,
    CommitShare,
    EnterValue,
    RevealShare,
    cancel_draw,
    commit_share,
    complete_draw,
    enter_value,
    reveal_share,
)
from app.review.draws.facts import Standing, standing_of
from app.review.draws.models import DrawResult, ReviewDraw
from app.review.draws.protocol import draw
from tests.review.cases import act, issued, reviewed_world, submitted
from tests.review.draws import (
    LATER,
    VALUE,
    announced,
    committed,
    more_inspectors,
    pass_time,
    revealed,
    secret_of,
    valued,
)
from tests.world import World


def standing(world: World, draw_id: str) -> Standing:
    with world.database.read() as session:
        return standing_of(session, session.get_one(ReviewDraw, draw_id))


def code_of(world: World, who: str, work: object, command: object) -> str:
    with pytest.raises(Refused) as refused:
        act(world, who, lambda tx: work(tx, command))  # type: ignore[operator]
    return refused.value.code


def cases(world: World, count: int = 3) -> list[str]:
    return [submitted(world, issued(world, f"建施-{n:02}")) for n in range(1, count + 1)]


def test_a_draw_from_its_announcement_to_its_result(database: Database) -> None:
    world = reviewed_world(database)
    more_inspectors(world, "second", "third")
    more_inspectors(world, "related", firm="designer")
    people = [world.people[n] for n in ("authority", "second", "third", "related")]
    draw_id = announced(world, cases(world), database.clock.now(), inspectors=people, per_item=3, take=2)
    state = standing(world, draw_id).state
    assert state(database.clock.now()) == "announced"
    assert code_of(world, "authority", enter_value, EnterValue(draw_id, VALUE, VALUE)) == "draw-not-now"
    committed(world, draw_id, "owner", "legal", "authority")
    commitment = standing(world, draw_id).shares[0].commitment
    for who, code in (
        ("owner", "draw-without-contributions"),
        ("designer", "forbidden"),
        ("stranger", "not-found"),
    ):
        assert code_of(world, who, commit_share, CommitShare(draw_id, commitment)) == code
    assert code_of(world, "owner", reveal_share, RevealShare(draw_id, secret_of("owner"))) == "draw-not-now"
    pass_time(world, LATER)
    assert code_of(world, "second", commit_share, CommitShare(draw_id, commitment)) == "draw-not-now"
    assert (
        code_of(world, "owner", reveal_share, RevealShare(draw_id, secret_of("legal")))
        == "draw-number-not-committed"
    )
    revealed(world, draw_id, "owner")
    for value, again, code in (
        (VALUE, VALUE + "1", "draw-values-differ"),
        ("3 7 12 18 25 31+09", "3 7 12 18 25 31+09", "draw-value-not-like-example"),
    ):
        assert code_of(world, "authority", enter_value, EnterValue(draw_id, value, again)) == code
    assert code_of(world, "review_lead", enter_value, EnterValue(draw_id, VALUE, VALUE)) == "not-found"
    valued(world, draw_id)
    assert standing(world, draw_id).state(database.clock.now()) == "revealing"
    revealed(world, draw_id, "legal")
    assert standing(world, draw_id).result is None
    revealed(world, draw_id, "authority")
    done = standing(world, draw_id)
    assert done.state(database.clock.now()) == "drawn"
    assert done.result is not None
    result = draw(done.row.announcement, VALUE, done.told_shares)
    assert done.result.result == result.text
    assert len(result.drawn) == 2
    for one in result.drawn:
        assert world.people["related"] not in one.inspectors
        assert len(one.inspectors) == 3
    assert "works-for designer" in done.row.announcement
    for work, command in (
        (enter_value, EnterValue(draw_id, VALUE, VALUE)),
        (cancel_draw, CancelDraw(draw_id, "重来")),
        (complete_draw, draw_id),
    ):
        assert code_of(world, "authority", work, command) == "draw-not-now"
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DrawResult)) == 1
        assert list(audit_register(session, CHAPTERS)) == []


def test_the_number_that_nobody_revealed_is_left_out_and_named(database: Database) -> None:
    world = reviewed_world(database)
    draw_id = announced(world, cases(world, 2), database.clock.now())
    committed(world, draw_id, "owner", "legal")
    pass_time(world, LATER)
    valued(world, draw_id)
    revealed(world, draw_id, "owner")
    assert code_of(world, "authority", complete_draw, draw_id) == "draw-not-now"
    pass_time(world, timedelta(days=2))
    assert code_of(world, "legal", reveal_share, RevealShare(draw_id, secret_of("legal"))) == "draw-not-now"
    act(world, "authority", lambda tx: complete_draw(tx, draw_id))
    done = standing(world, draw_id)
    assert done.result is not None
    assert (
        f"contribution: 2 {world.people['legal']} {done.shares[1].commitment} left-out -"
        in done.result.result
    )


def test_where_the_announcement_says_so_a_missing_number_voids_the_draw(database: Database) -> None:
    world = reviewed_world(database)
    draw_id = announced(world, cases(world, 1), database.clock.now(), unrevealed="void")
    committed(world, draw_id, "owner")
    pass_time(world, timedelta(days=3))
    assert standing(world, draw_id).state(database.clock.now()) == "void"
    assert code_of(world, "authority", enter_value, EnterValue(draw_id, VALUE, VALUE)) == "draw-not-now"
    assert code_of(world, "authority", cancel_draw, CancelDraw(draw_id, "  ")) == "reason-needed"
    act(world, "authority", lambda tx: cancel_draw(tx, CancelDraw(draw_id, "建设单位未揭示随机数")))
    done = standing(world, draw_id)
    assert done.state(database.clock.now()) == "cancelled"
    assert done.end is not None
    assert (done.end.reason, done.end.was_known) == ("建设单位未揭示随机数", True)
    assert code_of(world, "authority", cancel_draw, CancelDraw(draw_id, "又")) == "draw-not-now"


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"take": 0}, "invalid-input"),
    ({"take": 3}, "invalid-input"),
    ({"kind": "sheet"}, "invalid-input"),
    ({"kind": "project"}, "draw-item-not-yours"),
    ({"title": " "}, "invalid-input"),
    ({"pool": ""}, "invalid-input"),
    ({"example": "无数字"}, "invalid-input"),
    ({"per_item": 2}, "invalid-input"),
    ({"unrevealed": "again"}, "invalid-input"),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_an_announcement_must_be(database: Database) -> None:
    world = reviewed_world(database)
    pool = cases(world, 2)
    for changed, code in WRONG:
        with pytest.raises(Refused) as refused:
            announced(world, pool, database.clock.now(), **changed)
        assert refused.value.code == code, changed
    broken = announced(world, pool, database.clock.now(), title="一\nitem: case x y")
    text = standing(world, broken).row.announcement
    assert "title: 一 item: case x y\n" in text  # a line break in a word cannot make a line
    assert text.count("\nitem: ") == 2


def test_what_is_known_already_is_not_drawn_by(database: Database) -> None:
    world = reviewed_world(database)
    pool, now = cases(world, 1), database.clock.now()
    for changed, code in (
        ({"known_at": now - timedelta(seconds=1)}, "draw-value-already-known"),
        ({"known_at": now}, "draw-value-already-known"),
        ({"reveal_until": now + LATER}, "invalid-input"),
        ({"inspectors": [world.people["owner"]]}, "draw-inspector-without-seat"),
        ({"organisation_id": world.organisations["reviewer"]}, "not-found"),
        ({"organisation_id": world.organisations["supervision_station"]}, "not-found"),
    ):
        with pytest.raises(Refused) as refused:
            announced(world, pool, now, **changed)
        assert refused.value.code == code, changed
