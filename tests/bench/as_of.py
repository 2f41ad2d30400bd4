"""How long it takes to say what was in force: ``python -m tests.bench.as_of [--quick]``, a figure per line.

3,000 sheets with 8 revisions, each released: 24,000 facts in the project asked about, among 2 million in all (other
projects, so that indexes are as deep as in a province's database), on SQLite and on PostgreSQL.
"""

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.clock import SteppedClock, to_micros
from app.kernel.db.migrating import migrate
from app.kernel.db.transactions import Database
from app.kernel.garbage import settle
from app.record.queries import Instants, in_force, set_in_force
from tests.drawings.sheets import bulk_sheets, insert_facts
from tests.peers import postgres
from tests.world import make_world

Sheets = list[tuple[str, list[str]]]
"""Sheet ids, each with the ids of its revisions."""
START = datetime(2020, 1, 1, tzinfo=UTC)


@contextmanager
def opened(kind: str) -> Iterator[Database]:
    """A fresh, migrated database."""
    clock = SteppedClock(START)
    if kind == "postgresql":
        url = postgres.new_database()
        database = Database(url, clock)
        yield database
        database.dispose()
        postgres.drop_database(url)
        return
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}", clock)
        migrate(database.engine)
        yield database
        database.dispose()


def milliseconds(work: Callable[[], object], times: int) -> str:
    """Median and 95th percentile of some runs, and the median of this process's own work, which others cannot slow."""
    settle()  # as the server does when it is ready
    taken, worked = [], []
    for _ in range(times):
        began, busy = time.perf_counter(), time.process_time()
        work()
        worked.append((time.process_time() - busy) * 1000)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    p95 = taken[math.ceil(len(taken) * 0.95) - 1]
    return f"median {statistics.median(taken):8.2f} ms   p95 {p95:8.2f} ms   cpu {statistics.median(worked):8.2f} ms"


@contextmanager
def database_times(engine: sa.Engine) -> Iterator[list[float]]:
    """Milliseconds that each statement spends in the database's driver, as they are executed."""
    times: list[float] = []

    def before(*_: object) -> None:
        times.append(-time.perf_counter())

    def after(*_: object) -> None:
        times[-1] = (times[-1] + time.perf_counter()) * 1000

    sa.event.listen(engine, "before_cursor_execute", before)
    sa.event.listen(engine, "after_cursor_execute", after)
    yield times
    sa.event.remove(engine, "before_cursor_execute", before)
    sa.event.remove(engine, "after_cursor_execute", after)


def fill(database: Database, project_id: str, sheets: int, revisions: int) -> Sheets:
    """Sheets whose revisions were released one each quarter, one in nine written down a year too late."""
    with database.plumbing() as session:
        made = bulk_sheets(session, project_id, sheets, revisions, START)
        facts = (
            (
                project_id,
                sheet,
                "released",
                revision,
                at,
                at + timedelta(days=365 if (n + seq) % 9 == 0 else 0),
            )
            for n, (sheet, ids) in enumerate(made)
            for seq, revision in enumerate(ids)
            for at in (START + timedelta(days=91 * seq, minutes=n),)
        )
        insert_facts(session, facts)
    return made


def deepen(database: Database, project_id: str, made: Sheets, facts: int) -> None:
    """A long history for each sheet of another project, made inside the database: one fact a minute."""
    if database.is_sqlite:
        count = f"select 1 union all select n + 1 from n where n < {facts}"
        numbers = f"with recursive n(n) as ({count}) select * from n"
    else:
        numbers = f"select * from generate_series(1, {facts}) as n(n)"
    statement = (
        "insert into record_facts (project_id, sheet_id, kind, revision_id, effective_at, recorded_at, is_backdated,"
        " reason, act_id) select :project, :sheet, 'released', :revision, :start + n * cast(:minute as bigint),"
        f" :start + n * cast(:minute as bigint), {'0' if database.is_sqlite else 'false'}, '', 'bulk'"
        f" from ({numbers}) as numbers"
    )
    with database.plumbing() as session:
        for sheet, revisions in made:
            values = {
                "project": project_id,
                "sheet": sheet,
                "revision": revisions[0],
                "start": to_micros(START),
                "minute": 60_000_000,
            }
            session.execute(sa.text(statement), values)


def main() -> None:
    """Print all figures."""
    quick = "--quick" in sys.argv
    sheets, total, runs = (300, 50_000, 5) if quick else (3_000, 2_000_000, 15)
    for kind in ("sqlite", "postgresql"):
        with opened(kind) as database:
            world = make_world(database)
            began = time.perf_counter()
            made = fill(database, world.project_id, sheets, 8)
            other = fill(database, world.other_project_id, 100, 1)
            rest = total - sheets * 8
            deepen(database, world.other_project_id, other, rest // 100)
            with database.plumbing() as session:
                session.connection().exec_driver_sql("analyze")
            print(f"{kind:10} facts {total}: made in {time.perf_counter() - began:.1f} s")
            report(kind, database, world.project_id, made, other, runs)


def _next(session: Session, ids: Iterator[str], at: Instants) -> object:
    return in_force(session, next(ids), at)


def report(kind: str, database: Database, project_id: str, made: Sheets, other: Sheets, runs: int) -> None:
    """The questions, each a line."""
    middle, end = START + timedelta(days=500), START + timedelta(days=3_000)
    with database.read() as session:
        for name, at in (
            ("set, now", Instants(end, end, is_now=True)),
            ("set, as of the middle", Instants(middle, end, is_now=False)),
            ("set, as of and known at the middle", Instants(middle, middle, is_now=False)),
        ):
            print(f"{kind:10} {name:38} {milliseconds(partial(set_in_force, session, project_id, at), runs)}")
        at = Instants(middle, middle, is_now=False)
        for name, sheets in (("one sheet, 8 facts", made), ("one sheet, history of thousands", other)):
            ids = cycle(sheet for sheet, _ in sheets)
            print(f"{kind:10} {name:38} {milliseconds(partial(_next, session, ids, at), runs * 20)}")
            with database_times(database.engine) as times:
                for _ in range(runs * 20):
                    _next(session, ids, at)
            asked = len(times) / (runs * 20)
            print(
                f"{kind:10} {'   of it in the database':38} median {statistics.median(times):8.2f} ms"
                f"   statements {asked:.1f}"
            )


if __name__ == "__main__":
    main()
