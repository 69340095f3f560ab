"""Which cases have the same file is answered by one index, without the files' rows.

Revision: 0021.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the index on the digest anew, with the case beside it."""
    op.drop_index("ix_evidence_file_digest", table_name="evidence_file")
    op.create_index("ix_evidence_file_digest", "evidence_file", ["digest", "case_id"])


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
