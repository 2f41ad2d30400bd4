"""Drawing, changing, taking back and putting back marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission, SeatRole
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.kernel.db.transactions import Tx
from app.kernel.errors import STALE, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.policy import Rights, SeatFact
from app.markups.actions.refusals import AUDIENCE_FIXED, NEEDS_PHOTO, NOT_AUTHOR, TAKEN_BACK, TOO_MANY
from app.markups.geometry import read_anchor, read_basis, read_shape, read_text
from app.markups.models import Markup, MarkupComment, MarkupPhoto
from app.markups.rules import KINDS, MOST_MARKS, Audience, Colour, MarkKind, MarkStatus
from app.markups.visibility import mark_seen, revision_seen

LEADS = frozenset({SeatRole.PROJECT_LEAD, SeatRole.PROJECT_MANAGER, SeatRole.CHIEF_SUPERVISOR})
"""Who may take back what his party's people drew."""


@dataclass(frozen=True)
class DrawMark:
    """A mark to be drawn on a revision."""

    revision_id: str
    kind: str
    anchor: Any
    shape: Any
    colour: str = Colour.RED
    text: str = ""
    basis: Any = field(default_factory=dict)
    audience: str = Audience.PROJECT
    client_key: str = ""
    """The author's own name for it: sent again under the same one, the mark exists once."""


def draw_mark(tx: Tx, command: DrawMark) -> str:
    """Draw a mark (批注); returns its id.

    Raises:
        Refused: ``not-found`` for a revision one does not see; ``forbidden``; ``invalid-input``; ``too-many-marks``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    revision = revision_seen(tx.session, rights, command.revision_id)
    seat = drawing_seat(rights, revision)
    key = client_key(command.client_key)
    if (known := drawn_before(tx, seat, key, revision)) is not None:
        return known
    room_for(tx, revision, 1)
    content = content_from(command)
    if content["kind"] is MarkKind.PHOTO:
        raise Refused(NEEDS_PHOTO)
    return record_drawn(tx, new_mark(tx, revision, seat, key, content), seat)


@dataclass(frozen=True)
class EditMark:
    """All that an author can change of his mark, as it shall be."""

    mark_id: str
    version: int
    anchor: Any
    shape: Any
    colour: str
    text: str
    basis: Any
    audience: str


def edit_mark(tx: Tx, command: EditMark) -> int:
    """Change a mark; returns its new version.

    Raises:
        Refused: ``not-found``; ``mark-not-yours``; ``mark-taken-back``; ``stale-version``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    mark, revision = mark_seen(tx.session, rights, command.mark_id)
    seat = drawing_seat(rights, revision)
    if mark.author_id != seat.person_id:
        raise Refused(NOT_AUTHOR)
    standing(mark)
    if mark.version != command.version:
        raise Refused(STALE)
    content = content_from(command, MarkKind(mark.kind))
    if mark.audience == Audience.PROJECT and content["audience"] == Audience.PARTY:
        _nobody_else_takes_part(tx, mark)
    change(mark, content)
    mark.changed_at = tx.now
    record(tx, mark, "edited", seat, content_of(mark))
    tx.session.flush()
    return mark.version


@dataclass(frozen=True)
class TakeBackMark:
    """A mark to be taken back, or put back."""

    mark_id: str


def take_back_mark(tx: Tx, command: TakeBackMark) -> int:
    """Take a mark back (撤回): it is kept, and shown as taken back; returns its version. By its author or his party's lead.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``mark-not-yours``; ``mark-taken-back``.
    """
    mark, seat = _owned(tx, command.mark_id)
    standing(mark)
    mark.taken_back_at, mark.taken_back_by, mark.changed_at = tx.now, seat.person_id, tx.now
    record(tx, mark, "taken-back", seat, {})
    tx.session.flush()
    return mark.version


def put_back_mark(tx: Tx, command: TakeBackMark) -> int:
    """Put back what was taken back; returns its version. Nothing is done to a mark that stands.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``mark-not-yours``.
    """
    mark, seat = _owned(tx, command.mark_id)
    if mark.taken_back_at is None:
        return mark.version
    mark.taken_back_at, mark.taken_back_by, mark.changed_at = None, None, tx.now
    record(tx, mark, "put-back", seat, {})
    tx.session.flush()
    return mark.version


# -- what acts on marks share ------------------------------------------------------------------------------------------


def drawing_seat(rights: Rights, revision: SheetRevision) -> SeatFact:
    """The seat by which the actor marks this revision.

    Raises:
        Refused: ``forbidden``.
    """
    return rights.require(
        Permission.MARK_DRAW, revision_target(revision), visible_by=Permission.REVISION_VIEW
    )


def standing(mark: Markup) -> None:
    """The mark has not been taken back.

    Raises:
        Refused: ``mark-taken-back``.
    """
    if mark.taken_back_at is not None:
        raise Refused(TAKEN_BACK)


def client_key(raw: str) -> str:
    """The author's own name for what he sends; ours where he has none.

    Raises:
        Refused: ``invalid-input``.
    """
    if len(raw) > 40 or not all("!" <= c <= "~" for c in raw):
        raise invalid("key", "应为不超过 40 个可见字符", "has at most 40 visible characters")
    return raw or new_id()


def room_for(tx: Tx, revision: SheetRevision, more: int) -> None:
    """So many marks more fit on the revision.

    Raises:
        Refused: ``too-many-marks``.
    """
    count = sa.select(sa.func.count(Markup.id)).where(Markup.revision_id == revision.id)
    if tx.session.execute(count).scalar_one() + more > MOST_MARKS:
        raise Refused(TOO_MANY, most=MOST_MARKS)


@dataclass(frozen=True)
class Origin:
    """Where an imported mark comes from, as its file states it."""

    stated: Mapping[str, str]
    key: str
    """The same again for the same mark."""


def new_mark(
    tx: Tx,
    revision: SheetRevision,
    seat: SeatFact,
    key: str,
    content: Mapping[str, Any],
    origin: Origin | None = None,
) -> Markup:
    """A mark's row, inside an act that records it."""
    mark = Markup(
        id=new_id(),
        project_id=revision.project_id,
        sheet_id=revision.sheet_id,
        revision_id=revision.id,
        **content,
        about="",
        status=MarkStatus.OPEN,
        assignee_id=None,
        author_id=seat.person_id,
        party_id=seat.party_id,
        seat_id=seat.seat_id,
        client_key=key,
        origin=dict(origin.stated) if origin else {},
        origin_key=origin.key if origin else None,
        created_at=tx.now,
        changed_at=tx.now,
        taken_back_at=None,
        taken_back_by=None,
    )
    tx.session.add(mark)
    tx.session.flush()
    return mark


def change(mark: Markup, content: dict[str, Any]) -> None:
    """Give a mark its new content; the kind stays."""
    for name, value in content.items():
        setattr(mark, name, value)


CONTENT = ("kind", "anchor", "shape", "colour", "text", "basis", "audience")


def content_of(mark: Markup) -> dict[str, Any]:
    """What a mark consists of, for the ledger: enough to write it again."""
    return {name: getattr(mark, name) for name in CONTENT}


def record_drawn(tx: Tx, mark: Markup, seat: SeatFact, photo: MarkupPhoto | None = None) -> str:
    """The entry of a new mark, whole enough to write its rows again; returns its id."""
    data: dict[str, Any] = {**content_of(mark), "key": mark.client_key}
    if mark.origin:
        data |= {"origin": mark.origin, "origin_key": mark.origin_key}
    if photo is None:
        record(tx, mark, "drawn", seat, data)
        return mark.id
    names = ("id", "media_type", "file_name", "width", "height")
    data["photo"] = {name: getattr(photo, name) for name in names}
    record(tx, mark, "drawn", seat, data, files=[FileFact(photo.sha256, photo.sm3, photo.size)])
    return mark.id


def record(
    tx: Tx,
    mark: Markup,
    past: str,
    seat: SeatFact,
    data: dict[str, Any],
    *,
    files: Sequence[FileFact] = (),
    **subjects: str,
) -> None:
    """The entry of an act on a mark, on the chain of its sheet."""
    tx.record(
        Fact(
            f"markup.{past}",
            mark.project_id,
            sheet_id=mark.sheet_id,
            subjects={"revision": mark.revision_id, "markup": mark.id, **subjects},
            files=files,
            data=data,
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )


def content_from(command: DrawMark | EditMark, known: MarkKind | None = None) -> dict[str, Any]:
    """What was sent, read field by field.

    Raises:
        Refused: ``invalid-input``.
    """
    kind = known or _choice(MarkKind, getattr(command, "kind", ""), "kind")
    return {
        "kind": kind,
        "anchor": read_anchor(command.anchor),
        "shape": read_shape(kind, command.shape),
        "colour": _choice(Colour, command.colour, "colour"),
        "text": read_text(command.text, is_needed=KINDS[kind].needs_text),
        "basis": read_basis(kind, command.basis),
        "audience": _choice(Audience, command.audience, "audience"),
    }


def _choice(values: type[StrEnum], raw: Any, name: str) -> Any:
    if not isinstance(raw, str) or raw not in {str(v) for v in values}:
        known = ", ".join(map(str, values))
        raise invalid(name, f"应为 {known} 之一", f"is one of {known}")
    return values(raw)


def _nobody_else_takes_part(tx: Tx, mark: Markup) -> None:
    """Nothing vanishes from under those who wrote in it or are to answer it."""
    others = sa.select(MarkupComment.id).where(
        MarkupComment.markup_id == mark.id, MarkupComment.party_id != mark.party_id
    )
    if mark.assignee_id is not None or tx.session.execute(others.limit(1)).first() is not None:
        raise Refused(AUDIENCE_FIXED)


def drawn_before(tx: Tx, seat: SeatFact, key: str, revision: SheetRevision) -> str | None:
    """The mark that this person drew under this key, if he did.

    Raises:
        Refused: ``invalid-input``; it is on another revision.
    """
    query = sa.select(Markup.id, Markup.revision_id).where(
        Markup.author_id == seat.person_id, Markup.client_key == key
    )
    found = tx.session.execute(query).one_or_none()
    if found is not None and found.revision_id != revision.id:
        raise invalid("key", "该键已用于另一批注", "was used for another mark")
    return found.id if found else None


def _owned(tx: Tx, mark_id: str) -> tuple[Markup, SeatFact]:
    """A mark that the actor may take back: his own, or his party's where he leads it."""
    rights = rights_of(tx.session, tx.actor, tx.now)
    mark, revision = mark_seen(tx.session, rights, mark_id)
    seat = drawing_seat(rights, revision)
    if mark.author_id != seat.person_id:
        led = next((s for s in rights.seats if s.party_id == mark.party_id and s.seat_role in LEADS), None)
        if led is None:
            raise Refused(NOT_AUTHOR)
        seat = led
    return mark, seat
