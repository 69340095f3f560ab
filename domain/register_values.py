"""台账取值: what stands in one cell of a register, brought into the one form in which it is kept.

The same for a cell of an office's Excel, a value typed by hand and one sent by a program. A value is either
understood or asked back (`Problem`); nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from domain.cells import (
    EXCEL_ZERO,
    CellValue,
    Problem,
    Trouble,
    clean,
    decimal_text,
    fold,
    is_blank,
    plain,
    read_day,
    read_text,
    trouble_problem,
)
from domain.identifiers import Fault, normalise_document_number, parse_credit_code, parse_id_card
from domain.programme import Column, FieldType

MASKED: Final = "(个人信息,您无权查看)"
"""What stands in a personal column for who may not see it."""
ERASED: Final = "(已依法删除)"
"""What stands in a personal column that was erased by law."""
LONGEST: Final = 500
_DIGITS_EXCEL_KEEPS: Final = 15
_COUNT: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(?:人|名|个|项|家|户|件|册|卷|年)?")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_MONEY: Final = re.compile(r"[¥¥]?(?:人民币)?([+-]?[\d,]+(?:\.\d+)?)(.*)")
_MONEY_UNITS: Final[Mapping[str, int]] = {
    "元": 1,
    "圆": 1,
    "元整": 1,
    "千元": 1_000,
    "万元": 10_000,
    "万": 10_000,
    "百万元": 1_000_000,
    "亿元": 100_000_000,
    "亿": 100_000_000,
}


def read_value(column: Column, value: CellValue, *, zero: date = EXCEL_ZERO, unit: str = "") -> str | Problem:
    """One value in normal form: codes of choices, ISO dates, yuan, plain digits; empty where none is said.

    Args:
        zero: day 0 of the workbook's serial dates.
        unit: the unit that the heading names, for money (账面价值(万元)).
    """
    if isinstance(value, Trouble):
        return trouble_problem(value)
    if is_blank(value):
        needed = Problem("cell.empty", f"“{column.title}”没有填", "请补填")
        return needed if column.required else ""
    if isinstance(value, str) and clean(value) in (MASKED, ERASED):
        return Problem("cell.masked", "个人信息是遮住或已删除的,不能当作内容", "请由有权查看的人填写")
    if column.type is FieldType.DATE:
        day = read_day(value, zero)
        return day if isinstance(day, Problem) else day.isoformat()
    if column.type is FieldType.MONEY:
        return read_money(value, unit)
    if column.type is FieldType.CHOICE:
        return _choice(column, value)
    return _READERS[column.type](value)


def _words(value: CellValue) -> str | Problem:
    """Text; a code in full-width signs becomes half-width, Chinese stays as it is."""
    if isinstance(value, bool):
        return plain(value)
    text = read_text(value, LONGEST)
    if isinstance(text, Problem) or text.isascii() or not fold(text).isascii():
        return text
    return clean(unicodedata.normalize("NFKC", text))


def _count(value: CellValue) -> str | Problem:
    found = None if isinstance(value, bool) else _COUNT.fullmatch(fold(value))
    digits = found[1].replace(",", "") if found else ""
    if not digits or len(digits) > _DIGITS_EXCEL_KEEPS:
        return Problem("number.count", f"“{plain(value)}”不是整数", "请只填数字,例如 12")
    return str(int(digits))


def _number(value: CellValue) -> str | Problem:
    text = fold(value)
    if isinstance(value, bool) or not _NUMBER.fullmatch(text) or len(text) > 20:
        return Problem("number.form", f"“{plain(value)}”不是数字", "请只填数字,例如 12.5")
    number = Decimal(text.replace(",", ""))
    if number != round(number, 4):
        return Problem("number.places", f"“{plain(value)}”的小数超过四位", "请四舍五入到四位小数以内")
    return decimal_text(number)


def read_money(value: CellValue, unit: str = "") -> str | Problem:
    """金额(元): `unit` of the heading where the cell names none; at most two decimals of a yuan."""
    if isinstance(value, Trouble):
        return trouble_problem(value)
    mend = "请填写数字,单位是元的不必写,例如 1234.50、12.5万元"
    found = None if isinstance(value, bool | date) else _MONEY.fullmatch(fold(value))
    if found is None or not _NUMBER.fullmatch(found[1]) or len(found[1]) > 20:
        return Problem("money.form", f"“{plain(value)}”不是金额", mend)
    named = found[2] or fold(unit) or "元"
    factor = _MONEY_UNITS.get(named)
    if factor is None:
        return Problem("money.unit", f"不认识金额单位“{named}”", mend)
    amount = Decimal(found[1].replace(",", "")) * factor
    if amount != round(amount, 2):
        return Problem("money.places", f"“{plain(value)}”精确到了分以下", "金额最多两位小数(分)")
    return decimal_text(amount)


def _choice(column: Column, value: CellValue) -> str | Problem:
    text = fold(value)
    for code, title in column.options.items():
        if text in (code, fold(title), fold(title).partition("(")[0]):
            return code
    can = "、".join(column.options.values())
    return Problem("choice.unknown", f"“{plain(value)}”不在可选范围", f"可填:{can}")


def _identifier(parse: Callable[[str], object], mend: str) -> Callable[[CellValue], str | Problem]:
    def read(value: CellValue) -> str | Problem:
        if not isinstance(value, str) and len(plain(value).partition(".")[0]) > _DIGITS_EXCEL_KEEPS:
            return Problem(
                "cell.digits_lost",
                "号码在Excel里存成了数字,第16位起已经丢失",
                "请把该列设为“文本”后重新输入",
            )
        code = parse(plain(value))
        if isinstance(code, Fault):
            return Problem(code.code.replace("-", "."), code.message, mend)
        return str(getattr(code, "text"))  # noqa: B009 every parser's value has it

    return read


def _document_number(value: CellValue) -> str | Problem:
    text = read_text(value, LONGEST)
    return text if isinstance(text, Problem) else normalise_document_number(text).text


_READERS: Final[Mapping[FieldType, Callable[[CellValue], str | Problem]]] = {
    FieldType.TEXT: _words,
    FieldType.INTEGER: _count,
    FieldType.NUMBER: _number,
    FieldType.DOCUMENT_NUMBER: _document_number,
    FieldType.CREDIT_CODE: _identifier(parse_credit_code, "请对照执照核对"),
    FieldType.ID_CARD: _identifier(parse_id_card, "请对照身份证更正"),
}
