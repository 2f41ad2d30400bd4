"""Joining parties and people to a project, and handing seats over."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.access.models import Party, Seat
from app.access.queries import rights_of
from app.access.rules import AUTHORITIES, PartyRole, Permission, SeatRole
from app.accounts.models import Organisation, Person
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, STALE, Refused, declare, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact
from app.kernel.policy import Scope, SeatFact, Target

PARTY_EXISTS = declare(
    "party-exists",
    409,
    "该单位已以此身份参建。",
    "This organisation already has this role in the project.",
    "如需区分标段，请填写不同的标段名称。",
    "To tell lots apart, give a different lot name.",
)
SCOPE_EMPTY = declare(
    "scope-empty",
    422,
    "席位范围为空，等于什么都看不到。",
    "The scope of the seat is empty: it would see nothing.",
    "请选择单体与专业，或明确选择“全部”。",
    "Choose buildings and disciplines, or choose 'all' explicitly.",
)
SCOPE_WIDER = declare(
    "scope-wider-than-own",
    403,
    "席位范围超出您自己的席位范围。",
    "The scope of the seat reaches beyond your own.",
    "请在您负责的单体与专业内设立席位，或请建设单位办理。",
    "Stay within your buildings and disciplines, or ask the owner.",
)
SEAT_OF_AUTHORITY = declare(
    "seat-of-authority",
    403,
    "监督、调查机关的席位不能由其他单位终止。",
    "The seat of an authority or an investigation cannot be ended by another party.",
    "请由该机关的负责人办理，或等待席位到期。",
    "Its own lead can end it, or it ends by its date.",
)

OTHER_ORGANISATION = declare(
    "person-of-another-organisation",
    422,
    "“{name}”不属于该参建单位。",
    "{name} does not belong to this party's organisation.",
    "请核对人员；确为委派或聘用的，请在“依据”中写明文件。",
    "Check the person; for somebody seconded or appointed, name the document under 'basis'.",
)


@dataclass(frozen=True)
class JoinParty:
    """Make an organisation a party."""

    project_id: str
    organisation_id: str
    role: PartyRole
    lot: str = ""


def join_party(tx: Tx, command: JoinParty) -> str:
    """Add a party (参建方) to a project; returns its id.

    Raises:
        Refused: no right; unknown organisation; the party exists.
    """
    seat = rights_of(tx.session, tx.actor, tx.now).require(
        Permission.PARTY_MANAGE, Target(command.project_id)
    )
    if tx.session.get(Organisation, command.organisation_id) is None:
        raise invalid("organisation", "没有这个单位", "no such organisation")
    return add_party(tx, command, by_seat=seat.seat_id, by_party=seat.party_id)


def add_party(tx: Tx, command: JoinParty, *, by_seat: str | None, by_party: str | None) -> str:
    """The part of :func:`join_party` behind the right: also used when a project is founded.

    Raises:
        Refused: ``party-exists``.
    """
    same = sa.select(Party.id).where(
        Party.project_id == command.project_id,
        Party.organisation_id == command.organisation_id,
        Party.role == command.role,
        Party.lot == command.lot,
    )
    if tx.session.execute(same).first():
        raise Refused(PARTY_EXISTS)
    party = Party(
        id=new_id(),
        project_id=command.project_id,
        organisation_id=command.organisation_id,
        role=command.role,
        lot=command.lot,
        valid_from=tx.now,
    )
    tx.session.add(party)
    tx.session.flush()
    tx.record(
        Fact(
            "party.joined",
            command.project_id,
            subjects={"party": party.id, "organisation": command.organisation_id},
            data={"role": str(command.role), "lot": command.lot},
            seat_id=by_seat,
            party_id=by_party,
        )
    )
    return party.id


@dataclass(frozen=True)
class GiveSeat:
    """Seat a person in a party."""

    party_id: str
    person_id: str
    role: SeatRole
    scope: Scope
    valid_to: datetime | None = None
    basis: str = ""


def give_seat(tx: Tx, command: GiveSeat) -> str:
    """Give a person a seat; returns its id. A party's lead seats his own people, the owner's lead anybody.

    Raises:
        Refused: no right; unknown person; a scope that is empty or reaches beyond the giver's own.
    """
    party = _party(tx, command.party_id)
    right = rights_of(tx.session, tx.actor, tx.now).require(
        Permission.SEAT_MANAGE, Target(party.project_id, party_id=party.id)
    )
    if not right.scope.includes(command.scope):
        raise Refused(SCOPE_WIDER)
    return add_seat(tx, party, command, by_seat=right.seat_id, by_party=right.party_id)


def add_seat(
    tx: Tx,
    party: Party,
    command: GiveSeat,
    *,
    by_seat: str | None,
    by_party: str | None,
    taken_over_from: str | None = None,
) -> str:
    """The part of :func:`give_seat` behind the right.

    Raises:
        Refused: unknown or inactive person; empty scope; a person of another organisation without a basis.
    """
    scope = command.scope
    if not (scope.all_buildings or scope.buildings) or not (scope.all_disciplines or scope.disciplines):
        raise Refused(SCOPE_EMPTY)
    person = tx.session.get(Person, command.person_id)
    if person is None or not person.is_active:
        raise invalid("person", "没有这个人员或已停用", "no such person, or no longer active")
    if person.organisation_id != party.organisation_id and not command.basis.strip():
        raise Refused(OTHER_ORGANISATION, name=person.name)
    seat = Seat(
        id=new_id(),
        project_id=party.project_id,
        party_id=party.id,
        person_id=command.person_id,
        role=command.role,
        all_buildings=scope.all_buildings,
        buildings=sorted(scope.buildings),
        all_disciplines=scope.all_disciplines,
        disciplines=sorted(scope.disciplines),
        basis=command.basis,
        valid_from=tx.now,
        valid_to=command.valid_to,
        handed_over_from=taken_over_from,
    )
    tx.session.add(seat)
    tx.session.flush()
    tx.record(
        Fact(
            "seat.given",
            party.project_id,
            subjects={"seat": seat.id, "party": party.id, "person": command.person_id},
            data={
                "role": str(command.role),
                "basis": command.basis,
                "from": taken_over_from,
                "buildings": "all" if scope.all_buildings else sorted(scope.buildings),
                "disciplines": "all" if scope.all_disciplines else sorted(scope.disciplines),
                "valid_to": to_micros(command.valid_to) if command.valid_to else None,
            },
            seat_id=by_seat,
            party_id=by_party,
        )
    )
    return seat.id


@dataclass(frozen=True)
class EndSeat:
    """End a seat now."""

    seat_id: str
    version: int


def end_seat(tx: Tx, command: EndSeat) -> None:
    """End a seat; what its holder did stays his.

    Raises:
        Refused: no right; another party's lead ends an authority's seat; somebody changed the seat meanwhile.
    """
    seat, party = _seat(tx, command.seat_id, command.version)
    right = rights_of(tx.session, tx.actor, tx.now).require(
        Permission.SEAT_MANAGE, Target(party.project_id, party_id=party.id)
    )
    _spare_authorities(party, right)
    _close(tx, seat, by_seat=right.seat_id, by_party=right.party_id)


@dataclass(frozen=True)
class HandOverSeat:
    """Staff change: a seat passes to another person."""

    seat_id: str
    version: int
    to_person_id: str
    basis: str = ""
    """Empty: the basis of the seat goes on."""


def hand_over_seat(tx: Tx, command: HandOverSeat) -> str:
    """End a seat and give its role and scope to another person in one act; returns the new seat (席位交接).

    Raises:
        Refused: no right; stale version; unknown person.
    """
    seat, party = _seat(tx, command.seat_id, command.version)
    right = rights_of(tx.session, tx.actor, tx.now).require(
        Permission.SEAT_MANAGE, Target(party.project_id, party_id=party.id)
    )
    _spare_authorities(party, right)
    scope = Scope(
        seat.all_buildings, frozenset(seat.buildings), seat.all_disciplines, frozenset(seat.disciplines)
    )
    if not right.scope.includes(scope):
        raise Refused(SCOPE_WIDER)
    basis = command.basis.strip() or seat.basis
    give = GiveSeat(party.id, command.to_person_id, SeatRole(seat.role), scope, seat.valid_to, basis)
    _close(tx, seat, by_seat=right.seat_id, by_party=right.party_id)
    return add_seat(tx, party, give, by_seat=right.seat_id, by_party=right.party_id, taken_over_from=seat.id)


def _spare_authorities(party: Party, right: SeatFact) -> None:
    """Nobody but their own lead ends the seats of those who supervise and investigate (SECURITY 3, 39)."""
    if party.role in AUTHORITIES and right.party_id != party.id:
        raise Refused(SEAT_OF_AUTHORITY)


def _close(tx: Tx, seat: Seat, *, by_seat: str, by_party: str) -> None:
    seat.valid_to = tx.now
    tx.record(
        Fact(
            "seat.ended",
            seat.project_id,
            subjects={"seat": seat.id, "person": seat.person_id},
            seat_id=by_seat,
            party_id=by_party,
        )
    )


def _party(tx: Tx, party_id: str) -> Party:
    party = tx.session.get(Party, party_id)
    if party is None:
        raise Refused(NOT_FOUND)
    return party


def _seat(tx: Tx, seat_id: str, version: int) -> tuple[Seat, Party]:
    seat = tx.session.get(Seat, seat_id, with_for_update=True)
    if seat is None or (seat.valid_to is not None and seat.valid_to <= tx.now):
        raise Refused(NOT_FOUND)
    party = _party(tx, seat.party_id)
    if seat.version != version:
        rights_of(tx.session, tx.actor, tx.now).require(
            Permission.SEAT_MANAGE, Target(party.project_id, party_id=party.id)
        )
        raise Refused(STALE)
    return seat, party
