"""图纸目录: the drawing list of a discipline, as the institute keeps it."""

from app.cli.demo_set.catalogue import listed
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.tables import table


def drawing_list(board: Board) -> None:
    """The list on A4: 序号 图号 图名 图幅 版本 备注. Cancelled sheets stay, marked 作废."""
    area, v = board.area, board.v
    rows: list[tuple[str, ...]] = [("序号", "图  号", "图      名", "图幅", "版本", "备  注")]
    for i, spec in enumerate(listed(board.spec.group, board.issue), start=1):
        void = bool(spec.cancelled) and board.issue > 1
        new = spec.first == 2
        remark = (
            spec.cancelled if void else "新增" if new else "升版" if spec.revision(board.issue) == "B" else ""
        )
        version = "作废" if void else spec.revision(board.issue)
        rows.append((str(i), spec.number, spec.listed_as or spec.title, spec.paper, version, remark))
    blank = max(0, 19 - len(rows))
    rows += [("",) * 6] * blank
    widths = (13, 27, area.w - 13 - 27 - 20 - 14 - 36, 20, 14, 36)
    table(v, area.x, area.top - 4, widths, rows, row=9.2, left=frozenset({2}))
    v.text(area.x + 2, area.y + 6, "注：本目录为【演示】图纸，升版图纸以最新版本为准。", 3.0)


DRAWINGS = {"list": drawing_list}
