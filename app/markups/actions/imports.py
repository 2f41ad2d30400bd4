"""Bringing annotations of a file in as marks: by one person, once each, with what the file states beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.drawings.models import SheetRevision
from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id
from app.kernel.policy import SeatFact
from app.markups.actions.marks import (
    DrawMark,
    Origin,
    content_from,
    drawing_seat,
    new_mark,
    record_drawn,
    room_for,
)
from app.markups.actions.threads import CommentMark, add_comment
from app.markups.importing import Candidate
from app.markups.models import Markup, MarkupComment
from app.markups.rules import Audience
from app.markups.visibility import revision_seen, shared_marks


@dataclass(frozen=True)
class ImportMarks:
    """Annotations that a person chose of a file."""

    revision_id: str
    file_sha256: str
    file_name: str
    candidates: Sequence[Candidate]
    """Those that can be shown."""
    audience: str = Audience.PROJECT


@dataclass(frozen=True)
class Imported:
    """What became of them."""

    made: tuple[str, ...]
    """New marks."""
    known: tuple[str, ...]
    """Keys of annotations that are marks of this revision already."""
    replies: int
    """New replies under marks that were there."""


def import_marks(tx: Tx, command: ImportMarks) -> Imported:
    """Bring annotations in; those that are there already stay as they are, and get the replies they do not have yet.

    The marks are the importer's. Author and time of the file are kept as stated by it, never as a person of ours.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``; ``too-many-marks``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    revision = revision_seen(tx.session, rights, command.revision_id)
    seat = drawing_seat(rights, revision)
    seen = tx.session.scalars(
        sa.select(Markup).where(Markup.revision_id == revision.id, shared_marks(rights))
    ).all()
    there = {mark.origin_key: mark for mark in seen if mark.origin_key} | {mark.id: mark for mark in seen}
    chosen = {c.key: c for c in command.candidates if not c.why}
    made, known, replies = [], [], 0
    fresh = [c for c in chosen.values() if _mark_of(c, there, command, seat) is None]
    room_for(tx, revision, len(fresh))
    for candidate in chosen.values():
        mark = _mark_of(candidate, there, command, seat)
        if mark is None:
            mark = _new(tx, revision, seat, command, candidate)
            made.append(mark.id)
            _add_replies(tx, mark, revision, seat, candidate)
        else:
            known.append(candidate.key)
            replies += _add_replies(tx, mark, revision, seat, candidate)
    return Imported(tuple(made), tuple(known), replies)


def origin_key(key: str, audience: str, party_id: str) -> str:
    """Once for the project; once for each party that brings it in for itself: nobody learns of another's."""
    return key if audience == Audience.PROJECT else f"{key}:{party_id}"


def _mark_of(
    candidate: Candidate, there: Mapping[str, Markup], command: ImportMarks, seat: SeatFact
) -> Markup | None:
    """The mark that an annotation is: one that we wrote into a copy, or one that was brought in before."""
    key = origin_key(candidate.key, command.audience, seat.party_id)
    return there.get(candidate.ours) or there.get(key)


def _new(
    tx: Tx, revision: SheetRevision, seat: SeatFact, command: ImportMarks, candidate: Candidate
) -> Markup:
    wanted = DrawMark(
        revision.id,
        candidate.kind,
        candidate.anchor,
        candidate.shape,
        candidate.colour,
        candidate.text,
        {},
        command.audience,
    )
    stated = {
        "author": candidate.author,
        "at": candidate.at,
        "subtype": candidate.subtype,
        "file": command.file_sha256,
        "file_name": command.file_name,
    }
    key = origin_key(candidate.key, command.audience, seat.party_id)
    mark = new_mark(tx, revision, seat, new_id(), content_from(wanted), Origin(stated, key))
    record_drawn(tx, mark, seat)
    return mark


def _add_replies(tx: Tx, mark: Markup, revision: SheetRevision, seat: SeatFact, candidate: Candidate) -> int:
    """The replies that the mark does not have yet."""
    if mark.taken_back_at is not None or not candidate.replies:
        return 0
    query = sa.select(MarkupComment.origin).where(MarkupComment.markup_id == mark.id)
    have = {origin.get("key") for origin in tx.session.scalars(query)}
    fresh = [reply for reply in candidate.replies if reply.key not in have]
    for reply in fresh:
        stated = {"author": reply.author or "—", "at": reply.at, "key": reply.key}
        add_comment(tx, mark, revision, seat, CommentMark(mark.id, reply.text), new_id(), stated)
    return len(fresh)
