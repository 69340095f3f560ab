"""总览, 台账, 开发区页: every number leads to as many rows, a day in the past says that it is, what is out of
sight is not there, the workbook holds what is seen."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape
from io import BytesIO
from typing import Any

import httpx
from openpyxl import load_workbook

from config.clock import BUSINESS_TIMEZONE
from tests.web.console.conftest import Browsers
from tests.web.office import CODE, HERE, THERE, UNITS, WebOffice
from web.console.words import near_day

CHIEF = f"reform_office-head-{HERE}"
CASE = f"/cases/{CODE}/{UNITS[HERE]}"
LATE = datetime(2022, 3, 25, 9, tzinfo=BUSINESS_TIMEZONE)
"""Some working days after the day on which 1.1 was due."""
FIGURE = re.compile(r'href="([^"]+)"><span>.*?</span><b>(\d+)<', re.S)


def sheet_of(answer: httpx.Response) -> list[tuple[Any, ...]]:
    """The rows of a workbook under its head."""
    page = load_workbook(BytesIO(answer.content)).active
    assert page is not None
    return list(page.iter_rows(min_row=2, values_only=True))


def late_office(office: WebOffice) -> None:
    """One zone each, and the first task of both overdue."""
    office.launch(HERE)
    office.launch(THERE)
    office.wall.set(LATE)


def test_each_number_leads_to_as_many_tasks_and_they_add_up(office: WebOffice, browser: Browsers) -> None:
    late_office(office)
    auditor = browser("aud")
    page = auditor.get("/overview").text
    strip = page[page.index('class="figs"') : page.index("</nav>", page.index('class="figs"'))]
    found = [(unescape(href), int(number)) for href, number in FIGURE.findall(strip)]
    lists = [(href, number) for href, number in found if href.startswith("/steps")]
    for href, number in lists:
        assert f"{number} 项任务，在" in auditor.get(href).text, href
    whole = lists[0][1]
    assert whole == sum(number for href, number in lists if "bucket=" in href) == 6
    assert "2 项逾期，在示例开发区" in page


def test_the_reddest_zone_leads_to_its_task(office: WebOffice, browser: Browsers) -> None:
    late_office(office)
    chief = browser(CHIEF)
    page = chief.get("/overview").text
    assert UNITS[THERE] not in page
    cell = re.search(r'<td class="over"><a class="over" href="([^"]+)">', page)
    assert cell is not None
    zone = chief.get(unescape(cell[1])).text
    assert f'href="{CASE}/steps/1.1"' in zone
    assert "下一步谁做什么" in zone
    assert "逾期" in zone
    assert '<svg class="tl"' in zone


def test_what_was_closed_in_another_year_says_so() -> None:
    assert near_day(date(2021, 5, 27), date(2022, 5, 6)) == "2021年5月27日"
    assert near_day(date(2022, 4, 27), date(2022, 5, 6)) == "4月27日"


def test_what_is_out_of_sight_is_not_there(office: WebOffice, browser: Browsers) -> None:
    late_office(office)
    there = browser(f"zone-handler-{THERE}")
    assert there.get(CASE).status_code == 404
    assert "0 项任务" in there.get("/steps", params={"case": f"{CODE}/{UNITS[HERE]}"}).text
    assert UNITS[HERE] not in there.get("/steps").text
    assert there.get("/cases", follow_redirects=True).url.path == f"/cases/{CODE}/{UNITS[THERE]}"
    for path in ("/overview", "/wall", "/steps", "/steps.xlsx", "/overview.xlsx", "/cases"):
        assert browser("nobody").get(path).status_code == 404, path


def test_the_workbook_holds_what_is_seen(office: WebOffice, browser: Browsers) -> None:
    late_office(office)
    chief = browser(CHIEF)
    rows = sheet_of(chief.get("/steps.xlsx", params={"bucket": "over"}))
    assert [(row[0], row[1]) for row in rows[:1]] == [("逾期", "1.1")]
    assert rows[-1][0].startswith("共 1 项 · 筛选:逾期")
    matrix = sheet_of(chief.get("/overview.xlsx"))
    assert matrix[0][0] == f"示例开发区{HERE}"
    assert matrix[0][2].startswith("逾期 0/3")


def test_a_day_in_the_past_says_so_and_one_ahead_is_refused(office: WebOffice, browser: Browsers) -> None:
    late_office(office)
    chief = browser(CHIEF)
    past = chief.get("/steps", params={"on": "2022-03-10", "bucket": "over"}).text
    assert "您看的是 <b>2022年3月10日</b>" in past
    assert "0 项任务" in past
    for path in ("/overview", "/wall", "/steps", CASE):
        ahead = chief.get(path, params={"on": "2022-05-01"})
        assert ahead.status_code == 409, path
        assert "还没有到" in ahead.text
        assert 'value="2022-05-01"' in ahead.text
    before = chief.get(CASE, params={"on": "2022-03-01"})
    assert "请选这一天或以后的日期" in before.text
    assert chief.get("/overview", params={"on": "去年"}).status_code == 422


def test_an_empty_list_says_what_to_do(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    chief = browser(CHIEF)
    assert "看全部任务" in chief.get("/steps", params={"words": "没有这样的"}).text
    empty = chief.get("/overview", params={"zone": "没有这样的"})
    assert empty.status_code == 200
    assert "请放宽筛选条件" in empty.text
    assert chief.get("/steps", params={"bucket": "blue"}).status_code == 409
    assert "请回到第一页再翻" in chief.get("/steps", params={"after": "nonsense"}).text


def test_a_view_is_kept_and_dropped_and_is_nobody_elses(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    chief, other = browser(CHIEF), browser(f"county-head-{HERE}")
    kept = chief.send_form("/views", name="我盯的", address="/steps?bucket=over")
    assert kept.url.path == "/steps"
    assert '<a class="chip" href="/steps?bucket=over"' in chief.get("/overview").text
    other.cookies.update({name: value for name, value in chief.cookies.items() if "views" in name})
    assert "我盯的" not in other.get("/overview").text
    away = chief.send_form("/views", name="别处", address="//example.org/steps")
    assert away.status_code == 409
    chief.send_form("/views/drop", name="我盯的", address="/overview")
    assert "我盯的" not in chief.get("/steps").text
