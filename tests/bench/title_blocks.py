"""How well title blocks are read: real sheets and the synthetic Chinese set, with file names shown and hidden.

    python -m tests.bench.title_blocks [--misses]

Prints, per set and field, precision, recall and n (values that should be read). Truth:

* barber-house: ``labels.csv``, typed from the sheets;
* annex: ``labels.csv`` was made from *file names*; where a sheet prints something else, :data:`PRINTED` holds what
  it prints (read by eye from pictures of all 40 blocks), because a reader of title blocks must return the print.
  Covers, lists and reports carry no title block: nothing is expected there, and anything read counts as wrong;
* Chinese set: drawn by ``app.cli.demo_set`` and marked synthetic. It shows that the reader works, not how well it
  works on the blocks of real institutes.
"""

import csv
import difflib
import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.cli.demo_set import draw_demo_set
from app.drawings.reading import (
    PageContent,
    TitleBlockReading,
    parse_date,
    read_drawing_list,
    read_title_block,
)
from app.kernel.text import code_key, loose_key
from tests.samples import SAMPLES
from viewers.render.cad import inspect_cad
from viewers.render.manifest import SourceKind, rules_from_json, runs_from_json
from viewers.render.pdf import load_page, open_pdf
from viewers.render.pdf_lines import read_paths
from viewers.render.pdf_space import SheetSpace
from viewers.render.pdf_text import read_text

_NO_BLOCK = ("Tiitelleht", "DokNimekiri", "Seletuskiri")

PRINTED: dict[str, tuple[str, str]] = {
    "EP_AR-5-01": ("AR-5-01", "Esimese korruse plaan"),
    "EP_AR-5-02": ("AR-5-02", "Katuse plaan"),
    "EP_AR-6-01": ("AR-6.-01", "Abihoone vaated ja lõige"),
    "EP_AR-6-02": ("AR-6.-01", "Abihoone vaated ja lõige"),
    "ES_AR-5-01": ("AR-5-01", "Esimese korruse plaan"),
    "ES_AR-6-01": ("AR-6.-01", "Abihoone vaated ja lõige"),
    "EP_AS-4-01": ("AS-4-01", "Asendiplaan"),
    "PP_AS-4-01": ("AS-4-01", "Asendiplaan"),
    "PP_AR-4-01": ("AS-4-01", "Asendiplaan"),
    "PP_AR-4-02": ("AR-4-02", "Asendiplaan välisvalgustid"),
    "PP_AR-5-01": ("AR-5-01", "Esimese korruse plaan"),
    "PP_AR-5-02": ("AR-5-02", "Katuse plaan"),
    "PP_AR-6-01": ("AR-6-01", "Lõige L-01, Lõige L-02"),
    "PP_AR-6-02": ("AR-6-02", "Vaade V-01, Vaade V-02, Vaade V-05"),
    "PP_AR-6-03": ("AR-6-03", "Vaade V-03, Vaade V-04"),
    "PP_AR-7-01": ("AR-7-101", "Soklisolm"),
    "PP_AR-7-02": ("AR-7-102", "Aken vert"),
    "PP_AR-7-03": ("AR-7-103", "Aken hor laudisega-seinas"),
    "PP_AR-7-04": ("AR-7-104", "Aken hor fassaadiplaadiga-seinas"),
    "PP_AR-7-05": ("AR-7-105", "Klaasassaadi ja terrassi sõlm"),
    "PP_AR-7-06": ("AR-7-106", "Parapett"),
    "PP_AR-7-07": ("AR-7-107", "Varikatus"),
    "PP_AR-7-08": ("AR-7-108", "Kahe katuse ühendus"),
    "PP_AR-7-09": ("AR-7-109", "Trepp"),
    "PP_AR-7-10": ("AR-7-110", "Magamistoa terrass"),
    "PP_AR-7-11": ("AR-7-111", "Välisseina sisenurk"),
    "PP_AR-7-12": ("AR-7-112", "Vihmaveetoru-laudise-taga"),
    "PP_AR-8-01": ("AR-8-01", "Konstruktsioonid vert."),
    "PP_AR-8-02": ("AR-8-02", "Konstruktsioonid hor."),
    "PP_AR-8-03": ("AR-8-03", "Aknad"),
    "PP_AR-8-04": ("AR-8-04", "Klaasfassaad KLF-1"),
    "PP_AR-8-05": ("AR-8-05", "Klaasfassaad KLF-2"),
    "PP_AR-8-06": ("AR-8-06", "Välisuksed"),
    "K2.1": ("K2.1", "HOONE PÕHIPLAAN"),
    "K2.2.4": ("K2.2.4", "LMS-7"),
}
"""Number by file name -> number and title as printed."""


@dataclass(frozen=True)
class Case:
    """One page and what should be read from it; fields that are not in ``truth`` are not judged."""

    page: PageContent
    truth: dict[str, str]
    loose: bool = False
    """True: numbers modulo prefix, titles accent-folded and fuzzy (0.8)."""
    only_named: bool = False
    """True: the page prints none of it; only the file name tells."""


@dataclass
class Score:
    """Counts of one field of one set."""

    expected: int = 0
    read: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right of what was read; 1 when nothing was read."""
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Right of what should have been read."""
        return self.right / self.expected if self.expected else 1.0


# -- pages ------------------------------------------------------------------------------------------------------------


def pdf_pages(path: Path, limit: int = 10_000) -> Iterator[PageContent]:
    """The pages of a PDF as the renderer reads them."""
    document = open_pdf(path)
    try:
        for index in range(min(len(document), limit)):
            page = load_page(document, index)
            space = SheetSpace.of_page(page)
            text = read_text(page, space)
            lines = read_paths(page, space).lines
            yield PageContent(
                space.width_um,
                space.height_um,
                [(r.text, r.x0, r.y0, r.x1, r.y1, r.angle) for r in text.runs],
                [(n.x0, n.y0, n.x1, n.y1) for n in lines],
                path.name,
                index,
                len(document),
                text.is_usable,
            )
            page.close()
    finally:
        document.close()


def cad_pages(path: Path) -> list[PageContent]:
    """The pages of a DXF or DWG as the renderer reads them."""
    kind = SourceKind.DWG if path.suffix.lower() == ".dwg" else SourceKind.DXF
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for name in ("text", "rules", "thumb"):
            (out / name).mkdir()
        pages = inspect_cad(path, out, kind, {}).pages
        made = []
        for page in pages:
            runs = runs_from_json((out / "text" / f"{page.index}.json").read_text("utf-8"))
            lines = rules_from_json((out / "rules" / f"{page.index}.json").read_text("utf-8"))
            made.append(
                PageContent(
                    page.width_um,
                    page.height_um,
                    [(r.text, r.x0, r.y0, r.x1, r.y1, r.angle) for r in runs],
                    [(n.x0, n.y0, n.x1, n.y1) for n in lines],
                    path.name,
                    page.index,
                    len(pages),
                    page.text_usable,
                )
            )
        return made


# -- cases -------------------------------------------------------------------------------------------------------------


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def barber_cases(samples: Path) -> dict[str, list[Case]]:
    """Three issues of one house; the middle one has little text but that of its title blocks."""
    sets: dict[str, list[Case]] = {}
    folder = samples / "barber-house"
    pages = {f.name: list(pdf_pages(f)) for f in sorted(folder.glob("*.pdf"))}
    for row in _rows(folder / "labels.csv"):
        page = pages[row["file"]][int(row["page"]) - 1]
        truth = {"number": row["number"], "title": row["title"]}
        sets.setdefault(f"barber-house {row['file'][:10]}", []).append(Case(page, truth))
    return sets


def annex_cases(samples: Path, kind: str) -> dict[str, list[Case]]:
    """``kind`` is ``pdf`` or ``dwg``; documents without a title block are a set of their own."""
    sets: dict[str, list[Case]] = {f"annex {kind}": []}
    if kind == "pdf":
        sets["annex documents without title block"] = []
    for row in _rows(samples / "annex" / "labels.csv"):
        path = samples / "annex" / row["file"]
        if not row["file"].startswith(kind):
            continue
        page = next(iter(pdf_pages(path, 1) if kind == "pdf" else cad_pages(path)))
        if any(word in row["file"] for word in _NO_BLOCK):
            sets["annex documents without title block"].append(
                Case(page, {"number": row["number"], "title": row["title"]}, loose=True, only_named=True)
            )
            continue
        number, title = PRINTED.get(row["number"], (row["number"], row["title"]))
        sets[f"annex {kind}"].append(Case(page, {"number": number, "title": title}, loose=True))
    return sets


def demo_cases(folder: Path) -> dict[str, list[Case]]:
    """The Chinese set, both issues, PDF and DXF apart; all synthetic."""
    sets: dict[str, list[Case]] = {}
    for issue in (1, 2):
        out = folder / str(issue)
        out.mkdir(parents=True, exist_ok=True)
        draw_demo_set(out, issue=issue)
        read: dict[str, list[PageContent]] = {}
        for row in _rows(out / "labels.csv"):
            path = out / row["file"]
            if path.name not in read:
                read[path.name] = list(pdf_pages(path)) if path.suffix == ".pdf" else cad_pages(path)
            page = _page_of(read[path.name], row)
            truth = {
                name: row[name].replace("-", "") if row[name] == "-" else row[name]
                for name in ("number", "title", "discipline", "scale", "revision")
            }
            truth["date"] = parse_date(row["date"])
            sets.setdefault(f"Chinese {path.suffix[1:]} issue {issue} (synthetic)", []).append(
                Case(page, truth)
            )
    return sets


def _page_of(pages: list[PageContent], row: dict[str, str]) -> PageContent:
    """Pages of PDFs are counted from 1. The frames of one CAD file have no order: that which prints the number."""
    if row["page"] != "0":
        return pages[int(row["page"]) - 1]
    return next((p for p in pages if any(r[0] == row["number"] for r in p.runs)), pages[0])


# -- judging -----------------------------------------------------------------------------------------------------------


def _folded(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]+", "", "".join(c for c in flat if not unicodedata.combining(c)))


def agrees(name: str, read: str, truth: str, *, loose: bool) -> bool:
    """Whether a reading is right."""
    if name == "number":
        if loose:
            a, b = loose_key(read), loose_key(truth)
            return a == b or (len(a) >= 4 and b.endswith(a)) or (len(b) >= 4 and a.endswith(b))
        return code_key(read) == code_key(truth)
    if name == "title":
        a, b = _folded(read), _folded(truth)
        return a == b or (loose and difflib.SequenceMatcher(None, a, b).ratio() >= 0.8)
    if name == "scale":
        return set(re.split(r"[,、/ ]+", read)) == set(re.split(r"[,、/ ]+", truth))
    return read == truth


def judge(
    cases: list[Case], read: Callable[[PageContent], TitleBlockReading] = read_title_block
) -> dict[str, Score]:
    """Scores per field."""
    scores: dict[str, Score] = {}
    for case in cases:
        fields = read(case.page).fields
        for name, truth in case.truth.items():
            score = scores.setdefault(name, Score())
            value = fields[name].value if name in fields else ""
            score.expected += bool(truth)
            score.read += bool(value)
            right = bool(value) and bool(truth) and agrees(name, value, truth, loose=case.loose)
            score.right += right
            if not right and (value or truth):
                where = f"{case.page.file_name} page {case.page.page} ({case.truth['number']})"
                score.misses.append(f"{where}: {name} read {value!r}, should be {truth!r}")
    return scores


def hidden(cases: list[Case]) -> list[Case]:
    """The same pages without their file names."""
    return [
        replace(
            c,
            page=replace(c.page, file_name=""),
            truth=dict.fromkeys(c.truth, "") if c.only_named else c.truth,
        )
        for c in cases
    ]


def _report(name: str, cases: list[Case], *, misses: bool) -> None:
    shown, blind = judge(cases), judge(hidden(cases))
    for field_name, score in shown.items():
        other = blind[field_name]
        print(
            f"{name:38} {field_name:11} n={score.expected:3}   hidden P {other.precision:.3f} R {other.recall:.3f}"
            f"   shown P {score.precision:.3f} R {score.recall:.3f}"
        )
        if misses:
            for line in other.misses:
                print("      hidden:", line)
            for line in score.misses:
                print("      shown: ", line)


def list_lines(samples: Path) -> Iterator[str]:
    """How the real drawing lists agree with the sheets they list."""
    folder = samples / "annex" / "pdf"
    rows = [r for p in pdf_pages(folder / "TRN_PP_EK_koosseis.pdf") for r in read_drawing_list(p) or []]
    labels = {
        r["number"]: r["title"] for r in _rows(samples / "annex" / "labels.csv") if r["number"][0] == "K"
    }
    right = sum(r.number in labels for r in rows)
    yield f"annex TRN_PP_EK_koosseis: {len(rows)} rows, {right} of {len(labels)} sheet numbers found"
    for name, printed in (
        ("TRN_PP_AR-0-02_v01_DokNimekiri.pdf", 30),
        ("TRN_EP_AR-0-02_v01_Abihoone-DokNimekiri.pdf", 7),
    ):
        rows = [r for p in pdf_pages(folder / name) for r in read_drawing_list(p) or []]
        yield f"annex {name}: {len(rows)} rows of {printed} printed (counted by eye)"
    false = [
        path.name
        for path in sorted(folder.glob("*.pdf"))
        if "DokNimekiri" not in path.name and "koosseis" not in path.name
        for page in pdf_pages(path, 3)
        if read_drawing_list(page) is not None
    ]
    yield f"annex: pages that are no list but were read as one: {len(false)} {false}"


def main() -> None:
    """Print all tables."""
    misses = "--misses" in sys.argv
    sets: dict[str, list[Case]] = {}
    if SAMPLES.exists():
        sets |= barber_cases(SAMPLES) | annex_cases(SAMPLES, "pdf") | annex_cases(SAMPLES, "dwg")
    with tempfile.TemporaryDirectory() as folder:
        sets |= demo_cases(Path(folder))
    for name, cases in sets.items():
        _report(name, cases, misses=misses)
    if SAMPLES.exists():
        print(*list_lines(SAMPLES), sep="\n")


if __name__ == "__main__":
    main()
