"""Structure plans: foundations, columns, beams, slabs, in the plane representation of 22G101 (平法)."""

from itertools import pairwise

from app.cli.demo_set.building import COLUMN, HALL, X_AXES, Y_AXES, A, B, C, D, F, columns
from app.cli.demo_set.canvas import View
from app.cli.demo_set.notes_other import STRUCT_NOTES
from app.cli.demo_set.plans import DEPTH, WIDTH, axes
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import chain, dimension, drawing_title, leader, level_mark, revision_cloud
from app.cli.demo_set.tables import paragraphs, table

MAIN_ROWS = (A, B, C, D)
SPANS = tuple(pairwise(X_AXES))


def notes(board: Board) -> None:
    """结构设计总说明."""
    area, v = board.area, board.v
    drawing_title(v, area.x + area.w / 2, area.top - 18, "结构设计总说明", "")
    paragraphs(
        v,
        area.x + 14,
        area.top - 32,
        area.w - 28,
        area.y + 110,
        STRUCT_NOTES,
        columns=3,
        height=5,
        pitch=2.05,
    )
    rows = (
        ("构件", "基础", "柱", "梁", "板", "楼梯", "构造柱"),
        ("混凝土强度等级", "C30", "C30", "C30", "C30", "C30", "C25"),
        ("抗震等级", "-", "二级", "二级", "-", "二级", "-"),
        ("保护层厚度(mm)", "40", "20", "20", "15", "15", "20"),
        ("锚固长度 laE", "40d", "40d", "40d", "35d", "35d", "40d"),
        ("环境类别", "二b", "一", "一", "一", "一", "一"),
    )
    v.text(area.x + 14, area.y + 94, "主要构件材料及构造", 5)
    table(v, area.x + 14, area.y + 88, (46, 26, 26, 26, 26, 26, 26), rows, row=10)
    _stirrup(v.at(area.x + 300, area.y + 34), 36, 46, "梁箍筋 135°弯钩")
    _stirrup(v.at(area.x + 400, area.y + 34), 44, 44, "柱复合箍筋")
    _lap(v.at(area.x + 500, area.y + 50))


def _stirrup(v: View, w: float, h: float, name: str) -> None:
    v.rect(0, 0, w, h, "轮廓线", 0.35)
    v.rect(3, 3, w - 6, h - 6, "钢筋", 0.7)
    v.path(((3, h - 10), (3, h - 3), (10, h - 10)), "钢筋", weight=0.7)
    for x in (5.0, w / 2, w - 5.0):
        for y in (5.0, h - 5.0):
            v.arc(x, y, 1.1, "钢筋", fill=True)
    v.text(w / 2, -9, name, 3.5, "cm")


def _lap(v: View) -> None:
    v.line(0, 10, 70, 10, "钢筋", 0.8)
    v.line(40, 12, 120, 12, "钢筋", 0.8)
    dimension(v, 40, 70, 18, label="≥llE")
    dimension(v, 10, 40, 0, label="≥0.3llE")
    v.text(60, -12, "纵向钢筋搭接接头", 3.5, "cm")


def _base(board: Board, *, hall: bool = True) -> View:
    """The axes and columns that every structural plan stands on."""
    v = board.placed(WIDTH, DEPTH if hall else D, 100, dy=14)
    axes(v, deep=hall)
    half = COLUMN / 2
    for x, y in columns(1 if hall else 2):
        v.rect(x - half, y - half, COLUMN, COLUMN, "柱", fill=True)
    return v


def _finish(board: Board, v: View, name: str, lines: tuple[str, ...]) -> None:
    drawing_title(v, WIDTH / 2, -v.mm(72), name, "1:100")
    board.remarks(board.area.x + 12, board.area.y + 16 + 6.5 * len(lines), lines)


def _footing(x: float, y: float) -> tuple[str, float]:
    """Type and side of the footing under a column, by the load it draws."""
    if y in (B, C):
        return ("DJp03", 2600.0) if x not in (0.0, WIDTH) else ("DJp02", 2400.0)
    if y > D:
        return ("DJp01", 2000.0)
    return ("DJp02", 2400.0) if x not in (0.0, WIDTH) else ("DJp01", 2000.0)


def foundation_plan(board: Board) -> None:
    """基础平面布置图: stepped footings, tie beams, footing table."""
    v = _base(board)
    for x, y in columns(1):
        name, side = _footing(x, y)
        for s, dash in ((side + 200, "DASHED"), (side, ""), (COLUMN + 100, "")):
            v.rect(x - s / 2, y - s / 2, s, s, "基础", 0.18 if dash else 0.35, dash=dash)
        for sx in (-1, 1):
            for sy in (-1, 1):
                v.line(x + sx * side / 2, y + sy * side / 2, x + sx * 300, y + sy * 300, "基础", 0.13)
        v.text(x + v.mm(4), y - v.mm(5.5), name, 3.0, "lt", narrow=0.75)
    _tie_beams(v)
    for x, y in ((X_AXES[1], A), (X_AXES[5], B), (X_AXES[2], F)):
        _, side = _footing(x, y)
        chain(v, [x - side / 2, x, x + side / 2], y - side / 2 - v.mm(6))
    rows = (
        ("编号", "A×B", "h1/h2", "基底标高", "底筋 X/Y"),
        ("DJp01", "2000×2000", "300/200", "-2.000", "C12@150"),
        ("DJp02", "2400×2400", "300/250", "-2.000", "C14@150"),
        ("DJp03", "2600×2600", "350/300", "-2.000", "C14@130"),
    )
    area = board.area
    board.v.text(area.right - 176, area.y + 62, "独立基础表", 5)
    table(board.v, area.right - 176, area.y + 56, (26, 36, 32, 34, 38), rows, row=9)
    _finish(
        board,
        v,
        "基础平面布置图",
        (
            "基础持力层为②层粉质黏土，fak=200kPa。",
            "基础垫层C15厚100，每边伸出100。",
            "未注明基础梁均为JL1 250×500，轴线居中，顶标高-0.500。",
            "基础中心与柱中心重合。",
        ),
    )


def _tie_beams(v: View) -> None:
    half = 125
    for y in MAIN_ROWS:
        for a, b in SPANS:
            for dy in (-half, half):
                v.line(a + 300, y + dy, b - 300, y + dy, "梁", 0.25)
    for i, x in enumerate(X_AXES):
        pairs = [(A, B), (B, C), (C, D)]
        if HALL[0] <= i <= HALL[1] and i != 3:
            pairs += [(D, Y_AXES[4]), (Y_AXES[4], F)]
        for a, b in pairs:
            for dx in (-half, half):
                v.line(x + dx, a + 300, x + dx, b - 300, "梁", 0.25)
    for dy in (-half, half):
        v.line(X_AXES[2] + 300, F + dy, X_AXES[4] - 300, F + dy, "梁", 0.25)
    leader(v, 20000, half, ["JL1 250×500 C8@150(2)", "3C18;3C18"], dx=8, dy=14)


def column_plan(board: Board) -> None:
    """柱平法施工图: columns by number, with the column table and its sections."""
    v = _base(board)
    for x, y in columns(1):
        name = "KZ3" if y > D else "KZ2" if y in (B, C) else "KZ1"
        v.text(x + v.mm(3.4), y + v.mm(3.4), name, 3.0, narrow=0.75)
        chain(v, [x - 250, x, x + 250], y - v.mm(6))
        chain(v, [y - 250, y, y + 250], x - v.mm(5), vertical=True)
    rows = (
        ("柱号", "标高", "b×h", "角筋", "b边中部筋", "h边中部筋", "箍筋"),
        ("KZ1", "基础顶~11.650", "500×500", "4C25", "2C20", "2C20", "C8@100/200(4×4)"),
        ("KZ2", "基础顶~3.870", "500×500", "4C25", "2C22", "2C22", "C10@100/200(4×4)"),
        ("KZ2", "3.870~11.650", "500×500", "4C22", "2C20", "2C20", "C8@100/200(4×4)"),
        ("KZ3", "基础顶~3.870", "500×500", "4C22", "2C18", "2C18", "C8@100/200(4×4)"),
    )
    area = board.area
    board.v.text(area.right - 256, area.y + 68, "柱表", 5)
    table(board.v, area.right - 256, area.y + 62, (22, 42, 32, 26, 34, 34, 54), rows, row=9)
    _stirrup(board.v.at(area.x + 40, area.top - 100), 50, 50, "KZ1  500×500  1:10")
    _stirrup(board.v.at(area.x + 150, area.top - 100), 50, 50, "KZ2  500×500  1:10")
    _finish(
        board,
        v,
        "基础顶~11.650柱平法施工图",
        (
            "柱混凝土强度等级C30，抗震等级二级。",
            "楼梯间四角柱箍筋全高加密C8@100。",
            "柱纵筋采用机械连接，接头等级Ⅰ级。",
        ),
    )


def _beams(v: View, board: Board, *, roof: bool, labelled: bool = True) -> None:
    """Beams on all axes as dashed pairs, secondary beams in the bays, and their labels."""
    rows = MAIN_ROWS
    for y in rows:
        for a, b in SPANS:
            for dy in (-150, 150):
                v.line(
                    a + 250,
                    y + dy,
                    b - 250,
                    y + dy,
                    "梁",
                    None,
                    "" if y in (A, D) and dy * (y - 1) > 0 else None,
                )
    for i, x in enumerate(X_AXES):
        pairs = [(A, B), (B, C), (C, D)]
        if not roof and i in HALL:
            pairs += [(D, Y_AXES[4]), (Y_AXES[4], F)]
        for a, b in pairs:
            for dx in (-150, 150):
                v.line(x + dx, a + 250, x + dx, b - 250, "梁")
    extra = board.changed and not roof
    for i, (a, b) in enumerate(SPANS):
        middles = [(a + b) / 2] if b - a > 5000 else []
        for m in middles:
            for y0, y1 in ((A, B), (C, D)):
                for dx in (-125, 125):
                    v.line(m + dx, y0 + 150, m + dx, y1 - 150, "梁")
        if i == 1 and extra:
            for dx in (-100, 100):
                v.line(b - 1500 + dx, C + 150, b - 1500 + dx, D - 150, "梁")
    if not roof:
        x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
        for y in (Y_AXES[4], F):
            for dy in (-150, 150):
                v.line(x0 + 250, y + dy, x1 - 250, y + dy, "梁")
    if labelled:
        _beam_labels(v, roof=roof, extra=extra)


def _beam_labels(v: View, *, roof: bool, extra: bool) -> None:
    """Collective notes at a leader; original notes at each span: top bars at supports, bottom bars in the middle."""
    kind = "WKL" if roof else "KL"
    top, bottom = ("4C20", "4C22") if roof else ("4C25 2/2", "5C25 2/3")
    for n, y in enumerate(MAIN_ROWS, start=1):
        bars = ("2C20", "C8@100/200(2)") if y in (A, D) else ("2C22", "C8@100/150(2)")
        side = 1 if y in (C, D) else -1
        anchor = X_AXES[5] + 6000
        lines = [f"{kind}{n}(7) 300×700", f"{bars[1]} {bars[0]}", "G4C12"]
        leader(v, anchor, y + 150 * side, lines, dx=7, dy=-8 if side < 0 else 20)
        for i, (a, b) in enumerate(SPANS):
            if i == 5:
                continue
            wide = b - a > 5000
            v.text(a + 400, y + v.mm(2.4), top if wide else "4C20", 3.0, "lb", narrow=0.7)
            v.text((a + b) / 2 + v.mm(4), y - v.mm(2.2), bottom if wide else "3C20", 3.0, "lt", narrow=0.7)
    for n, x in enumerate(X_AXES, start=5):
        rows = ((A, B), (C, D))
        value = "6C25 2/4" if extra and n == 7 else "4C25" if not roof else "4C22"
        for a, b in rows:
            v.text(x - v.mm(2.2), a + 500, "4C22", 3.0, "lb", angle=90, narrow=0.7)
            v.text(x + v.mm(2.2), (a + b) / 2, value, 3.0, "lt", angle=90, narrow=0.7)
        v.text(
            x - v.mm(2.2),
            A + 3100,
            f"{kind}{n}(3) 300×650 C8@100/200(2) 2C22;4C25",
            2.5,
            "lb",
            angle=90,
            narrow=0.65,
        )
    for i, (a, b) in enumerate(SPANS[1:-1], start=1):
        m = (a + b) / 2
        v.text(
            m - v.mm(1.8),
            C + 1200,
            f"L{1 if i % 2 else 2}(1) 250×600 C8@200(2) 2C16;4C22",
            2.5,
            "lb",
            angle=90,
            narrow=0.65,
        )
        v.text(m - v.mm(1.8), A + 1200, f"L{1 if i % 2 else 2}(1) 250×600", 2.5, "lb", angle=90, narrow=0.65)


def beam_plan(board: Board) -> None:
    """二层梁平法施工图; issue 2 adds L3 under the moved wall."""
    v = _base(board)
    _beams(v, board, roof=False)
    x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
    for y, name in ((Y_AXES[4], "KL14(1) 400×1000"), (F, "KL15(1) 400×1000")):
        leader(v, (x0 + x1) / 2 - 3000, y, [name, "C10@100/200(4) 4C25;10C25 4/6", "N6C14"], dx=8, dy=-8)
    level_mark(v, X_AXES[4] + 2500, F - 3000, "3.870")
    lines = [
        "梁顶标高除注明外均为3.870，轴线居中。",
        "主次梁相交处主梁每侧附加3根箍筋，直径、肢数同主梁，间距50。",
        "未注明吊筋为2C16。",
        "梁腹板高度不小于450时按G4C12设置构造腰筋。",
    ]
    if board.changed:
        x = X_AXES[2] - 1500
        leader(v, x, D - 1500, ["L3(1) 200×500 C8@200(2)", "2C14;3C18"], dx=-30, dy=38)
        revision_cloud(v, x - 700, C + 300, 2400 + 250, D - C - 600, "B")
        lines.append("B版：②~③轴隔墙下增设L3，③轴KL7配筋加大。")
    _finish(board, v, "二层梁平法施工图", tuple(lines))


def roof_beams(board: Board) -> None:
    """屋面梁平法施工图."""
    v = _base(board, hall=False)
    _beams(v, board, roof=True)
    level_mark(v, X_AXES[3] + 2200, B + 1000, "11.670")
    _finish(
        board,
        v,
        "屋面梁平法施工图",
        (
            "梁顶标高除注明外均为11.670，轴线居中。",
            "屋面框架梁WKL端支座梁柱节点按22G101-1第2-15页执行。",
            "女儿墙为120厚钢筋混凝土，详见墙身大样。",
        ),
    )


def slab_plan(board: Board) -> None:
    """二层板配筋图: bottom bars with hooks up, top bars over the beams."""
    v = _base(board)
    _beams(v, board, roof=False, labelled=False)
    number = 0
    for y0, y1 in ((A, B), (B, C), (C, D)):
        for a, b in SPANS:
            number += 1
            wide = b - a > 5000 and y0 != B
            parts = ((a, (a + b) / 2), ((a + b) / 2, b)) if wide else ((a, b),)
            if y0 == A and (a == 0 or b == WIDTH):
                v.path(((a + 200, y0 + 200), (b - 200, y1 - 200)), "看线", weight=0.18)
                v.path(((a + 200, y1 - 200), (b - 200, y0 + 200)), "看线", weight=0.18)
                v.text((a + b) / 2, (y0 + y1) / 2 + 900, "楼梯间", 3.5, "cm")
                continue
            for p, q in parts:
                _bars(v, p + 150, y0 + 150, q - 150, y1 - 150, corridor=y0 == B)
    x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
    for y0, y1 in ((D, Y_AXES[4]), (Y_AXES[4], F)):
        _bars(v, x0 + 150, y0 + 150, x1 - 150, y1 - 150, corridor=False)
    lines = [
        "板厚：未注明者h=110，走廊h=100，多功能厅屋面h=120，板面标高3.870。",
        "未注明板底筋为C8@200双向，板面负筋为C8@200。",
        "卫生间板面标高3.800，板厚110。",
    ]
    if board.changed:
        revision_cloud(v, X_AXES[1] + 4800, C + 350, 4000, D - C - 700, "B")
        lines.append("B版：②~③轴板筋随L3调整，L3两侧板面筋C8@150拉通。")
    _finish(board, v, "二层板配筋图", tuple(lines))


def _bars(v: View, x0: float, y0: float, x1: float, y1: float, *, corridor: bool) -> None:
    """One slab panel: two bottom bars crossing, two support bars with their lengths."""
    my, mx = y0 + (y1 - y0) * 0.42, x0 + (x1 - x0) * 0.4
    hook = v.mm(1.2)
    v.path(
        ((x0 + 600, my + hook), (x0, my + hook), (x0, my), (x1, my), (x1, my + hook), (x1 - 600, my + hook)),
        "钢筋",
        weight=0.5,
    )
    v.path(
        ((mx - hook, y0 + 400), (mx - hook, y0), (mx, y0), (mx, y1), (mx - hook, y1), (mx - hook, y1 - 400)),
        "钢筋",
        weight=0.5,
    )
    label = "C8@200" if corridor else "C8@180"
    v.text((x0 + x1) / 2 + 500, my + v.mm(0.8), label, 2.5, "lb", narrow=0.7)
    v.text(mx - v.mm(0.9), y0 + (y1 - y0) * 0.6, label, 2.5, "lb", angle=90, narrow=0.7)
    reach = 1150.0
    y = y0 + (y1 - y0) * 0.78
    if x1 < WIDTH - 600 and not corridor:
        v.path(
            ((x1 - reach, y - hook), (x1 - reach, y), (x1 + 300 + reach, y), (x1 + 300 + reach, y - hook)),
            "钢筋",
            weight=0.5,
        )
        v.text(x1 + 250, y + v.mm(0.7), "C8@150", 2.5, "lb", narrow=0.7)
        v.text(x1 - reach + 100, y - v.mm(0.6), "1150", 2.5, "lt", narrow=0.7)


DRAWINGS = {
    "struct_notes": notes,
    "foundation_plan": foundation_plan,
    "column_plan": column_plan,
    "beam_plan": beam_plan,
    "roof_beams": roof_beams,
    "slab_plan": slab_plan,
}
