"""What the pages are made of: vendored files as locked, texts all in the catalogue, addresses by content."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.messages import catalogue
from scripts.vendor import LOCK, STATIC, folder, sha256
from tests.web.console.conftest import Browsers
from tests.web.office import WebOffice
from web.console.rendering import environment
from web.console.static import asset


def test_every_vendored_file_is_the_one_that_is_locked() -> None:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))
    locked = {
        folder(each) / name: file["sha256"] for each in packages for name, file in each["files"].items()
    }
    there = {path for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert there == set(locked)
    assert all(sha256(path.read_bytes()) == found for path, found in locked.items())
    assert all(each["integrity"].startswith("sha512-") and each["licence"] for each in packages)
    assert all((folder(each) / "LICENSE").is_file() for each in packages)


def test_the_catalogue_is_made_from_the_templates() -> None:
    text = catalogue().decode()
    assert 'msgid "我的待办"' in text
    assert 'msgid "合并您的 %(places)s 个岗位' in text


def test_chinese_text_goes_through_the_catalogue_wherever_it_stands() -> None:
    env = environment()
    source = (
        '<p title="提示">共 {{ n }} 件</p>{{ "待办" if n else _("没有") }}'
        "{% trans n=n %}有 {{ n }} 件{% endtrans %}"
    )
    taken = env.extract_translations(source)  # type: ignore[attr-defined]
    found = [message if isinstance(message, str) else message[0] for _, _, message in taken]
    assert found == ["提示", "共", "件", "待办", "没有", "有 %(n)s 件"]
    assert env.from_string(source).render(n=2) == '<p title="提示">共 2 件</p>待办有 2 件'
    assert env.from_string("增长 5%，共{{ x }}").render(x="<b>") == "增长 5%，共&lt;b&gt;"


def test_a_file_may_be_kept_for_ever_under_its_contents_mark(office: WebOffice, browser: Browsers) -> None:
    page = browser("").get("/sign-in").text
    address = asset("console.css")
    assert address in page
    answer = browser("").get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "no-cache" in browser("").get(address.partition("?")[0]).headers["Cache-Control"]
    assert browser("").get("/static/vendor.lock.json").status_code == 404
    assert browser("").get("/static/../app.py").status_code == 404


def test_no_stylesheet_reads_from_elsewhere() -> None:
    for path in (Path(STATIC) / "console.css", Path(STATIC) / "console.js"):
        assert "http" not in path.read_text(encoding="utf-8").replace("http://www.w3.org", "")
