"""Signing in: credentials, sessions, second factors, tokens, administrators.

Revision: 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; accounts that stand have no way in until one is given to them."""
    _credentials()
    _sessions()


def downgrade() -> None:
    """Shapes only go forward: going back means restoring the backup that was taken before."""
    raise NotImplementedError


def _credentials() -> None:
    op.create_table(
        "credential",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("initial_until", sa.BigInteger(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_credential_account_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_credential")),
        sa.UniqueConstraint("name", name=op.f("uq_credential_name")),
    )

    op.create_table(
        "password_history",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_password_history_account_account")
        ),
        sa.PrimaryKeyConstraint("account", "epoch", name=op.f("pk_password_history")),
    )

    op.create_table(
        "sign_in_attempt",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_last_at"), "sign_in_attempt", ["last_at"], unique=False)

    op.create_table(
        "totp",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_totp_account_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_totp")),
    )

    op.create_table(
        "recovery_code",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_recovery_code_account_account")),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_recovery_code")),
    )

    op.create_table(
        "administrator",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_administrator_person_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_administrator")),
    )
    op.create_index(op.f("ix_administrator_role"), "administrator", ["role"], unique=False)


def _sessions() -> None:
    op.create_table(
        "access_session",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_access_session_account_account")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_session")),
        sa.UniqueConstraint("id", name=op.f("uq_access_session_id")),
    )
    op.create_index(op.f("ix_access_session_account"), "access_session", ["account"], unique=False)
    op.create_index(op.f("ix_access_session_expires_at"), "access_session", ["expires_at"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_api_token_account_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_account"), "api_token", ["account"], unique=False)

    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_identity_account_account")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
    )
    op.create_index(op.f("ix_identity_account"), "identity", ["account"], unique=False)

    op.create_table(
        "identity_request",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_identity_request")),
    )
    op.create_index(op.f("ix_identity_request_created_at"), "identity_request", ["created_at"], unique=False)
