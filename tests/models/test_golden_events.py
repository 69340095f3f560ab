"""Every form in which an event was ever stored is read by the program of today."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from domain.events import AnyEvent, Event
from models.chain import SCHEMA_VERSION, is_nfc
from models.event_codec import decode_events, encode_events

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def _lines(pattern: str) -> Iterator[tuple[int, str]]:
    """Schema version and stored body of every golden line."""
    for file in sorted(GOLDEN.glob(pattern)):
        version = int(file.stem.split("-")[1])
        for line in file.read_text(encoding="utf-8").splitlines():
            yield version, line


STORED = list(_lines("events-*.jsonl"))


def _tag(event: type[Event]) -> str:
    tag = event.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def _full() -> dict[str, dict[str, Any]]:
    """Type → its event of the present version with every field set."""
    lines = _lines(f"events-{SCHEMA_VERSION}.jsonl")
    return {event["type"]: event for _, line in lines for event in msgspec.json.decode(line)}


@pytest.mark.parametrize(("version", "body"), STORED, ids=[f"{v}-{body[:60]}" for v, body in STORED])
def test_a_stored_event_is_read(version: int, body: str) -> None:
    events = decode_events(body, version)
    assert len(events) == 1
    assert is_nfc(body.encode())
    if version == SCHEMA_VERSION:
        assert encode_events(events) == body.encode()


def test_every_version_has_its_files() -> None:
    for version in range(1, SCHEMA_VERSION + 1):
        assert {file.name for file in GOLDEN.glob(f"events-{version}*.jsonl")} == {
            f"events-{version}.jsonl",
            f"events-{version}-short.jsonl",
        }


@pytest.mark.parametrize("event", TYPES, ids=_tag)
def test_a_new_type_or_field_must_be_added_here(event: type[Event]) -> None:
    stored = _full().get(_tag(event))
    assert stored is not None, f"add a line for {_tag(event)} to tests/golden/events-{SCHEMA_VERSION}.jsonl"
    assert set(stored) == {"type", *event.__struct_encode_fields__}


@pytest.mark.parametrize("event", TYPES, ids=_tag)
def test_what_was_optional_stays_optional(event: type[Event]) -> None:
    """A field that becomes required would make older rows unreadable."""
    for version, line in _lines("events-*-short.jsonl"):
        for stored in msgspec.json.decode(line):
            if stored["type"] == _tag(event) and version == SCHEMA_VERSION:
                required = {field.encode_name for field in msgspec.structs.fields(event) if field.required}
                assert set(stored) == {"type", *required}
                return
    pytest.fail(f"no short line for {_tag(event)}")
