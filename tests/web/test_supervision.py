"""督查督办接口: an instruction over HTTP, from the source to the order, each by whoever may."""

from __future__ import annotations

import base64
from typing import Any

import httpx

from tests.web.office import DAY, HERE, THERE, UNITS, WebOffice, headers

OFFICE = f"reform_office-{HERE}"
HEAD = f"reform_office-head-{HERE}"
ZONE, HANDLER = f"zone-{HERE}", f"zone-handler-{HERE}"


def post(at: WebOffice, who: str, path: str, /, **body: Any) -> httpx.Response:
    return at.of(who).post(f"/supervision{path}", json={"occurred_on": DAY, **body}, headers=headers())


def done(answer: httpx.Response) -> str:
    assert answer.status_code in (200, 201), answer.text
    id_: str = answer.json()["id"]
    return id_


def test_from_the_source_to_the_order(office: WebOffice) -> None:
    office.launch()
    told = {"kind": "letter", "number": "示例函〔2022〕1号", "issued_on": DAY, "issuer": "示例机关"}
    source = done(post(office, HEAD, "/sources", title="示例", **told))
    finding = done(post(office, HEAD, "/findings", source=source, title="示例问题", unit=UNITS[HERE]))
    lead = {"body": ZONE, "due_on": "2022-03-31"}
    done(post(office, HEAD, f"/findings/{finding}/acts", act="assign", lead=lead))
    inbox = office.of(HANDLER).get("/inbox").json()["items"]
    mine = next(each for each in inbox if each["case"] == finding)
    assert (mine["kind"], mine["act"], mine["programme"]) == ("finding_sign", "签收", "")
    done(post(office, HANDLER, f"/findings/{finding}/acts", act="sign"))
    early = post(office, HANDLER, f"/findings/{finding}/acts", act="apply")
    assert (early.status_code, early.json()["code"]) == (409, "finding.no_paper")
    paper = {"title": "示例整改报告", "dated_on": DAY}
    done(post(office, HANDLER, f"/findings/{finding}/acts", act="apply", papers=[paper]))
    assert post(office, HANDLER, f"/findings/{finding}/acts", act="close").status_code in (403, 409)
    done(post(office, HEAD, f"/findings/{finding}/acts", act="review"))
    done(post(office, HEAD, f"/findings/{finding}/acts", act="close"))
    page = office.of(HANDLER).get(f"/supervision/matters/{finding}").json()
    assert page["line"]["state_title"] == "已销号"
    assert [each["act_title"] for each in page["deeds"]][:3] == ["立项", "交办", "签收"]
    assert office.of(f"zone-handler-{THERE}").get(f"/supervision/matters/{finding}").status_code == 404
    done(post(office, HEAD, f"/sources/{source}/answer", text="示例", medium="reply"))

    order = done(post(office, HEAD, "/orders", addressee=ZONE, unit=UNITS[HERE], text="示例要求"))
    issued = post(office, HEAD, f"/orders/{order}/acts", act="issue").json()
    assert issued["number"] == "督办〔2022〕1号"
    listed = office.of(HANDLER).get("/supervision", params={"kind": "order"}).json()["items"]
    assert [each["number"] for each in listed] == ["督办〔2022〕1号"]


def test_sent_again_it_is_done_once(office: WebOffice) -> None:
    body = {
        "kind": "oral", "issued_on": DAY, "issuer": "示例领导", "title": "示例", "occurred_on": DAY,
    }  # fmt: skip
    key = headers()
    first = office.of(HEAD).post("/supervision/sources", json=body, headers=key)
    again = office.of(HEAD).post("/supervision/sources", json=body, headers=key)
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["repeated"] is True
    other = office.of(HEAD).post("/supervision/sources", json={**body, "title": "另一件"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "command.reused")


def test_requests_and_inspections(office: WebOffice) -> None:
    asked = {"body": ZONE, "office": OFFICE, "leader": "示例领导", "title": "示例事项"}
    request = done(post(office, HANDLER, "/requests", **asked))
    week = office.of(HEAD).get("/supervision/week").json()
    assert [each["id"] for each in week["named"]] == [request]
    done(post(office, HEAD, f"/requests/{request}/end", text="示例", medium="telephone"))
    for _ in range(2):
        done(post(office, HEAD, "/inspections", unit=UNITS[HERE], subject="示例"))
    over = post(office, HEAD, "/inspections", unit=UNITS[HERE], subject="示例")
    assert (over.status_code, over.json()["code"]) == (409, "inspection.quota")
    assert over.json()["basis"]
    quota = office.of(HEAD).get(f"/supervision/quota/{UNITS[HERE]}").json()
    assert (quota["count"], quota["quota"]) == (2, 2)
    assert office.of(HEAD).get("/supervision/suggestions").json() == []


def test_a_circular_is_drafted_signed_outside_and_recorded(office: WebOffice) -> None:
    """What is told are facts; the number is the office's own; the unit sees it once it is sent."""
    office.launch()
    told = {"kind": "letter", "number": "示例函〔2022〕1号", "issued_on": DAY, "issuer": "示例机关"}
    source = done(post(office, HEAD, "/sources", title="示例", **told))
    finding = done(post(office, HEAD, "/findings", source=source, title="示例问题", unit=UNITS[HERE]))
    asked = {"kind": "circular", "about": [finding], "addressees": [ZONE], "text": "示例要求"}
    draft = done(post(office, HEAD, "/admonitions", **asked))
    assert post(office, HEAD, "/admonitions", **asked).json()["code"] == "admonition.drafted"
    assert office.of(HANDLER).get(f"/supervision/matters/{draft}").status_code == 404
    form = office.of(HEAD).get(f"/supervision/matters/{draft}/print").json()
    assert (form["title"], form["code"]) == ("通报", draft)
    assert "稿" in form["page"]
    assert finding in form["page"]
    assert base64.b64decode(form["word"]).startswith(b"PK")
    unnumbered = post(office, HEAD, f"/admonitions/{draft}/acts", act="issue")
    assert (unnumbered.status_code, unnumbered.json()["code"]) == (409, "admonition.no_number")
    issued = post(office, HEAD, f"/admonitions/{draft}/acts", act="issue", number="示例通[2022]1号")
    assert issued.json()["number"] == "示例通〔2022〕1号"
    page = office.of(HANDLER).get(f"/supervision/matters/{draft}").json()
    assert (page["line"]["state_title"], page["line"]["kind_title"]) == ("已签发", "通报、约谈")
    assert office.of(f"zone-handler-{THERE}").get(f"/supervision/matters/{draft}").status_code == 404
    held = post(office, HEAD, f"/admonitions/{draft}/acts", act="hold", text="示例")
    assert held.json()["code"] == "admonition.state"


def test_an_inspection_is_cancelled_and_a_source_has_no_form(office: WebOffice) -> None:
    inspection = done(post(office, HEAD, "/inspections", unit=UNITS[HERE], subject="示例"))
    assert post(office, HANDLER, f"/inspections/{inspection}/cancel", text="示例").status_code == 403
    done(post(office, HEAD, f"/inspections/{inspection}/cancel", text="示例:与其他检查合并"))
    assert office.of(HEAD).get(f"/supervision/quota/{UNITS[HERE]}").json()["count"] == 0
    again = post(office, HEAD, f"/inspections/{inspection}/cancel", text="示例")
    assert again.json()["code"] == "inspection.cancelled"
    form = office.of(HEAD).get(f"/supervision/matters/{inspection}/print")
    assert (form.status_code, form.json()["code"]) == (409, "matter.no_form")
