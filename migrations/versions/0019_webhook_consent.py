"""Who events are pushed for has to agree to it; none of the addresses registered before has been agreed to.

Revision: 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; addresses registered before wait for their subscriber's word."""
    op.add_column("webhook", sa.Column("accepted_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError
