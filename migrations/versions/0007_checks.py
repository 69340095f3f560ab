"""Compliance checks: rulings that make one block, and waivers.

Revision: 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; nothing was decided before."""
    op.create_table(
        "check_ruling",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ruling")),
    )
    op.create_index(op.f("ix_check_ruling_check_id"), "check_ruling", ["check_id"], unique=False)
    op.create_table(
        "check_waiver",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("reason_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_on", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_on", sa.String(length=10), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["reform_case.id"], name=op.f("fk_check_waiver_case_id_reform_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_waiver")),
    )
    op.create_index("ix_check_waiver_case", "check_waiver", ["case_id", "check_id"], unique=False)


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
