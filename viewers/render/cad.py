"""DXF and DWG -> manifest, ``view.pdf``, text, ruled lines. Runs inside a jailed child process."""

from __future__ import annotations

import importlib.metadata
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ezdxf.document import Drawing

from viewers.render.cad_draw import draw_layout
from viewers.render.cad_dwg import ConvertedDwg, convert_dwg, patch_from_dwg
from viewers.render.cad_dwg_notes import Restored, restore
from viewers.render.cad_dwg_records import read_records
from viewers.render.cad_entities import EntityList
from viewers.render.cad_extents import Extents
from viewers.render.cad_load import load_dxf
from viewers.render.cad_pages import (
    LayoutPlan,
    SheetPlan,
    outside_frames,
    plan_layouts,
    plan_sheets,
    share_shown,
)
from viewers.render.cad_pdf import PdfSheet, write_pdf
from viewers.render.cad_pdf_content import ContentWriter, PageContent
from viewers.render.cad_preflight import Preflight, preflight
from viewers.render.cad_problems import (
    Losses,
    document_problems,
    judge,
    layout_problems,
    losses_of,
)
from viewers.render.cad_recording import Recording
from viewers.render.cad_refused import CadRefused
from viewers.render.cad_text import is_readable, join_words, ruled_lines, text_runs, without_surrogates
from viewers.render.cad_xref import embed_xrefs
from viewers.render.layer_set import MAX_NAME
from viewers.render.manifest import (
    Layer,
    Manifest,
    Page,
    Problem,
    SourceKind,
    rules_to_json,
    runs_to_json,
)
from viewers.render.paper import name_paper

_PACKAGES = ("ezdxf", "pycadkit", "ezdwg", "pypdfium2", "pylopdf-fonts-zh-cn")


@dataclass
class _Drawn:
    """Everything that is collected over the layouts of one file."""

    sheets: list[PdfSheet] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    handles: set[str] = field(default_factory=set)
    not_shown: Counter[str] = field(default_factory=Counter)
    extents: Extents = field(default_factory=Extents)


def inspect_cad(source: Path, out: Path, kind: SourceKind, companions: Mapping[str, Path]) -> Manifest:
    """Draw a CAD file into the folder ``out`` and say what it holds.

    Written are ``view.pdf``, ``text/<page>.json``, ``rules/<page>.json``, ``entities/<page>.json``
    (:mod:`viewers.render.cad_entities`); the manifest is returned, not written.

    Args:
        source: the file; it is only read.
        out: an existing folder.
        kind: ``DXF`` or ``DWG``.
        companions: files sent along, by the name the drawing may call them: pictures, fonts, plot style tables.

    Raises:
        CadRefused: the file is not drawn, with the reason.
    """
    converted: ConvertedDwg | None = None
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        dxf = source
        if kind is SourceKind.DWG:
            dxf = Path(scratch) / "converted.dxf"
            converted = convert_dwg(source, dxf)
        loaded = load_dxf(dxf)
        doc = loaded.doc
        restored = _restored(doc, source, converted) if converted else Restored()
        xrefs = embed_xrefs(doc, companions, Path(scratch))
    checked = preflight(doc)
    drawn = _Drawn(problems=[*loaded.problems, *_checked_problems(checked)])
    for plan in plan_layouts(doc):
        if _is_wanted(doc, plan, drawn):
            losses = losses_of(doc, doc.layouts.get(plan.name), restored, xrefs)
            _draw_plan(doc, plan, out, companions, checked, losses, drawn)
    if not drawn.pages:
        raise CadRefused("nothing-to-draw", {"not_shown": dict(drawn.not_shown + restored.all_lost)})
    drawn.problems.extend(document_problems(doc, xrefs, converted.notes if converted else ()))
    write_pdf(out / "view.pdf", drawn.sheets)
    drawn.sheets.clear()
    manifest = Manifest(
        kind=kind,
        format_version=converted.version if converted else str(doc.dxfversion),
        pages=tuple(drawn.pages),
        problems=tuple(drawn.problems),
        has_view=True,
        title=str(doc.header.custom_vars.get("Title", "") or "")[:200],
        renderer=renderer_version(),
    )
    return Manifest.from_json(without_surrogates(manifest.to_json()))


def _restored(doc: Drawing, source: Path, converted: ConvertedDwg) -> Restored:
    """Put into the document what its converter dropped; what could not be is returned."""
    records = read_records(source, converted.version)
    restored = restore(doc, converted.model, converted.lost, records)
    restored.nowhere |= Counter(patch_from_dwg(doc, source))
    return restored


def renderer_version() -> str:
    """Names and versions of what makes a view, so that it can be made again."""
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)


def _is_wanted(doc: Drawing, plan: LayoutPlan, drawn: _Drawn) -> bool:
    """Model space without frames becomes a page when the layouts show less than a fifth of it."""
    if not plan.is_model or plan.frames:
        return True
    share = share_shown(doc, drawn.handles)
    if 0.2 <= share < 0.98:
        detail = {"shown_percent": int(share * 100)}
        drawn.problems.append(Problem("outside-viewports", "info", detail))
    return share < 0.2


def _draw_plan(
    doc: Drawing,
    plan: LayoutPlan,
    out: Path,
    companions: Mapping[str, Path],
    checked: Preflight,
    losses: Losses,
    drawn: _Drawn,
) -> None:
    layout = doc.layouts.get(plan.name)
    recording = draw_layout(
        doc,
        layout,
        companions,
        unit_mm=plan.mm_per_unit,
        draw_dashes=checked.draw_dashes,
        extents=drawn.extents,
    )
    sheets = plan_sheets(doc, plan, recording)
    outside = outside_frames(plan, sheets, recording) if sheets else None
    if outside is not None:
        drawn.problems.append(outside)
    page_problems = layout_problems(recording, losses)
    drawn.not_shown += recording.not_shown
    if not sheets and recording.not_shown:
        drawn.problems.append(
            Problem(
                "unsupported-entities", "warning", {"layout": plan.name, "types": dict(recording.not_shown)}
            )
        )
    names = {layer.dxf.name.lower(): layer.dxf.name for layer in doc.layers}
    for sheet in sheets:
        is_last = sheet is sheets[-1]
        entities = EntityList(recording, sheet)
        content = ContentWriter(recording, sheet, names, is_last=is_last).write()
        page = _page(doc, sheet, content, recording, losses, len(drawn.pages), page_problems)
        texts = join_words(content.texts)
        runs = text_runs(texts, sheet.width_um, sheet.height_um, content.layers)
        _write(out, "text", page.index, runs_to_json(runs))
        _write(out, "rules", page.index, rules_to_json(ruled_lines(content.segments)))
        _write(out, "entities", page.index, entities.to_json(doc, content.layers))
        drawn.handles.update(content.handles)
        content.segments, content.texts, content.handles = [], [], {}
        drawn.pages.append(replace(page, text_runs=len(runs), text_usable=is_readable(runs)))
        drawn.sheets.append(PdfSheet(content, sheet.width_um, sheet.height_um, texts))


def _page(
    doc: Drawing,
    sheet: SheetPlan,
    content: PageContent,
    recording: Recording,
    losses: Losses,
    index: int,
    problems: tuple[Problem, ...],
) -> Page:
    types = Counter(
        entity.dxftype() for handle in content.handles if (entity := doc.entitydb.get(handle)) is not None
    )
    return Page(
        index=index,
        kind=sheet.kind,
        name=sheet.name,
        width_um=sheet.width_um,
        height_um=sheet.height_um,
        rotation=0,
        paper=name_paper(sheet.width_um, sheet.height_um),
        scale_hint=sheet.scale_hint,
        vector_paths=content.paths,
        layers=tuple(Layer(_layer_name(name)) for name in content.layers),
        completeness=judge(recording, losses),
        problems=(*sheet.problems, *problems),
        entities=dict(sorted(types.items())),
    )


def _layer_name(name: str) -> str:
    """A layer's name as it is read back from the view."""
    return name.encode("utf-16-le", "replace").decode("utf-16-le")[:MAX_NAME]


def _checked_problems(checked: Preflight) -> list[Problem]:
    problems = []
    if checked.invalid:
        problems.append(
            Problem("invalid-coordinates", "warning", {"types": dict(sorted(checked.invalid.items()))})
        )
    if not checked.draw_dashes:
        problems.append(Problem("linetypes-solid", "warning", {"dashes": int(min(checked.dashes, 1e15))}))
    return problems


def _write(out: Path, folder: str, index: int, text: str) -> None:
    (out / folder).mkdir(exist_ok=True)
    (out / folder / f"{index}.json").write_text(text, encoding="utf-8")
