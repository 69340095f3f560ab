"""个人通知的状态: one table of which state a letter may go to from which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class LetterState(StrEnum):
    """状态."""

    HELD = "held"
    """待早间: waits for the morning digest or for the end of the quiet hours."""
    WAITING = "waiting"
    """待发."""
    SENDING = "sending"
    """正在发: written down before it is handed to the channel."""
    SENT = "sent"
    """已发: the channel said so."""
    MAYBE_SENT = "maybe_sent"
    """可能已发: handed over, and nobody knows what came of it."""
    DEAD = "dead"
    """无法送达: waits for an operator."""
    MERGED = "merged"
    """已并入摘要."""
    DROPPED = "dropped"
    """不再需要: the work was done, or the person no longer holds it, before it went."""


LETTER_TITLES: Final[Mapping[LetterState, str]] = MappingProxyType(
    {
        LetterState.HELD: "待早间",
        LetterState.WAITING: "待发",
        LetterState.SENDING: "正在发",
        LetterState.SENT: "已发",
        LetterState.MAYBE_SENT: "可能已发",
        LetterState.DEAD: "无法送达",
        LetterState.MERGED: "已并入摘要",
        LetterState.DROPPED: "不再需要",
    }
)

_S = LetterState
TRANSITIONS: Final[Mapping[LetterState, frozenset[LetterState]]] = MappingProxyType(
    {
        _S.HELD: frozenset({_S.WAITING, _S.MERGED, _S.DROPPED}),
        _S.WAITING: frozenset({_S.SENDING, _S.DEAD}),
        _S.SENDING: frozenset({_S.SENT, _S.WAITING, _S.MAYBE_SENT, _S.DEAD, _S.SENDING}),
        _S.MAYBE_SENT: frozenset({_S.SENDING, _S.WAITING, _S.DEAD}),
        _S.DEAD: frozenset({_S.WAITING}),
        _S.SENT: frozenset(),
        _S.MERGED: frozenset(),
        _S.DROPPED: frozenset(),
    }
)
OPEN: Final = frozenset({_S.HELD, _S.WAITING, _S.SENDING, _S.MAYBE_SENT})
TO_SEND: Final = frozenset({_S.WAITING, _S.SENDING, _S.MAYBE_SENT})
"""What a relay takes up: ``sending`` is what a crash has left behind."""


def froms(to: LetterState) -> frozenset[LetterState]:
    """From which states a letter may go to ``to``."""
    return frozenset(state for state, goals in TRANSITIONS.items() if to in goals)
