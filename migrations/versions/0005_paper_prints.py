"""Paper: a row for each printed form, by the code on it.

Revision: 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; nothing was printed before."""
    op.create_table(
        "paper_print",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("printed_by", sa.String(), nullable=False),
        sa.Column("printed_on", sa.String(length=10), nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["reform_case.id"], name=op.f("fk_paper_print_case_id_reform_case")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_paper_print")),
    )
    op.create_index(op.f("ix_paper_print_case_id"), "paper_print", ["case_id"], unique=False)


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
