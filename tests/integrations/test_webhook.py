"""Signed webhook: the receiver checks the signature; a batch goes on as far as it can."""

import time
from collections.abc import Iterator

import httpx
import pytest

from config.clock import FixedClock, SystemClock
from domain.outside import DeliveryOutcome, Message
from integrations.channels.signing import sign, verify
from integrations.channels.webhook import WebhookChannel
from integrations.http_client import CallLimits, OutsideSystem
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Mode
from services.ports import ChannelPort
from tests.integrations.conftest import QUICK, SECRET
from tests.integrations.test_channels import message

GOLDEN = "v1=f455dcc5d497e1065e88e00c2331abec79cd70cf13c407de2a18cb884d074ee2"


@pytest.fixture
def system(webhook_sandbox: Sandbox) -> Iterator[OutsideSystem]:
    with OutsideSystem("示例消息平台", webhook_sandbox.url + "/hook", limits=QUICK) as system:
        yield system


def received(sandbox: Sandbox, *batch: Message) -> list[str]:
    """The ids of those messages of the batch that the receiver has."""
    keys = {m.dedup_key for m in batch}
    return [m["id"] for m in sandbox.received()["messages"] if m["dedup_key"] in keys]


def own(test: str, count: int = 3) -> list[Message]:
    return [message(number, dedup_key=f"{test}/{number}") for number in range(count)]


def test_the_signature_is_the_one_that_is_documented() -> None:
    """Worked out apart: ``printf '1646182800.{"a":1}' | openssl dgst -sha256 -hmac 示例密钥``."""
    assert sign("示例密钥".encode(), 1646182800, b'{"a":1}') == GOLDEN


@pytest.mark.parametrize(
    ("timestamp", "body", "signature", "now"),
    [
        ("1646182800", b'{"a":2}', GOLDEN, 1646182800),
        ("1646182801", b'{"a":1}', GOLDEN, 1646182800),
        ("1646182800", b'{"a":1}', GOLDEN[:-1] + "0", 1646182800),
        ("1646182800", b'{"a":1}', "", 1646182800),
        ("1646182800", b'{"a":1}', "示例", 1646182800),
        ("1646182800", b'{"a":1}', GOLDEN, 1646182800 + 301),
        ("1646182800", b'{"a":1}', GOLDEN, 1646182800 - 301),
        ("", b'{"a":1}', GOLDEN, 1646182800),
        ("-1", b'{"a":1}', GOLDEN, 0),
        ("\uff11", b'{"a":1}', GOLDEN, 0),
        ("9" * 5000, b'{"a":1}', GOLDEN, 0),
    ],
)
def test_a_false_signature_is_found(timestamp: str, body: bytes, signature: str, now: int) -> None:
    secret = "示例密钥".encode()
    assert verify(secret, "1646182800", b'{"a":1}', GOLDEN, 1646182800 + 299)
    assert not verify(secret, timestamp, body, signature, now)


def test_messages_arrive_signed(system: OutsideSystem, webhook_sandbox: Sandbox) -> None:
    channel: ChannelPort = WebhookChannel(system, SECRET, SystemClock())
    batch = own("arrive")
    results = channel.deliver(batch)
    assert [(r.message_id, r.outcome) for r in results] == [(m.id, DeliveryOutcome.SENT) for m in batch]
    assert received(webhook_sandbox, *batch) == ["m0", "m1", "m2"]


def test_a_wrong_secret_is_refused_by_the_receiver(system: OutsideSystem, webhook_sandbox: Sandbox) -> None:
    before = webhook_sandbox.received()["refused"]
    batch = own("wrong-secret", 2)
    results = WebhookChannel(system, "another-" * 4, SystemClock()).deliver(batch)
    assert [r.outcome for r in results] == [DeliveryOutcome.FAILED] * 2
    assert [r.retry_after for r in results] == [None] * 2
    assert "签名不对" in results[0].detail
    assert webhook_sandbox.received()["refused"] == before + 2
    assert received(webhook_sandbox, *batch) == []


def test_an_old_message_is_refused(system: OutsideSystem, wall_clock: FixedClock) -> None:
    (result,) = WebhookChannel(system, SECRET, wall_clock).deliver(own("old", 1))
    assert result.outcome is DeliveryOutcome.FAILED


def test_an_unsigned_message_is_refused(webhook_sandbox: Sandbox) -> None:
    answer = httpx.post(webhook_sandbox.url + "/hook", json={}, trust_env=False)
    assert answer.status_code == 401


def test_a_lost_answer_is_unknown_and_sent_again_shows_once(
    system: OutsideSystem, webhook_sandbox: Sandbox
) -> None:
    channel = WebhookChannel(system, SECRET, SystemClock())
    batch = own("lost", 1)
    webhook_sandbox.trouble(Mode.LOSE_ANSWER, times=2)
    (result,) = channel.deliver(batch)
    assert result.outcome is DeliveryOutcome.UNKNOWN
    assert result.retry_after is not None
    assert channel.deliver(batch)[0].outcome is DeliveryOutcome.SENT
    assert received(webhook_sandbox, *batch) == ["m0"]


def test_the_same_occasion_for_two_people_is_two_messages(
    system: OutsideSystem, webhook_sandbox: Sandbox
) -> None:
    batch = [message(1, dedup_key="both"), message(2, dedup_key="both", recipient="另一示例账号")]
    WebhookChannel(system, SECRET, SystemClock()).deliver(batch)
    assert received(webhook_sandbox, *batch) == ["m1", "m2"]


def test_one_refused_message_holds_up_no_other(system: OutsideSystem, webhook_sandbox: Sandbox) -> None:
    batch = own("refused")
    webhook_sandbox.trouble(Mode.FAIL, status=422)
    results = WebhookChannel(system, SECRET, SystemClock()).deliver(batch)
    assert [r.outcome for r in results] == [
        DeliveryOutcome.FAILED, DeliveryOutcome.SENT, DeliveryOutcome.SENT,
    ]  # fmt: skip
    assert results[0].retry_after is None


def test_a_receiver_that_is_down_is_not_asked_for_each_message(
    system: OutsideSystem, webhook_sandbox: Sandbox
) -> None:
    batch = own("down", 50)
    webhook_sandbox.trouble(Mode.FAIL, status=503, retry_after=90, times=2)
    results = WebhookChannel(system, SECRET, SystemClock()).deliver(batch)
    assert [r.message_id for r in results] == [m.id for m in batch]
    assert {(r.outcome, r.retry_after) for r in results} == {(DeliveryOutcome.FAILED, 90)}
    webhook_sandbox.calm()
    assert received(webhook_sandbox, *batch) == []


def test_a_slow_receiver_takes_ten_seconds_at_most(webhook_sandbox: Sandbox) -> None:
    """Scaled down: a batch whose messages each take 0.3 s has 1.5 s."""
    limits = CallLimits(connect_s=0.2, read_s=1.0, total_s=1.5)
    batch = own("slow", 20)
    webhook_sandbox.trouble(Mode.SLOW, seconds=0.3, times=20)
    began = time.monotonic()
    with OutsideSystem("示例消息平台", webhook_sandbox.url + "/hook", limits=limits) as system:
        results = WebhookChannel(system, SECRET, SystemClock()).deliver(batch)
    assert time.monotonic() - began < 2.0
    outcomes = [r.outcome for r in results]
    sent = outcomes.count(DeliveryOutcome.SENT)
    assert 2 <= sent < 10
    assert outcomes[:sent] == [DeliveryOutcome.SENT] * sent
    assert all(r.retry_after is not None for r in results[sent:])
    assert len(results) == 20


def test_a_short_secret_is_refused_at_the_start(system: OutsideSystem) -> None:
    with pytest.raises(ValueError, match="签名密钥太短"):
        WebhookChannel(system, "short", SystemClock())
