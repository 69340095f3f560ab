"""Signing in at a browser without scripts: from the initial password to the first page, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import FixedClock
from config.settings import Settings
from tests.services.signing_in import CLERK, PASSWORD, AccessOffice, access_office
from tests.web.console.conftest import TOKEN, Browser
from tests.web.serving import serving
from web.app import create_app


class Door:
    """The office's sign-in page."""

    def __init__(self, office: AccessOffice, url: str, stack: ExitStack) -> None:
        self.office, self._url, self._stack = office, url, stack

    def open(self, path: str = "/sign-in") -> Browser:
        """A browser that shows the page."""
        browser = self._stack.enter_context(Browser(self._url))
        page = browser.get(path)
        found = TOKEN.search(page.text)
        assert found is not None, page.text
        browser.csrf = found.group(1)
        return browser


@pytest.fixture
def door(migrated_sqlite_url: str, wall_clock: FixedClock, data_dir: Path) -> Iterator[Door]:
    with access_office(migrated_sqlite_url, wall_clock, data_dir) as office:
        app = create_app(Settings(database_url=migrated_sqlite_url), wall_clock)
        with serving(app) as url, ExitStack() as stack:
            yield Door(office, url, stack)


def test_the_first_time_the_initial_password_is_changed(door: Door) -> None:
    initial = door.office.open_account(CLERK).initial_password
    browser = door.open("/sign-in?next=/me")
    page = browser.send_form("/sign-in", name=CLERK, password=initial, next="/me")
    assert page.url.path == "/sign-in/password"
    assert "初始口令" in page.text
    browser.csrf = TOKEN.search(page.text).group(1)  # type: ignore[union-attr]
    differs = browser.send_form("/sign-in/password", old=initial, new=PASSWORD, again="x", next="/me")
    assert differs.status_code == 422
    assert "两次填写的新口令不一样" in differs.text
    page = browser.send_form("/sign-in/password", old=initial, new=PASSWORD, again=PASSWORD, next="/me")
    assert page.url.path == "/me"
    browser.csrf = TOKEN.search(page.text).group(1)  # type: ignore[union-attr]
    page = browser.send_form("/sign-out")
    assert page.url.path == "/sign-in"
    assert browser.get("/me", follow_redirects=True).url.path == "/sign-in"


def test_a_wrong_password_says_so_and_keeps_the_name(door: Door) -> None:
    door.office.ready(CLERK)
    page = door.open().send_form("/sign-in", name=CLERK, password="no")  # noqa: S106
    assert page.status_code == 401
    assert "登录名或口令不对" in page.text
    assert f'value="{CLERK}"' in page.text


def test_a_second_factor_is_asked_for_when_there_is_one(door: Door) -> None:
    opened = door.office.ready(CLERK)
    enrolled, _ = door.office.enrol(opened)
    browser = door.open()
    page = browser.send_form("/sign-in", name=CLERK, password=PASSWORD)
    assert page.url.path == "/sign-in/code"
    browser.csrf = TOKEN.search(page.text).group(1)  # type: ignore[union-attr]
    assert "验证码不对" in browser.send_form("/sign-in/code", code="000000").text
    door.office.wall.advance(timedelta(seconds=60))
    page = browser.send_form("/sign-in/code", code=door.office.code(enrolled.live.account))
    assert page.url.path in {"/inbox", "/me"}


@pytest.mark.parametrize(
    "evil", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_led_to_another_site(door: Door, evil: str) -> None:
    door.office.ready(CLERK)
    answer = door.open().send_form("/sign-in", follow=False, name=CLERK, password=PASSWORD, next=evil)
    assert answer.headers["Location"] == "/"


def test_a_form_of_another_site_signs_nobody_in(door: Door) -> None:
    door.office.ready(CLERK)
    browser = door.open()
    browser.csrf = "0" * 64
    answer = browser.send_form("/sign-in", name=CLERK, password=PASSWORD)
    assert answer.status_code == 403
    assert "请求不是从本系统的页面发出的" in answer.text
