"""Someone with the owner's rights changes the ledger: verification finds it and names it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from config.clock import FixedClock
from domain.doers import Machine
from models.chain import LedgerRow, row_hash
from models.database import Database
from models.ledger import case_stream, rows
from models.statements import INSERT_EVENT
from services.ledger import SealFault, Verification, make_seal, verify
from tests.services.acting import Office, prepare

STREAM = case_stream("case-0")
DROPS = {
    "sqlite": ("event_no_update", "event_no_delete", "event_next_only"),
    "postgresql": ("event_no_change", "event_no_truncate", "event_next_only"),
}


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock)) as db:
        office = Office(db, wall_clock)
        office.open()
        office.submit("1.1")
        office.agree("1.1")
        office.submit("1.2")
        assert verify(db).true
        yield office


def _without_triggers(db: Database) -> None:
    on = "" if db.dialect == "sqlite" else " ON event"
    with db.write() as session:
        for name in DROPS[db.dialect]:
            session.execute(text(f"DROP TRIGGER {name}{on}"))


def _change(db: Database, seq: int, column: str, value: object, stream: str = STREAM) -> None:
    _without_triggers(db)
    with db.write() as session:
        changed = session.execute(
            text(f"UPDATE event SET {column} = :value WHERE stream = :stream AND seq = :seq"),  # noqa: S608
            {"value": value, "stream": stream, "seq": seq},
        )
        assert changed.rowcount == 1  # type: ignore[attr-defined]


def _ledger(db: Database) -> list[LedgerRow]:
    with db.read() as session:
        return list(rows(session.connection(), STREAM))


def _named(result: Verification) -> list[tuple[str, int, str]]:
    """What was found, but that the triggers are gone."""
    assert not result.true
    return [(each.stream, each.seq, each.field) for each in result.findings if each.field != "trigger"]


ONE_BYTE: dict[str, Any] = {
    "command_id": lambda row: row.command_id.replace("submit", "submiT"),
    "command_digest": lambda row: row.command_digest[:-1] + ("0" if row.command_digest[-1] != "0" else "1"),
    "schema_version": lambda row: 2,
    "actor": lambda row: "clerk-1",
    "position": lambda row: row.position.replace("handler", "handles"),
    "channel": lambda row: "clj",
    "rehearsal": lambda row: 1,
    "recorded_at": lambda row: row.recorded_at + 1,
    "occurred_on": lambda row: "2022-03-03",
    "programme_version": lambda row: row.programme_version.replace("/1", "/2"),
    "body": lambda row: row.body.replace("2022-03-02", "2022-03-01", 1),
    "prev_hash": lambda row: bytes([row.prev_hash[0] ^ 1]) + row.prev_hash[1:],
    "hash": lambda row: row.hash[:-1] + bytes([row.hash[-1] ^ 128]),
}


@pytest.mark.parametrize("column", ONE_BYTE)
def test_a_changed_byte_is_named_with_its_column(office: Office, column: str) -> None:
    _change(office.db, 2, column, ONE_BYTE[column](_ledger(office.db)[1]))
    assert _named(verify(office.db)) == [(STREAM, 2, column)]


def test_every_column_is_changed_by_some_test() -> None:
    assert set(LedgerRow._fields) == {*ONE_BYTE, "stream", "seq", "run_id"}


def test_an_added_run_id_is_named(office: Office) -> None:
    _change(office.db, 2, "run_id", "run-of-nobody")
    assert _named(verify(office.db)) == [(STREAM, 2, "content")]


def test_a_row_moved_to_another_stream_is_missed_here_and_found_there(office: Office) -> None:
    _change(office.db, 2, "stream", "case:case-9")
    named = _named(verify(office.db))
    assert (STREAM, 3, "seq") in named
    assert {stream for stream, _, _ in named} == {STREAM, "case:case-9"}


def test_a_changed_number_is_named(office: Office) -> None:
    _change(office.db, 4, "seq", 9)
    named = _named(verify(office.db))
    assert {(stream, seq) for stream, seq, _ in named} == {(STREAM, 9)}
    assert {field for _, _, field in named} == {"seq"}


@pytest.mark.parametrize("seq", [1, 2, 3, 4])
def test_a_changed_body_is_named_in_first_middle_and_last_row(office: Office, seq: int) -> None:
    body = _ledger(office.db)[seq - 1].body
    _change(office.db, seq, "body", body.replace("1.", "7.", 1) if "1." in body else body + " ")
    assert {(stream, number) for stream, number, _ in _named(verify(office.db))} == {(STREAM, seq)}


def _places(body: str) -> dict[str, int]:
    """One byte of each class that a body has, by its offset in UTF-8."""
    raw = body.encode()
    classes = {"brace": b"{", "quote": b'"', "colon": b":", "comma": b",", "digit": b"2", "dash": b"-"}
    classes["letter"] = b"t"
    found = {name: raw.index(byte) for name, byte in classes.items()}
    chinese = next(place for place, byte in enumerate(raw) if byte > 127)
    return found | {
        "first": 0, "last": len(raw) - 1, "Chinese, 1st": chinese, "Chinese, 2nd": chinese + 1,
    }  # fmt: skip


@pytest.mark.parametrize("kind", _places('[{"a-t":"示",2}]'))
@pytest.mark.parametrize("to", ["another", "not UTF-8"])
def test_any_changed_byte_of_a_body_is_named(
    migrated_sqlite_url: str, wall_clock: FixedClock, kind: str, to: str
) -> None:
    with closing(prepare(migrated_sqlite_url, wall_clock)) as db:
        Office(db, wall_clock).open()
        (row,) = _ledger(db)
        raw, place = bytearray(row.body.encode()), _places(row.body)[kind]
        raw[place] = raw[place] ^ 1 if to == "another" else 0xFF
        _without_triggers(db)
        with db.act_connection() as connection:
            connection.execute(
                "UPDATE event SET body = CAST(? AS TEXT) WHERE stream = ? AND seq = 1", (bytes(raw), STREAM)
            )
        (found,) = [each for each in verify(db).findings if each.field != "trigger"]
        assert (found.stream, found.seq, found.field) == (STREAM, 1, "body")
        assert f"第 {place + 1} 个字节" in found.message


@pytest.mark.parametrize("column", ["body", "actor", "recorded_at", "hash"])
def test_another_type_of_value_is_named(
    migrated_sqlite_url: str, wall_clock: FixedClock, column: str
) -> None:
    with closing(prepare(migrated_sqlite_url, wall_clock)) as db:
        office = Office(db, wall_clock)
        office.open()
        office.submit()
        _change(db, 2, column, "三月" if column in ("recorded_at", "hash") else b"\x00\xff")
        assert {each[:2] for each in _named(verify(db))} == {(STREAM, 2)}


@pytest.mark.parametrize("pair", [(1, 2), (2, 3), (3, 4), (2, 4)])
def test_a_swapped_pair_is_named(office: Office, pair: tuple[int, int]) -> None:
    _without_triggers(office.db)
    with office.db.write() as session:
        for old, new in ((pair[0], 999), (pair[1], pair[0]), (999, pair[1])):
            session.execute(
                text("UPDATE event SET seq = :new WHERE stream = :stream AND seq = :old"),
                {"new": new, "old": old, "stream": STREAM},
            )
    result = verify(office.db)
    named = _named(result)
    for seq, other in (pair, pair[::-1]):
        assert (STREAM, seq, "seq") in named
        assert any(f"写成时是第 {other} 条" in each.message for each in result.findings if each.seq == seq)


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_deleted_row_is_named(office: Office, seq: int) -> None:
    _delete(office.db, seq)
    result = verify(office.db)
    assert (STREAM, seq + 1, "seq") in _named(result)
    assert any(f"缺第 {seq} 至 {seq} 条" in each.message for each in result.findings)


def _delete(db: Database, *seqs: int) -> None:
    _without_triggers(db)
    with db.write() as session:
        for seq in seqs:
            session.execute(
                text("DELETE FROM event WHERE stream = :stream AND seq = :seq"),
                {"stream": STREAM, "seq": seq},
            )


@pytest.mark.parametrize("cut", [(4,), (3, 4), (1, 2, 3, 4)], ids=["last", "two", "whole stream"])
def test_a_tail_cut_after_a_seal_is_named(office: Office, tmp_path: Path, cut: tuple[int, ...]) -> None:
    _, file = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    assert verify(office.db, seal=file).true
    _delete(office.db, *cut)
    assert _named(verify(office.db)) == []
    result = verify(office.db, seal=file)
    assert _named(result) == [(STREAM, 4, "tail")]
    assert any("尾部被截去" in each.message for each in result.findings)


def test_a_chain_rewritten_whole_is_named_by_the_seal(office: Office, tmp_path: Path) -> None:
    _, file = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    old = _ledger(office.db)
    _delete(office.db, 2, 3, 4)
    prev = old[0].hash
    with office.db.write() as session:
        sql = INSERT_EVENT.sqlite if office.db.dialect == "sqlite" else INSERT_EVENT.postgresql
        for row in old[1:]:
            forged = row._replace(actor="somebody", prev_hash=prev)
            prev = row_hash(forged)
            session.connection().exec_driver_sql(sql, tuple(forged._replace(hash=prev)))
    assert _named(verify(office.db)) == []
    assert _named(verify(office.db, seal=file)) == [(STREAM, 4, "hash")]


def test_what_comes_after_a_seal_does_not_trouble_it(office: Office, tmp_path: Path) -> None:
    _, file = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    office.agree("1.2")
    result = verify(office.db, seal=file)
    assert result.true
    assert result.seal == 1


def test_seals_chain_and_a_changed_one_is_refused(office: Office, tmp_path: Path) -> None:
    first, file = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    office.agree("1.2")
    second, _ = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    assert (second.number, second.prev_hash) == (2, first.hash)
    file.write_bytes(file.read_bytes().replace(b'"rows": ', b'"rows": 1'))
    with pytest.raises(SealFault, match="被改动过"):
        verify(office.db, seal=file)


def test_a_forgotten_seal_row_is_named(office: Office, tmp_path: Path) -> None:
    _, file = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    with office.db.write() as session:
        session.execute(text("DELETE FROM seal"))
    assert _named(verify(office.db, seal=file)) == [("seal", 1, "hash")]


def test_missing_triggers_are_named(office: Office) -> None:
    _without_triggers(office.db)
    (found,) = verify(office.db).findings
    assert (found.field, found.stream) == ("trigger", "event")
    assert all(name in found.message for name in DROPS[office.db.dialect])
