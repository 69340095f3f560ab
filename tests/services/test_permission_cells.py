"""Every cell of the permission table through the real services: allowed exactly where the table says."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from config.clock import FixedClock
from domain.permissions import TABLE, AccessRole, Action, Scope
from domain.refusal import Refused
from services.access import secret
from tests.services.permission_walk import (
    BODY,
    CALLS,
    CASE,
    FAR,
    NEAR,
    OFFICES,
    OWN,
    PERSON,
    ROLES,
    UNSERVED,
    WHOLE,
    Asking,
    Place,
    opened,
)

ASKED_AND_REFUSED = ("access.denied", "access.not_found")
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))


def reaches(scope: Scope, who: str, about: str, place: Place) -> bool:
    """Whether a right of this scope, held by ``who`` in the near county, covers the call; worked out here."""
    body = ROLES[who][0] if who in ROLES else ""
    match scope:
        case Scope.ALL:
            return True
        case Scope.SUBTREE:
            return about in (CASE, BODY, PERSON) and place is NEAR
        case Scope.INVOLVED:
            return about == CASE and place is NEAR and body in ("zone-0", "county")
        case Scope.BODY:
            return about in (BODY, PERSON) and place is NEAR and body == NEAR.body
        case Scope.SELF:
            return about == OWN


def roles_of(who: str) -> set[AccessRole]:
    return ROLES[who][2] if who in ROLES else {OFFICES[who]}


def is_allowed(answer: object) -> bool:
    """Whether the table let the call through: another refusal came after it."""
    if isinstance(answer, Refused):
        return answer.code not in ASKED_AND_REFUSED
    return answer is not False


def test_every_cell(migrated_db_url: str, tmp_path: Path, wall_clock: FixedClock) -> None:
    wrong = []
    with patch.object(secret, "_hasher", QUICK), opened(migrated_db_url, tmp_path, wall_clock) as runtime:
        for action, (about, call) in CALLS.items():
            for who in (*ROLES, *OFFICES):
                for place in (NEAR,) if about in (OWN, WHOLE) else (NEAR, FAR):
                    row = TABLE[action]
                    expected = any(
                        role in row and reaches(row[role], who, about, place) for role in roles_of(who)
                    )
                    answer = call(Asking(runtime, tmp_path, who, place))
                    if is_allowed(answer) is not expected:
                        wrong.append((str(action), who, place.number, expected, str(answer)[:80]))
    assert wrong == []


def test_every_action_is_walked() -> None:
    walked = {str(action) for action in CALLS}
    assert {str(action) for action in Action} - walked <= UNSERVED
    assert not walked & UNSERVED


@pytest.mark.parametrize("who", ["nobody", "founding", "machine:sealing"])
def test_who_is_nobody_is_let_through_nowhere(
    migrated_sqlite_url: str, tmp_path: Path, wall_clock: FixedClock, who: str
) -> None:
    """What founds and what acts by itself cannot be claimed by typing its name."""
    with opened(migrated_sqlite_url, tmp_path, wall_clock) as runtime:
        for action, (_, call) in CALLS.items():
            answer = call(Asking(runtime, tmp_path, who, NEAR))
            refused = answer is False or (
                isinstance(answer, Refused)
                and answer.code in (*ASKED_AND_REFUSED, "actor.unknown", "token.not_own")
            )
            assert refused, (str(action), str(answer)[:80])
