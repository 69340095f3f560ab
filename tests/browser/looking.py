"""What every page is held to: usable by everybody, fitting its width, worked by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

AXE: Final = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
GRAVE: Final = frozenset({"serious", "critical"})
MOST_STEPS: Final = 120
"""Tab stops until a page is taken to hold no such thing."""

_WIDE: Final = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (e) => e && (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX)
    || scrolls(e.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e.parentElement))
    .slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).concat(["(the page itself)"]);
}"""
_FOCUSED: Final = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const label = e.labels && e.labels[0] ? e.labels[0].innerText : "";
  const name = e.getAttribute("aria-label") || label || e.innerText || e.value || e.name || "";
  const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  return {name: name.trim(), tag: e.tagName.toLowerCase(), shown};
}"""


def assert_accessible(page: Page, *, leave_out: tuple[str, ...] = ()) -> None:
    """No finding of axe that keeps somebody out. ``leave_out``: rules that do not hold here, by axe's id."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = {rule: {"enabled": False} for rule in leave_out}
    found: dict[str, Any] = page.evaluate(
        "(rules) => axe.run(document, {rules, resultTypes: ['violations']})", rules
    )
    assert found["passes"] is not None
    assert found["testEngine"]["version"] == AXE.parent.name.removeprefix("axe-core-")
    grave = [
        f"{each['id']}: {each['help']} – {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]
    assert not grave, f"{page.url}:\n" + "\n".join(grave)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page fits into the width it is given; a table of its own may scroll inside."""
    too_wide = page.evaluate(_WIDE)
    assert not too_wide, f"{page.url} at {page.viewport_size} is too wide: {too_wide}"


class Keyboard:
    """Hands on the keys only: everything is reached with Tab, and where one is can be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def focused(self) -> str:
        """The name of what has the focus, which must be seen to have it; empty where nothing has."""
        found = self._page.evaluate(_FOCUSED)
        if found is None:
            return ""
        assert found["shown"], f"one cannot see that the focus is on {found}"
        return str(found["name"])

    def to(self, name: str) -> None:
        """Press Tab until the focus is on what is called so (or has this in its name)."""
        seen = []
        for _ in range(MOST_STEPS):
            self._page.keyboard.press("Tab")
            seen.append(self.focused())
            if name in seen[-1]:
                return
        raise AssertionError(f"{self._page.url}: Tab never comes to “{name}”, only to {seen[:40]}")

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self._page.keyboard.type(text)

    def enter(self) -> None:
        """Press Enter where a page follows, and wait for it."""
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")
