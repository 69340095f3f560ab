"""Company verification over HTTP, and by hand."""

from collections.abc import Iterator
from datetime import date

import pytest

from domain.outside import (
    CompanyQuery,
    CompanyStatus,
    LookUpOutcome,
    VerificationOutcome,
    compare_company,
)
from domain.outside_errors import OutsideProtocolError, OutsideRefused, OutsideTimeout
from integrations.company_http import HttpCompanyRegistry
from integrations.http_client import OutsideSystem
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Lie, Mode
from tests.integrations.conftest import QUICK

CODE = "91411024MA00000000"
QUERY = CompanyQuery(
    credit_code=CODE,
    name="示例开发区发展(集团)有限公司",
    registered_on=date(2021, 9, 1),
    capital_fen=50_000_000_000,
    legal_type="有限责任公司",
    division_code="411024",
)


@pytest.fixture
def registry(company_sandbox: Sandbox) -> Iterator[HttpCompanyRegistry]:
    company_sandbox.load_companies(
        [
            {
                "credit_code": CODE,
                "company": {
                    "name": "示例开发区发展\uff08集团\uff09有限公司",
                    "status": "存续\uff08在营\uff09",
                    "registered_on": "2021-09-01",
                    "capital_fen": 50_000_000_000,
                    "legal_type": "有限责任公司(国有独资)",
                },
            },
            {"credit_code": "91411024MA00000001", "company": {"name": "示例注销公司", "status": "注销"}},
        ]
    )
    with OutsideSystem("示例登记系统", company_sandbox.url, limits=QUICK) as system:
        yield HttpCompanyRegistry(system)


def test_a_company_that_agrees_is_verified(registry: HttpCompanyRegistry) -> None:
    record = registry.look_up(QUERY, "k1")
    result = compare_company(QUERY, record, date(2022, 3, 2))
    assert (record.outcome, record.status) == (LookUpOutcome.FOUND, CompanyStatus.ACTIVE)
    assert result.outcome is VerificationOutcome.MATCHED
    assert [d.field for d in result.differences] == ["legal_type"], "the wording of the type informs only"
    assert result.source == "示例登记系统"


def test_a_company_unknown_to_the_registry_is_a_mismatch(registry: HttpCompanyRegistry) -> None:
    query = CompanyQuery(credit_code="91411024MA0000009X", name="示例不存在公司")
    result = compare_company(query, registry.look_up(query, "k2"), date(2022, 3, 2))
    assert result.outcome is VerificationOutcome.MISMATCHED
    assert "查无此代码" in result.message


def test_a_company_struck_off_is_a_mismatch(registry: HttpCompanyRegistry) -> None:
    query = CompanyQuery(credit_code="91411024ma00000001", name="示例注销公司")
    record = registry.look_up(query, "k3")
    assert record.status is CompanyStatus.CANCELLED
    assert compare_company(query, record, date(2022, 3, 2)).outcome is VerificationOutcome.MISMATCHED


@pytest.mark.parametrize("lie", list(Lie))
def test_no_lie_is_believed(lie: Lie, registry: HttpCompanyRegistry, company_sandbox: Sandbox) -> None:
    company_sandbox.trouble(Mode.LIE, lie=lie)
    with pytest.raises(OutsideProtocolError):
        registry.look_up(QUERY, "k4")


@pytest.mark.parametrize("mode", [Mode.SLOW, Mode.LOSE_ANSWER, Mode.DOWN, Mode.FAIL])
def test_trouble_twice_is_left_for_later(
    mode: Mode, registry: HttpCompanyRegistry, company_sandbox: Sandbox
) -> None:
    company_sandbox.trouble(mode, times=2, seconds=0.8, status=500)
    with pytest.raises(OutsideTimeout) as error:
        registry.look_up(QUERY, "k5")
    assert error.value.retryable
    assert error.value.retry_after is not None
    assert registry.look_up(QUERY, "k5").found


def test_a_wrong_address_is_never_taken_for_no_such_company(company_sandbox: Sandbox) -> None:
    with (
        OutsideSystem("示例登记系统", company_sandbox.url + "/elsewhere", limits=QUICK) as system,
        pytest.raises(OutsideRefused),
    ):
        HttpCompanyRegistry(system).look_up(QUERY, "k6")
