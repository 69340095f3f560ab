"""Every combination in the table of `docs/explanation/decisions.md` stands as the table says."""

import pytest

from tests.domain.combining import Row, played, rows

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.no} {row.what}" for row in ROWS])
def test_a_combination_stands_as_the_table_says(row: Row) -> None:
    assert played(row) == row.outcome


def test_the_table_is_read_whole() -> None:
    assert [int(row.no) for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 30
