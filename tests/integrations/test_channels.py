"""In-app and file channels: each message once, none lost, no half line."""

import json
import resource
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.clock import FixedClock
from domain.outside import DeliveryOutcome, Message
from integrations.channels.file import FileChannel
from integrations.channels.in_app import InAppChannel
from services.ports import ChannelPort


def message(number: int, **changes: str) -> Message:
    values = {
        "id": f"m{number}",
        "channel": "file",
        "recipient": "示例账号",
        "title": "示例:任务已到您处",
        "text": "请办理\n“公示”任务。",
        "dedup_key": f"case/1.10/1/opened/{number}",
    }
    return Message(**(values | changes))


def lines(path: Path) -> list[dict[str, dict[str, str]]]:
    text = path.read_text(encoding="utf-8")
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_in_app_hands_the_batch_to_the_store() -> None:
    stored: list[Message] = []
    channel: ChannelPort = InAppChannel(stored.extend)
    results = channel.deliver([message(1), message(2)])
    assert [m.id for m in stored] == ["m1", "m2"]
    assert [(r.message_id, r.outcome) for r in results] == [
        ("m1", DeliveryOutcome.SENT),
        ("m2", DeliveryOutcome.SENT),
    ]


def test_in_app_lets_a_fault_of_the_database_through() -> None:
    def broken(_: Sequence[Message]) -> None:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        InAppChannel(broken).deliver([message(1)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "messages.jsonl"


def test_the_file_gets_a_line_a_message(path: Path, wall_clock: FixedClock) -> None:
    channel: ChannelPort = FileChannel(path, wall_clock)
    results = channel.deliver([message(1), message(2)])
    assert [r.outcome for r in results] == [DeliveryOutcome.SENT] * 2
    written = lines(path)
    assert [line["message"]["id"] for line in written] == ["m1", "m2"]
    assert written[0]["message"]["text"] == "请办理\n“公示”任务。"
    assert str(written[0]["delivered_at"]) == wall_clock.now().isoformat()
    assert path.stat().st_mode & 0o077 == 0, "messages are nobody else's business"


def test_a_key_is_written_once_also_by_another_process(path: Path, wall_clock: FixedClock) -> None:
    first, second = FileChannel(path, wall_clock), FileChannel(path, wall_clock)
    first.deliver([message(1), message(1)])
    second.deliver([message(1), message(2)])
    first.deliver([message(2), message(1, recipient="另一示例账号")])
    assert [(line["message"]["id"], line["message"]["recipient"]) for line in lines(path)] == [
        ("m1", "示例账号"),
        ("m2", "示例账号"),
        ("m1", "另一示例账号"),
    ]


def test_threads_do_not_mix_their_lines(path: Path, wall_clock: FixedClock) -> None:
    def write(worker: int) -> None:
        channel = FileChannel(path, wall_clock)
        for number in range(20):
            channel.deliver([message(worker * 100 + number), message(999)])

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines(path)) == 81


def test_a_half_line_of_a_crash_is_cut_off(path: Path, wall_clock: FixedClock) -> None:
    FileChannel(path, wall_clock).deliver([message(1)])
    with path.open("ab") as file:
        file.write(b'{"delivered_at":"2022')
    FileChannel(path, wall_clock).deliver([message(2)])
    assert [line["message"]["id"] for line in lines(path)] == ["m1", "m2"]


def test_a_line_of_somebody_else_does_not_stop_the_channel(path: Path, wall_clock: FixedClock) -> None:
    path.parent.mkdir()
    path.write_text("# notes\n", encoding="utf-8")
    FileChannel(path, wall_clock).deliver([message(1)])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# notes\n")
    assert text.count("\n") == 2


def test_a_new_file_after_rotation_starts_empty(path: Path, wall_clock: FixedClock) -> None:
    channel = FileChannel(path, wall_clock)
    channel.deliver([message(1)])
    path.rename(path.with_suffix(".old"))
    channel.deliver([message(2)])
    assert [line["message"]["id"] for line in lines(path)] == ["m2"]


@contextmanager
def little_room() -> Iterator[None]:
    """No file may grow over 1,000 bytes. Only around a call: the limit holds for what pytest writes too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_leaves_whole_lines_and_says_so(path: Path, wall_clock: FixedClock) -> None:
    channel = FileChannel(path, wall_clock)
    with little_room():
        sent = channel.deliver([message(1)])
        results = channel.deliver([message(2), message(3, text="长" * 500)])
        again = channel.deliver([message(2)])
    assert sent[0].outcome is DeliveryOutcome.SENT
    assert [r.outcome for r in results] == [DeliveryOutcome.FAILED] * 2
    assert "请检查磁盘空间" in results[0].detail
    assert results[0].retry_after == 60
    assert again[0].outcome is DeliveryOutcome.SENT
    assert [line["message"]["id"] for line in lines(path)] == ["m1", "m2"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, wall_clock: FixedClock) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (result,) = FileChannel(tmp_path / "file" / "m.jsonl", wall_clock).deliver([message(1)])
    assert (result.outcome, result.retry_after) == (DeliveryOutcome.FAILED, 60)
