"""Notices to persons: letters through channels, a person's wishes, how a channel fares.

Revision: 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; nothing went to persons before."""
    op.create_table(
        "letter",
        sa.Column("lease_by", sa.String(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hold_on", sa.String(length=10), nullable=True),
        sa.Column("handed_at", sa.BigInteger(), nullable=True),
        sa.Column("maybe_since", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_letter_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_letter_dedup_key")),
    )
    op.create_index("ix_letter_queue", "letter", ["channel", "state", "next_attempt_at"], unique=False)
    op.create_index("ix_letter_held", "letter", ["state", "hold_on"], unique=False)
    op.create_index(op.f("ix_letter_person"), "letter", ["person"], unique=False)
    op.create_index(op.f("ix_letter_merged_into"), "letter", ["merged_into"], unique=False)
    op.create_table(
        "notice_preference",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("address_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_notice_preference_person_person")),
        sa.PrimaryKeyConstraint("person", "channel", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "notice_channel",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("window_from", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_notice_channel")),
    )


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
