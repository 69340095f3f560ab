"""单元格取值: what an office typed into one cell, turned into a value or into a named problem.

Offices send full-width digits, units inside cells, Excel serial dates and “2010年12月”; a parser that guesses
would put wrong figures into the register. So every function here returns either the value or a `Problem`
that says what is wrong and how to mend it, and where two readings are possible it asks instead of choosing.

Pure: no file is opened here. `domain.tabular` knows where a cell stands, this module what it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeAlias

from domain.date_reach import out_of_reach


class TroubleKind(StrEnum):
    """单元格异常: a cell that holds no usable value."""

    ERROR = "error"
    """公式出错: Excel shows #REF!, #N/A or the like."""
    NOT_COMPUTED = "not_computed"
    """公式未计算: a formula was stored without its result; it is never evaluated here."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """单元格异常: kept in place of the value, so that the fault can name the cell."""

    kind: TroubleKind
    shown: str = ""


CellValue: TypeAlias = str | int | Decimal | date | bool | Trouble | None
"""What a reader hands over: text, whole number, decimal, date, yes/no, a trouble, or nothing."""


@dataclass(frozen=True, slots=True)
class Problem:
    """问题: why a cell was not understood (`message`) and what to do (`mend`); `code` is for machines."""

    code: str
    message: str
    mend: str


PLACEHOLDERS: Final = frozenset({"-", "--", "—", "——", "/", "\\", "无", "暂无", "空", "N/A", "n/a"})
"""What offices write where nothing is to be said; read as an empty cell."""

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffd]")
_SPACES: Final = re.compile(r"\s+")
_WIDE: Final = r"[\u3001-\u30ff\u3400-\u9fff\uff00-\uffef]"
_CJK_GAP: Final = re.compile(rf"(?<={_WIDE}) (?={_WIDE})")
_FORMULA_LEADS: Final = ("=", "@", "+", "-")


def clean(text: str) -> str:
    """Text as it should be kept: NFC, nothing invisible, one space at most, none between Chinese signs."""
    seen = _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()
    return _CJK_GAP.sub("", seen)


def fold(value: CellValue) -> str:
    """A value as text for comparison only: full-width to half-width, no spaces; never stored."""
    if value is None or isinstance(value, Trouble):
        return ""
    return _SPACES.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", plain(value))))


def plain(value: CellValue) -> str:
    """A value as an officer would type it; a trouble as what Excel shows."""
    if value is None:
        return ""
    if isinstance(value, Trouble):
        return value.shown
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def decimal_text(value: Decimal) -> str:
    """A decimal in plain notation without trailing zeros: 3980.0 → 3980, 1E+3 → 1000."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_blank(value: CellValue) -> bool:
    """Whether a cell says nothing (empty, spaces, or a placeholder such as “—”)."""
    return not isinstance(value, Trouble) and fold(value) in PLACEHOLDERS | {""}


def trouble_problem(trouble: Trouble) -> Problem:
    """The problem behind a formula that gives no value."""
    if trouble.kind is TroubleKind.ERROR:
        mend = "请在Excel中改正公式,或直接填写数值"
        return Problem("cell.error", f"公式出错,显示为“{trouble.shown}”", mend)
    return Problem(
        "cell.not_computed",
        "公式没有保存计算结果,系统不代为计算",
        "请用Excel打开并保存一次,或把公式粘贴为数值",
    )


def read_text(value: CellValue, longest: int) -> str | Problem:
    """Text of at most `longest` characters; refuses control characters and anything like a formula."""
    if isinstance(value, Trouble):
        return trouble_problem(value)
    text = plain(value)
    if _FORBIDDEN.search(text):
        return Problem("text.control", "含有看不见的控制字符或无法识别的乱码", "请删除该格内容后重新输入")
    text = clean(text)
    if text.startswith(_FORMULA_LEADS):
        return Problem("text.formula", f"以“{text[0]}”开头,像是公式", "请只填文字")
    if len(text) > longest:
        return Problem("text.long", f"有{len(text)}个字,超过{longest}个字", "请压缩文字,其余内容另附材料")
    return text


_WHOLE: Final = re.compile(r"(?:第)?(\d{1,9})(?:\.0+)?(?:号|、|\.)?")


def read_whole(value: CellValue) -> int | Problem:
    """A whole number from 1 up; “１１１５”, “第1115号” and 1115.0 are the same."""
    if isinstance(value, Trouble):
        return trouble_problem(value)
    found = None if isinstance(value, bool) else _WHOLE.fullmatch(fold(value))
    if found is None or int(found[1]) == 0:
        return Problem("number.whole", f"“{plain(value)}”不是正整数", "请填写正整数,例如1115")
    return int(found[1])


AREA_UNITS: Final[Mapping[str, Decimal]] = {
    "公顷": Decimal(1),
    "ha": Decimal(1),
    "hm2": Decimal(1),
    "万公顷": Decimal(10000),
    "亩": Decimal(1) / Decimal(15),
    "万亩": Decimal(10000) / Decimal(15),
    "平方公里": Decimal(100),
    "平方千米": Decimal(100),
    "km2": Decimal(100),
    "平方米": Decimal("0.0001"),
    "m2": Decimal("0.0001"),
    "万平方米": Decimal(1),
}
"""面积单位: hectares in one unit. 15 亩 = 1 公顷, 1 平方公里 = 100 公顷."""

_NUMBER_UNIT: Final = re.compile(r"([+-]?[\d,]*\.?\d+)(.*)", re.DOTALL)
_THOUSANDS: Final = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|[+-]?\.\d+")


def area_unit(text: str) -> Decimal | None:
    """Hectares in the unit named by `text`, however it is typed (km², KM2, 平方公里); None if unknown."""
    return AREA_UNITS.get(unicodedata.normalize("NFKC", text).strip().lower())


def read_area(value: CellValue, heading_unit: str) -> Decimal | Problem:
    """面积(公顷): the cell's own unit, else the heading's; without either the office is asked.

    Rounded to 0.0001 公顷 (one square metre), because 亩 do not divide evenly.
    """
    if isinstance(value, Trouble):
        return trouble_problem(value)
    mend = "请填写数字并写明单位,例如397.5公顷、5962.5亩、3.975平方公里"
    found = _NUMBER_UNIT.fullmatch(fold(value)) if not isinstance(value, bool | date) else None
    if found is None or not _THOUSANDS.fullmatch(found[1]):
        return Problem("area.number", f"“{plain(value)}”不是面积数字", mend)
    unit = found[2] or heading_unit
    if not unit:
        return Problem("area.no_unit", f"“{plain(value)}”没有写明单位", "请在表头写明单位,例如“面积(公顷)”")
    factor = area_unit(unit)
    if factor is None:
        return Problem("area.unit", f"不认识面积单位“{unit}”", mend)
    return _hectares(found[1], factor, plain(value))


def _hectares(number: str, factor: Decimal, shown: str) -> Decimal | Problem:
    try:
        size = (Decimal(number.replace(",", "")) * factor).quantize(Decimal("0.0001"))
    except InvalidOperation:
        return Problem("area.range", f"“{shown}”太大", "请核对数字和单位")
    if size <= 0:
        return Problem("area.sign", f"“{shown}”不是正数", "请核对数字")
    return Decimal(decimal_text(size))


_CHINESE_DIGITS: Final = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE_MONTHS: Final = {"十": "10", "十一": "11", "十二": "12", "元": "1"}
_MONTH: Final = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月份?|[-/.])?(?:\d{1,2}日?)?")
_MONTH_SPLIT: Final = re.compile(r"[、,;；，及和~]|/(?=\d{4})")
_CHINESE_MONTH: Final = re.compile(r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十元]{1,2})月")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(?:\d{2})?")
_AMBIGUOUS: Final = re.compile(r"\d{4}\.1")
_SERIALS: Final = range(20000, 80000)
EXCEL_ZERO: Final = date(1899, 12, 30)
"""Day 0 of a workbook that counts from 1900."""
_MONTH_MEND: Final = "请写成“2010-12”或“2010年12月”"


def read_year_months(value: CellValue, zero: date = EXCEL_ZERO) -> tuple[str, ...] | Problem:
    """批准时间: one or more months as “yyyy-mm”, in the order written.

    Takes Excel dates and serial numbers (`zero` is day 0 of the workbook), 2010年12月, 2010-12, 2010/12/3,
    201012, 二〇一〇年十二月, and two months in one cell (2000-04/2002-12), which two rows of the catalogue of
    2018 carry. 2010.1 is asked back: as a number it may have been 2010.10.
    """
    if isinstance(value, Trouble):
        return trouble_problem(value)
    if isinstance(value, date):
        return _month(value.year, value.month, plain(value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _numeric_month(value, zero)
    months: list[str] = []
    for part in filter(None, _MONTH_SPLIT.split(_arabic(fold(value)))):
        read = _month_text(part)
        if isinstance(read, Problem):
            return read
        months.extend(read)
    return tuple(months) or Problem("month.form", f"“{plain(value)}”不是年月", _MONTH_MEND)


def _arabic(text: str) -> str:
    def digits(found: re.Match[str]) -> str:
        month = _CHINESE_MONTHS.get(found[2], found[2])
        return f"{found[1].translate(_CHINESE_DIGITS)}年{month.translate(_CHINESE_DIGITS)}月"

    return _CHINESE_MONTH.sub(digits, text)


def _numeric_month(value: int | Decimal, zero: date) -> tuple[str, ...] | Problem:
    if value == int(value) and int(value) in _SERIALS:
        day = zero + timedelta(days=int(value))
        return _month(day.year, day.month, plain(value))
    return _month_text(plain(value))


def _month_text(text: str) -> tuple[str, ...] | Problem:
    if _AMBIGUOUS.fullmatch(text):
        return Problem("month.ambiguous", f"“{text}”可能是1月,也可能是10月", _MONTH_MEND)
    found = _MONTH.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        why = "只有年份,缺少月份" if re.fullmatch(r"\d{4}年?", text) else "不是年月"
        return Problem("month.form", f"“{text}”{why}", _MONTH_MEND)
    return _month(int(found[1]), int(found[2]), text)


def _month(year: int, month: int, shown: str) -> tuple[str, ...] | Problem:
    if not 1 <= month <= 12:
        return Problem("month.month", f"“{shown}”没有这个月份", _MONTH_MEND)
    if not 1979 <= year <= 2099:
        return Problem("month.year", f"“{shown}”年份不合常理(我国开发区始于1979年以后)", _MONTH_MEND)
    return (f"{year:04d}-{month:02d}",)


_DAY: Final = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:T?00:00(?::00)?(?:\.0+)?)?")
_COMPACT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_MEND: Final = "请写成 2022-03-02"


def read_day(value: CellValue, zero: date = EXCEL_ZERO) -> date | Problem:
    """日期: an Excel date, its serial number, 2022-03-02, 2022.3.2, 2022年3月2日 or 20220302.

    `zero` is day 0 of the workbook. A month or a year alone is asked back, and a year that nobody meant.
    """
    day = _day(value, zero)
    refused = None if isinstance(day, Problem) else out_of_reach(day)
    return day if refused is None else Problem("day.out_of_reach", refused.message, refused.remedy)


def _day(value: CellValue, zero: date) -> date | Problem:
    if isinstance(value, Trouble):
        return trouble_problem(value)
    if isinstance(value, date):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value in _SERIALS:
        return zero + timedelta(days=int(value))
    text = fold(value)
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    try:
        if found is not None:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        return Problem("day.none", f"“{plain(value)}”没有这一天", _DAY_MEND)
    if re.fullmatch(r"\d{4}(?:年|[-./])?(?:\d{1,2}月?)?", text):
        return Problem("day.part", f"“{plain(value)}”没有写到日", _DAY_MEND)
    return Problem("day.form", f"“{plain(value)}”不是日期", _DAY_MEND)
