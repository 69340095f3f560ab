"""台账取值: what offices type into a cell is understood in one form, or asked back; never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cells import CellValue, Problem, Trouble, TroubleKind
from domain.identifiers import Fault, IdCard, id_card_check_character, parse_id_card
from domain.programme import Column, FieldType
from domain.register_values import ERASED, MASKED, read_value
from tests.messy_excel import wide

ID_CARD = "41102419900307123" + id_card_check_character("41102419900307123")
"""示例: a number made for the test, of nobody."""
CREDIT = "91350100M000100Y43"
OPTIONS = {"civil_servant": "公务员", "contract": "合同制人员(编外)"}


def column(kind: str, **more: object) -> Column:
    return Column.model_validate({"id": "c", "title": "列", "type": kind, "required": "no", **more})


UNDERSTOOD: list[tuple[str, CellValue, str]] = [
    ("text", "  张 三 ", "张三"),
    ("text", "S001", "S001"),
    ("text", Decimal("12"), "12"),
    ("text", 12, "12"),
    ("text", "—", ""),
    ("text", None, ""),
    ("integer", "1,024人", "1024"),
    ("integer", Decimal("3.0"), "3"),
    ("integer", "003", "3"),
    ("number", "-12.50", "-12.5"),
    ("number", "1,234.5678", "1234.5678"),
    ("money", "¥1,234.50", "1234.5"),
    ("money", "12.5万元", "125000"),
    ("money", 300000, "300000"),
    ("money", "0.1亿元", "10000000"),
    ("date", 40269, "2010-04-01"),
    ("date", "2022年3月2日", "2022-03-02"),
    ("date", "2022.3.2", "2022-03-02"),
    ("date", "20220302", "2022-03-02"),
    ("date", "2022-03-02 00:00:00", "2022-03-02"),
    ("date", date(2022, 3, 2), "2022-03-02"),
    ("choice", "公务员", "civil_servant"),
    ("choice", "civil_servant", "civil_servant"),
    ("choice", " 合同制人员 ", "contract"),
    ("credit_code", CREDIT.lower(), CREDIT),
    ("id_card", f" {ID_CARD[:6]} {ID_CARD[6:]}", ID_CARD),
    ("document_number", "豫办[2019]21号", "豫办〔2019〕21号"),
]
ASKED_BACK: list[tuple[str, CellValue, str]] = [
    ("text", "=1+1", "text.formula"),
    ("text", "长" * 501, "text.long"),
    ("text", "某\u202e某", "text.control"),
    ("text", MASKED, "cell.masked"),
    ("text", ERASED, "cell.masked"),
    ("text", Trouble(TroubleKind.ERROR, "#REF!"), "cell.error"),
    ("integer", "三个", "number.count"),
    ("integer", "12.5", "number.count"),
    ("integer", "-3", "number.count"),
    ("integer", True, "number.count"),
    ("number", "约12", "number.form"),
    ("number", "1.23456", "number.places"),
    ("money", "一百元", "money.form"),
    ("money", "12美元", "money.unit"),
    ("money", "1.005", "money.places"),
    ("date", "2022年2月30日", "day.none"),
    ("date", "2022年3月", "day.part"),
    ("date", "待定", "day.form"),
    ("choice", "科员", "choice.unknown"),
    ("credit_code", "91350100M000100Y44", "credit.code.check"),
    ("credit_code", Decimal("911101085513850820"), "cell.digits_lost"),
    ("id_card", ID_CARD[:-1], "id.card.length"),
    ("id_card", ID_CARD[:15], "id.card.old"),
    ("id_card", "99" + ID_CARD[2:], "id.card.region"),
    ("id_card", ID_CARD[:10] + "13" + ID_CARD[12:], "id.card.birth"),
    ("id_card", ID_CARD[:16] + str((int(ID_CARD[16]) + 1) % 10) + ID_CARD[17], "id.card.check"),
    ("id_card", "A" + ID_CARD[1:], "id.card.character"),
    ("id_card", Decimal("411024199003071000"), "cell.digits_lost"),
]


def _column(kind: str) -> Column:
    return column(kind, options=OPTIONS) if kind == "choice" else column(kind)


@pytest.mark.parametrize(("kind", "typed", "kept"), UNDERSTOOD, ids=str)
def test_what_is_understood(kind: str, typed: CellValue, kept: str) -> None:
    assert read_value(_column(kind), typed) == kept
    if isinstance(typed, str):
        assert read_value(_column(kind), wide(typed)) == kept, "full-width, as an input method leaves it"


@pytest.mark.parametrize(("kind", "typed", "code"), ASKED_BACK, ids=str)
def test_what_is_asked_back(kind: str, typed: CellValue, code: str) -> None:
    found = read_value(_column(kind), typed)
    assert isinstance(found, Problem)
    assert found.code == code
    assert found.message
    assert found.mend


def test_every_type_is_in_the_tables() -> None:
    assert {kind for kind, _, _ in UNDERSTOOD} == {str(kind) for kind in FieldType}
    assert {kind for kind, _, _ in ASKED_BACK} | {"document_number"} == {str(kind) for kind in FieldType}


def test_the_heading_names_the_unit() -> None:
    assert read_value(column("money"), "12.5", unit="万元") == "125000"
    assert read_value(column("money"), "12.5元", unit="万元") == "12.5"


def test_a_missing_value_is_asked_for_where_it_must_be_there() -> None:
    found = read_value(column("money", required="yes"), " ")
    assert isinstance(found, Problem)
    assert found.code == "cell.empty"


def test_a_full_width_code_becomes_half_width_and_chinese_stays() -> None:
    assert read_value(column("text"), "S001") == "S001"
    assert read_value(column("text"), "综合部(党政)") == "综合部(党政)"


def test_no_fault_repeats_an_identity_number() -> None:
    for wrong in (ID_CARD[:-1], "99" + ID_CARD[2:], ID_CARD[:16] + "0" + ID_CARD[17]):
        found = parse_id_card(wrong)
        assert isinstance(found, Fault)
        assert wrong[6:14] not in found.message


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9)
)
def test_one_wrong_digit_is_always_found(born: date, serial: int, place: int, off: int) -> None:
    first = f"411024{born:%Y%m%d}{serial:03d}"
    whole = first + id_card_check_character(first)
    assert parse_id_card(whole) == IdCard(whole)
    if whole[place].isdigit():
        wrong = whole[:place] + str((int(whole[place]) + off) % 10) + whole[place + 1 :]
        assert isinstance(parse_id_card(wrong), Fault)


@given(st.integers(-(10**13), 10**13))
def test_money_is_kept_to_the_cent(cents: int) -> None:
    amount = Decimal(cents) / 100
    kept = read_value(column("money"), amount)
    assert isinstance(kept, str)
    assert Decimal(kept) == amount
    assert read_value(column("money"), kept) == kept
