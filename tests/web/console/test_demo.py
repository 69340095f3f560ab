"""The demonstration's sign-in: one button a person in its rehearsal, and nothing of it anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from config.clock import FixedClock
from config.settings import Settings, SettingsFault, load_settings
from deployments.supervisor import Supervisor, UpFault
from models.tables import CredentialRow
from services.access.sign_in import sign_in
from services.rehearsing import start_rehearsal
from tests.services.signing_in import CLERK, HEAD, OUTSIDER, AccessOffice, access_office, code, ok
from tests.web.console.conftest import TOKEN, Browser
from tests.web.serving import serving
from web.app import create_app, serve

DAY = date(2022, 3, 2)
SYSADMIN = "sysadmin"
Open = Callable[..., Browser]


@pytest.fixture
def office(migrated_sqlite_url: str, wall_clock: FixedClock, data_dir: Path) -> Iterator[AccessOffice]:
    with access_office(migrated_sqlite_url, wall_clock, data_dir) as office:
        yield office


def rehearse(office: AccessOffice) -> None:
    ok(start_rehearsal(office.access.db, DAY, actor=SYSADMIN, wall=office.wall, command_id="rehearsal"))


@pytest.fixture
def served(office: AccessOffice, migrated_sqlite_url: str) -> Iterator[Open]:
    """Serve the office, and open a browser on it."""
    with ExitStack() as stack:

        def opened(*, setting: bool = True) -> Browser:
            settings = Settings(database_url=migrated_sqlite_url, demo=setting, demo_sign_in=setting)
            url = stack.enter_context(serving(create_app(settings, office.wall)))
            return stack.enter_context(Browser(url))

        yield opened


def token_of(browser: Browser, path: str) -> str:
    found = TOKEN.search(browser.get(path).text)
    assert found is not None
    return found.group(1)


def test_one_button_signs_in_as_a_person_and_the_ledger_says_how(office: AccessOffice, served: Open) -> None:
    rehearse(office)
    browser = served()
    assert 'href="/demo"' in browser.get("/sign-in").text
    page = browser.get("/demo").text
    assert "示例县局" in page
    assert f'value="{CLERK}"' in page
    assert f'value="{OUTSIDER}"' not in page, "who holds no position is nobody of the demonstration"
    browser.csrf = token_of(browser, "/demo")
    assert browser.send_form("/demo", person=CLERK).url.path == "/inbox"
    assert office.events()[-1] | {"session": ""} == {
        "actor": CLERK,
        "type": "demo_signed_in",
        "account": CLERK,
        "session": "",
    }
    browser.csrf = token_of(browser, "/demo")
    assert "李四" in browser.send_form("/demo", person=HEAD).text
    assert office.event_types()[-2:] == ["demo_signed_in", "signed_out"]
    with office.access.db.read() as session:
        credential = session.get(CredentialRow, CLERK)
        assert credential is not None
        assert credential.password is None
    for guess in ("", CLERK, "demo"):
        assert code(sign_in(office.access, CLERK, guess)) == "sign_in.wrong"


def test_administrators_are_shown_and_come_in_too(office: AccessOffice, served: Open) -> None:
    rehearse(office)
    browser = served()
    browser.csrf = token_of(browser, "/demo?body=系统")
    assert browser.send_form("/demo", person="auditor").status_code == 200
    assert browser.get("/me").status_code == 200


def test_nobody_else_comes_in(office: AccessOffice, served: Open) -> None:
    rehearse(office)
    browser = served()
    browser.csrf = token_of(browser, "/demo")
    for stranger in (OUTSIDER, "nobody", ""):
        answer = browser.send_form("/demo", person=stranger)
        assert answer.url.path == "/demo"
        assert "演示人员里没有这个人" in answer.text
    browser.csrf = "0" * 64
    assert browser.send_form("/demo", person=CLERK).status_code == 403


@pytest.mark.parametrize(("rehearsal", "setting"), [(False, True), (True, False), (False, False)])
def test_outside_the_demonstration_nothing_of_it_is_there(
    office: AccessOffice, served: Open, rehearsal: bool, setting: bool
) -> None:
    if rehearsal:
        rehearse(office)
    browser = served(setting=setting)
    assert "/demo" not in browser.get("/sign-in").text
    browser.csrf = token_of(browser, "/sign-in")
    before = office.event_types()
    assert browser.get("/demo").status_code == 404
    assert browser.send_form("/demo", person=CLERK).status_code == 404
    assert office.event_types() == before


def test_a_real_database_does_not_start_with_it(
    office: AccessOffice, migrated_sqlite_url: str, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = Settings(data_dir=data_dir, database_url=migrated_sqlite_url, demo=True, demo_sign_in=True)
    assert serve(wanted) == 1
    assert "不是演练库,不能启动" in capsys.readouterr().err
    with pytest.raises(UpFault, match="不是演练库"):
        Supervisor(wanted, lambda _text: None).start()
    assert office.events()


def test_the_setting_is_only_for_the_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZR_DEMO_SIGN_IN", "1")
    with pytest.raises(SettingsFault, match="ZR_DEMO_SIGN_IN"):
        load_settings()
