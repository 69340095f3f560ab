"""对外往来: the values that cross a port to an outside system, and the pure rules about them.

Why here: adapters (``integrations``) and acts (``services``) may not import each other's insides, but both
know ``domain``. Nothing in this file calls anything; the delay rule takes its randomness as an argument.
Dates are legal dates in Asia/Shanghai; money is an integer of 分 (0.01 yuan), because events hold no floats.
"""

import hashlib
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Protocol

import msgspec


class FilingWay(StrEnum):
    """报送方式: how a document travels to the body that files it."""

    ONLINE = "online"
    """系统报送: over the wire, by an HTTP adapter."""
    CONFIDENTIAL = "confidential"
    """机要: by the confidential mail."""
    EXCHANGE = "exchange"
    """公文交换: by the offices' document exchange."""
    COURIER = "courier"
    """专人: carried by a person."""


class FilingOutcome(StrEnum):
    """报送结果: what became of a filing."""

    ACCEPTED = "accepted"
    """已受理, a receipt number was given."""
    REJECTED = "rejected"
    """退回: the body that files looked at it and sent it back; the reason is in ``message``."""
    PENDING = "pending"
    """已收到, 待受理: received, not decided yet; ask again later with the same key."""
    UNKNOWN = "unknown"
    """结果不明: an answer was lost and the other side cannot say; a person has to find out."""
    MANUAL = "manual"
    """人工办理: nothing was sent; a person files and enters 登记收发文."""


class FiledDocument(msgspec.Struct, frozen=True):
    """报送文件: one document of a filing, by its name and the SHA-256 of its bytes (64 hex digits)."""

    name: str
    digest: str


class FilingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """报送件: what is filed, for which step and round.

    ``filed_on`` is the legal date of the filing on the business clock. ``item`` is the register row's key
    where the step runs once a row, otherwise empty.
    """

    case_id: str
    step_id: str
    round: int
    unit_name: str
    title: str
    document_number: str
    documents: tuple[FiledDocument, ...]
    filed_on: date
    receiver: str = ""
    way: FilingWay = FilingWay.ONLINE
    item: str = ""


class FilingReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """备案回执 / 报送登记: the answer to a filing.

    ``raw_digest`` is the SHA-256 of the answer as it came, so that the ledger can name it without storing it.
    """

    outcome: FilingOutcome
    receipt_number: str = ""
    received_on: date | None = None
    message: str = ""
    raw_digest: str = ""
    source: str = ""

    @property
    def is_final(self) -> bool:
        """已有定论: accepted or rejected; anything else needs another question or a person."""
        return self.outcome in (FilingOutcome.ACCEPTED, FilingOutcome.REJECTED)


class CompanyStatus(StrEnum):
    """登记状态: what the registry says of a company's life."""

    ACTIVE = "active"
    """存续 (在营、开业、在册)."""
    REVOKED = "revoked"
    """吊销."""
    CANCELLED = "cancelled"
    """注销."""
    MOVED_OUT = "moved_out"
    """迁出."""
    OTHER = "other"
    """其他: a word the adapter does not know; it informs and blocks nothing."""


class LookUpOutcome(StrEnum):
    """查询结果: whether the registry knows the company."""

    FOUND = "found"
    """查到."""
    NOT_FOUND = "not_found"
    """查无."""
    MANUAL = "manual"
    """人工核对: nothing was asked; a second person checks the licence."""


class CompanyQuery(msgspec.Struct, frozen=True, kw_only=True):
    """企业核验请求: what our register row says of a company. Fields left ``None`` are not compared.

    ``division_code`` is the zone's six-digit division code; it is compared with the credit code's for
    information only, because a credit code never changes with the division.
    """

    credit_code: str
    name: str
    registered_on: date | None = None
    capital_fen: int | None = None
    legal_type: str | None = None
    division_code: str | None = None


class CompanyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """企业登记信息: what the registry says. ``source`` is the registry's Chinese name."""

    outcome: LookUpOutcome
    source: str
    credit_code: str = ""
    name: str = ""
    registered_on: date | None = None
    capital_fen: int | None = None
    legal_type: str | None = None
    status: CompanyStatus = CompanyStatus.OTHER
    status_text: str = ""
    raw_digest: str = ""

    @property
    def found(self) -> bool:
        """查到: whether the registry knows the company."""
        return self.outcome is LookUpOutcome.FOUND


class VerificationOutcome(StrEnum):
    """核验结果."""

    MATCHED = "matched"
    """一致 (there may still be differences that only inform)."""
    MISMATCHED = "mismatched"
    """不一致."""
    UNAVAILABLE = "unavailable"
    """暂时无法核验: the registry could not be asked; tried again by a timer, then by a person."""
    MANUAL = "manual"
    """人工核对: a second person checks the licence."""


class FieldDifference(msgspec.Struct, frozen=True, kw_only=True):
    """差异: one field in which our register and the registry differ; ``informs_only`` makes no mismatch."""

    field: str
    title: str
    ours: str
    theirs: str
    informs_only: bool = False

    @property
    def text(self) -> str:
        """The difference as an officer reads it."""
        line = f"{self.title}:本单位填报“{self.ours}”,登记机关记载“{self.theirs}”"
        return line + "(仅供参考)" if self.informs_only else line


class VerificationResult(msgspec.Struct, frozen=True, kw_only=True):
    """核验结论: compared field by field, with the source and the legal date of the comparison."""

    outcome: VerificationOutcome
    source: str
    checked_on: date
    differences: tuple[FieldDifference, ...] = ()
    message: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """通知: one message to one recipient (an account id, or a body's id) on one channel.

    ``dedup_key`` names the occasion: the same key is shown to the recipient once, however
    often it is delivered.
    """

    id: str
    channel: str
    recipient: str
    title: str
    text: str
    dedup_key: str
    link: str = ""
    data: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    """For a program, beside the words for a person; not there where there is nothing to say."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """个人通知: one message for one person at one address; ``key`` names the occasion, ``link`` is whole."""

    id: str
    address: str
    title: str
    text: str
    key: str
    link: str = ""


class DeliveryOutcome(StrEnum):
    """送达结果."""

    SENT = "sent"
    """已送达 (also where the same key had been delivered before)."""
    FAILED = "failed"
    """未送达."""
    UNKNOWN = "unknown"
    """不明: the answer was lost; sending again with the same key is safe."""


class DeliveryResult(msgspec.Struct, frozen=True, kw_only=True):
    """送达结果 of one message. ``retry_after`` in seconds; ``None`` with FAILED: no more tries by itself.

    ``tried`` is false where nothing was handed over; ``down`` where the trouble is the channel's and not this
    message's, so that the others had better wait.
    """

    message_id: str
    outcome: DeliveryOutcome
    retry_after: float | None = None
    detail: str = ""
    tried: bool = True
    down: bool = False


class ScanVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """查杀结果 of one file: clean, or the name of what was found in it."""

    clean: bool
    found: str = ""


class Rng(Protocol):
    """A source of randomness, such as ``random.Random``."""

    def random(self) -> float:
        """Return a number in [0, 1)."""
        ...


FIRST_DELAY_S = 30
"""The first later try comes after at most this many seconds."""
LONGEST_DELAY_S = 3600
"""Later tries are never further apart than this."""


def next_delay(attempt: int, rng: Rng) -> float:
    """重试间隔: seconds until the next try after the ``attempt``-th failed one (1, 2, …).

    Doubles from 30 s to one hour and takes a random half off, so that many cases that failed together do not
    come back together. The relay makes a timer of it; nobody sleeps for it.
    """
    if attempt < 1:
        msg = f"attempt counts from 1, not {attempt}"
        raise ValueError(msg)
    whole = float(min(FIRST_DELAY_S << min(attempt - 1, 16), LONGEST_DELAY_S))
    return whole * (0.5 + rng.random() / 2)


def delay_before_next_try(retry_after: float | None, attempt: int, rng: Rng) -> float:
    """下次重试: seconds until the next try, given what an error or a delivery result asked for.

    Never sooner than ``retry_after`` nor than ``next_delay``: a system that always says “in a minute” is
    asked ever more rarely all the same.
    """
    return max(retry_after or 0.0, next_delay(attempt, rng))


def filing_digest(request: FilingRequest) -> str:
    """报送件摘要: the SHA-256 over what is filed, which the receiving system has to echo.

    Why: a receipt that names the case but covers other bytes is no proof. Field order is fixed by the Struct.
    """
    return hashlib.sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()


def normalise_name(name: str) -> str:
    """名称归一: full-width letters, digits and brackets to half-width, all white space dropped."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def compare_company(query: CompanyQuery, record: CompanyRecord, checked_on: date) -> VerificationResult:
    """企业核验: compare our register row with the registry's record.

    Names are compared after ``normalise_name``. The legal type's wording and the division in the credit code
    inform only: registries word types differently, and a credit code keeps its division for life.
    """
    if record.outcome is LookUpOutcome.MANUAL:
        return VerificationResult(
            outcome=VerificationOutcome.MANUAL,
            source=record.source,
            checked_on=checked_on,
            message="请由填报人以外的一人对照营业执照原件核对,并登记核对结果。",
        )
    differences = _differences(query, record) if record.found else (_not_found(query),)
    binding = [d for d in differences if not d.informs_only]
    return VerificationResult(
        outcome=VerificationOutcome.MISMATCHED if binding else VerificationOutcome.MATCHED,
        source=record.source,
        checked_on=checked_on,
        differences=differences,
        message=";".join(d.text for d in binding) if binding else "填报信息与登记机关记载一致。",
    )


def verification_unavailable(source: str, checked_on: date, message: str) -> VerificationResult:
    """暂时无法核验: the result to show while the registry cannot be asked."""
    return VerificationResult(
        outcome=VerificationOutcome.UNAVAILABLE, source=source, checked_on=checked_on, message=message
    )


def _not_found(query: CompanyQuery) -> FieldDifference:
    return FieldDifference(
        field="credit_code", title="统一社会信用代码", ours=query.credit_code, theirs="查无此代码"
    )


def _differences(query: CompanyQuery, record: CompanyRecord) -> tuple[FieldDifference, ...]:
    rows = (
        _difference("credit_code", "统一社会信用代码", query.credit_code.upper(), record.credit_code.upper()),
        _difference("name", "企业名称", query.name, record.name),
        _difference("registered_on", "成立日期", _day(query.registered_on), _day(record.registered_on)),
        _difference("capital_fen", "注册资本", _money(query.capital_fen), _money(record.capital_fen)),
        _difference("legal_type", "企业类型", query.legal_type, record.legal_type, informs_only=True),
        _division(query),
        _status(record),
    )
    return tuple(row for row in rows if row is not None)


def _difference(
    field: str, title: str, ours: str | None, theirs: str | None, *, informs_only: bool = False
) -> FieldDifference | None:
    if ours is None:
        return None
    if theirs is None:
        return FieldDifference(field=field, title=title, ours=ours, theirs="未提供", informs_only=True)
    if normalise_name(ours) == normalise_name(theirs):
        return None
    return FieldDifference(field=field, title=title, ours=ours, theirs=theirs, informs_only=informs_only)


def _division(query: CompanyQuery) -> FieldDifference | None:
    registered_in = normalise_name(query.credit_code)[2:8]
    return _difference(
        "division_code", "登记地区划代码", query.division_code, registered_in, informs_only=True
    )


def _status(record: CompanyRecord) -> FieldDifference | None:
    if record.status is CompanyStatus.ACTIVE:
        return None
    theirs = record.status_text or "未提供"
    informs = record.status is CompanyStatus.OTHER
    return FieldDifference(field="status", title="登记状态", ours="存续", theirs=theirs, informs_only=informs)


def _day(value: date | None) -> str | None:
    return None if value is None else f"{value.year}年{value.month}月{value.day}日"


def _money(fen: int | None) -> str | None:
    """Fen as 万元, without a float: 1 万元 is 1,000,000 fen."""
    if fen is None:
        return None
    whole, rest = divmod(abs(fen), 1_000_000)
    digits = f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
    return f"{'-' if fen < 0 else ''}{digits}万元"
