"""故事: a section chief sees the reddest zone on 总览 and is at the task that blocks it in three clicks."""

from __future__ import annotations

import re

from tests.browser.conftest import NARROW, Open
from tests.browser.looking import assert_accessible, assert_no_sideways_scroll
from tests.browser.site import CITY_CHIEF

SHEETS = re.compile(rb"/Type\s*/Page\b")


def test_the_chief_finds_what_blocks_the_reddest_zone(officer: Open) -> None:
    page = officer(CITY_CHIEF)
    page.get_by_role("link", name="总览", exact=True).first.click()
    assert_accessible(page)
    page.locator(".mx td.over a").first.click()
    page.locator("#tasks .g").first.wait_for()
    assert_accessible(page)
    assert page.locator("svg.tl").is_visible()
    zone = page.url
    page.locator("#tasks tr", has=page.locator(".lamp.over")).get_by_role("link").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("1.1 ")

    page.goto("/steps?bucket=over")
    assert page.locator("#rows tbody tr").count() == 1
    assert_accessible(page)
    page.goto("/wall")
    assert_accessible(page)
    assert len(SHEETS.findall(page.pdf(prefer_css_page_size=True))) == 1

    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    for address in (zone, "/steps"):
        page.goto(address)
        assert_no_sideways_scroll(page)
    page.goto(zone)
    assert page.locator(".tl-list").is_visible()
    assert not page.locator("svg.tl").is_visible()
