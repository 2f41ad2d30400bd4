"""How fast layers go on and off: ``python -m tests.bench.layers``.

Per sheet: milliseconds from the click to the first sharp tile of the new set and to the last of the view, of the first
set after the panel was opened and the median of those that follow; desktop, tiles cut by two workers.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.viewer_site import DESKTOP, SHEETS, OpenSheet, ViewerSite
from tests.peers.chromium import launch

LAYERED = {
    "korruseplaan": (("annex", "pdf", "TRN_PP_AR-5-01_V01_Korruseplaan.pdf"), 0),
    "lagede": (("annex", "pdf", "TRN_PP_AR-5-03_V01_Lagede-korgused.pdf"), 0),
    "asendiplaan": (("annex", "pdf", "TRN_EP_AS-4-01_V01_Asendiplaan_1_.pdf"), 0),
    "vundament": (("annex", "pdf", "K1.2_VUNDAMENDISEINTE_PLAAN.pdf"), 0),
}
TOGGLE = """(index) => new Promise((resolve) => {
  const began = performance.now(), level = view.progress.level;
  document.querySelectorAll(".sheet-layer-list input")[index].click();
  let first = 0;
  const look = () => {
    const { visible, missing } = view.progress;
    if (!first && missing < visible) first = performance.now() - began;
    if (missing === 0) resolve([first, performance.now() - began]);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
})"""


def main() -> None:
    """Measure every sheet."""
    SHEETS.update(LAYERED)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site, browser = ViewerSite(Path(folder)), launch(playwright)
        try:
            for sheet in LAYERED:
                site.add(sheet)
                page = browser.new_context(**DESKTOP).new_page()
                page.goto(f"{site.url}/open/{sheet}")
                page.evaluate("() => window.mounted")
                one = OpenSheet(page, site, sheet)
                one.settle()
                page.locator('.sheet-rail [data-act="layers"]').click()
                page.wait_for_timeout(3_000)  # a person reads the list
                layers = len(site.pages[sheet].layers)
                runs = [one.run(TOGGLE, n % layers) for n in range(9)]
                first, last = zip(*runs[1:], strict=True)
                print(
                    f"{sheet:14} layers {layers:3}  first set {runs[0][0]:5.0f} / {runs[0][1]:5.0f} ms"
                    f"  then {statistics.median(first):5.0f} / {statistics.median(last):5.0f} ms"
                    f"  worst {max(first):5.0f} / {max(last):5.0f} ms"
                )
        finally:
            browser.close()
            site.close()


if __name__ == "__main__":
    main()
