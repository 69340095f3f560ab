"""An office's Excel, made on the spot: everything that offices do to a sheet, and faults planted by cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADINGS = (
    "序号",
    "目录 序号",
    "开发区代码*",
    "开发区名称\n(全称)",
    "级别",
    "所在省",
    "批准时间",
    "批准面积(亩)",
    "主导产业",
    "管理层级",
    "备注",
)
HEADING_ROW = 4
FIRST_ROW = HEADING_ROW + 1
NUMBER, CODE, NAME, LEVEL, PROVINCE, APPROVED, AREA, INDUSTRIES, RUN_BY = "BCDEFGHIJ"

XUCHANG = (
    (150, "G411168", "许昌经济技术开发区", "国家级", "2010-12", "255.0", "装备制造、发制品、生物科技"),
    (1114, "S418084", "许昌高新技术产业开发区", "省级", "2012-11", "1101.68", "装备制造、食品"),
    (1115, "S419085", "鄢陵县产业集聚区", "省级", "2010-04", "575.05", "纺织、箱包、装备制造"),
    (1116, "S419086", "襄城县产业集聚区", "省级", "2010-04", "539.67", "鞋服、卫生用品"),
    (1117, "S419087", "禹州市产业集聚区", "省级", "2010-12", "831.21", "装备制造、医药"),
    (1118, "S417088", "长葛经济技术开发区", "省级", "2015-02", "1299.6", "机械装备、食品、生物医药"),
)
"""The six zones of Xuchang as the 2018 catalogue prints them (area in hectares)."""


def wide(text: object) -> str:
    """Full-width, as an input method leaves it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in str(text))


def xuchang_as_sent() -> Workbook:
    """The six zones as the city's office sends them: right in substance, wrong in every form."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Sheet1"
    sheet["A1"] = "许昌市开发区基本情况一览表"
    sheet.merge_cells("A1:K1")
    sheet["A2"] = "填报单位:(盖章)"
    sheet["H2"] = "2022年3月"
    _heading(sheet)
    approved: tuple[date | str | int, ...] = (
        date(2010, 12, 30),
        "2012年11月",
        40269,
        wide("2010.04"),
        "二〇一〇年十二月",
        201502,
    )
    area: tuple[str | int, ...] = (
        "3825亩",
        "1101.68公顷",
        wide("8625.75"),
        "5.3967平方公里",
        "12,468.15",
        19494,
    )
    for place, (zone, when, size) in enumerate(zip(XUCHANG, approved, area, strict=True)):
        row = FIRST_ROW + place + (1 if place >= 3 else 0)
        number, code, name, _, _, _, industries = zone
        sheet[f"A{row}"] = place + 1
        sheet[f"B{row}"] = number if place % 2 else wide(number)
        sheet[f"C{row}"] = wide(code).lower() if place % 2 else f" {code} "
        sheet[f"D{row}"] = f"{name[:2]} {name[2:]}" if place % 2 else name
        sheet[f"G{row}"] = when
        sheet[f"H{row}"] = size
        sheet[f"I{row}"] = industries
    # A blank row stands after the third zone; 级别 and 所在省 are merged downwards.
    sheet["E5"] = "国家级"
    sheet["E6"] = "省级"
    sheet.merge_cells("E6:E11")
    sheet["F5"] = "河南"
    sheet.merge_cells("F5:F11")
    sheet["J5"] = "市管"
    sheet["J6"] = "—"
    sheet["A12"] = "合 计"
    sheet["H12"] = "=SUM(H5:H11)"
    sheet["A13"] = "注:面积为国家核准面积。"
    sheet["A14"] = "2.代码以公告为准。"
    sheet["A15"] = "填表人:"
    sheet["D15"] = "审核人:"
    sheet["H15"] = "联系电话:"
    book.create_sheet("说明")["A1"] = "本表每年报一次"
    return book


def _heading(sheet: Worksheet) -> None:
    for column, heading in enumerate(HEADINGS, 1):
        sheet.cell(row=HEADING_ROW, column=column, value=heading)


Plant = Callable[[Worksheet, int], None]


def _put(column: str, value: object) -> Plant:
    def plant(sheet: Worksheet, row: int) -> None:
        sheet[f"{column}{row}"] = value  # type: ignore[assignment]

    return plant


PLANTED: tuple[tuple[str, str, Plant], ...] = (
    # column of the fault, words its message must hold, what is planted
    (NUMBER, "没有填写", _put(NUMBER, None)),
    (NUMBER, "不是正整数", _put(NUMBER, "甲")),
    (NUMBER, "不是正整数", _put(NUMBER, 0)),
    (NUMBER, "不是正整数", _put(NUMBER, "-3")),
    (NUMBER, "不是正整数", _put(NUMBER, 12.5)),
    (NUMBER, "公式出错", _put(NUMBER, "#REF!")),
    (CODE, "没有填写", _put(CODE, None)),
    (CODE, "没有填写", _put(CODE, "—")),
    (CODE, "应为7位", _put(CODE, "S41908")),
    (CODE, "应为7位", _put(CODE, "S4190855")),
    (CODE, "应为数字", _put(CODE, "S4190O2")),
    (CODE, "应为G", _put(CODE, "X419086")),
    (CODE, "不是省级代码", _put(CODE, "S999086")),
    (CODE, "不能是0", _put(CODE, "S410086")),
    (CODE, "公式出错", _put(CODE, "#N/A")),
    (NAME, "没有填写", _put(NAME, None)),
    (NAME, "不像开发区名称", _put(NAME, 419086)),
    (NAME, "不像开发区名称", _put(NAME, "abc")),
    (NAME, "超过100个字", _put(NAME, "某开发区" * 26)),
    (NAME, "控制字符", _put(NAME, "某\u202e开发区")),
    (NAME, "像是公式", _put(NAME, "@某开发区")),
    (LEVEL, "不是目录级别", _put(LEVEL, "市级")),
    (LEVEL, "而代码", _put(LEVEL, "国家级")),
    (LEVEL, "公式出错", _put(LEVEL, "#VALUE!")),
    (PROVINCE, "不是省级行政区名称", _put(PROVINCE, "许昌")),
    (PROVINCE, "而代码", _put(PROVINCE, "河北省")),
    (APPROVED, "没有填写", _put(APPROVED, " ")),
    (APPROVED, "没有这个月份", _put(APPROVED, "2010年13月")),
    (APPROVED, "只有年份", _put(APPROVED, "2010年")),
    (APPROVED, "也可能是10月", _put(APPROVED, 2010.1)),
    (APPROVED, "年份不合常理", _put(APPROVED, "1949-10")),
    (APPROVED, "不是年月", _put(APPROVED, "待批")),
    (AREA, "没有填写", _put(AREA, None)),
    (AREA, "不是面积数字", _put(AREA, "约五百")),
    (AREA, "不是正数", _put(AREA, 0)),
    (AREA, "不是正数", _put(AREA, "-575.05公顷")),
    (AREA, "不认识面积单位", _put(AREA, "575.05顷田")),
    (AREA, "没有保存计算结果", _put(AREA, "=5*115")),
    (INDUSTRIES, "像是公式", _put(INDUSTRIES, "+cmd|' /C calc'!A0")),
    (RUN_BY, "不在可选范围", _put(RUN_BY, "乡管")),
)
"""Forty faults, one a row."""


def forty_faults() -> tuple[Workbook, dict[str, str]]:
    """A sheet with one planted fault a row, and for each faulty cell what its message must hold."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"] = "开发区一览表"
    _heading(sheet)
    expected: dict[str, str] = {}
    for place, (column, words, plant) in enumerate(PLANTED):
        row = FIRST_ROW + place
        sheet[f"A{row}"] = place + 1
        sheet[f"{NUMBER}{row}"] = 1200 + place
        sheet[f"{CODE}{row}"] = f"S419{100 + place}"
        sheet[f"{NAME}{row}"] = f"示例{place + 1}号产业集聚区"
        sheet[f"{LEVEL}{row}"] = "省级"
        sheet[f"{PROVINCE}{row}"] = "河南省"
        sheet[f"{APPROVED}{row}"] = "2010-12"
        sheet[f"{AREA}{row}"] = "397.5公顷"
        sheet[f"{INDUSTRIES}{row}"] = "食品"
        plant(sheet, row)
        expected[f"{column}{row}"] = words
    return book, expected


def saved(book: Workbook, path: Path) -> Path:
    """The workbook as a file."""
    book.save(path)
    return path
