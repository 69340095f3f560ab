"""运行: Prefect's runs in the office's words; works with Prefect away; what stopped is given back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from domain.refusal import Refused
from services.acts import Entry
from services.office.counter import Counter
from services.views.runs import RunFilter, RunsPage, show_runs
from tests.answering_prefect import Answering, answering_prefect
from tests.web.console.conftest import Browsers
from tests.web.office import CODE, HERE, THERE, UNITS, WebOffice

CHIEF = f"reform_office-head-{HERE}"
CASE = f"{CODE}/{UNITS[HERE]}"
ASKED: list[dict[str, Any]] = []


def run(number: int, state: str, *tags: str, message: str = "") -> dict[str, Any]:
    """A run as Prefect tells of it."""
    return {
        "id": f"0000-{number}",
        "name": f"示例开发区 · 示例环节 · 推进 {number}",
        "flow_id": "advance",
        "state_type": state,
        "state": {"message": message},
        "tags": list(tags),
        "start_time": "2022-03-02T01:00:00Z",
        "end_time": "2022-03-02T01:00:02Z",
    }


RUNS = [
    run(1, "FAILED", f"zone:{UNITS[HERE]}", f"case:{CASE}", "stage:示例环节", "relay:1", message="boom"),
    run(2, "COMPLETED", f"zone:{UNITS[THERE]}", f"case:{CODE}/{UNITS[THERE]}"),
    run(3, "CRASHED"),
]


@pytest.fixture
def prefect(office: WebOffice) -> Iterator[None]:
    """A Prefect that knows of these runs, and filters as Prefect does."""

    class Knowing(Answering):
        def do_GET(self) -> None:
            if self.path.startswith("/api/flows/"):
                self._answer({"name": "advance-case"})
            else:
                self._answer({"home": str(settings.prefect_home), "token": "t"})

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            ASKED.append(asked["flow_runs"])
            states = asked["flow_runs"].get("state", {}).get("type", {}).get("any_")
            tags = set(asked["flow_runs"].get("tags", {}).get("all_", ()))
            fits = [
                each
                for each in RUNS
                if (states is None or each["state_type"] in states) and tags <= set(each["tags"])
            ]
            self._answer(fits[asked["offset"] : asked["offset"] + asked["limit"]])

        def _answer(self, body: Any) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

    settings = office.app.state.runtime.settings
    with answering_prefect(settings, Knowing):
        yield


def shown(office: WebOffice, person: str, **wanted: str) -> RunsPage:
    """The read model of somebody."""
    counter = Counter(runtime=office.app.state.runtime, entry=Entry(actor=person, channel="console"))
    page = show_runs(counter, RunFilter(**wanted))
    assert not isinstance(page, Refused)
    return page


@pytest.mark.usefixtures("prefect")
def test_runs_are_told_in_words_of_zones_in_sight(office: WebOffice) -> None:
    office.launch(HERE)
    office.launch(THERE)
    page = shown(office, CHIEF)
    assert page.runs is not None
    assert [each.id for each in page.runs] == ["0000-1", "0000-3"]
    failed, crashed = page.runs
    assert (failed.flow_title, failed.state_title, failed.stage) == ("推进", "失败", "示例环节")
    assert failed.units == (f"示例开发区{HERE}",)
    assert "自动再试" in failed.remedy
    assert "重新运行" in crashed.remedy
    assert failed.seconds == 2.0
    assert [each.id for each in shown(office, "sys").runs or ()] == ["0000-1", "0000-2", "0000-3"]
    assert [each.id for each in shown(office, CHIEF, state="FAILED").runs or ()] == ["0000-1"]
    assert [each.id for each in shown(office, CHIEF, unit=UNITS[HERE]).runs or ()] == ["0000-1"]
    assert not shown(office, CHIEF, stage="没有的环节").runs
    assert ASKED[-1]["tags"]["all_"] == ["stage:没有的环节"]


@pytest.mark.usefixtures("prefect")
def test_the_page_shows_runs_and_what_to_do(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    page = browser(CHIEF).get("/runs", params={"zone": HERE, "state": "FAILED"})
    assert page.status_code == 200
    assert "系统会自动再试" in page.text
    assert "boom" in page.text
    assert "在 Prefect 中看" in page.text
    assert f"/cases/{CODE}" in page.text


def test_with_prefect_away_the_page_says_what_the_database_knows(
    office: WebOffice, browser: Browsers
) -> None:
    office.launch()
    page = browser(CHIEF).get("/runs")
    assert page.status_code == 200
    assert "连不上 Prefect" in page.text
    assert "办理照常" in page.text
    assert "等待显示" in page.text


def test_what_stopped_is_given_back_by_the_administrator_alone(office: WebOffice, browser: Browsers) -> None:
    office.launch()
    with office.db.write() as session:
        session.execute(text("UPDATE reform_case SET dead = true, last_error = '示例原因'"))
    page = browser(CHIEF).get("/runs").text
    assert "示例原因" in page
    assert "由系统管理员在本页重新放回" in page
    refused = browser(CHIEF).send_form("/runs/give-back", case=CASE)
    assert refused.status_code == 403
    assert "没有放回" in refused.text
    done = browser("sys").send_form("/runs/give-back", case=CASE)
    assert done.url.path == "/runs"
    assert "已重新放回:1 个改革任务" in done.text
    assert "示例原因" not in browser(CHIEF).get("/runs").text


def test_a_zone_has_no_such_page(browser: Browsers) -> None:
    zone = browser(f"zone-handler-{HERE}")
    assert zone.get("/runs").status_code == 403
    assert 'href="/runs"' not in zone.get("/inbox").text
