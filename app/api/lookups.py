"""Where a nested thing belongs, for addresses that name only the thing: each of them filtered by the caller's rights."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party, Seat
from app.drawings.models import Sheet
from app.drawings.queries.visibility import recorded_sheets
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights
from app.projects.models import Building


def require_inside(
    session: Session, project_id: str, *, building: str = "", party: str = "", seat: str = ""
) -> None:
    """The thing that an address names stands in the project that it names.

    Raises:
        Refused: ``not-found``.
    """
    for table, key in ((Building, building), (Party, party), (Seat, seat)):
        if not key:
            continue
        query = sa.select(table.project_id).where(table.id == key)
        if session.execute(query).scalar_one_or_none() != project_id:
            raise Refused(NOT_FOUND)


def project_of_recorded_sheet(session: Session, rights: Rights, sheet_id: str) -> str:
    """The project of a sheet whose record the actor may ask for.

    Raises:
        Refused: ``not-found``.
    """
    query = sa.select(Sheet.project_id).where(Sheet.id == sheet_id, recorded_sheets(rights))
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise Refused(NOT_FOUND)
    return found
