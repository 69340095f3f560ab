"""总览, 台账, 开发区页, 留痕: figures add up, lists are what figures say, nothing out of sight is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from config.clock import BUSINESS_TIMEZONE, FixedClock
from config.settings import Settings
from domain.commands import Decide, OpenCase, Submit
from domain.decisions import Medium, Outcome
from domain.permissions import Action
from domain.refusal import Refused
from models.ledger import case_stream
from services.acts import Done, Entry, act
from services.bootstrap import Runtime, open_runtime
from services.lamps.counting import count_lamps
from services.office.counter import Counter
from services.permits import case_target, permit
from services.reading import load_case
from services.roster import NewHolding, Roster, RosterWritten, write_roster
from services.views.asking import Reading
from services.views.digest import Bucket
from services.views.filters import TaskFilter
from services.views.overview import Overview, show_overview
from services.views.proving import prove, prove_case
from services.views.registers import RegisterFilter, every_register, list_registers
from services.views.search import SearchFilter, search_ledger
from services.views.tasklist import Sort, every_task, list_tasks
from services.views.zone import show_zone
from tests.web import office as web

HERE, THERE = web.HERE, web.THERE
OPENED = date(2022, 3, 2)
LATE = date(2022, 3, 25)
"""Three working days after the day on which 1.1 was due."""


class Two:
    """Two counties, a zone each; what is asked of them."""

    def __init__(self, runtime: Runtime, wall: FixedClock) -> None:
        self.runtime, self.wall = runtime, wall
        for county in (HERE, THERE):
            self.send(
                OpenCase(
                    command_id=f"open-{county}", case=f"case-{county}", occurred_on=OPENED,
                    unit=web.UNITS[county], unit_name=f"示例开发区{county}", supervising_level="county",
                ),
                f"reform_office-head-{county}",
            )  # fmt: skip

    def on(self, day: date) -> None:
        self.wall.set(datetime(day.year, day.month, day.day, 9, tzinfo=BUSINESS_TIMEZONE))

    def counter(self, person: str) -> Counter:
        return Counter(self.runtime, Entry(actor=person))

    def send(self, command: Any, person: str) -> Done:
        answer = act(self.runtime.db, command, Entry(actor=person), wall=self.wall, programme=(web.CODE, 1))
        assert isinstance(answer, Done), answer
        return answer

    def submit(self, county: str, step: str, day: date, recorded: date | None = None) -> None:
        self.on(recorded or day)
        self.send(
            Submit(
                command_id=f"s-{county}-{step}", case=f"case-{county}", occurred_on=day, step=step, round=1
            ),
            f"zone-handler-{county}",
        )

    def agree(self, county: str, step: str, day: date, recorded: date | None = None) -> None:
        self.on(recorded or day)
        self.send(
            Decide(
                command_id=f"d-{county}-{step}", case=f"case-{county}", occurred_on=day, step=step, round=1,
                node="head", outcome=Outcome.AGREE,
            ),
            f"county-head-{county}",
        )  # fmt: skip

    def overview(self, person: str, **more: Any) -> Overview:
        found = show_overview(self.counter(person), more.pop("wanted", TaskFilter()), **more)
        assert isinstance(found, Overview), found
        return found


@pytest.fixture
def two(migrated_db_url: str, data_dir: Any, wall_clock: FixedClock) -> Iterator[Two]:
    wall_clock.set(datetime(2022, 3, 2, 9, tzinfo=BUSINESS_TIMEZONE))
    with closing(web.prepare(migrated_db_url, wall_clock)):
        pass
    settings = Settings(data_dir=data_dir, database_url=migrated_db_url, demo=True, _env_file=None)
    with open_runtime(settings, wall_clock) as runtime:
        yield Two(runtime, wall_clock)


CHIEF = f"reform_office-head-{HERE}"
AUDITOR = "aud"


def figures(found: Overview) -> dict[str, int]:
    return {each.code: each.number for each in found.figures}


def test_figures_add_up_and_lead_to_lists_of_as_many(two: Two) -> None:
    two.submit(HERE, "1.1", date(2022, 3, 10))
    two.agree(HERE, "1.1", date(2022, 3, 11))
    two.submit(THERE, "1.3", date(2022, 3, 10))
    two.on(LATE)
    counter, found = two.counter(AUDITOR), two.overview(AUDITOR)
    assert figures(found)["tasks"] == sum(each.number for each in found.figures if each.part) == 6
    assert figures(found)["over"] == 1
    assert figures(found)["done"] == 1
    for figure in found.figures:
        if figure.filter is None:
            continue
        page = list_tasks(counter, figure.filter)
        rows = every_task(counter, figure.filter)
        assert not isinstance(page, Refused)
        assert not isinstance(rows, Refused)
        assert figure.number == page.total == len(page.rows) == len(list(rows)), figure.title
    cells = [row.cells["stage1"] for row in found.zones]
    assert found.foot["stage1"].done == sum(each.done for each in cells)
    assert found.foot_whole.total == sum(row.whole.total for row in found.zones) == 6


def test_the_reddest_is_named_first_with_whom_it_waits_for(two: Two) -> None:
    two.submit(HERE, "1.1", date(2022, 3, 15))
    two.on(LATE)
    found = two.overview(CHIEF)
    first = found.watched[0]
    assert (first.step, first.bucket, first.left) == ("1.1", Bucket.OVER, -7)
    assert first.waits == (f"示例county{HERE} · 负责人 · 审批",)
    assert [row.whole.mark.word for row in found.zones] == ["逾期"]
    assert found.zones[0].cells["stage1"].step == "1.1"


def test_more_zones_than_fit_are_shown_by_area_with_the_same_sums(two: Two) -> None:
    two.on(LATE)
    zones, areas = two.overview(AUDITOR), two.overview(AUDITOR, limit=1)
    assert not areas.zones
    assert [each.division for each in areas.areas] == [HERE, THERE]
    assert sum(each.whole.total for each in areas.areas) == zones.foot_whole.total
    assert sum(each.whole.over for each in areas.areas) == figures(zones)["over"]
    inside = two.overview(AUDITOR, wanted=areas.areas[1].filter)
    assert [row.case for row in inside.zones] == [f"case-{THERE}"]
    paged = two.overview(AUDITOR, limit=1, after=f"case-{HERE}")
    assert [row.case for row in paged.zones] == [f"case-{THERE}"]


def test_pages_of_a_list_hold_every_row_once_in_every_order(two: Two) -> None:
    two.submit(HERE, "1.1", date(2022, 3, 10))
    two.agree(HERE, "1.1", date(2022, 3, 11))
    counter = two.counter(AUDITOR)
    for sort in Sort:
        seen, after = [], ""
        while True:
            page = list_tasks(counter, TaskFilter(), sort=sort, after=after, limit=2)
            assert not isinstance(page, Refused)
            seen += [(row.case, row.step) for row in page.rows]
            after = page.after
            if not after:
                break
        every = every_task(counter, TaskFilter(), sort=sort)
        assert not isinstance(every, Refused)
        assert seen == [(row.case, row.step) for row in every]
        assert len(set(seen)) == len(seen) == 6


def test_a_day_in_the_past_reads_in_two_ways(two: Two) -> None:
    two.submit(HERE, "1.1", date(2022, 3, 10), recorded=date(2022, 3, 21))
    two.agree(HERE, "1.1", date(2022, 3, 11), recorded=date(2022, 3, 21))
    two.on(LATE)
    then = date(2022, 3, 18)
    happened = two.overview(CHIEF, on=then)
    known = two.overview(CHIEF, on=then, reading=Reading.KNOWN)
    assert (figures(happened)["done"], figures(happened)["over"]) == (1, 0)
    assert (figures(known)["done"], figures(known)["over"]) == (0, 1)
    page = list_tasks(two.counter(CHIEF), TaskFilter(bucket="over"), on=then, reading=Reading.KNOWN)
    assert not isinstance(page, Refused)
    assert [(row.step, row.left) for row in page.rows] == [("1.1", -2)]
    zone = show_zone(two.counter(CHIEF), f"case-{HERE}", on=then, reading=Reading.KNOWN)
    assert not isinstance(zone, Refused)
    assert (zone.over, zone.left_out) == (1, 2)
    before = show_zone(two.counter(CHIEF), f"case-{HERE}", on=date(2022, 3, 1))
    assert isinstance(before, Refused)
    assert before.code == "view.not_opened"
    ahead = show_overview(two.counter(CHIEF), TaskFilter(), on=LATE + timedelta(days=1))
    assert isinstance(ahead, Refused)
    assert ahead.code == "view.ahead"


def test_month_ends_come_from_the_history_of_red_lamps(two: Two) -> None:
    two.on(date(2022, 4, 6))
    count_lamps(two.runtime.db, date(2022, 4, 6))
    two.submit(HERE, "1.1", date(2022, 4, 7))
    two.agree(HERE, "1.1", date(2022, 4, 8))
    months = two.overview(AUDITOR).months
    assert months is not None
    lines = {each.month: each for each in months.lines}
    assert (lines["2022-03"].overdue, lines["2022-04"].overdue, lines["2022-04"].closed) == (2, 1, 1)
    assert months.uncounted == 0
    page = list_tasks(two.counter(AUDITOR), lines["2022-04"].filter)
    assert not isinstance(page, Refused)
    assert page.total == 1


def test_a_zones_page_says_who_is_next_and_why(two: Two) -> None:
    two.submit(HERE, "1.3", date(2022, 3, 10))
    two.on(date(2022, 3, 11))
    page = show_zone(two.counter(CHIEF), f"case-{HERE}")
    assert not isinstance(page, Refused)
    waits = {each.step: each for each in page.next}
    assert waits["1.3"].recorded
    assert waits["1.3"].body_name == f"示例party{HERE}"
    assert waits["1.1"].holders == (f"示例人员zone-handler-{HERE}", f"示例人员{web.BUSY}")
    assert waits["1.1"].line.startswith("自2022年3月2日次日起10个工作日")
    assert [task.row.step for task in page.tasks] == ["1.1", "1.2", "1.3"]
    bar = page.timeline.stages[0]
    assert bar.planned is not None
    assert bar.actual is not None
    assert (bar.actual.first, bar.actual.last) == (OPENED, date(2022, 3, 11))
    assert [each.on for each in bar.dues] == [waits["1.1"].due_on]


# --- sight ---


def people() -> list[str]:
    return [each.id for each in web.roster().persons]


def mentioned(answer: Any) -> set[str]:
    """The counties that an answer says anything of."""
    text = json.dumps(msgspec.to_builtins(answer), ensure_ascii=False, default=str)
    return {county for county in (HERE, THERE) if county in text}


def test_nobody_is_shown_what_the_permission_table_does_not_give(two: Two) -> None:
    two.submit(HERE, "1.1", date(2022, 3, 10))
    two.submit(THERE, "1.1", date(2022, 3, 10))
    two.on(LATE)
    db, some = two.runtime.db, 0
    for person in people():
        counter = two.counter(person)
        allowed = set()
        for county in (HERE, THERE):
            case = load_case(db, f"case-{county}")
            assert case is not None
            if permit(db, person, Action.CASE_READ, case_target(db, case), on=LATE) is None:
                allowed.add(county)
            zone = show_zone(counter, f"case-{county}")
            proof = prove_case(counter, f"case-{county}")
            assert isinstance(zone, Refused) == isinstance(proof, Refused) == (county not in allowed), person
        some += bool(allowed)
        answers = [
            show_overview(counter, TaskFilter()),
            show_overview(counter, TaskFilter(), on=date(2022, 3, 18)),
            list_tasks(counter, TaskFilter()),
            list_registers(counter, RegisterFilter()),
            search_ledger(counter, SearchFilter()),
        ]
        rows = every_task(counter, TaskFilter())
        registers = every_register(counter, RegisterFilter())
        assert not isinstance(rows, Refused)
        assert not isinstance(registers, Refused)
        for answer in (*answers, list(rows), list(registers)):
            if not isinstance(answer, Refused):
                assert mentioned(answer) <= allowed | {county for county in (HERE, THERE) if county in person}
        listed = {row.case for row in every_task(counter, TaskFilter())}  # type: ignore[union-attr]
        assert listed == {f"case-{county}" for county in allowed}
    assert some > 4


def test_who_gets_a_position_sees_its_cases_at_once(two: Two) -> None:
    assert isinstance(show_overview(two.counter("nobody"), TaskFilter()), Refused)
    head = NewHolding(person="nobody", body=f"reform_office-{THERE}", position="head", valid_from=OPENED)
    written = write_roster(
        two.runtime.db, Roster(holdings=(head,)), actor="sec", wall=two.wall, command_id="more"
    )
    assert isinstance(written, RosterWritten), written
    assert {row.case for row in two.overview("nobody").zones} == {f"case-{THERE}"}


# --- ledger ---


def test_the_ledger_is_searched_by_what_an_auditor_knows(two: Two) -> None:
    two.submit(HERE, "1.1", date(2022, 3, 10), recorded=date(2022, 3, 14))
    two.submit(HERE, "1.3", date(2022, 3, 15))
    two.send(
        Decide(
            command_id="minutes", case=f"case-{HERE}", occurred_on=date(2022, 3, 15), step="1.3", round=1,
            node="party", outcome=Outcome.AGREE, decided_by=f"party-{HERE}", medium=Medium.SIGNED_PAPER,
            number="示例常纪〔2022〕7号",
        ),
        f"county-head-{HERE}",
    )  # fmt: skip
    counter = two.counter(AUDITOR)

    def found(**wanted: Any) -> list[tuple[str, int]]:
        page = search_ledger(counter, SearchFilter(**wanted))
        assert not isinstance(page, Refused)
        return [(row.stream, row.seq) for row in page.rows]

    here = case_stream(f"case-{HERE}")
    assert found(number="常纪〔2022〕7号") == [(here, 4)]
    assert found(event="submitted") == [(here, 3), (here, 2)]
    assert found(late=True) == [(here, 2)]
    assert found(people=(f"zone-handler-{HERE}",)) == [(here, 3), (here, 2)]
    assert found(case=f"case-{THERE}") == [(case_stream(f"case-{THERE}"), 1)]
    assert found(occurred_from=date(2022, 3, 10), occurred_to=date(2022, 3, 10)) == [(here, 2)]
    assert found(recorded_from=date(2022, 3, 15), recorded_to=date(2022, 3, 15)) == [(here, 4), (here, 3)]
    seen, after = [], ""
    while True:
        page = search_ledger(counter, SearchFilter(), after=after, limit=2)
        assert not isinstance(page, Refused)
        seen += [(row.stream, row.seq) for row in page.rows]
        after = page.after
        if not after:
            break
    assert len(set(seen)) == len(seen)
    assert {stream for stream, _ in seen} >= {here, "organisation", f"programme:{web.CODE}"}


def test_a_row_is_proved_with_what_that_proves(two: Two) -> None:
    counter = two.counter(AUDITOR)
    proof = prove_case(counter, f"case-{HERE}", 1)
    assert not isinstance(proof, Refused)
    assert proof.true
    assert proof.rows == 1
    assert '"case_opened"' in proof.body
    assert any("还没有封存" in each for each in proof.proves)
    assert isinstance(prove_case(counter, f"case-{HERE}", 99), Refused)
    assert isinstance(prove(two.counter(CHIEF), "organisation"), Refused)
    assert not isinstance(prove(counter, "organisation"), Refused)
