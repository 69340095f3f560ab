"""人工办理: the manual adapters, first and default.

Why first: there is no open filing interface and no open company register on a government intranet (an
assumption of practice, not a rule of law), and an office must be able to go on when an interface is broken.
They send nothing and never fail: they answer ``manual``, and the engine opens a work item for a person,
登记收发文 for a filing, 核对营业执照 by a second person for a company.
"""

from domain.outside import (
    CompanyQuery,
    CompanyRecord,
    FilingOutcome,
    FilingReceipt,
    FilingRequest,
    LookUpOutcome,
)

MANUAL_FILING_SOURCE = "收发文登记"
MANUAL_COMPANY_SOURCE = "营业执照原件核对"


class ManualFiling:
    """人工报送: a person sends the document and enters its number, date and way."""

    def file(self, request: FilingRequest, idempotency_key: str) -> FilingReceipt:
        """Answer at once that a person files ``request``; the key is not used, nothing leaves the machine."""
        return FilingReceipt(
            outcome=FilingOutcome.MANUAL,
            source=MANUAL_FILING_SOURCE,
            message=f"请将《{request.title}》按机要、公文交换或专人方式报送,并登记文号、日期和报送方式。",
        )


class ManualCompanyRegistry:
    """人工核对执照: a second person checks the licence."""

    def look_up(self, query: CompanyQuery, idempotency_key: str) -> CompanyRecord:
        """Answer at once that a person checks ``query``; nothing leaves the machine."""
        return CompanyRecord(
            outcome=LookUpOutcome.MANUAL,
            source=MANUAL_COMPANY_SOURCE,
            credit_code=query.credit_code,
            name=query.name,
        )
