"""How fast the sheet viewer is on this machine: ``python -m tests.bench.first_view [runs]``.

Prints per sheet and seat: milliseconds from navigation to the first useful picture (the thumbnail or a tile is drawn)
and to the last tile of the first view, bytes sent, frame times while panning and zooming (p50 and p95 of the distance
between animation frames, ms), decoded pictures and the heap of JavaScript. Tiles up to 72 dpi come from files, deeper
ones are cut by the renderer on the same machine. The median of the runs counts.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.viewer_site import DESKTOP, PHONE, SHEETS, OpenSheet, ViewerSite
from tests.peers.chromium import launch

SEATS: dict[str, dict[str, Any]] = {"desktop": DESKTOP, "phone": PHONE}

WATCH = """() => { window.firstPicture = new Promise((resolve) => {
  const look = () => window.view?.progress.isStarted ? requestAnimationFrame(() => resolve(performance.now()))
    : requestAnimationFrame(look);
  look(); }); }"""

ALL_TILES = """() => new Promise((resolve) => {
  const look = () => view.progress.visible && !view.progress.missing
    ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look);
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
    one.run("() => view.zoomBy(3)")
    one.settle()
    for move in ("pan", "zoom"):
        figures[f"{move}_p50"], figures[f"{move}_p95"] = one.run(FRAMES, move)
        one.settle()
    figures["pictures_MiB"] = one.run("() => view.progress.bytes") / 2**20
    figures["heap_MiB"] = one.run("() => performance.memory.usedJSHeapSize") / 2**20
    context.close()
    return figures


def main() -> None:
    """Measure every sheet on every seat."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site, browser = ViewerSite(Path(folder)), launch(playwright)
        try:
            for sheet in SHEETS:
                site.add(sheet)
                for name, seat in SEATS.items():
                    all_runs = [measure(browser, site, sheet, seat) for _ in range(runs)]
                    row = {key: statistics.median(run[key] for run in all_runs) for key in all_runs[0]}
                    print(
                        f"{sheet:7} {name:8}", *(f"{key} {value:.1f}" for key, value in row.items()), sep="  "
                    )
        finally:
            browser.close()
            site.close()


if __name__ == "__main__":
    main()
