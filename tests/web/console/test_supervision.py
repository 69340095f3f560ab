"""问题与督办: a finding from its source to the end, an order up to its sign-for; what is refused, and why."""

from __future__ import annotations

import re
from io import BytesIO

import httpx
from openpyxl import load_workbook

from tests.web.console.conftest import Browser, Browsers
from tests.web.office import BUSY, DAY, HERE, THERE, WebOffice

HEAD, ZONE = f"reform_office-head-{HERE}", f"zone-handler-{HERE}"
ZONE_NAME, UNIT_NAME = f"示例zone{HERE}", f"示例开发区{HERE}"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def confirm(who: Browser, checked: httpx.Response) -> httpx.Response:
    """Send on what the page of answers shows."""
    assert "将要留痕的内容" in checked.text, checked.text[:3000]
    fields = dict(HIDDEN.findall(checked.text))
    fields.pop("csrf")
    return who.send_form(checked.url.path, True, **fields)


def new(who: Browser, kind: str, number: str = "1", /, **typed: str) -> str:
    """Register one; return its id."""
    asked = {"command_id": f"{kind}{number}", "on": DAY, **typed}
    made = confirm(who, who.send_form(f"/supervision/new/{kind}", True, **asked))
    assert made.status_code == 200, made.text
    assert "已登记" in made.text
    return made.url.path.rpartition("/")[2]


def do(who: Browser, matter: str, act: str, **typed: str) -> httpx.Response:
    """One act, shown once more where it is shown."""
    asked = {"command_id": f"{matter}{act}", "act": act, "on": DAY, **typed}
    answer = who.send_form(f"/supervision/{matter}/act", True, **asked)
    return confirm(who, answer) if "将要留痕的内容" in answer.text else answer


def finding(head: Browser) -> str:
    """A finding of the zone here, registered from a letter."""
    told = {"kind": "letter", "number": "示例函〔2022〕1号", "issued_on": DAY, "issuer": "示例机关"}
    source = new(head, "source", title="示例事项", **told)
    return new(head, "finding", source=source, title="示例问题", unit=UNIT_NAME)


def test_a_finding_from_the_source_to_the_end(office: WebOffice, browser: Browsers) -> None:
    head, zone = browser(HEAD), browser(ZONE)
    matter = finding(head)
    assert "交办" in do(head, matter, "assign", lead=ZONE_NAME, lead_due="2022-03-31").text
    page = zone.get(f"/supervision/{matter}").text
    assert 'value="sign"' in page
    assert 'value="close"' not in page
    assert "整改中" in do(zone, matter, "sign").text
    early = do(zone, matter, "apply", paper_title="", text="示例情况")
    assert early.status_code == 409
    assert "示例情况" in early.text
    assert "怎么办" in early.text
    paper = {"paper_title": "示例整改报告", "paper_on": DAY}
    assert "申请销号" in do(zone, matter, "apply", **paper).text
    assert "已复核" in do(head, matter, "review").text
    closed = do(head, matter, "close")
    assert "已销号" in closed.text
    assert "示例整改报告" in closed.text
    listed = head.get("/supervision", params={"kind": "finding", "state": "closed"}).text
    assert matter in listed
    assert "没有符合的事项" in head.get("/supervision", params={"state": "applied"}).text


def test_who_rectified_does_not_close(office: WebOffice, browser: Browsers) -> None:
    """The button is there, for the office is theirs; why not they is what the refusal says."""
    busy, head = browser(BUSY), browser(HEAD)
    matter = finding(busy)
    do(busy, matter, "assign", lead=ZONE_NAME, lead_due="2022-03-31")
    do(busy, matter, "sign")
    do(busy, matter, "apply", paper_title="示例整改报告", paper_on=DAY)
    refused = do(busy, matter, "review", text="示例意见")
    assert refused.status_code == 409
    assert "没有办成" in refused.text
    assert "示例意见" in refused.text
    assert "已复核" in do(head, matter, "review").text


def test_an_order_is_drafted_issued_and_signed_for(office: WebOffice, browser: Browsers) -> None:
    head, zone = browser(HEAD), browser(ZONE)
    asked = {"command_id": "1", "on": DAY, "addressee": "没有这个单位", "text": "示例要求"}
    wrong = head.send_form("/supervision/new/order", True, **asked)
    assert wrong.status_code in {404, 409}
    assert "没有找到机构“没有这个单位”" in wrong.text.replace("“", "“")
    assert "示例要求" in wrong.text
    order = new(head, "order", "2", addressee=ZONE_NAME, unit=UNIT_NAME, text="示例要求")
    assert zone.get(f"/supervision/{order}").status_code == 404
    assert "督办〔2022〕1号" in do(head, order, "issue").text
    assert "已签收" in do(zone, order, "sign").text
    printed = head.get(f"/supervision/{order}/paper")
    assert "示例要求" in printed.text
    assert "sandbox" in printed.headers["Content-Security-Policy"]
    assert head.get(f"/supervision/{order}/paper.docx").content.startswith(b"PK")
    again = do(zone, order, "sign")
    assert again.status_code == 422
    assert "现在是“已签收”" in again.text


def test_what_is_seen_is_exported(office: WebOffice, browser: Browsers) -> None:
    head = browser(HEAD)
    matter = finding(head)
    sheet = load_workbook(BytesIO(head.get("/supervision.xlsx", params={"kind": "finding"}).content)).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(min_row=2, max_row=2, values_only=True)] == [matter]
    none = head.get("/supervision.xlsx", params={"kind": "finding", "state": "closed"})
    empty = load_workbook(BytesIO(none.content)).active
    assert empty is not None
    assert "共 0 件" in str(empty.cell(3, 1).value)


def test_requests_and_inspections(office: WebOffice, browser: Browsers) -> None:
    head, zone = browser(HEAD), browser(ZONE)
    form = zone.get("/supervision/new/request").text
    assert f'value="{ZONE_NAME}"' in form
    asked = {"body": ZONE_NAME, "office": f"示例reform_office{HERE}", "leader": "示例领导"}
    request = new(zone, "request", title="示例协调事项", **asked)
    assert request in head.get("/supervision/week").text
    assert "已答复" in do(head, request, "answered", text="示例答复", medium="telephone").text
    for number in "12":
        new(head, "inspection", number, unit=UNIT_NAME, subject="示例检查")
    third = {"command_id": "3", "on": DAY, "unit": UNIT_NAME, "subject": "示例检查"}
    over = confirm(head, head.send_form("/supervision/new/inspection", True, **third))
    assert over.status_code == 409
    assert "依据" in over.text


def test_a_talk_is_drafted_about_a_finding(office: WebOffice, browser: Browsers) -> None:
    head = browser(HEAD)
    matter = finding(head)
    asked = {"kind": "talk", "addressees": ZONE_NAME, "about": matter, "text": "示例要求"}
    talk = new(head, "admonition", **asked)
    refused = do(head, talk, "issue", number="")
    assert refused.status_code == 409
    assert "已签发" in do(head, talk, "issue", number="示例函〔2022〕9号").text
    assert "示例函〔2022〕9号" in head.get(f"/supervision/{talk}").text


def test_others_see_neither_matter_nor_forms(office: WebOffice, browser: Browsers) -> None:
    head, there = browser(HEAD), browser(f"zone-handler-{THERE}")
    matter = finding(head)
    assert there.get(f"/supervision/{matter}").status_code == 404
    assert matter not in there.get("/supervision", params={"kind": "finding"}).text
    assert there.get("/supervision/new/order").status_code == 404
    assert there.get("/supervision/suggestions").status_code == 404
    assert browser("nobody").get("/supervision").status_code == 404
