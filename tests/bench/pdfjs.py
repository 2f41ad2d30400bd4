"""pdf.js on the same sheets, to compare with: fetched from npm when a bench runs, kept outside the repository.

pdf.js is Mozilla's (Apache-2.0). Its display layer is used as its own viewer uses it: the page fitted to the window,
then a window of the page at a larger scale, each drawn by ``page.render`` at the pixels of the screen.
"""

import contextlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

VERSION = "5.6.205"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "oneset-bench"

PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<style>html, body { height: 100%; margin: 0 } canvas { display: block }</style>
<canvas></canvas><script type="module" src="/page.mjs"></script>"""

SCRIPT = """
import * as pdfjs from "/package/build/pdf.min.mjs";
pdfjs.GlobalWorkerOptions.workerSrc = "/package/build/pdf.worker.min.mjs";
const canvas = document.querySelector("canvas"), ratio = devicePixelRatio;
const load = pdfjs.getDocument({
  url: "/sheet.pdf", cMapUrl: "/package/cmaps/", standardFontDataUrl: "/package/standard_fonts/",
  wasmUrl: "/package/wasm/", iccUrl: "/package/iccs/", disableAutoFetch: true,
});
const number = Number(new URLSearchParams(location.search).get("page")) + 1;
let page;
window.draw = async (zoom) => {
  page ??= await (await load.promise).getPage(number);
  const whole = page.getViewport({ scale: 1 });
  const fit = Math.min(innerWidth / whole.width, innerHeight / whole.height) * ratio;
  const scale = fit * zoom;
  canvas.width = Math.min(innerWidth * ratio, whole.width * scale);
  canvas.height = Math.min(innerHeight * ratio, whole.height * scale);
  const viewport = page.getViewport({
    scale, offsetX: (canvas.width - whole.width * scale) / 2, offsetY: (canvas.height - whole.height * scale) / 2,
  });
  await page.render({ canvas, viewport }).promise;
  await new Promise(requestAnimationFrame);
  return performance.now();
};
window.drawn = window.draw(1);
window.picture = async (width) => {
  page ??= await (await load.promise).getPage(number);
  const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  await page.render({ canvas, viewport }).promise;
  return canvas.toDataURL("image/png");
};
"""


def fetch() -> Path | None:
    """The folder of the package; None, with a line that says so, when npm cannot bring it."""
    folder = CACHE / f"pdfjs-dist-{VERSION}"
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        try:
            if npm is None:
                raise FileNotFoundError("npm")
            command = [npm, "pack", f"pdfjs-dist@{VERSION}"]
            subprocess.run(command, cwd=scratch, check=True, capture_output=True, timeout=120)
            with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
                archive.extractall(scratch, filter="data")
            (Path(scratch) / "package").rename(folder)
        except (OSError, subprocess.SubprocessError, StopIteration, tarfile.TarError) as error:
            print(f"pdf.js: not compared, npm cannot bring pdfjs-dist {VERSION} ({type(error).__name__})")
            return None
    return folder


class PdfJsSite:
    """A server on 127.0.0.1 with pdf.js and one sheet at a time."""

    def __init__(self, package: Path) -> None:
        self.sheet = Path()
        self.sent = 0
        handler = partial(_Handler, self, package, directory=str(package))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site: PdfJsSite, package: Path, *rest: Any, **more: Any) -> None:
        self.site = site
        self.package = package
        super().__init__(*rest, **more)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        made = {"/": ("text/html", PAGE), "/page.mjs": ("text/javascript", SCRIPT)}
        if path in made:
            kind, text = made[path]
            self._answer(kind, text.encode())
        elif path == "/sheet.pdf":
            self._answer("application/pdf", self.site.sheet.read_bytes())
        else:
            file = (self.package / path.removeprefix("/package/")).resolve()
            if not file.is_relative_to(self.package.resolve()) or not file.is_file():
                self.send_error(404)
                return
            self._answer(self.guess_type(str(file)), file.read_bytes())

    def _answer(self, kind: str, body: bytes) -> None:
        self.site.sent += len(body)
        with contextlib.suppress(ConnectionError):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""
