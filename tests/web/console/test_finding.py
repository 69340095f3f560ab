"""The search box, a case's list of tasks, one's notices: in sight only, each a step from what it names."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from models.tables import NoticeRow
from tests.web.console.conftest import Browsers
from tests.web.office import CODE, HERE, THERE, UNITS, WebOffice

ZONE = f"zone-handler-{HERE}"
CASE = f"/cases/{CODE}/{UNITS[HERE]}"


def test_a_name_leads_straight_to_its_case(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    found = browser(ZONE).get("/search", params={"q": f"示例开发区{HERE}"}, follow_redirects=True)
    assert found.url.path == CASE
    assert f"<h1>示例开发区{HERE}</h1>" in found.text
    assert f'href="{CASE}/steps/1.1"' in found.text


def test_a_word_lists_the_tasks_that_have_it(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    page = browser(ZONE).get("/search", params={"q": "示例"})
    assert "示例方案起草" in page.text
    assert "没有找到" in browser(ZONE).get("/search", params={"q": "不存在的词"}).text


def test_another_county_finds_nothing_of_it(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    there = browser(f"zone-handler-{THERE}")
    for words in (f"示例开发区{HERE}", "1.1", "示例方案"):
        answer = there.get("/search", params={"q": words})
        assert answer.status_code == 200
        assert "没有找到" in answer.text


def test_a_notice_is_read_by_going_where_it_leads(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    told = {"title": "示例通知", "text": "待您办理", "link": f"{CASE}/steps/1.1"}
    with office.db.write() as session:
        for number, person in enumerate((ZONE, ZONE, f"zone-handler-{THERE}")):
            session.add(
                NoticeRow(
                    id=f"{number:032d}",
                    recipient=person,
                    payload=msgspec.json.encode(told).decode(),
                    delivered_at=office.wall.now() - timedelta(hours=number),
                )
            )
    mine = browser(ZONE)
    assert "通知，2 条未读" in mine.get("/inbox").text
    there = mine.send_form("/notices/read", notice=f"{0:032d}", link=told["link"])
    assert there.url.path == f"{CASE}/steps/1.1"
    assert "未读 1 条" in mine.get("/notices").text
    mine.send_form("/notices/read", notice=f"{2:032d}")
    assert "未读 1 条" in browser(f"zone-handler-{THERE}").get("/notices").text
    assert "已标为已阅:1 条" in mine.send_form("/notices/read").text


def test_large_type_is_kept_in_the_browser(office: WebOffice, browser: Browsers) -> None:
    mine = browser(ZONE)
    assert 'class="large"' not in mine.get("/me").text
    assert 'class="large"' in mine.send_form("/me/large", next="/me").text
    assert 'class="large"' not in mine.send_form("/me/large", next="/me").text
