"""我的待办: work over all positions, by what falls due when; the workbook holds exactly what is seen."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from domain.workdays import work_calendar
from services.pages.inbox import week_end
from tests.web.console.conftest import Browsers
from tests.web.office import HERE, THERE, WebOffice

ZONE = f"zone-handler-{HERE}"


def test_what_waits_for_me_leads_to_its_task(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    page = browser(ZONE).get("/inbox")
    assert page.status_code == 200
    assert "共 3 件" in page.text
    assert "示例方案起草" in page.text
    assert '/steps/1.1"' in page.text


def test_an_empty_inbox_says_what_comes_next(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    page = browser(f"zone-handler-{THERE}").get("/inbox").text
    assert "您的岗位下现在没有要办的事" in page
    assert HERE not in page


def test_a_filter_in_the_address_is_seen_and_exported(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    mine = browser(ZONE)
    assert "按现在的筛选没有待办" in mine.get("/inbox", params={"kind": "check"}).text
    sheet = load_workbook(BytesIO(mine.get("/inbox.xlsx").content)).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(min_row=2, max_row=4, values_only=True)] == [
        "1.1",
        "1.2",
        "1.3",
    ]


def test_htmx_gets_the_rows_alone(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    whole = browser(ZONE).get("/inbox")
    part = browser(ZONE).get("/inbox", headers={"HX-Request": "true"})
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert "示例方案起草" in part.text
    assert part.headers["Vary"] == "HX-Request"


@pytest.mark.parametrize(
    ("today", "ends"), [(date(2022, 4, 21), date(2022, 4, 24)), (date(2022, 4, 13), date(2022, 4, 15))]
)
def test_the_week_is_one_of_working_days(today: date, ends: date) -> None:
    assert week_end(today, work_calendar()) == ends


def test_somebody_without_a_position_has_no_inbox(office: WebOffice, browser: Browsers) -> None:
    assert browser("nobody").get("/inbox").status_code == 404
    assert browser("nobody").get("/", follow_redirects=True).url.path != "/inbox"
