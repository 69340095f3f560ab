"""Sessions of bodies that decide by meeting, and the items of cases that wait for one.

Revision: 0020.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; nothing was on an agenda before."""
    op.create_table(
        "meeting_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_session")),
    )
    op.create_index("ix_meeting_session_body", "meeting_session", ["body", "state", "planned_on"])
    op.create_table(
        "agenda_item",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("planned_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["reform_case.id"], name=op.f("fk_agenda_item_case_id_reform_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_agenda_item")),
    )
    op.create_index("ix_agenda_item_body", "agenda_item", ["body", "state"])
    op.create_index("ix_agenda_item_session", "agenda_item", ["session_id"])


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
