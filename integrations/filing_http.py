"""接口报送: files over HTTP with a higher body's system.

The contract, described for the other side in ``docs/reference/outside-systems.md``: ``POST /filings`` with
an ``Idempotency-Key``, and ``GET /filings?idempotency_key=…`` to learn what became of an earlier filing.
The adapter asks before it files, every time: the try before may have been carried out and its answer lost.
A receipt is believed only if it echoes the key, the case, the step, the round, the document number and the
content's digest.
"""

from datetime import date
from typing import Literal

import msgspec

from domain.outside import FilingOutcome, FilingReceipt, FilingRequest, filing_digest
from domain.outside_errors import OutsideProtocolError
from integrations.answers import Answer, decode, header_key, plain
from integrations.http_client import Call, OutsideSystem

PATH = "filings"
NOT_FOUND = 404


class FilingBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent: the request and its digest."""

    filing: FilingRequest
    content_digest: str


class FilingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What has to come back; other fields are ignored."""

    idempotency_key: str
    case_id: str
    step_id: str
    round: int
    item: str
    document_number: str
    content_digest: str
    outcome: Literal["accepted", "rejected", "pending", "unknown"]
    receipt_number: str = ""
    received_on: date | None = None
    message: str = ""


class HttpFiling:
    """接口报送 adapter; a ``FilingPort``."""

    def __init__(self, system: OutsideSystem) -> None:
        self._system = system

    def file(self, request: FilingRequest, idempotency_key: str) -> FilingReceipt:
        """Ask what became of ``idempotency_key``; file ``request`` only if it never arrived.

        Raises an ``OutsideError``; after any of them a call with the same key is safe.
        """
        key = header_key(idempotency_key)
        body = FilingBody(filing=request, content_digest=filing_digest(request))

        def attempt(call: Call) -> FilingReceipt:
            answer = self._ask(call, key) or self._post(call, key, body)
            return self._receipt(answer, key, body)

        return self._system.run(attempt)

    def _ask(self, call: Call, key: str) -> Answer | None:
        answer = call.request(
            "GET",
            PATH,
            idempotency_key=key,
            params={"idempotency_key": key},
            accept=frozenset({NOT_FOUND}),
        )
        return None if answer.status == NOT_FOUND else answer

    def _post(self, call: Call, key: str, body: FilingBody) -> Answer:
        return call.request("POST", PATH, idempotency_key=key, content=msgspec.json.encode(body))

    def _receipt(self, answer: Answer, key: str, body: FilingBody) -> FilingReceipt:
        said = decode(self._system.name, answer, FilingAnswer)
        wrong = _wrong_fields(said, key, body)
        if wrong:
            raise OutsideProtocolError(
                self._system.name,
                "对方系统返回的内容与报送不一致,未予采信,请人工核实。",
                facts={"fields": ", ".join(wrong), "digest": answer.digest},
            )
        return FilingReceipt(
            outcome=FilingOutcome(said.outcome),
            receipt_number=plain(said.receipt_number),
            received_on=said.received_on,
            message=plain(said.message),
            raw_digest=answer.digest,
            source=self._system.name,
        )


def _wrong_fields(said: FilingAnswer, key: str, body: FilingBody) -> list[str]:
    """Name the fields of the answer that speak of another filing, or that a receipt must have and lacks."""
    filing = body.filing
    echoes = {
        "idempotency_key": said.idempotency_key == key,
        "case_id": said.case_id == filing.case_id,
        "step_id": said.step_id == filing.step_id,
        "round": said.round == filing.round,
        "item": said.item == filing.item,
        "document_number": said.document_number == filing.document_number,
        "content_digest": said.content_digest == body.content_digest,
        "receipt_number": said.outcome != "accepted" or bool(said.receipt_number.strip()),
        "received_on": said.outcome != "accepted" or said.received_on is not None,
        "received_on<filed_on": said.received_on is None or said.received_on >= filing.filed_on,
    }
    return [field for field, right in echoes.items() if not right]
