"""Sandbox servers as processes, one a kind for the whole session, calm at the start of each test."""

import random
import secrets
from collections.abc import Iterator
from datetime import date

import pytest

from config.clock import FixedClock
from domain.outside import FiledDocument, FilingRequest
from integrations.http_client import CallLimits, OutsideSystem
from integrations.sandbox.process import Sandbox, start_sandbox
from integrations.sandbox.webhook_receiver import SECRET_VARIABLE
from tests.conftest import copied_postgres
from tests.integrations.contact_office import COMPANY, Office, credit_code_of, furnished, open_office

QUICK = CallLimits(connect_s=0.5, read_s=0.5, total_s=3.0, pause_s=0.02, failures_to_open=1000)
"""Short, because the sandboxes are on this machine and trouble is waited for."""
SECRET = "example-for-tests-" * 2


@pytest.fixture(scope="session")
def _filing_sandbox() -> Iterator[Sandbox]:
    with start_sandbox("filing") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _company_sandbox() -> Iterator[Sandbox]:
    with start_sandbox("company") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _webhook_sandbox() -> Iterator[Sandbox]:
    with start_sandbox("webhook_receiver", env={SECRET_VARIABLE: SECRET}) as sandbox:
        yield sandbox


@pytest.fixture
def filing_sandbox(_filing_sandbox: Sandbox) -> Sandbox:
    _filing_sandbox.calm()
    return _filing_sandbox


@pytest.fixture
def company_sandbox(_company_sandbox: Sandbox) -> Sandbox:
    _company_sandbox.calm()
    return _company_sandbox


@pytest.fixture
def webhook_sandbox(_webhook_sandbox: Sandbox) -> Sandbox:
    _webhook_sandbox.calm()
    return _webhook_sandbox


@pytest.fixture
def filing_system(filing_sandbox: Sandbox) -> Iterator[OutsideSystem]:
    with OutsideSystem("示例备案系统", filing_sandbox.url, limits=QUICK, rng=random.Random(1)) as system:  # noqa: S311
        yield system


def filing_request(**changes: object) -> FilingRequest:
    """A filing of a case of its own."""
    values: dict[str, object] = {
        "case_id": f"示例-{secrets.token_hex(8)}",
        "step_id": "1.11",
        "round": 1,
        "unit_name": "示例开发区",
        "title": "示例开发区体制机制改革实施方案",
        "document_number": "示例发〔2022〕5号",
        "documents": (FiledDocument(name="方案.pdf", digest="ab" * 32),),
        "filed_on": date(2022, 3, 2),
        "receiver": "示例备案机关",
    }
    return FilingRequest(**(values | changes))  # type: ignore[arg-type]


def registered(sandbox: Sandbox, request: FilingRequest) -> list[dict[str, object]]:
    """What the registry's book holds for the request's case."""
    book: list[dict[str, object]] = sandbox.received()["filings"]
    return [row for row in book if row["filing"]["case_id"] == request.case_id]  # type: ignore[index]


# --- one furnished database a kind for all contact tests: each test has a unit of its own in it


@pytest.fixture(scope="session")
def _office_sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return furnished(f"sqlite:///{tmp_path_factory.mktemp('office') / 'zone-reform.sqlite3'}")


@pytest.fixture(scope="session")
def _office_postgres_url(postgres_admin_url: str, _postgres_template: str) -> Iterator[str]:
    with copied_postgres(postgres_admin_url, _postgres_template) as url:
        yield furnished(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def office_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with the contact office in it, once on SQLite and once on PostgreSQL."""
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    url: str = request.getfixturevalue(f"_office_{kind}_url")
    return url


@pytest.fixture
def office_postgres_url(_office_postgres_url: str) -> str:
    """The same where only PostgreSQL is asked."""
    return _office_postgres_url


@pytest.fixture
def office_sqlite_url(_office_sqlite_url: str) -> str:
    """The same where the kind of database does not matter."""
    return _office_sqlite_url


@pytest.fixture
def credit_code(company_sandbox: Sandbox) -> str:
    """A company of this test's own that the register knows."""
    code = credit_code_of(secrets.token_hex(3).upper())
    company = {"name": COMPANY, "status": "存续"}
    company_sandbox.load_companies([{"credit_code": code, "company": company}])
    return code


@pytest.fixture
def office(
    office_url: str, wall_clock: FixedClock, filing_sandbox: Sandbox, company_sandbox: Sandbox
) -> Iterator[Office]:
    filing, registry = filing_sandbox.url, company_sandbox.url
    with open_office(office_url, wall_clock, filing=filing, registry=registry) as opened:
        yield opened


@pytest.fixture
def asked(office: Office, credit_code: str) -> Office:
    """Both steps wait for their outside systems."""
    office.submit_licence(credit_code)
    office.approve_plan()
    return office


@pytest.fixture
def asked_on_sqlite(
    office_sqlite_url: str,
    wall_clock: FixedClock,
    filing_sandbox: Sandbox,
    company_sandbox: Sandbox,
    credit_code: str,
) -> Iterator[Office]:
    """The same where the kind of database does not matter."""
    filing, registry = filing_sandbox.url, company_sandbox.url
    with open_office(office_sqlite_url, wall_clock, filing=filing, registry=registry) as opened:
        opened.submit_licence(credit_code)
        opened.approve_plan()
        yield opened
