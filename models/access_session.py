"""会话与令牌: what a browser or a program shows instead of a password; here lie only digests of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from models.base import Instant


class AccessSessionRow(SQLModel, table=True):
    """会话行: one browser signed in. ``digest`` is of the 256-bit secret in the cookie; ``id`` may be shown.

    ``stage`` says what is still to be done before the session opens anything (``domain.access.Stage``).
    """

    __tablename__ = "access_session"

    digest: str = Field(primary_key=True)
    id: str = Field(unique=True)
    account: str = Field(foreign_key="account.id", index=True)
    epoch: int = Field(sa_type=BigInteger)
    stage: str
    method: str
    factor: bool = Field(default=False)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    agent: str = Field(default="", sa_type=Text)
    address: str = Field(default="")


class ApiTokenRow(SQLModel, table=True):
    """接口令牌行: what a program signs in with; ``scopes`` is a JSON list of actions, sorted."""

    __tablename__ = "api_token"

    id: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    account: str = Field(foreign_key="account.id", index=True)
    name: str
    scopes: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class IdentityRow(SQLModel, table=True):
    """统一身份行: which account an identity provider's subject is. The subject is never handed to another."""

    __tablename__ = "identity"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    linked_at: datetime = Field(sa_type=Instant)


class IdentityRequestRow(SQLModel, table=True):
    """统一身份登录请求行: a sign-in that is away at the identity provider; taken once, by one browser."""

    __tablename__ = "identity_request"

    digest: str = Field(primary_key=True)
    browser: str
    nonce: str
    verifier: str
    created_at: datetime = Field(sa_type=Instant, index=True)
