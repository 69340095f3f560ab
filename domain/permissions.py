"""权限: who may do what, where, in one table; whatever the table does not give is refused.

Whether somebody may decide, submit or record in a step is not asked here: the programme names the seat, and
``domain.decide`` judges it with the step's state. This table holds everything else, and the right to see. It
is used by the services, so console, API, command line and flows cannot differ; the page
``docs/reference/permissions.md`` is made from it, and a test walks every cell.

Roles are not given one by one. They follow from the positions a person holds (``OFFICES``, ``POSITIONS``) and
from the four administrators' offices, which are given by name and never together with a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from domain.permission_actions import ACTION_TITLES, Action
from domain.refusal import Refused

__all__ = [
    "ACTION_TITLES",
    "ADMINISTRATORS",
    "OFFICES",
    "POSITIONS",
    "ROLE_TITLES",
    "SCOPE_TITLES",
    "SYSTEM",
    "TABLE",
    "UNSEEN",
    "AccessRole",
    "Action",
    "Grant",
    "Scope",
    "Standing",
    "Target",
    "common_division",
    "granted",
    "judge",
    "reaches",
    "roles_of",
    "within",
]


class AccessRole(StrEnum):
    """权限角色."""

    MEMBER = "member"
    HANDLER = "handler"
    HEAD = "head"
    REFORM_OFFICE = "reform_office"
    REFORM_OFFICE_HEAD = "reform_office_head"
    SUPERVISOR = "supervisor"
    UNIT_ADMIN = "unit_admin"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


ROLE_TITLES: Final[Mapping[AccessRole, str]] = MappingProxyType(
    {
        AccessRole.MEMBER: "成员",
        AccessRole.HANDLER: "经办人",
        AccessRole.HEAD: "负责人",
        AccessRole.REFORM_OFFICE: "改革办工作人员",
        AccessRole.REFORM_OFFICE_HEAD: "改革办负责人",
        AccessRole.SUPERVISOR: "督查机构人员",
        AccessRole.UNIT_ADMIN: "单位管理员",
        AccessRole.SYSTEM_ADMIN: "系统管理员",
        AccessRole.SECURITY_ADMIN: "安全保密管理员",
        AccessRole.AUDITOR: "安全审计员",
    }
)

ADMINISTRATORS: Final = frozenset(
    {AccessRole.UNIT_ADMIN, AccessRole.SYSTEM_ADMIN, AccessRole.SECURITY_ADMIN, AccessRole.AUDITOR}
)
"""Offices of the system itself: given by name, and never held together with a position (三员分立)."""

POSITIONS: Final[Mapping[str, AccessRole]] = MappingProxyType(
    {"member": AccessRole.MEMBER, "handler": AccessRole.HANDLER, "head": AccessRole.HEAD}
)
"""Position → role, in every body."""

OFFICES: Final[Mapping[tuple[str, str], AccessRole]] = MappingProxyType(
    {
        (type_, position): role
        for type_ in ("reform_office", "city_reform", "province_reform")
        for position, role in (
            ("member", AccessRole.REFORM_OFFICE),
            ("handler", AccessRole.REFORM_OFFICE),
            ("head", AccessRole.REFORM_OFFICE_HEAD),
        )
    }
    | {
        (type_, position): AccessRole.SUPERVISOR
        for type_ in ("supervisor", "supervision_office", "province_supervision")
        for position in POSITIONS
    }
)
"""(Body type, position) → the further role it brings."""


class Scope(StrEnum):
    """范围: how far a right reaches."""

    SELF = "self"
    BODY = "body"
    INVOLVED = "involved"
    SUBTREE = "subtree"
    ALL = "all"


SCOPE_TITLES: Final[Mapping[Scope, str]] = MappingProxyType(
    {
        Scope.SELF: "本人",
        Scope.BODY: "本单位",
        Scope.INVOLVED: "本单位参与的改革任务",
        Scope.SUBTREE: "本行政区域及以下",
        Scope.ALL: "全部",
    }
)


_M, _H, _L = AccessRole.MEMBER, AccessRole.HANDLER, AccessRole.HEAD
_R, _RH, _S = AccessRole.REFORM_OFFICE, AccessRole.REFORM_OFFICE_HEAD, AccessRole.SUPERVISOR
_U, _SY, _SE, _A = (
    AccessRole.UNIT_ADMIN,
    AccessRole.SYSTEM_ADMIN,
    AccessRole.SECURITY_ADMIN,
    AccessRole.AUDITOR,
)
_OWN: Final = {_M: Scope.INVOLVED, _H: Scope.INVOLVED, _L: Scope.INVOLVED}
_BODY: Final = {_M: Scope.BODY, _H: Scope.BODY, _L: Scope.BODY}
_ABOVE: Final = {_R: Scope.SUBTREE, _RH: Scope.SUBTREE, _S: Scope.SUBTREE}
_EVERYBODY: Final = {role: Scope.ALL for role in AccessRole}

TABLE: Final[Mapping[Action, Mapping[AccessRole, Scope]]] = MappingProxyType(
    {
        Action.CASE_READ: {**_OWN, **_ABOVE, _A: Scope.ALL},
        # Which head, the programme says: opening is its overseer's, and `decide` asks for that seat.
        Action.CASE_OPEN: {_L: Scope.SUBTREE, _RH: Scope.SUBTREE},
        Action.HISTORY_READ: {**_OWN, **_ABOVE, _A: Scope.ALL},
        Action.REGISTER_READ: {**_OWN, **_ABOVE, _A: Scope.ALL},
        Action.REGISTER_READ_PERSONAL: {_H: Scope.INVOLVED, _L: Scope.INVOLVED, _RH: Scope.SUBTREE},
        Action.EVIDENCE_READ: {**_OWN, **_ABOVE, _A: Scope.ALL},
        Action.EVIDENCE_UPLOAD: {_H: Scope.INVOLVED, _L: Scope.INVOLVED, _R: Scope.SUBTREE},
        Action.STEP_PRINT: {**_OWN, _R: Scope.SUBTREE, _RH: Scope.SUBTREE},
        Action.STEP_URGE: {_H: Scope.INVOLVED, _L: Scope.INVOLVED, **_ABOVE},
        Action.INBOX_READ: {_M: Scope.SELF, _H: Scope.SELF, _L: Scope.SELF},
        Action.UNIT_READ: _EVERYBODY,
        Action.UNIT_CHANGE: {_R: Scope.SUBTREE, _RH: Scope.SUBTREE},
        Action.UNIT_REORGANISE: {_RH: Scope.SUBTREE},
        Action.PROGRAMME_READ: _EVERYBODY,
        Action.PROGRAMME_PUBLISH: {_RH: Scope.SUBTREE},
        Action.BODY_READ: _EVERYBODY,
        Action.BODY_CHANGE: {_R: Scope.SUBTREE, _RH: Scope.SUBTREE, _U: Scope.SUBTREE},
        Action.PERSON_READ: {_M: Scope.BODY, _H: Scope.BODY, _L: Scope.BODY, **_ABOVE, _U: Scope.SUBTREE},
        Action.PERSON_CHANGE: {_U: Scope.SUBTREE, _SY: Scope.ALL},
        Action.PERSON_ERASE: {_SE: Scope.ALL},
        Action.HOLDING_CHANGE: {_U: Scope.SUBTREE, _SE: Scope.ALL},
        Action.WORK_HAND_OVER: {_L: Scope.BODY, _U: Scope.SUBTREE},
        Action.PROXY_SET: {_M: Scope.SELF, _H: Scope.SELF, _L: Scope.BODY, _U: Scope.SUBTREE},
        Action.ACCOUNT_READ: {_U: Scope.SUBTREE, _SY: Scope.ALL, _SE: Scope.ALL, _A: Scope.ALL},
        Action.ACCOUNT_OPEN: {_U: Scope.SUBTREE, _SY: Scope.ALL},
        Action.ACCOUNT_CONTROL: {_U: Scope.SUBTREE, _SE: Scope.ALL},
        Action.ADMINISTRATOR_CHANGE: {_SE: Scope.ALL},
        Action.TOKEN_CREATE: {_H: Scope.SELF, _L: Scope.SELF, _SY: Scope.SELF, _A: Scope.SELF},
        Action.TOKEN_REVOKE: {
            _H: Scope.SELF,
            _L: Scope.SELF,
            _U: Scope.SUBTREE,
            _SY: Scope.ALL,
            _SE: Scope.ALL,
            _A: Scope.SELF,
        },
        Action.CHECK_RUN: {_H: Scope.INVOLVED, _L: Scope.INVOLVED, **_ABOVE, _A: Scope.ALL},
        Action.CHECK_WAIVE: {_H: Scope.INVOLVED, _L: Scope.INVOLVED, _R: Scope.SUBTREE, _RH: Scope.SUBTREE},
        Action.CHECK_WAIVER_ANSWER: {_RH: Scope.SUBTREE, _S: Scope.SUBTREE},
        Action.CHECK_RULE: {_RH: Scope.SUBTREE, _SY: Scope.ALL},
        Action.SUPERVISION_READ: {**_OWN, **_ABOVE, _A: Scope.ALL},
        Action.FINDING_HANDLE: _ABOVE,
        Action.FINDING_RECTIFY: _BODY,
        Action.FINDING_CLOSE: {_RH: Scope.SUBTREE, _S: Scope.SUBTREE},
        Action.ORDER_HANDLE: _ABOVE,
        Action.ORDER_ISSUE: {_RH: Scope.SUBTREE, _S: Scope.SUBTREE},
        Action.ORDER_ANSWER: _BODY,
        Action.REQUEST_RAISE: {_H: Scope.BODY, _L: Scope.BODY},
        Action.REQUEST_ANSWER: _ABOVE,
        Action.INSPECTION_RECORD: _ABOVE,
        Action.MEETING_READ: {**_BODY, **_ABOVE, _A: Scope.ALL},
        Action.MEETING_HANDLE: {**_BODY, _R: Scope.SUBTREE, _RH: Scope.SUBTREE},
        Action.CALENDAR_CHANGE: {_RH: Scope.SUBTREE, _SY: Scope.ALL},
        Action.SETTING_CHANGE: {_SY: Scope.ALL},
        Action.WEBHOOK_MANAGE: {_SY: Scope.ALL},
        Action.RELAY_OPERATE: {_SY: Scope.ALL},
        Action.STATUS_READ: {_R: Scope.ALL, _RH: Scope.ALL, _SY: Scope.ALL, _SE: Scope.ALL, _A: Scope.ALL},
        Action.LEDGER_VERIFY: {_R: Scope.ALL, _RH: Scope.ALL, _SE: Scope.ALL, _A: Scope.ALL},
        Action.LEDGER_EXPORT: {_A: Scope.ALL},
        Action.LEDGER_SEAL: {_SY: Scope.ALL, _A: Scope.ALL},
        Action.DATABASE_REPAIR: {_SY: Scope.ALL},
        Action.SECURITY_READ: {_A: Scope.ALL},
    }
)
"""权限表: action → role → how far. A cell that is not there is a refusal."""

UNSEEN: Final = frozenset(
    {
        Action.CASE_READ,
        Action.HISTORY_READ,
        Action.REGISTER_READ,
        Action.EVIDENCE_READ,
        Action.SUPERVISION_READ,
        Action.MEETING_READ,
        Action.PERSON_READ,
        Action.ACCOUNT_READ,
        Action.INBOX_READ,
    }
)
"""What is refused as if it were not there, so that nobody learns by asking that it is."""


class Grant(msgspec.Struct, frozen=True):
    """一项身份: a role, and where it is held."""

    role: AccessRole
    body: str = ""
    division: str = ""
    unit: str = ""
    position: str = ""

    @property
    def held(self) -> str:
        """职务 as the ledger keeps it: body and position, or an administrator's office with its area."""
        parts = (self.body, self.position or str(self.role)) if self.body else (str(self.role), self.division)
        return "/".join(part for part in parts if part)


class Standing(msgspec.Struct, frozen=True):
    """身份: a person with all roles held on a day."""

    person: str
    grants: tuple[Grant, ...] = ()


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """对象: what an action is about. What is not known is empty, and reaches nobody but those with 全部."""

    division: str = ""
    unit: str = ""
    bodies: frozenset[str] = frozenset()
    person: str = ""


SYSTEM: Final = Target()
"""The system as a whole."""


def within(division: str, area: str) -> bool:
    """Whether ``division`` lies in ``area`` or is it: six digits, zero pairs at the end widen (GB/T 2260).

    An empty code lies nowhere and contains nothing; ``000000`` is the whole country.
    """
    if not division or not area:
        return False
    pairs = [area[:2], area[2:4], area[4:]]
    while pairs and pairs[-1] == "00":
        pairs.pop()
    return division.startswith("".join(pairs))


def common_division(divisions: Iterable[str]) -> str:
    """The narrowest area that holds all of these divisions; empty where there is none to hold."""
    codes = {code for code in divisions if code}
    if not codes:
        return ""
    for digits in (6, 4, 2):
        stems = {code[:digits].ljust(6, "0") for code in codes}
        if len(stems) == 1:
            return stems.pop()
    return "000000"


def reaches(grant: Grant, scope: Scope, person: str, target: Target) -> bool:
    """Whether a right of this scope, held as ``grant``, covers ``target``."""
    match scope:
        case Scope.ALL:
            return True
        case Scope.SUBTREE:
            return within(target.division, grant.division)
        case Scope.INVOLVED:
            return (bool(grant.unit) and grant.unit == target.unit) or grant.body in target.bodies
        case Scope.BODY:
            return grant.body in target.bodies or (bool(person) and person == target.person)
        case Scope.SELF:
            return bool(person) and person == target.person


def granted(standing: Standing, action: Action, target: Target = SYSTEM) -> Grant | None:
    """Return the first grant that allows ``action`` on ``target``; ``None`` where none does."""
    row = TABLE[action]
    return next(
        (
            grant
            for grant in standing.grants
            if grant.role in row and reaches(grant, row[grant.role], standing.person, target)
        ),
        None,
    )


def judge(standing: Standing, action: Action, target: Target = SYSTEM) -> Refused | None:
    """权限判断: ``None`` where allowed; otherwise why not, and who could."""
    if granted(standing, action, target) is not None:
        return None
    if action in UNSEEN:
        return Refused(
            code="access.not_found",
            message="没有找到,或者不在您的查看范围内",
            remedy="请核对编号;确需查看的,请联系本单位管理员",
        )
    able = "、".join(dict.fromkeys(ROLE_TITLES[role] for role in TABLE[action]))
    return Refused(
        code="access.denied",
        message=f"您现有的职务不能办理“{ACTION_TITLES[action]}”",
        remedy=f"可以办理的是:{able}(在各自范围内);职务有误的,请联系本单位管理员",
        facts={"action": str(action)},
        basis="权限表",
    )


def roles_of(body_type: str, position: str) -> Iterable[AccessRole]:
    """Return the roles that a position in a body of this type brings."""
    if position in POSITIONS:
        yield POSITIONS[position]
    if (body_type, position) in OFFICES:
        yield OFFICES[body_type, position]
