"""PostgreSQL: what one transaction does while another one waits for it is neither lost nor undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.clock import FixedClock
from domain.doers import FOUNDING, Machine
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.database import Database
from models.statements import CASE
from services import act_loading, rebuilding, rehearsing, relaying, roster, seals
from services.act_path import ActPath, Done
from services.acts import Enclosures, Entry, act_many
from services.clock import today
from services.ledger import verify
from services.notices import no_notices
from services.rebuilding import check_projections, rebuild_projections
from services.rehearsing import move_clock, start_rehearsal
from services.roster import NewPerson, Roster, write_roster
from services.transaction import Transaction, writing
from services.world import world_of
from tests.services.acting import CODE, Office, opening, prepare, submitting
from tests.services.offices import SYSADMIN, give_offices
from tests.services.waiting import PATIENCE_S, PausedOnce, until_waiting_or_done


@pytest.fixture
def office(migrated_postgres_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_postgres_url, wall_clock, 2)) as db:
        yield Office(db, wall_clock)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def _submit_in(tx: Transaction, office: Office) -> None:
    """Submit step 1.1 in a transaction that the test keeps open."""
    command = act_loading.prepare(submitting(), Entry(actor="clerk-0"))
    assert not isinstance(command, Refused)
    path = ActPath(world_of(office.db), office.wall, no_notices)
    assert isinstance(path.do(tx, command, (CODE, 1), Enclosures()), Done)


def _signalled_at(office: Office) -> datetime | None:
    with office.db.read() as session:
        found: datetime | None = session.connection().execute(select(CASE.c.signalled_at)).scalar_one()
        return found


def _second_in_between(
    db: Database,
    paused: PausedOnce,
    threads: ThreadPoolExecutor,
    first: Callable[[], Any],
    second: Callable[[], Any],
) -> tuple[Any, Any]:
    """Do ``first`` as far as where it is paused, let ``second`` begin, then let both end."""
    one = threads.submit(first)
    paused.until_reached()
    two = threads.submit(second)
    try:
        until_waiting_or_done(db.url, two)
    finally:
        paused.go_on()
    return one.result(PATIENCE_S), two.result(PATIENCE_S)


def test_an_act_that_commits_while_the_relay_settles_still_waits_to_be_shown(
    office: Office, threads: ThreadPoolExecutor
) -> None:
    office.open()
    (held,) = relaying.claim_cases(office.db, office.wall, "one", 30, bulk=False)
    office.wall.advance(timedelta(seconds=5))
    with writing(office.db) as tx:
        _submit_in(tx, office)
        settling = threads.submit(relaying.settle, office.db, [(held, held.seq)])
        until_waiting_or_done(office.db.url, settling)
    assert settling.result(PATIENCE_S) == []
    assert _signalled_at(office) == office.wall.now()


def test_two_who_move_the_clock_at_once_never_move_it_back(
    office: Office, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_rehearsal(office.db, date(2022, 1, 4), actor=FOUNDING, wall=office.wall, command_id="rehearse")
    paused = PausedOnce(rehearsing.read_clock)
    monkeypatch.setattr(rehearsing, "read_clock", paused)
    move = partial(move_clock, office.db, actor=FOUNDING, wall=office.wall)
    near = partial(move, date(2022, 1, 6), command_id="near")
    far = partial(move, date(2022, 1, 20), command_id="far")
    _second_in_between(office.db, paused, threads, near, far)
    assert today(office.db, office.wall) == date(2022, 1, 20)


def test_the_same_roster_written_by_two_at_once_is_written_once(
    office: Office, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = PausedOnce(roster._new_holdings)
    monkeypatch.setattr(roster, "_new_holdings", paused)
    new = Roster(persons=(NewPerson(id="new", name="示例人员"),))
    write = partial(write_roster, office.db, new, actor=FOUNDING, wall=office.wall)
    answers = _second_in_between(
        office.db, paused, threads, partial(write, command_id="one"), partial(write, command_id="two")
    )
    assert sorted(answer.persons for answer in answers) == [0, 1]


def test_two_seals_made_at_once_are_two_links_of_one_chain(
    office: Office, threads: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = PausedOnce(seals._seal)
    monkeypatch.setattr(seals, "_seal", paused)
    make = partial(seals.make_seal, office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    (one, _), (two, file) = _second_in_between(office.db, paused, threads, make, make)
    assert (one.number, two.number, two.prev_hash) == (1, 2, one.hash)
    assert verify(office.db, seal=file).true


def test_rebuilding_beside_people_at_work_takes_no_case_back(
    office: Office, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.open()
    give_offices(office.db, office.wall, AccessRole.SYSTEM_ADMIN)
    paused = PausedOnce(rebuilding.decode_events)
    monkeypatch.setattr(rebuilding, "decode_events", paused)
    _, submitted = _second_in_between(
        office.db,
        paused,
        threads,
        partial(rebuild_projections, office.db, actor=SYSADMIN, wall=office.wall),
        office.submit,
    )
    assert submitted.seq == 2
    assert office.agree().seq == 3
    assert check_projections(office.db).equal


def test_two_launches_of_the_same_units_in_opposite_order_both_end(
    office: Office, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = PausedOnce(ActPath.do)
    monkeypatch.setattr(ActPath, "do", lambda *args: paused(*args))
    launch = partial(act_many, office.db, entry=Entry(actor="head"), wall=office.wall, programme=(CODE, 1))
    there = partial(launch, [opening(0), opening(1)])
    back = partial(launch, [opening(1), opening(0)])
    answers = _second_in_between(office.db, paused, threads, there, back)
    assert sorted(answer.repeated for many in answers for answer in many) == [False, False, True, True]
    assert verify(office.db).true
