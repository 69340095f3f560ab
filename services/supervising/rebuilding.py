"""督办重算: the tables of supervision computed anew from its stream, and compared with what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from models import statements as s
from models.ledger import SUPERVISION
from services.supervising.rows import Replay, decode_matter, matter_row, work_rows
from services.transaction import Row, Transaction

_TO_THE_END: Final = 1 << 60
Note = Callable[[str, str, str, str], None]
"""Told of a difference: matter, table, key, message."""
Run = Callable[[s.Statement, Row], None]
Rows = dict[tuple[str, ...], Row]


def compare_matters(tx: Transaction, note: Note, *, write: bool) -> int:
    """重算核对: note what differs, put it right where ``write``; return how many ledger rows were read."""
    replay, read = Replay(), 0
    for seq, _, body in tx.all(s.READ_STREAM, (SUPERVISION, _TO_THE_END)):
        read += 1
        replay.take(seq, body)
    matters: Rows = {(id_,): matter_row(*found) for id_, found in replay.matters.items()}
    works: Rows = {key: row for found, _ in replay.matters.values() for key, row in work_rows(found).items()}
    stored: Rows = {(row[0],): tuple(row) for row in tx.all(s.ALL_MATTERS, ())}
    waiting: Rows = {(row[0], row[1]): tuple(row) for row in tx.all(s.ALL_MATTER_WORK, ())}
    run = tx.run if write else _leave
    late = list(_differing("supervision_work", works, waiting, note))
    for key, _ in late:
        run(s.DELETE_MATTER_WORK, key)
    for key, row in _differing("supervision_matter", matters, stored, note):
        _put_right(run, key, row, known=key in stored)
    for _, row in late:
        if row is not None:
            run(s.INSERT_MATTER_WORK, row)
    return read


def _put_right(run: Run, key: Row, row: Row | None, *, known: bool) -> None:
    if row is None:
        run(s.DELETE_MATTER, key)
    elif known:
        run(s.UPDATE_MATTER, (*row[1:], row[0]))
    else:
        run(s.INSERT_MATTER, row)


def _leave(statement: s.Statement, parameters: Row) -> None:
    """Checking writes nothing."""


def _differing(table: str, wanted: Rows, stored: Rows, note: Note) -> Iterator[tuple[Any, Row | None]]:
    for key in sorted(wanted.keys() | stored.keys()):
        want, have = wanted.get(key), stored.get(key)
        if want == have or (want and have and _same(want, have)):
            continue
        words = "留痕中没有,表中多出" if want is None else "与留痕不符" if have else "留痕中有,表中缺少"
        note(key[0], table, key[-1], words)
        yield key, want


def _same(want: Row, have: Row) -> bool:
    """Whether two rows of a matter say the same; a snapshot is compared by what it holds."""
    if len(want) != len(s.MATTER_COLUMNS) or want[:-1] != have[:-1]:
        return False
    try:
        return decode_matter(want[-1]) == decode_matter(have[-1])
    except ValueError:
        return False
