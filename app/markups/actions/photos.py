"""Photo marks: a photo at a point of a sheet. The bytes are stored as they were sent; what is shown is made from them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id
from app.markups.actions.marks import (
    DrawMark,
    client_key,
    content_from,
    drawing_seat,
    drawn_before,
    new_mark,
    record_drawn,
    room_for,
)
from app.markups.models import Markup, MarkupPhoto
from app.markups.rules import Audience, Colour, MarkKind
from app.markups.visibility import revision_seen


@dataclass(frozen=True)
class StoredPhoto:
    """A photo whose bytes are safe in the store and were read by the jailed child."""

    sha256: str
    sm3: str
    size: int
    media_type: str
    file_name: str
    width: int
    height: int


@dataclass(frozen=True)
class PlacePhoto:
    """A photo to be placed at a point."""

    revision_id: str
    x: int
    y: int
    photo: StoredPhoto
    text: str = ""
    colour: str = Colour.RED
    audience: str = Audience.PROJECT
    client_key: str = ""


def place_photo(tx: Tx, command: PlacePhoto) -> str:
    """Place a photo on a sheet; returns the mark's id.

    Raises:
        Refused: as :func:`app.markups.actions.marks.draw_mark`.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    revision = revision_seen(tx.session, rights, command.revision_id)
    seat = drawing_seat(rights, revision)
    key = client_key(command.client_key)
    if (known := drawn_before(tx, seat, key, revision)) is not None:
        return known
    room_for(tx, revision, 1)
    point: dict[str, Any] = {"type": "point", "x": command.x, "y": command.y}
    shape = {"paths": [[[command.x, command.y]]]}
    wanted = DrawMark(
        revision.id, MarkKind.PHOTO, point, shape, command.colour, command.text, {}, command.audience
    )
    mark = new_mark(tx, revision, seat, key, content_from(wanted))
    return record_drawn(tx, mark, seat, _keep(tx, mark, command.photo))


def copy_photo(tx: Tx, mark: Markup, to: Markup) -> MarkupPhoto | None:
    """The same photo for a mark that goes on from another; None where there is none."""
    query = sa.select(MarkupPhoto).where(MarkupPhoto.markup_id == mark.id)
    found = tx.session.scalars(query).one_or_none()
    if found is None:
        return None
    names = StoredPhoto.__dataclass_fields__
    return _keep(tx, to, StoredPhoto(**{name: getattr(found, name) for name in names}))


def _keep(tx: Tx, mark: Markup, photo: StoredPhoto) -> MarkupPhoto:
    row = MarkupPhoto(id=new_id(), markup_id=mark.id, **vars(photo))
    tx.session.add(row)
    tx.session.flush()
    return row
