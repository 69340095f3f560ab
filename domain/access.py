"""登录与账号: the rules of accounts, sign-ins and sessions, as tables and values.

Found in law and standards: a unique identity, complexity and regular change of passwords, handling of failed
sign-ins, ending of idle sessions, two factors of which one is cryptographic (GB/T 22239-2019 8.1.4.1 a, b,
d); system, security and audit administrators apart (8.1.5). The figures are parameters of the settings: the
standard names none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from domain.permissions import ACTION_TITLES, AccessRole, Action
from domain.refusal import Refused

BASIS: Final = "GB/T 22239-2019 8.1.4.1"
SEPARATION_BASIS: Final = "GB/T 22239-2019 8.1.5"
NAME_LENGTH: Final = (3, 64)


class AccountState(StrEnum):
    """账号状态."""

    ACTIVE = "active"
    LOCKED = "locked"
    """锁定: by an administrator, until one unlocks it; failed sign-ins only lock the name for a while."""
    CLOSED = "closed"
    """注销: for ever; the person may be given another account."""


STATE_TITLES: Final[Mapping[AccountState, str]] = MappingProxyType(
    {
        AccountState.ACTIVE: "正常",
        AccountState.LOCKED: "锁定",
        AccountState.CLOSED: "注销",
    }
)
ACCOUNT_MOVES: Final[Mapping[AccountState, frozenset[AccountState]]] = MappingProxyType(
    {
        AccountState.ACTIVE: frozenset({AccountState.LOCKED, AccountState.CLOSED}),
        AccountState.LOCKED: frozenset({AccountState.ACTIVE, AccountState.CLOSED}),
        AccountState.CLOSED: frozenset(),
    }
)
"""账号状态表: where an account may go from each state."""


class Stage(StrEnum):
    """会话阶段: what a session still has to do before it opens anything."""

    SECOND_FACTOR = "second_factor"
    """待验证第二因子."""
    PASSWORD = "password"  # noqa: S105 a stage, no secret
    """待改口令: the password is the initial one, or too old."""
    ENROL = "enrol"
    """待登记第二因子."""
    OPEN = "open"
    """已登录."""


STAGE_TITLES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.SECOND_FACTOR: "待验证第二因子",
        Stage.PASSWORD: "待修改口令",
        Stage.ENROL: "待登记第二因子",
        Stage.OPEN: "已登录",
    }
)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """登录进度: what a session has shown and what is asked of it."""

    has_factor: bool
    factor_shown: bool
    factor_required: bool
    must_change_password: bool


def stage_of(progress: Progress) -> Stage:
    """Return what comes next. The second factor goes first, so that a stolen password cannot set another."""
    if progress.has_factor and not progress.factor_shown:
        return Stage.SECOND_FACTOR
    if progress.must_change_password:
        return Stage.PASSWORD
    if progress.factor_required and not progress.has_factor:
        return Stage.ENROL
    return Stage.OPEN


THREE: Final = (AccessRole.SYSTEM_ADMIN, AccessRole.SECURITY_ADMIN, AccessRole.AUDITOR)
"""三员: each held by another person, none of whom takes part in the business."""


def judge_state(now: AccountState, to: AccountState) -> Refused | None:
    """Whether an account may go from one state to another."""
    if to in ACCOUNT_MOVES[now]:
        return None
    return Refused(
        code="account.state",
        message=f"账号现为“{STATE_TITLES[now]}”,不能改为“{STATE_TITLES[to]}”",
        remedy="已注销的账号不能恢复,请另开账号" if now is AccountState.CLOSED else "请核对账号",
        facts={"state": str(now), "to": str(to)},
    )


def fold_name(name: str) -> str:
    """登录名: as it is compared and stored, so that case and width do not make two of one."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def judge_name(name: str) -> Refused | None:
    """Whether a login name can be used: letters of any script, digits and ``. _ - @``."""
    shortest, longest = NAME_LENGTH
    if shortest <= len(name) <= longest and all(c.isalnum() or c in "._-@" for c in name):
        return None
    return Refused(
        code="account.name_form",
        message=f"登录名须为 {shortest} 到 {longest} 个字,只用文字、数字和 . _ - @",
        remedy="请换一个登录名",
        facts={"length": len(name)},
    )


class AccountAct(StrEnum):
    """账号办理事项."""

    OPEN = "open"
    LOCK = "lock"
    UNLOCK = "unlock"
    RESET = "reset"
    REMOVE_FACTOR = "remove_factor"
    CLOSE = "close"


ACT_TITLES: Final[Mapping[AccountAct, str]] = MappingProxyType(
    {
        AccountAct.OPEN: "开立账号",
        AccountAct.LOCK: "锁定账号",
        AccountAct.UNLOCK: "解锁账号",
        AccountAct.RESET: "重置口令",
        AccountAct.REMOVE_FACTOR: "解除第二因子",
        AccountAct.CLOSE: "注销账号",
    }
)


def action_of(act: AccountAct, office: AccessRole | None) -> Action:
    """Return the right that ``act`` on the account of somebody with this office needs.

    The system administrator opens and closes accounts, the security administrator locks and resets them.
    Nobody alone can take over another administrator's account: its password is reset by the security
    administrator, its second factor is removed by the system administrator. The security administrator's
    own account is left to the system administrator, for somebody has to be able to open it again; the
    auditor sees it.
    """
    if office not in THREE:
        return Action.ACCOUNT_OPEN if act in _OPENING else Action.ACCOUNT_CONTROL
    if office is AccessRole.SECURITY_ADMIN or act is AccountAct.REMOVE_FACTOR:
        return Action.ACCOUNT_OPEN
    return Action.ADMINISTRATOR_CHANGE


_OPENING: Final = frozenset({AccountAct.OPEN, AccountAct.CLOSE})
STEP_ACT: Final = "step.act"
"""办理任务: submit, decide, record and whatever else is done in a step; the seat is judged by ``decide``."""
PUSH_ACCEPT: Final = "push.accept"
"""同意推送: one's own word that events in one's sight go elsewhere; no token that only reads gives it."""
TOKEN_SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {str(action): title for action, title in ACTION_TITLES.items()}
    | {STEP_ACT: "办理任务", PUSH_ACCEPT: "同意推送"}
)
"""令牌范围: what a token can be given; never more than its owner may at the time of the act."""


def judge_scopes(scopes: Iterable[str]) -> Refused | None:
    """Whether a token can be made for these actions."""
    wanted = set(scopes)
    unknown = sorted(wanted - set(TOKEN_SCOPES))
    if wanted and not unknown:
        return None
    return Refused(
        code="token.scopes",
        message=f"没有这样的权限:{'、'.join(unknown)}" if unknown else "须写明令牌可以办理的事项",
        remedy="可用的权限见 docs/reference/permissions.md,另有 step.act(办理任务)、push.accept(同意推送)",
        facts={"unknown": "、".join(unknown)},
    )
