"""接口核验: asks a company register over HTTP.

``GET /companies?credit_code=…`` answers ``found`` and the record; a company that is not known is an answer,
not a 404, so that a wrong address is never taken for “no such company”.
"""

from datetime import date

import msgspec

from domain.outside import CompanyQuery, CompanyRecord, CompanyStatus, LookUpOutcome, normalise_name
from domain.outside_errors import OutsideProtocolError
from integrations.answers import Answer, decode, header_key, plain
from integrations.http_client import Call, OutsideSystem

PATH = "companies"

STATUS_WORDS = {
    "存续": CompanyStatus.ACTIVE,
    "在业": CompanyStatus.ACTIVE,
    "在营": CompanyStatus.ACTIVE,
    "在册": CompanyStatus.ACTIVE,
    "开业": CompanyStatus.ACTIVE,
    "吊销": CompanyStatus.REVOKED,
    "注销": CompanyStatus.CANCELLED,
    "迁出": CompanyStatus.MOVED_OUT,
}
"""登记状态 by the first two characters of the register's wording (as in “存续(在营)”); others inform."""


class CompanyBody(msgspec.Struct, frozen=True, kw_only=True):
    """The record inside an answer; money in fen."""

    name: str
    status: str
    registered_on: date | None = None
    capital_fen: int | None = None
    legal_type: str | None = None


class CompanyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What has to come back; other fields are ignored."""

    credit_code: str
    found: bool
    company: CompanyBody | None = None


class HttpCompanyRegistry:
    """接口核验 adapter; a ``CompanyRegistryPort``."""

    def __init__(self, system: OutsideSystem) -> None:
        self._system = system

    def look_up(self, query: CompanyQuery, idempotency_key: str) -> CompanyRecord:
        """Return the register's record for ``query.credit_code``. Raises an ``OutsideError``."""
        key = header_key(idempotency_key)
        code = normalise_name(query.credit_code).upper()

        def attempt(call: Call) -> CompanyRecord:
            answer = call.request("GET", PATH, idempotency_key=key, params={"credit_code": code})
            return self._record(answer, code)

        return self._system.run(attempt)

    def _record(self, answer: Answer, code: str) -> CompanyRecord:
        said = decode(self._system.name, answer, CompanyAnswer)
        if said.credit_code != code or said.found != (said.company is not None):
            raise OutsideProtocolError(
                self._system.name,
                "对方系统返回的内容与查询不一致,未予采信,请人工核实。",
                facts={"fields": "credit_code, found, company", "digest": answer.digest},
            )
        company = said.company
        if company is None:
            return CompanyRecord(
                outcome=LookUpOutcome.NOT_FOUND,
                source=self._system.name,
                credit_code=code,
                raw_digest=answer.digest,
            )
        return CompanyRecord(
            outcome=LookUpOutcome.FOUND,
            source=self._system.name,
            credit_code=said.credit_code,
            name=plain(company.name),
            registered_on=company.registered_on,
            capital_fen=company.capital_fen,
            legal_type=company.legal_type and plain(company.legal_type),
            status=STATUS_WORDS.get(company.status.strip()[:2], CompanyStatus.OTHER),
            status_text=plain(company.status),
            raw_digest=answer.digest,
        )
