"""外部系统故障: what can go wrong when another office's system is asked.

Raised by the adapters in ``integrations``, seen by everybody else through ``services.ports``::

    OutsideError                      外部系统故障
    ├── OutsideUnavailable            对方系统暂不可用      retryable, nothing was done there
    │   ├── OutsideBusy               调用名额已满          our own thread limit, no attempt was made
    │   └── OutsideCircuitOpen        已暂停调用            the circuit is open, no attempt was made
    ├── OutsideTimeout                对方系统未按时应答    retryable, the outcome there is unknown
    ├── OutsideRefused                对方系统不予受理      not retryable: our request has to change
    └── OutsideProtocolError          对方系统应答有误      not retryable: a person has to look

Why a tree of its own: the relay decides by type alone. Retryable errors become timers, because no flow waits
or retries longer than ten seconds; the other two become work for a person. Each error has a stable ``code``,
a Chinese ``message`` for people, and ``facts`` without personal data.
"""

from collections.abc import Mapping
from typing import ClassVar


class OutsideError(Exception):
    """外部系统故障: the root of the tree; never raised itself.

    ``system`` is the Chinese name of the system that was asked, ``message`` is what an officer reads,
    ``facts`` is for the log (status codes, field names; never a person's data).
    """

    code: ClassVar[str] = "outside.error"
    retryable: ClassVar[bool] = False
    attempted: ClassVar[bool] = True
    """Whether the other system was really asked. If not, the try does not count against a row's attempts."""

    def __init__(self, system: str, message: str, *, facts: Mapping[str, str | int] | None = None) -> None:
        super().__init__(message)
        self.system = system
        self.message = message
        self.facts: dict[str, str | int] = dict(facts or {})
        self.retry_after: float | None = None


class OutsideUnavailable(OutsideError):
    """对方系统暂不可用: not reached, or it answered that it cannot now. Nothing was done there.

    ``retry_after`` is in seconds: what the other side asked for, or a jittered delay of ours.
    """

    code = "outside.unavailable"
    retryable = True

    def __init__(
        self,
        system: str,
        message: str,
        *,
        retry_after: float | None = None,
        facts: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(system, message, facts=facts)
        self.retry_after = retry_after


class OutsideBusy(OutsideUnavailable):
    """调用名额已满: our own limit of simultaneous calls to this system is reached; it was not asked."""

    code = "outside.busy"
    attempted = False


class OutsideCircuitOpen(OutsideUnavailable):
    """已暂停调用: the system failed several times running and is left alone for a while; not asked."""

    code = "outside.circuit_open"
    attempted = False


class OutsideTimeout(OutsideError):
    """对方系统未按时应答: the request may or may not have been carried out.

    Ask again with the same idempotency key, and for a filing ask first what became of the earlier one.
    """

    code = "outside.timeout"
    retryable = True

    def __init__(
        self,
        system: str,
        message: str,
        *,
        retry_after: float | None = None,
        facts: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(system, message, facts=facts)
        self.retry_after = retry_after


class OutsideRefused(OutsideError):
    """对方系统不予受理: it understood us and said no. Asking again the same way brings the same answer.

    ``reason`` is the other side's own wording, shortened.
    """

    code = "outside.refused"

    def __init__(
        self, system: str, message: str, *, reason: str, facts: Mapping[str, str | int] | None = None
    ) -> None:
        super().__init__(system, message, facts=facts)
        self.reason = reason


class OutsideProtocolError(OutsideError):
    """对方系统应答有误: the answer is malformed, or speaks of another case or document than was asked.

    Never taken for a result and never retried by itself: a person looks, or the manual way is used.
    """

    code = "outside.protocol"
