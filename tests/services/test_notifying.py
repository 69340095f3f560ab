"""Letters to persons: one digest a morning, urgent ones at once, nothing lost, repetitions marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.notices.catalogue import REPEATED
from domain.notices.channels import Mode
from domain.notices.letters import LetterState
from domain.refusal import Refused
from models.statements import EVENT, MESSAGE
from models.tables import PrivateTextRow
from services.delivery import SHARED
from services.notifying.claiming import claim_letters
from services.notifying.pausing import channel_states
from services.notifying.queue import letter_queue, revive_letters, send_again
from services.notifying.reminding import remind
from services.notifying.sending import send_letters
from services.notifying.sharing import share_out
from services.notifying.wishes import SetWish, set_wish, wishes
from services.rehearsing import start_rehearsal
from services.relaying import MAX_ATTEMPTS, free_leases, lease_holders
from tests.services.notified import ADDRESSES, BUSY, CLERK, DOWN, LOST, NO, Told

HELD, WAITING, SENDING, SENT = (
    LetterState.HELD,
    LetterState.WAITING,
    LetterState.SENDING,
    LetterState.SENT,
)
MAYBE, DEAD, MERGED, DROPPED = (
    LetterState.MAYBE_SENT,
    LetterState.DEAD,
    LetterState.MERGED,
    LetterState.DROPPED,
)
DUE = "2022-03-16"
"""Ten working days after the cases are opened."""
Make = Callable[..., Told]


@pytest.fixture
def told(db_url: str, wall_clock: FixedClock) -> Iterator[Make]:
    made: list[Told] = []

    def make(*channels: str, **settings: Any) -> Told:
        made.append(Told(db_url, wall_clock, *channels, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def waiting(told: Make, request: pytest.FixtureRequest) -> Told:
    """One urgent letter waits for the clerk in the channel of the test."""
    channel = request.param
    office = told(channel)
    office.open()
    office.wish(channel)
    office.at(DUE, "09:00")
    remind(office.runtime)
    with office.db.write() as session:
        # One reminder is enough here.
        keep = select(MESSAGE.c.id).where(MESSAGE.c.channel == "people").order_by(MESSAGE.c.id).limit(1)
        connection = session.connection()
        (one,) = connection.execute(keep.where(MESSAGE.c.dedup_key.contains("remind"))).one()
        connection.execute(
            update(MESSAGE).where(MESSAGE.c.channel == "people", MESSAGE.c.id != one).values(state=SHARED)
        )
    return office


def test_new_work_is_one_digest_of_the_next_working_morning(told: Make) -> None:
    office = told("email")
    office.wish("email")
    office.open()
    office.go()
    assert office.states() == {HELD: 8}
    office.office.submit("1.1")
    office.at("2022-03-03", "07:59")
    office.go()
    assert office.states() == {HELD: 8}
    office.at("2022-03-03", "08:00")
    office.go()
    (letter,) = office.ports["email"].given
    assert letter.title == "今日待办提醒:7 项"
    assert "任务 1.1 " not in letter.text, "what was done meanwhile is left out"
    assert "请于 2022-03-16 前办结" in letter.text
    assert office.states() == {MERGED: 7, DROPPED: 1, SENT: 1}
    office.go()
    assert len(office.ports["email"].given) == 1


def test_a_digest_waits_for_a_working_day_and_one_notice_alone_goes_as_it_is(told: Make) -> None:
    office = told("email")
    office.wish("email")
    office.at("2022-03-04", "10:00")
    office.open()
    for step in range(2, 9):
        office.office.submit(f"1.{step}")
    office.at("2022-03-05", "10:00")
    office.go()
    assert office.ports["email"].given == [], "a Saturday"
    office.at("2022-03-07", "08:00")
    office.go()
    assert office.ports["email"].titles == ["示例开发区0:1.1 待办理"]


def test_what_is_due_today_goes_at_once_and_once(told: Make) -> None:
    office = told("dingtalk")
    office.wish("dingtalk", Mode.URGENT)
    office.open()
    office.at(DUE, "09:00")
    first, second = remind(office.runtime), remind(office.runtime)
    assert (first.due, first.messages, second.messages) == (8, 16, 0)
    office.go()
    assert len(office.ports["dingtalk"].given) == 8
    assert all("今日到期" in title for title in office.ports["dingtalk"].titles)


def test_in_the_night_even_urgent_ones_wait_for_the_morning(told: Make) -> None:
    office = told("dingtalk")
    office.wish("dingtalk")
    office.open()
    office.at(DUE, "21:00")
    remind(office.runtime)
    office.go()
    assert office.ports["dingtalk"].given == []
    office.at("2022-03-17", "07:59")
    office.go()
    assert office.ports["dingtalk"].given == []
    office.at("2022-03-17", "08:00")
    office.go()
    assert len(office.ports["dingtalk"].given) == 8, "each in its newest word, none twice"


def test_no_reminders_are_left_on_a_day_off(told: Make) -> None:
    office = told("dingtalk")
    office.open()
    office.at("2022-03-19", "09:00")
    assert remind(office.runtime).due == 0


def test_a_rehearsal_has_no_hours(told: Make) -> None:
    office = told("dingtalk")
    start_rehearsal(office.db, date(2022, 3, 16), actor=FOUNDING, wall=office.wall, command_id="rehearse")
    office.at("2022-03-02", "23:00")
    office.wish("dingtalk")
    office.open()
    remind(office.runtime)
    assert office.go()


def test_who_has_no_address_gets_in_app_only(told: Make) -> None:
    office = told("email", "sms")
    office.open()
    office.go()
    assert office.rows() == []


@pytest.mark.parametrize("waiting", ["wecom"], indirect=True)
def test_an_unknown_end_goes_again_under_the_key_without_a_word(waiting: Told) -> None:
    waiting.ports["wecom"].answers = [LOST]
    waiting.go()
    assert waiting.states() == {MAYBE: 1}
    waiting.later(1200)
    waiting.go()
    first, again = waiting.ports["wecom"].given
    assert again == first
    assert waiting.states() == {SENT: 1}


@pytest.mark.parametrize("waiting", ["dingtalk", "email"], indirect=True)
def test_without_a_key_it_goes_once_more_marked_and_then_stops(waiting: Told) -> None:
    (channel,) = waiting.ports
    port = waiting.ports[channel]
    port.answers = [LOST, LOST]
    waiting.go()
    for _ in range(3):
        waiting.later(4000)
        waiting.go()
    assert [title.startswith(REPEATED) for title in port.titles] == [False, True]
    assert waiting.states() == {MAYBE: 1}
    (stopped,) = letter_queue(waiting.db).stopped
    assert stopped.state is MAYBE
    assert send_again(waiting.db, waiting.wall.now(), [stopped.id]) == 1
    waiting.go()
    assert port.titles[-1].startswith(REPEATED)
    assert waiting.states() == {SENT: 1}
    assert waiting.rows()[0]["maybe_since"] is not None


@pytest.mark.parametrize("waiting", ["sms"], indirect=True)
def test_a_text_message_is_sent_again_only_by_hand(waiting: Told) -> None:
    port = waiting.ports["sms"]
    port.answers = [LOST]
    waiting.go()
    waiting.later(4000)
    waiting.go()
    assert len(port.given) == 1
    assert send_again(waiting.db, waiting.wall.now()) == 1
    waiting.later(1)
    waiting.go()
    assert len(port.given) == 2
    assert waiting.states() == {SENT: 1}


class Killed(BaseException):
    """The process ends here."""


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("waiting", ["email", "sms", "feishu"], indirect=True)
def test_a_crash_while_sending_is_on_the_disk(waiting: Told) -> None:
    (channel,) = waiting.ports
    port = waiting.ports[channel]
    port.before = kill
    with pytest.raises(Killed):
        waiting.go()
    assert waiting.states() == {SENDING: 1}
    assert lease_holders(waiting.db) == {"relay"}
    port.before = None
    assert free_leases(waiting.db, "relay") == 1
    waiting.go()
    marked = [title.startswith(REPEATED) for title in port.titles]
    assert (marked, waiting.states()) == {
        "email": ([True], {SENT: 1}),
        "sms": ([], {MAYBE: 1}),
        "feishu": ([False], {SENT: 1}),
    }[channel]


@pytest.mark.parametrize("waiting", ["email"], indirect=True)
def test_a_second_crash_stops_what_takes_no_key(waiting: Told) -> None:
    port = waiting.ports["email"]
    port.before = kill
    for _ in range(2):
        with pytest.raises(Killed):
            waiting.go()
        free_leases(waiting.db, "relay")
    port.before = None
    waiting.go()
    assert port.given == []
    assert waiting.states() == {MAYBE: 1}
    assert len(letter_queue(waiting.db).stopped) == 1


@pytest.mark.parametrize("waiting", ["email"], indirect=True)
def test_a_relay_that_was_thought_dead_does_no_harm(waiting: Told) -> None:
    share_out(waiting.runtime.notifying)
    slow = claim_letters(waiting.runtime.notifying, "slow", 30.0, "email")
    waiting.later(31)
    assert waiting.send("email") == ["sent"]
    assert send_letters(waiting.runtime.notifying, "email", slow, waiting.rng) == []
    assert len(waiting.ports["email"].given) == 1


def test_a_channel_that_is_down_costs_one_try_a_pause_and_loses_nothing(told: Make) -> None:
    office = told("email")
    office.wish("email")
    office.open()
    office.at(DUE, "09:00")
    remind(office.runtime)
    port = office.ports["email"]
    port.answers = [DOWN] * 4
    pauses = []
    while port.answers:
        office.go()
        (state,) = channel_states(office.db)
        assert state.paused_until is not None
        pauses.append((state.paused_until - office.wall.now()).total_seconds())
        office.go()
        office.wall.set(state.paused_until)
    assert len(port.given) == 4, "one try a pause"
    assert pauses == sorted(pauses)
    for _ in range(10):
        office.later(600)
        office.go()
    assert office.states("email")[SENT] == 8
    assert channel_states(office.db)[0].failures == 0


def test_too_fast_is_not_a_try(told: Make) -> None:
    office = told("email")
    office.wish("email")
    office.open()
    office.at(DUE, "09:00")
    remind(office.runtime)
    office.ports["email"].answers = [BUSY]
    office.go()
    assert {row["attempts"] for row in office.rows("email")} == {0}
    office.later(61)
    office.go()
    assert office.states("email")[SENT] == 8


def test_no_channel_goes_faster_than_its_limit(told: Make) -> None:
    office = told("email", notice_per_minute={"email": 3})
    office.wish("email")
    office.open()
    office.at(DUE, "09:00")
    remind(office.runtime)
    sent = []
    for _ in range(4):
        office.go()
        sent.append(len(office.ports["email"].given))
        office.later(60)
    assert sent == [3, 6, 8, 8]


@pytest.mark.parametrize("waiting", ["email"], indirect=True)
def test_what_is_refused_for_good_is_a_dead_letter_until_an_operator_gives_it_back(waiting: Told) -> None:
    waiting.ports["email"].answers = [NO]
    waiting.go()
    (stopped,) = letter_queue(waiting.db).stopped
    assert (stopped.state, stopped.error) == (DEAD, "拒收")
    assert revive_letters(waiting.db) == 1
    waiting.go()
    assert waiting.states() == {SENT: 1}


@pytest.mark.parametrize("waiting", ["email"], indirect=True)
def test_too_many_failures_make_a_dead_letter(waiting: Told) -> None:
    waiting.ports["email"].answers = [DOWN] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        waiting.go()
        waiting.later(4000)
    assert waiting.states() == {DEAD: 1}
    assert len(waiting.ports["email"].given) == MAX_ATTEMPTS


def test_an_address_is_erasable_and_stays_out_of_the_ledger(told: Make) -> None:
    office = told("email")
    office.wish("email")
    with office.db.write() as session:
        bodies = list(session.connection().execute(select(EVENT.c.body)).scalars())
        assert not any(ADDRESSES["email"] in body for body in bodies)
        assert any("notice_wish_set" in body for body in bodies)
        text = session.execute(select(PrivateTextRow).where(PrivateTextRow.subject == CLERK)).scalars()
        session.delete(next(row for row in text if row.kind == "contact"))
    shown = {each.channel: each for each in wishes(office.runtime.notifying, CLERK)}
    assert (shown["email"].mode, shown["email"].reachable) == (Mode.ALL, False)
    office.open()
    office.go()
    assert office.rows() == []


@pytest.mark.parametrize(
    ("doer", "channel", "address", "code"),
    [
        ("clerk-1", "email", "p@example.invalid", "access.not_found"),
        (CLERK, "pigeon", "", "notice.channel"),
        (CLERK, "email", "not an address", "notice.address"),
        (CLERK, "sms", "0374-1234567", "notice.address"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(
    told: Make, doer: str, channel: str, address: str, code: str
) -> None:
    office = told("email")
    asked = SetWish(person=CLERK, channel=channel, mode=Mode.ALL, address=address)
    refused = set_wish(office.runtime.notifying, doer, asked, command_id="wish")
    assert isinstance(refused, Refused)
    assert refused.code in {code, "access.denied"} if doer != CLERK else refused.code == code
