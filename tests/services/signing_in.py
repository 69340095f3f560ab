"""A small office for tests of signing in: the administrators and a county with its people (示例)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar
from unittest.mock import patch

import msgspec
import pyotp
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from config.clock import FixedClock
from domain.access import Stage
from domain.access_passwords import PasswordRules
from domain.doers import FOUNDING
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.database import Database
from models.ledger import SECURITY, rows
from services.access import secret
from services.access.accounts import AccountOpened, open_account
from services.access.administrators import FirstAccount, appoint, first_start
from services.access.environment import Access, AccessRules, By
from services.access.factors import confirm_enrolment, start_enrolment
from services.access.passwords import change_password
from services.access.sessions import Opened
from services.access.sign_in import sign_in
from services.access.vault import Vault
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster

T = TypeVar("T")
COUNTY: Final = "411024"
PASSWORD: Final = "tR7#mq-Lq92w"  # noqa: S105
OTHER_PASSWORD: Final = "uV8$nr-Mr03x"  # noqa: S105
CLERK: Final = "clerk"
HEAD: Final = "head"
UNIT_ADMIN: Final = "unit-admin"
OUTSIDER: Final = "outsider"
RULES: Final = AccessRules(passwords=PasswordRules(words=("改革", "开发区")))
QUICK: Final = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""Hashing that costs a thousandth: what it costs in earnest is one test's subject, not every test's wait."""


def ok(answer: T | Refused) -> T:
    """The answer, which must be no refusal."""
    assert not isinstance(answer, Refused), answer
    return answer


def code(answer: object) -> str:
    """The code of a refusal."""
    assert isinstance(answer, Refused), answer
    return answer.code


class AccessOffice:
    """What a test of signing in works with."""

    def __init__(self, access: Access, wall: FixedClock, first: list[FirstAccount]) -> None:
        self.access = access
        self.wall = wall
        self.first = {each.role: each.opened for each in first}
        self.seeds: dict[str, str] = {}
        self.passwords: dict[str, str] = {}

    def open_account(self, person: str, name: str = "", by: str = "sysadmin") -> AccountOpened:
        """Open an account; the initial password is in the answer."""
        opened = ok(open_account(self.access, person, name or person, by=By(person=by)))
        self.passwords[opened.name] = opened.initial_password
        return opened

    def sign_in(self, name: str, password: str = "") -> Opened | Refused:
        """Sign in by name and password."""
        return sign_in(self.access, name, password or self.passwords[name])

    def ready(self, person: str, password: str = PASSWORD) -> Opened:
        """Open an account, sign in, replace the initial password."""
        name = self.open_account(person).name
        return self.settle(name, password)

    def settle(self, name: str, password: str = PASSWORD) -> Opened:
        """Sign in with an initial password and replace it."""
        opened = ok(self.sign_in(name))
        assert opened.live.stage is Stage.PASSWORD
        initial = self.passwords[name]
        opened = ok(change_password(self.access, opened.secret, opened.live, initial, password))
        self.passwords[name] = password
        return opened

    def enrol(self, opened: Opened) -> tuple[Opened, tuple[str, ...]]:
        """Enrol a one-time code generator; return the session that goes on and the recovery codes."""
        seed = ok(start_enrolment(self.access, opened.live)).seed
        self.seeds[opened.live.account] = seed
        enrolled = ok(
            confirm_enrolment(self.access, opened.secret, opened.live, self.code(opened.live.account))
        )
        return enrolled.opened, enrolled.recovery_codes

    def code(self, account: str) -> str:
        """The one-time code that the telephone shows now."""
        return pyotp.TOTP(self.seeds[account]).at(self.wall.now())

    def events(self) -> list[dict[str, Any]]:
        """All events of the security stream, with the actor of their row."""
        with self.access.db.read() as session:
            return [
                {"actor": row.actor, **event}
                for row in rows(session.connection(), SECURITY)
                for event in msgspec.json.decode(row.body)
            ]

    def event_types(self) -> list[str]:
        """Their types."""
        return [event["type"] for event in self.events()]

    def with_rules(self, **changes: Any) -> Access:
        """The same office under other rules."""
        return replace(self.access, rules=msgspec.structs.replace(self.access.rules, **changes))


def roster() -> Roster:
    """A county with a handler and a head, and two people without positions."""
    body = NewBody(
        code="county", name="示例县局", type="county", kind="account", division=COUNTY, level="county"
    )
    people = ((CLERK, "张三"), (HEAD, "李四"), (UNIT_ADMIN, "王五"), (OUTSIDER, "赵六"))
    return Roster(
        bodies=(body,),
        persons=tuple(NewPerson(id=id_, name=name) for id_, name in people),
        holdings=(
            NewHolding(person=CLERK, body="county", position="handler", valid_from=date(2020, 1, 1)),
            NewHolding(person=HEAD, body="county", position="head", valid_from=date(2020, 1, 1)),
        ),
    )


@contextmanager
def access_office(url: str, wall: FixedClock, folder: Path) -> Iterator[AccessOffice]:
    """Open the office over a migrated database."""
    db = Database(url)
    with patch.object(secret, "_hasher", QUICK), closing(db):
        write_roster(db, roster(), actor=FOUNDING, wall=wall, command_id="seed-roster")
        access = Access(db=db, wall=wall, rules=RULES, vault=Vault("", folder / "keys" / "access.key"))
        office = AccessOffice(access, wall, first_start(access, by=By(person="host")))
        for opened in office.first.values():
            office.passwords[opened.name] = opened.initial_password
        office.open_account(UNIT_ADMIN)
        ok(appoint(access, UNIT_ADMIN, AccessRole.UNIT_ADMIN, COUNTY, by=By(person="secadmin")))
        yield office
