"""登记机关演练服务器: a company register. Companies are loaded by ``POST /_companies`` (a JSON list)."""

import threading
from pathlib import Path

import msgspec

from integrations.company_http import CompanyBody
from integrations.sandbox.server import Payload, SandboxAnswer, SandboxRequest, options, serve
from integrations.sandbox.trouble import Lie, Trouble


class LoadedCompany(msgspec.Struct, frozen=True, kw_only=True):
    """A company as loaded; ``company`` is what the register answers."""

    credit_code: str
    company: CompanyBody


class CompanyApp:
    """The register: companies by credit code."""

    name = "company"

    def __init__(self, companies: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._companies: dict[str, CompanyBody] = {}
        self._asked: list[str] = []
        if companies is not None:
            self._load(companies.read_bytes())

    def handle(self, request: SandboxRequest, trouble: Trouble | None) -> SandboxAnswer:
        """Load companies or look one up."""
        if request.path == "/_companies" and request.method == "POST":
            try:
                return SandboxAnswer(200, {"loaded": self._load(request.body)})
            except msgspec.MsgspecError as error:
                return SandboxAnswer(422, {"message": str(error)})
        if request.path != "/companies" or request.method != "GET":
            return SandboxAnswer(404, {"message": "没有这个地址"})
        code = request.query.get("credit_code", "")
        with self._lock:
            self._asked.append(code)
            company = self._companies.get(code)
        return SandboxAnswer(
            200,
            {"credit_code": code, "found": company is not None, "company": msgspec.to_builtins(company)},
        )

    def lie(self, payload: Payload, lie: Lie) -> Payload:
        """Return a record of another code, one that is found and not found, or one without a name."""
        match lie:
            case Lie.CASE:
                return {**payload, "credit_code": "91000000000000000X"}
            case Lie.CONTENT:
                return {**payload, "found": not payload["found"]}
            case _:
                return {**payload, "company": {"status": "存续"}}

    def received(self) -> Payload:
        """Return the codes that were asked for."""
        with self._lock:
            return {"asked": list(self._asked)}

    def _load(self, body: bytes) -> int:
        loaded = msgspec.json.decode(body, type=list[LoadedCompany])
        with self._lock:
            self._companies.update({one.credit_code: one.company for one in loaded})
        return len(loaded)


def main() -> None:
    """Run the server."""
    parser = options("company")
    parser.add_argument("--companies", type=Path, default=None, help="启动时装入的企业名单(JSON)")
    given = parser.parse_args()
    serve(CompanyApp(given.companies), given.port, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
