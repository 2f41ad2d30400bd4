import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, SignInAttempt
from app.kernel.actor import SYSTEM
from app.kernel.clock import EPOCH
from app.kernel.db.transactions import Database
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact
from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.sequence import sequence, tree_state
from app.kernel.outbox import Job
from tests.world import make_world


def _counts(database: Database) -> tuple[int, int, int]:
    with database.read() as session:
        return tuple(
            session.execute(sa.select(sa.func.count()).select_from(t)).scalar_one()
            for t in (Organisation, LedgerEntry, Job)
        )


def test_rows_ledger_and_jobs_exist_together_or_not_at_all(database: Database):
    def act(*, fails: bool) -> None:
        with database.write(SYSTEM) as tx:
            tx.session.add(Organisation(id=new_id(), name="甲", created_at=tx.now))
            tx.record(Fact("organisation.entered"))
            tx.enqueue("read_file", {})
            if fails:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        act(fails=True)
    assert _counts(database) == (0, 0, 0)
    act(fails=False)
    assert _counts(database) == (1, 1, 1)


def test_the_world_can_be_made_and_every_entry_reaches_the_tree(database: Database):
    make_world(database)
    sequence(database, database.clock)
    with database.read() as session:
        entries = session.execute(sa.select(sa.func.count()).select_from(LedgerEntry)).scalar_one()
        assert tree_state(session).size == entries > 30


def _note(session: Session) -> None:
    session.add(SignInAttempt(login_key="guesser", address="", at=EPOCH, was_right=False))
    session.flush()


def _kept(database: Database) -> int | None:
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt))


def _keeping(database: Database, *, fails: bool) -> None:
    with database.write(SYSTEM) as tx:
        tx.session.add(Organisation(id=new_id(), name="甲", created_at=tx.now))
        tx.record(Fact("organisation.entered"))
        tx.session.flush()
        tx.keep(_note)
        if fails:
            raise RuntimeError


def test_what_is_kept_stays_although_the_act_is_undone_and_is_there_once_when_it_is_not(database: Database):
    with pytest.raises(RuntimeError):
        _keeping(database, fails=True)
    assert (_counts(database), _kept(database)) == ((0, 0, 0), 1)
    _keeping(database, fails=False)
    assert (_counts(database), _kept(database)) == ((1, 1, 0), 2)


def test_what_is_kept_is_written_where_no_second_connection_is_free(database: Database):
    usual, database.engine = (
        database.engine,
        sa.create_engine(database.url, pool_size=1, max_overflow=0, pool_timeout=0.1),
    )
    try:
        with pytest.raises(RuntimeError):
            _keeping(database, fails=True)
    finally:
        database.engine.dispose()
        database.engine = usual
    assert (_counts(database), _kept(database)) == ((0, 0, 0), 1)
