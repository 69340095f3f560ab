"""对外接口: what the engine asks of the outside, as Protocols, and the errors it may get.

Only ``services.bootstrap`` knows which adapter stands behind a port; everything else sees these. The
values are in ``domain.outside`` and ``domain.identity``, the errors in ``domain.outside_errors`` (adapters
lie below this package and raise them), all re-exported here so that callers need one import::

    OutsideError                      外部系统故障
    ├── OutsideUnavailable            retryable after ``retry_after`` seconds; nothing was done there
    │   ├── OutsideBusy               our own thread limit; no attempt was made
    │   └── OutsideCircuitOpen        the circuit is open; no attempt was made
    ├── OutsideTimeout                retryable after ``retry_after`` seconds; the outcome there is unknown
    ├── OutsideRefused                not retryable: ``reason`` is the other side's wording
    └── OutsideProtocolError          not retryable: malformed, or an answer to something else (a lie)

A port call takes ten seconds at most, quick second try included (a scan of an uploaded file, for which a
person waits, what its setting says). Later tries are timers that the relay makes of ``retry_after``. Manual
adapters answer at once with the outcome ``manual`` and never raise.
"""

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from domain.identity import Identity, SignInRequest
from domain.outside import (
    CompanyQuery,
    CompanyRecord,
    DeliveryResult,
    FilingReceipt,
    FilingRequest,
    Letter,
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
    "Identity",
    "IdentityProviderPort",
    "Letter",
    "LetterPort",
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
    "SignInRequest",
    "UkeyPort",
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


class LetterPort(Protocol):
    """个人通知渠道: hands one message for one person to a mail server, a chat platform, a text gateway."""

    def send(self, letter: Letter) -> DeliveryResult:
        """Send once, and say what is known of it: sent, not sent, or nobody knows.

        Never tries twice by itself: whether a repetition does harm is the caller's to know. Does not raise.
        """
        ...


class ScannerPort(Protocol):
    """病毒查杀: has an uploaded file looked through before it is kept."""

    def scan(self, file: BinaryIO) -> ScanVerdict:
        """Scan ``file`` from where it stands to its end. Raises an ``OutsideError``."""
        ...


class IdentityProviderPort(Protocol):
    """统一身份认证: an OpenID Connect provider that signs people in for us."""

    title: str
    """What the button says."""

    def authorization_url(self, request: SignInRequest) -> str:
        """Return where to send the browser. Raises an ``OutsideError``."""
        ...

    def redeem(self, request: SignInRequest, answer_url: str) -> Identity:
        """Turn the answer that came back at ``answer_url`` into an identity, checked against ``request``.

        Raises an ``OutsideError``: ``OutsideRefused`` where the provider says no, ``OutsideProtocolError``
        where its answer cannot be believed.
        """
        ...


class UkeyPort(Protocol):
    """UKey: a key that signs a challenge, with the maker's middleware or certificate authority behind it."""

    def has_key(self, account: str) -> bool:
        """Whether a key was handed out to the holder of ``account``."""
        ...

    def verify(self, account: str, challenge: bytes, signature: bytes) -> bool:
        """Whether ``signature`` over ``challenge`` is by that key, still valid and not revoked.

        A challenge is made for one session and asked about once. Raises an ``OutsideError`` where it cannot
        be said.
        """
        ...
