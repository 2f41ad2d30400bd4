"""Intake: sheets per second and peak memory, over every sample; each is taken in or refused with a reason.

``python -m tests.bench.intake [--quick]``. Two reading threads, each file in a jailed child of its own.
"""

import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.access.queries import rights_of
from app.bootstrap import Services, build_services
from app.config import Settings
from app.drawings.actions.intake import OpenIntake, open_intake
from app.drawings.flows import take_in_stream
from app.drawings.queries.intakes import IntakeTable, intake_table
from app.jobs.worker import Worker
from app.kernel.db.migrating import migrate
from tests.samples import SAMPLES
from tests.world import World, make_world


def main() -> int:
    """Print a figure per line; status 1 when a sample was neither read nor refused with a reason."""
    groups = {"pdf": _files("*.pdf"), "dxf": _files("*.dxf"), "dwg": _files("*.dwg")}
    if "--quick" in sys.argv:
        groups = {name: files[:8] for name, files in groups.items()}
    if not any(groups.values()):
        print("intake: no samples found (set ONESET_SAMPLES)")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(Settings(data_dir=Path(folder), render_workers=2))
        migrate(services.database.engine)
        world = make_world(services.database)
        faults = sum(_measure(services, world, name, files) for name, files in groups.items() if files)
        services.close()
    return 1 if faults else 0


def _files(pattern: str) -> list[Path]:
    return sorted(SAMPLES.rglob(pattern))


def _measure(services: Services, world: World, name: str, files: list[Path]) -> int:
    designer = world.actor("designer")
    with services.database.write(designer) as tx:
        intake_id = open_intake(tx, OpenIntake(world.project_id, name))
    began, busy = time.perf_counter(), _worked(services)
    for path in files:
        take_in_stream(
            services.database,
            services.store,
            designer,
            intake_id=intake_id,
            name=path.name,
            chunks=[path.read_bytes()],
            size_limit=1 << 30,
        )
    stored = time.perf_counter() - began
    Worker(services).run_until_idle(patience=3600, threads=2)
    took, worked = time.perf_counter() - began, _worked(services) - busy
    with services.database.read() as session:
        table = intake_table(session, rights_of(session, designer, services.clock.now()), intake_id)
    _print(name, table, len(files), stored, took, services.renderer.used[1])
    print(
        f"intake {name}: processor {worked:.1f} s, {len(table.rows) / worked:.2f} sheets for each of its seconds"
    )
    return sum(f.state == "received" or (f.state != "ready" and not f.reason) for f in table.files)


def _worked(services: Services) -> float:
    """Processor seconds of this process and of the children that have ended."""
    own, children = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    started = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return started + services.renderer.used[0]


def _print(name: str, table: IntakeTable, files: int, stored: float, took: float, peak: int) -> None:
    child = peak / (1 << 20)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reasons = Counter(f.reason for f in table.files if f.reason)
    print(f"intake {name}: files {files}, stored and acknowledged in {stored:.1f} s")
    print(f"intake {name}: sheets {len(table.rows)}, {len(table.rows) / took:.2f} sheets/s, {took:.1f} s")
    print(f"intake {name}: peak memory parent {own:.0f} MiB, largest child so far {child:.0f} MiB")
    print(f"intake {name}: refused or stored only {dict(reasons)}")


if __name__ == "__main__":
    sys.exit(main())
