"""会议、打印文书: a session is planned, listed for, its minutes recorded at once; forms are printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from config.clock import FixedClock
from tests.web import office as offices
from tests.web.console.conftest import Browser, Browsers
from tests.web.office import CODE, DAY, HERE, THERE, UNITS, WebOffice, case_path, headers, web_office

STEP = f"/cases/{CODE}/{UNITS[HERE]}/steps/1.3"
COUNTY, ZONE, CHECKER = f"county-head-{HERE}", f"zone-handler-{HERE}", f"county-member-{HERE}"
BODY = f"party-{HERE}"
programme_text = offices.programme_text
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def _with_a_meeting(version: int = 1) -> str:
    """The deployment's programme, with 1.3 decided by a meeting."""
    made = json.loads(programme_text(version))
    made["stages"][0]["steps"][2]["nodes"][0] |= {"kind": "meeting", "act": "会议议定"}
    return json.dumps(made, ensure_ascii=False)


@pytest.fixture
def office(migrated_sqlite_url: str, wall_clock: FixedClock) -> Iterator[WebOffice]:
    """The deployment, with a meeting."""
    with (
        patch.object(offices, "programme_text", _with_a_meeting),
        web_office(migrated_sqlite_url, wall_clock) as opened,
    ):
        opened.launch()
        done = opened.of(ZONE).post(
            f"{case_path()}/steps/1.3/submit", json={"occurred_on": DAY}, headers=headers()
        )
        assert done.status_code == 200, done.text
        yield opened


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to ``action``."""
    return dict(HIDDEN.findall(page.split(f'action="{action}"')[1].split("</form>")[0]))


def plan(clerk: Browser) -> str:
    """Plan today's session; return its address."""
    page = clerk.get("/meetings").text
    sent = fields(page, "/meetings") | {"body": BODY, "name": "示例第2次会议", "planned_on": DAY}
    return clerk.post("/meetings", data=sent, follow_redirects=True).url.path


def test_a_session_is_planned_listed_and_its_minutes_recorded_at_once(
    office: WebOffice, browser: Browsers
) -> None:
    clerk = browser(COUNTY)
    session = plan(clerk)
    page = clerk.get(session).text
    assert "等这个会议议定的" in page
    listed = clerk.post(f"{session}/list", data=fields(page, f"{session}/list"), follow_redirects=True)
    assert "已列入议题" in listed.text
    form = clerk.get(f"{STEP}/record").text
    assert "示例第2次会议" in form, "what the agenda knows is filled in"
    minutes = clerk.get(f"{session}/minutes").text
    name = re.search(r'name="(outcome\|[^"]+)" value="passed"', minutes)
    assert name is not None
    told = {"held_on": DAY, "number": "示例纪要〔2022〕第5号", name.group(1): "passed"}
    sent = fields(minutes, f"{session}/minutes") | told
    checked = clerk.post(f"{session}/minutes", data=sent).text
    assert "登记前再看一遍" in checked
    again = clerk.post(f"{session}/minutes", data=fields(checked, f"{session}/minutes") | {"again": "1"}).text
    assert re.search(r'value="passed" checked', again), "nothing typed is lost on the way back"
    sent = fields(checked, f"{session}/minutes")
    done = clerk.post(f"{session}/minutes", data=sent, follow_redirects=True)
    assert "已登记 1 个议题的结果" in done.text
    assert "示例会商" in browser(CHECKER).get("/record/checks").text


def test_minutes_that_cannot_be_recorded_say_so_and_keep_what_was_typed(
    office: WebOffice, browser: Browsers
) -> None:
    clerk = browser(COUNTY)
    session = plan(clerk)
    minutes = clerk.get(f"{session}/minutes").text
    sent = fields(minutes, f"{session}/minutes") | {"held_on": DAY, "number": "示例纪要〔2022〕第5号"}
    answer = clerk.post(f"{session}/minutes", data=sent)
    assert answer.status_code == 422
    assert "没有选一个议题的结果" in answer.text
    assert "示例纪要〔2022〕第5号" in answer.text
    name = re.search(r'name="(outcome\|[^"]+)" value="deferred"', minutes)
    assert name is not None
    deferred = sent | {name.group(1): "deferred", "confirmed": "1"}
    refused = clerk.post(f"{session}/minutes", data=deferred)
    assert refused.status_code == 409
    assert "全部没有登记" in refused.text


def test_a_session_is_moved_and_cancelled(office: WebOffice, browser: Browsers) -> None:
    clerk = browser(COUNTY)
    session = plan(clerk)
    head = {"csrf": clerk.csrf, "act": "change", "planned_on": "2022-03-09"}
    moved = clerk.post(f"{session}/change", data=head | {"command_id": "a" * 12}, follow_redirects=True)
    assert "3月9日" in moved.text
    head |= {"act": "cancel", "command_id": "b" * 12}
    assert "没有写明取消的理由" in clerk.post(f"{session}/change", data=head).text
    done = clerk.post(f"{session}/change", data=head | {"reason": "与下次合并"}, follow_redirects=True)
    assert "已取消" in done.text


def test_another_county_sees_no_session(office: WebOffice, browser: Browsers) -> None:
    session = plan(browser(COUNTY))
    other = browser(f"county-head-{THERE}")
    for path in (session, f"{session}/minutes"):
        assert other.get(path).status_code == 404, path
    assert "示例第2次会议" not in other.get("/meetings").text


def test_forms_are_printed_with_their_code_and_as_word(office: WebOffice, browser: Browsers) -> None:
    zone = browser(ZONE)
    page = zone.get(f"{STEP}/print").text
    assert page.index("议题单") < page.index("呈批件"), "the usual one first"
    assert "交接单" not in page, "only forms that fit"
    printed = zone.send_form(f"{STEP}/print", form="agenda")
    assert printed.status_code == 200
    assert "示例会商" in printed.text
    assert "script" not in printed.headers["Content-Security-Policy"]
    word = zone.send_form(f"{STEP}/print", form="approval", **{"as": "word"})
    assert word.content[:2] == b"PK"
    assert "docx" in word.headers["Content-Disposition"]
    refused = zone.send_form(f"{STEP}/print", form="handover")
    assert "不能打印交接单" in refused.text
    assert browser(f"zone-handler-{THERE}").send_form(f"{STEP}/print").status_code == 404


def test_the_agenda_is_printed(office: WebOffice, browser: Browsers) -> None:
    clerk = browser(COUNTY)
    session = plan(clerk)
    assert "议题汇总表" in clerk.send_form(f"{session}/print").text
    assert clerk.send_form(f"{session}/print", **{"as": "word"}).content[:2] == b"PK"
