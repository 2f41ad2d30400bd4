"""What reading costs as files grow: ``python -m tests.bench.processing [--big]``.

Prints per file seconds of CPU and peak memory of the child, and per step how cost grows with size: 1.0 is in proportion,
below is better. Made files for PDF and DXF (:mod:`tests.assets.make_big`), samples for DWG. ``--big`` adds the whole
60 MB DXF, which takes minutes.
"""

import sys
import tempfile
from pathlib import Path

from tests.assets.make_big import MEGABYTE, make_dxf, make_pdf
from tests.samples import SAMPLES
from viewers.render.pool import Limits, RenderError, RenderPool


def main() -> int:
    """Print a figure per line; status 1 when a file could not be read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = {"pdf": _pdfs(folder), "dxf": _dxfs(folder), "dwg": _dwgs()}
        faults = sum(_measure(folder, kind, files) for kind, files in kinds.items())
    return 1 if faults else 0


def _pdfs(folder: Path) -> list[Path]:
    made = [(folder / f"{paths}.pdf", paths) for paths in (62_500, 250_000, 1_000_000)]
    for path, paths in made:
        make_pdf(path, paths)
    return [path for path, _ in made]


def _dxfs(folder: Path) -> list[Path]:
    sizes = (2, 8, 24, 60) if "--big" in sys.argv else (2, 8, 24)
    made = [(folder / f"{size}.dxf", size * MEGABYTE) for size in sizes]
    for path, size in made:
        make_dxf(path, size)
    return [path for path, _ in made]


def _dwgs() -> list[Path]:
    """One house drawn by one office, smallest to largest sheet."""
    files = sorted((SAMPLES / "annex" / "dwg").glob("Archive_1__*.dwg"), key=lambda p: p.stat().st_size)
    if not files:
        print("processing dwg: no samples found (set ONESET_SAMPLES)")
    return files[:: max(1, len(files) // 4)][:4] + files[-1:]


def _measure(folder: Path, kind: str, files: list[Path]) -> int:
    before: tuple[float, float, float] | None = None
    faults = 0
    for number, path in enumerate(files):
        # A pool for each file: the peak of its one child is the file's.
        with RenderPool(
            workers=1, limits=Limits(), read_roots=[path.parent], scratch=folder / "scratch"
        ) as pool:
            try:
                sheets = len(pool.inspect(path, folder / f"{kind}{number}").pages)
            except RenderError as error:
                print(f"processing {kind} {path.name}: {error.code} {error.detail}")
                faults += 1
                continue
            seconds, peak = pool.used
        size = path.stat().st_size / MEGABYTE
        line = f"processing {kind} {path.name[:48]}: {size:.2f} MB, sheets {sheets}, {seconds:.2f} s of CPU"
        line += f" ({seconds / sheets:.2f} a sheet), peak memory {peak / 2**20:.0f} MiB"
        if before is not None and size > before[0] * 1.2:
            growth = (seconds / before[1]) / (size / before[0])
            memory = (peak / before[2]) / (size / before[0])
            line += (
                f"; size x{size / before[0]:.1f}: time over size {growth:.2f}, memory over size {memory:.2f}"
            )
        print(line, flush=True)
        before = (size, seconds, float(peak))
    return faults


if __name__ == "__main__":
    sys.exit(main())
