"""Every sample through the real reading: each is read or refused with its reason, and no bad file stops the others.

All samples take three to five minutes on two busy cores. ``make test`` therefore takes in the smaller half (by size, of
each kind) with hostile files mixed in; ``make soak`` takes in all (``tests/soak/test_every_sample.py``). Database, store
and jailed children are as in life, two reading threads.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.bootstrap import Services, build_services
from app.config import Settings
from app.drawings.actions.intake import OpenIntake, open_intake
from app.drawings.flows import take_in_stream
from app.drawings.queries.intakes import IntakeTable, intake_table
from app.drawings.reasons import FILE_REASONS
from app.drawings.rules import FileState
from app.jobs.worker import Worker
from app.kernel.db.migrating import migrate
from app.kernel.outbox import Job, JobState
from tests.samples import ROOT, sample
from tests.world import make_world

BARBER = ROOT / "app" / "cli" / "demo_files" / "barber-house"
KINDS = (".pdf", ".dxf", ".dwg")
PATIENCE = 3_600.0
CRASHES = frozenset(
    {
        "render-crashed",
        "render-failed",
        "manifest-malformed",
        "manifest-missing",
        "split-malformed",
        "pool-closed",
    }
)
"""Reasons that are ours, not the file's: no sample may end in one."""


@dataclass(frozen=True)
class Taken:
    """What became of a batch."""

    table: IntakeTable
    jobs: Mapping[str, Sequence[int]]
    """Attempts of each reading job by its state."""

    @property
    def summary(self) -> str:
        """One line for whoever runs it."""
        states = Counter(f.state for f in self.table.files)
        reasons = Counter(f.reason for f in self.table.files if f.reason)
        return f"{len(self.table.files)} files {dict(states)}, {len(self.table.rows)} rows, reasons {dict(reasons)}"

    def judge(self) -> None:
        """Every file read or refused with a reason that has words; every job done at its first attempt."""
        for file in self.table.files:
            assert file.state != FileState.RECEIVED, f"{file.name} was never read"
            if file.state == FileState.READY:
                assert file.pages == len([r for r in self.table.rows if r.file_id == file.id]) > 0, file.name
            else:
                assert file.reason in FILE_REASONS, f"{file.name}: {file.reason} has no words"
                assert file.reason not in CRASHES, f"{file.name}: {file.reason} {file.reason_data}"
        assert set(self.jobs) == {JobState.DONE}, dict(self.jobs)
        assert set(self.jobs[JobState.DONE]) == {1}, "a worker was lost and its job done again"


def samples(*, is_all: bool) -> dict[str, Path]:
    """Sample drawings by their path in the folder; of every kind the smaller half, or all."""
    root = sample()
    every = sorted((p.stat().st_size, p) for p in root.rglob("*") if p.suffix.lower() in KINDS)
    found: dict[str, Path] = {}
    for kind in KINDS:
        paths = [p for _, p in every if p.suffix.lower() == kind]
        for path in paths if is_all else paths[: (len(paths) + 1) // 2]:
            found[path.relative_to(root).as_posix()] = path
    assert found, f"no drawings below {root}"
    return found


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    out = io.BytesIO()
    with pikepdf.open(BARBER / "2013-07-18.pdf") as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("平面图.pdf", b"%PDF-1.7")
    return out.getvalue()


def hostile() -> dict[str, tuple[bytes, str]]:
    """Files that are no drawings, or no longer: bytes, and the reason that a clerk must be told."""
    whole = (BARBER / "2013-07-24.pdf").read_bytes()
    return {
        "说明.pdf": (b"Please read the notes first.\n", "unknown-format"),
        "空.pdf": (b"", "unknown-format"),
        "网页.dxf": (b"<!DOCTYPE html><html><body>404</body></html>", "unknown-format"),
        "断.pdf": (whole[: len(whole) // 50], "pdf-unreadable"),
        "加密.pdf": (locked_pdf(), "pdf-encrypted"),
        "打包.zip": (zipped(), "unknown-format"),
    }


def take_in(folder: Path, files: Mapping[str, bytes | Path]) -> Taken:
    """Take in files of any kind as one batch and read them with two threads, each file in a child of its own."""
    services = build_services(Settings(data_dir=folder, render_workers=2))
    try:
        migrate(services.database.engine)
        return _take_in(services, files)
    finally:
        services.close()


def _take_in(services: Services, files: Mapping[str, bytes | Path]) -> Taken:
    world = make_world(services.database)
    designer = world.actor("designer")
    with services.database.write(designer) as tx:
        intake_id = open_intake(tx, OpenIntake(world.project_id, "全部样图"))
    for name, content in files.items():
        data = content.read_bytes() if isinstance(content, Path) else content
        take_in_stream(
            services.database,
            services.store,
            designer,
            intake_id=intake_id,
            name=name,
            chunks=[data],
            size_limit=1 << 30,
        )
    Worker(services).run_until_idle(patience=PATIENCE, threads=2)
    jobs: dict[str, list[int]] = {}
    with services.database.read() as session:
        rights = rights_of(session, designer, services.clock.now())
        for state, attempts in session.execute(
            sa.select(Job.state, Job.attempts).where(Job.kind == "read_file")
        ):
            jobs.setdefault(state, []).append(attempts)
        return Taken(intake_table(session, rights, intake_id), jobs)


def mixed(files: Mapping[str, Path]) -> dict[str, bytes | Path]:
    """The samples with the hostile files spread among them."""
    bad = list(hostile().items())
    step = max(1, len(files) // len(bad))
    found: dict[str, bytes | Path] = {}
    for n, (name, path) in enumerate(files.items()):
        if n % step == 0 and bad:
            other, (data, _) = bad.pop()
            found[other] = data
        found[name] = path
    return found | {name: data for name, (data, _) in bad}


def take_in_and_judge(folder: Path, *, is_all: bool) -> None:
    """Take in samples and hostile files; fails unless each fared as it must."""
    files = mixed(samples(is_all=is_all))
    taken = take_in(folder, files)
    print(taken.summary)
    taken.judge()
    assert sorted(f.name for f in taken.table.files) == sorted(files)
    fates = {f.name: (f.state, f.reason) for f in taken.table.files}
    for name, (_, reason) in hostile().items():
        assert fates[name] == (FileState.REFUSED, reason)


def test_hostile_files_among_real_ones_are_refused_by_name_and_stop_nothing(tmp_path: Path) -> None:
    real = {f"{issue}.pdf": BARBER / f"{issue}.pdf" for issue in ("2013-07-18", "2013-10-12")}
    taken = take_in(tmp_path, mixed(real))
    taken.judge()
    fates = {f.name: f.reason for f in taken.table.files}
    assert fates == {name: why for name, (_, why) in hostile().items()} | dict.fromkeys(real)
    assert len(taken.table.rows) == 18


@pytest.mark.slow
def test_every_sample_of_the_smaller_half_is_read_or_refused_with_its_reason(tmp_path: Path) -> None:
    take_in_and_judge(tmp_path, is_all=False)
