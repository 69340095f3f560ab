"""The history of red lamps, and how far each case was looked at for it.

Revision: 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; the first daily run fills them from the ledger."""
    op.create_table(
        "red_lamp",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("began_on", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("checks", sa.String(), nullable=False),
        sa.Column("ended_on", sa.String(length=10), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["reform_case.id"], name=op.f("fk_red_lamp_case_id_reform_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "step", "began_on", "rule", name=op.f("pk_red_lamp")),
    )
    op.create_index("ix_red_lamp_open", "red_lamp", ["ended_on", "began_on"])
    op.create_table(
        "lamp_count",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["reform_case.id"], name=op.f("fk_lamp_count_case_id_reform_case")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_lamp_count")),
    )
    op.create_index(op.f("ix_lamp_count_next_on"), "lamp_count", ["next_on"])


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
