"""亮灯: colour by the deadline alone, yellow from the smaller of days and share of the term."""

from __future__ import annotations

from datetime import date

import pytest

from domain.lamps import Colour, lamp
from domain.programme import LampPolicy
from domain.workdays import work_calendar

OPENED = date(2022, 3, 1)
DUE = date(2022, 3, 29)  # 20 working days later: yellow from 4 (20 %), not from 5


@pytest.mark.parametrize(
    ("today", "colour"),
    [
        (date(2022, 3, 22), Colour.GREEN),
        (date(2022, 3, 23), Colour.YELLOW),
        (date(2022, 3, 29), Colour.YELLOW),
        (date(2022, 3, 30), Colour.RED),
    ],
)
def test_the_lamp_follows_the_deadline(today: date, colour: Colour) -> None:
    shown = lamp(LampPolicy(), OPENED, DUE, today, work_calendar())
    assert shown.colour is colour
    assert DUE.isoformat() in shown.line


def test_without_a_deadline_there_is_no_colour() -> None:
    assert lamp(LampPolicy(), OPENED, None, OPENED, work_calendar()).word == "待定"
