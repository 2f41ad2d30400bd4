"""Seals of the demonstration: officers, seals with keys of its own authority, and who keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.access.rules import PartyRole as P
from app.accounts.factors import use_second_factor
from app.bootstrap import Services
from app.cli.demo_people import ORGANISATIONS, PEOPLE
from app.drawings.actions.sealing import SealRevisions, seal_revisions
from app.kernel.actor import SYSTEM, Actor
from app.kernel.db.transactions import Tx
from app.seals.actions.officers import AppointOfficer, appoint_officer
from app.seals.actions.seals import RegisterSeal, name_keeper, register_seal
from app.seals.flows import with_demo_key
from app.seals.rules import PERSONAL, Level, Provider, SealKind

OFFICERS: dict[P, str] = {
    P.DESIGNER: "verifier",
    P.REVIEWER: "reviewer",
    P.OWNER: "owner-clerk",
    P.CONTRACTOR: "clerk",
    P.SUPERVISOR: "supervisor",
}
"""Who administers the seals of each party; where there are several people, somebody who keeps none."""


@dataclass(frozen=True)
class DemoSealPlan:
    """One seal: whose, what it says, who keeps it. A personal seal is held by its first keeper."""

    key: str
    """By which a builder finds it."""
    party: P
    kind: SealKind
    name: str
    keepers: tuple[str, ...]
    line: str = ""
    """Of a round seal."""
    code: str = ""
    title: str = ""
    """Of a personal seal."""
    number: str = ""
    disciplines: tuple[str, ...] = ()
    needs_two: bool = False


SEALS: tuple[DemoSealPlan, ...] = (
    DemoSealPlan(
        "issue", P.DESIGNER, SealKind.ISSUE, "设计院出图章", ("approver",), "出图专用章", "1411240001001"
    ),
    DemoSealPlan(
        "architect",
        P.DESIGNER,
        SealKind.REGISTERED,
        "注册建筑师章（沈望舒）",
        ("lead",),
        title="中华人民共和国一级注册建筑师",
        number="1400123-001",
        disciplines=("arch",),
    ),
    DemoSealPlan(
        "structural",
        P.DESIGNER,
        SealKind.REGISTERED,
        "注册结构工程师章（顾远山）",
        ("approver",),
        title="中华人民共和国一级注册结构工程师",
        number="S141400456",
        disciplines=("struct",),
    ),
    DemoSealPlan("design-firm", P.DESIGNER, SealKind.FIRM, "设计院公章", ("approver",), code="1411240001000"),
    DemoSealPlan(
        "design-lead",
        P.DESIGNER,
        SealKind.PERSON,
        "项目负责人签章（沈望舒）",
        ("lead",),
        title="设计项目负责人",
    ),
    DemoSealPlan(
        "review",
        P.REVIEWER,
        SealKind.REVIEW,
        "审图专用章",
        ("legal", "review-lead"),
        "施工图审查专用章",
        "1411240002001",
    ),
    DemoSealPlan("review-firm", P.REVIEWER, SealKind.FIRM, "审查机构公章", ("legal",), code="1411240002000"),
    DemoSealPlan(
        "owner-firm",
        P.OWNER,
        SealKind.FIRM,
        "建设单位公章",
        ("owner", "owner-clerk"),
        code="1411240003000",
        needs_two=True,
    ),
    DemoSealPlan(
        "owner-lead",
        P.OWNER,
        SealKind.PERSON,
        "项目负责人签章（方建明）",
        ("owner",),
        title="建设单位项目负责人",
    ),
    DemoSealPlan(
        "contractor-firm", P.CONTRACTOR, SealKind.FIRM, "施工单位公章", ("contractor",), code="1411240004000"
    ),
    DemoSealPlan("as-built", P.CONTRACTOR, SealKind.AS_BUILT, "竣工图章", ("contractor",)),
    DemoSealPlan(
        "contractor-lead",
        P.CONTRACTOR,
        SealKind.PERSON,
        "项目经理签章（赵大川）",
        ("contractor",),
        title="项目经理",
    ),
    DemoSealPlan(
        "supervisor-firm", P.SUPERVISOR, SealKind.FIRM, "监理单位公章", ("supervisor",), code="1411240005000"
    ),
    DemoSealPlan(
        "supervisor-lead",
        P.SUPERVISOR,
        SealKind.PERSON,
        "总监签章（钱守正）",
        ("supervisor",),
        title="总监理工程师",
    ),
)
_NAMES = {person.login: person.name for person in PEOPLE}


class DemoSeals:
    """Enters them all; ``ids`` then has each seal by its key."""

    def __init__(
        self, services: Services, people: Mapping[str, Actor], organisations: Mapping[P, str]
    ) -> None:
        self._room = services.seals
        self._factors = services.factors
        self._database = services.database
        self._people = people
        self._organisations = organisations
        self.ids: dict[str, str] = {}

    def enter(self) -> None:
        """Officers first, then their seals, each with a certificate from now on, then who keeps them."""
        with self._database.write(SYSTEM) as tx:
            for party, login in OFFICERS.items():
                letter = "印章管理员任命书（演示）"
                appoint_officer(tx, AppointOfficer(self._organisations[party], self._person(login), letter))
        for plan in SEALS:
            self.ids[plan.key] = self._register(plan)

    def put(self, key: str, who: str, project_id: str, revisions: Sequence[str], code: str) -> None:
        """A keeper decides to seal what this seal may be put on; the worker does it."""
        command = SealRevisions(project_id, revisions, self.ids[key], Level.LTA, "施工图出图")

        def prove(tx: Tx, purpose: str) -> None:
            use_second_factor(tx, self._factors, tx.actor.person_id or "", code, purpose)

        with self._database.write(self._people[who]) as tx:
            seal_revisions(tx, command, prove)

    def _register(self, plan: DemoSealPlan) -> str:
        officer = self._people[OFFICERS[plan.party]]
        firm, _ = ORGANISATIONS[plan.party]
        is_personal = plan.kind in PERSONAL
        command: dict[str, Any] = {
            "organisation_id": self._organisations[plan.party],
            "kind": plan.kind,
            "name": plan.name,
            "provider": Provider.DEMO,
            "picture": self._picture(plan),
            "holder_id": self._person(plan.keepers[0]) if is_personal else None,
            "disciplines": plan.disciplines or None,
            "needs_two": plan.needs_two,
        }
        seal_id = with_demo_key(
            self._room,
            officer,
            organisation_id=self._organisations[plan.party],
            subject=(_NAMES[plan.keepers[0]] if is_personal else plan.name, firm),
            act=lambda tx, made: register_seal(
                tx, RegisterSeal(key_ref=made.key_ref, certificate=made.certificate.dump(), **command)
            ),
        )
        with self._database.write(officer) as tx:
            for login in plan.keepers:
                name_keeper(tx, seal_id, self._person(login))
        return seal_id

    def _picture(self, plan: DemoSealPlan) -> dict[str, Any]:
        firm = ORGANISATIONS[plan.party][0].partition("（")[0]
        if plan.kind is SealKind.AS_BUILT:
            return {"values": {"contractor": firm}}
        if plan.kind not in PERSONAL:
            return {"name": firm, "line": plan.line, "code": plan.code}
        rows = [["姓名", _NAMES[plan.keepers[0]]]]
        rows += [["注册号", plan.number]] if plan.number else []
        rows += [["单位", firm], ["有效期", "2028-12"]] if plan.number else [["单位", firm]]
        return {"title": plan.title, "rows": rows}

    def _person(self, login: str) -> str:
        return self._people[login].person_id or ""
