"""Seal officers (印章管理员): appointed for an organisation by the platform administrator, on its own letter."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.accounts.models import Organisation, Person
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import note
from app.kernel.text import tidy
from app.seals.models import SealOfficer
from app.seals.queries.keeping import officer_of
from app.seals.refusals import NOT_OFFICER


@dataclass(frozen=True)
class AppointOfficer:
    """Make a person an organisation's seal officer."""

    organisation_id: str
    person_id: str
    basis: str
    """The letter of appointment."""


def appoint_officer(tx: Tx, command: AppointOfficer) -> str:
    """Appoint; returns the appointment's id. Done twice it changes nothing.

    Raises:
        Refused: not a platform administrator; no such organisation; the person is not of it; no letter named.
    """
    _require_admin(tx)
    if tx.session.get(Organisation, command.organisation_id) is None:
        raise Refused(NOT_FOUND)
    person = tx.session.get(Person, command.person_id)
    if person is None or person.organisation_id != command.organisation_id or not person.is_active:
        raise invalid("人员 / person", "不是该单位在用的账户", "no active account of this organisation")
    if person.is_platform_admin:
        raise invalid(
            "人员 / person",
            "平台管理员不能兼任印章管理员",
            "a platform administrator cannot be a seal officer",
        )
    basis = tidy(command.basis)
    if not basis:
        raise invalid("依据 / basis", "请填写任命文件", "name the letter of appointment")
    known = officer_of(tx.session, command.organisation_id, command.person_id, tx.now)
    if known is not None:
        return known.id
    row = SealOfficer(
        id=new_id(),
        organisation_id=command.organisation_id,
        person_id=command.person_id,
        basis=basis[:200],
        appointed_by=tx.actor.person_id or "",
        since=tx.now,
    )
    tx.session.add(row)
    note(tx, "seal-officer.appointed", row, organisation=command.organisation_id, person=command.person_id)
    return row.id


def dismiss_officer(tx: Tx, officer_id: str) -> None:
    """End an appointment.

    Raises:
        Refused: not a platform administrator; there is no such appointment.
    """
    _require_admin(tx)
    query = sa.select(SealOfficer).where(SealOfficer.id == officer_id, SealOfficer.until.is_(None))
    row = tx.session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise Refused(NOT_FOUND)
    row.until = tx.now
    note(tx, "seal-officer.dismissed", row, organisation=row.organisation_id, person=row.person_id)


def require_officer(tx: Tx, organisation_id: str) -> str:
    """The person who acts, who must be the organisation's officer now.

    Raises:
        Refused: ``seal-not-officer``.
    """
    person = tx.actor.person_id
    if (
        person is None
        or tx.actor.is_limited
        or tx.actor.is_platform_admin
        or officer_of(tx.session, organisation_id, person, tx.now) is None
    ):
        raise Refused(NOT_OFFICER)
    return person


def _require_admin(tx: Tx) -> None:
    if tx.actor.is_limited or not (tx.actor.is_platform_admin or tx.actor.via in ("system", "cli")):
        raise Refused(FORBIDDEN, action="platform:administer")
