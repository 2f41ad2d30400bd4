"""Sealing sets through the real acts and the real job: who may, what comes of it, what is never done twice."""

import json
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.drawings.actions.revisions import MoveRevisions, issue_revisions
from app.drawings.models import SheetRevision
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.projects.rules import Policy
from app.record.audit import audit_register
from app.record.seal_chapter import SEALS
from app.seals.actions.batches import confirm_batch, refuse_batch, resume_batch
from app.seals.actions.seals import set_seal_state
from app.seals.judging import ask_due
from app.seals.queries.standing import standing_of
from app.seals.rules import BatchState, Level, SealKind, SealState, UseState, Verdict
from app.seals.sealing import check_membership
from app.seals.sealing.manifest import read_manifest
from app.seals.verifying.jail import judge_bytes
from tests.drawings.sheets import advance
from tests.seals.seal_house import SealHouse, make_seal_house, proven

STRICT = Policy(require_seals=True)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> SealHouse:
    return make_seal_house(database, tmp_path, policy=STRICT)


def _issue(house: SealHouse, revisions: list[str]) -> dict[str, str]:
    with house.database.write(house.world.actor("approver")) as tx:
        report = issue_revisions(tx, MoveRevisions(house.world.project_id, revisions, ""))
    return {key: refusal.message.zh for key, refusal in report.refused.items()}


def test_a_set_is_sealed_in_one_act_judged_and_issued(house: SealHouse):
    revisions = house.sheets(3)
    assert all("尚无经核验的签章" in said for said in _issue(house, revisions).values())
    first = house.ask("注册章", revisions, "architect")
    assert first.report.is_clean
    house.run()
    second = house.ask("出图章", revisions, "approver", Level.LTA)
    assert second.report.is_clean
    assert all("尚缺：出图章" in said for said in _issue(house, revisions).values())
    house.run()
    assert [use.state for use in house.uses(second.batch_id)] == [UseState.SEALED] * 3
    assert house.batch(second.batch_id).state == BatchState.DONE
    with house.database.read() as session:
        for standing in standing_of(session, "revision", revisions).values():
            assert standing.kinds == {SealKind.REGISTERED, SealKind.ISSUE}
            assert standing.verdict is Verdict.VALID, standing.judgement.summary
            chain = standing.chain
            assert chain.is_ready
            assert len(chain.sealed) == 2
            base, latest = (house.content(r.sha256) for r in (chain.base, chain.latest))
            assert latest.startswith(base)
    assert _issue(house, revisions) == {}
    with house.database.read() as session:
        rows = session.scalars(sa.select(SheetRevision).where(SheetRevision.id.in_(revisions))).all()
        standing = standing_of(session, "revision", revisions)
        assert all(row.base_sha256 == standing[row.id].chain.base.sha256 for row in rows)
        assert list(audit_register(session, [SEALS])) == []


def test_a_sealed_manifest_ends_a_batch_and_proves_each_sheet(house: SealHouse, tmp_path: Path):
    revisions = house.sheets(3)
    opened = house.ask("出图章", revisions, "approver")
    house.run()
    batch = house.batch(opened.batch_id)
    paper = judge_bytes(
        house.content(batch.manifest_sha256), house.room.trust.trust_list(house.room.now()), house.room.now()
    )
    assert (paper.verdict, len(paper.seals)) == (Verdict.VALID, 1)
    tree = read_manifest(json.loads(house.content(batch.rows_sha256)))
    assert tree.root == batch.root
    assert [row.sha256 for row in tree.rows] == [use.sha256 for use in house.uses(opened.batch_id)]
    assert tree.rows[0].document == "建筑 / Architecture"
    proof, file = tmp_path / "proof.json", tmp_path / "sheet.pdf"
    proof.write_text(json.dumps(tree.proof(1)))
    file.write_bytes(house.content(tree.rows[1].sha256))
    checker = Path(check_membership.__file__)
    asked = [sys.executable, "-I", str(checker), str(proof), str(file), batch.root]
    assert subprocess.run(asked, check=False).returncode == 0
    file.write_bytes(house.content(tree.rows[0].sha256))
    assert subprocess.run(asked, check=False).returncode != 0


def test_a_sealed_sheet_outlives_its_certificate_because_it_is_renewed(house: SealHouse):
    revisions = house.sheets(1)
    house.ask("出图章", revisions, "approver", Level.LTA)
    house.run()
    clock = house.database.clock
    assert isinstance(clock, SteppedClock)
    renewed = []
    for _ in range(8):  # eight years; the certificate is good for three
        clock.advance(timedelta(days=366))
        with house.database.write(SYSTEM) as tx:
            ask_due(tx)
        house.run()
        with house.database.read() as session:
            standing = standing_of(session, "revision", revisions)[revisions[0]]
        renewed.append(len(standing.chain.sealed))
        assert standing.verdict is Verdict.VALID, (clock.now(), standing.judgement.summary)
        assert standing.kinds == {SealKind.ISSUE}
    # Until 2028 the one archive time stamp holds; its RSA key ends with that year (ETSI TS 119 312), and so do those
    # that follow it from the same service: once at each look, never again and again.
    assert renewed[:4] == [1] * 4
    assert renewed[-1] > 1
    assert all(0 <= after - before <= 1 for before, after in pairwise(renewed)), renewed
    with house.database.read() as session:
        assert list(audit_register(session, [SEALS])) == []


def test_done_again_a_batch_changes_nothing(house: SealHouse):
    from app.seals.batches.run import run_batch  # noqa: PLC0415

    revisions = house.sheets(2)
    opened = house.ask("出图章", revisions, "approver")
    house.run()
    before = [(use.sha256, use.version) for use in house.uses(opened.batch_id)]
    run_batch(house.room, opened.batch_id or "")
    assert [(use.sha256, use.version) for use in house.uses(opened.batch_id)] == before
    again = house.ask("出图章", revisions, "approver")
    assert again.batch_id is None
    assert {r.code for r in again.report.refused.values()} == {"seal-already-on"}


@pytest.mark.parametrize(
    ("seal", "who", "code"),
    [
        ("出图章", "lead", "seal-not-keeper"),
        ("审图章", "approver", "seal-not-keeper"),
        ("出图章", "designer", "seal-not-keeper"),
        ("出图章", "checker", "seal-not-keeper"),
        ("审图章", "legal", "not-found"),
    ],
)
def test_only_a_keeper_with_a_seat_may(house: SealHouse, seal: str, who: str, code: str):
    revisions = house.sheets(1)
    try:
        opened = house.ask(seal, revisions, who)
        found = {r.code for r in opened.report.refused.values()}
        assert opened.batch_id is None
    except Refused as refusal:
        found = {refusal.code}
    assert found == {code}


def test_a_seal_that_is_suspended_or_run_out_is_not_used(house: SealHouse):
    revisions = house.sheets(1)
    with house.database.write(house.world.actor("lead")) as tx:
        set_seal_state(tx, house.seals["出图章"], SealState.SUSPENDED, "换人")
    with pytest.raises(Refused, match="seal-not-active"):
        house.ask("出图章", revisions, "approver")
    house.database.clock.advance(timedelta(days=4 * 365))  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="seal-certificate-period"):
        house.ask("注册章", revisions, "architect")


def test_only_the_officer_of_the_firm_administers(house: SealHouse):
    for who in ("approver", "review_lead", "owner"):
        with (
            pytest.raises(Refused, match="seal-not-officer"),
            house.database.write(house.world.actor(who)) as tx,
        ):
            set_seal_state(tx, house.seals["出图章"], SealState.REVOKED, "试试")


def test_where_two_are_asked_for_one_is_not_enough(house: SealHouse):
    world = house.world
    house.new_seal("公章双人", SealKind.ISSUE, "designer", "lead", "approver", needs_two=True)
    with house.database.write(world.actor("lead")) as tx:
        from app.seals.actions.seals import name_keeper  # noqa: PLC0415

        name_keeper(tx, house.seals["公章双人"], world.people["lead"])
    revisions = house.sheets(2)
    opened = house.ask("公章双人", revisions[:1], "approver")
    assert house.run() == 0
    assert house.batch(opened.batch_id).state == BatchState.ASKED
    with (
        pytest.raises(Refused, match="seal-same-keeper"),
        house.database.write(world.actor("approver")) as tx,
    ):
        confirm_batch(tx, opened.batch_id or "", proven)
    with pytest.raises(Refused, match="not-found"), house.database.write(world.actor("checker")) as tx:
        confirm_batch(tx, opened.batch_id or "", proven)
    with house.database.write(world.actor("lead")) as tx:
        confirm_batch(tx, opened.batch_id or "", proven)
    house.run()
    assert house.uses(opened.batch_id)[0].state == UseState.SEALED
    other = house.ask("公章双人", revisions[1:], "approver")
    with house.database.write(world.actor("lead")) as tx:
        refuse_batch(tx, other.batch_id or "")
    assert house.uses(other.batch_id)[0].state == UseState.REFUSED
    with pytest.raises(Refused, match="seal-batch-state"), house.database.write(world.actor("lead")) as tx:
        confirm_batch(tx, other.batch_id or "", proven)


def test_a_key_that_is_gone_breaks_the_batch_off_and_it_is_taken_up_again(house: SealHouse):
    revisions = house.sheets(2)
    opened = house.ask("出图章", revisions, "approver")
    keys = house.folder / "authority" / "keys"
    keys.rename(house.folder / "away")
    house.run()
    batch = house.batch(opened.batch_id)
    assert (batch.state, batch.broken["code"]) == (BatchState.BROKEN, "seal-key-unusable")
    assert {use.state for use in house.uses(opened.batch_id)} == {UseState.WAITING}
    (house.folder / "away").rename(keys)
    with house.database.write(house.world.actor("approver")) as tx:
        resume_batch(tx, opened.batch_id or "")
    house.run()
    assert {use.state for use in house.uses(opened.batch_id)} == {UseState.SEALED}
    assert house.batch(opened.batch_id).state == BatchState.DONE


def test_a_sheet_without_room_is_told_and_the_others_are_sealed(house: SealHouse):
    from tests.seals.seal_house import take_in_pdfs  # noqa: PLC0415
    from tests.seals.sealing_set import sheet  # noqa: PLC0415

    full = sheet(house.folder / "full.pdf", content=b"0 0 2384 1684 re f").read_bytes()
    revisions = take_in_pdfs(house, [house.pdf(1), full], "signed")
    opened = house.ask("出图章", revisions, "approver")
    house.run()
    done, refused = house.uses(opened.batch_id)
    assert (done.state, refused.state) == (UseState.SEALED, UseState.REFUSED)
    assert refused.refusal["code"] == "seal-no-room"
    assert house.batch(opened.batch_id).state == BatchState.DONE


def test_a_frozen_sheet_without_seals_is_not_sealed_afterwards(database: Database, tmp_path: Path):
    house = make_seal_house(database, tmp_path)
    revisions = house.sheets(1, "issued")
    opened = house.ask("出图章", revisions, "approver")
    assert {r.code for r in opened.report.refused.values()} == {"seal-base-frozen"}


def test_history_and_drafts(house: SealHouse):
    draft = house.sheets(1, "draft")
    opened = house.ask("出图章", draft, "approver")
    assert {r.code for r in opened.report.refused.values()} <= {"seal-wrong-state", "not-found", "forbidden"}
    advance(house.world, draft, "checking")
    opened = house.ask("出图章", draft, "approver")
    assert {r.code for r in opened.report.refused.values()} == {"guard-failed"}
