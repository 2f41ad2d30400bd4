"""Officers, what may change of a seal, a new certificate, and what is kept of it all."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.kernel.actor import Actor, Via
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.record.audit import audit_register
from app.record.seal_chapter import SEALS
from app.seals.actions.batches import resume_batch
from app.seals.actions.editing import EditSeal, ReplaceCertificate, edit_seal, replace_certificate
from app.seals.actions.officers import AppointOfficer, appoint_officer, dismiss_officer
from app.seals.actions.seals import RegisterSeal, end_keeper, name_keeper, register_seal, set_seal_state
from app.seals.flows import with_demo_key
from app.seals.models import Seal
from app.seals.queries.administration import ending, house_for, houses_of, period_of, seal_for
from app.seals.queries.history import acts_with, uses_of
from app.seals.queries.keeping import officers
from app.seals.rules import BatchState, Provider, SealKind, SealState, UseState
from tests.seals.seal_house import AGENCY, FIRM, SealHouse, make_seal_house


@pytest.fixture
def house(database: Database, tmp_path: Path) -> SealHouse:
    return make_seal_house(database, tmp_path)


def seal_row(house: SealHouse, seal_id: str) -> Seal:
    with house.database.read() as session:
        return session.get_one(Seal, seal_id)


def edited(house: SealHouse, seal: str, /, who: str = "lead", **changes: Any) -> None:
    row = seal_row(house, house.seals[seal])
    values = {
        "version": row.version,
        "name": row.name,
        "projects": row.projects,
        "disciplines": row.disciplines,
        "needs_two": row.needs_two,
    }
    with house.database.write(house.world.actor(who)) as tx:
        edit_seal(tx, EditSeal(seal_id=row.id, **{**values, **changes}))


def refused(house: SealHouse, code: str, act: Any, who: str = "lead") -> None:
    with pytest.raises(Refused, match=code), house.database.write(house.world.actor(who)) as tx:
        act(tx)


def test_a_changed_scope_holds_from_the_next_use_on(house: SealHouse):
    revisions = house.sheets(1)
    edited(house, "出图章", name="出图章（结构）", disciplines=["struct"])
    opened = house.ask("出图章", revisions, "approver")
    assert {r.code for r in opened.report.refused.values()} == {"seal-scope"}
    edited(house, "出图章", disciplines=None, needs_two=True)
    opened = house.ask("出图章", revisions, "approver")
    assert house.batch(opened.batch_id).state == BatchState.ASKED
    with house.database.read() as session:
        assert list(audit_register(session, [SEALS])) == []
        said = [str(a.said) for a in acts_with(session, [house.seals["出图章"]])]
    assert "专业：全部；双人用印：是" in said[0]
    assert "名称：出图章（结构）；专业：结构" in said[1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 99}, "stale-version"),
        ({"name": " "}, "invalid-input"),
        ({"name": "章" * 101}, "invalid-input"),
        ({"projects": []}, "invalid-input"),
        ({"projects": ["别人的"]}, "invalid-input"),
        ({"disciplines": []}, "invalid-input"),
        ({"disciplines": ["astrology"]}, "invalid-input"),
        ({"who": "approver"}, "seal-not-officer"),
        ({"who": "review_lead"}, "seal-not-officer"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(house: SealHouse, changes: dict[str, Any], code: str):
    before = seal_row(house, house.seals["出图章"])
    with pytest.raises(Refused, match=code):
        edited(house, "出图章", **changes)
    after = seal_row(house, house.seals["出图章"])
    assert (after.name, after.projects, after.disciplines) == (
        before.name,
        before.projects,
        before.disciplines,
    )


def test_a_change_that_changes_nothing_is_not_told(house: SealHouse):
    edited(house, "出图章")
    with house.database.read() as session:
        kinds = [str(a.label) for a in acts_with(session, [house.seals["出图章"]])]
    assert not any("修改" in kind for kind in kinds)


def test_a_new_certificate_is_a_new_seal_with_the_same_keepers(house: SealHouse):
    world, old = house.world, house.seals["出图章"]
    revisions = house.sheets(2)
    house.ask("出图章", revisions[:1], "approver")
    house.run()
    made = house.demo.issue("换证", "designer 单位")
    command = ReplaceCertificate(old, Provider.DEMO, made.key_ref, made.certificate.dump())
    refused(house, "seal-not-officer", lambda tx: replace_certificate(tx, command), "approver")
    with house.database.write(world.actor("lead")) as tx:
        new = replace_certificate(tx, command)
    assert seal_row(house, old).state == SealState.REVOKED
    with house.database.read() as session:
        _, view = seal_for(session, world.people["lead"], new, house.room.now())
        assert [k.name for k in view.keepers] == ["approver"]
        assert view.seal.picture == seal_row(house, old).picture
        assert (view.seal.kind, view.seal.name) == (SealKind.ISSUE, "出图章")
        assert [u.sealed for u in uses_of(session, [old, new])] == [1]
        assert list(audit_register(session, [SEALS])) == []
    refused(house, "seal-not-active", lambda tx: replace_certificate(tx, command))
    refused(house, "seal-not-active", lambda tx: set_seal_state(tx, old, SealState.ACTIVE, "又要"))
    with pytest.raises(Refused, match="seal-not-active"):
        house.ask("出图章", revisions[1:], "approver")
    house.seals["新章"] = new
    assert house.ask("新章", revisions[1:], "approver").report.is_clean
    house.run()
    with house.database.read() as session:
        assert [(u.sealed, u.count) for u in uses_of(session, [new])] == [(1, 1)]


def test_nobody_registers_the_certificate_or_key_of_another_organisation(house: SealHouse):
    world, stolen = house.world, seal_row(house, house.seals["出图章"])
    made = house.demo.issue("审图", "reviewer 单位")
    for key, certificate in (
        (stolen.key_ref, made.certificate.dump()),
        ("another", _der(stolen)),
    ):
        command = RegisterSeal(
            world.organisations["reviewer"],
            SealKind.REVIEW,
            "偷来的章",
            Provider.DEMO,
            key,
            certificate,
            AGENCY,
        )
        refused(house, "seal-elsewhere", lambda tx, c=command: register_seal(tx, c), "review_lead")


def _der(seal: Seal) -> bytes:
    from app.seals.actions.seals import load_certificate  # noqa: PLC0415

    return bytes(load_certificate(seal).dump())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"certificate": b"no certificate"}, "seal-bad-certificate"),
        ({"certificate": b""}, "seal-bad-certificate"),
        ({"key_ref": " "}, "invalid-input"),
        ({"picture": {**FIRM, "name": "短"}}, "seal-picture-text"),
        ({"holder": "lead"}, "invalid-input"),
        ({"kind": SealKind.REGISTERED}, "invalid-input"),
    ],
)
def test_a_seal_that_cannot_be_is_not_registered(house: SealHouse, changes: dict[str, Any], code: str):
    made = house.demo.issue("公章", "designer 单位")
    values: dict[str, Any] = {
        "organisation_id": house.world.organisations["designer"],
        "kind": SealKind.FIRM,
        "name": "公章",
        "provider": Provider.DEMO,
        "key_ref": made.key_ref,
        "certificate": made.certificate.dump(),
        "picture": FIRM,
    }
    if "holder" in changes:
        changes = {"holder_id": house.world.people["lead"]}
    refused(house, code, lambda tx: register_seal(tx, RegisterSeal(**{**values, **changes})))
    with house.database.write(house.world.actor("lead")) as tx:
        assert register_seal(tx, RegisterSeal(**values))


def test_a_certificate_that_has_run_out_is_only_recorded(house: SealHouse):
    made = house.demo.issue("旧章", "designer 单位", since=house.room.now() - timedelta(days=4 * 365))
    organisation = house.world.organisations["designer"]
    der = made.certificate.dump()
    old = RegisterSeal(organisation, SealKind.FIRM, "旧章", Provider.DEMO, made.key_ref, der, FIRM)
    refused(house, "seal-bad-certificate", lambda tx: register_seal(tx, old))
    with house.database.write(house.world.actor("lead")) as tx:
        kept = register_seal(
            tx, RegisterSeal(organisation, SealKind.FIRM, "旧章", Provider.RECORDED, "", der, FIRM)
        )
    assert period_of(seal_row(house, kept), house.room.now()) == "over"


def test_sixty_days_before_a_certificate_ends_it_is_told(house: SealHouse):
    row = seal_row(house, house.seals["出图章"])
    told = {
        row.valid_from - timedelta(seconds=1): "early",
        row.valid_to - timedelta(days=60): "holds",
        row.valid_to - timedelta(days=60) + timedelta(seconds=1): "soon",
        row.valid_to: "soon",
        row.valid_to + timedelta(seconds=1): "over",
    }
    assert {at: period_of(row, at) for at in told} == told
    at = row.valid_to - timedelta(days=1)
    organisation = house.world.organisations["designer"]
    with house.database.read() as session:
        views = house_for(session, house.world.people["lead"], organisation, at).seals
        assert {v.seal.name for v in ending(views, at)} == {"出图章", "注册章"}
    with house.database.write(house.world.actor("lead")) as tx:
        set_seal_state(tx, row.id, SealState.REVOKED, "换人")
    with house.database.read() as session:
        views = house_for(session, house.world.people["lead"], organisation, at).seals
        assert {v.seal.name for v in ending(views, at)} == {"注册章"}


def test_a_keeper_sees_his_seals_the_officer_all_others_nothing(house: SealHouse):
    world, now = house.world, house.room.now()
    organisation = world.organisations["designer"]
    with house.database.read() as session:
        for who, names in (
            ("lead", {"出图章", "注册章"}),
            ("approver", {"出图章"}),
            ("architect", {"注册章"}),
        ):
            found = house_for(session, world.people[who], organisation, now)
            assert {v.seal.name for v in found.seals} == names
            assert found.is_officer == (who == "lead")
            assert houses_of(session, world.people[who], now) == [(organisation, "designer 单位")]
        for who in ("designer", "review_lead", "owner", "admin"):
            with pytest.raises(Refused, match="not-found"):
                house_for(session, world.people[who], organisation, now)
        assert houses_of(session, world.people["designer"], now) == []
        with pytest.raises(Refused, match="not-found"):
            seal_for(session, world.people["approver"], house.seals["注册章"], now)
        kept = seal_for(session, world.people["approver"], house.seals["出图章"], now)[1].keepers[0]
    with house.database.write(world.actor("lead")) as tx:
        end_keeper(tx, kept.id)
    with house.database.read() as session, pytest.raises(Refused, match="not-found"):
        house_for(session, world.people["approver"], organisation, house.room.now())


def test_the_administrator_appoints_and_dismisses_and_is_never_an_officer_himself(house: SealHouse):
    world = house.world
    admin = Actor(world.people["admin"], Via.SESSION, is_platform_admin=True)
    firm = world.organisations["owner"]
    appoint = AppointOfficer(firm, world.people["owner_clerk"], "任命书 3")
    refused(house, "forbidden", lambda tx: appoint_officer(tx, appoint), "owner")
    for wrong in (
        AppointOfficer(firm, world.people["owner_clerk"], " "),
        AppointOfficer(firm, world.people["lead"], "任命书 3"),
        AppointOfficer(firm, world.people["admin"], "任命书 3"),
    ):
        with pytest.raises(Refused, match="invalid-input"), house.database.write(admin) as tx:
            appoint_officer(tx, wrong)
    with house.database.write(admin) as tx:
        officer = appoint_officer(tx, appoint)
    with house.database.read() as session:
        assert "owner_clerk" in {o.login for o in officers(session, house.room.now())}
    with house.database.write(admin) as tx:
        dismiss_officer(tx, officer)
    with house.database.read() as session:
        assert "owner_clerk" not in {o.login for o in officers(session, house.room.now())}
    as_admin_too = Actor(world.people["lead"], Via.SESSION, is_platform_admin=True)
    with pytest.raises(Refused, match="seal-not-officer"), house.database.write(as_admin_too) as tx:
        set_seal_state(tx, house.seals["出图章"], SealState.SUSPENDED, "试试")


def test_a_demonstration_key_is_made_for_its_seal_and_for_nothing_else(house: SealHouse):
    world, organisation = house.world, house.world.organisations["designer"]
    keys = house.folder / "authority" / "keys"
    before = set(keys.iterdir())

    def register(name: str) -> Any:
        return lambda tx, made: register_seal(
            tx,
            RegisterSeal(
                organisation, SealKind.FIRM, name, Provider.DEMO, made.key_ref, made.certificate.dump(), FIRM
            ),
        )

    subject = ("很长的名称" * 30, "designer 单位")
    for who, name, code in (("approver", "公章", "seal-not-officer"), ("lead", "", "invalid-input")):
        with pytest.raises(Refused, match=code):
            with_demo_key(
                house.room,
                world.actor(who),
                organisation_id=organisation,
                subject=subject,
                act=register(name),
            )
        assert set(keys.iterdir()) == before
    seal = with_demo_key(
        house.room, world.actor("lead"), organisation_id=organisation, subject=subject, act=register("公章")
    )
    assert seal_row(house, seal).subject.startswith("Common Name: 很长的名称")
    assert len(set(keys.iterdir())) == len(before) + 1


def test_the_history_tells_each_act_with_who_and_why(house: SealHouse):
    seal, people = house.seals["出图章"], house.world.people
    with house.database.write(house.world.actor("lead")) as tx:
        set_seal_state(tx, seal, SealState.SUSPENDED, "盘点")
        set_seal_state(tx, seal, SealState.ACTIVE, "盘点完毕")
        name_keeper(tx, seal, people["verifier"])
    with house.database.read() as session:
        acts = acts_with(session, [seal])
        assert [(str(a.label.zh), a.said.zh, a.by) for a in acts][:4] == [
            ("设用印人", "verifier", "lead"),
            ("状态变更", "启用：盘点完毕", "lead"),
            ("状态变更", "停用：盘点", "lead"),
            ("设用印人", "approver", "lead"),
        ]
        assert acts[-1].label.zh == "登记"
        assert acts_with(session, ["nothing"]) == []
        assert uses_of(session, [seal]) == []


def test_what_was_decided_before_a_seal_was_suspended_waits_until_it_is_taken_up_again(house: SealHouse):
    seal, revisions = house.seals["出图章"], house.sheets(2)
    opened = house.ask("出图章", revisions, "approver")
    with house.database.write(house.world.actor("lead")) as tx:
        set_seal_state(tx, seal, SealState.SUSPENDED, "疑似盗用")
    house.run()
    batch = house.batch(opened.batch_id)
    assert (batch.state, batch.broken["code"]) == (BatchState.BROKEN, "seal-not-active")
    assert {use.state for use in house.uses(opened.batch_id)} == {UseState.WAITING}
    refused(house, "seal-not-active", lambda tx: resume_batch(tx, opened.batch_id), "approver")
    with house.database.write(house.world.actor("lead")) as tx:
        set_seal_state(tx, seal, SealState.ACTIVE, "查明无误")
    with house.database.write(house.world.actor("approver")) as tx:
        resume_batch(tx, opened.batch_id or "")
    house.run()
    assert {use.state for use in house.uses(opened.batch_id)} == {UseState.SEALED}


def test_a_seal_suspended_while_a_set_is_sealed_is_put_on_nothing_more(
    house: SealHouse, monkeypatch: pytest.MonkeyPatch
):
    from app.seals.sealing.pades import Desk  # noqa: PLC0415

    opened = house.ask("出图章", house.sheets(3), "approver")
    whole, done = Desk.seal, []

    def then_suspended(desk: Desk, *given: Any) -> Any:
        done.append(whole(desk, *given))
        if len(done) == 2:
            with house.database.write(house.world.actor("lead")) as tx:
                set_seal_state(tx, house.seals["出图章"], SealState.SUSPENDED, "疑似盗用")
        return done[-1]

    monkeypatch.setattr(Desk, "seal", then_suspended)
    house.run()
    states = [use.state for use in house.uses(opened.batch_id)]
    assert states == [UseState.SEALED, UseState.WAITING, UseState.WAITING]
    assert house.batch(opened.batch_id).broken["code"] == "seal-not-active"
