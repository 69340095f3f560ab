"""Rows of the ledger are found by when they were recorded, by whom, and on which day they happened.

Revision: 0024.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes; the rows stay as they are, and so do the triggers that guard them."""
    op.create_index("ix_event_recorded_at", "event", ["recorded_at"])
    op.create_index("ix_event_actor", "event", ["actor", "recorded_at"])
    op.create_index("ix_event_occurred_on", "event", ["occurred_on", "recorded_at"])


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
