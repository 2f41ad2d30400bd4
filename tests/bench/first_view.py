"""How fast the sheet viewer is on this machine: ``python -m tests.bench.first_view [runs] [--big]``.

Prints per sheet and seat: milliseconds from navigation to the first useful picture (the thumbnail or a tile is drawn)
and to the last tile of the first view, bytes sent, frame times while panning and zooming (p50 and p95 of the distance
between animation frames, ms), decoded pictures and the heap of JavaScript. Tiles up to 72 dpi come from files, deeper
ones are cut by the renderer on the same machine. ``sharp_ms`` is from zooming in three times to the last tile of the new
view, ``warm_ms`` the last tile of a second visit, ``tab_MiB`` the resident memory of the renderer process. The median of
the runs counts. Beside it, in the same run, pdf.js draws the same sheets (:mod:`tests.bench.pdfjs`): ``tiles_ms`` is then
its whole page, fitted, and ``sharp_ms`` the window at three times the scale.

``--big`` adds a 60 MB DXF, read once into a cache outside the repository, which takes minutes the first time.
"""

import contextlib
import hashlib
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, sync_playwright

from tests.assets.make_big import make_dxf, make_pdf
from tests.bench.pdfjs import CACHE, VERSION, PdfJsSite, fetch
from tests.browser.made_sheets import MADE
from tests.browser.viewer_site import DESKTOP, PHONE, SHEETS, OpenSheet, ViewerSite
from tests.peers.chromium import launch
from tests.samples import ROOT
from viewers.render.pool import Limits, RenderPool

SEATS: dict[str, dict[str, Any]] = {"desktop": DESKTOP, "phone": PHONE}

WATCH = """() => { window.firstPicture = new Promise((resolve) => {
  const look = () => window.view?.progress.isStarted ? requestAnimationFrame(() => resolve(performance.now()))
    : requestAnimationFrame(look);
  look(); }); }"""

ALL_TILES = """() => new Promise((resolve) => {
  const look = () => view.progress.visible && !view.progress.missing
    ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look);
  look(); })"""

ZOOMED = """() => new Promise((resolve) => {
  const began = performance.now();
  view.zoomBy(3);
  const look = () => performance.now() - began > 50 && view.progress.visible && !view.progress.missing
    ? requestAnimationFrame(() => resolve(performance.now() - began)) : requestAnimationFrame(look);
  look(); })"""

FRAMES = """(move) => new Promise((resolve) => {
  const { x_um, y_um, scale } = view.state, deltas = [];
  let last = 0, count = 0;
  const frame = (now) => {
    if (last) deltas.push(now - last);
    last = now;
    if (++count > 150) {
      deltas.sort((a, b) => a - b);
      return resolve([0.5, 0.95].map((p) => deltas[Math.floor(deltas.length * p)]));
    }
    const t = count / 24;
    const [x, y] = [x_um * (1 + 0.15 * Math.sin(t)), y_um * (1 + 0.15 * Math.sin(1.3 * t))];
    if (move === "pan") view.openHash(`${x},${y},${scale}`);
    else view.openHash(`${x_um},${y_um},${scale * 4 ** Math.sin(t)}`);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def measure(browser: Browser, site: ViewerSite, sheet: str, seat: dict[str, Any]) -> dict[str, float]:
    """One visit with an empty cache."""
    site.reset()
    context = browser.new_context(**seat)
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{site.url}/open/{sheet}")
    page.evaluate("() => window.mounted")
    figures: dict[str, float] = {"first_ms": page.evaluate("() => firstPicture")}
    figures["tiles_ms"] = page.evaluate(ALL_TILES)
    figures["KiB"] = site.sent / 1024
    one = OpenSheet(page, site, sheet)
    one.settle()
    figures["sharp_ms"] = one.run(ZOOMED)
    one.settle()
    for move in ("pan", "zoom"):
        figures[f"{move}_p50"], figures[f"{move}_p95"] = one.run(FRAMES, move)
        one.settle()
    figures["pictures_MiB"] = one.run("() => view.progress.bytes") / 2**20
    figures["heap_MiB"] = one.run("() => performance.memory.usedJSHeapSize") / 2**20
    figures["tab_MiB"] = _tab_memory()
    again = context.new_page()
    again.goto(f"{site.url}/open/{sheet}")
    again.evaluate("() => window.mounted")
    figures["warm_ms"] = again.evaluate(ALL_TILES)
    context.close()
    return figures


def measure_pdfjs(browser: Browser, pdfjs: PdfJsSite, source: tuple[Path, int], seat: dict[str, Any]) -> str:
    """The same visit with pdf.js."""
    pdfjs.sheet, index = source
    pdfjs.sent = 0
    context = browser.new_context(**seat)
    page = context.new_page()
    page.goto(f"{pdfjs.url}/?page={index}")
    figures = {"tiles_ms": page.evaluate("() => drawn"), "KiB": pdfjs.sent / 1024}
    figures["sharp_ms"] = page.evaluate(
        "async () => { const t = performance.now(); return await draw(3) - t; }"
    )
    figures["tab_MiB"] = _tab_memory()
    context.close()
    return "  ".join(f"{key} {value:.1f}" for key, value in figures.items())


def _tab_memory() -> float:
    """MiB of the largest renderer process of our Chromium: the tab that is looked at."""
    sizes = [0]
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "--type=renderer" in process.cmdline():
                sizes.append(process.memory_info().rss)
    return max(sizes) / 2**20


def _big_view(path: Path) -> None:
    """The view of the 60 MB DXF, drawn once and kept; its name says what it was drawn by."""
    key = hashlib.sha256((ROOT / "tests/assets/make_big.py").read_bytes() + VERSION.encode()).hexdigest()[:12]
    kept = CACHE / f"big-{key}.pdf"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_dxf(folder / "big.dxf")
            with RenderPool(workers=1, limits=Limits(), read_roots=[folder], scratch=folder / "s") as pool:
                pool.inspect(folder / "big.dxf", folder / "out")
                print(f"big DXF: {pool.used[0]:.0f} s of CPU, peak {pool.used[1] >> 20} MiB")
            CACHE.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "out" / "view.pdf", kept)
    shutil.copy(kept, path)


def main() -> None:
    """Measure every sheet on every seat."""
    counts = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    runs = counts[0] if counts else 2
    MADE["bigpdf"] = make_pdf
    sheets = [*SHEETS, "bigpdf"]
    if "--big" in sys.argv:
        MADE["bigcad"] = _big_view
        sheets.append("bigcad")
    package = fetch()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site, browser = ViewerSite(Path(folder)), launch(playwright)
        pdfjs = PdfJsSite(package) if package else None
        try:
            for sheet in sheets:
                site.add(sheet)
                for name, seat in SEATS.items():
                    all_runs = [measure(browser, site, sheet, seat) for _ in range(runs)]
                    row = {key: statistics.median(run[key] for run in all_runs) for key in all_runs[0]}
                    print(
                        f"{sheet:7} {name:8}", *(f"{k} {v:.1f}" for k, v in row.items()), sep="  ", flush=True
                    )
                if pdfjs is not None:
                    line = measure_pdfjs(browser, pdfjs, site.source(sheet), SEATS["desktop"])
                    print(f"{sheet:7} desktop   pdf.js  {line}", flush=True)
        finally:
            browser.close()
            site.close()
            if pdfjs is not None:
                pdfjs.close()


if __name__ == "__main__":
    main()
