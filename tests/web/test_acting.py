"""Acting over HTTP: the round that was seen, the number that makes it once, refusals as problems."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from domain import commands as c
from models.statements import EVENT
from tests.web.office import CODE, DAY, HERE, THERE, UNITS, WebOffice, case_path, headers, problem
from web.api.verbs import NOT_BY_HTTP, OTHER_ROUTES, VERBS

ZONE, HEAD, OFFICE = f"zone-handler-{HERE}", f"county-head-{HERE}", f"reform_office-head-{HERE}"


def _act(client: httpx.Client, path: str, body: dict[str, Any], round_: int = 1, key: str = "") -> Any:
    return client.post(path, json={"occurred_on": DAY, **body}, headers=headers(round_, key))


@pytest.fixture
def case(office: WebOffice) -> str:
    return office.launch()


def test_every_command_has_a_route_or_a_reason_for_none() -> None:
    told = {verb.command for verb in VERBS} | OTHER_ROUTES | NOT_BY_HTTP
    assert told == set(c.AnyCommand.__args__)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_the_example_of_a_verb_makes_its_command(verb: Any) -> None:
    body = verb.body.model_validate(verb.example)
    assert body.occurred_on.isoformat() == DAY


def test_a_step_is_submitted_and_decided(office: WebOffice, case: str) -> None:
    zone, head = office.of(ZONE), office.of(HEAD)
    assert [work["step"] for work in zone.get("/inbox").json()["items"]] == ["1.1", "1.2", "1.3"]
    shown = zone.get(f"{case}/steps/1.1")
    assert shown.headers["ETag"] == '"1"'
    done = zone.post(f"{case}/steps/1.1/submit", json={"occurred_on": DAY}, headers=headers())
    assert done.status_code == 200, done.text
    assert done.json()["status"] == "in_review"
    assert [work["body"] for work in done.json()["new_work"]] == [f"county-{HERE}"]
    decided = _act(head, f"{case}/steps/1.1/decide", {"node": "head", "outcome": "agree", "opinion": "同意"})
    assert (decided.status_code, decided.json()["status"]) == (200, "closed"), decided.text
    page = head.get(f"{case}/steps/1.1").json()
    assert [(each["decided_by"], each["opinion"]) for each in page["decisions"]] == [(HEAD, "同意")]
    told = head.get(f"{case}/history").json()["items"]
    assert [each["channel"] for each in told] == ["api", "api", "api"]
    assert [each["actor"] for each in told] == [OFFICE, ZONE, HEAD]


def test_the_same_number_does_it_once(office: WebOffice, case: str) -> None:
    zone = office.of(ZONE)
    first = _act(zone, f"{case}/steps/1.1/submit", {}, key="again-and-again")
    second = _act(zone, f"{case}/steps/1.1/submit", {}, key="again-and-again")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert first.headers["ETag"] == second.headers["ETag"]
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert len(zone.get(f"{case}/history").json()["items"]) == 2


@pytest.mark.parametrize("opinion", ["不同意见", ""])
def test_the_same_number_for_something_else_is_refused(office: WebOffice, case: str, opinion: str) -> None:
    zone, head = office.of(ZONE), office.of(HEAD)
    _act(zone, f"{case}/steps/1.1/submit", {})
    body = {"node": "head", "outcome": "agree", "opinion": "同意"}
    assert _act(head, f"{case}/steps/1.1/decide", body, key="decided-once").status_code == 200
    other = _act(head, f"{case}/steps/1.1/decide", {**body, "opinion": opinion}, key="decided-once")
    problem(other, 409, "command.reused")
    problem(_act(head, f"{case}/steps/1.2/decide", body, key="decided-once"), 409, "command.reused")


def test_a_number_may_hold_colons(office: WebOffice, case: str) -> None:
    """They part person and key inside; one in the key parts nothing, so nobody's number is another's."""
    zone = office.of(ZONE)
    first = _act(zone, f"{case}/steps/1.1/submit", {}, key="urn:uuid:1")
    again = _act(zone, f"{case}/steps/1.1/submit", {}, key="urn:uuid:1")
    assert (first.status_code, again.headers.get("Idempotent-Replayed")) == (200, "true")
    with office.db.read() as session:
        stored = set(session.connection().execute(select(EVENT.c.command_id)).scalars())
    assert f"{ZONE}:urn~uuid~1" in stored


def test_two_people_may_use_the_same_number(office: WebOffice, case: str) -> None:
    assert _act(office.of(ZONE), f"{case}/steps/1.1/submit", {}, key="number-1").status_code == 200
    body = {"node": "head", "outcome": "agree"}
    assert _act(office.of(HEAD), f"{case}/steps/1.1/decide", body, key="number-1").status_code == 200


def test_another_round_than_was_seen_is_refused_with_both(office: WebOffice, case: str) -> None:
    zone, head = office.of(ZONE), office.of(HEAD)
    _act(zone, f"{case}/steps/1.1/submit", {})
    _act(head, f"{case}/steps/1.1/decide", {"node": "head", "outcome": "return", "opinion": "请补充"})
    stale = _act(zone, f"{case}/steps/1.1/submit", {}, round_=1)
    told = problem(stale, 412, "step.round")
    assert (told["facts"]["seen"], told["facts"]["round"], stale.headers["ETag"]) == (1, 2, '"2"')
    assert _act(zone, f"{case}/steps/1.1/submit", {}, round_=2).status_code == 200


def test_an_act_has_to_say_its_round_and_its_number(office: WebOffice, case: str) -> None:
    zone, body, given = office.of(ZONE), {"occurred_on": DAY}, headers()
    path = f"{case}/steps/1.1/submit"
    bare = zone.post(path, json=body, headers={"Idempotency-Key": given["Idempotency-Key"]})
    problem(bare, 428, "request.if_match_missing")
    problem(zone.post(path, json=body, headers={"If-Match": '"1"'}), 400, "request.key_missing")
    for wrong in ("*", "1", 'W/"1"', '"x"'):
        problem(zone.post(path, json=body, headers=given | {"If-Match": wrong}), 422, "request.malformed")


def test_what_is_not_the_persons_to_do_is_refused_with_who_could(office: WebOffice, case: str) -> None:
    answer = _act(office.of(HEAD), f"{case}/steps/1.1/submit", {})
    assert "开发区经办" in problem(answer, 403, "actor.not_entitled")["title"]


def test_a_paper_is_recorded_and_checked_by_another(office: WebOffice, case: str) -> None:
    zone, head, handler = office.of(ZONE), office.of(HEAD), office.of(f"county-handler-{HERE}")
    _act(zone, f"{case}/steps/1.3/submit", {})
    paper = {
        "node": "party",
        "outcome": "agree",
        "decided_by": f"party-head-{HERE}",
        "medium": "signed_paper",
        "number": "示例办〔2022〕3号",
    }
    recorded = _act(head, f"{case}/steps/1.3/record", paper)
    assert recorded.status_code == 200, recorded.text
    (decision,) = head.get(f"{case}/steps/1.3").json()["decisions"]
    assert (decision["decided_by"], decision["recorded_by"], decision["verified_by"]) == (
        f"party-head-{HERE}",
        HEAD,
        "",
    )
    check = {"decision": decision["id"]}
    problem(_act(head, f"{case}/steps/1.3/check", check), 403, "duty.own_recording")
    problem(_act(handler, f"{case}/steps/1.3/check", {**check, "agrees": False}), 409, "check.reason_missing")
    checked = _act(handler, f"{case}/steps/1.3/check", check)
    assert (checked.status_code, checked.json()["status"]) == (200, "closed"), checked.text


def test_a_register_is_filled_whole_or_not_at_all(office: WebOffice, case: str) -> None:
    zone = office.of(ZONE)
    path, rows = f"{case}/steps/1.2/fill", [{"no": "1", "name": "张三"}, {"no": "2", "name": "李四"}]
    wrong = _act(zone, path, {"register": "staff", "rows": [*rows, {"no": "2", "name": ""}]})
    faults = problem(wrong, 422, "register.faulty")["faults"]
    assert {(fault["row"], fault["column"]) for fault in faults} == {(3, "姓名"), (3, "序号")}
    assert zone.get(f"{case}/registers").json()[0]["rows"] == 0
    done = _act(zone, path, {"register": "staff", "rows": rows}, key="filled-once")
    assert done.status_code == 200, done.text
    assert _act(zone, path, {"register": "staff", "rows": rows}, key="filled-once").json() == done.json()
    other = [{"no": "1", "name": "张三"}, {"no": "2", "name": "王五"}]
    problem(_act(zone, path, {"register": "staff", "rows": other}, key="filled-once"), 409, "command.reused")
    shown = zone.get(f"{case}/registers/staff").json()["items"]
    assert [row["values"] for row in shown] == rows
    problem(_act(zone, path, {"register": "none", "rows": rows}), 404, "register.unknown")


def test_names_are_for_those_whom_the_table_gives_them(office: WebOffice, case: str) -> None:
    rows = [{"no": "1", "name": "张三"}]
    _act(office.of(ZONE), f"{case}/steps/1.2/fill", {"register": "staff", "rows": rows})
    for person, sees in ((f"county-member-{HERE}", False), ("aud", False), (OFFICE, True), (HEAD, True)):
        answer = office.of(person).get(f"{case}/registers/staff")
        assert answer.status_code == 200, answer.text
        assert ("张三" in answer.text) is sees, person
    narrow = office.of(ZONE, scopes=("register.read",))
    assert "张三" not in narrow.get(f"{case}/registers/staff").text


def test_a_case_is_opened_once(office: WebOffice, case: str) -> None:
    body = {"programme": CODE, "version": 1, "unit": UNITS[HERE], "occurred_on": DAY}
    opened = office.of(OFFICE).post("/cases", json=body)
    assert (opened.status_code, opened.headers["Idempotent-Replayed"]) == (201, "true")
    problem(office.of(OFFICE).post("/cases", json=body | {"unit": UNITS[THERE]}), 403, "access.denied")
    problem(office.of(ZONE).post("/cases", json=body), 403, "access.denied")


def test_a_token_does_no_more_than_it_was_made_for(office: WebOffice, case: str) -> None:
    reader = office.of(ZONE, scopes=("case.read",))
    assert reader.get(case).status_code == 200
    problem(reader.get(f"{case}/history"), 403, "token.scope")
    problem(_act(reader, f"{case}/steps/1.1/submit", {}), 403, "token.scope")
    actor = office.of(ZONE, scopes=("step.act",))
    assert _act(actor, f"{case}/steps/1.1/submit", {}).status_code == 200
    problem(actor.get(case), 403, "token.scope")


def test_two_deciders_in_the_same_second_decide_once(office: WebOffice, case: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    _act(office.of(ZONE), f"{case}/steps/1.1/submit", {})
    clients = [office.of(HEAD) for _ in range(6)]
    body = {"node": "head", "outcome": "agree"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda client: _act(client, f"{case}/steps/1.1/decide", body), clients))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    assert len(office.of(HEAD).get(f"{case}/history").json()["items"]) == 3


def test_a_programme_is_checked_and_published_by_those_who_may(office: WebOffice) -> None:
    from tests.web.office import programme_text

    text = {"text": programme_text(2)}
    problem(office.of(ZONE).post("/programmes/check", json=text), 403, "access.denied")
    for county in (HERE, THERE):
        client = office.of(f"reform_office-head-{county}")
        problem(client.post("/programmes", json=text, headers=headers()), 403, "access.denied")
    assert office.of(ZONE).get(f"/programmes/{CODE}/1").status_code == 200
    problem(office.of(ZONE).get(f"/programmes/{CODE}/9"), 404, "programme.not_published")
    assert [each["version"] for each in office.of(ZONE).get("/programmes").json()] == [1]


def test_the_path_of_a_case_is_its_programme_and_unit(office: WebOffice, case: str) -> None:
    assert case == case_path(HERE)
    assert office.of(ZONE).get(case).json()["id"] == f"{CODE}/{UNITS[HERE]}"
