"""The demonstration is the product's own story: built through the acts that people use, on a clock that has a past."""

import hashlib
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from asn1crypto import x509 as asn1_x509
from click.testing import CliRunner

from app.access.queries import rights_of
from app.accounts.factors import use_second_factor
from app.accounts.models import Person
from app.accounts.queries import people
from app.bootstrap import Services, build_services
from app.cli.demo_build import build_demo
from app.cli.demo_people import PEOPLE
from app.cli.demo_seals import SEALS
from app.cli.main import main
from app.config import Settings
from app.drawings.queries.intakes import intake_table, intakes_of
from app.drawings.queries.visibility import recorded_sheets
from app.kernel.actor import Actor, Via
from app.kernel.policy import Rights
from app.projects.queries import ProjectView, projects_of
from app.record.queries import InForce, set_in_force, settle_instants
from app.review.draws.facts import standing_of
from app.review.draws.models import ReviewDraw
from app.review.draws.protocol import draw
from app.seals.actions.seals import load_certificate
from app.seals.models import Seal, SealKeeper
from app.seals.rules import PERSONAL, Provider
from app.web.demo_accounts import demo_code_of


class _Undone(Exception):  # noqa: N818  the way out of an act that shall leave no trace
    pass


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Services:
    settings = Settings(data_dir=tmp_path_factory.mktemp("demo"), is_demo=True)
    build_demo(settings, print)
    build_demo(settings, print)  # a second start finds it there
    services = build_services(settings)
    yield services
    services.close()


def _rights(services: Services, login: str) -> Rights:
    with services.database.read() as session:
        person = session.execute(sa.select(Person.id).where(Person.login == login)).scalar_one()
        return rights_of(session, Actor(person, Via.SESSION), services.clock.now())


def _project(services: Services, rights: Rights, part: str) -> ProjectView:
    with services.database.read() as session:
        return next(p for p in projects_of(session, rights) if part in p.name)


def _set(services: Services, login: str, part: str, as_of: datetime | None) -> dict[str, InForce]:
    rights = _rights(services, login)
    project = _project(services, rights, part)
    with services.database.read() as session:
        at = settle_instants(session, now=services.clock.now(), as_of=as_of, known_at=None)
        rows = set_in_force(session, project.id, at, visible=recorded_sheets(rights))
    return {row.number: row for row in rows}


def test_the_parties_have_seals_that_their_keepers_can_use_then_and_now(demo: Services):
    room = demo.seals
    with demo.database.read() as session:
        seals = {seal.name: seal for seal in session.scalars(sa.select(Seal))}
        keepers = sa.select(SealKeeper.seal_id, Person.login).join(Person, Person.id == SealKeeper.person_id)
        kept = {(seal, login) for seal, login in session.execute(keepers)}
    assert {plan.name for plan in SEALS} == set(seals)
    school = datetime(2026, 3, 10, tzinfo=UTC)
    chain = [asn1_x509.Certificate.load(der) for der in room.trust.trust_list(demo.clock.now()).certificates]
    for plan in SEALS:
        seal = seals[plan.name]
        assert seal.valid_from < school < demo.clock.now() < seal.valid_to
        assert {login for key, login in kept if key == seal.id} == set(plan.keepers)
        sealer = room.keys.open(Provider(seal.provider), seal.key_ref, load_certificate(seal), chain)
        assert sealer.certificate.issuer in [one.subject for one in chain]
        if plan.kind in PERSONAL:
            assert kept >= {(seal.id, plan.keepers[0])}
            assert seal.holder_id is not None


def test_an_inspector_gets_the_right_issue_of_the_real_house_for_each_date(demo: Services):
    dates = {"A": (2013, 7, 20), "B": (2013, 8, 1), "C": (2013, 12, 1)}
    for label, date in dates.items():
        rows = _set(demo, "inspector", "Barber", datetime(*date, tzinfo=UTC))
        assert len(rows) == 9
        assert {r.rev_label for r in rows.values()} == {label}
    assert _set(demo, "inspector", "Barber", datetime(2013, 7, 18, tzinfo=UTC)) == {}


def test_the_school_has_a_superseded_a_new_and_a_cancelled_sheet(demo: Services):
    before = _set(demo, "contractor", "滨河", datetime(2026, 4, 1, tzinfo=UTC))
    now = _set(demo, "contractor", "滨河", None)
    assert before["建施-04"].rev_label == "A"
    assert now["建施-04"].rev_label == "B"
    assert "建施-10" in before
    assert "建施-10" not in now
    assert "建施-13" in now
    assert "建施-13" not in before
    assert not any(r.is_backdated for r in now.values())


def test_reconciliation_finds_the_faults_that_were_drawn_on_purpose(demo: Services):
    rights = _rights(demo, "designer")
    project = _project(demo, rights, "滨河")
    with demo.database.read() as session:
        first = intakes_of(session, rights, project.id)[-1]
        found = intake_table(session, rights, first.id).reconciliation
    assert [number for number, _ in found.missing] == ["结施-08"]
    assert ("二层梁平法施工图", "二层梁配筋图") in {(sheet, listed) for _, sheet, listed in found.titles}
    assert found.duplicates == ()


def test_everybody_has_a_second_factor_whose_code_the_page_shows(demo: Services):
    with demo.database.read() as session:
        everybody, now = people(session), demo.clock.now()
        shown = {p.id: demo_code_of(session, p, now) for p in everybody}
    assert len(everybody) > len(PEOPLE)
    assert None not in shown.values()
    legal = next(p for p in everybody if p.login == "legal-2")
    with pytest.raises(_Undone), demo.database.write(Actor(legal.id, Via.SESSION)) as tx:
        use_second_factor(tx, demo.factors, legal.id, shown[legal.id].code, "seal-set")
        raise _Undone


def test_one_draw_was_drawn_and_another_waits_for_a_value_that_nobody_knows(demo: Services):
    with demo.database.read() as session:
        rows = session.scalars(sa.select(ReviewDraw).order_by(ReviewDraw.announced_at)).all()
        drawn, waiting = (standing_of(session, row) for row in rows)
    assert [s.state(demo.clock.now()) for s in (drawn, waiting)] == ["drawn", "announced"]
    result = draw(drawn.row.announcement, drawn.value or "", drawn.told_shares)
    assert drawn.result is not None
    assert result.text == drawn.result.result
    # Identifiers differ from one building to the next, and with them what is drawn.
    assert set(drawn.announced.conflicts.values()) == {"seat-of owner"}


def test_every_stored_object_of_the_demonstration_is_sound(demo: Services):
    objects = list(demo.store.objects())
    assert len(objects) > 60
    assert all(demo.store.verify(sha256).ok for sha256 in objects)


def test_records_lie_beside_the_bytes(demo: Services):
    assert len(list(demo.store.names("records/"))) >= 27 + 42


def test_the_demonstration_comes_back_from_its_store_alone_to_the_byte(
    demo: Services, tmp_path: Path
) -> None:
    lost = demo.settings.data_dir
    shutil.copytree(lost / "store", tmp_path / "data" / "store")
    ask = (
        "--as",
        "inspector",
        "--as-of",
        "2026-04-01T00:00:00+08:00",
        "--known-at",
        "2026-05-01T00:00:00+08:00",
    )
    files = {}
    for folder in (tmp_path / "data", lost):
        environment = {"ONESET_DATA_DIR": str(folder), "ONESET_IS_DEMO": "1"}
        if folder != lost:
            said = CliRunner().invoke(main, ["rebuild"], env=environment)
            assert said.exit_code == 0, said.output
            assert "register and ledger agree" in said.output
            again = CliRunner().invoke(main, ["rebuild"], env=environment)
            assert again.exit_code == 1, "a second time there is something to lose"
        checked = CliRunner().invoke(main, ["fsck"], env=environment)
        assert checked.exit_code == 0, checked.output
        for part in ("Barber", "滨河"):
            project = _project(demo, _rights(demo, "inspector"), part)
            target = tmp_path / f"{part}.zip"
            command = ["export", "zip", str(target), "--project", project.id, *ask]
            done = CliRunner().invoke(main, command, env=environment)
            assert done.exit_code == 0, done.output
            files.setdefault(part, []).append(hashlib.sha256(target.read_bytes()).hexdigest())
            assert len(zipfile.ZipFile(target).namelist()) > 9
    for first, second in files.values():
        assert first == second
