"""Every form in which an event of supervision was ever stored is read by the program of today."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from domain.supervising.matters import SupervisionEvent
from models.chain import canonical_untyped
from services.supervising.rows import decode_event

LINES = (
    (Path(__file__).resolve().parents[1] / "golden" / "supervision-1.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
)
STORED = {msgspec.json.decode(line)[0]["type"]: line for line in LINES}


@pytest.mark.parametrize("event", get_args(SupervisionEvent), ids=lambda event: event.__name__)
def test_a_stored_event_is_read_and_written_the_same(event: type[msgspec.Struct]) -> None:
    """Adding a type or a field means adding it to the line here."""
    tag = str(event.__struct_config__.tag)
    line = STORED[tag]
    found, request = decode_event(line)
    assert type(found) is event
    assert request == "sha256:0"
    assert set(msgspec.json.decode(line)[0]) == {"type", "request", *event.__struct_encode_fields__}
    again = canonical_untyped([{**msgspec.to_builtins(found), "request": request}]).decode()
    assert again == line
