"""A house with seals for tests: institute and agency have seals, real sheets lie in a real store, jobs run here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import sqlalchemy as sa

from app.access.actions import GiveSeat, give_seat
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.drawings.actions.intake import (
    NoteReading,
    OpenIntake,
    ReadPage,
    ReceiveFile,
    note_reading,
    open_intake,
    receive_file,
)
from app.drawings.actions.sealing import SealRevisions, seal_revisions
from app.drawings.rules import FileState
from app.files.derived import DerivedFiles
from app.files.local_copies import LocalCopies
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database, Tx
from app.kernel.outbox import Job, JobState
from app.projects.actions import EVERYWHERE
from app.projects.rules import Policy
from app.seals.actions.batches import Opened
from app.seals.actions.officers import AppointOfficer, appoint_officer
from app.seals.actions.seals import RegisterSeal, name_keeper, register_seal
from app.seals.batches.run import run_batch
from app.seals.cupboard import KeyCupboard
from app.seals.demo_house import DemoHouse
from app.seals.judging import judge_stored
from app.seals.models import SealBatch, SealUse
from app.seals.room import SealRoom
from app.seals.rules import Cause, Level, Provider, SealKind
from app.seals.trusting import TrustFolder
from storage import open_store
from tests.drawings.sheets import accept_all, advance, page_fields
from tests.seals.sealing_set import sheet
from tests.world import World, make_world

FIRM = {"name": "一套图演示建筑设计院", "line": "出图专用章", "code": "3301060123456"}
AGENCY = {"name": "一套图演示审图中心", "line": "审图专用章", "code": "3301060654321"}
PERSON = {
    "title": "中华人民共和国一级注册建筑师",
    "rows": [
        ["姓名", "张三"],
        ["注册号", "3300123-001"],
        ["单位", "一套图演示设计院"],
        ["有效期", "2027-12"],
    ],
}


def proven(tx: Tx, purpose: str) -> None:
    """A second factor that is always right."""
    del tx, purpose


@dataclass
class SealHouse:
    """What tests of seals work in."""

    world: World
    room: SealRoom
    demo: DemoHouse
    folder: Path
    seals: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The database."""
        return self.world.database

    def officer(self, party: str, person: str) -> None:
        """Appoint a person of a party's organisation."""
        world = self.world
        with self.database.write(SYSTEM) as tx:
            appoint_officer(
                tx, AppointOfficer(world.organisations[party], world.people[person], "任命书 2024-1")
            )

    def new_seal(self, name: str, kind: SealKind, party: str, officer: str, keeper: str, **more: Any) -> str:
        """Register a seal with a key of the demonstration, kept by one person."""
        world = self.world
        personal = kind in {SealKind.REGISTERED, SealKind.PERSON}
        made = self.demo.issue(name, f"{party} 单位")
        picture = PERSON if personal else AGENCY if kind is SealKind.REVIEW else FIRM
        command = RegisterSeal(
            world.organisations[party],
            kind,
            name,
            Provider.DEMO,
            made.key_ref,
            made.certificate.dump(),
            picture,
            holder_id=world.people[keeper] if personal else None,
            **more,
        )
        with self.database.write(world.actor(officer)) as tx:
            seal = register_seal(tx, command)
            name_keeper(tx, seal, world.people[keeper])
        self.seals[name] = seal
        return seal

    def sheets(self, count: int, to: str = "signed", **more: Any) -> list[str]:
        """New sheets with real PDFs in the store; returns their revisions."""
        return take_in_pdfs(self, [self.pdf(n) for n in range(count)], to, **more)

    def pdf(self, number: int) -> bytes:
        """A small sheet that is like no other."""
        content = f"2 w 60 60 2260 1560 re S {100 + number} 400 300 200 re S".encode()
        return sheet(self.folder / "made.pdf", content=content).read_bytes()

    def ask(self, seal: str, revisions: Sequence[str], who: str, level: Level = Level.B) -> Opened:
        """A person decides to seal."""
        command = SealRevisions(self.world.project_id, revisions, self.seals[seal], level)
        with self.database.write(self.world.actor(who)) as tx:
            return seal_revisions(tx, command, proven)

    def run(self) -> int:
        """Do all sealing and judging jobs that are ready; returns how many."""
        done = 0
        while True:
            with self.database.read() as session:
                query = sa.select(Job).where(
                    Job.state == JobState.READY, Job.kind.in_(("seal_batch", "judge_file"))
                )
                job = session.scalars(query.order_by(Job.id).limit(1)).one_or_none()
            if job is None:
                return done
            if job.kind == "seal_batch":
                commit = run_batch(self.room, job.payload["batch_id"])
            else:
                said = job.payload
                commit = judge_stored(self.room, said["sha256"], Cause(said["cause"]), said["project_id"])
            with self.database.write(SYSTEM) as tx:
                tx.session.execute(sa.update(Job).where(Job.id == job.id).values(state=JobState.DONE))
                commit(tx)
            done += 1

    def uses(self, batch_id: str | None) -> list[SealUse]:
        """The documents of a batch."""
        with self.database.read() as session:
            query = sa.select(SealUse).where(SealUse.batch_id == batch_id).order_by(SealUse.place)
            return list(session.scalars(query))

    def batch(self, batch_id: str | None) -> SealBatch:
        """A batch."""
        with self.database.read() as session:
            return session.get_one(SealBatch, batch_id)

    def content(self, sha256: str) -> bytes:
        """Stored bytes."""
        return b"".join(self.room.store.read(sha256))


def take_in_pdfs(house: SealHouse, contents: Sequence[bytes], to: str, discipline: str = "arch") -> list[str]:
    """Take in real PDFs, one sheet each, and move them along."""
    world = house.world
    with world.database.write(world.actor("designer")) as tx:
        intake = open_intake(tx, OpenIntake(world.project_id, "一批图", "design", None))
    began = len(house.seals) * 1000 + _count(world.database)
    for n, content in enumerate(contents):
        stored = house.room.store.put([content])
        fact = ReceiveFile(intake, f"图{began + n}.pdf", stored.sha256, stored.sm3, stored.size)
        with world.database.write(world.actor("designer")) as tx:
            file_id = receive_file(tx, fact)
        fields = page_fields(f"建施-{began + n + 1:03d}", discipline=discipline)
        read = {k: {"value": v, "source": "block", "confidence": 0.9, "box": None} for k, v in fields.items()}
        page = ReadPage(
            page=0, read=read, width_um=841_000, height_um=594_000, paper="A1", block_box=None,
            completeness="complete", problems=(), pdf=None,
        )  # fmt: skip
        with world.database.write(SYSTEM) as tx:
            note_reading(tx, NoteReading(file_id, FileState.READY, "pdf", pages=[page]))
    taken = accept_all(world, intake, "designer")
    for refusal in taken.report.refused.values():
        raise refusal
    revisions = [taken.revisions[row] for row in taken.rows]
    if to != "draft":
        advance(world, revisions, to)
    return revisions


def _count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(sa.text("select count(*) from sheets")) or 0


def room_of(database: Database, folder: Path) -> SealRoom:
    """The room of a folder: the same store, keys and authority for every process that opens it."""
    store = open_store(f"file://{folder / 'store'}")
    demo = DemoHouse(folder / "authority", database.clock.now)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return SealRoom(
        database=database,
        store=store,
        copies=LocalCopies(store, DerivedFiles(store), folder / "copies"),
        scratch=scratch,
        keys=KeyCupboard(demo),
        trust=TrustFolder(folder / "trust", demo),
        evidence=demo.evidence,
        level=Level.B,
    )


def make_seal_house(database: Database, folder: Path, *, policy: Policy | None = None) -> SealHouse:
    """A world with a store and the demonstration's authority; the institute has an issue seal and a registered one."""
    world = make_world(database, policy=policy)
    room = room_of(database, folder)
    demo = room.keys.demo
    assert demo is not None
    return furnished(SealHouse(world, room, demo, folder))


def furnished(house: SealHouse) -> SealHouse:
    """Officers, keepers and seals of institute and agency."""
    _seat_registered(house.world)
    house.officer("designer", "lead")
    house.officer("reviewer", "review_lead")
    house.new_seal("出图章", SealKind.ISSUE, "designer", "lead", "approver")
    house.new_seal("注册章", SealKind.REGISTERED, "designer", "lead", "architect")
    house.new_seal("审图章", SealKind.REVIEW, "reviewer", "review_lead", "legal")
    return house


def _seat_registered(world: World) -> None:
    with world.database.write(SYSTEM) as tx:
        person = CreatePerson("architect", "architect", None, world.organisations["designer"])
        world.people["architect"] = create_person(tx, person)
    with world.database.write(world.actor("owner")) as tx:
        seat = GiveSeat(
            world.parties["designer"], world.people["architect"], SeatRole.REGISTERED_PERSON, EVERYWHERE
        )
        give_seat(tx, seat)


def pages_of(content: bytes, folder: Path) -> int:
    """Pages of a PDF."""
    path = folder / "pages.pdf"
    path.write_bytes(content)
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)
