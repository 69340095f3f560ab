"""Which shapes of the database this program knows, oldest first.

Kept beside Alembic's own scripts (a test compares the two), because importing Alembic at every command would
cost more than the command.
"""

from typing import Final

from models.faults import DatabaseMissing, DatabaseNewer, DatabaseOlder

KNOWN: Final = (
    "0001", "0003", "0002", "0004", "0005", "0006", "0007", "0008", "0013", "0012", "0019", "0020",
    "0021", "0024",
)  # fmt: skip
HEAD: Final = KNOWN[-1]


def check_revision(found: str | None) -> None:
    """Check that a database's shape is the one this program works on.

    Raises:
        DatabaseMissing, DatabaseOlder, DatabaseNewer.
    """
    if not found:
        raise DatabaseMissing
    refuse_newer(found)
    if found != HEAD:
        raise DatabaseOlder(detail=_both(found))


def refuse_newer(found: str) -> None:
    """Refuse what a newer program wrote; an older shape may still be upgraded.

    Raises:
        DatabaseNewer.
    """
    if found not in KNOWN:
        raise DatabaseNewer(detail=_both(found))


def _both(found: str) -> str:
    return f"数据库 {found},程序 {HEAD}"
