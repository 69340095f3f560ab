"""Events pushed to another system: registered over HTTP, signed, retried, given up; only what is in sight."""

from __future__ import annotations

import json
import random
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from config.clock import FixedClock, SystemClock
from config.settings import Settings
from domain import events as e
from domain.event_titles import EVENT_TITLES
from domain.pushing import judge_address
from integrations.sandbox.process import Sandbox, start_sandbox
from integrations.sandbox.trouble import Lie, Mode
from integrations.sandbox.webhook_receiver import SECRET_VARIABLE
from models.statements import EVENT, MESSAGE
from models.tables import AccountRow, WebhookRow
from services.bootstrap import open_runtime
from services.notifying.driving import go_round
from services.pushing.events import type_of
from tests.web.office import HERE, THERE, WebOffice, case_path, problem, web_office

SIGNED_HERE = f"reform_office-head-{HERE}"


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


class Pushing:
    """A deployment that may push to one port of this machine, and the receiver there."""

    def __init__(self, office: WebOffice, port: int, stack: ExitStack) -> None:
        self.office = office
        self.port = port
        self.url = f"http://127.0.0.1:{port}/hook"
        self._stack = stack

    def register(self, **more: Any) -> Any:
        """Register as the system administrator."""
        body = {"name": f"示例 {secrets.token_hex(3)}", "url": self.url, "subscriber": SIGNED_HERE, **more}
        return self.office.of("sys").post("/webhooks", json=body)

    def made(self, *, agreed: bool = True, **more: Any) -> tuple[str, str]:
        """Register, and let the subscriber agree; return id and secret."""
        answer = self.register(**more)
        assert answer.status_code == 201, answer.text
        id_, person = answer.json()["webhook"]["id"], answer.json()["webhook"]["subscriber"]
        if agreed:
            self.office.of(person).post(f"/webhooks/{id_}/accept")
        return id_, answer.json()["secret"]

    def receiver(self, secret: str) -> Sandbox:
        """Start what receives there, with the secret that it was handed."""
        wanted = start_sandbox("webhook_receiver", "--port", str(self.port), env={SECRET_VARIABLE: secret})
        return self._stack.enter_context(wanted)

    def go(self) -> None:
        """What the relay does, once. The receiver's clock is the machine's, so ours goes with it."""
        settings = Settings(
            database_url=str(self.office.app.state.settings.database_url), **allowed(self.port)
        )
        with open_runtime(settings, self.office.wall) as runtime:
            go_round(runtime, "relay", random.Random(1))  # noqa: S311

    def listed(self, id_: str) -> dict[str, Any]:
        """The administrator's line of an address."""
        found = self.office.of("sys").get("/webhooks").json()["items"]
        line: dict[str, Any] = next(each for each in found if each["id"] == id_)
        return line


def allowed(port: int) -> dict[str, Any]:
    return {"webhook_allowed": f"http://127.0.0.1:{port}/hook"}


@pytest.fixture
def pushing(migrated_sqlite_url: str) -> Iterator[Pushing]:
    port, wall = free_port(), FixedClock(SystemClock().now())
    with web_office(migrated_sqlite_url, wall, **allowed(port)) as office, ExitStack() as stack:
        yield Pushing(office, port, stack)


def told(receiver: Sandbox) -> list[tuple[str, str]]:
    """Case and type of everything that arrived, each once."""
    return [(m["data"].get("case", ""), m["data"]["type"]) for m in receiver.received()["messages"]]


def happened(office: WebOffice, county: str) -> list[tuple[str, str]]:
    """Case and type of everything in the ledger of a county's case."""
    case = case_path(county).removeprefix("/cases/")
    with office.db.read() as session:
        bodies = session.connection().execute(select(EVENT.c.body).where(EVENT.c.stream == f"case:{case}"))
        return [(case, event["type"]) for body in bodies.scalars() for event in json.loads(body)]


def test_exactly_the_events_in_sight_arrive_signed(pushing: Pushing) -> None:
    _, secret = pushing.made()
    receiver = pushing.receiver(secret)
    pushing.office.launch(HERE)
    pushing.office.launch(THERE)
    pushing.go()
    arrived = told(receiver)
    assert sorted(arrived) == sorted(happened(pushing.office, HERE))
    assert receiver.received()["refused"] == 0
    for message in receiver.received()["messages"]:
        assert {"case", "unit", "programme", "seq", "recorded_at"} <= set(message["data"])
    pushing.go()
    assert receiver.received()["deliveries"] == len(arrived)


def test_types_and_division_narrow_what_arrives(pushing: Pushing) -> None:
    office = pushing.office
    pushing.made(events=["submitted", "decided"], name="示例 提交")
    pushing.made(division=THERE, name="示例 邻县")
    _, secret = pushing.made(events=["step_opened"], division="411000", name="示例 启动")
    receiver = pushing.receiver(secret)
    office.launch(HERE)
    pushing.go()
    opened = [each for each in happened(office, HERE) if each[1] == "step_opened"]
    assert sorted(told(receiver)) == sorted(opened)
    assert receiver.received()["refused"] == 0


def test_a_subscriber_without_the_right_gets_nothing(pushing: Pushing) -> None:
    id_, secret = pushing.made(subscriber="nobody")
    receiver = pushing.receiver(secret)
    pushing.office.launch(HERE)
    pushing.go()
    assert told(receiver) == []
    assert pushing.listed(id_)["queued"] == 0


def test_nothing_goes_before_the_subscriber_has_agreed(pushing: Pushing) -> None:
    """An administrator sees no cases, and comes to see none by naming somebody who does."""
    office = pushing.office
    id_, secret = pushing.made(agreed=False)
    receiver = pushing.receiver(secret)
    office.launch(HERE)
    pushing.go()
    assert (told(receiver), pushing.listed(id_)["accepted_at"]) == ([], None)
    for person in ("sys", f"reform_office-head-{THERE}"):
        answer = office.of(person).post(f"/webhooks/{id_}/accept")
        assert answer.status_code in {403, 404}, answer.text
    (own,) = office.of(SIGNED_HERE).get("/me/webhooks").json()
    assert own["id"] == id_
    assert office.of(SIGNED_HERE).post(f"/webhooks/{id_}/accept").json()["accepted_at"]
    office.launch(THERE)
    pushing.go()
    assert told(receiver) == []
    office.of(f"zone-handler-{HERE}").post(
        f"{case_path(HERE)}/steps/1.1/submit",
        json={"occurred_on": pushing.office.wall.now().date().isoformat()},
        headers={"If-Match": '"1"', "Idempotency-Key": "agreed-and-sent"},
    )
    pushing.go()
    assert "submitted" in [type_ for _, type_ in told(receiver)]


def test_a_subscriber_who_is_locked_gets_nothing_more(pushing: Pushing) -> None:
    """Neither of what happens from then on, nor of what still waits."""
    id_, secret = pushing.made(events=["case_opened"])
    receiver = pushing.receiver(secret)
    pushing.office.launch(HERE)
    receiver.trouble(Mode.FAIL, status=503, times=2)
    pushing.go()
    with pushing.office.db.write() as session:
        locked = update(AccountRow).where(AccountRow.person == SIGNED_HERE).values(state="locked")  # type: ignore[arg-type]
        session.execute(locked)
    later(pushing, SOON)
    pushing.go()
    assert told(receiver) == []
    assert "锁定" in pushing.listed(id_)["last_error"]


def test_what_did_not_arrive_goes_again_and_is_given_up_at_last(pushing: Pushing) -> None:
    id_, secret = pushing.made(events=["case_opened"])
    receiver = pushing.receiver(secret)
    receiver.trouble(Mode.FAIL, status=503, times=2)
    pushing.office.launch(HERE)
    pushing.go()
    waiting = pushing.listed(id_)
    assert (waiting["queued"], waiting["failed"], told(receiver)) == (1, 0, [])
    assert waiting["last_error"]
    later(pushing, SOON)
    pushing.go()
    assert [type_ for _, type_ in told(receiver)] == ["case_opened"]
    assert pushing.listed(id_)["queued"] == 0
    receiver.trouble(Mode.FAIL, status=422)
    pushing.office.launch(THERE)
    there, _ = pushing.made(
        subscriber=f"reform_office-head-{THERE}", events=["case_opened"], name="示例 另一"
    )
    pushing.go()
    assert pushing.listed(there)["failed"] == 1


SOON = timedelta(minutes=4)


def later(pushing: Pushing, by: timedelta) -> None:
    """Make what waits for a later try due, without moving the clock that signs."""
    with pushing.office.db.write() as session:
        session.connection().execute(
            update(MESSAGE)
            .where(MESSAGE.c.next_attempt_at.is_not(None))
            .values(next_attempt_at=pushing.office.wall.now() - by)
        )


def test_a_redirect_is_not_followed(pushing: Pushing) -> None:
    id_, secret = pushing.made()
    receiver = pushing.receiver(secret)
    receiver.trouble(Mode.LIE, lie=Lie.REDIRECT)
    answer = pushing.office.of("sys").post(f"/webhooks/{id_}/test").json()
    assert answer["arrived"] is False
    assert answer["answer"]
    assert receiver.received()["deliveries"] == 1


def test_tried_rotated_disabled(pushing: Pushing) -> None:
    office = pushing.office
    id_, old = pushing.made()
    client = office.of("sys")
    rotated = client.post(f"/webhooks/{id_}/rotate").json()["secret"]
    assert rotated != old
    receiver = pushing.receiver(rotated)
    assert client.post(f"/webhooks/{id_}/test").json() == {"arrived": True, "answer": ""}
    assert told(receiver) == [("", "test")]
    office.launch(HERE)
    assert client.post(f"/webhooks/{id_}/disable").json()["disabled_at"]
    pushing.go()
    assert told(receiver) == [("", "test")]
    for verb in ("disable", "rotate", "test"):
        problem(client.post(f"/webhooks/{id_}/{verb}"), 404, "webhook.unknown")


def test_the_secret_is_nowhere_but_in_the_one_answer(pushing: Pushing) -> None:
    id_, secret = pushing.made(agreed=False)
    assert secret not in pushing.office.of("sys").get("/webhooks").text
    with pushing.office.db.read() as session:
        row = session.get(WebhookRow, id_)
        assert row is not None
        assert secret not in row.secret
        bodies = session.connection().execute(select(EVENT.c.body).where(EVENT.c.stream == "security"))
        written = [body for body in bodies.scalars() if id_ in body]
    assert len(written) == 1
    assert secret not in written[0]
    assert "/hook" not in written[0]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"url": "http://127.0.0.1:1/hook"}, 409, "webhook.not_allowed"),
        ({"url": "ftp://127.0.0.1/hook"}, 422, "webhook.url"),
        ({"subscriber": "p-unknown"}, 403, "actor.unknown"),
        ({"events": ["none"]}, 422, "request.malformed"),
    ],
)
def test_what_cannot_be_registered(pushing: Pushing, more: dict[str, Any], status: int, code: str) -> None:
    problem(pushing.register(**more), status, code)


def test_only_the_system_administrator_manages_and_a_name_is_taken_once(pushing: Pushing) -> None:
    pushing.made(name="示例 一")
    problem(pushing.register(name="示例 一"), 409, "webhook.exists")
    for person in (SIGNED_HERE, "sec", "aud", f"zone-handler-{HERE}"):
        problem(pushing.office.of(person).get("/webhooks"), 403, "access.denied")
    narrow = pushing.office.of("sys", scopes=("status.read",))
    problem(narrow.get("/webhooks"), 403, "token.scope")


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/hooks/../admin",
        "http://10.1.2.3/hooks%2f..",
        "http://10.1.2.3/hooksmith",
        "http://10.1.2.3@evil.example/hooks",
        "http://10.1.2.3.evil.example/hooks",
        "https://10.1.2.3/hooks",
        "http://10.1.2.3:8080/hooks",
        "http://10.1.2.3/hooks?x=1",
        "http://10.1.2.3:99999/hooks",
        "http:\\\\10.1.2.3/hooks",
        "http:///hooks",
        "http://10.1.2.3",
    ],
)
def test_nothing_beside_the_allowed_addresses(url: str) -> None:
    allowed_here = ("http://10.1.2.3/hooks",)
    assert judge_address("http://10.1.2.3:80/hooks/a", allowed_here) is None
    assert judge_address("http://10.1.2.3/hooks", allowed_here) is None
    assert judge_address(url, allowed_here) is not None
    assert judge_address("http://10.1.2.3/hooks", ()) is not None


def test_every_event_of_a_case_has_a_name() -> None:
    found, todo = set(), [e.Event]
    while todo:
        each = todo.pop()
        todo += each.__subclasses__()
        if each.__struct_config__.tag is not None and each.__module__.startswith("domain."):
            found.add(type_of(each))
    assert found - {"Event", "OfStep"} == set(EVENT_TITLES)


def test_a_token_that_only_reads_gives_no_consent(pushing: Pushing) -> None:
    """Agreeing sends what one sees elsewhere: a word of one's own, not a look."""
    id_, _ = pushing.made(agreed=False)
    reading = pushing.office.of(SIGNED_HERE, scopes=("inbox.read", "case.read"))
    assert reading.get("/me/webhooks").status_code == 200
    refused = reading.post(f"/webhooks/{id_}/accept")
    assert (refused.status_code, refused.json()["code"]) == (403, "token.scope")
    assert pushing.listed(id_)["accepted_at"] is None
