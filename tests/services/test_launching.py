"""启动: each unit judged by itself, one case a unit, and doing it again only does what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.clock import FixedClock
from config.settings import Settings
from domain.doers import FOUNDING
from domain.refusal import Refused
from models.tables import ReformUnitRow
from services import relaying
from services.acts import Done, Entry
from services.bootstrap import Runtime, open_runtime
from services.launching import Launched, case_id_of, launch_many, launch_one
from services.roster import NewHolding, NewPerson, Roster, write_roster
from tests.services.acting import CODE, TODAY, prepare

PROGRAMME = (CODE, 1)
HEAD = Entry(actor="head")


@pytest.fixture
def runtime(migrated_db_url: str, wall_clock: FixedClock, data_dir: Path) -> Iterator[Runtime]:
    with closing(prepare(migrated_db_url, wall_clock, 4)) as db, db.write() as session:
        session.add(ReformUnitRow(id="nowhere", name="示例开发区(主管级待补)"))
    with open_runtime(Settings(data_dir=data_dir, database_url=migrated_db_url), wall_clock) as opened:
        yield opened


def _launch(runtime: Runtime, *units: str, on: date = TODAY, entry: Entry = HEAD) -> Launched:
    return launch_many(runtime, entry, PROGRAMME, units, on=on)


def test_one_unit_is_opened_once(runtime: Runtime) -> None:
    first = launch_one(runtime, HEAD, PROGRAMME, "unit-0", on=TODAY)
    again = launch_one(runtime, HEAD, PROGRAMME, "unit-0", on=TODAY)
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert (first.case.id, first.repeated, again.repeated) == (case_id_of(CODE, "unit-0"), False, True)
    assert first.case.adapters == dict(runtime.adapters)


def test_an_unknown_unit_is_refused_by_name(runtime: Runtime) -> None:
    answer = launch_one(runtime, HEAD, PROGRAMME, "unit-99", on=TODAY)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.facts) == ("unit.unknown", {"unit": "unit-99"})


def test_a_refused_unit_holds_up_none_of_the_others(runtime: Runtime) -> None:
    done = _launch(runtime, "unit-1", "unit-99", "nowhere", "unit-0", "unit-1")
    assert done.opened == ("unit-1", "unit-0")
    assert done.standing == ()
    assert [unit for unit, _ in done.refused] == ["unit-99", "nowhere"]


@pytest.mark.parametrize("later", [0, 1])
@pytest.mark.parametrize("by", ["head", "second"])
def test_launching_again_opens_only_what_is_missing(runtime: Runtime, later: int, by: str) -> None:
    second = Roster(
        persons=(NewPerson(id="second", name="示例人员"),),
        holdings=(NewHolding(person="second", body="county", position="head", valid_from=date(2020, 1, 1)),),
    )
    write_roster(runtime.db, second, actor=FOUNDING, wall=runtime.wall, command_id="second")
    assert _launch(runtime, "unit-0", "unit-1").opened == ("unit-0", "unit-1")
    assert isinstance(runtime.wall, FixedClock)
    runtime.wall.advance(timedelta(days=later))
    on = TODAY + timedelta(days=later)
    again = _launch(runtime, "unit-0", "unit-1", "unit-2", on=on, entry=Entry(actor=by))
    assert again == Launched(opened=("unit-2",), standing=("unit-0", "unit-1"), refused=())


def test_launched_cases_wait_behind_people_s_own(runtime: Runtime) -> None:
    _launch(runtime, "unit-0", "unit-1")
    launch_one(runtime, HEAD, PROGRAMME, "unit-2", on=TODAY)
    waiting = [relaying.count_waiting(runtime.db, runtime.wall, bulk=bulk, limit=9) for bulk in (False, True)]
    assert waiting == [1, 2]
    assert relaying.case_queue(runtime.db).bulk == 2


def test_progress_is_told_after_each_commit(runtime: Runtime) -> None:
    told: list[int] = []
    units = [f"unit-{number}" for number in range(4)]
    launch_many(runtime, HEAD, PROGRAMME, units, on=TODAY, batch=3, after_batch=told.append)
    assert told == [3, 4]
