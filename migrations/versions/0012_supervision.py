"""Findings, supervision orders, requests, inspections and their sources; and what waits about them.

Revision: 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; nothing was supervised before."""
    op.create_table(
        "supervision_matter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_matter")),
    )
    op.create_index("ix_supervision_matter_kind", "supervision_matter", ["kind", "state", "id"])
    op.create_index("ix_supervision_matter_subject", "supervision_matter", ["subject"])
    op.create_table(
        "supervision_work",
        sa.Column("matter_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("not_person", sa.String(), nullable=False),
        sa.Column("opened_on", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("sort_on", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"],
            ["supervision_matter.id"],
            name=op.f("fk_supervision_work_matter_id_supervision_matter"),
        ),
        sa.PrimaryKeyConstraint("matter_id", "key", name=op.f("pk_supervision_work")),
    )
    op.create_index(
        "ix_supervision_work_inbox", "supervision_work", ["body", "position", "sort_on", "matter_id"]
    )


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
