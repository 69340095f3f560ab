"""Channels to persons over real HTTP and SMTP: what each answer, or none, is taken to mean."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from config.clock import FixedClock
from config.settings import Settings
from domain.notices.channels import CHANNELS
from domain.outside import DeliveryOutcome, DeliveryResult, Letter
from integrations.channels.opening import LetterChannel, open_channels
from integrations.sandbox.channels import SERVERS, address, settings_of, start_channels
from integrations.sandbox.mail import METHOD
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Lie, Mode

SENT, FAILED, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.FAILED, DeliveryOutcome.UNKNOWN
NAMES = tuple(SERVERS)
PLATFORMS = ("dingtalk", "wecom", "feishu")


@pytest.fixture(scope="module")
def boxes() -> Iterator[dict[str, Sandbox]]:
    with start_channels(*NAMES) as started:
        yield started


def settings_on(boxes: dict[str, Sandbox]) -> Settings:
    """Settings under which each channel speaks to its sandbox, and is not waited for long."""
    return Settings.model_validate(settings_of(boxes) | {"notice_timeout_s": 1.0})


class Line:
    """One channel and its sandbox."""

    def __init__(self, name: str, box: Sandbox, port: LetterChannel) -> None:
        self.name = name
        self.box = box
        self.port = port
        self._before = len(box.received()["shown"])

    def trouble(self, mode: Mode, **more: object) -> None:
        """The next message meets trouble."""
        method = METHOD if self.name == "email" else "POST"
        self.box.trouble(mode, method=method, **more)  # type: ignore[arg-type]

    def send(self, *, to: str = "", key: str = "") -> DeliveryResult:
        """Send one letter."""
        return self.port.send(
            Letter(
                id=secrets.token_hex(12),
                address=to or address(self.name),
                title="示例开发区:1.10 今日到期",
                text="示例开发区的任务 1.10 待您审批。",
                key=key or secrets.token_hex(8),
                link="http://10.0.0.1/cases/1",
            )
        )

    def shown(self) -> list[str]:
        """What people saw since the test began."""
        return [each["text"] for each in self.box.received()["shown"][self._before :]]


@pytest.fixture
def line(boxes: dict[str, Sandbox], wall_clock: FixedClock, request: pytest.FixtureRequest) -> Iterator[Line]:
    name = request.param
    boxes[name].calm()
    closers: list[Callable[[], None]] = []
    ports = open_channels(settings_on({name: boxes[name]}), wall_clock, closers)
    opened = Line(name, boxes[name], ports[name])
    if name in PLATFORMS:
        # The first message asks for the token, so that trouble then meets a message and not the token.
        opened.send()
        opened = Line(name, boxes[name], ports[name])
    yield opened
    for close in closers:
        close()


every = pytest.mark.parametrize("line", NAMES, indirect=True)
platforms = pytest.mark.parametrize("line", PLATFORMS, indirect=True)


def test_every_channel_of_the_table_can_be_opened() -> None:
    assert set(NAMES) == set(CHANNELS)


@every
def test_a_message_arrives_with_title_and_link(line: Line) -> None:
    assert line.send().outcome is SENT
    (text,) = line.shown()
    assert "1.10 今日到期" in text
    assert "http://10.0.0.1/cases/1" in text


@every
def test_a_lost_answer_leaves_it_open_and_the_others_wait(line: Line) -> None:
    line.trouble(Mode.LOSE_ANSWER)
    result = line.send()
    assert (result.outcome, result.tried, result.down) == (UNKNOWN, True, True)
    assert len(line.shown()) == 1


@every
def test_an_answer_that_comes_too_late_is_none(line: Line) -> None:
    line.trouble(Mode.SLOW, seconds=2.5)
    assert line.send().outcome is UNKNOWN


@every
def test_too_fast_is_not_taken_and_pauses_the_channel(line: Line) -> None:
    line.trouble(Mode.LIMIT)
    result = line.send()
    assert (result.outcome, result.down) == (FAILED, True)
    assert result.retry_after
    assert line.shown() == []


@every
def test_a_person_who_is_not_known_there_is_refused_for_good(line: Line) -> None:
    nobody = "nobody@example.invalid" if line.name == "email" else "示例-无此人"
    result = line.send(to=nobody)
    assert (result.outcome, result.retry_after, result.down) == (FAILED, None, False)
    assert result.detail


@every
def test_the_same_key_again_is_shown_twice_only_where_the_table_says_so(line: Line) -> None:
    letter = Letter(id="same", address=address(line.name), title="一", text="二", key=secrets.token_hex(8))
    assert [line.port.send(letter).outcome for _ in range(2)] == [SENT, SENT]
    assert len(line.shown()) == (1 if CHANNELS[line.name].key_s else 2)


@platforms
def test_a_token_that_is_over_is_asked_for_anew(line: Line) -> None:
    line.box.forget_tokens()
    assert line.send().outcome is SENT
    assert len(line.shown()) == 1


@platforms
@pytest.mark.parametrize("lie", [Lie.NOT_JSON, Lie.DEEP])
def test_an_answer_that_cannot_be_read_says_nothing(line: Line, lie: Lie) -> None:
    line.trouble(Mode.LIE, lie=lie)
    result = line.send()
    assert (result.outcome, result.down) == (UNKNOWN, True)


@platforms
def test_a_wrong_address_is_not_the_messages_fault(line: Line) -> None:
    line.trouble(Mode.FAIL, status=404)
    result = line.send()
    assert (result.outcome, result.down) == (FAILED, True)
    assert result.retry_after


def test_a_token_that_does_not_come_means_that_nothing_went(
    boxes: dict[str, Sandbox], wall_clock: FixedClock
) -> None:
    box = boxes["feishu"]
    box.calm()
    closers: list[Callable[[], None]] = []
    port = open_channels(settings_on({"feishu": box}), wall_clock, closers)["feishu"]
    box.trouble(Mode.LOSE_ANSWER, method="POST")
    result = Line("feishu", box, port).send()
    assert (result.outcome, result.down) == (FAILED, True)
    closers[0]()


@pytest.mark.parametrize("line", ["email"], indirect=True)
@pytest.mark.parametrize("status", [450, 550])
def test_what_is_said_to_the_envelope_is_the_servers_trouble(line: Line, status: int) -> None:
    line.trouble(Mode.FAIL, status=status)
    result = line.send()
    assert result.outcome is FAILED
    assert result.retry_after
    assert result.down is True
    assert line.shown() == []


@pytest.mark.parametrize("line", ["email"], indirect=True)
def test_a_title_cannot_smuggle_a_header(line: Line) -> None:
    title = "一\r\nBcc: other@example.invalid"
    letter = Letter(id="x", address=address("email"), title=title, text="二", key="k")
    result = line.port.send(letter)
    assert (result.outcome, result.retry_after) == (FAILED, None)
    assert line.shown() == []
