"""对外接口: what the engine asks of the outside, as Protocols, and the errors it may get.

Only ``services.bootstrap`` knows which adapter stands behind a port; everything else sees these four. The
values are in ``domain.outside``, the errors in ``domain.outside_errors`` (adapters lie below this package and
raise them), both re-exported here so that callers need one import::

    OutsideError                      外部系统故障
    ├── OutsideUnavailable            retryable after ``retry_after`` seconds; nothing was done there
    │   ├── OutsideBusy               our own thread limit; no attempt was made
    │   └── OutsideCircuitOpen        the circuit is open; no attempt was made
    ├── OutsideTimeout                retryable after ``retry_after`` seconds; the outcome there is unknown
    ├── OutsideRefused                not retryable: ``reason`` is the other side's wording
    └── OutsideProtocolError          not retryable: malformed, or an answer to something else (a lie)

A port call takes ten seconds at most, quick second try included (a scan of an uploaded file, for which a
person waits, what its setting says). Later tries are timers that the relay makes of ``retry_after``. Manual adapters answer at once with the outcome ``manual`` and never raise.
"""

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from domain.outside import (
    CompanyQuery,
    CompanyRecord,
    DeliveryResult,
    FilingReceipt,
    FilingRequest,
    Message,
    ScanVerdict,
)
from domain.outside_errors import (
    OutsideBusy,
    OutsideCircuitOpen,
    OutsideError,
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
    OutsideUnavailable,
)

__all__ = [
    "ChannelPort",
    "CompanyQuery",
    "CompanyRecord",
    "CompanyRegistryPort",
    "DeliveryResult",
    "FilingPort",
    "FilingReceipt",
    "FilingRequest",
    "Message",
    "OutsideBusy",
    "OutsideCircuitOpen",
    "OutsideError",
    "OutsideProtocolError",
    "OutsideRefused",
    "OutsideTimeout",
    "OutsideUnavailable",
    "ScanVerdict",
    "ScannerPort",
]


class FilingPort(Protocol):
    """报送: files a document with a higher body and returns its receipt."""

    def file(self, request: FilingRequest, idempotency_key: str) -> FilingReceipt:
        """File ``request``, or learn what became of it if ``idempotency_key`` was filed before.

        Call it again with the same key after a retryable error or a PENDING receipt: however often it is
        called, the filing is registered once. Raises an ``OutsideError``.
        """
        ...


class CompanyRegistryPort(Protocol):
    """企业登记查询: asks the market regulator's register about one company."""

    def look_up(self, query: CompanyQuery, idempotency_key: str) -> CompanyRecord:
        """Return the registry's record for ``query.credit_code``, for ``domain.outside.compare_company``.

        A company that is not known is a record with the outcome NOT_FOUND, not an error. Raises an
        ``OutsideError``.
        """
        ...


class ChannelPort(Protocol):
    """通知渠道: delivers a batch of messages; one result a message, in the same order."""

    def deliver(self, batch: Sequence[Message]) -> list[DeliveryResult]:
        """Deliver each message at least once, and show each ``dedup_key`` to its recipient once.

        Trouble is in the results, because one message's trouble is not another's; only a fault of our own
        (the database) raises.
        """
        ...


class ScannerPort(Protocol):
    """病毒查杀: has an uploaded file looked through before it is kept."""

    def scan(self, file: BinaryIO) -> ScanVerdict:
        """Scan ``file`` from where it stands to its end. Raises an ``OutsideError``."""
        ...
