"""幕墙 sheets by the specialist: notes, the grid of the entrance glazing, standard nodes."""

from itertools import pairwise

from app.cli.demo_set.building import LEVELS, OUTSIDE
from app.cli.demo_set.canvas import View, box
from app.cli.demo_set.notes_other import FACADE_NOTES
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import (
    axis_bubble,
    break_line,
    chain,
    dimension,
    drawing_title,
    index_callout,
    leader,
    level_mark,
)
from app.cli.demo_set.tables import paragraphs, table


def notes(board: Board) -> None:
    """幕墙设计说明."""
    area, v = board.area, board.v
    drawing_title(v, area.x + area.w / 2, area.top - 16, "幕墙设计说明", "")
    paragraphs(
        v,
        area.x + 12,
        area.top - 26,
        area.w - 20,
        area.y + 100,
        FACADE_NOTES,
        columns=2,
        height=4.0,
        pitch=1.85,
    )
    rows = (
        ("编号", "幕墙类型", "部位", "面积", "标高"),
        ("GC-1", "竖明横隐玻璃幕墙", "南侧门厅④~⑤轴", "96m²", "0.000~11.100"),
        ("GC-2", "竖明横隐玻璃幕墙", "走廊东端B~C轴", "38m²", "3.900~11.100"),
        ("GC-3", "竖明横隐玻璃幕墙", "走廊西端B~C轴", "38m²", "3.900~11.100"),
        ("LP-1", "铝单板雨篷", "主入口", "14m²", "3.150"),
    )
    table(v, area.x + 12, area.y + 84, (26, 70, 74, 36, 60), rows, row=10)


def _glazing(v: View, width: float, bays: int, bottom: float, door: int) -> None:
    """A curtain wall as a grid of mullions and transoms with opening lights."""
    top = 11100.0
    rows = [bottom]
    for metres in LEVELS[:3]:
        rows += [
            metres * 1000 + h for h in (900.0, 2300.0, 3000.0, 3900.0) if bottom < metres * 1000 + h < top
        ]
    rows.append(top)
    step = width / bays
    for i in range(bays + 1):
        for dx in (-32, 32):
            v.line(i * step + dx, bottom, i * step + dx, top, "幕墙", 0.35)
    for y in rows:
        for dy in (-30, 30):
            v.line(0, y + dy, width, y + dy, "幕墙", 0.2)
    for i in range(bays):
        for a, b in pairwise(rows):
            x0, x1 = i * step + 32, (i + 1) * step - 32
            storey = (b - 1) // 3900
            height = a - storey * 3900
            if abs(b - a - 1400) < 1 and i % 2 == 1 and i not in (door, door + 1):
                v.path(
                    ((x0, b - 30), ((x0 + x1) / 2, a + 30), (x1, b - 30)), "幕墙", weight=0.13, dash="DASHED"
                )
            elif b - a <= 901 and (height > 2900 or height < 1):
                v.hatch(box(x0, a + 30, x1 - x0, b - a - 60), "ANSI31", 3)
            else:
                for k in (0.3, 0.42):
                    v.line(
                        x0 + (x1 - x0) * k,
                        a + (b - a) * 0.35,
                        x0 + (x1 - x0) * (k + 0.18),
                        a + (b - a) * 0.62,
                        "幕墙",
                        0.13,
                    )
    if door >= 0:
        v.rect(door * step + 32, bottom, 2 * step - 64, 2400, "轮廓线", 0.5)
        v.line((door + 1) * step, bottom, (door + 1) * step, bottom + 2400, "轮廓线", 0.5)
    v.rect(-60, bottom, width + 120, top - bottom, "轮廓线", 0.7)
    chain(v, [i * step for i in range(bays + 1)], bottom - v.mm(10))
    dimension(v, 0, width, bottom - v.mm(20))
    chain(v, rows, -v.mm(10), vertical=True)


def grid(board: Board) -> None:
    """幕墙立面分格图 at 1:50 on a lengthened sheet."""
    area = board.area
    v = board.v.at(area.x + 60, area.y + 150, 50)
    _glazing(v, 8400, 8, 0, 3)
    v.line(-1500, OUTSIDE * 1000, 10000, OUTSIDE * 1000, "轮廓线", 1.0)
    for x, name in ((-300.0, "4"), (8700.0, "5")):
        v.line(x, -v.mm(6), x, -v.mm(36), "轴线")
        axis_bubble(v, x, -v.mm(40.5), name)
    dimension(v, -300, 8700, -v.mm(30))
    for metres in (0.0, 3.9, 7.8, 11.1):
        level_mark(v, 8400 + v.mm(16), metres * 1000, metres)
    index_callout(v, 4200, 3900, "1", "03", dx=26, dy=186)
    index_callout(v, 1050, 6000, "2", "03", dx=-8, dy=142)
    leader(v, 6800, 10700, ["8Low-E+12A+8钢化中空玻璃", "层间铝单板3.0厚 背衬防火岩棉"], dx=12, dy=28)
    drawing_title(v, 4200, -v.mm(62), "GC-1立面分格图（④~⑤轴）", "1:50")
    for i, (name, mirror) in enumerate((("GC-2立面分格图（东端）", "BC"), ("GC-3立面分格图（西端）", "CB"))):
        w = board.v.at(area.x + 330 + i * 190, area.y + 150, 50)
        _glazing(w, 2800, 2, 3900, -1)
        for x, axis in zip((-100.0, 2900.0), mirror, strict=True):
            w.line(x, 3900 - w.mm(26), x, 3900 - w.mm(36), "轴线")
            axis_bubble(w, x, 3900 - w.mm(40.5), axis)
        for metres in (3.9, 7.8, 11.1):
            level_mark(w, 2800 + w.mm(8), metres * 1000, metres)
        drawing_title(w, 1400, 3900 - w.mm(62), name, "1:50")
    rows = (
        ("玻璃编号", "宽×高", "数量", "备注"),
        ("BL-01", "1050×1400", "36", "固定"),
        ("BL-02", "1050×1400", "12", "上悬窗"),
        ("BL-03", "1050×700", "24", "固定"),
        ("BL-04", "1400×1400", "8", "固定"),
        ("LB-01", "1050×900", "24", "铝单板"),
    )
    table(board.v, area.x + 345, area.y + 76, (32, 40, 24, 34), rows, row=9)
    board.remarks(
        area.x + 520,
        area.y + 80,
        (
            "分格尺寸为立柱、横梁中心线尺寸。",
            "开启扇为上悬外开，开启角度不大于30°，",
            "开启距离不大于300mm。",
            "安装前应现场复核土建尺寸。",
        ),
    )


def _profile(v: View, x: float, y: float, w: float, h: float, t: float) -> None:
    """A hollow aluminium section."""
    v.rect(x, y, w, h, "轮廓线", 0.5)
    v.rect(x + t, y + t, w - 2 * t, h - 2 * t, "轮廓线", 0.35)
    for a, b, c, d in ((x, y, w, t), (x, y + h - t, w, t), (x, y, t, h), (x + w - t, y, t, h)):
        v.hatch(box(a, b, c, d), "ANSI31", 0.8)


def _glass(v: View, x: float, y: float, length: float, *, vertical: bool) -> None:
    for a, t in ((0.0, 8.0), (20.0, 8.0)):
        if vertical:
            v.rect(x + a, y, t, length, "幕墙", 0.35)
        else:
            v.rect(x, y + a, length, t, "幕墙", 0.35)
    if vertical:
        v.rect(x + 8, y if length > 0 else y - 14, 12, 14, "幕墙", 0.25, fill=True)
    else:
        v.rect(x, y + 8, 14, 12, "幕墙", 0.25, fill=True)


def nodes(board: Board) -> None:
    """幕墙标准节点详图 at 1:5: the mullion in plan, the slab edge in section."""
    area = board.area
    m = board.v.at(area.x + 120, area.y + 250, 5)
    _profile(m, -32.5, 0, 65, 150, 4)
    _glass(m, 24, -46, 330, vertical=False)
    _glass(m, -354, -46, 330, vertical=False)
    m.rect(-22, -46, 44, 28, "轮廓线", 0.35)
    m.rect(-32.5, -70, 65, 14, "轮廓线", 0.5)
    m.line(0, -60, 0, 20, "轮廓线", 0.7)
    for x in (-24, 12):
        m.rect(x, -56, 12, 10, "填充", 0.25, fill=True)
    break_line(m, 354, -70, 354, 10)
    break_line(m, -354, -70, -354, 10)
    dimension(m, -32.5, 32.5, 170)
    dimension(m, 0, 150, -50, vertical=True)
    leader(m, 20, 120, ["铝合金立柱 150×65×3.0"], dx=16, dy=14)
    leader(m, 200, -32, ["8Low-E+12A+8钢化中空玻璃"], dx=4, dy=24)
    leader(m, 26, -64, ["铝合金压板及装饰扣盖", "三元乙丙胶条"], dx=12, dy=-14)
    drawing_title(m, 0, -215, "立柱标准横剖节点", "1:5", "2")
    s = board.v.at(area.x + 270, area.y + 262, 5)
    s.path(
        ((260, 0), (0, 0), (0, -300), (-0.0, -300), (140, -300), (140, -120), (260, -120)),
        "轮廓线",
        weight=0.7,
    )
    s.hatch(((260, 0), (0, 0), (0, -300), (140, -300), (140, -120), (260, -120)), "CONC", 2.5)
    _profile(s, -190, -330, 150, 610, 4)
    _glass(s, -236, 150, 130, vertical=True)
    _glass(s, -236, -330, 90, vertical=True)
    s.rect(-230, -180, 6, 270, "轮廓线", 0.5)
    _profile(s, -190, 90, 110, 60, 4)
    for y in (-20, -150):
        s.line(-40, y, 0, y, "轮廓线", 0.7)
        s.hatch(box(-40, y, 40, 20), "SOLID")
    s.hatch(box(-40, -130, 40, 110), "INSUL", 2)
    s.rect(-40, -60, 40, 12, "轮廓线", 0.7)
    for x in (-115, 20):
        s.line(x, -54, x + 60, -54, "轮廓线", 0.9)
    break_line(s, 260, -160, 260, 40)
    level_mark(s, 180, 0, "3.900")
    leader(s, -20, -80, ["防火岩棉100厚", "1.5厚镀锌钢板承托"], dx=16, dy=-56)
    leader(s, -115, 240, ["立柱 150×65×3.0 氟碳喷涂"], dx=10, dy=16)
    leader(s, 10, -54, ["预埋件 8厚 Q235B 4C12锚筋", "L80×50×6镀锌角钢 M12×110不锈钢螺栓"], dx=30, dy=-20)
    drawing_title(s, 40, -440, "层间防火封堵节点", "1:5", "1")
    board.remarks(
        area.x + 16,
        area.y + 130,
        (
            "立柱上下节以芯套连接，伸缩缝20。",
            "螺栓均为A2-70不锈钢，双弹簧垫圈。",
            "防火密封胶填缝宽度不小于10。",
            "钢铝接触处设2厚尼龙垫片。",
            "未注明焊缝hf=6，满焊后刷防锈漆两道。",
        ),
    )


DRAWINGS = {"facade_notes": notes, "facade_grid": grid, "facade_nodes": nodes}
