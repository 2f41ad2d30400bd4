"""Founding and keeping a project: its data, codes, buildings and policy."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import regex
import sqlalchemy as sa

from app.access.actions import GiveSeat, JoinParty, add_party, add_seat
from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import PartyRole, Permission, SeatRole
from app.accounts.models import Person
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, STALE, Refused, declare, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact
from app.kernel.policy import Scope, SeatFact, Target
from app.kernel.text import code_key, normalise, tidy
from app.projects.models import Building, BuildingIdentifier, Project, ProjectIdentifier
from app.projects.rules import (
    GLOBAL_SCHEMES,
    BuildingScheme,
    CodeVerdict,
    IdentifierScheme,
    Policy,
    check_building_code,
    check_project_code,
)

CODE_DOUBTFUL = declare(
    "code-doubtful",
    422,
    "项目代码“{value}”的校验位或格式不符。",
    "The project code '{value}' fails its check.",
    "请与赋码证明核对；确认无误时填写理由后可继续。",
    "Compare with the certificate; if it is right, give a reason and go on.",
)
BUILDING_EXISTS = declare(
    "building-exists",
    409,
    "单体“{number}”已存在。",
    "The building '{number}' exists already.",
    "请使用不同的单体编号。",
    "Use another building number.",
)
CODE_TAKEN = declare(
    "building-code-taken",
    409,
    "单体编码“{value}”已用于另一单体。",
    "The building code '{value}' belongs to another building.",
    "单体编码全局唯一，请核对赋码结果。",
    "Building codes are unique: compare with what was assigned.",
)

EVERYWHERE = Scope(all_buildings=True, buildings=frozenset(), all_disciplines=True, disciplines=frozenset())


@dataclass(frozen=True)
class FoundProject:
    """Start a project; the founder's organisation becomes a party and the founder its lead."""

    name: str
    name_en: str = ""
    short_name: str = ""
    region_code: str = ""
    address: str = ""
    project_code: str = ""
    code_override_reason: str = ""
    policy: Policy = field(default_factory=Policy)


def found_project(tx: Tx, command: FoundProject) -> str:
    """Start a project with the founder's organisation as owner (建设单位); returns its id.

    Raises:
        Refused: the founder has no organisation; the code is doubtful and no reason was given.
    """
    person = tx.session.get(Person, tx.actor.person_id) if tx.actor.person_id else None
    is_cut_off = tx.actor.is_limited and Permission.PROJECT_FOUND not in tx.actor.scopes
    if person is None or person.organisation_id is None or is_cut_off:
        raise Refused(FORBIDDEN, action="project:found")
    name = tidy(command.name)
    if not name:
        raise invalid("name", "不能为空", "must not be empty")
    project = Project(
        id=new_id(),
        name=name,
        name_en=command.name_en.strip(),
        short_name=tidy(command.short_name),
        region_code=command.region_code,
        address=command.address,
        policy=command.policy.to_json(),
        created_at=tx.now,
    )
    tx.session.add(project)
    tx.session.flush()
    tx.record(Fact("project.founded", project.id, subjects={"project": project.id}, data=_on_record(project)))
    party_id = add_party(
        tx, JoinParty(project.id, person.organisation_id, PartyRole.OWNER), by_seat=None, by_party=None
    )
    party = tx.session.get_one(Party, party_id)
    seat_id = add_seat(
        tx,
        party,
        GiveSeat(party_id, person.id, SeatRole.PROJECT_LEAD, EVERYWHERE),
        by_seat=None,
        by_party=party_id,
    )
    if command.project_code:
        identify = IdentifyProject(
            project.id, IdentifierScheme.PROJECT_CODE, command.project_code, command.code_override_reason
        )
        _identify(tx, identify, seat_id, party_id)
    tx.changed(project.id, "project", project.id)
    return project.id


@dataclass(frozen=True)
class EditProject:
    """Change a project's data and policy."""

    project_id: str
    version: int
    name: str
    name_en: str
    short_name: str
    region_code: str
    address: str
    timezone: str
    is_name_public: bool
    is_restricted: bool
    policy: Policy


def edit_project(tx: Tx, command: EditProject) -> None:
    """Change a project's data and policy; the change of policy is on record.

    Raises:
        Refused: no right; stale version; unknown zone or pattern.
    """
    seat = _require(tx, Permission.PROJECT_EDIT, command.project_id)
    project = tx.session.get_one(Project, command.project_id)
    if project.version != command.version:
        raise Refused(STALE)
    try:
        ZoneInfo(command.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise invalid("timezone", "没有这个时区", "no such time zone") from error
    _check_pattern(command.policy.number_pattern, "number_pattern")
    _check_pattern(command.policy.review_layer_pattern, "review_layer_pattern")
    before = _on_record(project)
    project.name = tidy(command.name) or project.name
    project.name_en, project.short_name = command.name_en.strip(), tidy(command.short_name)
    project.region_code, project.address = command.region_code, command.address
    project.timezone = command.timezone
    project.is_name_public, project.is_restricted = command.is_name_public, command.is_restricted
    project.policy = command.policy.to_json()
    data = {name: value for name, value in _on_record(project).items() if value != before[name]}
    tx.record(Fact("project.edited", project.id, data=data, seat_id=seat.seat_id, party_id=seat.party_id))
    tx.changed(project.id, "project", project.id)


ON_RECORD = (
    "name", "name_en", "short_name", "region_code", "address", "timezone", "is_name_public", "is_restricted", "policy",
)  # fmt: skip
"""What the ledger says of a project: enough to write its row again (law 10)."""


def _on_record(project: Project) -> dict[str, object]:
    return {name: getattr(project, name) for name in ON_RECORD}


def _check_pattern(pattern: str, name: str) -> None:
    """Refuse a pattern that is no regular expression: it would stop what relies on it later."""
    try:
        regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        raise invalid(name, "不是有效的正则表达式", "no valid regular expression") from error


@dataclass(frozen=True)
class IdentifyProject:
    """Give a project a code."""

    project_id: str
    scheme: IdentifierScheme
    value: str
    override_reason: str = ""


def identify_project(tx: Tx, command: IdentifyProject) -> str:
    """Add a typed code; the project's former code of that scheme ends now (DOMAIN 3.1: a new one may be assigned).

    Raises:
        Refused: no right; a doubtful project code without a reason.
    """
    seat = _require(tx, Permission.PROJECT_EDIT, command.project_id)
    return _identify(tx, command, seat.seat_id, seat.party_id)


def _identify(tx: Tx, command: IdentifyProject, seat_id: str, party_id: str) -> str:
    if command.scheme is IdentifierScheme.PROJECT_CODE:
        check = check_project_code(command.value)
        value, verdict = check.value, check.verdict
        doubtful = verdict in (CodeVerdict.BAD_CHECK, CodeVerdict.BAD_FORM)
        if doubtful and not command.override_reason.strip():
            raise Refused(CODE_DOUBTFUL, value=value)
    else:
        value, verdict = normalise(command.value), CodeVerdict.NO_CHECK
    if not value:
        raise invalid("value", "不能为空", "must not be empty")
    if command.scheme is not IdentifierScheme.OTHER:
        old = sa.update(ProjectIdentifier).where(
            ProjectIdentifier.project_id == command.project_id,
            ProjectIdentifier.scheme == command.scheme,
            ProjectIdentifier.valid_to.is_(None),
        )
        tx.session.execute(old.values(valid_to=tx.now))
    row = ProjectIdentifier(
        id=new_id(),
        project_id=command.project_id,
        scheme=command.scheme,
        value=value,
        original=command.value,
        verdict=verdict,
        override_reason=command.override_reason.strip(),
        valid_from=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    data = {
        "scheme": str(command.scheme),
        "value": value,
        "original": command.value,
        "verdict": str(verdict),
    }
    if row.override_reason:
        data["override_reason"] = row.override_reason
    tx.record(
        Fact(
            "project.identified",
            command.project_id,
            subjects={"identifier": row.id},
            data=data,
            seat_id=seat_id,
            party_id=party_id,
        )
    )
    tx.changed(command.project_id, "project", command.project_id)
    return row.id


@dataclass(frozen=True)
class AddBuilding:
    """Add a building."""

    project_id: str
    number: str
    name: str


def add_building(tx: Tx, command: AddBuilding) -> str:
    """Add a building (建筑单体); returns its id. Its code comes from outside, see :func:`identify_building`.

    Raises:
        Refused: no right; number taken or empty.
    """
    seat = _require(tx, Permission.PROJECT_EDIT, command.project_id)
    key = code_key(command.number)
    if not key:
        raise invalid("number", "不能为空", "must not be empty")
    same = sa.select(Building.id).where(Building.project_id == command.project_id, Building.number_key == key)
    if tx.session.execute(same).first():
        raise Refused(BUILDING_EXISTS, number=command.number)
    row = Building(
        id=new_id(),
        project_id=command.project_id,
        number=normalise(command.number),
        number_key=key,
        name=tidy(command.name),
        created_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.record(
        Fact(
            "building.added",
            command.project_id,
            subjects={"building": row.id},
            data={"number": row.number, "name": row.name},
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )
    tx.changed(command.project_id, "project", command.project_id)
    return row.id


@dataclass(frozen=True)
class IdentifyBuilding:
    """Enter the code that somebody assigned to a building."""

    building_id: str
    scheme: BuildingScheme
    value: str
    issuer: str = ""


def identify_building(tx: Tx, command: IdentifyBuilding) -> CodeVerdict:
    """Enter an assigned code (赋码): opaque, never generated, unique where its scheme is; returns what the form check says.

    Raises:
        Refused: no right; the code belongs to another building.
    """
    building = tx.session.get(Building, command.building_id)
    if building is None:
        raise Refused(NOT_FOUND)
    seat = _require(tx, Permission.PROJECT_EDIT, building.project_id)
    check = check_building_code(command.scheme, command.value)
    if not check.value:
        raise invalid("value", "不能为空", "must not be empty")
    same = (
        sa.select(BuildingIdentifier.id)
        .join(Building, Building.id == BuildingIdentifier.building_id)
        .where(BuildingIdentifier.scheme == command.scheme, BuildingIdentifier.value == check.value)
    )
    if command.scheme not in GLOBAL_SCHEMES:
        same = same.where(Building.project_id == building.project_id)
    if tx.session.execute(same).first():
        raise Refused(CODE_TAKEN, value=check.value)
    row = BuildingIdentifier(
        id=new_id(),
        building_id=building.id,
        scheme=command.scheme,
        value=check.value,
        original=command.value,
        verdict=check.verdict,
        issuer=command.issuer,
        valid_from=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.record(
        Fact(
            "building.identified",
            building.project_id,
            subjects={"building": building.id, "identifier": row.id},
            data={
                "scheme": str(command.scheme),
                "value": check.value,
                "original": command.value,
                "verdict": str(check.verdict),
                "issuer": command.issuer,
            },
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )
    tx.changed(building.project_id, "project", building.project_id)
    return check.verdict


def _require(tx: Tx, permission: Permission, project_id: str) -> SeatFact:
    return rights_of(tx.session, tx.actor, tx.now).require(permission, Target(project_id))
