"""A browser for each process of the tests, a served copy and a watched context for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from loguru import logger
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.site import Site, make_template, served, sign_in_by_form
from tests.browser.watching import Watch
from tests.stories.clerk import SampleOffice

CHROMIUM: Final = os.environ.get("ZR_TEST_CHROMIUM", "/usr/bin/chromium")
NO_CHROMIUM: Final = (
    f"没有浏览器 {CHROMIUM},跳过;要跑请先 make browser,或设 ZR_TEST_CHROMIUM / "
    f"no browser at {CHROMIUM}, skipped; to run it: make browser, or set ZR_TEST_CHROMIUM"
)
WIDE: Final = {"width": 1440, "height": 900}
NARROW: Final = {"width": 390, "height": 844}
WAIT_MS: Final = 10_000

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, one for the whole session."""
    if not Path(CHROMIUM).exists():
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-proxy-server", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def _site_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = SampleOffice(tmp_path_factory.mktemp("sample"))
    return make_template(tmp_path_factory.mktemp("site"), sample)


@pytest.fixture
def site(_site_template: Path, data_dir: Path) -> Iterator[Site]:
    """The application, served over a copy of this test's own."""
    with served(_site_template, data_dir) as opened:
        yield opened
    logger.remove()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the pages of this test did that no page may do; looked at when the test is over."""
    seen = Watch()
    yield seen
    seen.check()


@pytest.fixture
def opened(browser: Browser, site: Site, watch: Watch) -> Iterator[Open]:
    """Open a page of the site in a context of its own: ``opened(NARROW, java_script_enabled=False)``."""
    with ExitStack() as stack:

        def open_page(size: dict[str, int] = WIDE, **more: Any) -> Page:
            context = browser.new_context(
                base_url=site.url,
                viewport={"width": size["width"], "height": size["height"]},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                service_workers="block",
                **more,
            )
            stack.callback(context.close)
            context.set_default_timeout(WAIT_MS)
            watch.over(context)
            return context.new_page()

        yield open_page


@pytest.fixture
def officer(opened: Open) -> Open:
    """Open a page as somebody who has signed in through the form: ``officer(ZONE_CLERK, NARROW)``."""

    def sign_in(person: str, size: dict[str, int] = WIDE, **more: Any) -> Page:
        page = opened(size, **more)
        sign_in_by_form(page, person)
        return page

    return sign_in
