"""The minutes of a whole session over several cases: all or nothing, once, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from config.clock import FixedClock
from config.settings import Settings
from domain.commands import CheckDecision
from domain.decisions import Outcome
from domain.doers import FOUNDING
from domain.refusal import Refused
from services.bootstrap import Runtime, open_runtime
from services.meetings.desk import MeetingDesk, NewSession, SessionDone, plan_session
from services.meetings.listing import show_session
from services.meetings.recording import Minutes, MinutesDone, MinutesRow, WantedItem, record_minutes
from services.rebuilding import check_projections
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from tests.services.acting import COUNTY, TODAY, Office, case_of, done, prepare, programme_text

COMMITTEE = "committee-1"
NUMBER = "示例纪要〔2022〕第5号"


def text() -> str:
    given = json.loads(programme_text())
    given["bodies"].append(
        {"id": "committee", "title": "示例常委会", "kind": "no-account", "level": "supervising"}
    )
    given["roles"] += [
        {"id": "office", "title": "县局经办", "body": "reform_office", "position": "handler"},
        {
            "id": "committee",
            "title": "示例常委会",
            "body": "committee",
            "position": "member",
            "recorders": ["office"],
        },
    ]
    for step in given["stages"][0]["steps"]:
        step["nodes"] = [
            {"id": "m", "title": "常委会审议", "kind": "meeting", "act": "会议议定", "roles": ["committee"]}
        ]
    return json.dumps(given, ensure_ascii=False)


@pytest.fixture
def runtime(db_url: str, tmp_path: Path, wall_clock: FixedClock) -> Iterator[Runtime]:
    prepare(db_url, wall_clock, units=2, text=text()).close()
    with open_runtime(Settings(database_url=db_url, data_dir=tmp_path), wall_clock) as found:
        committee = NewBody(
            code=COMMITTEE,
            name="示例常委会",
            type="committee",
            kind="no-account",
            division=COUNTY,
            level="county",
        )
        people = ("office", "office2")
        roster = Roster(
            bodies=(committee,),
            persons=tuple(NewPerson(id=each, name=f"示例人员 {each}") for each in people),
            holdings=tuple(
                NewHolding(person=each, body="county", position="handler", valid_from=date(2020, 1, 1))
                for each in people
            ),
        )
        write_roster(found.db, roster, actor=FOUNDING, wall=wall_clock, command_id="more")
        office = Office(found.db, wall_clock)
        for unit in (0, 1):
            office.open(unit)
            office.submit("1.1", unit)
        yield found


def minutes(*rows: MinutesRow) -> Minutes:
    return Minutes(session="M2022-0001", held_on=TODAY, number=NUMBER, rows=rows)


def row(unit: int, outcome: Outcome, **more: object) -> MinutesRow:
    return MinutesRow(case=case_of(unit), step="1.1", outcome=outcome, **more)  # type: ignore[arg-type]


def test_one_faulty_row_and_nothing_is_recorded(runtime: Runtime, wall_clock: FixedClock) -> None:
    desk = MeetingDesk(runtime, "office")
    asked = NewSession(body=COMMITTEE, name="示例第5次会议", planned_on=TODAY, on=TODAY)
    planned = plan_session(desk, asked, command_id="plan-1")
    assert isinstance(planned, SessionDone), planned
    again = plan_session(desk, asked, command_id="plan-1")
    assert isinstance(again, SessionDone)
    assert (again.session, again.repeated) == (planned.session, True)

    wanted = WantedItem(text="示例:落实用房", body="county", position="head")
    good = row(0, Outcome.PASSED, items=(wanted,))
    refused = record_minutes(desk, minutes(good, row(1, Outcome.DEFERRED)), command_id="minutes-1")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts["第2行.code"]) == ("meeting.rows", "decide.reason_missing")
    assert "第1行" not in refused.facts
    page = show_session(desk, "M2022-0001")
    assert not isinstance(page, Refused)
    assert (page.line.state, page.items) == ("planned", ())

    whole = minutes(good, row(1, Outcome.DEFERRED, opinion="示例:再论证"))
    for repeated in (False, True):
        recorded = record_minutes(desk, whole, command_id="minutes-2")
        assert isinstance(recorded, MinutesDone), recorded
        assert (len(recorded.decisions), recorded.repeated) == (2, repeated)
    page = show_session(desk, "M2022-0001")
    assert not isinstance(page, Refused)
    assert [each.state for each in page.items] == ["recorded", "recorded"]
    assert check_projections(runtime.db).equal

    office = Office(runtime.db, wall_clock)
    for unit, decision in enumerate(recorded.decisions):
        command = CheckDecision(
            command_id=f"check-{unit}", case=case_of(unit), step="1.1", round=1, occurred_on=TODAY,
            decision=decision,
        )  # fmt: skip
        own = office.send(command, "office")
        assert isinstance(own, Refused)
        assert own.code == "duty.own_recording"
        done(office.send(command, "office2"))
    page = show_session(desk, "M2022-0001")
    assert not isinstance(page, Refused)
    assert [(each.unit, each.state) for each in page.items] == [("unit-0", "decided")]
    assert check_projections(runtime.db).equal


def test_who_keeps_no_agenda_records_no_minutes(runtime: Runtime) -> None:
    asked = NewSession(body=COMMITTEE, name="示例第5次会议", planned_on=TODAY, on=TODAY)
    plan_session(MeetingDesk(runtime, "office"), asked, command_id="plan-1")
    refused = record_minutes(
        MeetingDesk(runtime, "clerk-0"), minutes(row(0, Outcome.PASSED)), command_id="minutes-1"
    )
    assert isinstance(refused, Refused)
    assert refused.code == "access.not_found"
