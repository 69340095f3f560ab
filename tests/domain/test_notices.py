"""Rules of notices: who gets what by which channel, when, in what words, and what is covered."""

from __future__ import annotations

import datetime as dt
from datetime import date, time

import pytest

from domain.notices.catalogue import CATALOGUE, DIGEST_LINES, digest, shortened, words
from domain.notices.channels import CHANNELS, MODE_TITLES, UNSAID, Mode, Wish, chosen, knows_key
from domain.notices.hours import Hours, held_until, may_go
from domain.notices.letters import LETTER_TITLES, TRANSITIONS, LetterState
from domain.notices.masking import masked
from domain.notices.occasions import Occasion, reminder
from domain.programme import LampPolicy
from domain.workdays import work_calendar

CALENDAR = work_calendar()
HOURS = Hours(opens=time(8), closes=time(21), digest_at=time(8, 15))
ALL = frozenset(CHANNELS)


def wish(channel: str, mode: Mode | None = None, *, reachable: bool = True) -> dict[str, Wish]:
    return {channel: Wish(channel=channel, mode=mode, reachable=reachable)}


@pytest.mark.parametrize(
    ("wishes", "urgent", "through"),
    [
        ({}, True, ()),
        (wish("email"), False, ("email",)),
        (wish("email") | wish("wecom"), False, ("wecom",)),
        (wish("sms"), False, ()),
        (wish("sms"), True, ("sms",)),
        (wish("email", Mode.OFF) | wish("sms"), True, ("sms",)),
        (wish("email", Mode.ALL) | wish("sms", Mode.URGENT), True, ("email", "sms")),
        (wish("email", Mode.ALL) | wish("sms", Mode.URGENT), False, ("email",)),
        (wish("email", Mode.ALL, reachable=False) | wish("feishu"), True, ("feishu",)),
    ],
)
def test_a_notice_goes_where_the_person_wishes_or_to_the_first_that_reaches_them(
    wishes: dict[str, Wish], urgent: bool, through: tuple[str, ...]
) -> None:
    assert chosen(wishes, ALL, urgent=urgent) == through


def test_a_closed_channel_is_never_chosen() -> None:
    assert chosen(wish("email") | wish("sms"), frozenset({"sms"}), urgent=True) == ("sms",)


def test_the_tables_are_whole() -> None:
    assert set(UNSAID) == set(CHANNELS)
    assert set(MODE_TITLES) == set(Mode)
    assert set(LETTER_TITLES) == set(TRANSITIONS) == set(LetterState)
    assert set(Occasion) <= set(CATALOGUE)


def test_a_receiver_knows_our_key_only_so_long() -> None:
    assert knows_key(CHANNELS["feishu"], 3599)
    assert not knows_key(CHANNELS["feishu"], 3600)
    assert not knows_key(CHANNELS["email"], 0)


# 2022-04-02 is a Saturday that is worked, 3 to 5 April are days off (Qingming).
@pytest.mark.parametrize(
    ("today", "at", "urgent", "hold"),
    [
        (date(2022, 4, 1), time(10), True, None),
        (date(2022, 4, 3), time(10), True, None),
        (date(2022, 4, 1), time(22), True, date(2022, 4, 2)),
        (date(2022, 4, 1), time(6), True, date(2022, 4, 1)),
        (date(2022, 4, 1), time(10), False, date(2022, 4, 2)),
        (date(2022, 4, 1), time(7), False, date(2022, 4, 1)),
        (date(2022, 4, 2), time(8, 15), False, date(2022, 4, 6)),
        (date(2022, 4, 3), time(7), False, date(2022, 4, 6)),
        (date(2022, 4, 1), None, False, date(2022, 4, 2)),
        (date(2022, 4, 3), None, True, None),
    ],
)
def test_urgent_ones_go_at_once_but_not_at_night_and_the_rest_on_a_working_morning(
    today: date, at: time | None, urgent: bool, hold: date | None
) -> None:
    assert held_until(HOURS, CALENDAR, today, at, urgent=urgent) == hold


@pytest.mark.parametrize(
    ("today", "at", "urgent", "goes"),
    [
        (date(2022, 4, 2), time(8, 15), False, True),
        (date(2022, 4, 2), time(8, 14), False, False),
        (date(2022, 4, 3), time(9), False, False),
        (date(2022, 4, 3), time(9), True, True),
        (date(2022, 4, 6), time(21), True, False),
        (date(2022, 4, 6), None, False, True),
    ],
)
def test_what_was_held_goes_in_its_window(today: date, at: time | None, urgent: bool, goes: bool) -> None:
    assert may_go(HOURS, CALENDAR, today, at, urgent=urgent) is goes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证11010519491231002X,电话13800138000", "身份证110*************2X,电话138****8000"),
        ("卡号6222020200112233445。", "卡号6222***********3445。"),
        ("邮箱zhang.san@example.invalid", "邮箱z***@example.invalid"),
        ("许开发〔2022〕5号,编号411024,2022-04-07", "许开发〔2022〕5号,编号411024,2022-04-07"),
        ("91411024MA00000000", "91411024MA00000000"),
    ],
)
def test_what_points_to_a_person_is_covered_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == shown


POLICY = LampPolicy()
OPENED = date(2022, 3, 1)


@pytest.mark.parametrize(
    ("today", "occasion", "number"),
    [
        (date(2022, 3, 18), None, 0),
        (date(2022, 3, 28), Occasion.SOON, 0),
        (date(2022, 3, 30), Occasion.TOMORROW, 0),
        (date(2022, 3, 31), Occasion.TODAY, 0),
        (date(2022, 4, 1), Occasion.OVERDUE, 0),
        (date(2022, 4, 8), Occasion.OVERDUE, 0),
        (date(2022, 4, 11), Occasion.STILL_OVERDUE, 1),
        (date(2022, 4, 18), Occasion.STILL_OVERDUE, 2),
    ],
)
def test_a_due_date_reminds_on_its_days(today: date, occasion: Occasion | None, number: int) -> None:
    found = reminder(POLICY, OPENED, date(2022, 3, 31), today, CALENDAR)
    assert (found and found.occasion, found.number if found else 0) == (occasion, number)


def test_each_occasion_comes_on_a_first_day_and_never_goes_back() -> None:
    order = [None, *Occasion]
    seen = []
    for ahead in range(60):
        found = reminder(POLICY, OPENED, date(2022, 3, 31), OPENED + dt.timedelta(ahead), CALENDAR)
        seen.append((order.index(found.occasion if found else None), found.number if found else 0))
    assert seen == sorted(seen)


def payload(**more: str) -> dict[str, str]:
    told = {"kind": "work", "unit": "示例开发区", "step": "1.10", "act": "审批", "due_on": "2027-03-04"}
    return told | more


def test_the_words_say_what_until_when_and_whether_the_day_is_provisional() -> None:
    said = words(payload(), provisional=True)
    assert said.title == "示例开发区:1.10 待审批"
    assert said.text == "示例开发区的任务 1.10 待您审批,请于 2027-03-04(暂定) 前办结。"


def test_a_reminder_says_the_lamps_word() -> None:
    said = words(payload(kind="remind", occasion="overdue", left="1", lamp="逾期"))
    assert said.title == "示例开发区:1.10 已逾期"
    assert "(逾期)" in said.text


def test_a_digest_names_the_pressing_ones_first_and_counts_the_rest() -> None:
    lines = [("work", f"新事 {number}") for number in range(DIGEST_LINES + 3)]
    said = digest([*lines, ("still_overdue", "旧事")])
    assert said.title == f"今日待办提醒:{DIGEST_LINES + 4} 项"
    assert said.text.index("旧事") < said.text.index("新事 0")
    assert "另有 4 项" in said.text


def test_a_text_is_cut_to_what_its_channel_carries() -> None:
    assert shortened("一二三四", 3) == "一二…"
    assert shortened("一二三", 3) == "一二三"
