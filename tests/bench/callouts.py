"""How well callouts are found: ``python -m tests.bench.callouts``.

The made-up set knows its own truth: every index circle is noted as it is drawn. Barber House was labelled by hand from
the list of its texts: each number in the heads of sections, elevations and details, sheet by sheet.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from app.cli.demo_set import arch, draw_demo_set, elevations, facade, symbols
from app.drawings.callouts import SetNumber, SetNumbers, callouts_of
from tests.samples import sample
from viewers.render.manifest import rules_from_json, runs_from_json
from viewers.render.pdf import PdfReading, inspect_pdf

BARBER = ("A102", "A103", "A201", "A202", "A301", "A302", "A303", "A304", "A305")
BARBER_TRUTH = {
    "A102": "A304 A306 A305 A202 A203 A201 A301 A203 A302 A203 A202",
    "A103": "A202 A201 A305 A304 A306 A201 A301 A203 A302 A203 A202",
    "A201": "",
    "A202": "A202 A201 A302 A301 A203 A203",
    "A301": "A202 A304 A305 A306 A201 A203",
    "A302": "A201 A306 A305 A202 A203 A304 A401 A203",
    "A303": "",
    "A304": "A201 A301 A302 A202 A401 A401 A501 A203 A203",
    "A305": "A302 A201 A301 A202 A401 A203 A203",
}


def read(path: Path, folder: Path) -> list[tuple[Any, Any]]:
    """Runs and ruled lines of each page."""
    folder.mkdir(parents=True)
    manifest = inspect_pdf(path, folder, PdfReading(has_tiles=False))
    return [
        (
            runs_from_json((folder / "text" / f"{p.index}.json").read_text("utf-8")),
            rules_from_json((folder / "rules" / f"{p.index}.json").read_text("utf-8")),
        )
        for p in manifest.pages
    ]


def score(name: str, truth: Counter[tuple[str, str]], found: Counter[tuple[str, str]]) -> tuple[float, float]:
    """Print precision and recall; name what is wrong."""
    right = sum((truth & found).values())
    precision = right / max(1, sum(found.values()))
    recall = right / max(1, sum(truth.values()))
    print(f"{name:8} callouts {sum(truth.values()):3}  precision {precision:.3f}  recall {recall:.3f}")
    for word, rest in (("missed", truth - found), ("wrong", found - truth)):
        for (sheet, number), count in sorted(rest.items()):
            print(f"    {word}: {sheet} -> {number} × {count}")
    return precision, recall


def barber(folder: Path) -> tuple[float, float]:
    """The nine sheets of the third issue."""
    numbers = SetNumbers(SetNumber(n, n, "") for n in BARBER)
    truth, found = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    pages = read(sample("barber-house", "2013-10-12.pdf"), folder / "barber")
    for own, (runs, lines) in zip(BARBER, pages, strict=True):
        truth.update((own, number) for number in BARBER_TRUTH[own].split() if number != own)
        found.update((own, c.number) for c in callouts_of(SetNumber(own, own, ""), numbers, runs, lines))
    return score("barber", truth, found)


def demo(folder: Path, issue: int) -> tuple[float, float]:
    """The made-up set, drawing lists left out: their rows name every sheet."""
    drawn: list[str] = []
    real = symbols.index_callout

    def noting(v: Any, x: float, y: float, number: str, sheet: str, **more: Any) -> None:
        drawn.append(sheet)
        real(v, x, y, number, sheet, **more)

    from app.cli.demo_set import demo as writer  # noqa: PLC0415

    per_sheet: dict[str, list[str]] = {}

    def noted(draw: Any) -> Any:
        def sheet_drawn(board: Any) -> None:
            drawn.clear()
            draw(board)
            per_sheet[board.spec.number] = list(drawn)

        return sheet_drawn

    writer.DRAWINGS.update({name: noted(draw) for name, draw in writer.DRAWINGS.items()})
    for module in (arch, elevations, facade):
        module.index_callout = noting  # type: ignore[attr-defined]
    made = draw_demo_set(folder / f"demo{issue}", issue=issue)
    numbers = SetNumbers(SetNumber(s.number, s.number, s.title) for s in made.sheets)
    truth, found = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    read_files: dict[str, list[tuple[Any, Any]]] = {}
    for sheet in made.sheets:
        file, page = next(((f, p) for f, p in sheet.pages if f.endswith(".pdf")), ("", 0))
        if not file or "目录" in sheet.title:
            continue
        if file not in read_files:
            read_files[file] = read(
                folder / f"demo{issue}" / file, folder / f"read{issue}" / str(len(read_files))
            )
        runs, lines = read_files[file][page - 1]
        prefix = sheet.number.rpartition("-")[0]
        truth.update((sheet.number, f"{prefix}-{short}") for short in per_sheet.get(sheet.number, []))
        own = SetNumber(sheet.number, sheet.number, sheet.title)
        found.update((sheet.number, c.number) for c in callouts_of(own, numbers, runs, lines))
    return score(f"demo {issue}", truth, found)


def main() -> None:
    """Print a line per set; fail below what was reached."""
    with tempfile.TemporaryDirectory() as folder:
        results = [barber(Path(folder)), demo(Path(folder), 1)]
    sys.exit(any(precision < 0.95 or recall < 0.95 for precision, recall in results))


if __name__ == "__main__":
    main()
