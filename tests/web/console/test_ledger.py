"""留痕核验: an auditor finds a row, proves it, verifies all, seals, and reads a past day in two ways."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from openpyxl import load_workbook
from sqlalchemy import text

from domain.event_titles import EVENT_TITLES
from models.ledger import case_stream
from tests.web.console.conftest import Browsers
from tests.web.office import CODE, DAY, HERE, THERE, UNITS, WebOffice

ZONE = f"zone-handler-{HERE}"
CHIEF = f"reform_office-head-{HERE}"
CASE = f"{CODE}/{UNITS[HERE]}"
NAME = f"示例开发区{HERE}"


def test_a_row_is_found_by_the_zones_name_and_proved(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    auditor = browser("aud")
    page = auditor.get("/ledger", params={"zone": HERE, "event": "case_opened"})
    assert page.status_code == 200
    assert 'seq=1"' in page.text
    assert NAME in page.text
    proof = auditor.get("/ledger/proof", params={"stream": case_stream(CASE), "seq": "1"}).text
    assert "核验通过" in proof
    assert "还没有封存覆盖到这一条" in proof
    assert "case_opened" in proof


def test_what_is_seen_is_exported(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    sheet = load_workbook(BytesIO(browser("aud").get("/ledger.xlsx", params={"case": CASE}).content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, max_row=2, values_only=True))
    assert rows[0][3:5] == (NAME, 1)


def test_words_that_fit_nothing_or_many_say_so(office: WebOffice, browser: Browsers) -> None:
    office.launch(HERE)
    office.launch(THERE)
    auditor = browser("aud")
    many = auditor.get("/ledger", params={"zone": "示例开发区"}).text
    assert "对应 2 个" in many
    assert f"示例开发区{THERE}" in many
    assert "没有这个名称的改革任务" in auditor.get("/ledger", params={"zone": "没有的地方"}).text
    assert "没有叫这个姓名的登记人" in auditor.get("/ledger", params={"person": "无此人"}).text
    assert "不是日期" in auditor.get("/ledger", params={"since": "去年"}).text
    assert NAME in auditor.get("/ledger", params={"person": f"示例人员{CHIEF}"}).text
    wrong = auditor.get("/ledger", params={"after": "x"})
    assert wrong.status_code in {400, 409, 422}
    assert "翻页标记不对" in wrong.text


def test_a_county_sees_its_own_and_nothing_of_the_system(office: WebOffice, browser: Browsers) -> None:
    office.launch(HERE)
    there = browser(f"zone-handler-{THERE}")
    assert NAME not in there.get("/ledger").text
    assert there.get("/ledger/proof", params={"stream": case_stream(CASE)}).status_code == 404
    assert browser(ZONE).get("/ledger/proof", params={"stream": "organisation"}).status_code == 404
    assert browser(ZONE).get("/ledger/whole").status_code == 403
    assert browser(ZONE).get("/ledger/seals").status_code == 403
    assert "/ledger/whole" not in browser(ZONE).get("/ledger").text
    assert browser(CHIEF).send_form("/ledger/seals").status_code == 403
    assert browser(CHIEF).get("/ledger/seals/1").status_code == 403
    refused = there.get("/ledger/past", params={"case": CASE, "on": DAY})
    assert "没有这个名称的改革任务" in refused.text


def test_the_whole_is_verified_sealed_and_the_seal_taken_away(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    auditor = browser("aud")
    assert "还没有核验过" in auditor.get("/ledger/whole").text
    assert "已封存第 1 号" in auditor.send_form("/ledger/seals").text
    page = auditor.send_form("/ledger/whole")
    assert page.url.path == "/ledger/whole"
    assert "核验通过" in page.text
    assert "与封存第 1 号" in page.text
    taken = auditor.get("/ledger/seals/1")
    assert "attachment" in taken.headers["Content-Disposition"]
    assert json.loads(taken.content)["number"] == 1
    assert auditor.get("/ledger/seals/2").status_code == 404
    proof = auditor.get("/ledger/proof", params={"stream": case_stream(CASE), "seq": "1"}).text
    assert "封存第 1 号" in proof
    assert "相符" in proof


def test_a_row_that_was_changed_behind_its_back_is_named(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    with office.db.write() as session:
        session.execute(text("DROP TRIGGER event_no_update"))
        changed = "UPDATE event SET body = replace(body, '2022-03', '2021-03') WHERE stream = :stream"
        session.execute(text(changed), {"stream": case_stream(CASE)})
    auditor = browser("aud")
    page = auditor.send_form("/ledger/whole").text
    assert "核验不符" in page
    assert "请停止写入" in page
    proof = auditor.get("/ledger/proof", params={"stream": case_stream(CASE), "seq": "1"}).text
    assert "核验不符" in proof


def test_a_day_in_the_past_is_read_in_both_ways(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    auditor = browser("aud")
    page = auditor.get("/ledger/past", params={"zone": HERE, "on": DAY})
    assert "两种读法一致" in page.text or "还没有这一改革任务的记录" in page.text
    assert f"/cases/{CODE}/" in unquote(page.text)
    assert "reading=situation" in page.text
    ahead = auditor.get("/ledger/past", params={"case": CASE, "on": "2029-01-01"})
    assert "看不了这一天" in ahead.text
    assert ahead.status_code >= 400
    before = auditor.get("/ledger/past", params={"case": CASE, "on": "2020-01-01"}).text
    assert "还没有启动" in before
    assert "不是日期" in auditor.get("/ledger/past", params={"case": CASE, "on": "昨天"}).text


def test_every_kind_of_event_of_a_case_has_a_title() -> None:
    stored = (Path(__file__).parents[2] / "golden" / "events-1.jsonl").read_text(encoding="utf-8")
    kinds = set(re.findall(r'"type":\s*"([a-z_]+)"', stored))
    assert len(kinds) > 60
    assert not kinds - set(EVENT_TITLES)
