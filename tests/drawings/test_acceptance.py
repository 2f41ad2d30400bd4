"""From uploaded files to revisions."""

import pytest
import sqlalchemy as sa

from app.access.actions import GiveSeat, JoinParty, give_seat, join_party
from app.access.rules import PartyRole, SeatRole
from app.drawings.actions.acceptance import default_label
from app.drawings.actions.intake import (
    CorrectRow,
    NoteReading,
    OpenIntake,
    ReceiveFile,
    close_intake,
    correct_row,
    note_reading,
    open_intake,
    receive_file,
)
from app.drawings.intake_models import IntakeFile, IntakeSheet
from app.drawings.models import Sheet, SheetRevision
from app.drawings.rules import FileState
from app.files.models import Rendition
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.projects.actions import EVERYWHERE
from app.projects.rules import Policy
from app.release.actions import ReleaseRevisions, release_revisions
from tests.drawings.sheets import Upload, accept_all, advance, digests, page_fields, take_in, upload
from tests.world import World, make_world


def _codes(taken) -> list[str]:
    return [r.code for r in taken.report.refused.values()]


def _count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _row(database: Database, revision: str) -> SheetRevision:
    with database.read() as session:
        return session.get_one(SheetRevision, revision)


@pytest.mark.parametrize("order", [("pdf", "dxf"), ("dxf", "pdf")])
def test_a_pdf_and_a_dxf_of_one_number_are_one_revision(database: Database, order: tuple[str, str]):
    world = make_world(database)
    files = [Upload([page_fields("建施-01", f"来自 {kind}")], kind, content=kind) for kind in order]
    taken = take_in(world, *files)
    assert taken.report.is_clean
    assert taken.revision(0) == taken.revision(1)
    assert _row(database, taken.revision()).title == "来自 pdf"
    advance(world, [taken.revision()], "issued")
    assert _row(database, taken.revision()).base_sha256 == digests("pdf").sha256


def test_two_pdfs_of_one_number_in_one_batch_are_a_duplicate(database: Database):
    world = make_world(database)
    taken = take_in(
        world, Upload([page_fields("建施-01"), page_fields("建施－０１"), page_fields("建施-02")], cut=True)
    )
    assert _codes(taken) == ["duplicate-number"]
    assert (_count(database, Sheet), _count(database, SheetRevision)) == (2, 2)


def test_the_same_bytes_are_not_a_new_revision(database: Database):
    world = make_world(database)
    file = Upload([page_fields("建施-01")], content="same")
    take_in(world, file)
    assert _codes(take_in(world, file)) == ["same-bytes"]


def test_new_bytes_refill_a_draft_and_follow_what_was_issued(database: Database):
    world = make_world(database)
    first = take_in(world, Upload([page_fields("建施-01", "旧")])).revision()
    assert take_in(world, Upload([page_fields("建施-01", "新")])).revision() == first
    assert _row(database, first).title == "新"
    advance(world, [first], "checking")
    assert _codes(take_in(world, Upload([page_fields("建施-01")]))) == ["revision-under-way"]
    with database.plumbing() as session:
        session.get_one(SheetRevision, first).state = "issued"
    second = take_in(world, Upload([page_fields("建施-01")])).revision()
    assert (_row(database, second).rev_seq, _row(database, second).rev_label) == (2, "B")


def test_nobody_writes_into_another_partys_draft(database: Database):
    world = make_world(database)
    with database.write(world.actor("owner")) as tx:
        party = join_party(
            tx, JoinParty(world.project_id, world.organisations["stranger"], PartyRole.SPECIALIST_DESIGNER)
        )
        give_seat(tx, GiveSeat(party, world.people["stranger"], SeatRole.DRAFTER, EVERYWHERE))
    first = take_in(world, Upload([page_fields("建施-01", "设计院")])).revision()
    for who, purpose in (("stranger", "design"), ("owner", "history")):
        taken = take_in(world, Upload([page_fields("建施-01", "别人")]), who=who, purpose=purpose)
        assert _codes(taken) == ["revision-under-way"]
    row = _row(database, first)
    assert (row.title, row.state, row.base_sha256) == ("设计院", "draft", None)
    assert _count(database, Rendition) == 1


def test_sheets_of_two_buildings_or_disciplines_may_share_a_number(database: Database):
    world = make_world(database)
    take_in(world, Upload([page_fields("01")]), building_id=world.building_id)
    take_in(world, Upload([page_fields("01")]))
    take_in(world, Upload([page_fields("01", discipline="elec")]))
    assert _count(database, Sheet) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        page_fields(""), page_fields("A-1", ""), page_fields("A-1", discipline=""), page_fields("9" * 81),
        page_fields("A-1", "长" * 301), page_fields("A-1", scale="1:" + "0" * 100), page_fields("A-1", discipline="mystery"),
        page_fields("A-1", revision="r" * 31), page_fields("A-1", stage="someday"), page_fields("ΐ" * 50),
    ],
)  # fmt: skip
def test_a_row_that_the_register_cannot_hold_is_refused_and_the_others_are_taken(
    database: Database, wrong: dict[str, str]
):
    world = make_world(database)
    taken = take_in(world, Upload([wrong, page_fields("建施-09")], cut=True))
    assert _codes(taken) == ["invalid-input"]
    assert len(taken.report.done) == 1


def test_numbers_follow_the_projects_pattern(database: Database):
    world = make_world(database, policy=Policy(number_pattern=r"[建结]施-\d{2}"))
    taken = take_in(
        world, Upload([page_fields("建施-01"), page_fields("建施-1"), page_fields("x建施-01")], cut=True)
    )
    assert _codes(taken) == ["invalid-input"] * 2


def test_a_pattern_that_would_take_for_ever_refuses_the_row_and_says_where_to_simplify_it(database: Database):
    world = make_world(database, policy=Policy(number_pattern="建施-(?:a|b|ab)*!"))
    taken = take_in(world, Upload([page_fields("建施-" + "ab" * 30)]))
    (refusal,) = taken.report.refused.values()
    assert refusal.code == "invalid-input"
    assert "过于复杂" in str(refusal.message)


def test_history_arrives_issued_with_its_claims_and_takes_effect_on_its_date(database: Database):
    world = make_world(database)
    claims = {"external_effective_date": "2021-05-06", "external_certificate": "审-7"}
    file = Upload([page_fields("建施-01")], content="old")
    taken = take_in(
        world, file, Upload([page_fields("建施-01")], "dxf"), who="owner", purpose="history", more=claims
    )
    row = _row(database, taken.revision())
    assert (row.state, row.origin, row.base_sha256) == ("issued", "history", digests("old").sha256)
    assert row.external == claims
    with database.write(world.actor("owner")) as tx:
        assert release_revisions(tx, ReleaseRevisions(world.project_id, [row.id])).is_clean
    with database.read() as session:
        effective, backdated = session.execute(
            sa.text("select effective_at, is_backdated from record_facts")
        ).one()
    assert effective == 1_620_230_400_000_000  # 2021-05-06 00:00 in Shanghai
    assert backdated


def test_history_without_a_date_cannot_be_released(database: Database):
    world = make_world(database)
    taken = take_in(world, Upload([page_fields("建施-01")]), who="owner", purpose="history")
    with database.write(world.actor("owner")) as tx:
        report = release_revisions(tx, ReleaseRevisions(world.project_id, [taken.revision()]))
    assert [r.code for r in report.refused.values()] == ["invalid-input"]


def _open(world: World, who: str = "designer") -> str:
    with world.database.write(world.actor(who)) as tx:
        return open_intake(tx, OpenIntake(world.project_id))


def test_an_upload_finished_twice_is_one_file_even_when_the_batch_was_closed_between(database: Database):
    world = make_world(database)
    intake = _open(world)
    fact = digests("x")
    command = ReceiveFile(intake, "a.pdf", fact.sha256, fact.sm3, fact.size, "0" * 20)
    for _ in range(2):
        with database.write(world.actor("designer")) as tx:
            assert receive_file(tx, command) == "0" * 20
    with database.write(world.actor("designer")) as tx:
        close_intake(tx, intake)
    with database.write(world.actor("designer")) as tx:
        assert receive_file(tx, command) == "0" * 20
    with pytest.raises(Refused) as refused:
        upload(world, intake, "designer", Upload([]))
    assert refused.value.code == "intake-closed"
    assert _count(database, IntakeFile) == 1


def test_reading_a_file_twice_changes_nothing(database: Database):
    world = make_world(database)
    intake = _open(world)
    file = upload(world, intake, "designer", Upload([page_fields("A-1")]))
    with database.write(SYSTEM) as tx:
        note_reading(tx, NoteReading(file, FileState.REFUSED, reason="late"))
    with database.read() as session:
        assert session.get_one(IntakeFile, file).state == FileState.READY
    assert _count(database, IntakeSheet) == 1


def test_text_that_no_database_holds_does_not_stop_a_file(database: Database):
    """PDF text may hold NUL and halves of surrogate pairs; PostgreSQL refuses both."""
    world = make_world(database)
    intake = _open(world)
    upload(world, intake, "designer", Upload([page_fields("A\0-1\ud800", "题\0")], name="a\0\udc80.pdf"))
    taken = accept_all(world, intake, "designer")
    assert taken.report.is_clean
    with database.read() as session:
        assert session.execute(sa.select(Sheet.number)).scalar_one() == "A-1"
        assert session.execute(sa.select(IntakeFile.name)).scalar_one() == "a.pdf"


def test_accepting_twice_makes_nothing_twice(database: Database):
    world = make_world(database)
    taken = take_in(world, Upload([page_fields("A-1")]))
    again = accept_again(world, taken)
    assert [r.code for r in again.refused.values()] == ["not-found"]
    assert _count(database, SheetRevision) == 1


def accept_again(world: World, taken):
    from app.drawings.actions.acceptance import AcceptRows, accept_rows  # noqa: PLC0415

    with world.database.write(world.actor("designer")) as tx:
        return accept_rows(tx, AcceptRows(taken.intake_id, taken.rows))


def test_foreign_batches_do_not_exist_and_those_without_the_right_are_told(database: Database):
    world = make_world(database)
    intake = _open(world)
    for who, code in (
        ("stranger", "not-found"),
        ("contractor", "not-found"),
        ("owner", "not-found"),
        ("checker", "forbidden"),
    ):
        with pytest.raises(Refused) as refused:
            upload(world, intake, who, Upload([]))
        assert refused.value.code == code, who
    for who in ("contractor", "reviewer", "admin", "stranger"):
        with pytest.raises(Refused):
            _open(world, who)


def test_a_correction_over_somebody_elses_is_refused(database: Database):
    world = make_world(database)
    intake = _open(world)
    upload(world, intake, "designer", Upload([page_fields("A-1")]))
    with database.read() as session:
        row = session.execute(sa.select(IntakeSheet)).scalar_one()
    for values, code in (({"number": "A-2"}, None), ({"number": "A-3"}, "stale-version")):
        try:
            with database.write(world.actor("designer")) as tx:
                correct_row(tx, CorrectRow(row.id, row.version, values))
            outcome = None
        except Refused as refusal:
            outcome = refusal.code
        assert outcome == code


def test_labels_go_on_after_z():
    assert [default_label(n) for n in (1, 2, 26, 27, 52, 53, 702, 703)] == [
        "A",
        "B",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
