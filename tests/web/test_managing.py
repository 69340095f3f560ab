"""Units, bodies, people, accounts, checks, notices and forms over HTTP, as offices do it (示例)."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import httpx
import pytest

from domain.permissions import AccessRole
from models.tables import AdministratorRow, BodyRow, HoldingRow
from tests.web.office import DAY, HERE, SINCE, THERE, UNITS, WebOffice, case_path, headers, problem

BASIS = "示例办〔2022〕1号"


@pytest.fixture
def admin(office: WebOffice) -> httpx.Client:
    """The county's unit administrator."""
    with office.db.write() as session:
        session.add(
            AdministratorRow(
                person="nobody", role=AccessRole.UNIT_ADMIN, division=HERE, since=office.wall.now()
            )
        )
    return office.of("nobody")


def sent(client: httpx.Client, path: str, body: Any, key: str = "") -> Any:
    """What an act answered, which must have been done."""
    answer = client.post(path, json=body, headers=headers(key=key))
    assert answer.status_code in {200, 201}, (path, answer.text)
    return answer.json()


def test_a_body_is_registered_changed_and_ended(office: WebOffice, admin: httpx.Client) -> None:
    office.launch()
    new = {
        "code": "b-new", "name": "示例新局", "body_type": "county", "division": HERE, "level": "county",
    }  # fmt: skip
    assert sent(admin, "/bodies", new, "body-1234")["code"] == "b-new"
    again = admin.post("/bodies", json=new, headers=headers(key="body-1234"))
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    other = admin.post("/bodies", json={**new, "name": "别的局"}, headers=headers(key="body-1234"))
    problem(other, 409, "command.reused")
    changed = sent(admin, "/bodies/b-new/change", {"basis": BASIS, "name": "示例更名局"})
    assert changed["former"]["name"] == "示例新局"
    ends = {"bodies": [f"county-{HERE}"], "into": "b-new", "basis": BASIS, "effective": DAY}
    touched = admin.post("/bodies/end/preview", json=ends).json()["touched"]
    assert {each["kind"] for each in touched} >= {"case", "position"}
    assert admin.get(f"/bodies/county-{HERE}/positions").json()["facts"]["last"] is None
    assert sent(admin, "/bodies/end", ends)["into"] == "b-new"
    assert admin.get(f"/bodies/county-{HERE}/positions").json()["facts"]["last"] == "2022-03-01"


def test_a_person_comes_is_stood_in_for_and_leaves(office: WebOffice, admin: httpx.Client) -> None:
    here = f"zone-{HERE}"
    sent(admin, "/people", {"person": "p-new", "name": "示例新人", "body": here}, "person-1")
    problem(
        admin.post(
            "/people",
            json={"person": "p-new", "name": "另一姓名", "body": here},
            headers=headers(key="person-1"),
        ),
        409,
        "command.reused",
    )
    sent(admin, "/people/p-new/appoint", {"body": here, "position": "member", "first": "2022-01-01"})
    sent(admin, "/people/p-new/rename", {"name": "示例新人甲"})
    assert admin.get("/people/p-new").json()["name"] == "示例新人甲"
    lent = {"person": f"zone-handler-{HERE}", "body": here, "position": "handler", "deputy": "p-new"}
    proxy = sent(admin, "/proxies", {**lent, "first": DAY, "last": "2022-03-31"})
    sent(admin, f"/proxies/{proxy['id']}/end", {"last": "2022-03-10"})
    leaving = {"takes": [{"body": here, "position": "handler", "person": "p-new"}], "last": DAY}
    path = f"/people/zone-handler-{HERE}/hand-over"
    foreseen = admin.post(f"{path}/preview", json=leaving).json()
    done = sent(admin, path, leaving)
    assert foreseen["posts"] == done["event"]["posts"]
    assert done["event"]["posts"][0]["to"] == "p-new"
    assert office.of("p-new").get("/me").json()["today"] == DAY


def test_another_countys_people_are_not_there(office: WebOffice, admin: httpx.Client) -> None:
    hidden = admin.get(f"/people/zone-handler-{THERE}")
    absent = admin.get("/people/p-nowhere")
    assert {**hidden.json(), "instance": ""} == {**absent.json(), "instance": ""}
    assert hidden.status_code == 404
    seen = admin.get(f"/bodies/zone-{THERE}/positions").json()
    assert (seen["holdings"], seen["names"]) == ([], {})


def test_a_unit_is_placed_and_given_its_chain(office: WebOffice, admin: httpx.Client) -> None:
    unit, head = UNITS[HERE], office.of(f"reform_office-head-{HERE}")
    placed = sent(
        head, f"/units/{unit}/place", {"basis": BASIS, "parks": [{"name": "示例园", "area_ha": "10"}]}
    )
    assert placed["parks"][0]["name"] == "示例园"
    someone = {"person": f"zone-handler-{HERE}"}
    links = [{"part": part, **someone} for part in ("leader", "deputy", "contact")]
    links.append({"part": "lead", "body": f"county-{HERE}"})
    sent(head, f"/units/{unit}/chain", {"links": links, "first": DAY})
    shown = admin.get(f"/units/{unit}/chain").json()
    assert [each["part"] for each in shown] == ["leader", "deputy", "contact", "lead"]
    moves = {"kind": "rename", "units": [unit], "name": "示例新名", "basis": BASIS, "effective": DAY}
    problem(admin.post("/units/reorganise", json=moves, headers=headers()), 403, "access.denied")


def test_accounts_are_opened_at_a_browser_and_locked_by_a_program(office: WebOffice) -> None:
    keeper = office.of("sys")
    answer = keeper.post("/accounts", json={"person": f"zone-handler-{HERE}", "name": "zhangsan"})
    problem(answer, 403, "account.by_token")
    problem(office.of("sec").post("/accounts/a-none/lock", json={"reason": "示例"}), 404, "account.unknown")
    assert keeper.get("/accounts").json()["items"] == []
    problem(office.of("aud").post("/accounts/a-none/lock", json={"reason": "示例"}), 403, "access.denied")


def test_checks_are_run_and_explained(office: WebOffice) -> None:
    office.launch()
    head = office.of(f"reform_office-head-{HERE}")
    rules = head.get("/checks").json()
    assert head.get(f"/checks/{rules[0]['id']}").json() == rules[0]
    run = head.post(f"{case_path()}/checks/run", json={"dry_run": True})
    assert run.json()["case"] == f"api-sample/{UNITS[HERE]}"
    assert head.get(f"{case_path()}/checks").json() == []
    problem(head.get(f"{case_path()}/checks/H-04"), 409, "checks.not_asked")
    asked = {"check": "H-04", "reason": "示例", "until": "2022-12-31"}
    problem(head.post(f"{case_path()}/waivers", json=asked, headers=headers()), 409, "waiver.nothing")
    ruling = {"blocks": True, "number": BASIS}
    problem(head.post("/checks/H-04/rule", json=ruling, headers=headers()), 403, "access.denied")


def test_an_officer_says_where_notices_go(office: WebOffice) -> None:
    me = f"zone-handler-{HERE}"
    mine = office.of(me)
    shown = sent(mine, f"/people/{me}/notices/email", {"mode": "all", "address": "a@example.invalid"})
    (email,) = (each for each in shown if each["channel"] == "email")
    assert (email["mode"], email["reachable"]) == ("all", True)
    assert "example.invalid" not in mine.get(f"/people/{me}/notices").text
    problem(mine.get(f"/people/zone-handler-{THERE}/notices"), 404, "access.not_found")
    assert office.of("sys").get("/notices/queue").json()["stopped"] == []
    assert office.of("sys").post("/relay/requeue", json={}).json()["cases"] == 0


def test_a_ruling_and_a_wish_sent_again_are_one(office: WebOffice) -> None:
    ruling = {"blocks": True, "number": BASIS}
    keeper = office.of("sys")
    first = sent(keeper, "/checks/H-04/rule", ruling, "ruled-once")
    assert sent(keeper, "/checks/H-04/rule", ruling, "ruled-once") == first
    other = {**ruling, "blocks": False}
    problem(
        keeper.post("/checks/H-04/rule", json=other, headers=headers(1, "ruled-once")), 409, "command.reused"
    )

    me = f"zone-handler-{HERE}"
    mine, path = office.of(me), f"/people/{me}/notices/email"
    wish = {"mode": "urgent", "address": "b@example.invalid"}
    shown = sent(mine, path, wish, "wished-once")
    assert sent(mine, path, wish, "wished-once") == shown
    for address in ("c@example.invalid", ""):
        changed = mine.post(path, json={**wish, "address": address}, headers=headers(1, "wished-once"))
        problem(changed, 409, "command.reused")


def test_a_form_is_printed_and_found_again(office: WebOffice) -> None:
    office.launch()
    clerk = office.of(f"zone-handler-{HERE}")
    printed = clerk.post(f"{case_path()}/steps/1.1/print", json={}).json()
    assert b64decode(printed["word"]).startswith(b"PK")
    assert printed["code"] in printed["page"]
    found = clerk.get(f"/prints/{printed['code']}").json()
    assert (found["case"], found["step"]) == (f"api-sample/{UNITS[HERE]}", "1.1")
    stranger = office.of(f"zone-handler-{THERE}")
    problem(stranger.get(f"/prints/{printed['code']}"), 404, "paper.not_found")
    nothing = clerk.post("/prints/scan", files={"file": ("a.pdf", b"%PDF-1.7\n%%EOF\n")})
    problem(nothing, 409, "scan.unreadable")


def test_a_case_whose_unit_was_merged(office: WebOffice) -> None:
    """The case ends, is shown as ended, takes no more acts; sent again, nothing is merged twice."""
    with office.db.write() as session:
        session.add(
            BodyRow(
                code="city", name="示例市改革办", type="city_reform", kind="account", division="411000",
                level="city",
            )
        )  # fmt: skip
        session.flush()
        session.add(HoldingRow(person="nobody", body="city", position="head", valid_from=SINCE))
    for county in (HERE, THERE):
        office.launch(county)
    city = office.of("nobody")
    merge = {
        "kind": "merge", "units": [UNITS[THERE]], "into": UNITS[HERE], "basis": BASIS, "effective": DAY,
    }  # fmt: skip
    foreseen = city.post("/units/reorganise/preview", json=merge).json()["touched"]
    assert ("case", f"api-sample/{UNITS[THERE]}") in {(each["kind"], each["id"]) for each in foreseen}
    done = sent(city, "/units/reorganise", merge, "merge-them")
    assert done["cases"] == [
        {"case": f"api-sample/{UNITS[THERE]}", "what": "merge", "into": f"api-sample/{UNITS[HERE]}"}
    ]
    again = city.post("/units/reorganise", json=merge, headers=headers(key="merge-them"))
    assert again.headers["Idempotent-Replayed"] == "true"
    merged = city.get(case_path(THERE)).json()
    assert merged["status"].startswith("已并入")
    assert city.get("/cases", params={"status": "open"}).json()["items"][0]["unit"] == UNITS[HERE]
    act = office.of(f"reform_office-head-{THERE}").post(
        f"{case_path(THERE)}/steps/1.1/submit", json={"occurred_on": DAY}, headers=headers()
    )
    problem(act, 409, "case.ended")
