"""止步: how a command says that it ends here, and with which exit code.

0 成功 / 1 规则拒绝 / 2 用法有误 / 3 找不到 / 4 与他人冲突 / 5 外部系统或数据库故障 /
70 程序内部出错 / 130 被中断。
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from domain.refusal import Refused

REFUSED: Final = 1
USAGE: Final = 2
NOT_FOUND: Final = 3
CONFLICT: Final = 4
OUTSIDE: Final = 5
INTERNAL: Final = 70
INTERRUPTED: Final = 130

_NOT_FOUND: Final = frozenset(
    {
        "programme.not_published",
        "programme.file_unreadable",
        "file.missing",
        "record.decider_unknown",
        "ledger.no_seal",
        "access.not_found",
        "paper.not_found",
        "register.row_unknown",
    }
)
_USAGE: Final = frozenset(
    {
        "case.ambiguous",
        "unit.ambiguous",
        "record.decider_ambiguous",
        "record.which_seat",
        "decide.which_seat",
        "check.which",
        "check.reason_missing",
        "register.which_step",
    }
)
_OUTSIDE: Final = frozenset({"prefect.away", "file.not_kept", "file.scanner_down"})
_CONFLICT: Final = frozenset(
    {
        "step.round",
        "command.reused",
        "case.exists",
        "programme.changed",
        "submit.already",
        "decide.nothing_open",
        "decide.other_node",
        "proposal.stale",
        "file.already",
        "clock.already_rehearsal",
        "up.already",
        "register.changed",
    }
)


def exit_code_of(code: str) -> int:
    """The exit code of a refusal's code."""
    if code in _CONFLICT:
        return CONFLICT
    if code in _USAGE:
        return USAGE
    if code in _OUTSIDE:
        return OUTSIDE
    if code in _NOT_FOUND or code.endswith(".unknown"):
        return NOT_FOUND
    return REFUSED


class StopError(Exception):
    """到此为止: a command ends here, with what happened and what to do."""

    def __init__(
        self,
        exit_code: int,
        message: str,
        remedy: str = "",
        *,
        code: str,
        what: str = "",
        basis: str = "",
        facts: dict[str, Any] | None = None,
        data: Any = None,
    ) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.message = message
        self.remedy = remedy
        self.code = code
        self.what = what
        self.basis = basis
        self.facts = facts or {}
        self.data = data
        """What was found all the same, for `--json`."""


def refusal(refused: Refused, what: str = "") -> StopError:
    """A refusal of the rules, as every entry shows it. ``what`` is the act that was not done."""
    return StopError(
        exit_code_of(refused.code),
        refused.message,
        refused.remedy,
        code=refused.code,
        what=what,
        basis=refused.basis,
        facts=dict(refused.facts),
    )
