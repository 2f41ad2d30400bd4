"""Draw an issue of the demo set: frames, title blocks, drawings, then PDF, DXF and the table of what is true."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli.demo_set.canvas import Canvas
from app.cli.demo_set.catalogue import (
    DATES,
    DISCIPLINES,
    MAIN,
    NOTES,
    OWNER,
    PROJECT,
    SHEETS,
    TEAMS,
    SheetSpec,
    position,
)
from app.cli.demo_set.dxf_writer import Placed, write_dxf
from app.cli.demo_set.frame import PAPERS, draw_frame
from app.cli.demo_set.pdf_writer import write_pdf
from app.cli.demo_set.registry import DRAWINGS
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.title_blocks import STYLES, TitleData

JOB = "DEMO-2026-018"
COSIGNERS = (("建  筑", "沈望舒"), ("结  构", "韩既明"), ("设  备", "苏怀瑾"))


@dataclass(frozen=True)
class DemoSheet:
    """What is true of one delivered sheet; `pages` are (file, page from 1), DXF files with page 0."""

    number: str
    title: str
    discipline: str
    building: str
    paper: str
    scale: str
    date: str
    revision: str
    pages: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class DemoSet:
    """An issue as it was written: its files relative to the folder, its sheets, and its deliberate faults."""

    issue: int
    files: tuple[str, ...]
    sheets: tuple[DemoSheet, ...]
    notes: tuple[str, ...]


def title_data(spec: SheetSpec, issue: int) -> TitleData:
    """What the title block of the sheet says in that issue."""
    kind, discipline = DISCIPLINES[spec.discipline]
    index, total = position(spec, issue)
    signers = spec.institute.signers
    if spec.institute is MAIN:
        signers = (*signers[:3], *TEAMS[spec.discipline])
    changes = [("A", "施工图出图", DATES[spec.first] if spec.revision(issue) == "B" else spec.date(issue))]
    if spec.revision(issue) == "B":
        changes.append(("B", spec.change, DATES[2]))
    return TitleData(
        design_org=spec.institute.name,
        qualification=spec.institute.qualification,
        owner=OWNER,
        project=PROJECT,
        building=spec.building,
        title=spec.title,
        number=spec.number,
        kind=kind,
        discipline=discipline,
        stage="施工图",
        job_number=JOB,
        scale=spec.scale,
        date=spec.date(issue),
        revision=spec.revision(issue),
        index=index,
        total=total,
        signers=signers,
        revisions=tuple(changes),
    )


def draw_sheet(spec: SheetSpec, issue: int) -> Canvas:
    """One sheet on its canvas."""
    canvas = Canvas(*PAPERS[spec.paper])
    inner = draw_frame(canvas, spec.paper, COSIGNERS if spec.institute is MAIN else COSIGNERS[:1])
    style = "list" if spec.paper == "A4" else spec.institute.style
    area = STYLES[style](canvas.title_view(), inner, title_data(spec, issue))
    DRAWINGS[spec.drawing](Board(canvas.view(), area, spec, issue))
    return canvas


def draw_demo_set(out: Path, *, issue: int) -> DemoSet:
    """Draw issue 1 or 2 of the demo set into the folder `out`, which is made when it is missing.

    Issue 1 is one PDF per list of sheets, issue 2 one PDF per reissued sheet; both with DXF files of some sheets and
    `labels.csv`. The same issue always gives the same bytes. Raises ValueError for another issue.
    """
    if issue not in DATES:
        raise ValueError(f"the demo set has issues 1 and 2, not {issue}")
    out.mkdir(parents=True, exist_ok=True)
    specs = [s for s in SHEETS if s.in_issue(issue)]
    drawn = {s.number: draw_sheet(s, issue) for s in specs}
    places: dict[str, list[tuple[str, int]]] = {s.number: [] for s in specs}
    files: list[str] = []
    for name, members in _bundles(specs, issue):
        write_pdf(out / name, [drawn[s.number] for s in members], f"{PROJECT} {Path(name).stem}")
        files.append(name)
        for page, spec in enumerate(members, start=1):
            places[spec.number].append((name, page))
    for name, members, version in _cad_files(specs, issue):
        write_dxf(out / name, _side_by_side(members, drawn), version.split("+")[0])
        files.append(name)
        for spec in members:
            places[spec.number].append((name, 0))
    sheets = tuple(_truth(spec, issue, tuple(places[spec.number])) for spec in specs)
    _write_labels(out / "labels.csv", sheets)
    return DemoSet(issue, (*files, "labels.csv"), sheets, NOTES[issue])


def _truth(spec: SheetSpec, issue: int, pages: tuple[tuple[str, int], ...]) -> DemoSheet:
    return DemoSheet(
        spec.number,
        spec.title,
        spec.discipline,
        spec.building,
        spec.paper,
        spec.scale,
        spec.date(issue),
        spec.revision(issue),
        pages,
    )


def _bundles(specs: Sequence[SheetSpec], issue: int) -> list[tuple[str, list[SheetSpec]]]:
    """The PDF files and the sheets in each."""
    if issue > 1:
        return [(f"{s.number} {s.title}_{s.revision(issue)}版.pdf", [s]) for s in specs]
    groups = list(dict.fromkeys(s.group for s in specs))
    names = {"门卫": "门卫室施工图"}
    return [(f"{names.get(g, g + '图纸')}_A版.pdf", [s for s in specs if s.group == g]) for g in groups]


def _cad_files(specs: Sequence[SheetSpec], issue: int) -> list[tuple[str, list[SheetSpec], str]]:
    """The DXF files: name, sheets, version with `+block` where the title block is a block."""
    single = [
        (f"{s.number} {s.title}_{s.revision(issue)}版.dxf", [s], s.dxf)
        for s in specs
        if s.dxf not in ("", "pair")
    ]
    pair = [s for s in specs if s.dxf == "pair"]
    return [*single, ("建施详图（楼梯、墙身）.dxf", pair, "R2018")] if pair else single


def _side_by_side(members: Sequence[SheetSpec], drawn: dict[str, Canvas]) -> list[Placed]:
    """The sheets placed from left to right in model space, each enlarged by its own scale."""
    placed: list[Placed] = []
    x = 0.0
    for spec in members:
        scale = float(spec.scale.split(":")[1])
        block = f"图签_{spec.paper}" if spec.dxf.endswith("+block") else ""
        placed.append(Placed(drawn[spec.number], scale, x, block))
        x += (drawn[spec.number].width + 100) * scale
    return placed


def _write_labels(path: Path, sheets: Sequence[DemoSheet]) -> None:
    """The ground truth as CSV (UTF-8): one row for each place of each sheet."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(
            (
                "file",
                "page",
                "number",
                "title",
                "discipline",
                "building",
                "paper",
                "scale",
                "date",
                "revision",
            )
        )
        for s in sheets:
            for file, page in s.pages:
                writer.writerow(
                    (
                        file,
                        page,
                        s.number,
                        s.title,
                        s.discipline,
                        s.building,
                        s.paper,
                        s.scale,
                        s.date,
                        s.revision,
                    )
                )
