"""Rules over the files themselves: fonts, references, foreign objects, seals, layers, readable text."""

from collections.abc import Iterable

import regex

from app.review.assist.facts import CAD, PICTURES, PageFacts, SetFacts, SheetFacts
from app.review.assist.rule import Said, Verdict, cannot, passed
from viewers.render.manifest import Problem

_STOCK = """
txt simplex complex romans romand romanc romant italic italicc italict monotxt isocp isocp2 isocp3 isoct isoct2 isoct3
isocpeur isocteur scripts scriptc gothice gothicg gothici greeks greekc syastro symap symath symeteo symusic gdt amgdt
gbcbig gbenor gbeitc bigfont extfont extfont2 chineset whgtxt whgdtxt whtgtxt whtmtxt
sanss___ sansso__ sanssb__ sanssbo_ technic_ techniclite cityblueprint countryblueprint stylus_bt
arial arialbd arialbi ariali timesbd timesbi timesi courbd tahomabd verdanab calibrib
arialn arialnarrow ariblk arialblack times timesnewroman couriernew cour tahoma verdana calibri segoeui consola comic
symbol wingdings msshelldlg msshelldlg2 malgun malgungothic malgungothicsemilight
simsun simhei simfang simkai nsimsun fangsong kaiti msyh msyhbd microsoftyahei
helvetica courier timesroman zapfdingbats
"""
STOCK_FONTS = frozenset(_STOCK.replace("_", "").split())
"""Fonts that come with the drawing programs, with Windows and Office, or with every reader of PDF: nobody misses them."""
NO_LAYER_RULE = frozenset({"0", "defpoints"})
GB_LAYERS = "gb"
"""The project's pattern may name the national form instead of a regular expression."""
GB_LAYER = (
    r"[A-Z]{1,2}-[A-Z0-9]{2,8}(-[A-Z0-9]{1,8}){0,3}"
    r"|(总图|建筑|结构|给排水|给水排水|暖通|采暖|动力|电气|电讯|室内|园林|消防|人防|智能化|幕墙|通用)-[\p{Han}A-Za-z0-9]{1,12}"
    r"(-[\p{Han}A-Za-z0-9]{1,12}){0,3}"
)
"""Discipline, main group, up to three more, with hyphens, in Latin or Chinese (the naming of GB/T 50001-2017, layers)."""
PATTERN_SECONDS = 0.05
MOST_NAMED = 30
_FEW_RUNS, _MANY_PATHS = 15, 2_000
"""So little text among so much line work: most of it is drawn, not written."""


def fonts(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """The file that is printed brings its fonts."""
    del found
    view = sheet.view
    if view is None:
        yield cannot("never-read", sheet)
    elif view.problem("pdf-structure-unread", "pdf-structure-partly-read", "page-unreadable"):
        yield cannot("structure-unread", sheet)
    elif missing := _missing_fonts(view):
        yield Said(
            Verdict.FINDING,
            sheet,
            "fonts-missing" if view.kind in CAD else "fonts-not-embedded",
            {"names": missing[:MOST_NAMED], "count": len(missing)},
        )
    else:
        yield passed(sheet)


def _missing_fonts(view: PageFacts) -> list[str]:
    names: dict[str, None] = {}
    for problem in view.problems:
        if problem.code in ("missing-font", "font-not-embedded"):
            said = (*problem.detail.get("names", ()), *problem.detail.get("fonts", ()))
            for name in (
                part.strip() for both in said for part in str(both).split(",")
            ):  # an SHX and its big font
                if _plain_name(name) not in STOCK_FONTS:
                    names[name] = None
    return list(names)


def _plain_name(name: str) -> str:
    """``C:/x/GBCBIG.SHX`` and ``ABCDEF+Arial-BoldMT`` as ``gbcbig`` and ``arial``."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].rpartition("+")[2].casefold()
    base = base.removesuffix(".shx").removesuffix(".ttf").removesuffix(".ttc").removesuffix(".otf")
    base = base.partition("-")[0].replace(" ", "").replace("_", "")
    for ending in ("psmt", "mt", "ps", "bold", "italic", "oblique"):
        base = base if base in STOCK_FONTS else base.removesuffix(ending)
    return base


def references(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """What a CAD file refers to was uploaded with it."""
    del found
    if sheet.cad is None:
        yield cannot("never-read" if sheet.view is None else "only-cad-tells", sheet)
        return
    missing = [p for p in sheet.cad.problems if p.code in ("missing-xref", "missing-image")]
    for problem in missing:
        yield Said(Verdict.FINDING, sheet, problem.code, _names(problem), identity=problem.code)
    if not missing:
        yield passed(sheet)


def objects(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """No object in the CAD file that only the program of its maker can show."""
    del found
    if sheet.cad is None:
        yield cannot("never-read" if sheet.view is None else "only-cad-tells", sheet)
        return
    strange = [p for p in sheet.cad.problems if p.code in ("tarch-objects", "proxy-objects")]
    for problem in strange:
        yield Said(Verdict.FINDING, sheet, problem.code, _names(problem), identity=problem.code)
    if not strange:
        yield passed(sheet)


def _names(problem: Problem) -> dict[str, object]:
    names = list(problem.detail.get("names", ()))
    count = len(names)
    for kind in ("missing", "shown"):
        counts = problem.detail.get(kind)
        if isinstance(counts, dict):
            names += [f"{name} × {number}" for name, number in counts.items()]
            count += sum(int(number) for number in counts.values())
    return {"names": [str(n)[:100] for n in names[:MOST_NAMED]], "count": count}


def seals(found: SetFacts) -> Iterable[Said]:
    """Nothing verifies seals yet: this rule never passes."""
    signed = sum(1 for s in found.sheets if s.view is not None and s.view.signatures)
    yield cannot("seals-not-verified", signed=signed, count=len(found.sheets))


def layers(found: SetFacts) -> Iterable[Said]:
    """Layers are named as the project says."""
    if not found.layer_pattern:
        yield cannot("no-layer-standard")
        return
    pattern = GB_LAYER if found.layer_pattern.casefold() == GB_LAYERS else found.layer_pattern
    for sheet in found.sheets:
        yield _layers_of(sheet, pattern)


def _layers_of(sheet: SheetFacts, pattern: str) -> Said:
    if sheet.cad is None or not sheet.cad.page.layers:
        return cannot("no-layers" if sheet.cad is not None else "only-cad-tells", sheet)
    names = [n.name for n in sheet.cad.page.layers if n.name.casefold() not in NO_LAYER_RULE]
    try:
        strange = [n for n in names if regex.fullmatch(pattern, _own(n), timeout=PATTERN_SECONDS) is None]
    except (TimeoutError, regex.error):
        return cannot("pattern-too-slow", sheet)
    if not strange:
        return passed(sheet)
    data = {"names": strange[:MOST_NAMED], "count": len(strange), "of": len(names)}
    return Said(Verdict.FINDING, sheet, "layers-named-otherwise", data)


def _own(name: str) -> str:
    """A layer that came with a reference carries that file's name in front (``plan|A-WALL``, ``plan$0$A-WALL``)."""
    return name.rpartition("|")[2].rpartition("$")[2]


def text_readable(sheet: SheetFacts, found: SetFacts) -> Iterable[Said]:
    """The words of the sheet are text that can be searched."""
    del found
    view = sheet.view
    if view is None:
        yield cannot("never-read", sheet)
        return
    page = view.page
    if view.problem("page-unreadable"):
        yield cannot("page-unreadable", sheet)
    elif not page.text_usable:
        yield Said(Verdict.FINDING, sheet, "text-garbled")
    elif view.problem("scan-only") or (view.kind in PICTURES and not view.runs):
        yield Said(Verdict.FINDING, sheet, "text-scanned")
    elif not view.runs and page.vector_paths > _MANY_PATHS and view.kind not in CAD:
        yield Said(Verdict.FINDING, sheet, "text-outlined")
    elif view.problem("encoding-guessed"):
        yield cannot("encoding-guessed", sheet)
    elif view.problem("text-truncated"):
        yield cannot("text-truncated", sheet)
    elif not view.runs:
        yield cannot("no-text", sheet)
    elif len(view.runs) < _FEW_RUNS and page.vector_paths > _MANY_PATHS:
        yield cannot("text-sparse", sheet, runs=len(view.runs))
    else:
        yield passed(sheet)
