"""Work on a case that needs files: done between transactions (law 7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.comparing import kept_comparison
from app.drawings.flows import ReadingRoom
from app.drawings.models import SheetRevision
from app.drawings.queries.sheets import revision_for
from app.files.models import Rendition
from app.files.names import safe_name
from app.files.sent import keep_as_sent
from app.kernel.actor import Actor
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights, Target
from app.review.actions.documents import StoredDocument, add_document, may_add_document
from app.review.flags import FixFlags, flags_of
from app.review.models import ReviewCase, ReviewDocument
from app.review.queries.cases import case_row
from app.review.queries.opinions import opinion_for, opinions_of


@dataclass(frozen=True)
class SentDocument:
    """A basis document as it arrives."""

    case_id: str
    kind: str
    title: str
    number: str
    file_name: str
    chunks: Iterable[bytes]


def take_document(room: ReadingRoom, actor: Actor, sent: SentDocument) -> str:
    """Store a basis document and add it to its case; returns its id. The bytes are kept as sent and never opened here.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``review-case-ended``; ``document-too-large``; ``invalid-input``.
    """
    document = store_document(room, actor, sent)
    with room.database.write(actor) as tx:
        return add_document(tx, sent.case_id, document)


def store_document(room: ReadingRoom, actor: Actor, sent: SentDocument) -> StoredDocument:
    """The first half of :func:`take_document`: the right is asked for, then the bytes are stored.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``review-case-ended``; ``document-too-large``.
    """
    with room.database.read() as session:
        rights = rights_of(session, actor, room.database.clock.now())
        may_add_document(rights, case_row(session, rights, sent.case_id))
    stored = keep_as_sent(room.store, sent.chunks)
    return StoredDocument(
        kind=sent.kind,
        title=sent.title,
        number=sent.number,
        file=stored.fact,
        media_type=stored.media_type,
        file_name=safe_name(sent.file_name or "document"),
    )


def document_for(session: Session, rights: Rights, document_id: str) -> ReviewDocument:
    """A basis document of a case that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(ReviewDocument, document_id)
    if row is None:
        raise Refused(NOT_FOUND)
    case = session.get_one(ReviewCase, row.case_id)
    if not rights.may(Permission.REVIEW_VIEW, Target(case.project_id, party_id=case.agency_id)):
        raise Refused(NOT_FOUND)
    return row


def page_counts(room: ReadingRoom, project_id: str, revision_ids: Iterable[str]) -> Mapping[str, int]:
    """Pages of the bytes of revisions, by digest, as counted when they were read; what was never read is left out."""
    with room.database.read() as session:
        query = (
            sa.select(Rendition.sha256, Rendition.manifest_of)
            .join(SheetRevision, SheetRevision.id == Rendition.owner_id)
            .where(
                SheetRevision.project_id == project_id,
                SheetRevision.id.in_(list(revision_ids)),
                Rendition.sha256 == SheetRevision.base_sha256,
            )
        )
        described = dict(session.execute(query).all())
    counts = {}
    for sha256, manifest_of in described.items():
        manifest = room.derived.manifest(manifest_of) if sha256 == manifest_of else None
        if manifest is not None:
            counts[sha256] = len(manifest.pages)
        elif sha256 != manifest_of:
            counts[sha256] = 1  # a sheet that was cut out of its set is one page
    return counts


@dataclass(frozen=True)
class FixedPlace:
    """One sheet of an opinion that an answer says is fixed, with what the comparison says of it."""

    sheet_id: str
    number: str
    before: str
    """Renditions, for the page that compares them; empty when there is nothing to show."""
    after: str
    flags: FixFlags


def fixed_places(room: ReadingRoom, session: Session, rights: Rights, opinion_id: str) -> list[FixedPlace]:
    """What the kept comparisons say of an opinion's newest answer; nothing is computed here.

    Raises:
        Refused: ``not-found``.
    """
    opinion = opinion_for(session, rights, opinion_id)
    fixes = {f.sheet_id: f for f in (opinion.reply.fixes if opinion.reply else ())}
    asked: dict[str, list[tuple[int, ...]]] = {}
    for other in opinions_of(session, rights, opinion.case_id):
        for place in other.places:
            asked.setdefault(place.sheet_id, []).append(place.region)
    found = []
    for place in opinion.places:
        fix = fixes.get(place.sheet_id)
        if fix is None:
            continue
        before = revision_for(session, rights, place.revision_id)[1].shown
        after = revision_for(session, rights, fix.revision_id)[1].shown
        compared = kept_comparison(room, before, after) if before and after else None
        found.append(
            FixedPlace(
                place.sheet_id,
                place.number,
                before.id if before else "",
                after.id if after else "",
                flags_of(place.region, asked[place.sheet_id], compared),
            )
        )
    return found
