"""熔断: leave a failing system alone for a while, then try it with one call.

Why: with a system down, every call would hold a thread for up to ten seconds, and the first calls after its
return would all come at once. States and what leads from one to the next::

    closed ──failures in a row reach the limit──► open ──cool-down is over──► half_open
      ▲                                             ▲                            │
      └──────────────── the probe succeeds ─────────┼────────────────────────────┤
                                                    └──── the probe fails ───────┘
"""

import threading
from collections.abc import Callable
from enum import StrEnum


class CircuitState(StrEnum):
    """熔断状态."""

    CLOSED = "closed"
    """正常调用."""
    OPEN = "open"
    """暂停调用."""
    HALF_OPEN = "half_open"
    """试探: one call is let through."""


class CircuitBreaker:
    """熔断器 of one outside system, shared by the threads of a process.

    ``monotonic`` gives seconds on a clock that never goes back. Each ``admit`` that lets a call through
    must be followed by exactly one of ``succeeded``, ``failed`` or ``abandoned``.
    """

    def __init__(self, *, failures_to_open: int, open_for_s: float, monotonic: Callable[[], float]) -> None:
        self._failures_to_open = failures_to_open
        self._open_for_s = open_for_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._state = CircuitState.CLOSED
        self._failures = 0
        self._opened_at = 0.0
        self._probing = False

    @property
    def state(self) -> CircuitState:
        """The state now; an open circuit whose cool-down is over shows as half open."""
        with self._lock:
            return self._state_now()

    def admit(self) -> float | None:
        """Let a call through (``None``), or say in how many seconds to come back."""
        with self._lock:
            state = self._state_now()
            if state is CircuitState.CLOSED:
                return None
            if state is CircuitState.OPEN:
                return self._opened_at + self._open_for_s - self._monotonic()
            if self._probing:
                return self._open_for_s
            self._probing = True
            return None

    def succeeded(self) -> None:
        """The system answered: close the circuit and forget its failures."""
        with self._lock:
            self._enter(CircuitState.CLOSED)
            self._failures = 0

    def failed(self) -> None:
        """The system did not answer properly: count it; open at the limit, or after a probe."""
        with self._lock:
            self._failures += 1
            if self._probing or self._failures >= self._failures_to_open:
                self._enter(CircuitState.OPEN)
                self._opened_at = self._monotonic()

    def abandoned(self) -> None:
        """The call ended by a fault of our own: it says nothing about the system."""
        with self._lock:
            self._probing = False

    def _state_now(self) -> CircuitState:
        over = self._monotonic() - self._opened_at >= self._open_for_s
        if self._state is CircuitState.OPEN and over:
            return CircuitState.HALF_OPEN
        return self._state

    def _enter(self, state: CircuitState) -> None:
        """Write the state; the only place that does."""
        self._state = state
        self._probing = False
