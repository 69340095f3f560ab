"""The three administrators: made at the first start, kept apart, never without one; a county's own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.clock import FixedClock
from domain.access import ACCOUNT_MOVES, THREE, AccountState, Stage, judge_state
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.tables import AdministratorRow, CredentialRow, ProxyRow
from services.access.accounts import (
    AccountOpened,
    close_account,
    list_accounts,
    lock_account,
    open_account,
    reset_account,
)
from services.access.administrators import appoint, dismiss, first_start
from services.access.environment import By
from services.access.sessions import load_session
from services.access.tokens import create_token, revoke_token, use_token
from tests.services.signing_in import (
    CLERK,
    COUNTY,
    HEAD,
    OUTSIDER,
    UNIT_ADMIN,
    AccessOffice,
    access_office,
    code,
    ok,
)

SYSADMIN, SECADMIN, AUDITOR = (By(person=name) for name in ("sysadmin", "secadmin", "auditor"))
OF_COUNTY = By(person=UNIT_ADMIN)


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock, tmp_path: Path) -> Iterator[AccessOffice]:
    with access_office(migrated_db_url, wall_clock, tmp_path) as opened:
        yield opened


def test_the_first_start_makes_three_and_the_second_none(office: AccessOffice) -> None:
    assert set(office.first) == set(THREE)
    assert first_start(office.access, by=By(person="host")) == []
    with office.access.db.read() as session:
        stored = session.execute(select(CredentialRow.password)).scalars().all()  # type: ignore[call-overload]
    assert all(word.startswith("$argon2id$") for word in stored)
    assert office.event_types().count("administrator_made") == 3


def test_two_first_starts_at_once_make_three(migrated_db_url: str, tmp_path: Path) -> None:
    run = [sys.executable, "-c", "from cli.main import run; run()", "--json", "db", "init"]
    env = {"ZR_DATABASE_URL": migrated_db_url, "ZR_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    both = [
        subprocess.Popen(run, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outs = [each.communicate(timeout=80) for each in both]
    made = [line for out, _ in outs for line in json.loads(out).get("data", [])]
    assert sorted(each["login"] for each in made) == ["auditor", "secadmin", "sysadmin"], outs


def test_nobody_holds_two_offices(office: AccessOffice) -> None:
    for role in AccessRole.SYSTEM_ADMIN, AccessRole.AUDITOR:
        assert code(appoint(office.access, UNIT_ADMIN, role, by=SECADMIN)) == "administrator.overlap"
        assert code(appoint(office.access, "secadmin", role, by=SECADMIN)) == "administrator.overlap"


def test_two_appointments_at_once_give_one_office(office: AccessOffice) -> None:
    office.open_account(OUTSIDER)
    roles = [AccessRole.SYSTEM_ADMIN, AccessRole.AUDITOR]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda role: appoint(office.access, OUTSIDER, role, by=SECADMIN), roles))
    assert answers.count(None) == 1
    assert [answer.code for answer in answers if answer] == ["administrator.overlap"]
    with office.access.db.read() as session:
        assert session.get(AdministratorRow, OUTSIDER) is not None


def test_who_works_in_the_business_is_no_administrator(office: AccessOffice) -> None:
    office.open_account(CLERK)
    refused = appoint(office.access, CLERK, AccessRole.AUDITOR, by=SECADMIN)
    assert code(refused) == "administrator.in_business"


def test_who_acts_for_somebody_in_the_business_is_no_administrator(office: AccessOffice) -> None:
    """A deputy has the seat of the person away: with an office beside it one could do and audit the same."""
    office.open_account(OUTSIDER)
    today = office.wall.now().date()
    with office.access.db.write() as session:
        proxy = ProxyRow(
            id="p1", person=HEAD, body="county", position="head", deputy=OUTSIDER, first=today, last=today
        )
        session.add(proxy)
    refused = appoint(office.access, OUTSIDER, AccessRole.AUDITOR, by=SECADMIN)
    assert code(refused) == "administrator.in_business"
    office.wall.advance(timedelta(days=1))
    assert appoint(office.access, OUTSIDER, AccessRole.AUDITOR, by=SECADMIN) is None


@pytest.mark.parametrize(
    ("person", "role", "division", "refused"),
    [
        (OUTSIDER, AccessRole.AUDITOR, "", "administrator.no_account"),
        (OUTSIDER, AccessRole.HANDLER, "", "administrator.role"),
        (OUTSIDER, AccessRole.UNIT_ADMIN, "", "administrator.division"),
        (OUTSIDER, AccessRole.AUDITOR, COUNTY, "administrator.division"),
    ],
)
def test_an_appointment_that_makes_no_sense_is_refused(
    office: AccessOffice, person: str, role: AccessRole, division: str, refused: str
) -> None:
    assert code(appoint(office.access, person, role, division, by=SECADMIN)) == refused


def test_an_office_begins_with_a_new_sign_in(office: AccessOffice) -> None:
    """Who was signed in without a second factor does not carry the new rights into that session."""
    opened = office.ready(OUTSIDER)
    assert appoint(office.access, OUTSIDER, AccessRole.AUDITOR, by=SECADMIN) is None
    assert load_session(office.access, opened.secret) is None
    assert ok(office.sign_in(OUTSIDER)).live.stage is Stage.ENROL


def test_two_of_an_office_cannot_both_leave_at_once(office: AccessOffice) -> None:
    office.open_account(OUTSIDER)
    assert appoint(office.access, OUTSIDER, AccessRole.AUDITOR, by=SECADMIN) is None
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda who: dismiss(office.access, who, "换岗", by=SECADMIN), ["auditor", OUTSIDER])
        )
    assert answers.count(None) == 1
    assert [answer.code for answer in answers if answer] == ["administrator.last"]


@pytest.mark.parametrize("by", [SYSADMIN, AUDITOR, OF_COUNTY, By(person=CLERK), By(person="nobody")])
def test_only_the_security_administrator_appoints(office: AccessOffice, by: By) -> None:
    assert code(appoint(office.access, OUTSIDER, AccessRole.AUDITOR, by=by)) == "access.denied"
    assert code(dismiss(office.access, UNIT_ADMIN, "示例", by=by)) == "access.denied"


def test_the_last_of_the_three_stays_until_there_is_another(office: AccessOffice) -> None:
    access = office.access
    assert code(dismiss(access, "auditor", "换岗", by=SECADMIN)) == "administrator.last"
    assert code(lock_account(access, "auditor", "换岗", by=SECADMIN)) == "administrator.last"
    assert code(close_account(access, "auditor", "换岗", by=SECADMIN)) == "administrator.last"
    office.open_account(OUTSIDER)
    assert appoint(access, OUTSIDER, AccessRole.AUDITOR, by=SECADMIN) is None
    assert close_account(access, "auditor", "换岗", by=SECADMIN) is None
    assert code(dismiss(access, OUTSIDER, "换岗", by=SECADMIN)) == "administrator.last"
    assert dismiss(access, UNIT_ADMIN, "换岗", by=SECADMIN) is None
    assert code(open_account(access, CLERK, CLERK, by=OF_COUNTY)) == "access.denied"


@pytest.mark.parametrize("victim", ["sysadmin", "auditor"])
def test_no_administrator_takes_over_another_alone(office: AccessOffice, victim: str) -> None:
    for by in (SYSADMIN, AUDITOR, OF_COUNTY):
        assert code(reset_account(office.access, victim, by=by)) in ("access.denied", "account.own")
    assert isinstance(reset_account(office.access, victim, by=SECADMIN), AccountOpened)


def test_nobody_resets_or_locks_themselves(office: AccessOffice) -> None:
    assert code(reset_account(office.access, "secadmin", by=SECADMIN)) == "account.own"
    assert code(lock_account(office.access, "sysadmin", "示例", by=SYSADMIN)) == "account.own"
    assert isinstance(reset_account(office.access, "secadmin", by=SYSADMIN), AccountOpened)


def test_who_opens_accounts_does_not_reset_them(office: AccessOffice) -> None:
    """The system administrator opens and closes; locking and resetting is the security administrator's."""
    access = office.access
    assert code(open_account(access, CLERK, CLERK, by=SECADMIN)) == "access.denied"
    ok(open_account(access, CLERK, CLERK, by=SYSADMIN))
    assert code(reset_account(access, CLERK, by=SYSADMIN)) == "access.denied"
    assert isinstance(reset_account(access, CLERK, by=SECADMIN), AccountOpened)


def test_a_countys_administrator_reaches_the_county_only(office: AccessOffice) -> None:
    access = office.access
    ok(open_account(access, CLERK, CLERK, by=OF_COUNTY))
    assert code(open_account(access, OUTSIDER, OUTSIDER, by=OF_COUNTY)) == "access.denied"
    assert isinstance(reset_account(access, CLERK, by=OF_COUNTY), AccountOpened)
    assert code(reset_account(access, "sysadmin", by=OF_COUNTY)) == "access.denied"
    listed = ok(list_accounts(access, by=OF_COUNTY))
    assert [holder.account for holder in listed] == [CLERK]
    everybody = ok(list_accounts(access, by=AUDITOR))
    assert {"sysadmin", "secadmin", "auditor", CLERK, UNIT_ADMIN} == {each.account for each in everybody}
    assert code(list_accounts(access, by=By(person=CLERK))) == "access.not_found"


def test_one_person_has_one_account_and_one_name_is_one_account(office: AccessOffice) -> None:
    office.open_account(CLERK, "Zhang.San")
    access = office.access
    assert code(open_account(access, CLERK, "another", by=SYSADMIN)) == "account.exists"
    assert code(open_account(access, HEAD, "ZHANG.san", by=SYSADMIN)) == "account.name_taken"
    assert code(open_account(access, HEAD, "zhang san", by=SYSADMIN)) == "account.name_form"
    assert code(open_account(access, "nobody", "nobody", by=SYSADMIN)) == "person.unknown"
    assert close_account(access, CLERK, "调离", by=SYSADMIN) is None
    again = ok(open_account(access, CLERK, "zhang.san2", by=SYSADMIN))
    assert again.account != CLERK


def test_two_open_one_account_at_once(office: AccessOffice) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda name: open_account(office.access, CLERK, name, by=SYSADMIN), ["one", "two"])
        )
    assert sum(isinstance(answer, AccountOpened) for answer in answers) == 1
    refused = next(answer for answer in answers if isinstance(answer, Refused))
    assert refused.code in ("account.exists", "account.name_taken")


def test_the_state_table_is_walked() -> None:
    for now in AccountState:
        for to in AccountState:
            assert (judge_state(now, to) is None) == (to in ACCOUNT_MOVES[now])
    assert ACCOUNT_MOVES[AccountState.CLOSED] == frozenset()


def test_a_token_is_ones_own_and_ends_with_the_account(office: AccessOffice) -> None:
    access = office.access
    office.ready(CLERK)
    office.ready(HEAD)
    by = By(person=CLERK)
    assert code(create_token(access, HEAD, "x", ["case.read"], 1, by=by)) == "token.not_own"
    assert code(create_token(access, CLERK, "x", ["case.fly"], 1, by=by)) == "token.scopes"
    assert code(create_token(access, CLERK, "x", [], 1, by=by)) == "token.scopes"
    assert code(create_token(access, CLERK, "x", ["case.read"], 181, by=by)) == "token.days"
    assert code(create_token(access, "secadmin", "x", ["case.read"], 1, by=SECADMIN)) == "access.denied"
    made = ok(create_token(access, CLERK, "x", ["case.read", "step.act"], 1, by=by))
    used = use_token(access, made.secret)
    assert used is not None
    assert used.scopes == {"case.read", "step.act"}
    assert lock_account(access, CLERK, "示例", by=SECADMIN) is None
    assert use_token(access, made.secret) is None
    assert code(revoke_token(access, made.line.id, by=By(person=HEAD))) == "access.denied"
    assert revoke_token(access, made.line.id, by=SECADMIN) is None
    assert code(revoke_token(access, made.line.id, by=SECADMIN)) == "token.unknown"
    office.wall.advance(timedelta(days=2))
    assert made.secret not in str(office.events())
