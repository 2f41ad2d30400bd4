"""Who must stand aside (回避): who is related to owner or designer does not review (DOMAIN 2.2, 2.11)."""

from collections.abc import Collection, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party, Seat
from app.access.rules import PARTY_LABELS, PartyRole
from app.accounts.models import Organisation, Person
from app.kernel.labels import Label
from app.review.models import ReviewCase, ReviewTie

REVIEWED = (
    PartyRole.OWNER,
    PartyRole.DESIGNER,
    PartyRole.SPECIALIST_DESIGNER,
    PartyRole.SURVEYOR,
)
"""Parties whose interest a review touches."""


def conflicts_of(session: Session, case: ReviewCase, people: Collection[str]) -> Mapping[str, Label]:
    """By person: why he may not review this case. A reason that holds for the whole agency holds for each of them."""
    agency = session.get_one(Party, case.agency_id).organisation_id
    reviewed = _reviewed(session, case.project_id)
    reason = _of_agency(session, agency, reviewed)
    if reason is not None:
        return dict.fromkeys(people, reason)
    return _of_people(session, case, people, reviewed)


def _reviewed(session: Session, project_id: str) -> dict[str, str]:
    """Roles by organisation, of parties past and present."""
    query = (
        sa.select(Party.organisation_id, Party.role)
        .where(Party.project_id == project_id, Party.role.in_(REVIEWED))
        .order_by(Party.id)
    )
    return dict(session.execute(query).all())


def _of_agency(session: Session, agency: str, reviewed: Mapping[str, str]) -> Label | None:
    if agency in reviewed:
        role = PARTY_LABELS[PartyRole(reviewed[agency])]
        return Label(
            f"审查机构同时是本项目的{role.zh}", f"the agency is also a party of this project: {role.en}"
        )
    ties = (
        sa.select(ReviewTie)
        .where(sa.or_(ReviewTie.one_id == agency, ReviewTie.other_id == agency))
        .order_by(ReviewTie.at, ReviewTie.id)
    )
    standing: dict[str, ReviewTie] = {}
    for tie in session.scalars(ties):
        standing[tie.other_id if tie.one_id == agency else tie.one_id] = tie
    for organisation, tie in standing.items():
        if organisation in reviewed and not tie.is_ended:
            name = session.get_one(Organisation, organisation).name
            return Label(
                f"审查机构与{name}有利害关系（{tie.basis}）",
                f"the agency is related to {name} ({tie.basis})",
            )
    return None


def _of_people(
    session: Session, case: ReviewCase, people: Collection[str], reviewed: Mapping[str, str]
) -> dict[str, Label]:
    found: dict[str, Label] = {}
    employed = sa.select(Person.id, Person.organisation_id).where(Person.id.in_(people))
    for person, organisation in session.execute(employed):
        if organisation is not None and organisation in reviewed:
            role = PARTY_LABELS[PartyRole(reviewed[organisation])]
            found[person] = Label(
                f"所在单位是本项目的{role.zh}", f"works for a party of this project: {role.en}"
            )
    seated = (
        sa.select(Seat.person_id, Party.role)
        .join(Party, Party.id == Seat.party_id)
        .where(Seat.project_id == case.project_id, Seat.person_id.in_(people), Party.role.in_(REVIEWED))
    )
    for person, held in session.execute(seated):
        role = PARTY_LABELS[PartyRole(held)]
        found.setdefault(
            person,
            Label(f"曾任或现任本项目{role.zh}的席位", f"has or had a seat in this project for the {role.en}"),
        )
    return found


INSPECTED = (*REVIEWED, PartyRole.REVIEWER)
"""Parties whose interest a spot check touches: the agency's work is checked too."""
WORKS_FOR, SEATED_FOR = "works-for", "seat-of"


def inspector_conflicts(
    session: Session, projects: Collection[str], people: Collection[str]
) -> dict[tuple[str, str], str]:
    """By (person, project): why he may not inspect it, as ``works-for designer``. Three statements."""
    query = sa.select(Party.project_id, Party.organisation_id, Party.role)
    query = query.where(Party.project_id.in_(list(projects)), Party.role.in_(INSPECTED)).order_by(Party.id)
    roles = {(project, firm): role for project, firm, role in session.execute(query)}
    employed = sa.select(Person.id, Person.organisation_id).where(Person.id.in_(list(people)))
    firms = dict(session.execute(employed).all())
    seated = (
        sa.select(Seat.person_id, Seat.project_id, Party.role)
        .join(Party, Party.id == Seat.party_id)
        .where(
            Seat.project_id.in_(list(projects)), Seat.person_id.in_(list(people)), Party.role.in_(INSPECTED)
        )
        .order_by(Seat.id)
    )
    found = {(person, project): f"{SEATED_FOR} {role}" for person, project, role in session.execute(seated)}
    found.update(_employed(roles, firms))
    return found


def _employed(
    roles: Mapping[tuple[str, str], str], firms: Mapping[str, str | None]
) -> Iterator[tuple[tuple[str, str], str]]:
    for (project, firm), role in roles.items():
        for person, employer in firms.items():
            if employer == firm:
                yield (person, project), f"{WORKS_FOR} {role}"


def conflict_label(reason: str) -> Label:
    """The words of :func:`inspector_conflicts`."""
    kind, _, role = reason.partition(" ")
    party = PARTY_LABELS[PartyRole(role)]
    if kind == WORKS_FOR:
        return Label(f"所在单位是该项目的{party.zh}", f"works for a party of that project: {party.en}")
    return Label(f"曾任或现任该项目{party.zh}的席位", f"has or had a seat in that project for the {party.en}")
