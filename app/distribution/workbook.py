"""The confirmation matrix as a workbook."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.distribution.queries.matrix import Matrix, MatrixRow
from app.distribution.rules import CELL_LABELS, ITEM_LABELS
from app.kernel.labels import Label
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.workbook import Page, workbook

HEAD = (
    (Label("类别", "Kind"), 10),
    (Label("编号", "Number"), 18),
    (Label("名称", "Title"), 34),
    (Label("版次", "Revision"), 10),
    (Label("专业", "Discipline"), 16),
    (Label("单体", "Building"), 14),
    (Label("生效", "In force from"), 22),
    (Label("文件指纹", "SHA-256"), 66),
    (Label("已确认", "Confirmed"), 11),
    (Label("应确认", "Required"), 11),
)


def matrix_xlsx(
    matrix: Matrix,
    rows: Sequence[MatrixRow],
    buildings: Mapping[str, str],
    *,
    zone: ZoneInfo,
    title: str,
    at: datetime,
) -> bytes:
    """Rows of the matrix with a column for each receiver, and the counts of each on a page of their own."""
    receivers = [(Label(f"{r.label.zh} {r.name}", r.label.en), 22) for r in matrix.receivers]
    note = f"{title} · 截至 as of {at.astimezone(zone).strftime('%Y-%m-%d %H:%M %z')}"
    counts = matrix.counts()
    pages = [
        Page(
            "确认矩阵",
            (*HEAD, *receivers),
            (_line(row, matrix, buildings, zone) for row in rows),
            notes=(note,),
        ),
        Page(
            "各单位",
            ((Label("单位", "Party"), 34), *((label, 12) for label in CELL_LABELS.values())),
            [[r.name, *(counts[r.id][state] for state in CELL_LABELS)] for r in matrix.receivers],
            notes=(note,),
        ),
    ]
    return workbook(pages, title=f"{title} 确认矩阵")


def _line(
    row: MatrixRow, matrix: Matrix, buildings: Mapping[str, str], zone: ZoneInfo
) -> list[str | int | float]:
    item = row.item
    disciplines = dict.fromkeys(DISCIPLINE_LABELS[Discipline(p.discipline)].zh for p in item.places)
    places = dict.fromkeys(buildings.get(p.building_id or "", "全部/总体") for p in item.places)
    cells = {cell.party_id: cell for cell in row.cells}
    return [
        ITEM_LABELS[item.kind].zh,
        item.number,
        item.title,
        item.label,
        "、".join(disciplines),
        "、".join(places),
        item.effective_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        item.sha256,
        row.confirmed,
        len(row.cells),
        *(_word(cells[r.id].state) if r.id in cells else "—" for r in matrix.receivers),
    ]


def _word(state: str) -> str:
    label = CELL_LABELS[state]
    return f"{label.zh} {label.en}"
