"""故事: an officer signs in, at a desk and on a telephone, with the keys alone, with scripts off."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.looking import Keyboard, assert_accessible, assert_no_sideways_scroll
from tests.browser.site import PASSWORD, ZONE_CLERK
from tests.browser.watching import Watch


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "telephone"])
def test_one_signs_in_with_the_keys_alone(opened: Open, size: dict[str, int], scripts: bool) -> None:
    page = opened(size, java_script_enabled=scripts)
    page.goto("/sign-in?next=/me")
    assert_no_sideways_scroll(page)
    if scripts:
        assert_accessible(page)
    keys = Keyboard(page)
    if keys.focused() != "登录名":
        keys.to("登录名")
    keys.type(ZONE_CLERK)
    keys.to("口令")
    keys.type(PASSWORD)
    keys.enter()
    assert page.url.endswith("/me")
    assert page.get_by_role("heading", level=1).inner_text()
    assert_no_sideways_scroll(page)
    if scripts:
        assert_accessible(page)


def test_a_wrong_password_says_so_and_keeps_the_name(opened: Open, watch: Watch) -> None:
    watch.expect(401, 403, 422)
    page = opened(NARROW)
    page.goto("/sign-in")
    page.get_by_label("登录名").fill(ZONE_CLERK)
    page.get_by_label("口令").fill("示例错误口令")
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text("没有登录成功").wait_for()
    assert page.get_by_label("登录名").input_value() == ZONE_CLERK
    assert page.get_by_label("口令").input_value() == ""
    assert_accessible(page)
    assert_no_sideways_scroll(page)
