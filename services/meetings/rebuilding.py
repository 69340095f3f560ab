"""会议重算: the table of sessions computed anew from its stream, and compared with what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from models import statements as s
from models.ledger import MEETINGS
from services.meetings.rows import decode_event, decode_session, session_row
from services.transaction import Row, Transaction

_TO_THE_END: Final = 1 << 60
Note = Callable[[str, str, str, str], None]
"""Told of a difference: session, table, key, message."""


def compare_sessions(tx: Transaction, note: Note, *, write: bool) -> int:
    """重算核对: note what differs, put it right where ``write``; return how many ledger rows were read."""
    wanted: dict[str, Row] = {}
    read = 0
    for seq, _, body in tx.all(s.READ_STREAM, (MEETINGS, _TO_THE_END)):
        read += 1
        event, _ = decode_event(body)
        wanted[event.session.id] = session_row(event.session, seq)
    stored = {row[0]: tuple(row) for row in tx.all(s.ALL_MEETINGS, ())}
    for id_ in sorted(wanted.keys() | stored.keys()):
        want, have = wanted.get(id_), stored.get(id_)
        if want is not None and have is not None and _same(want, have):
            continue
        words = "留痕中没有,表中多出" if want is None else "与留痕不符" if have else "留痕中有,表中缺少"
        note(id_, "meeting_session", id_, words)
        if write:
            _put_right(tx, id_, want, known=have is not None)
    return read


def _put_right(tx: Transaction, id_: str, row: Row | None, *, known: bool) -> None:
    if known:
        tx.run(s.DELETE_MEETING, (id_,))
    if row is not None:
        tx.run(s.INSERT_MEETING, row)


def _same(want: Row, have: Row) -> bool:
    """A snapshot is compared by what it holds."""
    try:
        return want[:-1] == have[:-1] and decode_session(want[-1]) == decode_session(have[-1])
    except ValueError:
        return False
