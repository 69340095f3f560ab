"""Every cell of the permission table: action × role × every kind of target, and who is refused how."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.permissions import (
    ACTION_TITLES,
    ADMINISTRATORS,
    OFFICES,
    POSITIONS,
    ROLE_TITLES,
    TABLE,
    UNSEEN,
    AccessRole,
    Action,
    Grant,
    Scope,
    Standing,
    Target,
    common_division,
    granted,
    judge,
    roles_of,
    within,
)

ME = "p-me"
HERE = {"body": "body:here", "division": "411024", "unit": "unit-here"}

TARGETS: dict[str, tuple[Target, frozenset[Scope]]] = {
    "the system": (Target(), frozenset({Scope.ALL})),
    "myself": (
        Target(person=ME, division="411024", bodies=frozenset({"body:here"})),
        frozenset(Scope),
    ),
    "a colleague": (
        Target(person="p-colleague", division="411024", bodies=frozenset({"body:here"})),
        frozenset({Scope.ALL, Scope.SUBTREE, Scope.BODY, Scope.INVOLVED}),
    ),
    "the case of my unit": (
        Target(unit="unit-here", division="411024"),
        frozenset({Scope.ALL, Scope.SUBTREE, Scope.INVOLVED}),
    ),
    "a case my body takes part in": (
        Target(unit="unit-there", division="411002", bodies=frozenset({"body:here", "body:there"})),
        frozenset({Scope.ALL, Scope.BODY, Scope.INVOLVED}),
    ),
    "a case of my county": (
        Target(unit="unit-next", division="411024", bodies=frozenset({"body:there"})),
        frozenset({Scope.ALL, Scope.SUBTREE}),
    ),
    "a case of another county": (
        Target(unit="unit-there", division="411002", bodies=frozenset({"body:there"}), person="p-there"),
        frozenset({Scope.ALL}),
    ),
    "a case of the city above": (
        Target(unit="unit-city", division="411000", bodies=frozenset({"body:city"})),
        frozenset({Scope.ALL}),
    ),
}
"""Target → the scopes that reach it from a position in 411024, worked out by hand."""


@pytest.mark.parametrize("action", Action)
def test_every_cell(action: Action) -> None:
    for role, (where, (target, reached)) in product(AccessRole, TARGETS.items()):
        standing = Standing(person=ME, grants=(Grant(role, **HERE),))
        expected = role in TABLE[action] and TABLE[action][role] in reached
        refused = judge(standing, action, target)
        assert (refused is None) is expected, (role, where)
        if refused is not None:
            assert refused.code == ("access.not_found" if action in UNSEEN else "access.denied")
            assert refused.message
            assert refused.remedy


@pytest.mark.parametrize("action", Action)
def test_whoever_holds_nothing_may_do_nothing(action: Action) -> None:
    for person, (target, _) in product((ME, ""), TARGETS.values()):
        assert judge(Standing(person=person), action, target) is not None


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(ACTION_TITLES) == set(Action)
    assert set(ROLE_TITLES) == set(AccessRole)
    assert all(TABLE.values()), "an action that nobody may do"


def test_administrators_of_the_system_do_not_touch_the_reform() -> None:
    """三员分立: they see to accounts and machines; the auditor reads everything and changes nothing."""
    business = {a for a in Action if a.split(".")[0] in {"case", "register", "evidence", "step", "inbox"}}
    reading = {Action.CASE_READ, Action.HISTORY_READ, Action.REGISTER_READ, Action.EVIDENCE_READ}
    for action in business:
        assert not TABLE[action].keys() & (ADMINISTRATORS - {AccessRole.AUDITOR})
        assert AccessRole.AUDITOR not in TABLE[action] or action in reading


def test_nobody_gives_rights_and_reads_the_log_of_it() -> None:
    """GB/T 22239: who grants, who runs the system and who audits are three."""
    watched = {
        Action.ADMINISTRATOR_CHANGE,
        Action.ACCOUNT_OPEN,
        Action.ACCOUNT_CONTROL,
        Action.SETTING_CHANGE,
    }
    for action in watched:
        assert AccessRole.AUDITOR not in TABLE[action]
    assert set(TABLE[Action.SECURITY_READ]) == {AccessRole.AUDITOR}


def test_a_county_administrator_has_no_audit_right() -> None:
    for action in (Action.LEDGER_VERIFY, Action.LEDGER_EXPORT, Action.SECURITY_READ, Action.LEDGER_SEAL):
        assert AccessRole.UNIT_ADMIN not in TABLE[action]


def test_the_first_grant_that_reaches_is_told() -> None:
    both = Standing(
        person=ME,
        grants=(
            Grant(AccessRole.HANDLER, body="body:a", division="411002"),
            Grant(AccessRole.REFORM_OFFICE, body="body:b", division="411000"),
        ),
    )
    found = granted(both, Action.CASE_READ, Target(unit="u", division="411024"))
    assert found is not None
    assert found.body == "body:b"


@pytest.mark.parametrize(
    ("division", "area", "expected"),
    [
        ("411024", "411024", True),
        ("411024", "411000", True),
        ("411024", "410000", True),
        ("411024", "000000", True),
        ("411000", "411024", False),
        ("411071", "411000", True),
        ("411002", "411024", False),
        ("420000", "410000", False),
        ("410100", "410000", True),
        ("411000", "410000", True),
        ("", "411000", False),
        ("411024", "", False),
        ("", "000000", False),
    ],
)
def test_within(division: str, area: str, expected: bool) -> None:
    assert within(division, area) is expected


divisions = st.from_regex(r"[1-6][1-9]([0-9]{2}){2}", fullmatch=True)


@given(st.lists(divisions, min_size=1, max_size=6))
def test_the_common_division_holds_all(codes: list[str]) -> None:
    common = common_division(codes)
    assert all(within(code, common) for code in codes)
    if len(set(codes)) == 1:
        assert common == codes[0]


def test_positions_bring_roles() -> None:
    assert list(roles_of("zone", "handler")) == [AccessRole.HANDLER]
    assert list(roles_of("reform_office", "head")) == [AccessRole.HEAD, AccessRole.REFORM_OFFICE_HEAD]
    assert list(roles_of("zone", "cook")) == []
    assert not ADMINISTRATORS & {*POSITIONS.values(), *OFFICES.values()}
