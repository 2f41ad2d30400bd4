"""The register of 5,000 sheets: query and JSON. ``python -m tests.bench.register [--quick]``, a figure per line."""

import json
import sys

from app.access.queries import rights_of
from app.drawings.queries.register import register_of
from app.kernel.db.transactions import Database
from app.record.register import StandingRow, register_with_standing
from tests.bench.as_of import fill, milliseconds, opened
from tests.world import make_world


def report(kind: str, database: Database, sheets: int, runs: int) -> None:
    """The register of one database, each question a line."""
    world = make_world(database)
    fill(database, world.project_id, sheets, 3)
    now = database.clock.now()
    with database.read() as session:
        rights = rights_of(session, world.actor("owner"), now)

        def standing() -> list[StandingRow]:
            return register_with_standing(session, rights, world.project_id, now)

        plain = [{**r.row._asdict(), "force": r.in_force and r.in_force.rev_label} for r in standing()]
        listed = milliseconds(lambda: register_of(session, rights, world.project_id), runs)
        stood = milliseconds(standing, runs)

    def as_json() -> bytes:
        return json.dumps(plain, default=str, ensure_ascii=False).encode()

    print(f"{kind:10} {len(plain)} rows, newest visible revision  {listed}")
    print(f"{kind:10} {len(plain)} rows with what is in force     {stood}")
    print(
        f"{kind:10} {len(plain)} rows as JSON, {len(as_json()) / 1e6:4.1f} MB        {milliseconds(as_json, runs)}"
    )


def main() -> None:
    """Print all figures."""
    sheets, runs = (500, 5) if "--quick" in sys.argv else (5_000, 11)
    for kind in ("sqlite", "postgresql"):
        with opened(kind) as database:
            report(kind, database, sheets, runs)


if __name__ == "__main__":
    main()
