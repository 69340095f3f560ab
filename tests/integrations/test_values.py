"""The pure rules about what crosses a port."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outside import (
    FIRST_DELAY_S,
    LONGEST_DELAY_S,
    CompanyQuery,
    CompanyRecord,
    CompanyStatus,
    LookUpOutcome,
    VerificationOutcome,
    VerificationResult,
    compare_company,
    delay_before_next_try,
    filing_digest,
    next_delay,
    verification_unavailable,
)
from tests.integrations.conftest import filing_request

TODAY = date(2022, 3, 2)
CODE = "91411024MA00000000"
QUERY = CompanyQuery(credit_code=CODE, name="示例(集团)公司")


def record(**changes: Any) -> CompanyRecord:
    values: dict[str, Any] = {
        "outcome": LookUpOutcome.FOUND,
        "source": "示例登记系统",
        "credit_code": CODE,
        "name": "示例(集团)公司",
        "registered_on": date(2021, 9, 1),
        "capital_fen": 5_000_000_000,
        "legal_type": "有限责任公司",
        "status": CompanyStatus.ACTIVE,
        "status_text": "存续",
    }
    return CompanyRecord(**(values | changes))


def compared(query: CompanyQuery, **changes: Any) -> VerificationResult:
    return compare_company(query, record(**changes), TODAY)


@pytest.mark.parametrize(
    "name",
    ["示例\uff08集团\uff09公司", "示例(集团)公司", " 示例( 集团 )公司\u3000", "\u3000示例\uff08集团)公司"],
)
def test_full_width_brackets_and_spaces_make_no_difference(name: str) -> None:
    assert compared(QUERY, name=name).outcome is VerificationOutcome.MATCHED


def test_full_width_letters_in_the_code_make_no_difference() -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in CODE.lower())
    query = CompanyQuery(credit_code=wide, name=QUERY.name)
    assert compared(query).outcome is VerificationOutcome.MATCHED


@pytest.mark.parametrize(
    ("asked", "said", "field", "text"),
    [
        ({"name": "示例乙公司"}, {}, "name", "企业名称:本单位填报“示例乙公司”,登记机关记载“示例(集团)公司”"),
        (
            {"registered_on": date(2021, 9, 2)},
            {},
            "registered_on",
            "成立日期:本单位填报“2021年9月2日”,登记机关记载“2021年9月1日”",
        ),
        (
            {"capital_fen": 5_000_120_000},
            {},
            "capital_fen",
            "注册资本:本单位填报“5000.12万元”,登记机关记载“5000万元”",
        ),
        ({}, {"credit_code": "91411024MA00000011"}, "credit_code", "统一社会信用代码:"),
        ({}, {"status": CompanyStatus.REVOKED, "status_text": "吊销"}, "status", "登记机关记载“吊销”"),
    ],
)
def test_a_difference_is_named_in_words(
    asked: dict[str, Any], said: dict[str, Any], field: str, text: str
) -> None:
    query = CompanyQuery(**({"credit_code": CODE, "name": QUERY.name} | asked))
    result = compared(query, **said)
    assert result.outcome is VerificationOutcome.MISMATCHED
    assert [d.field for d in result.differences] == [field]
    assert text in result.message
    assert (result.source, result.checked_on) == ("示例登记系统", TODAY)


@pytest.mark.parametrize(
    ("asked", "said", "field"),
    [
        ({"division_code": "411071"}, {}, "division_code"),
        ({"legal_type": "有限责任公司(国有独资)"}, {}, "legal_type"),
        ({"registered_on": TODAY}, {"registered_on": None}, "registered_on"),
        ({}, {"status": CompanyStatus.OTHER, "status_text": "示例状态"}, "status"),
    ],
)
def test_what_only_informs_makes_no_mismatch(asked: dict[str, Any], said: dict[str, Any], field: str) -> None:
    query = CompanyQuery(**({"credit_code": CODE, "name": QUERY.name} | asked))
    result = compared(query, **said)
    assert result.outcome is VerificationOutcome.MATCHED
    assert [(d.field, d.informs_only) for d in result.differences] == [(field, True)]
    assert result.differences[0].text.endswith("(仅供参考)")


def test_every_difference_is_listed_at_once() -> None:
    query = CompanyQuery(
        credit_code=CODE, name="甲", registered_on=TODAY, capital_fen=1, division_code="410000"
    )
    result = compared(query, status=CompanyStatus.CANCELLED, status_text="注销")
    assert [d.field for d in result.differences] == [
        "name", "registered_on", "capital_fen", "division_code", "status",
    ]  # fmt: skip
    assert "0.000001万元" in result.message
    assert "410000" not in result.message, "the summary has what counts only"


def test_a_manual_answer_asks_for_a_second_person() -> None:
    result = compared(QUERY, outcome=LookUpOutcome.MANUAL)
    assert (result.outcome, result.differences) == (VerificationOutcome.MANUAL, ())
    assert "填报人以外的一人" in result.message


def test_unavailable_says_so() -> None:
    result = verification_unavailable("示例登记系统", TODAY, "示例登记系统暂时无法使用")
    assert result.outcome is VerificationOutcome.UNAVAILABLE


@given(attempt=st.integers(1, 10_000), seed=st.integers())
def test_delays_grow_stay_bounded_and_are_jittered(attempt: int, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    whole = min(FIRST_DELAY_S * 2 ** (attempt - 1), LONGEST_DELAY_S)
    delays = [next_delay(attempt, rng) for _ in range(3)]
    assert all(whole / 2 <= delay <= whole for delay in delays)
    assert len(set(delays)) > 1


@pytest.mark.parametrize(
    ("asked", "attempt", "least", "most"),
    [(None, 1, 15, 30), (5, 1, 15, 30), (600, 1, 600, 600), (60, 20, 1800, 3600)],
)
def test_the_next_try_heeds_the_other_side_and_the_number_of_tries(
    asked: float | None, attempt: int, least: float, most: float
) -> None:
    assert least <= delay_before_next_try(asked, attempt, random.Random(3)) <= most  # noqa: S311


def test_attempts_count_from_one() -> None:
    with pytest.raises(ValueError, match="counts from 1"):
        next_delay(0, random.Random(1))  # noqa: S311


@pytest.mark.parametrize(
    "change",
    [
        {"title": "另一题目"}, {"round": 2}, {"step_id": "1.13"}, {"documents": ()}, {"item": "甲"},
        {"filed_on": date(2022, 3, 3)}, {"receiver": "另一机关"}, {"document_number": ""},
    ],
)  # fmt: skip
def test_the_digest_covers_every_field(change: dict[str, Any]) -> None:
    request = filing_request(case_id="示例-1")
    assert filing_digest(request) == filing_digest(filing_request(case_id="示例-1"))
    assert filing_digest(filing_request(case_id="示例-1", **change)) != filing_digest(request)
