"""Seals in the site of page tests: a seal of the institute with two keepers and a decision that waits for one of them. In
the stranger's project both are the stranger's own. Nothing here is ever sealed."""

from datetime import timedelta

from app.access.queries import parties_of
from app.access.rules import PartyRole
from app.seals.models import Seal, SealBatch, SealKeeper, SealUse
from app.seals.rules import BatchState, Level, Provider, SealKind, SealState, UseState
from tests.world import World

PICTURE = {"name": "一套图演示建筑设计院", "line": "出图专用章", "code": ""}


def seals(world: World, things: dict[str, str], foreign: dict[str, str]) -> None:
    """The seal and the decision, by name."""
    now = world.database.clock.now()
    with world.database.read() as session:
        stranger = next(p.id for p in parties_of(session, foreign["project"]) if p.role == PartyRole.OWNER)
    for known, firm, party, keepers in (
        (things, "designer", world.parties["designer"], ("approver", "lead")),
        (foreign, "stranger", stranger, ("stranger",)),
    ):
        with world.database.plumbing() as session:
            seal = Seal(
                organisation_id=world.organisations[firm], kind=SealKind.ISSUE, name="别人的章",
                holder_id=None, provider=Provider.PKCS11, key_ref="k", certificate="", certificate_sha256="0" * 64,
                subject="CN=章", issuer="CN=CA", serial="1", valid_from=now - timedelta(days=1),
                valid_to=now + timedelta(days=365), picture=PICTURE, projects=None, disciplines=None, needs_two=True,
                state=SealState.ACTIVE, state_reason="", state_at=now, created_by="x", created_at=now,
            )  # fmt: skip
            session.add(seal)
            session.flush()
            session.add_all(
                SealKeeper(seal_id=seal.id, person_id=world.people[who], named_by="x", since=now)
                for who in keepers
            )
            batch = SealBatch(
                project_id=known["project"], seal_id=seal.id, kind=seal.kind, level=Level.B, state=BatchState.ASKED,
                words="别人的事由", asked_by=world.people["designer"], seat_id="x", party_id=party,
                second_by=None, second_at=None, count=1, root="", manifest_sha256="", rows_sha256="", broken={},
                created_at=now, state_at=now,
            )  # fmt: skip
            session.add(batch)
            session.flush()
            session.add(
                SealUse(
                    batch_id=batch.id, place=0, owner_kind="revision", owner_id=known["revision:released"],
                    sheet_id=known["sheet:released"], label="别人的图", about={}, state=UseState.WAITING,
                    refusal={}, checks=[],
                    rendition_id=None, before_sha256="", sha256="", field="", sealed_at=None,
                )
            )  # fmt: skip
            known["seal"], known["batch"] = seal.id, batch.id
