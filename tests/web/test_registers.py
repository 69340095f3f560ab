"""Registers over HTTP: a template, an export, a sheet previewed and imported once, single rows changed."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.web.office import DAY, HERE, THERE, WebOffice, case_path, headers, problem
from web.api.registers import EXCEL

ZONE = f"zone-handler-{HERE}"
STEP = f"{case_path()}/steps/1.2/registers/staff"
REGISTER = f"{case_path()}/registers/staff"


@pytest.fixture
def zone(office: WebOffice) -> httpx.Client:
    office.launch()
    return office.of(ZONE)


def book(*rows: tuple[Any, ...]) -> bytes:
    made = Workbook()
    lines = made.active
    assert isinstance(lines, Worksheet)
    lines.title = "名册"
    lines.append(("人员台账",))
    lines.append(("序号*", "姓名"))
    for row in rows:
        lines.append(row)
    into = io.BytesIO()
    made.save(into)
    return into.getvalue()


def send(client: httpx.Client, path: str, content: bytes, *, key: str = "", **data: str) -> httpx.Response:
    given = headers(key=key) if path == f"{STEP}/sheet" else {}
    said = {"occurred_on": DAY, **data} if given else {}
    return client.post(path, data=said, files={"file": ("示例.xlsx", content)}, headers=given)


def test_a_sheet_is_previewed_then_imported_once(zone: httpx.Client) -> None:
    content = book((1, "张三"), (2, "李四"))
    told = send(zone, f"{REGISTER}/preview", content)
    assert told.status_code == 200, told.text
    assert (told.json()["written"], told.json()["changes"]["added"]) == (False, ["1", "2"])
    assert zone.get(f"{case_path()}/registers").json()[0]["rows"] == 0
    first = send(zone, f"{STEP}/sheet", content, key="import-once", reason="示例原因")
    assert (first.status_code, first.json()["written"]) == (200, True), first.text
    again = send(zone, f"{STEP}/sheet", content, key="import-once", reason="示例原因")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    problem(send(zone, f"{STEP}/sheet", book((1, "王五")), key="import-once"), 409, "command.reused")
    same = send(zone, f"{STEP}/sheet", content)
    assert (same.json()["written"], same.json()["version"]) == (False, 1)


def test_every_fault_is_told_by_its_cell(zone: httpx.Client) -> None:
    content = book((1, "张三"), (1, None), ("=1+1", "李四"))
    told = send(zone, f"{REGISTER}/preview", content).json()["faults"]
    refused = problem(send(zone, f"{STEP}/sheet", content), 422, "register.faulty")
    assert [fault["cell"] for fault in refused["faults"]] == [fault["cell"] for fault in told]
    assert {fault["cell"] for fault in told} == {"名册!A4", "名册!B4", "名册!A5"}
    assert zone.get(f"{case_path()}/registers").json()[0]["rows"] == 0
    problem(send(zone, f"{REGISTER}/preview", b"%PDF-1.7"), 409, "import.unreadable")


def test_template_and_export_come_in_again(zone: httpx.Client, office: WebOffice) -> None:
    empty = zone.get(f"{REGISTER}/template")
    assert (empty.status_code, empty.headers["Content-Type"]) == (200, EXCEL)
    assert "filename*=UTF-8''" in empty.headers["Content-Disposition"]
    assert load_workbook(io.BytesIO(empty.content)).sheetnames[0] == "人员台账"
    send(zone, f"{STEP}/sheet", book((1, "张三")))
    out = zone.get(f"{REGISTER}/sheet", headers={"Accept": EXCEL})
    back = send(zone, f"{STEP}/sheet", out.content)
    assert (back.status_code, back.json()["written"]) == (200, False), back.text
    masked = office.of(f"county-member-{HERE}").get(f"{REGISTER}/sheet")
    lines = load_workbook(io.BytesIO(masked.content))["人员台账"]
    assert (lines["A4"].value, lines["B4"].value) == ("1", "(个人信息,您无权查看)")
    for person in (f"zone-handler-{THERE}", "sys", "nobody"):
        for what in ("template", "sheet"):
            problem(office.of(person).get(f"{REGISTER}/{what}"), 404, "access.not_found")


def test_rows_are_changed_by_hand_with_a_reason(zone: httpx.Client, office: WebOffice) -> None:
    send(zone, f"{STEP}/sheet", book((1, "张三"), (2, "李四")))
    edits = [
        {"kind": "add", "values": {"no": "3", "name": "王五"}},
        {"kind": "change", "key": "1", "values": {"name": "张三丰"}},
        {"kind": "remove", "key": "2"},
    ]
    said = {"occurred_on": DAY, "reason": "示例:漏报补录", "edits": edits}
    done = zone.post(f"{STEP}/rows", json=said, headers=headers(key="rows-once"))
    assert (done.status_code, done.json()["version"], done.json()["rows"]) == (200, 2, 2), done.text
    again = zone.post(f"{STEP}/rows", json=said, headers=headers(key="rows-once"))
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (done.json(), "true")
    shown = zone.get(REGISTER).json()["items"]
    assert [row["values"] for row in shown] == [{"no": "1", "name": "张三丰"}, {"no": "3", "name": "王五"}]
    wrong = {**said, "edits": [{"kind": "add", "values": {"no": "1", "name": ""}}]}
    answer = zone.post(f"{STEP}/rows", json=wrong, headers=headers())
    faults = problem(answer, 422, "register.faulty")["faults"]
    assert [fault["column"] for fault in faults] == ["姓名", "序号"]
    gone = {**said, "edits": [{"kind": "remove", "key": "9"}]}
    problem(zone.post(f"{STEP}/rows", json=gone, headers=headers()), 404, "register.row_unknown")
    nothing = {**said, "reason": " "}
    problem(zone.post(f"{STEP}/rows", json=nothing, headers=headers()), 422, "request.malformed")
    other = office.of(f"county-member-{HERE}").post(f"{STEP}/rows", json=gone, headers=headers())
    problem(other, 403, "actor.not_entitled")
