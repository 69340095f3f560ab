"""What the harness promises: nothing outside is reached, and each fault of a page is seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page

from tests.browser.conftest import NARROW
from tests.browser.looking import Keyboard, assert_accessible, assert_no_sideways_scroll
from tests.browser.watching import Watch
from tests.web.serving import serving

HERE = Path(__file__).parent
POLICY = "default-src 'self'; style-src 'unsafe-inline'; img-src http: data:"
HEAD = "<!doctype html><html lang=zh-CN><head><title>示例</title><link rel=icon href='data:,'></head>"


@contextmanager
def looking_at(browser: Browser, body: str) -> Iterator[tuple[Page, Watch]]:
    """A page of our own, watched, on a telephone."""
    app = FastAPI()

    @app.get("/")
    def show() -> HTMLResponse:
        return HTMLResponse(f"{HEAD}<body>{body}</body></html>", headers={"Content-Security-Policy": POLICY})

    with serving(app) as url:
        context = browser.new_context(viewport={"width": NARROW["width"], "height": NARROW["height"]})
        seen = Watch()
        seen.over(context)
        page = context.new_page()
        page.goto(url)
        yield page, seen
        context.close()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<main><h1>示例</h1><img src='http://192.0.2.1/a.png' alt=''></main>", "outside"),
        ("<main><h1>示例</h1><script>1</script></main>", "Content Security Policy"),
        ("<main><h1>示例</h1><img src='/not-there.png' alt=''></main>", "404"),
    ],
    ids=["outside", "policy", "missing"],
)
def test_a_page_that_does_what_no_page_may_is_told(browser: Browser, body: str, fault: str) -> None:
    with looking_at(browser, body) as (page, seen):
        page.wait_for_load_state("networkidle")
        with pytest.raises(AssertionError, match=fault):
            seen.check()


def test_a_good_page_passes(browser: Browser) -> None:
    with looking_at(browser, "<main><h1>示例</h1><p><a href='/'>首页</a></p></main>") as (page, seen):
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        seen.check()


def test_what_keeps_somebody_out_is_found(browser: Browser) -> None:
    with (
        looking_at(browser, "<main><h1>示例</h1><input><p style='width:900px'>宽</p></main>") as (page, _),
    ):
        with pytest.raises(AssertionError, match="label"):
            assert_accessible(page)
        with pytest.raises(AssertionError, match="too wide"):
            assert_no_sideways_scroll(page)


def test_a_focus_that_cannot_be_seen_is_found(browser: Browser) -> None:
    with (
        looking_at(browser, "<main><a href='/' style='outline:none'>去</a></main>") as (page, _),
        pytest.raises(AssertionError, match="cannot see"),
    ):
        Keyboard(page).to("去")


def test_vendored_files_are_the_ones_that_were_looked_at() -> None:
    packages = json.loads((HERE / "vendor.lock.json").read_text(encoding="utf-8"))
    listed = set()
    for package in packages:
        folder = HERE / "vendor" / f"{package['folder']}-{package['version']}"
        assert "LICENSE" in package["files"], f"{package['name']} without its licence"
        for name, file in package["files"].items():
            listed.add(folder / name)
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"], name
    assert {path for path in (HERE / "vendor").rglob("*") if path.is_file()} == listed
