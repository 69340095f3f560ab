"""单元格取值: every way offices write a number, an area, a month; what is unclear is asked back."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cells import (
    CellValue,
    Problem,
    Trouble,
    TroubleKind,
    area_unit,
    clean,
    decimal_text,
    is_blank,
    read_area,
    read_text,
    read_whole,
    read_year_months,
)


def code_of(read: object) -> str:
    assert isinstance(read, Problem), read
    assert read.mend
    return read.code


@pytest.mark.parametrize(
    ("value", "unit", "hectares"),
    [
        ("397.5公顷", "", "397.5"),
        ("397.5", "公顷", "397.5"),
        (Decimal("397.5"), "公顷", "397.5"),
        (400, "ha", "400"),
        ("３９７．５ 公 顷", "", "397.5"),
        ("5962.5亩", "公顷", "397.5"),
        ("1.5万亩", "", "1000"),
        ("3.975平方公里", "", "397.5"),
        ("3.975km²", "", "397.5"),
        ("3.975 ㎢", "亩", "397.5"),
        ("12,468.15", "亩", "831.21"),
        ("12,468.15", "公顷", "12468.15"),
        ("1", "亩", "0.0667"),
        ("3975000㎡", "", "397.5"),
        (".5公顷", "", "0.5"),
    ],
)
def test_an_area_is_read_in_every_unit(value: CellValue, unit: str, hectares: str) -> None:
    assert read_area(value, unit) == Decimal(hectares)


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        ("397.5", "", "area.no_unit"),
        ("397.5顷", "", "area.unit"),
        ("397.5", "顷", "area.unit"),
        ("约400公顷", "", "area.number"),
        ("1,2,3公顷", "", "area.number"),
        ("0公顷", "", "area.sign"),
        ("-1公顷", "", "area.sign"),
        ("0.00001公顷", "", "area.sign"),
        ("9" * 40 + "公顷", "", "area.range"),
        (True, "公顷", "area.number"),
        (date(2010, 12, 1), "公顷", "area.number"),
        (Trouble(TroubleKind.ERROR, "#REF!"), "公顷", "cell.error"),
        (Trouble(TroubleKind.NOT_COMPUTED), "公顷", "cell.not_computed"),
    ],
)
def test_an_area_that_is_none_is_asked_back(value: CellValue, unit: str, code: str) -> None:
    assert code_of(read_area(value, unit)) == code


@pytest.mark.parametrize(
    ("value", "months"),
    [
        ("2010-12", ("2010-12",)),
        ("2010年12月", ("2010-12",)),
        ("2010年12月30日", ("2010-12",)),
        ("2010/12/30", ("2010-12",)),
        ("２０１０．１２", ("2010-12",)),
        ("2010.2", ("2010-02",)),
        ("201012", ("2010-12",)),
        ("20101230", ("2010-12",)),
        (201012, ("2010-12",)),
        (40543, ("2010-12",)),
        (Decimal("2010.12"), ("2010-12",)),
        (date(2010, 12, 30), ("2010-12",)),
        ("二〇一〇年十二月", ("2010-12",)),
        ("二○一○年四月", ("2010-04",)),
        ("2000-04/2002-12", ("2000-04", "2002-12")),
        ("2000年4月、2002年12月", ("2000-04", "2002-12")),
    ],
)
def test_a_month_is_read_in_every_form(value: CellValue, months: tuple[str, ...]) -> None:
    assert read_year_months(value) == months


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2010年", "month.form"),
        (2010, "month.form"),
        ("2010.1", "month.ambiguous"),
        (Decimal("2010.1"), "month.ambiguous"),
        ("2010-13", "month.month"),
        ("2010-00", "month.month"),
        ("1949-10", "month.year"),
        ("2100-01", "month.year"),
        ("待批", "month.form"),
        ("、", "month.form"),
        (True, "month.form"),
        (Decimal("0.5"), "month.form"),
        (999999999, "month.form"),
        (Trouble(TroubleKind.ERROR, "#N/A"), "cell.error"),
    ],
)
def test_a_month_that_is_none_is_asked_back(value: CellValue, code: str) -> None:
    assert code_of(read_year_months(value)) == code


def test_the_serial_dates_of_the_1904_calendar() -> None:
    assert read_year_months(40543 - 1462, date(1904, 1, 1)) == ("2010-12",)


@pytest.mark.parametrize(
    "value", [1115, "1115", "１１１５", "第1115号", " 1115、", Decimal("1115.0"), "1115.0"]
)
def test_a_whole_number_in_every_form(value: CellValue) -> None:
    assert read_whole(value) == 1115


@pytest.mark.parametrize("value", ["", "甲", "0", "-1", "1.5", Decimal("1.5"), True, "1e3", "9" * 12])
def test_what_is_no_whole_number(value: CellValue) -> None:
    assert code_of(read_whole(value)) == "number.whole"


@pytest.mark.parametrize("value", [None, "", " ", "\u3000", "—", "－", "/", "无", "暂无", "\u200b"])
def test_a_placeholder_says_nothing(value: CellValue) -> None:
    assert is_blank(value)


def test_zero_and_a_trouble_say_something() -> None:
    assert not is_blank(0)
    assert not is_blank(Trouble(TroubleKind.NOT_COMPUTED))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" 鄢陵县 产业\n集聚区 ", "鄢陵县产业集聚区"),
        ("中德（沈阳）高端装备制造产业园", "中德（沈阳）高端装备制造产业园"),
        ("A区 B区", "A区 B区"),
        ("e\u0301", "é"),
    ],
)
def test_text_is_kept_as_written_but_for_spaces(text: str, kept: str) -> None:
    assert clean(text) == kept
    assert read_text(text, 100) == kept


@given(st.text(max_size=60))
def test_any_text_is_either_kept_clean_or_a_problem(text: str) -> None:
    read = read_text(text, 50)
    if isinstance(read, Problem):
        assert read.message
    else:
        assert read == clean(read)
        assert unicodedata.is_normalized("NFC", read)
        assert len(read) <= 50
        assert not read.startswith(("=", "+", "-", "@"))


@given(
    st.one_of(
        st.text(max_size=30), st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.dates()
    )
)
def test_no_cell_makes_a_reader_fail(value: str | int | Decimal | date) -> None:
    for read in (read_area(value, "亩"), read_year_months(value), read_whole(value), read_text(value, 50)):
        assert read is not None


@given(st.decimals(min_value="0.01", max_value=100_000, places=2))
def test_a_printed_area_survives_writing_and_reading(size: Decimal) -> None:
    assert read_area(f"{decimal_text(size)}公顷", "") == size


def test_units_are_known_by_any_spelling() -> None:
    assert area_unit(" KM2 ") == Decimal(100)
    assert area_unit("英亩") is None
