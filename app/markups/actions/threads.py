"""Comments, status and assignee of a mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, invalid
from app.kernel.ids import new_id
from app.kernel.policy import Rights, SeatFact, Target
from app.markups.actions.marks import client_key, drawing_seat, record, standing
from app.markups.actions.refusals import NOT_THERE
from app.markups.geometry import read_text
from app.markups.models import Markup, MarkupComment
from app.markups.queries.people import people_who_see
from app.markups.rules import EVENT_PAST, MOST_MENTIONS, THREADS
from app.markups.visibility import mark_seen


@dataclass(frozen=True)
class CommentMark:
    """A line for a mark's thread, with people who are asked to look."""

    mark_id: str
    text: str
    mentions: Sequence[str] = ()
    client_key: str = ""


def comment_mark(tx: Tx, command: CommentMark) -> str:
    """Write into a mark's thread; returns the comment's id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``mark-taken-back``; ``invalid-input``; ``cannot-see-sheet``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    mark, revision = mark_seen(tx.session, rights, command.mark_id)
    seat = drawing_seat(rights, revision)
    key = client_key(command.client_key)
    query = sa.select(MarkupComment).where(
        MarkupComment.author_id == seat.person_id, MarkupComment.client_key == key
    )
    if (known := tx.session.scalars(query).one_or_none()) is not None:
        if known.markup_id != mark.id:
            raise invalid("key", "该键已用于另一条回复", "was used for another comment")
        return known.id
    standing(mark)
    return add_comment(tx, mark, revision, seat, command, key)


def add_comment(
    tx: Tx,
    mark: Markup,
    revision: SheetRevision,
    seat: SeatFact,
    command: CommentMark,
    key: str,
    origin: Mapping[str, str] | None = None,
) -> str:
    """A comment's row and entry, inside an act that was authorised; ``origin`` is what a file states of it."""
    text = read_text(command.text, is_needed=True)
    mentions = list(dict.fromkeys(command.mentions))
    if len(mentions) > MOST_MENTIONS:
        raise invalid("mentions", f"最多提及 {MOST_MENTIONS} 人", f"has at most {MOST_MENTIONS} people")
    _can_see(tx, mark, revision, mentions)
    comment = MarkupComment(
        id=new_id(),
        markup_id=mark.id,
        text=text,
        mentions=mentions,
        author_id=seat.person_id,
        party_id=seat.party_id,
        seat_id=seat.seat_id,
        client_key=key,
        origin=dict(origin or {}),
        written_at=tx.now,
    )
    tx.session.add(comment)
    tx.session.flush()
    data: dict[str, Any] = {"text": text, "mentions": mentions, "key": key}
    if origin:
        data["origin"] = dict(origin)
    record(tx, mark, "commented", seat, data, comment=comment.id)
    return comment.id


@dataclass(frozen=True)
class MoveMark:
    """A step of a mark's thread, with what there is to say."""

    mark_id: str
    event: str
    comment: str = ""


def move_mark(tx: Tx, command: MoveMark) -> int:
    """Answer, resolve or reopen (答复 解决 重新打开); returns the mark's version.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``mark-taken-back``; ``state-conflict``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    mark, revision = mark_seen(tx.session, rights, command.mark_id)
    if command.event not in THREADS.events:
        known = ", ".join(THREADS.events)
        raise invalid("event", f"应为 {known} 之一", f"is one of {known}")
    seat = _moving_seat(rights, mark, revision, command.event)
    standing(mark)
    step = THREADS.step(mark.status, command.event)
    mark.status, mark.changed_at = step.target, tx.now
    record(tx, mark, EVENT_PAST[command.event], seat, {})
    if command.comment.strip():
        said = CommentMark(mark.id, command.comment)
        add_comment(tx, mark, revision, seat, said, client_key(""))
    tx.session.flush()
    return mark.version


@dataclass(frozen=True)
class AssignMark:
    """Who is to answer; None: nobody."""

    mark_id: str
    person_id: str | None


def assign_mark(tx: Tx, command: AssignMark) -> int:
    """Say who is to answer a mark (指派); returns the mark's version.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``mark-taken-back``; ``cannot-see-sheet``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    mark, revision = mark_seen(tx.session, rights, command.mark_id)
    seat = drawing_seat(rights, revision)
    standing(mark)
    if command.person_id is not None:
        _can_see(tx, mark, revision, [command.person_id])
    if mark.assignee_id != command.person_id:
        mark.assignee_id, mark.changed_at = command.person_id, tx.now
        record(tx, mark, "assigned", seat, {"assignee": command.person_id})
        tx.session.flush()
    return mark.version


def mark_target(mark: Markup, revision: SheetRevision) -> Target:
    """A mark as the policy sees it: of the party that made it, in the place of its revision."""
    place = revision_target(revision)
    return Target(
        place.project_id,
        place.building_id,
        has_place=True,
        discipline=place.discipline,
        party_id=mark.party_id,
    )


def _moving_seat(rights: Rights, mark: Markup, revision: SheetRevision, event: str) -> SeatFact:
    permission = next(step.permission for step in THREADS.steps if step.event == event)
    if permission == Permission.MARK_DRAW:
        return drawing_seat(rights, revision)
    return rights.require(permission, mark_target(mark, revision))


def _can_see(tx: Tx, mark: Markup, revision: SheetRevision, people: Sequence[str]) -> None:
    if not people:
        return
    seen_by = people_who_see(tx.session, revision, tx.now, mark)
    if any(person not in seen_by for person in people):
        raise Refused(NOT_THERE)
