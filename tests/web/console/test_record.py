"""代录与核对: one writes down what the party committee decided, another compares it; all without scripts."""

from __future__ import annotations

import re

import httpx

from tests.web.console.conftest import Browser, Browsers
from tests.web.office import CODE, DAY, HERE, THERE, UNITS, WebOffice, case_path, headers

STEP = f"/cases/{CODE}/{UNITS[HERE]}/steps/1.3"
ZONE, COUNTY, CHECKER = f"zone-handler-{HERE}", f"county-head-{HERE}", f"county-member-{HERE}"
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
TOLD = {"medium": "reply", "number_reply": "示例函〔2022〕3号", "on": DAY, "outcome": "agree"}


def submitted(office: WebOffice) -> None:
    """1.3 waits for the party committee."""
    office.launch()
    done = office.of(ZONE).post(
        f"{case_path()}/steps/1.3/submit", json={"occurred_on": DAY}, headers=headers()
    )
    assert done.status_code == 200, done.text


def hidden(page: str, act: str) -> dict[str, str]:
    """The hidden fields of the form that goes to ``act``."""
    return dict(HIDDEN.findall(page.split(f'action="{STEP}/{act}"')[1].split("</form>")[0]))


def send(browser: Browser, act: str, page: str, **told: str) -> httpx.Response:
    return browser.post(f"{STEP}/{act}", data={**hidden(page, act), **told}, follow_redirects=True)


def recorded(browser: Browser, **told: str) -> httpx.Response:
    """Fill in the form, look once more, send."""
    page = browser.get(f"{STEP}/record").text
    decided_by = {"decided_by": f"party-{HERE}"}
    seen = send(browser, "record", page, **decided_by, **{**TOLD, **told})
    return send(browser, "record", seen.text, **decided_by, **{**TOLD, **told})


def test_recorded_by_one_and_checked_by_another_it_counts(office: WebOffice, browser: Browsers) -> None:
    submitted(office)
    clerk, checker = browser(COUNTY), browser(CHECKER)
    listed = clerk.get("/record").text
    assert "示例会商" in listed
    page = clerk.get(f"{STEP}/record").text
    assert "可以代录" in page
    assert "不能是您" in page
    first = send(clerk, "record", page, decided_by=f"party-{HERE}", **TOLD)
    assert "请再看一遍" in first.text, "without scripts the answers are shown once more"
    assert "待核对" not in clerk.get(STEP).text.split("审批链")[1].split("</ol>")[0]
    done = recorded(clerk)
    assert "/receipts/" in done.url.path, done.text
    assert "没有待核对的" in clerk.get("/record/checks").text, "never one's own"
    waiting = checker.get("/record/checks").text
    assert "示例会商" in waiting
    look = checker.get(f"{STEP}/check").text
    assert "示例函〔2022〕3号" in look
    assert "在原件上看" in look
    answer = send(checker, "check", look, agrees="yes")
    assert "核对无误,决定生效" in answer.text
    assert "已办结" in checker.get(STEP).text


def test_not_as_on_the_original_it_is_void_and_a_reason_is_asked(
    office: WebOffice, browser: Browsers
) -> None:
    submitted(office)
    recorded(browser(COUNTY))
    checker = browser(CHECKER)
    look = checker.get(f"{STEP}/check").text
    refused = send(checker, "check", look, agrees="no")
    assert refused.status_code == 409
    assert "须写明哪里不一致" in refused.text
    assert re.search(r'value="no" required checked', refused.text)
    done = send(checker, "check", look, agrees="no", reason="原件落款是3月1日")
    assert "这条代录作废" in done.text
    assert "示例会商" in browser(COUNTY).get("/record").text, "it waits to be recorded anew"


def test_who_recorded_does_not_check(office: WebOffice, browser: Browsers) -> None:
    submitted(office)
    clerk = browser(COUNTY)
    recorded(clerk)
    look = browser(CHECKER).get(f"{STEP}/check").text
    own = hidden(look, "check") | {"csrf": clerk.csrf, "agrees": "yes"}
    answer = clerk.post(f"{STEP}/check", data=own)
    assert answer.status_code == 403
    assert "不能核对本人代录的意见" in answer.text


def test_a_date_out_of_order_warns_and_lets_go_on(office: WebOffice, browser: Browsers) -> None:
    submitted(office)
    clerk = browser(COUNTY)
    warned = recorded(clerk, on="2022-03-01")
    assert warned.status_code == 409
    assert "日期提醒" in warned.text
    assert "示例函〔2022〕3号" in warned.text, "what was typed stays"
    told = {"decided_by": f"party-{HERE}", **TOLD, "on": "2022-03-01", "out_of_order": "会议先议"}
    done = send(clerk, "record", warned.text, **told)
    assert "/receipts/" in done.url.path, done.text
    assert "会议先议" in browser(CHECKER).get(f"{STEP}/check").text


def test_what_was_left_out_is_named(office: WebOffice, browser: Browsers) -> None:
    submitted(office)
    clerk = browser(COUNTY)
    answer = send(clerk, "record", clerk.get(f"{STEP}/record").text, medium="reply", opinion="示例原文")
    assert answer.status_code == 422
    assert "还没有填谁决定的、日期、结果" in answer.text
    assert "示例原文" in answer.text


def test_the_code_on_the_paper_leads_to_its_step(office: WebOffice, browser: Browsers) -> None:
    submitted(office)
    printed = office.of(COUNTY).post(f"{case_path()}/steps/1.3/print", json={})
    assert printed.status_code == 201, printed.text
    code = printed.json()["code"]
    clerk = browser(COUNTY)
    page = clerk.get("/record", params={"code": code}, follow_redirects=True)
    assert page.url.path == f"{STEP}/record"
    assert "已对上" in page.text
    other = browser(f"county-head-{THERE}").get("/record", params={"code": code})
    assert other.status_code == 404
    assert "没有找到这份文书" in other.text


def test_a_scan_without_a_code_says_what_to_do(office: WebOffice, browser: Browsers) -> None:
    clerk = browser(COUNTY)
    answer = clerk.post(
        "/record/scan", data={"csrf": clerk.csrf}, files={"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    )
    assert answer.status_code in {409, 422}
    assert "没有找到这份文书" in answer.text


def test_nothing_waits_where_nothing_was_handed_in(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    answer = browser(COUNTY).get(f"{STEP}/record")
    assert answer.status_code == 404
    assert "现在没有可由您代录的决定" in answer.text
