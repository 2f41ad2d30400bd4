"""Announcing a draw, contributing to it, entering its public value, completing and cancelling it. One act each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id, new_short_code
from app.kernel.ledger.telling import tell
from app.kernel.policy import SeatFact
from app.kernel.text import normalise, tidy
from app.review.conflicts import inspector_conflicts
from app.review.draws import pool
from app.review.draws.facts import Standing, standing_of
from app.review.draws.models import DrawEnd, DrawResult, DrawReveal, DrawShare, DrawValue, ReviewDraw
from app.review.draws.protocol import NONE, Announcement, Item, commitment_of, draw, has_shape, sha256
from app.review.draws.refusals import (
    NO_DRAW_SEAT,
    NO_SHARES,
    NOT_FUTURE,
    NOT_IN_POOL,
    TWO_VALUES,
    WRONG_SECRET,
    WRONG_SHAPE,
    WRONG_STATE,
)
from app.review.draws.rules import (
    DRAW_LABELS,
    MOST_INSPECTORS,
    MOST_ITEMS,
    MOST_SECRET,
    MOST_SHARES,
    MOST_TEXT,
    DrawState,
    ItemKind,
    Unrevealed,
)
from app.review.reach import Reach, ReachKind, reach_for, reaches_of
from app.review.refusals import REASON_NEEDED

HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class AnnounceDraw:
    """Everything that a draw fixes beforehand."""

    organisation_id: str
    title: str
    kind: str
    items: Sequence[str]
    take: int
    inspectors: Sequence[str]
    per_item: int
    pool: str
    """How the pool was chosen."""
    source: str
    example: str
    known_at: datetime
    reveal_until: datetime | None = None
    unrevealed: str = Unrevealed.LEAVE_OUT


def announce_draw(tx: Tx, command: AnnounceDraw) -> str:
    """Announce a draw (公告抽取); returns its id. From here on nothing of it can be changed.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``; ``draw-value-already-known``;
            ``draw-item-not-yours``; ``draw-inspector-without-seat``.
    """
    reach, seat = _authority(tx, command.organisation_id)
    _look_at(command, tx.now)
    items = _items(tx, reach, command)
    known = {i.person_id for i in pool.inspectors(tx.session, reach, tx.now)}
    if strangers := set(command.inspectors) - known:
        raise Refused(NO_DRAW_SEAT, count=len(strangers))
    projects = sorted({item.project_id for item in items})
    announced = Announcement(
        draw_id=new_id(),
        authority_id=reach.organisation_id,
        title=_words(command.title, "名称 / title", most=200),
        pool=_words(command.pool, "名单范围 / pool"),
        take=command.take,
        per_item=command.per_item if command.inspectors else 0,
        source=_words(command.source, "公开数值 / public value"),
        example=written(command.example),
        known_at=instant_text(command.known_at),
        reveal_until=instant_text(command.reveal_until) if command.reveal_until else NONE,
        unrevealed=Unrevealed(command.unrevealed),
        items=items,
        inspectors=sorted(set(command.inspectors)),
        conflicts=inspector_conflicts(tx.session, projects, set(command.inspectors)),
    )
    row = ReviewDraw(
        id=announced.draw_id,
        organisation_id=reach.organisation_id,
        short_code=new_short_code(),
        title=announced.title,
        announcement=announced.text,
        digest=sha256(announced.text),
        project_ids=projects,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        act_id=tx.act_id,
        announced_at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "draw.announced", None, seat, row, draw=row.id)
    return row.id


def instant_text(instant: datetime) -> str:
    """As announcements write an instant."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written(value: str) -> str:
    """A public value, or its example, as it goes into the seed: full-width characters and spaces in one form."""
    return normalise(value)


def _words(text: str, name: str, *, most: int = MOST_TEXT) -> str:
    found = tidy(text)
    if not found or len(found) > most:
        raise invalid(name, f"需要 1 至 {most} 个字", f"needs 1 to {most} characters")
    return found


def _authority(tx: Tx, organisation_id: str) -> tuple[Reach, SeatFact]:
    reach = reach_for(
        tx.session, rights_of(tx.session, tx.actor, tx.now), ReachKind.AUTHORITY, organisation_id
    )
    seats = reach.drawing_seats()
    if not seats:
        raise Refused(FORBIDDEN, action=Permission.REVIEW_DRAW)
    return reach, seats[0]


def _look_at(command: AnnounceDraw, now: datetime) -> None:
    if command.kind not in set(ItemKind):
        raise invalid("抽取对象 / kind", "没有这个种类", "is not known")
    if command.unrevealed not in set(Unrevealed):
        raise invalid("未揭示 / unrevealed", "没有这个规则", "is not a known rule")
    if not 1 <= command.take <= len(set(command.items)) <= MOST_ITEMS:
        raise invalid(
            "抽取数量 / number",
            f"应在 1 与名单项数之间，名单不超过 {MOST_ITEMS} 项",
            f"is between 1 and the size of the pool, which has at most {MOST_ITEMS}",
        )
    most = len(set(command.inspectors))
    if command.inspectors and not 1 <= command.per_item <= most <= MOST_INSPECTORS:
        raise invalid(
            "检查人员数量 / inspectors",
            "每项的人数应在 1 与人员名单之间",
            "for each item between 1 and the size of their pool",
        )
    if command.known_at.replace(microsecond=0) <= now:
        raise Refused(NOT_FUTURE)
    if command.reveal_until is not None and command.reveal_until <= command.known_at:
        raise invalid(
            "揭示截止 / reveal until", "应晚于公开数值的公布时间", "is later than the public value is known"
        )
    if not any(c.isdecimal() for c in written(command.example)) or len(written(command.example)) > MOST_TEXT:
        raise invalid(
            "写法示例 / example", "应含有数字，例如 03 07 12+09", "contains digits, such as 03 07 12+09"
        )


def _items(tx: Tx, reach: Reach, command: AnnounceDraw) -> list[Item]:
    within = {c.item.id: c.item for c in pool.candidates(tx.session, reach, ItemKind(command.kind))}
    wanted = sorted(set(command.items))
    if gone := [key for key in wanted if key not in within]:
        raise Refused(NOT_IN_POOL, count=len(gone))
    return [within[key] for key in wanted]


def _draw_to_change(tx: Tx, draw_id: str) -> Standing:
    """A draw, locked: two acts on it come one after the other.

    Raises:
        Refused: ``not-found``.
    """
    query = sa.select(ReviewDraw).where(ReviewDraw.id == draw_id).with_for_update()
    row = tx.session.execute(query).scalar_one_or_none()
    if row is None:
        raise Refused(NOT_FOUND)
    return standing_of(tx.session, row)


def _must_be(standing: Standing, now: datetime, *states: DrawState) -> None:
    state = standing.state(now)
    if state not in states:
        raise Refused(WRONG_STATE, state=DRAW_LABELS[state])


def sharing_seat(tx: Tx, row: ReviewDraw) -> SeatFact:
    """The seat by which the actor contributes: one in a project of the pool, or of the authority itself.

    Raises:
        Refused: ``not-found`` to who has neither; ``forbidden`` to who may see the draw only.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    grants = rights.grants[Permission.REVIEW_DRAW_SHARE]
    open_to = set(rights.project_ids(Permission.REVIEW_DRAW_SHARE)) & set(row.project_ids)
    for seat in rights.seats:
        if seat.project_id in open_to and any(g.fits(seat) for g in grants):
            return seat
    sees = any(r.organisation_id == row.organisation_id for r in reaches_of(tx.session, rights))
    if sees or set(rights.project_ids(Permission.REVIEW_VIEW)) & set(row.project_ids):
        raise Refused(FORBIDDEN, action=Permission.REVIEW_DRAW_SHARE)
    raise Refused(NOT_FOUND)


@dataclass(frozen=True)
class CommitShare:
    """The digest of a secret number (:func:`app.review.draws.protocol.commitment_of`)."""

    draw_id: str
    commitment: str


def commit_share(tx: Tx, command: CommitShare) -> int:
    """Commit to a number before the public value is known; returns its place among the contributions.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``draw-not-now``; ``draw-without-contributions``; ``invalid-input``.
    """
    standing = _draw_to_change(tx, command.draw_id)
    seat = sharing_seat(tx, standing.row)
    _must_be(standing, tx.now, DrawState.ANNOUNCED)
    shares = standing.shares
    is_taken = any(s.person_id == seat.person_id for s in shares)
    if standing.announced.reveal_until == NONE or is_taken or len(shares) >= MOST_SHARES:
        raise Refused(NO_SHARES)
    commitment = command.commitment.strip().lower()
    if len(commitment) != 64 or not HEX.issuperset(commitment):
        raise invalid("承诺 / commitment", "应为 64 位十六进制数字", "is 64 hexadecimal digits")
    row = DrawShare(
        id=new_id(),
        draw_id=standing.row.id,
        number=len(shares) + 1,
        commitment=commitment,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "draw.share-committed", None, seat, row, draw=standing.row.id)
    return row.number


@dataclass(frozen=True)
class RevealShare:
    """The number behind one's commitment."""

    draw_id: str
    secret: str


def reveal_share(tx: Tx, command: RevealShare) -> None:
    """Reveal one's number; when nothing else is missing the draw is drawn by it.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``draw-not-now``; ``draw-number-not-committed``.
    """
    standing = _draw_to_change(tx, command.draw_id)
    seat = sharing_seat(tx, standing.row)
    _must_be(standing, tx.now, DrawState.VALUE_DUE, DrawState.REVEALING)
    mine = next((s for s in standing.shares if s.person_id == seat.person_id), None)
    secret = command.secret.strip()
    is_plain = secret.isascii() and secret.isprintable() and " " not in secret and len(secret) <= MOST_SECRET
    if (
        mine is None
        or not is_plain
        or commitment_of(standing.row.digest, seat.person_id, secret) != mine.commitment
    ):
        raise Refused(WRONG_SECRET)
    ends = standing.reveal_until
    if mine.secret is not None or (ends is not None and tx.now > ends):
        raise Refused(WRONG_STATE, state=DRAW_LABELS[standing.state(tx.now)])
    row = DrawReveal(
        id=new_id(),
        share_id=mine.id,
        secret=secret,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "draw.share-revealed", None, seat, row, draw=standing.row.id)
    _draw_if_ready(tx, standing.row, seat)


@dataclass(frozen=True)
class EnterValue:
    """The public value, written twice."""

    draw_id: str
    value: str
    again: str


def enter_value(tx: Tx, command: EnterValue) -> None:
    """Enter the public value, once; when no number is to be revealed the draw is drawn by it.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``draw-not-now``; ``draw-values-differ``;
            ``draw-value-not-like-example``.
    """
    standing = _draw_to_change(tx, command.draw_id)
    _, seat = _authority(tx, standing.row.organisation_id)
    _must_be(standing, tx.now, DrawState.VALUE_DUE)
    value, again = written(command.value), written(command.again)
    if value != again:
        raise Refused(TWO_VALUES)
    if not has_shape(value, standing.announced.example):
        raise Refused(WRONG_SHAPE, value=value[:MOST_TEXT], example=standing.announced.example)
    row = DrawValue(
        id=new_id(),
        draw_id=standing.row.id,
        value=value,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "draw.value-entered", None, seat, row, draw=standing.row.id)
    _draw_if_ready(tx, standing.row, seat)


def complete_draw(tx: Tx, draw_id: str) -> None:
    """Draw without the numbers that were not revealed in time, where the announcement says so.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``draw-not-now``.
    """
    standing = _draw_to_change(tx, draw_id)
    _, seat = _authority(tx, standing.row.organisation_id)
    _must_be(standing, tx.now, DrawState.TO_COMPLETE)
    _write_result(tx, standing, seat)


@dataclass(frozen=True)
class CancelDraw:
    """That a draw is not held, and why."""

    draw_id: str
    reason: str


def cancel_draw(tx: Tx, command: CancelDraw) -> None:
    """Cancel a draw that was not drawn. It stays to be seen, with its reason and whether its result could be known.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``draw-not-now``; ``reason-needed``.
    """
    standing = _draw_to_change(tx, command.draw_id)
    _, seat = _authority(tx, standing.row.organisation_id)
    if standing.state(tx.now) in (DrawState.DRAWN, DrawState.CANCELLED):
        raise Refused(WRONG_STATE, state=DRAW_LABELS[standing.state(tx.now)])
    reason = tidy(command.reason)
    if not reason:
        raise Refused(REASON_NEEDED)
    row = DrawEnd(
        id=new_id(),
        draw_id=standing.row.id,
        reason=reason[:2_000],
        was_known=tx.now >= standing.known_at,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "draw.cancelled", None, seat, row, draw=standing.row.id)


def _draw_if_ready(tx: Tx, row: ReviewDraw, seat: SeatFact) -> None:
    tx.session.flush()
    standing = standing_of(tx.session, row)
    if standing.state(tx.now) is DrawState.TO_COMPLETE:
        _write_result(tx, standing, seat)


def _write_result(tx: Tx, standing: Standing, seat: SeatFact) -> None:
    result = draw(standing.row.announcement, standing.value or "", standing.told_shares)
    row = DrawResult(
        id=new_id(),
        draw_id=standing.row.id,
        seed=result.seed,
        result=result.text,
        digest=sha256(result.text),
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "draw.completed", None, seat, row, draw=standing.row.id)
