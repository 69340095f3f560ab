"""The manual way: nothing leaves the machine, a person is asked in words."""

from domain.outside import CompanyQuery, FilingOutcome, LookUpOutcome
from integrations.manual import ManualCompanyRegistry, ManualFiling
from services.ports import CompanyRegistryPort, FilingPort
from tests.integrations.conftest import filing_request


def test_a_filing_is_handed_to_a_person() -> None:
    port: FilingPort = ManualFiling()
    receipt = port.file(filing_request(title="示例方案"), "key")
    assert (receipt.outcome, receipt.is_final) == (FilingOutcome.MANUAL, False)
    assert "《示例方案》" in receipt.message
    assert "登记文号" in receipt.message


def test_a_company_is_handed_to_a_second_person() -> None:
    port: CompanyRegistryPort = ManualCompanyRegistry()
    record = port.look_up(CompanyQuery(credit_code="91411024MA00000000", name="示例公司"), "key")
    assert (record.outcome, record.found) == (LookUpOutcome.MANUAL, False)
