"""任务页: papers, handing in with a receipt, sent back, answered, two at once; all without scripts."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.web.console.conftest import Browser, Browsers
from tests.web.office import CODE, HERE, UNITS, WebOffice

ZONE, HEAD = f"zone-handler-{HERE}", f"county-head-{HERE}"
STEP = f"/cases/{CODE}/{UNITS[HERE]}/steps/1.1"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to ``action``."""
    form = page.split(f'action="{STEP}/{action}"')[1].split("</form>")[0]
    return dict(HIDDEN.findall(form))


def submit(zone: Browser) -> httpx.Response:
    """Hand in as the page says: the check page, then the button."""
    page = zone.get(f"{STEP}/submit").text
    return zone.post(f"{STEP}/submit", data=form_of(page, "submit"), follow_redirects=True)


def decide(head: Browser, page: str, **answer: str) -> tuple[httpx.Response, dict[str, str]]:
    """Answer: the panel, then the check page; the second answer is what the button there sends."""
    checked = head.post(f"{STEP}/decide", data={**form_of(page, "decide"), **answer})
    assert "核对意见" in checked.text, checked.text
    return checked, form_of(checked.text, "decide")


def test_a_plan_is_handed_in_sent_back_and_agreed(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    zone, head = browser(ZONE), browser(HEAD)
    page = zone.get(STEP).text
    assert "要做什么" in page
    done = zone.post(
        f"{STEP}/files",
        data=form_of(page, "files"),
        files={"file": ("方案.pdf", PDF, "application/pdf")},
        follow_redirects=True,
    )
    assert done.status_code == 200, done.text
    assert "已上传" in done.text
    file = re.search(r'href="(/files/[0-9a-f]{24})"', done.text)
    assert file is not None
    fetched = zone.get(file.group(1))
    assert fetched.content == PDF
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    assert "已上传" not in zone.get(STEP).text
    receipt = submit(zone)
    assert "/receipts/" in receipt.url.path
    assert "回执" in receipt.text
    waiting = head.get(STEP).text
    assert "签署意见" in waiting
    _, sent = decide(head, waiting, outcome="return", opinion="聘期不一致,请核")
    assert "/receipts/" in head.post(f"{STEP}/decide", data=sent, follow_redirects=True).url.path
    assert "退回 第1轮" in zone.get("/inbox").text
    assert "第 2 轮" in zone.get(STEP).text
    submit(zone)
    _, sent = decide(head, head.get(STEP).text, outcome="agree")
    head.post(f"{STEP}/decide", data=sent)
    assert "已办结" in zone.get(STEP).text


def test_a_reason_that_is_missing_is_asked_for_and_nothing_typed_is_lost(
    office: WebOffice, browser: Browsers
) -> None:
    office.launch()
    zone, head = browser(ZONE), browser(HEAD)
    submit(zone)
    _, sent = decide(head, head.get(STEP).text, outcome="disagree")
    answer = head.post(f"{STEP}/decide", data=sent)
    assert answer.status_code == 409
    assert "意见没有提交" in answer.text
    assert "您填的内容还在下面" in answer.text
    assert re.search(r'value="disagree" required checked', answer.text)


def test_sent_twice_it_is_done_once(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    zone = browser(ZONE)
    fields = form_of(zone.get(f"{STEP}/submit").text, "submit")
    first = zone.post(f"{STEP}/submit", data=fields, follow_redirects=True)
    again = zone.post(f"{STEP}/submit", data=fields, follow_redirects=True)
    assert first.url == again.url


def test_who_comes_too_late_sees_both_versions(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    zone, head, late = browser(ZONE), browser(HEAD), browser(HEAD)
    submit(zone)
    page = late.get(STEP).text
    _, first = decide(head, head.get(STEP).text, outcome="return", opinion="请补")
    head.post(f"{STEP}/decide", data=first)
    submit(zone)
    _, sent = decide(late, page, outcome="agree", opinion="同意所见")
    answer = late.post(f"{STEP}/decide", data={**sent, "round": "1"})
    assert answer.status_code == 412
    assert "别人先办了一步" in answer.text
    assert "同意所见" in answer.text


def test_handed_in_by_mistake_it_is_taken_back(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    zone = browser(ZONE)
    submit(zone)
    page = zone.get(STEP).text
    assert "撤回提交" in page
    done = zone.post(f"{STEP}/withdraw", data=form_of(page, "withdraw"), follow_redirects=True)
    assert "已撤回" in done.text
    assert "核对并提交" in done.text


def test_who_has_no_seat_answers_nothing(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    submit(browser(ZONE))
    other = browser(f"county-member-{HERE}")
    assert "您的意见" not in other.get(STEP).text
    fields: dict[str, Any] = {"node": "head", "outcome": "agree", "confirmed": "1", "round": "1"}
    answer = other.send_form(f"{STEP}/decide", command_id="x" * 12, **fields)
    assert answer.status_code == 422
    assert "现在不由您签署" in answer.text


def test_a_reference_is_registered_without_a_file(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    zone = browser(ZONE)
    fields = {**form_of(zone.get(STEP).text, "papers"), "field.number": "示例函〔2022〕3号"}
    answer = zone.post(f"{STEP}/papers", data=fields)
    assert answer.status_code in {303, 409, 422}
    fields |= {"field.issued_on": "2022-03-01", "command_id": "b" * 16}
    done = zone.post(f"{STEP}/papers", data=fields, follow_redirects=True)
    assert "示例函〔2022〕3号" in done.text
