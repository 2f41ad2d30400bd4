"""Draws for tests, through the real acts."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from app.access.actions import GiveSeat, give_seat
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.projects.actions import EVERYWHERE
from app.review.draws.actions import (
    AnnounceDraw,
    CommitShare,
    EnterValue,
    RevealShare,
    announce_draw,
    commit_share,
    enter_value,
    reveal_share,
)
from app.review.draws.models import ReviewDraw
from app.review.draws.protocol import commitment_of
from tests.review.cases import act
from tests.world import World

VALUE = "03 07 12 18 25 31+09"
EXAMPLE = "01 02 03 04 05 06+07"
LATER, REVEAL = timedelta(days=1), timedelta(days=2)


def announced(world: World, items: list[str], now: datetime, **more: Any) -> str:
    """A draw that the authority announces: its value is known in a day, numbers are revealed within another."""
    values: dict[str, Any] = {
        "organisation_id": world.organisations["authority"],
        "title": "第一季度审查质量抽查",
        "kind": "case",
        "items": items,
        "take": 1,
        "inspectors": [world.people["authority"]],
        "per_item": 1,
        "pool": "本局管辖项目中本季度已受理的全部案卷",
        "source": "双色球 第2024030期开奖号码",
        "example": EXAMPLE,
        "known_at": now + LATER,
        "reveal_until": now + REVEAL,
    }
    command = AnnounceDraw(**{**values, **more})
    return act(world, "authority", lambda tx: announce_draw(tx, command))


def secret_of(name: str) -> str:
    """What a person contributes."""
    return hashlib.sha256(name.encode()).hexdigest()


def committed(world: World, draw_id: str, *names: str) -> None:
    """People commit to their numbers."""
    with world.database.read() as session:
        digest = session.get_one(ReviewDraw, draw_id).digest
    for name in names:
        command = CommitShare(draw_id, commitment_of(digest, world.people[name], secret_of(name)))
        act(world, name, lambda tx, c=command: commit_share(tx, c))


def revealed(world: World, draw_id: str, *names: str) -> None:
    """People reveal their numbers."""
    for name in names:
        command = RevealShare(draw_id, secret_of(name))
        act(world, name, lambda tx, c=command: reveal_share(tx, c))


def valued(world: World, draw_id: str, value: str = VALUE) -> None:
    """The authority enters the public value."""
    command = EnterValue(draw_id, value, value)
    act(world, "authority", lambda tx: enter_value(tx, command))


def more_inspectors(world: World, *names: str, firm: str = "authority") -> None:
    """People whose employer is ``firm``, seated as inspectors of the authority."""
    for name in names:
        with world.database.write(SYSTEM) as tx:
            person = CreatePerson(name, name, None, world.organisations[firm])
            world.people[name] = create_person(tx, person)
        seat = GiveSeat(
            world.parties["authority"], world.people[name], SeatRole.INSPECTOR, EVERYWHERE, basis="聘任书"
        )
        act(world, "owner", lambda tx, s=seat: give_seat(tx, s))


def pass_time(world: World, by: timedelta) -> None:
    """Move the clock of the world."""
    clock = world.database.clock
    assert isinstance(clock, SteppedClock)
    clock.advance(by)
