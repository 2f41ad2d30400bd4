"""What a device asks of a project of 3,000 sheets: ``python -m tests.bench.offline [--quick]``, a figure per line."""

import json
import sys

from app.access.queries import rights_of
from app.kernel.db.transactions import Database
from app.record.register import project_digests
from tests.bench.as_of import database_times, fill, milliseconds, opened
from tests.world import make_world


def report(kind: str, database: Database, sheets: int, runs: int) -> None:
    """The list of one project, as every open page asks for it once a minute."""
    world = make_world(database)
    fill(database, world.project_id, sheets, 3)
    now = database.clock.now()
    with database.read() as session:
        rights = rights_of(session, world.actor("owner"), now)

        def told() -> bytes:
            return json.dumps(project_digests(session, rights, world.project_id, now)).encode()

        with database_times(database.engine) as statements:
            size = len(told())
        print(f"{kind:10} {sheets} sheets, {size / 1e6:4.2f} MB  {milliseconds(told, runs)}")
        print(
            f"{kind:10} of it in the database's driver: {sum(statements):6.1f} ms, {len(statements)} statements"
        )


def main() -> None:
    """Print all figures."""
    sheets, runs = (300, 5) if "--quick" in sys.argv else (3_000, 11)
    for kind in ("sqlite", "postgresql"):
        with opened(kind) as database:
            report(kind, database, sheets, runs)


if __name__ == "__main__":
    main()
