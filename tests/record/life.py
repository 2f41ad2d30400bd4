"""A project in which everything of the register happened at least once, and what stands beside its bytes."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.access.actions import EndSeat, GiveSeat, HandOverSeat, end_seat, give_seat, hand_over_seat
from app.access.models import Seat
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.accounts.directory import DirectoryWriter
from app.drawings.actions.revisions import (
    MoveRevisions,
    SignRevisions,
    send_to_checking,
    sign_revisions,
    withdraw_revisions,
)
from app.drawings.models import SheetRevision
from app.drawings.rules import SignatureRole
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.ledger.publish import LedgerPublisher
from app.kernel.policy import Scope
from app.markups.actions.carries import CarryMarks, carry_marks
from app.markups.actions.imports import ImportMarks, import_marks
from app.markups.actions.marks import EditMark, TakeBackMark, edit_mark, put_back_mark, take_back_mark
from app.markups.actions.threads import (
    AssignMark,
    CommentMark,
    MoveMark,
    assign_mark,
    comment_mark,
    move_mark,
)
from app.projects.actions import (
    EVERYWHERE,
    EditProject,
    IdentifyBuilding,
    IdentifyProject,
    edit_project,
    identify_building,
    identify_project,
)
from app.projects.models import Project
from app.projects.rules import BuildingScheme, IdentifierScheme, Policy
from app.record.actions import FreezeBaseline, freeze_baseline
from app.record.flows import fresh_knowledge
from app.record.manifests import write_baseline_list, write_record_manifest
from app.record.models import Baseline
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions
from storage import ObjectStore
from tests.drawings.sheets import Upload, advance, clean, page_fields, released_sheet, take_in
from tests.markups.drawn import annotation, drawn, seen
from tests.record.change_life import change_life
from tests.record.distribution_life import distribution_life
from tests.record.questions_life import questions_life
from tests.record.review_life import review_life
from tests.world import World, make_world

DRAFT = "建施-90"
"""Number of the sheet that is only a draft."""


@dataclass
class Life:
    """The world, and its clock."""

    world: World
    clock: SteppedClock


def lived(database: Database, clock: SteppedClock, *, has_review: bool = False) -> Life:
    """Everything that writes a row of the register, through its own act; the review's too where it is asked for."""
    world = make_world(database)
    _paper(world)
    older = released_sheet(world, "建施-01")
    clock.advance(timedelta(days=3))
    newer = released_sheet(world, "建施-01")
    cancelled = released_sheet(world, "建施-02")
    with database.write(world.actor("owner")) as tx:
        clean(cancel_sheets(tx, CancelSheets(world.project_id, [cancelled], "设计变更通知单 001")))
    back = take_in(world, Upload([page_fields("建施-03")], cut=True)).revision()
    advance(world, [back], "issued")
    with database.write(world.actor("lead")) as tx:
        clean(withdraw_revisions(tx, MoveRevisions(world.project_id, [back], "withdraw")))
    _rejected_and_signed_again(world)
    _history(world)
    pair = take_in(
        world, Upload([page_fields("建施-05")]), Upload([page_fields("建施-05")], kind="dxf", name="五.dxf")
    )
    advance(world, [pair.revision()], "released", effective_at=clock.now() + timedelta(days=30))
    frozen = FreezeBaseline(world.project_id, "首次发布", known_at=fresh_knowledge(database))
    with database.write(world.actor("owner_clerk")) as tx:
        freeze_baseline(tx, frozen)
    if has_review:
        review_life(world)
        change_life(world)
        questions_life(world, newer)
        distribution_life(world)
    marks_and_threads(world, older, newer, take_in(world, Upload([page_fields(DRAFT)])).revision())
    clock.advance(timedelta(hours=1))
    return Life(world, clock)


def beside_the_bytes(database: Database, store: ObjectStore) -> None:
    """What the worker's jobs and its ledger loop write: manifests, lists, entries, names."""
    with database.read() as session:
        frozen = session.scalars(sa.select(SheetRevision.id).where(SheetRevision.frozen_at.is_not(None)))
        revisions, baselines = list(frozen), list(session.scalars(sa.select(Baseline.id)))
    for revision in revisions:
        write_record_manifest(database, store, revision)
    for baseline in baselines:
        write_baseline_list(database, store, baseline)
    LedgerPublisher(database, store).publish()
    DirectoryWriter(database, store).write()


def _paper(world: World) -> None:
    """Codes, an edited project with a policy, a seat given, handed over, ended, and one of a narrow scope."""
    database, project = world.database, world.project_id
    with database.write(world.actor("owner")) as tx:
        for code in ("2603-141124-89-05-346948", "2411-130202-89-01-637015"):
            identify_project(tx, IdentifyProject(project, IdentifierScheme.PROJECT_CODE, code))
        building = IdentifyBuilding(world.building_id, BuildingScheme.JGJ496, "A" * 27, "住建局")
        identify_building(tx, building)
        row = tx.session.get_one(Project, project)
        policy = Policy(cosign_disciplines=("struct",), number_pattern="")
        edit = EditProject(
            project, row.version, "滨河小学（二期）", "Riverside School", "滨河", "330300", "滨河路 1 号",
            "Asia/Shanghai", is_name_public=True, is_restricted=False, policy=policy,
        )  # fmt: skip
        edit_project(tx, edit)
    with database.write(SYSTEM) as tx:
        firm = world.organisations["designer"]
        world.people["newcomer"] = create_person(tx, CreatePerson("新人", "newcomer", None, firm))
    with database.write(world.actor("owner")) as tx:
        narrow = Scope(
            all_buildings=False,
            buildings=frozenset({world.building_id}),
            all_disciplines=False,
            disciplines=frozenset({"struct"}),
        )
        party = world.parties["designer"]
        given = give_seat(
            tx, GiveSeat(party, world.people["newcomer"], SeatRole.DRAFTER, narrow, None, "任命书 1 号")
        )
        tx.session.flush()
        version = tx.session.get_one(Seat, given).version
        passed = hand_over_seat(tx, HandOverSeat(given, version, world.people["lead"]))
        tx.session.flush()
        end_seat(tx, EndSeat(passed, tx.session.get_one(Seat, passed).version))
        lasting = GiveSeat(
            party, world.people["verifier"], SeatRole.COSIGNER, EVERYWHERE, tx.now + timedelta(days=900)
        )
        give_seat(tx, lasting)
    with database.write(world.actor("owner")) as tx:
        row = tx.session.get_one(Project, project)
        plain = EditProject(
            project, row.version, row.name, row.name_en, row.short_name, row.region_code, row.address,
            row.timezone, is_name_public=True, is_restricted=False, policy=Policy(),
        )  # fmt: skip
        edit_project(tx, plain)


def _rejected_and_signed_again(world: World) -> None:
    """A rejection, another person's file in the draft, a second round with a co-signature, issue."""
    project, database = world.project_id, world.database
    revision = take_in(world, Upload([page_fields("建施-04")])).revision()
    with database.write(world.actor("designer")) as tx:
        clean(send_to_checking(tx, MoveRevisions(project, [revision], "send_check")))
    refuse = SignRevisions(
        project, [revision], SignatureRole.CHECKER, is_rejection=True, comment="轴线缺标注"
    )
    with database.write(world.actor("checker")) as tx:
        clean(sign_revisions(tx, refuse))
    again = take_in(world, Upload([page_fields("建施-04", "一层平面图（改）")]), who="lead")
    assert again.revision() == revision
    advance(world, [revision], "checking")
    cosign = SignRevisions(project, [revision], SignatureRole.COSIGNER, discipline="struct")
    with database.write(world.actor("verifier")) as tx:
        clean(sign_revisions(tx, cosign))
    for who, role in (("checker", SignatureRole.CHECKER), ("verifier", SignatureRole.VERIFIER)):
        with database.write(world.actor(who)) as tx:
            clean(sign_revisions(tx, SignRevisions(project, [revision], role)))


def marks_and_threads(world: World, older: str, newer: str, draft: str) -> None:
    """Every act on marks: drawn, edited, answered, resolved, reopened, assigned, taken back, put back, carried, dropped."""
    database = world.database
    cloud, ring = (
        drawn(world, "supervisor", older),
        drawn(world, "supervisor", older, "markup_ring", colour="green"),
    )
    drawn(world, "contractor", newer, "measurement", audience="party")
    drawn(world, "checker", draft, "arrow")
    drawn(world, "supervisor", newer, "photo")
    drawn(world, "checker", draft, "photo")
    with database.write(world.actor("supervisor")) as tx:
        import_marks(tx, ImportMarks(newer, "ef" * 32, "审图意见.pdf", [annotation()]))
    view = seen(world, "supervisor", cloud)
    edit = EditMark(
        cloud, view.version, {"type": "point", "x": 1, "y": 2}, view.shape, "blue", "改", {}, "project"
    )
    with database.write(world.actor("supervisor")) as tx:
        edit_mark(tx, edit)
        assign_mark(tx, AssignMark(cloud, world.people["lead"]))
    with database.write(world.actor("lead")) as tx:
        comment_mark(tx, CommentMark(cloud, "已核实", (world.people["supervisor"],)))
        move_mark(tx, MoveMark(cloud, "answer", "见说明"))
    with database.write(world.actor("supervisor")) as tx:
        move_mark(tx, MoveMark(cloud, "resolve"))
        move_mark(tx, MoveMark(cloud, "reopen"))
        move_mark(tx, MoveMark(ring, "resolve"))
        take_back_mark(tx, TakeBackMark(ring))
        put_back_mark(tx, TakeBackMark(ring))
        clean(carry_marks(tx, CarryMarks(newer, [cloud], "confirmed")))
        clean(carry_marks(tx, CarryMarks(newer, [ring], "dropped")))
        take_back_mark(tx, TakeBackMark(ring))


def _history(world: World) -> None:
    """A sheet of the past, with its own date, in force long before it was recorded."""
    past = {"external_effective_date": "2020-05-06", "external_certificate": "TX-001", "revision": "0"}
    taken = take_in(world, Upload([page_fields("结施-01", discipline="struct")]), purpose="history",
                    who="owner_clerk", more=past)  # fmt: skip
    with world.database.write(world.actor("owner")) as tx:
        clean(release_revisions(tx, ReleaseRevisions(world.project_id, [taken.revision()])))
