"""Drawing lists of other layouts than those of the samples."""

from app.drawings.reading import ListRow, PageContent, read_drawing_list
from tests.drawings.test_reading_layouts import Piece, grid, runs_of

A4 = (210_000, 297_000)


def _list(pieces: list[Piece], lines: list[tuple[int, int, int, int]] | None = None) -> list[ListRow] | None:
    return read_drawing_list(PageContent(*A4, runs_of(pieces), lines or []))


def test_a_ruled_chinese_list_with_a_title_of_two_lines_and_an_empty_row() -> None:
    header: list[Piece] = [
        ("序号", 22, 262, 3), ("图 号", 42, 262, 3), ("图 纸 名 称", 90, 262, 3),
        ("图幅", 142, 262, 3), ("版本", 162, 262, 3), ("备 注", 182, 262, 3),
    ]  # fmt: skip
    rows: list[Piece] = [
        ("1", 24, 252, 3), ("建施-01", 42, 252, 3), ("建筑设计总说明", 65, 252, 3), ("A1", 143, 252, 3), ("A", 164, 252, 3),
        ("2", 24, 240, 3), ("建施-02", 42, 240, 3), ("一层平面图", 65, 242, 3), ("及防火分区示意图", 65, 238, 3),
        ("A0+1/4", 141, 240, 3), ("B", 164, 240, 3), ("替换", 184, 240, 3),
        ("3", 24, 228, 3),
    ]  # fmt: skip
    lines = grid([20, 38, 62, 138, 158, 178, 200], [224, 236, 248, 258, 270])
    assert _list(header + rows, lines) == [
        ListRow("建施-01", "建筑设计总说明", "A1", "A", "", 1),
        ListRow("建施-02", "一层平面图及防火分区示意图", "A0+1/4", "B", "替换", 2),
    ]


def test_a_western_list_without_lines() -> None:
    pieces: list[Piece] = [("Sheet No.", 20, 250, 3), ("Drawing Title", 50, 250, 3), ("Rev", 160, 250, 3)]
    for n, title in enumerate(["Cover sheet and general notes of the project", "Floor plan", "Sections"]):
        pieces += [(f"A-10{n}", 20, 240 - 6 * n, 3), (title, 50, 240 - 6 * n, 3), ("C", 161, 240 - 6 * n, 3)]
    found = _list(pieces)
    assert found is not None
    assert [(r.number, r.title, r.revision, r.position) for r in found] == [
        ("A-100", "Cover sheet and general notes of the project", "C", 1),
        ("A-101", "Floor plan", "C", 2),
        ("A-102", "Sections", "C", 3),
    ]


def test_two_lists_side_by_side_follow_one_another() -> None:
    pieces: list[Piece] = []
    for side, word in ((0, "水施"), (95, "电施")):
        pieces += [("图号", 15 + side, 250, 3), ("图名", 40 + side, 250, 3)]
        for n in (1, 2, 3):
            pieces += [
                (f"{word}-0{n}", 15 + side, 250 - 8 * n, 3),
                (f"{word}第{n}张", 40 + side, 250 - 8 * n, 3),
            ]
    lines = grid([13, 37, 90], [220, 228, 236, 244, 256]) + grid([108, 132, 190], [220, 228, 236, 244, 256])
    found = _list(pieces, lines)
    assert found is not None
    assert [r.number for r in found] == ["水施-01", "水施-02", "水施-03", "电施-01", "电施-02", "电施-03"]


def test_a_sheet_with_a_title_block_is_no_list() -> None:
    pieces: list[Piece] = [
        ("图名", 122, 23, 3),
        ("平面图", 137, 23, 3),
        ("图号", 162, 23, 3),
        ("建施-01", 177, 23, 3),
    ]
    assert _list(pieces, grid([120, 135, 160, 175, 205], [20, 30])) is None


def test_a_door_schedule_is_no_drawing_list() -> None:
    pieces: list[Piece] = [("编号", 20, 250, 3), ("洞口尺寸", 50, 250, 3), ("数量", 90, 250, 3)]
    for n in range(5):
        pieces += [
            (f"M-{n}", 20, 240 - 6 * n, 3),
            ("900x2100", 50, 240 - 6 * n, 3),
            ("4", 90, 240 - 6 * n, 3),
        ]
    assert _list(pieces) is None


def test_a_door_schedule_with_names_is_no_drawing_list() -> None:
    pieces: list[Piece] = [("编号", 20, 250, 3), ("名称", 50, 250, 3), ("数量", 90, 250, 3)]
    for n in range(5):
        pieces += [
            (f"FM-{n}", 20, 240 - 6 * n, 3),
            ("钢质防火门", 50, 240 - 6 * n, 3),
            ("4", 90, 240 - 6 * n, 3),
        ]
    assert _list(pieces) is None


def test_unusable_text_is_no_list() -> None:
    pieces: list[Piece] = [("图号", 20, 250, 3), ("图名", 50, 250, 3)]
    assert read_drawing_list(PageContent(*A4, runs_of(pieces), [], text_usable=False)) is None
