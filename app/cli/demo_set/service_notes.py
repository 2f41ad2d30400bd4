"""General notes and material tables of water, electricity and air."""

from app.cli.demo_set.notes_other import AIR_NOTES, ELEC_NOTES, WATER_NOTES
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import drawing_title
from app.cli.demo_set.tables import paragraphs, table


def _notes(texts: tuple[str, ...], name: str, rows: tuple[tuple[str, ...], ...], board: Board) -> None:
    area, v = board.area, board.v
    drawing_title(v, area.x + area.w / 2, area.top - 16, name, "")
    paragraphs(
        v, area.x + 12, area.top - 26, area.w - 24, area.y + 120, texts, columns=2, height=4.2, pitch=1.8
    )
    v.text(area.x + 12, area.y + 106, "主要设备材料表", 5)
    table(
        v,
        area.x + 12,
        area.y + 100,
        (16, 70, 120, 24, 28, area.w - 24 - 258),
        rows,
        row=9,
        left=frozenset({1, 2}),
    )


def water_notes(board: Board) -> None:
    """给排水设计总说明."""
    rows = (
        ("序号", "名称", "规格型号", "单位", "数量", "备注"),
        ("1", "室内消火栓箱", "SG24D65Z-J 甲型 带灭火器", "套", "14", ""),
        ("2", "蹲式大便器", "脚踏自闭冲洗阀 2级水效", "套", "36", "儿童型"),
        ("3", "感应式小便器", "壁挂式", "套", "12", ""),
        ("4", "台式洗脸盆", "感应龙头", "套", "18", ""),
        ("5", "水表", "LXS-100 远传", "只", "1", "引入管"),
        ("6", "蝶阀", "D71X-16 DN100", "只", "8", "消防"),
        ("7", "手提灭火器", "MF/ABC4", "具", "28", ""),
        ("8", "地漏", "DN75 直通+P弯 水封50", "个", "12", ""),
    )
    _notes(WATER_NOTES, "给排水设计总说明", rows, board)


def elec_notes(board: Board) -> None:
    """电气设计总说明."""
    rows = (
        ("序号", "名称", "规格型号", "单位", "数量", "备注"),
        ("1", "总配电箱", "ALZ 非标 落地式", "台", "1", ""),
        ("2", "照明配电箱", "AL1~AL3 PZ30R", "台", "3", ""),
        ("3", "LED格栅灯", "2×18W 4000K Ra≥90", "套", "268", "教室"),
        ("4", "黑板灯", "1×36W 偏配光", "套", "36", ""),
        ("5", "LED吸顶灯", "12W", "套", "72", "走廊"),
        ("6", "应急照明集中电源", "DC36V 0.5kVA", "台", "3", ""),
        ("7", "疏散指示灯", "DC36V 1W", "套", "48", ""),
        ("8", "安全型插座", "250V 10A", "个", "156", ""),
    )
    _notes(ELEC_NOTES, "电气设计总说明", rows, board)


def air_notes(board: Board) -> None:
    """暖通空调设计总说明."""
    rows = (
        ("序号", "名称", "规格型号", "单位", "数量", "备注"),
        ("1", "多联机室外机", "HP-45 制冷126kW IPLV≥5.2", "台", "3", "屋面"),
        ("2", "嵌入式室内机", "FC-71 7.1kW", "台", "58", ""),
        ("3", "风管式室内机", "FD-140 14kW", "台", "4", "多功能厅"),
        ("4", "全热交换新风机", "HRV-500 500m³/h", "台", "30", ""),
        ("5", "换气扇", "BPT-20 300m³/h", "台", "6", "卫生间"),
        ("6", "70℃防火阀", "φ150~800×400", "个", "18", ""),
        ("7", "铜管", "φ6.35~φ41.3", "m", "1260", ""),
        ("8", "橡塑保温", "B1级", "m³", "9.6", ""),
    )
    _notes(AIR_NOTES, "暖通空调设计总说明", rows, board)


DRAWINGS = {"water_notes": water_notes, "elec_notes": elec_notes, "air_notes": air_notes}
