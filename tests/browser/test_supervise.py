"""A section chief finds the reddest zone, sends it a supervision order, and the zone signs for it."""

from __future__ import annotations

from tests.browser.conftest import NARROW, Open
from tests.browser.looking import assert_accessible, assert_no_sideways_scroll
from tests.browser.site import SUPERVISION_HEAD, ZONE_CLERK


def test_an_order_goes_out_to_the_reddest_zone_which_signs_for_it(officer: Open) -> None:
    chief = officer(SUPERVISION_HEAD)
    chief.goto("/supervision/suggestions")
    reddest = chief.locator("table a.t").first
    name = reddest.inner_text()
    assert_accessible(chief)
    reddest.click()
    assert chief.locator(".bar").get_by_text(name).is_visible()
    assert_accessible(chief)
    chief.go_back()
    chief.get_by_role("link", name="拟办").first.click()
    chief.get_by_role("button", name="核对并登记").click()
    assert chief.get_by_text("产业集聚区管委会").first.is_visible()
    assert_accessible(chief)
    chief.get_by_role("button", name="确认拟办督办单").click()
    chief.get_by_role("button", name="签发", exact=True).click()
    chief.get_by_role("button", name="确认签发").click()
    number = chief.get_by_role("heading", level=1).inner_text()
    assert "督办〔2022〕1号" in number
    assert_accessible(chief)

    zone = officer(ZONE_CLERK, NARROW)
    zone.goto("/supervision?kind=order")
    assert_no_sideways_scroll(zone)
    zone.get_by_role("link", name="督办〔2022〕1号").click()
    zone.get_by_role("button", name="签收", exact=True).click()
    zone.get_by_text("已签收", exact=True).first.wait_for()
    assert_accessible(zone)
    assert_no_sideways_scroll(zone)
