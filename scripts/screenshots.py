"""截图: take the pictures of docs/img from the sample of Xuchang (示例), page by page, in Debian's Chromium.

The application runs here over a played copy of the sample; nothing is fetched from elsewhere. A page's author
adds a row to ``PICTURES``. ``make screenshots ARGS=inbox`` takes only those whose name contains a word.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, NARROW, WIDE
from tests.browser.site import CITY_CHIEF, ZONE_CLERK, Site, make_template, served, sign_in_by_form
from tests.stories.clerk import SampleOffice

ROOT: Final = Path(__file__).resolve().parents[1]
IMAGES: Final = ROOT / "docs" / "img"
LARGEST: Final = 300 * 1024
COLOURS: Final = 128
"""Pages have few colours: with so many, a picture is a third of the size and looks the same."""


class Picture(NamedTuple):
    """一张图: whose page it is, and how large the screen."""

    name: str
    """Of the file, without ``.png``."""
    path: str
    person: str = ""
    """Who looks; empty: nobody has signed in."""
    size: dict[str, int] = WIDE


YUZHOU: Final = "/cases/development-zone/zone:2018:provincial:1117"
PICTURES: Final = (
    Picture("sign-in", "/sign-in"),
    Picture("overview", "/overview", CITY_CHIEF),
    Picture("wall", "/wall", CITY_CHIEF),
    Picture("zone", YUZHOU, CITY_CHIEF),
    Picture("zone-390", YUZHOU, CITY_CHIEF, NARROW),
    Picture("steps", "/steps", CITY_CHIEF),
    Picture("my-settings", "/me", ZONE_CLERK),
    Picture("my-settings-390", "/me", ZONE_CLERK, NARROW),
)


def take(browser: Browser, site: Site, picture: Picture) -> bytes:
    """Open the page as its person and take what the screen shows."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": picture.size["width"], "height": picture.size["height"]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    if picture.person:
        sign_in_by_form(page, picture.person)
    answer = page.goto(picture.path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{picture.path} 打不开,没有拍成")
    page.wait_for_load_state("networkidle")
    shot = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return small(shot)


def small(shot: bytes) -> bytes:
    """The same picture with few colours."""
    into = io.BytesIO()
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        into, "PNG", optimize=True
    )
    return into.getvalue()


def main(words: list[str]) -> None:
    """Take all pictures, or those whose name contains one of ``words``."""
    wanted = [each for each in PICTURES if not words or any(word in each.name for word in words)]
    if not Path(CHROMIUM).exists():
        raise SystemExit(f"没有浏览器 {CHROMIUM},请先 make browser")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        for name in ("sample", "template", "served"):
            (folder / name).mkdir()
        template = make_template(folder / "template", SampleOffice(folder / "sample"))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-proxy-server"])
        with served(template, folder / "served") as site:
            for picture in wanted:
                data = take(browser, site, picture)
                if len(data) > LARGEST:
                    raise SystemExit(
                        f"{picture.name}.png 有 {len(data) // 1024} KB,超过 {LARGEST // 1024} KB"
                    )
                (IMAGES / f"{picture.name}.png").write_bytes(data)
                print(f"docs/img/{picture.name}.png {len(data) // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
