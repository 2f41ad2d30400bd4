"""Revisions in which an opinion could be fixed: newer ones of the sheets it speaks of."""

from sqlalchemy.orm import Session

from app.drawings.queries.sheets import sheet_for
from app.drawings.rules import RevisionState
from app.kernel.policy import Rights
from app.review.queries.opinions import FixView, opinion_for


def fixes_for(session: Session, rights: Rights, opinion_id: str) -> list[FixView]:
    """Newer revisions of an opinion's sheets, withdrawn ones left out.

    Raises:
        Refused: ``not-found``.
    """
    opinion = opinion_for(session, rights, opinion_id)
    found = []
    for place in {p.sheet_id: p for p in opinion.places}.values():
        sheet = sheet_for(session, rights, place.sheet_id)
        spoken = next((r.rev_seq for r in sheet.revisions if r.id == place.revision_id), 0)
        found += [
            FixView(r.id, place.sheet_id, sheet.number, r.rev_label, r.state)
            for r in sheet.revisions
            if r.rev_seq > spoken and r.state != RevisionState.WITHDRAWN
        ]
    return found
