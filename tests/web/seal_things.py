"""Seals in the site of page tests: an officer, a seal and its keeper in the institute; the stranger has the same alone."""

from asn1crypto import pem

from app.kernel.actor import SYSTEM
from app.seals.actions.officers import AppointOfficer, appoint_officer
from app.seals.actions.seals import RegisterSeal, name_keeper, register_seal
from app.seals.demo_pki import DemoAuthority
from app.seals.rules import Provider, SealKind
from tests.world import World

PICTURE = {"name": "一套图演示建筑设计院", "line": "出图专用章", "code": "3301060123456"}


def fresh_pem(world: World, name: str, firm: str) -> str:
    """The certificate of a seal that is used elsewhere."""
    began = world.database.clock.now()
    issued = DemoAuthority.found(began).issue(name, firm)
    return str(pem.armor("CERTIFICATE", issued.asn1.dump()).decode("ascii"))


def seal_offices(world: World, things: dict[str, str], foreign: dict[str, str]) -> None:
    """Officer, seal and keeper, by name."""
    for firm, officer, keeper, known in (
        ("designer", "lead", "approver", things),
        ("stranger", "stranger", "stranger", foreign),
    ):
        organisation = world.organisations[firm]
        with world.database.write(SYSTEM) as tx:
            appointed = appoint_officer(tx, AppointOfficer(organisation, world.people[officer], "任命书 1"))
        command = RegisterSeal(
            organisation,
            SealKind.ISSUE,
            f"{firm} 出图章",
            Provider.RECORDED,
            "",
            fresh_pem(world, "出图章", f"{firm} 单位").encode("ascii"),
            PICTURE,
        )
        with world.database.write(world.actor(officer)) as tx:
            seal = register_seal(tx, command)
            kept = name_keeper(tx, seal, world.people[keeper])
        known |= {
            "seal house": organisation,
            "officer": appointed,
            "office seal": seal,
            "keeper": kept,
            "keeper person": world.people[keeper],
            "officer person": world.people[officer],
            "pem": fresh_pem(world, "新证书", f"{firm} 单位"),
        }
