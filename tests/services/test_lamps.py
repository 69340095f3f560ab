"""红灯记录: written by the daily run, made up after missed days, the same however it comes about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select

from config.clock import BUSINESS_TIMEZONE, FixedClock
from domain.commands import Submit
from domain.lamps import Colour
from domain.refusal import Refused
from models.database import Database
from models.statements import LAMP_COUNT, RED_LAMP
from services.lamps.counting import Counted, count_lamps, rebuild_lamps
from services.lamps.showing import case_lamps, lamp_lines, red_lamps
from services.reading import load_case
from tests.services.acting import STEPS, Office, agreeing, case_of, done, prepare

DUE = date(2022, 3, 16)
"""Ten working days after 2 March."""
RED = date(2022, 3, 17)
UNITS = 3


class Town:
    """Three zones whose clerks do what the test says on the days that it says."""

    def __init__(self, url: str) -> None:
        self.wall = FixedClock(datetime(2022, 3, 2, 9, tzinfo=BUSINESS_TIMEZONE))
        self.db: Database = prepare(url, self.wall, units=UNITS)
        self.office = Office(self.db, self.wall)
        for unit in range(UNITS):
            self.office.open(unit)

    def on(self, day: date) -> None:
        """Both clocks, at nine in the morning."""
        self.wall.set(datetime.combine(day, time(9), tzinfo=BUSINESS_TIMEZONE))

    def finish(self, step: str, day: date, unit: int = 0, recorded: date | None = None) -> None:
        """A step handed in and agreed to on a day, told to the system on that day or a later one."""
        self.on(recorded or day)
        submit = Submit(
            command_id=f"s-{unit}-{step}", case=case_of(unit), occurred_on=day, step=step, round=1
        )
        done(self.office.send(submit, f"clerk-{unit}"))
        done(self.office.send(msgspec.structs.replace(agreeing(step, unit), occurred_on=day), "head"))

    def run(self, day: date) -> Counted:
        """The daily run."""
        self.on(day)
        return count_lamps(self.db, day)

    def rows(self) -> list[dict[str, Any]]:
        """The history as it is written."""
        wanted = select(RED_LAMP).order_by(RED_LAMP.c.case_id, RED_LAMP.c.step, RED_LAMP.c.began_on)
        with self.db.read() as session:
            return [dict(row) for row in session.connection().execute(wanted).mappings()]

    def looked_at(self) -> list[dict[str, Any]]:
        """How far each case was looked at."""
        with self.db.read() as session:
            found = session.connection().execute(select(LAMP_COUNT).order_by(LAMP_COUNT.c.case_id))
            return [dict(row) for row in found.mappings()]

    def empty(self) -> None:
        """Lose the tables."""
        with self.db.write() as session:
            session.connection().execute(delete(RED_LAMP))
            session.connection().execute(delete(LAMP_COUNT))


@pytest.fixture
def town(migrated_db_url: str) -> Iterator[Town]:
    opened = Town(migrated_db_url)
    yield opened
    opened.db.close()


def test_only_cases_that_moved_or_whose_day_has_come_are_looked_at(town: Town) -> None:
    assert town.run(date(2022, 3, 3)) == Counted(cases=UNITS)
    assert town.run(date(2022, 3, 4)) == Counted()
    town.finish("1.1", date(2022, 3, 7), unit=1)
    assert town.run(date(2022, 3, 7)) == Counted(cases=1)
    assert town.run(DUE) == Counted()
    assert town.run(RED) == Counted(cases=UNITS, began=23, red=23)
    assert town.run(RED) == Counted(), "a second run has nothing to do"


def test_days_that_were_missed_are_made_up_and_nothing_is_forgotten(town: Town) -> None:
    every_day, after = date(2022, 3, 3), date(2022, 4, 1)
    town.finish("1.1", date(2022, 3, 21))
    town.finish("1.2", DUE)
    town.finish("1.3", date(2022, 3, 15), recorded=date(2022, 3, 23))
    town.run(after)
    once = town.rows()
    town.empty()
    while every_day <= after:
        town.run(every_day)
        every_day += timedelta(days=1)
    assert town.rows() == once
    ended = [(row["step"], row["ended_on"], row["mistaken"]) for row in once if row["ended_on"]]
    assert ended == [("1.1", date(2022, 3, 21), False), ("1.3", date(2022, 3, 23), True)]
    assert "1.2" not in {row["step"] for row in once if row["case_id"] == case_of(0)}


def test_rebuilding_gives_what_the_runs_wrote_and_only_an_administrator_may(town: Town) -> None:
    town.finish("1.1", date(2022, 3, 21))
    town.run(date(2022, 3, 25))
    written, looked_at = town.rows(), town.looked_at()
    refused = rebuild_lamps(town.db, actor="head", wall=town.wall)
    assert isinstance(refused, Refused)
    assert town.rows() == written
    town.empty()
    count_lamps(town.db, date(2022, 3, 25), everything=True)
    assert (town.rows(), town.looked_at()) == (written, looked_at)


def test_a_lamp_is_shown_with_rule_numbers_date_and_past(town: Town) -> None:
    town.finish("1.1", date(2022, 3, 21))
    day = date(2022, 3, 23)
    town.on(day)
    case = load_case(town.db, case_of(0))
    assert case is not None
    shown = case_lamps(town.db, case, day)
    assert (shown.colour, shown.word, shown.shape) == (Colour.RED, "逾期", "■")
    assert shown.counts == {"red": 7, "done_late": 1}
    first, second = shown.lamps[0], shown.lamps[1]
    assert (first.colour, first.line) == (Colour.DONE_LATE, "2022-03-16到期,2022-03-21办结,逾期3个工作日")
    assert (first.record.times, first.record.longest, first.record.red) == (1, 3, False)
    assert (second.rule_title, second.line, second.left, second.since) == (
        "超过时限", "2022-03-16到期,已逾期5个工作日", -5, RED,
    )  # fmt: skip
    assert second.waits == ("办理:示例管委会0·开发区经办",)
    assert (shown.record.times, shown.record.longest, shown.record.red) == (8, 5, True)
    past = {each.step: each for each in shown.history}
    assert [each.draft_title for each in past["1.2"].reached] == ["督办单", "通报"]
    assert [(each.on, each.by_title) for each in past["1.1"].reached] == [(RED, "督查室")]


def test_the_list_and_the_red_lamps_say_what_the_case_says(town: Town) -> None:
    for step in STEPS:
        town.finish(step, date(2022, 3, 10), unit=1)
    day = date(2022, 3, 30)
    town.run(day)
    lines = {line.case: line for line in lamp_lines(town.db, [case_of(n) for n in range(UNITS)], day)}
    assert {case: line.colour for case, line in lines.items()} == {
        case_of(0): Colour.RED, case_of(1): Colour.DONE, case_of(2): Colour.RED,
    }  # fmt: skip
    found = list(red_lamps(town.db, day))
    assert [(each.case, each.step) for each in found] == [
        (case_of(n), step) for n in (0, 2) for step in STEPS
    ]
    assert {each.began_on for each in found} == {RED}
    assert [(each.draft, each.on) for each in found[0].reached] == [
        ("order", RED), ("circular", date(2022, 3, 23)), ("talk", date(2022, 3, 30)),
    ]  # fmt: skip
    assert found[0].body == "zone-0"


def test_what_is_shown_does_not_wait_for_the_daily_run(town: Town) -> None:
    """Before any run, after some, and after an act that came since: the same as if it had just been run."""
    cases = [case_of(n) for n in range(UNITS)]
    day = date(2022, 3, 24)

    def shown() -> tuple[Any, Any]:
        return list(red_lamps(town.db, day)), list(lamp_lines(town.db, cases, day))

    for reds in (24, 23):
        town.on(day)
        before = shown()
        assert len(before[0]) == reds
        town.run(day)
        assert shown() == before
        town.empty()
        town.run(date(2022, 3, 10))
        assert shown() == before
        if reds == 24:
            town.finish("1.1", date(2022, 3, 22), unit=1, recorded=day)
