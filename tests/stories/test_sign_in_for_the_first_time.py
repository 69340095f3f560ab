"""Signing in for the first time: an initial password that must be changed, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from config.clock import FixedClock
from domain.access import Stage
from domain.access_passwords import PasswordRules
from services.access.passwords import change_password
from services.access.sessions import load_session
from services.access.sign_in import sign_in
from tests.services.signing_in import CLERK, OTHER_PASSWORD, PASSWORD, AccessOffice, access_office, code, ok


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock, tmp_path: Path) -> Iterator[AccessOffice]:
    with access_office(migrated_db_url, wall_clock, tmp_path) as opened:
        yield opened


def test_the_initial_password_opens_nothing_but_its_change(office: AccessOffice) -> None:
    office.open_account(CLERK, "Zhang.San")
    opened = ok(office.sign_in("ZHANG.SAN", office.passwords["zhang.san"]))
    assert opened.live.stage is Stage.PASSWORD
    changed = ok(
        change_password(office.access, opened.secret, opened.live, office.passwords["zhang.san"], PASSWORD)
    )
    assert changed.live.stage is Stage.OPEN
    assert load_session(office.access, opened.secret) is None, "the secret from before opens nothing"
    live = load_session(office.access, changed.secret)
    assert live is not None
    assert live.id == opened.live.id
    assert code(office.sign_in("zhang.san")) == "sign_in.wrong", "the initial password is over"
    assert ok(office.sign_in("zhang.san", PASSWORD)).live.stage is Stage.OPEN
    assert office.event_types()[-4:] == ["sign_in_begun", "password_changed", "sign_in_failed", "signed_in"]


def test_the_initial_password_runs_out(office: AccessOffice) -> None:
    office.open_account(CLERK)
    office.wall.advance(timedelta(hours=72))
    assert code(office.sign_in(CLERK)) == "sign_in.initial_expired"


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("Ab1-", "password.short"),
        ("Ab1-" * 40, "password.long"),
        ("abcdefghijkl", "password.classes"),
        ("Admin@123456", "password.common"),
        ("Gaige@20221!x", "password.common"),
        ("Zhangsan@20x7q", "password.own_name"),
        ("x7Q#clerk-99w", "password.own_name"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(
    office: AccessOffice, password: str, refused: str
) -> None:
    office.open_account(CLERK)
    opened = ok(office.sign_in(CLERK))
    initial = office.passwords[CLERK]
    assert code(change_password(office.access, opened.secret, opened.live, initial, password)) == refused
    live = load_session(office.access, opened.secret)
    assert live is not None
    assert live.stage is Stage.PASSWORD


def test_a_used_password_cannot_come_back(office: AccessOffice) -> None:
    opened = office.ready(CLERK)
    opened = ok(change_password(office.access, opened.secret, opened.live, PASSWORD, OTHER_PASSWORD))
    again = change_password(office.access, opened.secret, opened.live, OTHER_PASSWORD, PASSWORD)
    assert code(again) == "password.reused"
    same = change_password(office.access, opened.secret, opened.live, OTHER_PASSWORD, OTHER_PASSWORD)
    assert code(same) == "password.reused"


def test_as_many_passwords_are_remembered_as_the_rules_say(office: AccessOffice) -> None:
    rules = office.access.rules.passwords
    few = office.with_rules(passwords=msgspec.structs.replace(rules, history=1))
    opened = office.ready(CLERK)
    for old, new in ((PASSWORD, OTHER_PASSWORD), (OTHER_PASSWORD, "wX9%ps-Ns14y")):
        opened = ok(change_password(few, opened.secret, opened.live, old, new))
    ok(change_password(few, opened.secret, opened.live, "wX9%ps-Ns14y", PASSWORD))


def test_an_old_password_has_to_be_changed_at_the_next_sign_in(office: AccessOffice) -> None:
    office.ready(CLERK)
    office.wall.advance(timedelta(days=89))
    assert ok(office.sign_in(CLERK)).live.stage is Stage.OPEN
    office.wall.advance(timedelta(days=1))
    assert ok(office.sign_in(CLERK)).live.stage is Stage.PASSWORD
    never = office.with_rules(passwords=PasswordRules(max_age_days=0))
    assert ok(sign_in(never, CLERK, PASSWORD)).live.stage is Stage.OPEN


def test_no_secret_and_no_name_is_in_the_ledger(office: AccessOffice) -> None:
    office.ready(CLERK)
    office.sign_in("geheim-typed-here", "Some-Password-1")
    text = str(office.events())
    for secret in (PASSWORD, "geheim", "Some-Password-1", "张三", "$argon2", *office.passwords.values()):
        assert secret not in text
