"""Bodies and people: papers of appointments, proxies, chains of responsibility, ends of units.

Revision: 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what reorganisation, hand-over and leave need to the tables of the organisation."""
    op.add_column("holding", sa.Column("basis", sa.String(), nullable=True))
    op.add_column("holding", sa.Column("end_basis", sa.String(), nullable=True))
    op.add_column("reform_unit", sa.Column("data", sa.Text(), nullable=True))
    op.add_column("reform_unit", sa.Column("ended_on", sa.String(length=10), nullable=True))
    op.create_table(
        "proxy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("last", sa.String(length=10), nullable=False),
        sa.Column("programmes", sa.Text(), nullable=False),
        sa.Column("works", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("ended_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["body"], ["body.code"], name=op.f("fk_proxy_body_body")),
        sa.ForeignKeyConstraint(["deputy"], ["person.id"], name=op.f("fk_proxy_deputy_person")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_proxy_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_deputy"), "proxy", ["deputy"], unique=False)
    op.create_index(op.f("ix_proxy_person"), "proxy", ["person"], unique=False)
    op.create_table(
        "responsibility",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body"], ["body.code"], name=op.f("fk_responsibility_body_body")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_responsibility_person_person")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["reform_unit.id"], name=op.f("fk_responsibility_unit_id_reform_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
    )
    op.create_index(
        "ix_responsibility_unit", "responsibility", ["unit_id", "programme", "step"], unique=False
    )


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
