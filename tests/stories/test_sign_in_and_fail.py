"""Signing in and failing: names that do not exist, locks, many tries at once, ends of sessions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select

from config.clock import FixedClock
from domain.refusal import Refused
from models.tables import AttemptRow, CredentialRow
from services.access import secret
from services.access.accounts import close_account, lock_account, reset_account, unlock_account
from services.access.environment import By, Origin
from services.access.passwords import change_password
from services.access.sessions import Opened, end_session, list_sessions, load_session
from services.access.sign_in import sign_in
from tests.services.signing_in import (
    CLERK,
    OTHER_PASSWORD,
    PASSWORD,
    AccessOffice,
    access_office,
    code,
    ok,
)

SYSADMIN = By(person="sysadmin")
SECADMIN = By(person="secadmin")


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock, tmp_path: Path) -> Iterator[AccessOffice]:
    with access_office(migrated_db_url, wall_clock, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("name", [CLERK, "nobody", ""])
def test_known_and_unknown_names_are_answered_alike(office: AccessOffice, name: str) -> None:
    office.ready(CLERK)
    answers = [office.sign_in(name, "Wrong-Password-1") for _ in range(7)]
    assert [code(answer) for answer in answers] == ["sign_in.wrong"] * 5 + ["sign_in.locked"] * 2
    known = [sign_in(office.access, "other-name", "x") for _ in range(6)]
    assert [str(answer) for answer in answers[:6]] == [str(answer) for answer in known]


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(office: AccessOffice) -> None:
    office.ready(CLERK)
    for name in (CLERK, "nobody"):
        with patch.object(secret._hasher, "verify", wraps=secret._hasher.verify) as verify:
            assert code(office.sign_in(name, "Wrong-Password-1")) == "sign_in.wrong"
        assert verify.call_count == 1
        assert str(verify.call_args.args[1]).startswith("$argon2id$")


def test_a_locked_name_opens_by_itself_or_by_an_administrator(office: AccessOffice) -> None:
    office.ready(CLERK)
    for _ in range(5):
        office.sign_in(CLERK, "Wrong-Password-1")
    refused = office.sign_in(CLERK)
    assert code(refused) == "sign_in.locked"
    assert isinstance(refused, Refused)
    assert refused.facts["minutes"] == 20
    office.wall.advance(timedelta(minutes=19, seconds=59))
    assert code(office.sign_in(CLERK)) == "sign_in.locked"
    office.wall.advance(timedelta(seconds=1))
    ok(office.sign_in(CLERK))
    for _ in range(5):
        office.sign_in(CLERK, "Wrong-Password-1")
    assert unlock_account(office.access, CLERK, "本人来电", by=SECADMIN) is None
    ok(office.sign_in(CLERK))
    assert code(unlock_account(office.access, CLERK, "再来", by=SECADMIN)) == "account.not_locked"
    assert office.event_types().count("name_locked") == 2


def test_a_lock_by_failures_leaves_who_is_at_work_alone(office: AccessOffice) -> None:
    opened = office.ready(CLERK)
    for _ in range(5):
        office.sign_in(CLERK, "Wrong-Password-1")
    assert load_session(office.access, opened.secret) is not None


def test_nobody_keeps_a_colleague_out(office: AccessOffice) -> None:
    """Wrong tries with somebody's name lock it for the machine they come from."""
    office.ready(CLERK)
    for _ in range(30):
        sign_in(office.access, CLERK, "Wrong-Password-1", Origin(address="10.0.0.66"))
    assert code(sign_in(office.access, CLERK, PASSWORD, Origin(address="10.0.0.66"))) == "sign_in.locked"
    ok(sign_in(office.access, CLERK, PASSWORD, Origin(address="10.0.0.7")))


def test_many_machines_guess_no_more_than_one_name_bears(office: AccessOffice) -> None:
    office.ready(CLERK)
    answers = [
        code(sign_in(office.access, CLERK, "Wrong-Password-1", Origin(address=f"10.0.{machine}.1")))
        for machine in range(12)
        for _ in range(5)
    ]
    assert answers.count("sign_in.wrong") == 50
    assert code(sign_in(office.access, CLERK, PASSWORD, Origin(address="10.9.9.9"))) == "sign_in.locked"
    assert unlock_account(office.access, CLERK, "本人来电", by=SECADMIN) is None
    ok(sign_in(office.access, CLERK, PASSWORD, Origin(address="10.9.9.9")))
    ok(sign_in(office.access, CLERK, PASSWORD, Origin(address="10.0.1.1")))


def test_a_right_password_takes_the_failures_back(office: AccessOffice) -> None:
    office.ready(CLERK)
    for _ in range(3):
        for _ in range(4):
            assert code(office.sign_in(CLERK, "Wrong-Password-1")) == "sign_in.wrong"
        ok(office.sign_in(CLERK))


def test_made_up_names_do_not_pile_up(office: AccessOffice) -> None:
    for number in range(5):
        office.sign_in(f"made-up-{number}", "x")
    office.wall.advance(timedelta(minutes=41))
    office.sign_in("one-more", "x")
    with office.access.db.read() as session:
        assert len(session.execute(select(AttemptRow)).all()) == 2, "of the last name: from there, and in all"


def test_many_guesses_at_once_are_no_more_than_the_limit(office: AccessOffice) -> None:
    office.ready(CLERK)
    with (
        patch.object(secret._hasher, "verify", wraps=secret._hasher.verify) as verify,
        ThreadPoolExecutor(8) as pool,
    ):
        answers = list(pool.map(lambda n: code(office.sign_in(CLERK, f"Guess-{n}")), range(24)))
    assert verify.call_count == 5, "no more passwords are looked at than the rules allow"
    assert sorted(answers) == ["sign_in.locked"] * 19 + ["sign_in.wrong"] * 5
    assert office.event_types().count("name_locked") == 1
    assert office.event_types().count("sign_in_failed") == 24


def test_two_sign_in_at_the_same_moment(office: AccessOffice) -> None:
    office.ready(CLERK)
    with ThreadPoolExecutor(2) as pool:
        opened = [ok(answer) for answer in pool.map(office.sign_in, [CLERK, CLERK])]
    assert len({each.secret for each in opened}) == 2
    assert len(list_sessions(office.access, CLERK)) == 3
    for each in opened:
        assert load_session(office.access, each.secret) is not None


def test_a_password_changed_while_signing_in_opens_nothing(office: AccessOffice) -> None:
    """The old password was right when it was looked at, and no longer when the session would open."""
    opened = office.ready(CLERK)
    check = secret.check_password

    def change_meanwhile(password: str, stored: str | None) -> bool:
        good = check(password, stored)
        if good:
            assert isinstance(reset_account(office.access, CLERK, by=SECADMIN), Refused) is False
        return good

    with patch("services.access.sign_in.check_password", change_meanwhile):
        assert code(office.sign_in(CLERK)) == "sign_in.wrong"
    assert load_session(office.access, opened.secret) is None
    assert list_sessions(office.access, CLERK) == []


def test_two_change_one_password_at_the_same_moment(office: AccessOffice) -> None:
    first = office.ready(CLERK)
    second = ok(office.sign_in(CLERK))
    words = {first.secret: OTHER_PASSWORD, second.secret: "wX9%ps-Ns14y"}

    def change(opened: Opened) -> Opened | Refused:
        return change_password(office.access, opened.secret, opened.live, PASSWORD, words[opened.secret])

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(change, [first, second]))
    done = [answer for answer in answers if isinstance(answer, Opened)]
    assert len(done) == 1
    assert [live.id for live in list_sessions(office.access, CLERK)] == [done[0].live.id]
    with office.access.db.read() as session:
        credential = session.get(CredentialRow, CLERK)
        assert credential is not None
        kept = [word for word in words.values() if secret.check_password(word, credential.password)]
    assert len(kept) == 1


def test_an_idle_session_ends_and_a_used_one_lives_to_its_own_end(office: AccessOffice) -> None:
    idle = office.ready(CLERK)
    used = ok(office.sign_in(CLERK))
    for _ in range(34):
        office.wall.advance(timedelta(minutes=14))
        assert load_session(office.access, used.secret) is not None
    assert load_session(office.access, idle.secret) is None
    office.wall.advance(timedelta(minutes=4))
    assert load_session(office.access, used.secret) is None, "eight hours are the end"


@pytest.mark.parametrize("how", ["lock", "close", "reset", "password"])
def test_whatever_takes_a_way_in_ends_every_session(office: AccessOffice, how: str) -> None:
    office.ready(CLERK)
    sessions = [ok(office.sign_in(CLERK)) for _ in range(3)]
    kept = 0
    if how == "lock":
        assert lock_account(office.access, CLERK, "示例", by=SECADMIN) is None
        assert code(office.sign_in(CLERK)) == "sign_in.account_locked"
        assert unlock_account(office.access, CLERK, "示例", by=SECADMIN) is None
        ok(office.sign_in(CLERK))
    elif how == "close":
        assert close_account(office.access, CLERK, "调离", by=SYSADMIN) is None
        assert code(office.sign_in(CLERK)) == "sign_in.closed"
        assert code(unlock_account(office.access, CLERK, "示例", by=SECADMIN)) == "account.state"
    elif how == "reset":
        ok(reset_account(office.access, CLERK, by=SECADMIN))
    else:
        one = sessions[0]
        ok(change_password(office.access, one.secret, one.live, PASSWORD, OTHER_PASSWORD))
        kept = 1
    assert [load_session(office.access, each.secret) for each in sessions] == [None] * 3
    assert len(list_sessions(office.access, CLERK)) == kept + (how == "lock")


def test_one_lists_and_ends_ones_own_sessions(office: AccessOffice) -> None:
    here = office.ready(CLERK)
    there = ok(sign_in(office.access, CLERK, PASSWORD, Origin(address="127.0.0.9", agent="示例浏览器" * 100)))
    listed = list_sessions(office.access, CLERK)
    assert {live.id for live in listed} == {here.live.id, there.live.id}
    assert max(len(live.agent) for live in listed) == 200
    other = office.settle("sysadmin")
    assert code(end_session(office.access, here.live, other.live.id)) == "session.unknown"
    assert end_session(office.access, here.live, there.live.id) is None
    assert load_session(office.access, there.secret) is None
    assert end_session(office.access, here.live, here.live.id) is None
    assert load_session(office.access, here.secret) is None
    assert office.event_types()[-2:] == ["session_ended", "signed_out"]
