"""Answers are read as if an enemy had written them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outside_errors import (
    OutsideError,
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
    OutsideUnavailable,
)
from integrations.answers import LONGEST_REASON, Answer, check_status, decode, plain
from integrations.filing_http import FilingAnswer

HOSTILE = [
    b"",
    b"\xff",
    b"null",
    b"[]",
    b'"accepted"',
    b'{"case_id": "\xff"}',
    b'{"case_id": 1}',
    b'{"round": ' + b"9" * 5000 + b"}",
    b'{"message": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    b'{"x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
]


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status=status, headers=headers or {}, body=body)


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_body_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(OutsideProtocolError, match="无法采信"):
        decode("示例系统", answer(200, body), FilingAnswer)


@pytest.mark.parametrize("body", HOSTILE)
def test_a_hostile_refusal_is_still_a_refusal(body: bytes) -> None:
    with pytest.raises(OutsideRefused) as error:
        check_status("示例系统", answer(400, body))
    assert error.value.reason == "对方没有说明原因"


@given(status=st.integers(100, 999), body=st.binary(max_size=50))
def test_every_status_is_an_answer_or_a_typed_error(status: int, body: bytes) -> None:
    if 200 <= status < 300:
        check_status("示例系统", answer(status, body))
        return
    with pytest.raises(OutsideError) as error:
        check_status("示例系统", answer(status, body))
    assert error.value.message.startswith("示例系统")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, OutsideProtocolError),
        (400, OutsideRefused),
        (408, OutsideUnavailable),
        (429, OutsideUnavailable),
        (500, OutsideTimeout),
        (503, OutsideUnavailable),
        (504, OutsideTimeout),
    ],
)
def test_the_table_of_statuses(status: int, kind: type[OutsideError]) -> None:
    with pytest.raises(kind) as error:
        check_status("示例系统", answer(status))
    assert type(error.value) is kind


@pytest.mark.parametrize(
    ("given_text", "read"),
    [("120", 120), ("0", 0), ("999999999", 86400), ("-1", None), ("1e9", None), ("", None),
     ("Wed, 02 Mar 2022 01:00:00 GMT", None), ("\u0661", None)],
)  # fmt: skip
def test_retry_after_is_read_in_seconds_and_bounded(given_text: str, read: float | None) -> None:
    with pytest.raises(OutsideUnavailable) as error:
        check_status("示例系统", answer(503, headers={"Retry-After": given_text}))
    assert error.value.retry_after == read


def test_the_other_sides_words_stay_on_one_short_line() -> None:
    assert plain(" 请\r\n补充\x00\u2028说明 ") == "请 补充 说明"
    assert len(plain("长" * 1000)) == LONGEST_REASON
