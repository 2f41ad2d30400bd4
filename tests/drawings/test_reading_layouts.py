"""Title blocks of other layouts than those of the samples, as a draughtsman would print them; lengths in mm."""

from collections.abc import Iterable

import pytest

from app.drawings.reading import PageContent, TitleBlockReading, read_title_block

Piece = tuple[str, float, float, float] | tuple[str, float, float, float, int]
A1 = (841, 594)


def runs_of(pieces: Iterable[Piece]) -> list[tuple[str, int, int, int, int, int]]:
    """text, x, y of the lower left, height (mm), and the angle: width as wide letters take."""
    made = []
    for piece in pieces:
        text, x, y, high = piece[:4]
        angle = piece[4] if len(piece) == 5 else 0
        long = sum(0.6 if ord(c) < 0x2000 else 1.05 for c in text) * high
        wide, tall = (high, long) if angle in (90, 270) else (long, high)
        x0, y0, x1, y1 = (round(v * 1000) for v in (x, y, x + wide, y + tall))
        made.append((text, x0, y0, x1, y1, angle))
    return made


def grid(xs: list[float], ys: list[float]) -> list[tuple[int, int, int, int]]:
    """Lines of a full grid."""
    flat = [(xs[0], y, xs[-1], y) for y in ys]
    upright = [(x, ys[0], x, ys[-1]) for x in xs]
    return [tuple(round(v * 1000) for v in n) for n in flat + upright]  # type: ignore[misc]


def read(
    pieces: Iterable[Piece],
    lines: Iterable[tuple[int, int, int, int]] = (),
    size: tuple[int, int] = A1,
    file_name: str = "",
) -> TitleBlockReading:
    return read_title_block(
        PageContent(size[0] * 1000, size[1] * 1000, runs_of(pieces), list(lines), file_name)
    )


def values(reading: TitleBlockReading) -> dict[str, str]:
    return {name: found.value for name, found in reading.fields.items()}


def test_a_chinese_table_with_spaced_labels_and_values_right_of_them() -> None:
    lines = grid([700, 725, 790, 810, 831], [10, 20, 30, 40, 50])
    reading = read(
        [
            ("工 程 名 称", 702, 43, 3.5),
            ("青山路小学迁建工程", 728, 43, 4),
            ("图", 703, 33, 3.5),
            ("名", 716, 33, 3.5),
            ("一层平面图", 728, 33, 5),
            ("设 计 号", 702, 23, 3),
            ("2023-118", 728, 23, 3),
            ("图  号", 792, 23, 3),
            ("建施－０３", 811, 23, 3),
            ("比  例", 702, 13, 3),
            ("１：１００", 728, 13, 3),
            ("日  期", 792, 13, 3),
            ("2023.06", 811, 13, 3),
        ],
        lines,
    )
    found = values(reading)
    assert found["number"] == "建施-03"
    assert found["title"] == "一层平面图"
    assert found["project_name"] == "青山路小学迁建工程"
    assert found["job_no"] == "2023-118"
    assert found["scale"] == "1:100"
    assert found["date"] == "2023-06"
    assert found["discipline"] == "arch"
    assert reading.fields["number"].source == "cell"
    assert reading.fields["number"].confidence > 0.8


def test_a_vertical_strip_whose_text_climbs_is_read_like_an_upright_one() -> None:
    # Seen with the head to the left: label left, value right of it, in a strip along the right border.
    pieces: list[Piece] = [
        ("工程名称", 812, 40, 3, 90),
        ("江北水厂二期", 812, 70, 4, 90),
        ("图名", 820, 40, 3, 90),
        ("综合楼屋顶平面图", 820, 70, 4, 90),
        ("图号", 812, 250, 3, 90),
        ("结施-12", 812, 275, 3, 90),
        ("比例", 820, 250, 3, 90),
        ("1:150", 820, 275, 3, 90),
    ]
    lines = [
        tuple(round(v * 1000) for v in n)
        for n in [
            (810, 35, 810, 320), (818, 35, 818, 320), (826, 35, 826, 320),
            (810, 35, 826, 35), (810, 65, 826, 65), (810, 240, 826, 240), (810, 270, 826, 270), (810, 320, 826, 320),
        ]
    ]  # fmt: skip
    found = values(read(pieces, lines))  # type: ignore[arg-type]
    assert (found["number"], found["title"], found["scale"]) == ("结施-12", "综合楼屋顶平面图", "1:150")
    assert found["discipline"] == "struct"


def test_labels_under_their_values_are_read_when_the_whole_block_is_so() -> None:
    lines = grid([600, 680, 720, 760, 831], [10, 24])
    reading = read(
        [
            ("GROUND FLOOR PLAN", 603, 18, 4),
            ("DRAWING TITLE", 603, 11.5, 1.8),
            ("1 : 50", 690, 18, 4),
            ("SCALE", 683, 11.5, 1.8),
            ("12 MAR 2021", 723, 18, 4),
            ("DATE", 723, 11.5, 1.8),
            ("A-201", 763, 18, 4),
            ("DRAWING NO.", 763, 11.5, 1.8),
        ],
        lines,
    )
    found = values(reading)
    assert found["number"] == "A-201"
    assert found["title"] == "GROUND FLOOR PLAN"
    assert found["scale"] == "1:50"
    assert found["date"] == "2021-03-12"


def test_a_block_of_two_columns_with_several_labels_in_one_frame_and_no_inner_lines() -> None:
    lines = grid([640, 831], [10, 60])
    found = values(
        read(
            [
                ("PROJECT:", 645, 52, 2.5), ("Harbour Street Library", 670, 52, 2.5),
                ("CLIENT:", 645, 44, 2.5), ("City of Westport", 670, 44, 2.5),
                ("TITLE:", 645, 36, 2.5), ("Second floor reflected", 670, 36, 2.5), ("ceiling plan", 670, 32.5, 2.5),
                ("DWG NO:", 755, 52, 2.5), ("A-412", 785, 52, 2.5),
                ("SCALE:", 755, 44, 2.5), ('1/8" = 1\'-0"', 785, 44, 2.5),
                ("REV:", 755, 36, 2.5), ("C", 785, 36, 2.5),
                ("DATE:", 755, 28, 2.5), ("03/28/2019", 785, 28, 2.5),
                ("JOB NO:", 755, 20, 2.5), ("1907", 785, 20, 2.5),
            ],
            lines,
        )
    )  # fmt: skip
    assert found["number"] == "A-412"
    assert found["title"] == "Second floor reflected ceiling plan"
    assert found["scale"] == "1:96"
    assert found["revision"] == "C"
    assert found["date"] == "2019-03-28"
    assert found["job_no"] == "1907"
    assert found["project_name"] == "Harbour Street Library"


def test_the_co_sign_table_neither_gives_the_discipline_nor_the_date() -> None:
    lines = grid([700, 725, 790, 810, 831], [10, 20, 30]) + grid([10, 30, 50, 70, 90], [500, 508, 516, 524])
    found = values(
        read(
            [
                ("会签栏", 40, 527, 3),
                ("专业", 12, 518, 3), ("姓名", 32, 518, 3), ("签名", 52, 518, 3), ("日期", 72, 518, 3),
                ("给排水", 12, 510, 3), ("王一", 32, 510, 3), ("2020.01.01", 72, 510, 2.5),
                ("电气", 12, 502, 3), ("李二", 32, 502, 3), ("2020.01.02", 72, 502, 2.5),
                ("图名", 702, 23, 3), ("屋面排水平面图", 727, 23, 4), ("图号", 792, 23, 3), ("建施-07", 812, 23, 3),
                ("比例", 702, 13, 3), ("1:100", 727, 13, 3), ("日期", 792, 13, 3), ("2024年5月", 812, 13, 3),
            ],
            lines,
        )
    )  # fmt: skip
    assert found["date"] == "2024-05"
    assert found["discipline"] == "arch"
    assert found["number"] == "建施-07"


def test_the_revision_table_gives_the_revision_and_not_the_date_of_the_sheet() -> None:
    lines = grid([640, 655, 740, 780, 831], [70, 77, 84, 91]) + grid([640, 700, 831], [10, 25, 40])
    reading = read(
        [
            ("REV", 642, 86, 2.5), ("DESCRIPTION", 660, 86, 2.5), ("DATE", 742, 86, 2.5), ("BY", 785, 86, 2.5),
            ("A", 642, 79, 2.5), ("Issued for tender", 660, 79, 2.5), ("2022-01-10", 742, 79, 2.5),
            ("B", 642, 72, 2.5), ("Stair moved", 660, 72, 2.5), ("2022-04-02", 742, 72, 2.5),
            ("SHEET NO.", 642, 34, 2), ("S-301", 705, 30, 6),
            ("SHEET TITLE", 642, 20, 2), ("FRAMING DETAILS", 705, 16, 4),
        ],
        lines,
    )  # fmt: skip
    found = values(reading)
    assert found["revision"] == "B"
    assert reading.fields["revision"].confidence < 0.8
    assert "date" not in found
    assert found["number"] == "S-301"
    assert found["title"] == "FRAMING DETAILS"


def test_a_stamp_over_the_block_changes_neither_number_nor_title() -> None:
    lines = grid([700, 725, 831], [10, 22, 34, 46])
    found = values(
        read(
            [
                ("工程名称", 702, 38, 3), ("东湖医院门诊楼", 728, 38, 4),
                ("图名", 702, 26, 3), ("三层给排水平面图", 728, 26, 5),
                ("图号", 702, 14, 3), ("水施-05", 728, 14, 4),
                ("某某设计院出图专用章", 727, 28, 4), ("有效期至2025年12月", 727, 17, 3),
                ("审图合格", 745, 24, 6, 17),
            ],
            lines,
        )
    )  # fmt: skip
    assert found["number"] == "水施-05"
    assert found["title"] == "三层给排水平面图"


def test_labels_in_two_languages_announce_one_field() -> None:
    lines = grid([640, 690, 831], [10, 22, 34, 46, 58])
    found = values(
        read(
            [
                ("图名 DRAWING TITLE", 642, 50, 2.5), ("地下室平面图 BASEMENT PLAN", 695, 50, 3),
                ("图号 DWG NO.", 642, 38, 2.5), ("A-P-101", 695, 38, 3),
                ("比例/SCALE", 642, 26, 2.5), ("1:200", 695, 26, 3),
                ("版本 REV.", 642, 14, 2.5), ("02", 695, 14, 3),
            ],
            lines,
        )
    )  # fmt: skip
    assert found["number"] == "A-P-101"
    assert found["title"] == "地下室平面图 BASEMENT PLAN"
    assert found["scale"] == "1:200"
    assert found["revision"] == "02"


def test_a_number_split_over_kind_and_serial_is_put_together_and_the_job_number_is_not_it() -> None:
    lines = grid([700, 720, 765, 785, 831], [10, 20, 30, 40])
    found = values(
        read(
            [
                ("工程编号", 702, 33, 3), ("SJ2022-031", 722, 33, 3), ("设计阶段", 767, 33, 3), ("施工图", 787, 33, 3),
                ("图  别", 702, 23, 3), ("电施", 722, 23, 3), ("图  号", 767, 23, 3), ("04/18", 787, 23, 3),
                ("图  名", 702, 13, 3), ("防雷接地平面图", 722, 13, 3), ("日  期", 767, 13, 3), ("2022.08.15", 787, 13, 3),
            ],
            lines,
        )
    )  # fmt: skip
    assert found["number"] == "电施-04"
    assert (found["sheet_index"], found["sheet_total"]) == ("04", "18")
    assert found["job_no"] == "SJ2022-031"
    assert found["stage"] == "施工图"
    assert found["discipline"] == "elec"


def test_label_and_value_in_one_run() -> None:
    found = values(
        read(
            [
                ("项目名称：白云仓储中心", 690, 60, 3),
                ("图名：消火栓系统图", 690, 50, 3),
                ("图号：水施-11", 690, 40, 3),
                ("SCALE: 1/100", 690, 30, 3),
                ("日期: 2021年11月3日", 690, 20, 3),
            ]
        )
    )
    assert found["number"] == "水施-11"
    assert found["title"] == "消火栓系统图"
    assert found["project_name"] == "白云仓储中心"
    assert found["scale"] == "1:100"
    assert found["date"] == "2021-11-03"


def test_a_title_of_five_lines_is_one_title() -> None:
    lines = grid([740, 831], [10, 30, 80])
    title = ["首层", "消防喷淋", "及", "消火栓", "平面图"]
    pieces: list[Piece] = [("图名", 742, 75, 2.5), ("图号", 742, 25, 2.5), ("消施-02", 770, 15, 4)]
    pieces += [(line, 775, 68 - 7 * n, 4) for n, line in enumerate(title)]
    found = values(read(pieces, lines))
    assert found["title"] == "首层消防喷淋及消火栓平面图"
    assert found["number"] == "消施-02"


def test_a_large_number_at_the_corner_wins_over_small_references_to_other_sheets() -> None:
    pieces: list[Piece] = [(f"A{n}", 780 + n % 7 * 5, 40 + n % 11 * 6, 2) for n in range(301, 320)]
    pieces += [("Roof Plan and", 770, 42, 5), ("Drainage", 770, 34, 5), ("A110", 770, 12, 16)]
    reading = read(pieces)
    found = values(reading)
    assert found["number"] == "A110"
    assert found["title"] == "Roof Plan and Drainage"
    assert reading.fields["number"].source == "pattern"


def test_references_without_a_block_give_no_number() -> None:
    pieces: list[Piece] = [("详见建施-05", 600, 100, 3), ("建施-06", 760, 80, 3), ("建施-07", 760, 60, 3)]
    assert "number" not in values(read(pieces))


def test_stacked_labels_in_narrow_cells() -> None:
    lines = grid([700, 712, 831], [10, 24, 38, 52])
    found = values(
        read(
            [
                ("工程", 702, 46, 3), ("名称", 702, 41, 3), ("城北客运站", 716, 43, 4),
                ("图纸", 702, 32, 3), ("名称", 702, 27, 3), ("站房立面图", 716, 29, 4),
                ("图纸", 702, 18, 3), ("编号", 702, 13, 3), ("建施-09", 716, 15, 4),
            ],
            lines,
        )
    )  # fmt: skip
    assert found["project_name"] == "城北客运站"
    assert found["title"] == "站房立面图"
    assert found["number"] == "建施-09"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_sheet_reads_the_same_however_it_was_turned(turn: int) -> None:
    lines = grid([700, 725, 790, 810, 831], [10, 20, 30])
    runs = runs_of(
        [
            ("图名", 702, 23, 3), ("二层梁配筋图", 727, 23, 4), ("图号", 792, 23, 3), ("结施-08", 812, 23, 3),
            ("比例", 702, 13, 3), ("1:100", 727, 13, 3), ("日期", 792, 13, 3), ("2024.5.20", 812, 13, 3),
        ]
    )  # fmt: skip
    width, height = 841_000, 594_000

    def spin(x0: int, y0: int, x1: int, y1: int) -> tuple[int, int, int, int]:
        return {
            0: (x0, y0, x1, y1),
            90: (height - y1, x0, height - y0, x1),
            180: (width - x1, height - y1, width - x0, height - y0),
            270: (y0, width - x1, y1, width - x0),
        }[turn]

    size = (width, height) if turn in (0, 180) else (height, width)
    page = PageContent(*size, [(r[0], *spin(*r[1:5]), turn) for r in runs], [spin(*n) for n in lines])
    reading = read_title_block(page)
    found = values(reading)
    assert (found["number"], found["title"], found["date"]) == ("结施-08", "二层梁配筋图", "2024-05-20")
    box = reading.fields["number"].box
    assert box == spin(*runs[3][1:5])


def test_the_order_of_the_runs_does_not_matter() -> None:
    lines = grid([700, 725, 790, 810, 831], [10, 20, 30])
    pieces: list[Piece] = [
        ("图名", 702, 23, 3), ("南立面图", 727, 23, 4), ("图号", 792, 23, 3), ("建施-10", 812, 23, 3),
        ("比例", 702, 13, 3), ("1:100", 727, 13, 3), ("版本", 792, 13, 3), ("B", 812, 13, 3),
    ]  # fmt: skip
    assert values(read(pieces, lines)) == values(read(pieces[::-1], lines[::-1]))
    assert values(read(pieces, lines))["revision"] == "B"


def test_a_block_with_labels_for_all_but_number_and_title() -> None:
    # The form that a widespread modelling program ships: the number is large, the name stands above, small labels.
    lines = grid([770, 800, 831], [40, 48, 56, 64, 72]) + grid([770, 831], [10, 40, 72, 110])
    found = values(
        read(
            [
                ("Owner", 773, 103, 3), ("Mill Lane Clinic", 773, 94, 4), ("Level 2 Floor Plan", 773, 80, 4.5),
                ("Project number", 772, 66.5, 2), ("0001-22", 803, 66.5, 2),
                ("Date", 772, 58.5, 2), ("14.02.2022", 803, 58.5, 2),
                ("Drawn by", 772, 50.5, 2), ("Author", 803, 50.5, 2),
                ("Checked by", 772, 42.5, 2), ("Checker", 803, 42.5, 2),
                ("A102", 785, 22, 12), ("Scale", 772, 12, 2), ("1 : 100", 803, 12, 2),
            ],
            lines,
        )
    )  # fmt: skip
    assert found["number"] == "A102"
    assert found["job_no"] == "0001-22"
    assert found["date"] == "2022-02-14"
    assert found["scale"] == "1:100"
    assert found.get("title", "Level 2 Floor Plan") == "Level 2 Floor Plan"


def test_an_empty_number_cell_stays_empty() -> None:
    lines = grid([700, 725, 790, 810, 831], [10, 20, 30, 40])
    found = values(
        read(
            [
                ("工程名称", 702, 33, 3), ("河西社区服务站", 727, 33, 4), ("工程编号", 792, 33, 3), ("2021-07", 812, 33, 3),
                ("图名", 702, 23, 3), ("屋面平面图", 727, 23, 4), ("图号", 792, 23, 3),
                ("比例", 702, 13, 3), ("1:100", 727, 13, 3), ("版次", 792, 13, 3), ("0", 812, 13, 3),
                ("见建施-05", 400, 300, 3), ("建施-11", 500, 200, 3),
            ],
            lines,
        )
    )  # fmt: skip
    assert "number" not in found
    assert found["job_no"] == "2021-07"
    assert found["title"] == "屋面平面图"


def test_labels_and_values_in_rows_without_any_line() -> None:
    found = values(
        read(
            [
                ("图名", 700, 50, 3), ("首层弱电平面图", 725, 50, 4), ("图号", 700, 40, 3), ("弱电施-03", 725, 40, 4),
                ("设计阶段", 700, 30, 3), ("施工图", 725, 30, 4), ("比例", 700, 20, 3), ("1:100", 725, 20, 4),
                ("出图日期", 700, 10, 3), ("2023-9-1", 725, 10, 4),
            ]
        )
    )  # fmt: skip
    assert found["number"] == "弱电施-03"
    assert found["title"] == "首层弱电平面图"
    assert found["discipline"] == "elv"
    assert found["date"] == "2023-09-01"
