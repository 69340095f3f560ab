"""办理方式的指令: who else signs, who takes it over, who prepares it; import from `domain.commands`."""

from __future__ import annotations

from datetime import date

from domain.command_base import StepCommand
from domain.decisions import TextRef


class AddSigner(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="add_signer"):
    """增加会签单位: before or after one's own seat, or beside the others."""

    body: str
    position: str = "head"
    place: str = "beside"
    """before, after or beside."""
    reason: TextRef | None = None


class RemoveSigner(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="remove_signer"):
    """减少会签单位: by who added it, before it has answered; else by the overseer, with a reason."""

    seat: str
    reason: TextRef | None = None


class HandOver(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="hand_over"):
    """转办: to another holder of the same place, who alone then does it."""

    to: str
    seat: str = ""
    """Empty: the only one of the actor, or the doer's place."""
    reason: TextRef | None = None


class Delegate(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="delegate"):
    """交他人代办: somebody prepares an answer; who gave it away still decides."""

    to: str
    seat: str = ""
    until: date | None = None
    reason: TextRef | None = None


class AnswerDelegation(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="answer_delegation"):
    """代办交回: what was prepared, and what would be answered; it decides nothing."""

    opinion: TextRef
    outcome: str = ""


class EndDelegation(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="end_delegation"):
    """收回代办."""

    seat: str = ""
