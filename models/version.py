"""Which shapes of the database this program knows, oldest first.

Kept beside Alembic's own scripts (a test compares the two), because importing Alembic at every command would
cost more than the command.
"""

from typing import Final

KNOWN: Final = ("0001", "0003", "0002")
HEAD: Final = KNOWN[-1]
