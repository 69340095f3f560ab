"""备案机关演练服务器: a body that files documents, as a real registry would behave.

Contract: ``docs/reference/outside-systems.md``. The idempotency key decides: the same key again is the same
filing and gets the same receipt; the same key with other content is refused (409). With ``--state FILE``
the filings survive a restart. Receipt numbers are labelled 示例; the receipt's date is that of the filing,
because a rehearsal runs on its own business clock.
"""

import os
import threading
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from domain.outside import FilingRequest
from integrations.filing_http import FilingAnswer, FilingBody
from integrations.sandbox.server import Payload, SandboxAnswer, SandboxRequest, options, serve
from integrations.sandbox.trouble import Lie, Mode, Trouble


class Registered(msgspec.Struct, kw_only=True):
    """One filing in the registry's book."""

    idempotency_key: str
    content_digest: str
    filing: FilingRequest
    number: int
    outcome: Literal["accepted", "rejected", "pending"]
    questions: int = 0
    """How often it was asked about, a repeated filing included."""


class Book(msgspec.Struct, kw_only=True):
    """The registry's book."""

    filings: dict[str, Registered] = {}
    posts: int = 0
    """How many filings arrived, repetitions included."""


class FilingApp:
    """The registry: one book behind one lock."""

    name = "filing"

    def __init__(self, state: Path | None) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._book = Book()
        if state is not None and state.exists():
            self._book = msgspec.json.decode(state.read_bytes(), type=Book)

    def handle(self, request: SandboxRequest, trouble: Trouble | None) -> SandboxAnswer:
        """File or answer a question; the book is on the disk before the answer goes out."""
        if request.path != "/filings":
            return SandboxAnswer(404, {"message": "没有这个地址"})
        with self._lock:
            answer = self._ask(request) if request.method == "GET" else self._file(request, trouble)
            self._save()
        return answer

    def lie(self, payload: Payload, lie: Lie) -> Payload:
        """Return a receipt for another case, for other content, or without a number."""
        match lie:
            case Lie.CASE:
                return {**payload, "case_id": "示例-另一件"}
            case Lie.CONTENT:
                return {**payload, "content_digest": "0" * 64}
            case _:
                return {**payload, "receipt_number": "", "received_on": None}

    def received(self) -> Payload:
        """Return the filings in the book and how many requests to file arrived."""
        with self._lock:
            filings = msgspec.to_builtins(list(self._book.filings.values()))
            return {"filings": filings, "posts": self._book.posts}

    def _ask(self, request: SandboxRequest) -> SandboxAnswer:
        filed = self._book.filings.get(request.query.get("idempotency_key", ""))
        if filed is None:
            return SandboxAnswer(404, {"message": "没有收到过这一件"})
        filed.questions += 1
        if filed.outcome == "pending":
            filed.outcome = "accepted"
        return SandboxAnswer(200, _receipt(filed))

    def _file(self, request: SandboxRequest, trouble: Trouble | None) -> SandboxAnswer:
        self._book.posts += 1
        key = request.headers.get("idempotency-key", "")
        if not key:
            return SandboxAnswer(400, {"message": "缺少幂等键"})
        try:
            body = msgspec.json.decode(request.body, type=FilingBody)
        except msgspec.MsgspecError as error:
            return SandboxAnswer(422, {"message": f"报送内容格式不对:{error}"})
        known = self._book.filings.get(key)
        if known is None:
            self._book.filings[key] = filed = self._register(key, body, trouble)
            return SandboxAnswer(201, _receipt(filed))
        if known.content_digest != body.content_digest:
            return SandboxAnswer(409, {"message": "这个幂等键已用于另一件报送"})
        known.questions += 1
        return SandboxAnswer(200, _receipt(known))

    def _register(self, key: str, body: FilingBody, trouble: Trouble | None) -> Registered:
        outcome: Literal["accepted", "rejected", "pending"] = "accepted"
        if trouble is not None and trouble.mode is Mode.PENDING:
            outcome = "pending"
        elif trouble is not None and trouble.mode is Mode.REJECT:
            outcome = "rejected"
        return Registered(
            idempotency_key=key,
            content_digest=body.content_digest,
            filing=body.filing,
            number=len(self._book.filings) + 1,
            outcome=outcome,
        )

    def _save(self) -> None:
        if self._state is None:
            return
        new = self._state.with_name(self._state.name + ".new")
        new.write_bytes(msgspec.json.encode(self._book))
        os.replace(new, self._state)


def _receipt(filed: Registered) -> Payload:
    accepted = filed.outcome == "accepted"
    received_on: date | None = filed.filing.filed_on if accepted else None
    answer = FilingAnswer(
        idempotency_key=filed.idempotency_key,
        case_id=filed.filing.case_id,
        step_id=filed.filing.step_id,
        round=filed.filing.round,
        item=filed.filing.item,
        document_number=filed.filing.document_number,
        content_digest=filed.content_digest,
        outcome=filed.outcome,
        receipt_number=f"示例备〔{filed.filing.filed_on.year}〕{filed.number}号" if accepted else "",
        received_on=received_on,
        message="示例:备案说明不完整,请补充后重新报送" if filed.outcome == "rejected" else "",
    )
    payload: Payload = msgspec.to_builtins(answer)
    return payload


def main() -> None:
    """Run the server."""
    parser = options("filing")
    parser.add_argument("--state", type=Path, default=None, help="保存已收报送件的文件")
    given = parser.parse_args()
    serve(FilingApp(given.state), given.port, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
