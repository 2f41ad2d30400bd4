"""What the assisted rules say of real sets: ``python -m tests.bench.assist [--kept FOLDER] [--findings]``.

The files of one project are a set. Its register is what a clerk would accept without correcting anything: numbers and titles
as the reader of title blocks takes them, so that a wrong reading counts against the rules. Versions of one sheet in several
files count once. ``--kept`` keeps what was read of the files, so that a second run takes seconds; ``--findings`` prints
every finding, for looking at it.
"""

import argparse
import hashlib
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from app.cli.demo_set import draw_demo_set
from app.drawings.callouts import SetNumber
from app.drawings.reading import read_title_block
from app.review.assist.facts import CAD, PageFacts, SetFacts, SheetFacts
from app.review.assist.rule import Verdict
from app.review.assist.rulebook import RULES, run_rules
from app.review.assist.words import CANNOT, fact_of
from tests.samples import sample
from viewers.render.errors import RenderRefused
from viewers.render.inspect import inspect_file
from viewers.render.manifest import Manifest, rules_from_json, runs_from_json

OF_FILES = {"fonts", "references", "objects", "text"}
_VERSION = re.compile(r"(_\d_|_b)$|^dup__", re.IGNORECASE)
"""Names of further copies of a sheet."""


def real_sets() -> Mapping[str, list[Path]]:
    """The files of each project of the samples."""
    barber, annex, cad = sample("barber-house"), sample("annex"), sample("cad")
    sets = {f"barber-house {p.stem}": [p] for p in sorted(barber.glob("*.pdf"))}
    for name, pattern in (("PP", "TRN_PP_AR"), ("EP", "TRN_EP_"), ("ES", "TRN_ES_")):
        sets[f"annex {name} pdf"] = _once(annex.glob(f"pdf/{pattern}*.pdf"))
    sets["annex K pdf"] = _once([*annex.glob("pdf/K*.pdf"), *annex.glob("pdf/TRN_PP_EK*.pdf")])
    for name, pattern in (("PP", "Archive_1__TRN_PP_*"), ("EP", "Archive_2__TRN_EP_*"), ("V04", "*_V04_*")):
        sets[f"annex {name} dwg"] = _once(annex.glob(f"dwg/{pattern}.dwg"))
    sets["annex imperial dwg"] = sorted(annex.glob("dwg/Sample*.dwg"))
    for name in ("baolinh", "dwg2ifc", "dxfpostgis"):
        sets[f"cad {name}"] = sorted(cad.glob(f"{name}__*.d[xw][fg]"))
    return {name: files for name, files in sets.items() if files}


def single_files() -> list[Path]:
    """CAD files that are no set: what programs test themselves with. Only the rules over files are asked of them."""
    of_sets = {path for files in real_sets().values() for path in files}
    return [p for p in sorted(sample("cad").glob("*.d[xw][fg]")) if p not in of_sets]


def _once(files: Iterable[Path]) -> list[Path]:
    return [p for p in sorted(files) if not _VERSION.search(p.stem)]


def read_file(path: Path, kept: Path, companions: Mapping[str, Path]) -> list[PageFacts]:
    """The pages of a file as intake reads it beside its batch; nothing for a file that is refused."""
    folder = kept / hashlib.sha256(path.read_bytes()).hexdigest()[:24]
    if not (folder / "manifest.json").is_file():
        if (folder / "refused").is_file():
            return []
        folder.mkdir(parents=True, exist_ok=True)
        try:
            inspect_file(path, folder, companions=companions, has_tiles=False)
        except RenderRefused as refusal:
            (folder / "refused").write_text(refusal.code)
            print(f"refused: {path.name}: {refusal.code}")
            return []
    manifest = Manifest.from_json((folder / "manifest.json").read_text("utf-8"))
    return [
        PageFacts(
            manifest.kind,
            page,
            (*page.problems, *manifest.problems),
            runs_from_json((folder / "text" / f"{page.index}.json").read_text("utf-8")),
            rules_from_json((folder / "rules" / f"{page.index}.json").read_text("utf-8")),
            path.name,
            sum(s.is_signed for s in manifest.signatures),
        )
        for page in manifest.pages
    ]


def sheet_of(facts: PageFacts) -> SheetFacts:
    """A sheet as it would be registered without a correction."""
    name = f"{facts.file_name}#{facts.page.index + 1}"
    bare = SheetFacts(name, name, "", "", "general", view=facts, cad=facts if facts.kind in CAD else None)
    content = replace(bare.content, file_name=facts.file_name, page=facts.page.index)
    fields = read_title_block(content).fields
    number, title = (fields[n].value if n in fields else "" for n in ("number", "title"))
    return SheetFacts(
        name, name, number or name, title, "general", view=facts, cad=facts if facts.kind in CAD else None
    )


def set_of(files: Iterable[Path], kept: Path, layer_pattern: str = "") -> SetFacts:
    """All sheets of a project."""
    files = list(files)
    # The samples' names have their archive in front; drawings know each other by what comes after.
    companions = {path.name.partition("__")[2] or path.name: path for path in files}
    sheets = [sheet_of(page) for path in files for page in read_file(path, kept, companions)]
    register = [SetNumber(s.sheet_id, s.number, s.title) for s in sheets]
    return SetFacts(sheets, register, layer_pattern)


def demo_sets(folder: Path, kept: Path) -> Iterable[tuple[str, SetFacts]]:
    """The made-up set in both issues. A PDF and a CAD file of one number are one sheet; the second issue replaces sheets."""
    standing: dict[str, SheetFacts] = {}
    for issue in (1, 2):
        out = folder / f"demo{issue}"
        out.mkdir(parents=True, exist_ok=True)
        draw_demo_set(out, issue=issue)
        printed = set_of(sorted(out.rglob("*.pdf")), kept).sheets
        drawn = set_of(sorted(p for p in out.rglob("*") if p.suffix.lower() in (".dxf", ".dwg")), kept).sheets
        by_number = {s.number: s for s in drawn} | {s.number: s for s in printed}
        cad = {s.number: s.view for s in drawn}
        standing |= {n: replace(s, cad=cad.get(n), rev_seq=issue) for n, s in by_number.items()}
        sheets = list(standing.values())
        register = [SetNumber(s.sheet_id, s.number, s.title) for s in sheets]
        yield f"demo issue {issue} (made up)", SetFacts(sheets, register, "gb")


def show(
    name: str, found: SetFacts, *, has_findings: bool, off: Iterable[str] = ()
) -> dict[str, tuple[int, ...]]:
    """Print what the rules say of a set; findings, and sheets passed, found and not judged, by rule."""
    print(f"\n## {name}: {len(found.sheets)} sheets")
    table: dict[str, tuple[int, ...]] = {}
    for judged in run_rules(found, set(off)):
        if judged.is_off:
            table[judged.rule] = (0, 0, 0, 0)
            continue
        findings = [s for s in judged.said if s.verdict is Verdict.FINDING]
        counts = tuple(judged.counts.get(v, 0) for v in (Verdict.PASS, Verdict.FINDING, Verdict.CANNOT))
        table[judged.rule] = (len(findings), *counts)
        reasons = sorted({str(CANNOT[s.reason].en) for s in judged.said if s.verdict is Verdict.CANNOT})
        print(
            f"{judged.rule:16} pass {counts[0]:4}  found {counts[1]:4}  not judged {counts[2]:4}  {'; '.join(reasons)}"
        )
        for said in findings if has_findings else ():
            where = f"{said.sheet.sheet_id} ({said.sheet.number})" if said.sheet else "set"
            print(f"    {where}: {said.reason}: {fact_of(said.reason, said.data).en} {said.region or ''}")
    return table


def main() -> None:
    """Every set, then the sums."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--findings", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        kept = options.kept or Path(folder) / "kept"
        for name, files in real_sets().items():
            if options.only in name:
                tables[name] = show(name, set_of(files, kept), has_findings=options.findings)
        if options.only in "cad single files":
            off = {rule.id for rule in RULES} - OF_FILES
            found = set_of(single_files(), kept)
            tables["cad single files"] = show(
                "cad single files", found, has_findings=options.findings, off=off
            )
        if options.only in "demo":
            for name, found in demo_sets(Path(folder), kept):
                tables[name] = show(name, found, has_findings=options.findings)
    print("\nrule             findings   sheets passed   found   not judged")
    for rule in RULES:
        sums = [sum(column) for column in zip(*(t[rule.id] for t in tables.values()), strict=True)]
        print(f"{rule.id:16} {sums[0]:8} {sums[1]:15} {sums[2]:7} {sums[3]:12}")


if __name__ == "__main__":
    main()
