"""Law 10: the database is lost, the store is there; the register comes back and gives the same answers."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.bootstrap import CHAPTERS
from app.changes.replay import CHANGES
from app.cli.fsck import audit_rows
from app.drawings.models import SheetRevision
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.db.types import Base
from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.publish import published_head
from app.kernel.ledger.sequence import sequence
from app.questions.replay import QUESTIONS
from app.record.models import RecordFact
from app.record.queries import (
    Instants,
    base_history,
    baseline_by_id,
    baselines_of,
    moments,
    set_in_force,
    settle_instants,
)
from app.record.rebuilding import ABSENT_NAME, CannotRebuild, rebuild_register
from app.review.replay import REVIEW
from storage.memory import MemoryStore
from tests.drawings.sheets import released_sheet
from tests.peers import postgres
from tests.record.life import DRAFT, Life, beside_the_bytes, lived


@pytest.fixture
def life(database: Database, clock: SteppedClock, request: pytest.FixtureRequest) -> Life:
    """With the review only in the test that compares every row: it is two thirds of the acts."""
    return lived(database, clock, has_review="every_row" in request.node.name)


@pytest.fixture
def store(life: Life) -> MemoryStore:
    kept = MemoryStore()
    for _ in range(3):
        sequence(life.world.database, life.clock)
    beside_the_bytes(life.world.database, kept)
    return kept


@contextmanager
def fresh(kind: str, folder: Path, template: Path, clock: SteppedClock) -> Iterator[Database]:
    """An empty, migrated database."""
    if kind == "sqlite":
        path = folder / "rebuilt.db"
        shutil.copy(template, path)
        opened = Database(f"sqlite:///{path}", clock)
        yield opened
        opened.dispose()
        return
    url = postgres.new_database()
    opened = Database(url, clock)
    yield opened
    opened.dispose()
    postgres.drop_database(url)


@pytest.fixture
def empty(
    database: Database, tmp_path: Path, sqlite_template: Path, clock: SteppedClock
) -> Iterator[Database]:
    """An empty database of the lost one's kind."""
    with fresh("sqlite" if database.is_sqlite else "postgresql", tmp_path, sqlite_template, clock) as opened:
        yield opened


@pytest.fixture
def other(
    database: Database, tmp_path: Path, sqlite_template: Path, clock: SteppedClock
) -> Iterator[Database]:
    """An empty database of the other kind."""
    with fresh("postgresql" if database.is_sqlite else "sqlite", tmp_path, sqlite_template, clock) as opened:
        yield opened


def answers(database: Database, project_id: str, clock: SteppedClock) -> dict[str, Any]:
    """What the record says, at every instant that matters and at every knowledge."""
    with database.read() as session:
        recorded = sorted(set(session.scalars(sa.select(LedgerEntry.recorded_at))))[::9]
        effects = sorted(set(session.scalars(sa.select(RecordFact.effective_at))))
        told = {
            (as_of, known): set_in_force(session, project_id, at, with_void=True)
            for as_of in (*effects, *(e - timedelta(seconds=1) for e in effects))
            for known in (*recorded, None)
            for at in [Instants(as_of, known or clock.now(), is_now=known is None)]
        }
        sheets = set(session.scalars(sa.select(RecordFact.sheet_id)))
        frozen = [baseline_by_id(session, b.id) for b in baselines_of(session, project_id)]
        return {
            "sets": told,
            "histories": {s: base_history(session, s) for s in sheets},
            "moments": moments(session, project_id),
            "baselines": frozen,
        }


def rows(database: Database, name: str, *leave_out: str) -> list[dict[str, Any]]:
    """A table's rows as values without some columns, in an order of their own."""
    with database.read() as session:
        found = [dict(r) for r in session.execute(sa.select(Base.metadata.tables[name])).mappings()]
    kept = [{k: v for k, v in row.items() if k not in leave_out} for row in found]
    return sorted(kept, key=lambda row: json.dumps(row, default=str, sort_keys=True))


@pytest.mark.peers
def test_the_record_gives_the_same_answers_in_a_database_of_the_other_kind(
    life: Life, store: MemoryStore, other: Database
) -> None:
    before = answers(life.world.database, life.world.project_id, life.clock)
    rebuilt = rebuild_register(other, store, life.clock, CHAPTERS)
    assert rebuilt.problems == []
    assert [line.split()[0] for line in rebuilt.left_out] == ["建施-04", DRAFT]
    after = answers(other, life.world.project_id, life.clock)
    assert before["sets"].keys() <= after["sets"].keys()
    assert {k: after["sets"][k] for k in before["sets"]} == before["sets"]
    assert any(before["sets"].values())
    for name in ("histories", "moments", "baselines"):
        assert after[name] == before[name]
        assert after[name]


TABLES: dict[str, tuple[str, ...]] = {
    "organisations": ("version",),
    "people": ("password_hash", "password_by", "password_at", "created_at", "version"),
    "projects": ("version",),
    "project_identifiers": (),
    "buildings": ("version",),
    "building_identifiers": (),
    "parties": ("version",),
    "seats": ("version",),
    "record_facts": ("id",),
    "slip_effects": ("id",),
    "baselines": (),
    "baseline_items": (),
    "markup_comments": (),
    "markup_carries": (),
    **{
        str(table.model.__tablename__): ("version",)
        for table in (*REVIEW.tables, *CHANGES.tables, *QUESTIONS.tables)
    },
}


def test_every_row_of_the_register_comes_back_as_it_was(
    life: Life, store: MemoryStore, empty: Database
) -> None:
    rebuild_register(empty, store, life.clock, CHAPTERS)
    for table, leave_out in TABLES.items():
        old, new = (rows(d, table, *leave_out) for d in (life.world.database, empty))
        assert old == new, table
        assert old, table
    frozen = {r["id"] for r in rows(life.world.database, "sheet_revisions") if r["frozen_at"] is not None}
    for table, key in (
        ("sheet_revisions", "id"),
        ("renditions", "owner_id"),
        ("revision_signatures", "revision_id"),
        ("markups", "revision_id"),
    ):
        old, new = (rows(d, table, "version", "title_block") for d in (life.world.database, empty))
        assert [r for r in old if r[key] in frozen] == new, table
        assert new, table


def test_a_rebuilt_register_agrees_with_its_ledger_and_goes_on(
    life: Life, store: MemoryStore, empty: Database
) -> None:
    rebuild_register(empty, store, life.clock, CHAPTERS)
    assert audit_rows(empty).faults == []
    life.world.database = empty
    revision = released_sheet(life.world, "建施-01")
    for _ in range(3):
        sequence(empty, life.clock)
    with empty.read() as session:
        now = settle_instants(session, now=life.clock.now(), as_of=None, known_at=None)
        holding = {row.revision_id for row in set_in_force(session, life.world.project_id, now)}
        labels = session.scalars(sa.select(SheetRevision.rev_seq).where(SheetRevision.id == revision)).all()
    assert revision in holding
    assert list(labels) == [3]
    assert audit_rows(empty).faults == []


def test_entries_after_the_rebuild_follow_the_published_ones_in_one_tree(
    life: Life, store: MemoryStore, empty: Database
) -> None:
    before = published_head(store)
    rebuild_register(empty, store, life.clock, CHAPTERS)
    beside_the_bytes(empty, store)
    after = published_head(store)
    assert after.size == before.size + 1
    assert after.root != before.root


def test_a_store_that_lost_a_manifest_says_which_sheet_it_was(
    life: Life, store: MemoryStore, empty: Database
) -> None:
    del life
    lost = min(k for k in store.names("records/") if k.endswith(".json"))
    del store._named[lost]
    rebuilt = rebuild_register(empty, store, SteppedClock(empty.clock.now()), CHAPTERS)
    assert len(rebuilt.problems) == 1
    assert "清单" in rebuilt.problems[0]
    assert {f.check for f in audit_rows(empty).faults} == {"rendition"}


def test_without_the_directory_people_have_no_names_and_cannot_sign_in(
    life: Life, store: MemoryStore, empty: Database
) -> None:
    store.delete_named("directory")
    rebuilt = rebuild_register(empty, store, life.clock, CHAPTERS)
    assert rebuilt.problems == []
    people = rows(empty, "people")
    assert {p["name"] for p in people} == {ABSENT_NAME}
    assert not any(p["is_active"] for p in people)


def test_a_ledger_with_a_changed_or_missing_entry_is_not_rebuilt_from(
    life: Life, store: MemoryStore, empty: Database
) -> None:
    key = published_head(store).key
    whole = store.read_named(key)
    changed = whole.replace(b'"person"', b'"parson"', 1)
    assert changed != whole
    for damaged in (changed, whole.split(b"\n", 1)[1], b""):
        store.write_named(key, damaged)
        with pytest.raises(CannotRebuild):
            rebuild_register(empty, store, life.clock, CHAPTERS)
        assert rows(empty, "projects") == [], "nothing is kept of a rebuild that failed"
    store.write_named(key, whole)
    assert rebuild_register(empty, store, life.clock, CHAPTERS).problems == []


def test_a_database_that_is_not_empty_is_left_alone(life: Life, store: MemoryStore) -> None:
    with pytest.raises(CannotRebuild):
        rebuild_register(life.world.database, store, life.clock, CHAPTERS)


def test_an_empty_store_is_said_to_be_empty(empty: Database, clock: SteppedClock) -> None:
    with pytest.raises(CannotRebuild):
        rebuild_register(empty, MemoryStore(), clock, CHAPTERS)
