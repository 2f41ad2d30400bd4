"""Every kind of damage is found, and nothing else is reported."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from app.cli.fsck import audit_objects, audit_rows, referenced_objects
from app.kernel.db.transactions import Database
from tests.api.conftest import Api
from tests.api.lives import released_set


@pytest.fixture
def kept(asked: Api) -> Api:
    released_set(asked, {"建施-01": "一层平面图", "建施-02": "二层平面图"})
    return asked


def checks(asked: Api) -> set[str]:
    """Names of the checks that found something."""
    faults = audit_rows(asked.services.database).faults
    wanted = referenced_objects(asked.services.database)
    faults += audit_objects(asked.services.store, wanted)
    return {f.check for f in faults}


def tamper(database: Database, table: str, statement: str) -> None:
    """Change a row as somebody with the database in his hands would: the trigger first, then the row."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            names = connection.execute(
                sa.text("select name from sqlite_master where type = 'trigger' and tbl_name = :t"),
                {"t": table},
            ).scalars()
            for name in list(names):
                connection.execute(sa.text(f"drop trigger {name}"))
            connection.execute(sa.text("commit"))
            connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
            connection.execute(sa.text(statement))
            connection.execute(sa.text("PRAGMA foreign_keys=ON"))
            return
        connection.execute(sa.text("set session_replication_role = replica"))
        connection.execute(sa.text(statement))
        connection.execute(sa.text("set session_replication_role = default"))
        connection.commit()


def test_a_healthy_installation_has_no_faults(kept: Api) -> None:
    findings = audit_rows(kept.services.database)
    assert findings.faults == []
    assert findings.counts["entries"] == findings.counts["in tree"] > 20
    assert findings.counts["chains"] == 2
    assert checks(kept) == set()


def _object(asked: Api) -> Path:
    sha256 = next(iter(referenced_objects(asked.services.database)))
    with asked.services.store.local_copy(sha256) as path:
        return path


def test_a_flipped_bit_in_an_object_is_found(kept: Api) -> None:
    path = _object(kept)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert checks(kept) == {"object-damaged"}


def test_a_missing_object_is_found_even_without_hashing(kept: Api) -> None:
    _object(kept).unlink()
    assert checks(kept) == {"object-missing"}
    wanted = referenced_objects(kept.services.database)
    assert {f.check for f in audit_objects(kept.services.store, wanted, has_bytes=False)} == {
        "object-missing"
    }


def test_an_edited_entry_is_found(kept: Api) -> None:
    cast = "cast(replace(cast(body as text), '建施-01', '建施-99') as blob)"
    if not kept.services.database.is_sqlite:
        cast = "convert_to(replace(convert_from(body, 'UTF8'), '建施-01', '建施-99'), 'UTF8')"
    tamper(
        kept.services.database,
        "ledger_entries",
        f"update ledger_entries set body = {cast} where type = 'revision.drafted'",
    )
    assert {"entry-body", "tree-nodes", "checkpoint"} <= checks(kept)


def test_an_entry_edited_together_with_its_leaf_is_found(kept: Api) -> None:
    from app.kernel.ledger.merkle import leaf_hash  # noqa: PLC0415

    with kept.services.database.read() as session:
        row = session.execute(
            sa.text("select id, body from ledger_entries where type = 'revision.released' limit 1")
        ).one()
    body = bytes(row.body).replace(b'"is_backdated":false', b'"is_backdated":true')
    assert body != bytes(row.body)
    literal = f"x'{body.hex()}'" if kept.services.database.is_sqlite else f"'\\x{body.hex()}'::bytea"
    statement = (
        f"update ledger_entries set body = {literal}, leaf = '{leaf_hash(body).hex()}' where id = {row.id}"
    )
    tamper(kept.services.database, "ledger_entries", statement)
    found = checks(kept)
    assert "entry-body" not in found
    assert {"tree-nodes", "checkpoint", "sheet-head"} <= found


def test_a_deleted_entry_is_found(kept: Api) -> None:
    statement = "delete from ledger_entries where type = 'revision.issued'"
    tamper(kept.services.database, "ledger_entries", statement)
    assert {"tree-leaves", "sheet-chain"} <= checks(kept)


def test_a_deleted_leaf_with_its_entry_is_found(kept: Api) -> None:
    which = "select max(id) from ledger_entries"
    tamper(kept.services.database, "ledger_leaves", f"delete from ledger_leaves where entry_id = ({which})")
    tamper(kept.services.database, "ledger_entries", f"delete from ledger_entries where id = ({which})")
    assert "tree-size" in checks(kept)


def test_a_changed_base_digest_is_found(kept: Api) -> None:
    statement = f"update sheet_revisions set base_sha256 = '{'0' * 64}'"
    tamper(kept.services.database, "sheet_revisions", statement)
    assert checks(kept) == {"base-digest", "rendition", "revision-row"}


def test_a_dead_job_is_reported(kept: Api) -> None:
    tamper(kept.services.database, "jobs", "update jobs set state = 'dead', error = 'no reader'")
    assert checks(kept) == {"dead-job"}
