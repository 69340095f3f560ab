"""办理方式的事件: signers, work handed over or prepared by others; import from `domain.events`."""

from __future__ import annotations

from datetime import date

from domain.case import Hand, Seat, Signer
from domain.decisions import Decision, TextRef
from domain.event_base import OfStep


class SignedBefore(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="signed_before"):
    """免签: the same person agreed at an earlier node to the same papers; `decision.rests_on` says where."""

    decision: Decision


class SignerAdded(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="signer_added"):
    """增加会签单位. The seats asked are those told here; the node's term goes on."""

    signer: Signer
    seats: tuple[Seat, ...]
    reason: TextRef | None = None


class SignerRemoved(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="signer_removed"):
    """减少会签单位. What it had answered stays in the ledger and no longer counts."""

    node: str
    seat: str
    by: str
    on: date
    seats: tuple[Seat, ...]
    reason: TextRef | None = None


class HandedOver(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="handed_over"):
    """转办."""

    key: str
    """`node|role@body`, or `doer`."""
    hand: Hand
    reason: TextRef | None = None


class Delegated(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="delegated"):
    """交他人代办."""

    key: str
    hand: Hand
    reason: TextRef | None = None


class DelegationAnswered(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="delegation_answered"):
    """代办交回."""

    key: str
    by: str
    on: date
    opinion: TextRef
    outcome: str = ""


class DelegationEnded(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="delegation_ended"):
    """收回代办, or its day has passed (`by` is empty)."""

    key: str
    on: date
    by: str = ""


PatternEvent = (
    SignedBefore | SignerAdded | SignerRemoved | HandedOver | Delegated | DelegationAnswered | DelegationEnded
)
"""All of them."""
