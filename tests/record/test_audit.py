"""Whatever is changed, removed or added behind the ledger's back, ``fsck`` names it (SECURITY 3, 16)."""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.bootstrap import CHAPTERS
from app.changes.models import ChangeDocument, ChangePaper, ChangeSheet
from app.changes.replay import CHANGES
from app.distribution.replay import DISTRIBUTION
from app.drawings.models import Sheet, SheetRevision
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.db.types import Base
from app.kernel.ledger.audit import every_entry
from app.markups.models import Markup, MarkupCarry, MarkupPhoto
from app.questions.replay import QUESTIONS
from app.record.audit import audit_register
from app.record.replay import Replay
from app.review.draws.models import DrawEnd, DrawResult, DrawReveal, DrawShare, DrawValue, ReviewDraw
from app.review.models import CertificateEnd, ReviewCertificate
from app.review.paper_models import ReviewPaper
from app.review.replay import REVIEW
from tests.conftest import START
from tests.record.life import lived

SUBJECTS = (*REVIEW.tables, *CHANGES.tables, *QUESTIONS.tables, *DISTRIBUTION.tables)
"""Tables whose entries carry whole rows."""
TOLD: dict[str, str] = {
    "organisations": "organisations",
    "projects": "projects",
    "project_identifiers": "project_identifiers",
    "buildings": "buildings",
    "building_identifiers": "building_identifiers",
    "parties": "parties",
    "seats": "seats",
    "sheets": "sheets",
    "sheet_revisions": "revisions",
    "revision_signatures": "signatures",
    "record_facts": "facts",
    "slip_effects": "effects",
    "baselines": "baselines",
    "markups": "markups",
    "markup_comments": "markup_comments",
    "markup_photos": "markup_photos",
    "markup_carries": "markup_carries",
    **{str(table.model.__tablename__): str(table.model.__tablename__) for table in SUBJECTS},
}
"""Tables that the ledger accounts for, and their name in the replay."""
REVIEWED: dict[str, list[str]] = {
    str(table.model.__tablename__): [
        c.key
        for c in Base.metadata.tables[str(table.model.__tablename__)].columns
        if c.key not in ("id", "version")
    ]
    for table in SUBJECTS
}
"""They, with every column that is told."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Database]:
    """A SQLite database with a whole life in it, its triggers taken off as an intruder would."""
    path = tmp_path_factory.mktemp("audit") / "oneset.db"
    path.write_bytes(sqlite_template.read_bytes())
    clock = SteppedClock(START)
    database = Database(f"sqlite:///{path}", clock)
    lived(database, clock, has_review=True)
    with database.plumbing() as session:
        triggers = session.scalars(sa.text("select name from sqlite_master where type = 'trigger'")).all()
        for name in triggers:
            session.execute(sa.text(f"drop trigger {name}"))
    yield database
    database.dispose()


def faults_after(database: Database, change: sa.Executable) -> set[str]:
    """Names of the checks that find a change; the change is taken back."""
    with database.engine.connect() as connection:
        connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
        done = connection.execute(change)
        assert done.rowcount == 1
        with sa.orm.Session(bind=connection, autoflush=False) as session:
            found = {fault.check for fault in audit_register(session, CHAPTERS)}
        connection.rollback()
        return found


def told_columns() -> list[tuple[str, str]]:
    """Every column that the ledger tells of; a test below keeps the list whole."""
    names = {
        "organisations": "name name_en uscc created_at",
        "projects": "name name_en short_name region_code address timezone is_name_public is_restricted policy created_at",
        "project_identifiers": "scheme value original verdict override_reason valid_from valid_to",
        "buildings": "number name created_at",
        "building_identifiers": "building_id scheme value original verdict issuer valid_from valid_to",
        "parties": "organisation_id role lot valid_from valid_to",
        "seats": "party_id person_id role all_buildings buildings all_disciplines disciplines basis valid_from "
        "valid_to handed_over_from",
        "sheets": "building_id discipline place_key number created_at last_rev_seq",
        "sheet_revisions": "sheet_id rev_seq rev_label state stage building_id discipline party_id title drafted_by "
        "also_drafted_by short_code base_sha256 frozen_at origin external created_at state_at",
        "revision_signatures": "revision_id round role discipline decision comment person_id seat_id signed_at",
        "record_facts": "project_id sheet_id kind revision_id effective_at recorded_at is_backdated reason act_id",
        "slip_effects": "project_id sheet_id change_id number kind absorbed_by regions effective_at recorded_at "
        "is_backdated reason act_id",
        "baselines": "project_id kind title as_of known_at digest items person_id recorded_at",
        "markups": "sheet_id revision_id kind anchor shape colour text basis audience about status assignee_id author_id "
        "party_id seat_id client_key origin origin_key created_at changed_at taken_back_at taken_back_by",
        "markup_comments": "markup_id text mentions author_id party_id seat_id client_key origin written_at",
        "markup_photos": "markup_id sha256 sm3 size media_type file_name width height",
        "markup_carries": "markup_id revision_id decision standing carried_id person_id seat_id decided_at",
    }
    return [(table, column) for table, columns in names.items() for column in columns.split()]


def test_a_life_as_it_was_lived_has_no_fault(database: Database, clock: SteppedClock) -> None:
    lived(database, clock, has_review=True)
    with database.read() as session:
        assert list(audit_register(session, CHAPTERS)) == []


def test_the_columns_below_are_all_that_the_ledger_tells(kept: Database) -> None:
    with kept.read() as session:
        told = Replay(chapters=CHAPTERS).read(every_entry(session))
    assert told.unfounded == []
    listed = {*told_columns(), *((table, c) for table, columns in REVIEWED.items() for c in columns)}
    for table, name in TOLD.items():
        rows = (told.more[name] if name in told.more else getattr(told, name)).values()
        assert rows, name
        columns = {column for row in rows for column in row} - {"id"}
        missing = {c for c in columns if (table, c) not in listed} - {"project_id"}
        assert missing == set(), table


@pytest.mark.parametrize(("table", "column"), told_columns())
def test_one_changed_value_is_found(kept: Database, table: str, column: str) -> None:
    model = Base.metadata.tables[table]
    with kept.read() as session:
        rows = session.execute(sa.select(model)).mappings().all()
    row = random.Random(f"{table}.{column}").choice(rows)
    for other in _others(row[column], column, [r[column] for r in rows]):
        change = sa.update(model).where(model.c.id == row["id"]).values({column: other})
        with suppress(sa.exc.IntegrityError):  # the database itself refuses this one
            assert faults_after(kept, change), (row["id"], row[column], other)
            return
    raise AssertionError("no other value fits this column")


@pytest.mark.parametrize("table", sorted(REVIEWED))
def test_every_changed_value_of_a_row_of_the_review_is_named(kept: Database, table: str) -> None:
    """Entries of the review carry whole rows: all values of one row are changed at once, and each is named."""
    model = Base.metadata.tables[table]
    with kept.read() as session:
        rows = session.execute(sa.select(model)).mappings().all()
    row = random.Random(table).choice(rows)
    with kept.engine.connect() as connection:
        connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
        for column in REVIEWED[table]:
            _change(connection, model, row, column, [r[column] for r in rows])
        with sa.orm.Session(bind=connection, autoflush=False) as session:
            named = [f.detail for f in audit_register(session, CHAPTERS) if f.subject.endswith(row["id"])]
        connection.rollback()
    assert named == [f"not as the ledger says: {', '.join(sorted(REVIEWED[table]))}"]


def _change(connection: sa.Connection, model: Any, row: Any, column: str, others: list[Any]) -> None:
    for other in _others(row[column], column, others):
        with suppress(sa.exc.IntegrityError):  # the database itself refuses this one
            connection.execute(sa.update(model).where(model.c.id == row["id"]).values({column: other}))
            return
    raise AssertionError(f"no other value fits {column}")


@pytest.mark.parametrize("table", sorted(TOLD))
def test_one_removed_row_is_found(kept: Database, table: str) -> None:
    model = Base.metadata.tables[table]
    with kept.read() as session:
        ids = session.scalars(sa.select(model.c.id)).all()
    gone = random.Random(table).choice(ids)
    assert faults_after(kept, sa.delete(model).where(model.c.id == gone))


@pytest.mark.parametrize("table", sorted(TOLD))
def test_one_added_row_is_found(kept: Database, table: str) -> None:
    model = Base.metadata.tables[table]
    with kept.read() as session:
        row = dict(session.execute(sa.select(model).order_by(model.c.id.desc()).limit(1)).mappings().one())
    made_up: dict[str, Any] = {
        "id": row["id"] + 1 if isinstance(row["id"], int) else "0" * 20,
        "name": "凭空", "uscc": None, "number_key": "x9", "short_code": "0000000000", "rev_seq": 99, "lot": "二",
        "value": "B" * 27, "act_id": "0" * 20,
        "client_key": "x9", "key": "x9", "origin_key": None, "markup_id": _another(kept, table, row),
        "serial": 99, "sequence": 99, "digest": "0" * 64, **_unended(kept, table),
    }  # fmt: skip
    changed = {k: made_up.get(k, v) for k, v in row.items()}
    assert faults_after(kept, sa.insert(model).values(changed))


def _another(database: Database, table: str, row: dict[str, Any]) -> Any:
    """For a table in which a mark stands once: another mark."""
    once = {"markup_carries": MarkupCarry.markup_id, "markup_photos": MarkupPhoto.markup_id}
    if table not in once:
        return row.get("markup_id")
    with database.read() as session:
        return session.scalars(sa.select(Markup.id).where(Markup.id.not_in(sa.select(once[table])))).first()


def _unended(database: Database, table: str) -> dict[str, str]:
    """What a thing has once (its end, its paper, its value, its result): for another of its kind."""
    once = {
        "review_certificate_ends": (CertificateEnd.certificate_id, ReviewCertificate.id),
        "change_papers": (ChangePaper.change_id, ChangeDocument.id),
        "review_papers": (ReviewPaper.certificate_id, ReviewCertificate.id),
        "review_draw_shares": (DrawShare.draw_id, ReviewDraw.id),
        "review_draw_reveals": (DrawReveal.share_id, DrawShare.id),
        "review_draw_values": (DrawValue.draw_id, ReviewDraw.id),
        "review_draw_results": (DrawResult.draw_id, ReviewDraw.id),
        "review_draw_ends": (DrawEnd.draw_id, ReviewDraw.id),
    }
    if table == "change_documents":
        return {"number": "另一份"}
    if table == "change_sheets":
        with database.read() as session:
            pair = (
                sa.select(ChangeDocument.id, Sheet.id)
                .join(Sheet, sa.true())
                .where(
                    ~sa.exists().where(
                        ChangeSheet.change_id == ChangeDocument.id, ChangeSheet.sheet_id == Sheet.id
                    )
                )
            )
            change, sheet = session.execute(pair.limit(1)).one()
            return {"change_id": change, "sheet_id": sheet}
    if table not in once:
        return {}
    column, key = once[table]
    with database.read() as session:
        found = session.scalars(sa.select(key).where(key.not_in(sa.select(column)))).first()
        return {column.key: found or ""}


def test_a_slip_effect_that_no_act_wrote_is_found(kept: Database) -> None:
    with kept.read() as session:
        revision = session.scalars(sa.select(SheetRevision)).first()
    assert revision is not None
    now = kept.clock.now()
    row = {
        "project_id": revision.project_id, "sheet_id": revision.sheet_id, "change_id": "0" * 20, "number": "变更-1",
        "kind": "effective", "regions": {}, "effective_at": now, "recorded_at": now, "is_backdated": False,
        "reason": "", "act_id": "0" * 20,
    }  # fmt: skip
    assert faults_after(kept, sa.insert(Base.metadata.tables["slip_effects"]).values(row)) == {
        "slip-effect-row"
    }


def _others(value: Any, column: str, others: list[Any]) -> Iterator[Any]:
    """Other values of the column: such as stand in other rows, then made-up ones."""
    yield from (other for other in others if other is not None and other != value)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 7
    elif isinstance(value, (dict, list)):
        yield {"x": "y"} if isinstance(value, dict) else [*value, "x"]
    elif isinstance(value, datetime) or column.endswith(("_at", "_to", "_from")):
        yield START
        yield "0" * 20
    else:
        yield from (
            "withdrawn",
            "rejected",
            "hold",
            "cost",
            "voided",
            "别的",
            "text",
            "blue",
            "party",
            "answered",
            "gone",
            "dropped",
            "fire",
            "policy",
            "advise",
            "contract",
        )
