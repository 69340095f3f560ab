"""The exact bytes of a ledger row: one form for one content, and no two contents with one form."""

import json
import unicodedata
from hashlib import sha256
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import AnyEvent
from models.chain import (
    FORMAT,
    GENESIS,
    HEADER,
    LedgerRow,
    NotCanonicalError,
    canonical,
    canonical_untyped,
    header_bytes,
    row_hash,
)
from models.event_codec import UnreadableEventError, decode_events

words = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


def composed(value: Any) -> Any:
    """The value with every text in composed normal form, by a way of its own."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(each) for each in value]
    if isinstance(value, dict):
        return {composed(key): composed(each) for key, each in value.items()}
    return value


@given(values)
def test_canonical_is_what_the_standard_library_writes(value: Any) -> None:
    wanted = json.dumps(composed(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert json.loads(canonical_untyped(value)) == json.loads(wanted)
    assert unicodedata.is_normalized("NFC", canonical_untyped(value).decode())


@given(values)
def test_canonical_of_its_own_reading_is_itself(value: Any) -> None:
    once = canonical_untyped(value)
    assert canonical_untyped(msgspec.json.decode(once)) == once


@given(st.dictionaries(words, st.integers(0, 9), max_size=6))
def test_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_a_decomposed_name_is_composed() -> None:
    assert canonical({"n": "e\u0301"}) == canonical({"n": "\u00e9"}) == '{"n":"é"}'.encode()


@pytest.mark.parametrize("value", [1.5, [{"a": 0.0}], {"a": [float("nan")]}])
def test_floats_are_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonical_untyped(value if not isinstance(value, dict) else {"a": [2.5]})
    with pytest.raises(NotCanonicalError):
        canonical_untyped([1.5])


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(NotCanonicalError):
        canonical(["\ud800"])
    with pytest.raises(NotCanonicalError):
        canonical([object()])


def _holds(type_: msgspec.inspect.Type, wanted: type, seen: set[int]) -> bool:
    if id(type_) in seen:
        return False
    seen.add(id(type_))
    if isinstance(type_, wanted):
        return True
    parts: list[Any] = []
    for name in ("types", "item_types"):
        parts += getattr(type_, name, ())
    for name in ("item_type", "key_type", "value_type", "type"):
        parts += [getattr(type_, name)] if hasattr(type_, name) else []
    parts += [each.type for each in getattr(type_, "fields", ())]
    return any(isinstance(p, msgspec.inspect.Type) and _holds(p, wanted, seen) for p in parts)


@pytest.mark.parametrize("event", get_args(AnyEvent), ids=lambda event: event.__name__)
def test_no_event_holds_a_float(event: type) -> None:
    assert not _holds(msgspec.inspect.type_info(event), msgspec.inspect.FloatType, set())


def test_the_rule_finds_a_float() -> None:
    class Inner(msgspec.Struct):
        share: float | None

    class Outer(msgspec.Struct):
        parts: dict[str, tuple[Inner, ...]]

    assert _holds(msgspec.inspect.type_info(Outer), msgspec.inspect.FloatType, set())


ROW = LedgerRow(
    stream="case:z1",
    seq=2,
    command_id="c-2",
    command_digest="ab",
    schema_version=1,
    actor="p1",
    position="b/handler",
    channel="cli",
    rehearsal=1,
    run_id=None,
    recorded_at=1_646_182_800_000_000,
    occurred_on="2022-03-02",
    programme_version="x/1",
    body='[{"type":"submitted"}]',
    prev_hash=GENESIS,
    hash=b"",
)


def test_an_outsider_gets_the_same_hash() -> None:
    columns = [FORMAT, *ROW[:13], ROW.prev_hash.hex()]
    header = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    assert len(columns) == len(HEADER)
    assert row_hash(ROW) == sha256(f"{header}\n{ROW.body}".encode()).digest()


@given(st.sampled_from([f for f in LedgerRow._fields if f != "hash"]), st.data())
def test_every_column_counts(column: str, data: st.DataObject) -> None:
    old = getattr(ROW, column)
    new = data.draw(
        {
            int: st.integers(0, 2**53),
            str: words,
            bytes: st.binary(min_size=32, max_size=32),
            type(None): words,
        }[type(old)]
    )
    assert (row_hash(ROW._replace(**{column: new})) == row_hash(ROW)) == (new == old)


@given(words, words)
def test_neighbouring_columns_do_not_run_together(left: str, right: str) -> None:
    one = ROW._replace(actor=left + right, position="")
    other = ROW._replace(actor=left, position=right)
    assert (header_bytes(one) == header_bytes(other)) == (right == "")


def test_columns_are_the_table_s() -> None:
    from models.statements import EVENT_COLUMNS

    assert EVENT_COLUMNS == LedgerRow._fields == tuple(get_type_hints(LedgerRow))


@pytest.mark.parametrize("body", ["", "[", '[{"type":"no_such"}]', '[{"type":"submitted"}]', "{}"])
def test_an_unreadable_body_is_named(body: str) -> None:
    with pytest.raises(UnreadableEventError):
        decode_events(body)


def test_a_newer_schema_is_named() -> None:
    with pytest.raises(UnreadableEventError, match="newer"):
        decode_events("[]", 99)
