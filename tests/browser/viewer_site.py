"""A small site on 127.0.0.1 with one page that mounts the sheet viewer, and a real Chromium to open it with.

The page carries the policy of the product (no inline styles, no inline scripts); tiles, thumbnails and text come from
real drawings through the jailed renderer, as they do in the product. Holds fixtures, no tests: the test modules of the
viewer name it as a plugin.
"""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.made_sheets import MADE, SCALES
from tests.samples import ROOT, SAMPLES, sample
from viewers.render.errors import RenderError
from viewers.render.layer_set import decode_layers
from viewers.render.manifest import Manifest, runs_from_json
from viewers.render.manifest import Page as SheetPage
from viewers.render.pool import Limits, RenderPool
from viewers.render.sheet_grid import grid_of
from viewers.render.tiles import BLANK_TILE, READY_LEVEL

MODULES = ROOT / "viewers" / "browser"
POLICY = "default-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'"
SHEETS = {
    "a0": (("pdf", "A0_200k.pdf"), 0),
    "annex": (("annex", "pdf", "TRN_PP_AR-5-01_V01_Korruseplaan.pdf"), 0),
    "barber": (("barber-house", "2013-07-18.pdf"), 2),
}

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>sheet</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/viewers/sheet-view.css">
<link rel="stylesheet" href="/viewers/sheet-tools.css"><link rel="stylesheet" href="/viewers/thumb-strip.css">
<link rel="stylesheet" href="/page.css">
{modules}
<body data-sheet="{sheet}"><div id="stage"></div><script type="module" src="/page.js"></script></body></html>"""

PAGE_CSS = "html, body, #stage { height: 100%; margin: 0; font-family: sans-serif; }"

PAGE_JS = """
import { SheetView } from "/viewers/sheet-view.js";
const sheet = document.body.dataset.sheet;
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
const labels = new Proxy({}, { get: (_, name) => `${String(name)} 图` });
window.events = [];
window.mount = async () => {
  window.sheetPage = await (await fetch(`/sheets/${sheet}/page.json`)).json();
  window.view = new SheetView(document.getElementById("stage"), {
    page: sheetPage, labels, hash: location.hash,
    tileUrl: (level, x, y) => `/sheets/${sheet}/tiles/${level}/${x}/${y}`,
    layerTileUrl: (code, level, x, y) => `/sheets/${sheet}/layers/${code}/tiles/${level}/${x}/${y}`,
    segmentsUrl: (box) => `/sheets/${sheet}/segments/${[box.x0, box.y0, box.x1, box.y1].map(Math.round)}`,
    regionLink: (box) => `http://link/${Object.values(box)}`,
    printUrl: (box, paper) => `/print/${paper}/${Object.values(box)}`,
    scales: sheetPage.scales, grid: sheetPage.grid,
    thumbUrl: `/sheets/${sheet}/thumb`, textUrl: `/sheets/${sheet}/text`,
  });
  for (const type of ["view", "point", "ready", "layers", "region", "link", "error"]) {
    view.addEventListener(type, ({ detail }) =>
      events.push({ type, ...(detail?.error ? { ...detail, error: String(detail.error) } : detail) }));
  }
};
window.mounted = window.mount();
"""


@dataclass
class ViewerSite:
    """The server: what it may serve, how slowly, and what was asked of it."""

    folder: Path
    delay: float = 0.0
    """Seconds that every tile waits."""
    failing: Callable[[str], int] = lambda _: 0
    """A status to answer a path with instead; 0 for none."""
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    """Bytes of all bodies."""
    pages: dict[str, SheetPage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pool = RenderPool(
            workers=2,
            limits=Limits(),
            read_roots=[SAMPLES, self.folder / "made"],
            scratch=self.folder / "scratch",
        )
        site = self
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}), bind_and_activate=True
        )
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def source(self, sheet: str) -> tuple[Path, int]:
        """The PDF of a sheet, and its page in there."""
        if sheet in MADE:
            path = self.folder / "made" / f"{sheet}.pdf"
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                MADE[sheet](path)
            return path, 0
        parts, index = SHEETS[sheet]
        return sample(*parts), index

    def add(self, sheet: str) -> None:
        """Read a sheet, once."""
        if sheet in self.pages:
            return
        source, index = self.source(sheet)
        manifest = self.pool.inspect(source, self.folder / sheet)
        assert isinstance(manifest, Manifest)
        self.pages[sheet] = manifest.pages[index]

    def reset(self) -> None:
        """As new, but for what was read."""
        self.delay = 0.0
        self.failing = lambda _: 0
        self.asked.clear()
        self.sent = 0

    def tiles_asked(self) -> list[tuple[int, int, int]]:
        """Level, column and row of each tile that was asked for, in order."""
        found = [re.search(r"/tiles/(-?\d+)/(\d+)/(\d+)$", path) for path in self.asked]
        return [(int(m[1]), int(m[2]), int(m[3])) for m in found if m]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.pool.close()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body for a path."""
        if path == "/page.js":
            return 200, "text/javascript", PAGE_JS.encode()
        if path == "/page.css":
            return 200, "text/css", PAGE_CSS.encode()
        if match := re.fullmatch(r"/viewers/([a-z-]+\.(?:js|css))", path):
            kind = "text/javascript" if match[1].endswith("js") else "text/css"
            return 200, kind, (MODULES / match[1]).read_bytes()
        if match := re.fullmatch(r"/open/(\w+)", path):
            modules = "".join(
                f'<link rel="modulepreload" href="/viewers/{file.name}">'
                for file in sorted(MODULES.glob("*.js"))
            )
            return 200, "text/html", PAGE.format(sheet=match[1], modules=modules).encode()
        if match := re.fullmatch(r"/sheets/(\w+)/(.+)", path):
            return self._sheet(match[1], match[2])
        return 404, "text/plain", b""

    def _sheet(self, sheet: str, rest: str) -> tuple[int, str, bytes]:
        source, index = self.source(sheet)
        folder = self.folder / sheet
        if rest == "page.json":
            page = self.pages[sheet]
            facts = {"width_um": page.width_um, "height_um": page.height_um}
            facts["layers"] = [asdict(layer) for layer in page.layers]
            runs = runs_from_json((folder / "text" / f"{index}.json").read_text("utf-8"))
            facts["grid"] = asdict(grid_of(page.width_um, page.height_um, runs))
            facts["scales"] = SCALES.get(sheet, {"choices": [], "isNotToScale": False})
            return 200, "application/json", json.dumps(facts).encode()
        if rest.startswith("segments/"):
            x0, y0, x1, y1 = map(int, rest.removeprefix("segments/").split(","))
            found, is_cut = self.pool.segments(source, index, (x0, y0, x1, y1))
            return 200, "application/json", json.dumps({"segments": found, "is_cut": is_cut}).encode()
        if rest == "thumb":
            return 200, "image/webp", (folder / "thumb" / f"{index}.webp").read_bytes()
        if rest == "text":
            return 200, "application/json", (folder / "text" / f"{index}.json").read_bytes()
        layers = None
        if match := re.fullmatch(r"layers/([^/]+)/(tiles/.+)", rest):
            layers, rest = decode_layers(match[1], self.pages[sheet].layers), match[2]
        level, x, y = map(int, rest.removeprefix("tiles/").split("/"))
        time.sleep(self.delay)
        file = folder / "tiles" / str(index) / str(level) / f"{x}_{y}.webp"
        if level <= READY_LEVEL and layers is None:
            body = file.read_bytes() if file.exists() else BLANK_TILE
        else:
            try:
                body = self.pool.tile(source, index, level, x, y, layers=layers)
            except RenderError:
                return 404, "text/plain", b""
        return (204, "image/webp", b"") if body == BLANK_TILE else (200, "image/webp", body)


class _Handler(BaseHTTPRequestHandler):
    site: ViewerSite
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.site.asked.append(path)
        status = self.site.failing(path)
        status, kind, body = (status, "text/plain", b"") if status else self.site.answer(path)
        self.site.sent += len(body)
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            # Modules are kept too, as the product's worker keeps those of its release.
            is_lasting = status < 300 and path.startswith(("/sheets", "/viewers"))
            self.send_header("Cache-Control", "max-age=31536000, immutable" if is_lasting else "no-store")
            self.end_headers()
            self.wfile.write(body)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a browser may hang up at any time
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Nothing: the site keeps its own list."""


@dataclass
class OpenSheet:
    """A page of Chromium with the viewer in it."""

    page: Page
    site: ViewerSite
    sheet: str
    complaints: list[str] = field(default_factory=list)

    @property
    def sheet_page(self) -> SheetPage:
        return self.site.pages[self.sheet]

    def run(self, script: str, argument: Any = None) -> Any:
        """Evaluate a function in the page."""
        return self.page.evaluate(script, argument)

    def settle(self) -> dict[str, Any]:
        """Wait until the view rests and all of its tiles are drawn; its progress."""
        return dict(self.run(_SETTLE))

    def state(self) -> dict[str, float]:
        return dict(self.run("() => view.state"))

    def go(self, **place: float) -> None:
        """Look at a place at once, and wait for it."""
        self.run("(place) => view.openHash(`${place.x_um},${place.y_um},${place.scale}`)", place)
        self.settle()

    def under(self, px: float, py: float) -> tuple[float, float]:
        """The sheet point under a point of the view, by the public state alone."""
        state, size = self.state(), self.page.viewport_size
        assert size is not None
        k = state["scale"] * 96 / 25_400
        return (
            state["x_um"] + (px - size["width"] / 2) / k,
            state["y_um"] - (py - size["height"] / 2) / k,
        )


_SETTLE = """() => new Promise((resolve, reject) => {
  const deadline = performance.now() + 60_000;
  let last = "", still = 0;
  const look = () => {
    const { state, progress } = view;
    const now = JSON.stringify(state);
    still = now === last && progress.visible > 0 && progress.missing === 0 ? still + 1 : 0;
    last = now;
    if (still >= 4) resolve(progress);
    else if (performance.now() > deadline) reject(new Error(JSON.stringify(progress)));
    else requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    site = ViewerSite(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


@pytest.fixture
def viewer_site(shared_site: ViewerSite) -> ViewerSite:
    shared_site.reset()
    return shared_site


DESKTOP = {"viewport": {"width": 1366, "height": 768}, "reduced_motion": "reduce"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}


@pytest.fixture
def open_sheet(browser: Browser, viewer_site: ViewerSite) -> Iterator[Callable[..., OpenSheet]]:
    """Open a sheet and wait for the viewer; at the end nothing may have gone wrong on any page."""
    contexts: list[BrowserContext] = []
    opened: list[OpenSheet] = []

    def open_one(sheet: str = "annex", seat: dict[str, Any] = DESKTOP, place: str = "") -> OpenSheet:
        viewer_site.add(sheet)
        context = browser.new_context(**seat)
        contexts.append(context)
        page = context.new_page()
        one = OpenSheet(page, viewer_site, sheet)
        page.on(
            "console", lambda m: one.complaints.append(m.text) if m.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: one.complaints.append(str(error)))
        page.goto(f"{viewer_site.url}/open/{sheet}{place}")
        page.evaluate("() => window.mounted")
        opened.append(one)
        return one

    yield open_one
    complaints = [text for one in opened for text in one.complaints]
    violations = [v for one in opened for v in one.run("() => window.violations")]
    for context in contexts:
        context.close()
    assert complaints == []
    assert violations == []
