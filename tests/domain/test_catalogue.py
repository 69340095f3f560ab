"""开发区名单: headings, sections, totals, notes, merges and contradictions, sheet by sheet."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import Reading, read_workbook
from domain.catalogue_changes import compare, number_rows, rows_root, zone_of
from domain.cells import CellValue, Trouble, TroubleKind
from domain.tabular import Grid, GridRow, column_letters, split_heading
from domain.units import SupervisingLevel, Zone

HEAD = ("目录序号", "代码", "名称", "批准时间", "面积(公顷)", "主导产业")
YANLING = (1115, "S419085", "鄢陵县产业集聚区", "2010-04", "575.05", "纺织、箱包、装备制造")
XIANGCHENG = (1116, "S419086", "襄城县产业集聚区", "2010-04", "539.67", "鞋服、卫生用品")


def grid(*lines: tuple[CellValue, ...], name: str = "") -> Grid:
    rows = tuple(
        GridRow(number, {column: value for column, value in enumerate(line, 1) if value is not None})
        for number, line in enumerate(lines, 1)
        if any(value is not None for value in line)
    )
    return Grid(name, rows)


def read(*lines: tuple[CellValue, ...]) -> Reading:
    return read_workbook([grid(*lines)])


def faults(reading: Reading) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in reading.faults]


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("批准面积（公顷）", "批准面积", "公顷"),
        ("面 积\n(单位:亩)", "面积", "亩"),
        ("名称*", "名称", ""),
        ("approved_area_ha", "approved_area_ha", "ha"),
        ("省(区、市)", "省", "区、市"),
        ("面积:公顷", "面积", "公顷"),
    ],
)
def test_a_heading_gives_name_and_unit(text: str, name: str, unit: str) -> None:
    assert split_heading(text) == (name, unit)


def test_columns_have_excels_letters() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_columns_may_stand_in_any_order_and_others_are_reported() -> None:
    reading = read(
        ("许昌市开发区名单",),
        ("联系人", "批准面积(亩)", "园区名称", "设立时间", "开发区编码", "目录编号"),
        ("示例", "8625.75", "鄢陵县产业集聚区", "2010年4月", "s419085", "1115"),
    )
    assert faults(reading) == []
    assert [(row.catalogue_no, row.area_ha) for row in reading.rows] == [(1115, Decimal("575.05"))]
    assert reading.unused_columns == ("联系人",)


def test_a_missing_column_and_a_missing_heading_are_said() -> None:
    assert faults(read(HEAD[:4], YANLING[:4])) == [("第1行", "heading.missing")]
    assert faults(read(("随便", "写的"), ("内容", "而已"))) == [("第1行", "heading.none")]
    assert faults(read((*HEAD, "代码"), YANLING)) == [("G1", "heading.double")]
    assert faults(read(HEAD)) == [("全表", "sheet.empty")]


def test_a_heading_of_two_rows_is_read_by_its_lower_row() -> None:
    sheet = grid(
        ("目录序号", "代码", "名称", "批准时间", "面积", None, "主导产业"),
        (None, None, None, None, "核准面积(公顷)", "规划面积(公顷)", None),
        (*YANLING[:5], "9999", "食品"),
    )
    down = {(2, column): (1, column) for column in (1, 2, 3, 4, 7)}
    reading = read_workbook([replace(sheet, merged=down | {(1, 6): (1, 5)})])
    assert faults(reading) == []
    assert reading.rows[0].area_ha == Decimal("575.05")
    assert reading.unused_columns == ("规划面积(公顷)",)


def test_sections_totals_notes_and_repeated_headings_are_told_apart() -> None:
    reading = read(
        HEAD,
        ("一、省级开发区",),
        ("（一）河南省（2家）",),
        YANLING,
        (None, "小计", None, None, "575.05", None),
        HEAD,
        XIANGCHENG,
        (None, "合 计", None, None, "1114.72", None),
        ("注：数据来自公告。",),
        ("2.面积为核准面积",),
        ("填表人：", None, "审核人：", None, "联系电话：", None),
    )
    assert faults(reading) == []
    assert [row.name for row in reading.rows] == [YANLING[2], XIANGCHENG[2]]
    assert [skipped.reason for skipped in reading.skipped] == [
        "分组行",
        "分组行",
        "合计行",
        "重复的表头",
        "合计行",
        "说明或签署",
        "说明或签署",
        "说明或签署",
    ]
    assert reading.oddities == ()


def test_a_total_that_does_not_add_up_is_reported() -> None:
    reading = read(HEAD, YANLING, XIANGCHENG, ("合计", None, None, None, "1200", None))
    assert [(odd.code, odd.message) for odd in reading.oddities] == [
        ("total.differs", "合计行写1200公顷,各行相加是1114.72公顷")
    ]


def test_a_section_contradicting_a_code_is_a_fault() -> None:
    assert faults(read(HEAD, ("国家级",), YANLING)) == [("第3行", "level.contradicts")]
    assert faults(read(HEAD, ("河北省",), YANLING)) == [("第3行", "province.contradicts")]


def test_a_line_with_a_name_only_is_a_fault() -> None:
    assert faults(read(HEAD, YANLING, (None, None, "某某开发区"))) == [("第3行", "row.lone")]


def test_all_faults_of_a_row_are_found_at_once() -> None:
    assert faults(read(HEAD, (None, "S41", "abc", "2010-13", "-1公顷", "=1"))) == [
        ("B2", "zone-code-length"),
        ("A2", "cell.empty"),
        ("C2", "name.form"),
        ("D2", "month.month"),
        ("E2", "area.sign"),
        ("F2", "text.formula"),
    ]


def test_a_merged_area_is_no_answer_but_a_merged_level_is() -> None:
    sheet = grid((*HEAD, "级别"), (*YANLING, "省级"), (*XIANGCHENG[:4], None, "食品", None))
    area = replace(sheet, merged={(3, 5): (2, 5)})
    level = replace(grid((*HEAD, "级别"), (*YANLING, "省级"), (*XIANGCHENG, None)), merged={(3, 7): (2, 7)})
    assert faults(read_workbook([area])) == [("E3", "cell.merged")]
    assert faults(read_workbook([level])) == []


def test_the_same_zone_twice_is_a_fault_across_sheets() -> None:
    reading = read_workbook([grid(HEAD, YANLING, name="甲"), grid(HEAD, YANLING, name="乙")])
    assert faults(reading) == [("乙!B2", "row.twice")]
    other = (1117, *YANLING[1:])
    assert faults(read(HEAD, YANLING, other)) == [("B3", "code.twice")]


def test_the_unit_may_stand_above_the_table() -> None:
    lines = (("面积单位：亩",), (*HEAD[:4], "面积", "主导产业"), (*YANLING[:4], "8625.75", "食品"))
    assert read(*lines).rows[0].area_ha == Decimal("575.05")
    assert faults(read(*lines[1:])) == [("E2", "area.no_unit")]


def test_the_area_led_by_is_a_code_or_a_known_name() -> None:
    sheet = grid((*HEAD, "牵头县区"), (*YANLING, "鄢陵县"), (*XIANGCHENG, "411025"))
    known = read_workbook([sheet], divisions={"鄢陵县": "411024"})
    assert [row.lead_area for row in known.rows] == ["411024", "411025"]
    assert faults(read_workbook([sheet])) == [("G2", "lead_area.unknown")]


_CELLS = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(-10, 60_000),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.sampled_from([*HEAD, *YANLING, "合计", "注:", "河南省", "—", Trouble(TroubleKind.ERROR, "#N/A")]),
)


@given(
    st.lists(st.tuples(*[_CELLS] * 6), max_size=6),
    st.dictionaries(*[st.tuples(*[st.integers(1, 8)] * 2)] * 2),
)
def test_no_sheet_makes_the_reader_fail_and_none_is_half_read(
    lines: list[tuple[CellValue, ...]], merged: dict[tuple[int, int], tuple[int, int]]
) -> None:
    sheet = replace(grid(HEAD, *lines), merged=merged)
    reading = read_workbook([sheet])
    told = {fault.row for fault in reading.faults} | {row.row for row in reading.rows}
    assert told or reading.faults
    assert all(row.code and row.name and row.approved and row.area_ha > 0 for row in reading.rows)


# --- comparing with the register ---


def register(*lines: tuple[CellValue, ...]) -> dict[str, Zone]:
    return {zone.id: zone for zone in map(zone_of, read(HEAD, *lines).rows)}


def test_a_change_names_field_old_and_new() -> None:
    held = register(YANLING, XIANGCHENG)
    renamed = (*YANLING[:2], "鄢陵县先进制造业开发区", *YANLING[3:4], "600", YANLING[5])
    changes = compare(read(HEAD, renamed, XIANGCHENG).rows, held, "示例文件")
    (change,) = changes.changed
    assert [(f.title, f.old, f.new) for f in change.fields] == [
        ("名称", "鄢陵县产业集聚区", "鄢陵县先进制造业开发区"),
        ("面积", "575.05", "600"),
    ]
    assert [former.name for former in change.after.name_history] == ["鄢陵县产业集聚区"]
    assert (len(changes.added), len(changes.unchanged)) == (0, 1)


def test_what_the_list_does_not_say_is_kept() -> None:
    (zone,) = register(YANLING).values()
    filled = replace(
        zone, supervising_level=SupervisingLevel.COUNTY, lead_area="411024", division_code="411024"
    )
    assert not compare(read(HEAD, YANLING).rows, {filled.id: filled}, "").any


def test_a_number_of_another_zone_is_a_fault() -> None:
    _, wrong = number_rows(read(HEAD, (1115, *XIANGCHENG[1:])).rows, register(YANLING))
    assert [(fault.cell, fault.code) for fault in wrong] == [("B2", "number.contradicts")]


def test_the_root_knows_every_byte_but_not_the_order() -> None:
    zones = list(register(YANLING, XIANGCHENG).values())
    shuffled = random.Random(7).sample(zones, k=2)  # noqa: S311
    assert rows_root(shuffled) == rows_root(zones) == rows_root(reversed(zones))
    assert rows_root([replace(zones[0], industries="食品"), zones[1]]) != rows_root(zones)
    assert rows_root(zones[:1]) != rows_root(zones)
