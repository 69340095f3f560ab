"""材料: upload, download and versions of evidence; each asks the table itself, here the token besides."""

from __future__ import annotations

from domain.access import STEP_ACT
from domain.permissions import Action
from domain.refusal import Refused
from services.evidence.downloading import Download, download
from services.evidence.files import Version, versions
from services.evidence.receiving import Received, Upload, receive
from services.evidence.store import ByteStream
from services.office.counter import Counter


def upload(counter: Counter, what: Upload, stream: ByteStream) -> Received | Refused:
    """上传材料: judged before the first byte of ``stream`` is read."""
    refused = counter.out_of_scope(STEP_ACT) or counter.out_of_scope(str(Action.EVIDENCE_UPLOAD))
    return refused or receive(counter.runtime, counter.entry, what, stream)


def list_versions(counter: Counter, case: str, step: str, slot: str) -> tuple[Version, ...] | Refused:
    """版本清单 of a slot, the oldest first."""
    refused = counter.out_of_scope(str(Action.EVIDENCE_READ))
    return refused or versions(counter.db, counter.person, case, step, slot, on=counter.today())


def fetch(counter: Counter, file: str, part: str = "") -> Download | Refused:
    """下载材料: written into the security ledger."""
    return counter.out_of_scope(str(Action.EVIDENCE_READ)) or download(
        counter.db,
        counter.runtime.evidence,
        counter.person,
        file,
        wall=counter.wall,
        range_header=part,
        channel=counter.entry.channel,
    )
