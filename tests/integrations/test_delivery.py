"""Notices through real channels: once where the receiver takes keys, whatever stops between two lines."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec
import pytest
from sqlalchemy import func, select

from config.clock import FixedClock, SystemClock
from domain.outside import DeliveryResult, Message
from integrations.channels.file import FileChannel
from integrations.channels.in_app import InAppChannel
from integrations.channels.webhook import WebhookChannel
from integrations.http_client import OutsideSystem
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Mode
from models.database import Database
from models.statements import MESSAGE
from models.tables import NoticeRow
from services import delivery
from services.in_app import in_app_store, notice_id
from services.ports import ChannelPort
from services.relaying import MAX_ATTEMPTS
from tests.integrations.conftest import SECRET
from tests.integrations.contact_office import DESK, PATIENT, SECOND

LEASE_S: Final = 30.0
TO: Final = (DESK, SECOND)
"""Who holds the position that every notice here goes to."""


class Post:
    """One channel of its own on the office's database, and what arrived through it."""

    def __init__(
        self, db: Database, wall: FixedClock, port: ChannelPort, arrived: Callable[[], list[tuple[str, str]]]
    ) -> None:
        self.db = db
        self.wall = wall
        self.name = f"channel-{secrets.token_hex(4)}"
        self.port = port
        self._arrived = arrived
        self._rng = random.Random(1)  # noqa: S311 (spreads retries)

    def put(self) -> str:
        """Leave a notice in the outbox; return its key."""
        key = f"{self.name}:{secrets.token_hex(4)}"
        row = {
            "id": secrets.token_hex(12),
            "dedup_key": key,
            "channel": self.name,
            "recipient": "county/member",
            "payload": msgspec.json.encode({"kind": "work", "unit": "示例开发区", "step": "1.1"}).decode(),
            "created_at": self.wall.now(),
            "state": delivery.WAITING,
            **{"fence": 0, "attempts": 0, "dead": False, "seq": 0, "case_id": ""},
        }
        with self.db.write() as session:
            session.connection().execute(MESSAGE.insert().values(row))
        return key

    def claim(self, by: str = "relay") -> list[delivery.MessageClaim]:
        """Take what waits."""
        return delivery.claim_messages(self.db, self.wall, by, LEASE_S, self.name)

    def deliver(
        self, claims: Sequence[delivery.MessageClaim], port: ChannelPort | None = None
    ) -> list[delivery.Settled]:
        """Hand over and record."""
        ports: Mapping[str, ChannelPort] = {self.name: port or self.port}
        return delivery.deliver_batch(self.db, self.wall, ports, self.name, claims, self._rng)

    def once(self) -> list[str]:
        """One round of the relay: the states that came of it."""
        return [settled.state for settled in self.deliver(self.claim())]

    def give_back(self, claims: Sequence[delivery.MessageClaim], error: str = "") -> None:
        """What the relay does after a fault."""
        rng = self._rng if error else None
        delivery.give_back(self.db, self.wall, claims, error, rng)

    def states(self) -> list[str]:
        """The states of the rows."""
        wanted = select(MESSAGE.c.state).where(MESSAGE.c.channel == self.name)
        with self.db.read() as session:
            return list(session.connection().execute(wanted).scalars())

    def maybe_sent(self) -> int:
        """How many are shown as 可能已发, in the whole database."""
        return delivery.message_queue(self.db, self.wall).maybe_sent

    def waiting(self) -> int:
        """How many are not over yet."""
        return delivery.message_queue(self.db, self.wall).waiting.get(self.name, 0)

    def arrived(self, key: str) -> list[str]:
        """Who has the notice, as often as they have it."""
        return sorted(recipient for recipient, found in self._arrived() if found == key)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.wall.advance(timedelta(seconds=seconds))


@pytest.fixture
def db(office_url: str) -> Iterator[Database]:
    opened = Database(office_url)
    yield opened
    opened.close()


@pytest.fixture
def hook(db: Database, wall_clock: FixedClock, webhook_sandbox: Sandbox) -> Iterator[Post]:
    def arrived() -> list[tuple[str, str]]:
        return [(each["recipient"], each["dedup_key"]) for each in webhook_sandbox.received()["messages"]]

    url = f"{webhook_sandbox.url}/hook"
    with OutsideSystem("示例推送", url, limits=PATIENT) as system:
        # The receiver checks that a message is fresh, by its own clock.
        port = WebhookChannel(system, SECRET, SystemClock())
        yield Post(db, wall_clock, port, arrived)


@pytest.fixture
def file(db: Database, wall_clock: FixedClock, tmp_path: Path) -> Post:
    path = tmp_path / "messages.jsonl"

    def arrived() -> list[tuple[str, str]]:
        messages = [msgspec.json.decode(line)["message"] for line in path.read_bytes().splitlines()]
        return [(each["recipient"], each["dedup_key"]) for each in messages]

    return Post(db, wall_clock, FileChannel(path, wall_clock), arrived)


@pytest.fixture
def in_app(db: Database, wall_clock: FixedClock) -> Post:
    shown: dict[str, str] = {}

    def store(batch: Sequence[Message]) -> None:
        shown.update({notice_id(message): message.dedup_key for message in batch})
        in_app_store(db, wall_clock)(batch)

    def arrived() -> list[tuple[str, str]]:
        wanted = select(NoticeRow.id, NoticeRow.recipient).where(NoticeRow.id.in_(shown))  # type: ignore[attr-defined, call-overload]
        with db.read() as session:
            return [(recipient, shown[id_]) for id_, recipient in session.execute(wanted)]

    return Post(db, wall_clock, InAppChannel(store), arrived)


@pytest.fixture(params=["in_app", "file", "hook"])
def post(request: pytest.FixtureRequest, db: Database) -> Post:
    found: Post = request.getfixturevalue(request.param)
    return found


class CrashError(BaseException):
    """The process ends here."""


class CrashAfter:
    """A channel whose process ends when everything is out and nothing is recorded."""

    def __init__(self, port: ChannelPort) -> None:
        self._port = port

    def deliver(self, batch: Sequence[Message]) -> list[DeliveryResult]:
        self._port.deliver(batch)
        raise CrashError


def test_a_crash_between_sending_and_recording_shows_as_perhaps_sent_and_arrives_once(post: Post) -> None:
    key = post.put()
    before = post.maybe_sent()
    with pytest.raises(CrashError):
        post.deliver(post.claim("one"), CrashAfter(post.port))
    assert post.arrived(key) == sorted(TO)
    assert (post.states(), post.waiting()) == ([delivery.SENDING], 1)
    assert post.maybe_sent() == before, "in hand"
    assert post.claim("two") == []
    post.later(LEASE_S + 1)
    assert post.maybe_sent() == before + 1, "left behind"
    assert post.once() == [delivery.SENT]
    assert post.arrived(key) == sorted(TO), "the key: shown once"
    assert (post.maybe_sent(), post.waiting()) == (before, 0)


def test_that_it_is_being_sent_is_on_the_disk_before_it_goes_out(post: Post) -> None:
    seen: list[list[str]] = []

    class Looking:
        def deliver(self, batch: Sequence[Message]) -> list[DeliveryResult]:
            seen.append(post.states())
            return post.port.deliver(batch)

    post.put()
    post.deliver(post.claim(), Looking())
    assert seen == [[delivery.SENDING]]


def test_a_lost_answer_is_perhaps_sent_until_the_receiver_says_so(
    hook: Post, webhook_sandbox: Sandbox
) -> None:
    key = hook.put()
    before = hook.maybe_sent()
    webhook_sandbox.trouble(Mode.LOSE_ANSWER, times=2)
    assert hook.once() == [delivery.MAYBE_SENT]
    assert (hook.maybe_sent(), hook.waiting()) == (before + 1, 1)
    assert hook.claim() == [], "not before its time"
    hook.later(61)
    assert hook.once() == [delivery.SENT]
    assert hook.arrived(key) == sorted(TO)
    assert hook.maybe_sent() == before


def test_an_answer_that_never_comes_ends_as_perhaps_sent(hook: Post, webhook_sandbox: Sandbox) -> None:
    hook.put()
    webhook_sandbox.trouble(Mode.DOWN, times=1000)
    for _ in range(MAX_ATTEMPTS):
        assert hook.once() == [delivery.MAYBE_SENT]
        hook.later(3601)
    assert hook.claim() == []
    assert hook.waiting() == 0
    delivery.revive_messages(hook.db)
    assert hook.states() == [delivery.MAYBE_SENT], "what may have arrived is not sent again by itself"


def test_a_receiver_that_refuses_is_a_dead_letter_that_can_be_sent_again(
    hook: Post, webhook_sandbox: Sandbox
) -> None:
    key = hook.put()
    webhook_sandbox.trouble(Mode.FAIL, times=2, status=403)
    assert hook.once() == [delivery.DEAD]
    assert hook.claim() == []
    delivery.revive_messages(hook.db)
    assert hook.once() == [delivery.SENT]
    assert hook.arrived(key) == sorted(TO)


@pytest.mark.parametrize("error", ["", "示例故障"])
def test_a_fault_after_recording_takes_nothing_back(file: Post, error: str) -> None:
    """As where Prefect goes away while the flow names its tasks."""
    file.put()
    claims = file.claim()
    file.deliver(claims)
    file.give_back(claims, error)
    assert file.states() == [delivery.SENT]


def test_a_fault_before_sending_puts_it_back(file: Post) -> None:
    file.put()
    before = file.maybe_sent()
    file.give_back(file.claim())
    assert (file.states(), file.maybe_sent()) == ([delivery.WAITING], before)
    file.give_back(file.claim(), "示例故障")
    assert file.maybe_sent() == before + 1, "whether it went out is not known"
    file.later(31)
    assert file.once() == [delivery.SENT]


def test_a_result_that_comes_too_late_is_not_taken(file: Post) -> None:
    file.put()
    slow = file.claim("one")
    file.later(LEASE_S + 1)
    quick = file.claim("two")
    assert len(quick) == 1
    file.deliver(slow)
    assert file.states() == [delivery.SENDING], "the other one has it"
    file.deliver(quick)
    assert file.states() == [delivery.SENT]


def test_two_processes_that_store_one_notice_store_it_once(db: Database, wall_clock: FixedClock) -> None:
    key = secrets.token_hex(8)
    message = Message(id="m", channel="in_app", recipient=DESK, title="示例", text="示例", dedup_key=key)
    stores = [in_app_store(db, wall_clock) for _ in range(2)]
    for store in stores:
        store([message])
    with db.read() as session:
        wanted = select(func.count()).where(NoticeRow.id == notice_id(message))  # type: ignore[arg-type]
        assert session.execute(wanted).scalar_one() == 1
