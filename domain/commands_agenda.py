"""议题的指令; import from `domain.commands`."""

from __future__ import annotations

from domain.command_base import StepCommand
from domain.decisions import TextRef


class AgendaCommand(StepCommand, frozen=True, kw_only=True, omit_defaults=True):
    """The base of them: about the meeting node that is open."""

    seat: str = ""
    """`role@body`; empty: the only one."""


class DeclareAgenda(AgendaCommand, frozen=True, kw_only=True, omit_defaults=True, tag="declare_agenda"):
    """申报议题, by who does the step."""

    opinion: TextRef | None = None
    """What it is called on the agenda; the step's name where empty."""


class ListAgenda(AgendaCommand, frozen=True, kw_only=True, omit_defaults=True, tag="list_agenda"):
    """列入议题 of a session, or of another one than before."""

    session: str


class TakeOffAgenda(AgendaCommand, frozen=True, kw_only=True, omit_defaults=True, tag="take_off_agenda"):
    """移出议程: it waits to be listed again; or back to who declared it (退回申报)."""

    reason: TextRef | None = None
    declined: bool = False


class WithdrawAgenda(AgendaCommand, frozen=True, kw_only=True, omit_defaults=True, tag="withdraw_agenda"):
    """撤回申报, by who does the step, while it is not listed."""
