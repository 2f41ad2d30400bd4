"""That a file was opened is a fact of its receipt (已查阅): noted where it goes out, once for each person."""

import logging
from collections.abc import Sequence

from app.distribution.actions.receipts import NoteOpened, note_all_opened
from app.distribution.queries.openings import news_of
from app.distribution.rules import ItemKind, Way
from app.kernel.errors import Refused
from app.web.request import actor, close_reading, now, reading, rights, services

LOG = logging.getLogger("oneset.receipts")


def note_opening(project_id: str, revision_id: str, file_sha256: str, way: Way) -> None:
    """Note that the person of this request opened a file of a revision; nothing where it is no receiver's, or known."""
    note_openings([NoteOpened(project_id, f"{ItemKind.REVISION}:{revision_id}", file_sha256, way)])


def note_openings(opened: Sequence[NoteOpened]) -> None:
    """The same for many of one project.

    Who looks at a sheet must see it, even when the database takes no writes just now: it is noted the next time.
    """
    new = news_of(reading(), rights(), opened, now())
    if not new:
        return
    close_reading()
    try:
        with services().database.write(actor()) as tx:
            note_all_opened(tx, new[0].project_id, new)
    except Refused as refusal:
        LOG.warning("not noted that a file was opened: %s", refusal.code)
