"""登录凭据: what proves that somebody is who they say; secrets lie here hashed or encrypted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from models.base import Instant


class CredentialRow(SQLModel, table=True):
    """登录凭据行: the login name and the password of an account.

    ``epoch`` rises when the password changes or an administrator locks, closes or resets the account; a
    session of an older epoch is over. ``initial_until`` is set while the password is the initial one.
    """

    __tablename__ = "credential"

    account: str = Field(primary_key=True, foreign_key="account.id")
    name: str = Field(unique=True)
    password: str | None = Field(default=None, sa_type=Text)
    changed_at: datetime = Field(sa_type=Instant)
    initial_until: datetime | None = Field(default=None, sa_type=Instant)
    epoch: int = Field(default=1, sa_type=BigInteger)


class PasswordHistoryRow(SQLModel, table=True):
    """历史口令行: a password used before, as its hash, by the epoch it came with."""

    __tablename__ = "password_history"

    account: str = Field(primary_key=True, foreign_key="account.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    password: str = Field(sa_type=Text)


class AttemptRow(SQLModel, table=True):
    """登录失败计数行: failures under one name (as a digest), whether an account has that name or not.

    Counting unknown names alike keeps the answer from telling which names exist.
    """

    __tablename__ = "sign_in_attempt"

    key: str = Field(primary_key=True)
    failures: int = Field(default=0)
    last_at: datetime = Field(sa_type=Instant, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=Instant)


class TotpRow(SQLModel, table=True):
    """动态口令行: the encrypted secret of a one-time code generator and the last time step that was used."""

    __tablename__ = "totp"

    account: str = Field(primary_key=True, foreign_key="account.id")
    secret: str = Field(sa_type=Text)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    last_step: int = Field(default=0, sa_type=BigInteger)


class RecoveryCodeRow(SQLModel, table=True):
    """备用码行: a code for who lost the generator, as its hash; each works once."""

    __tablename__ = "recovery_code"

    account: str = Field(primary_key=True, foreign_key="account.id")
    digest: str = Field(primary_key=True)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class AdministratorRow(SQLModel, table=True):
    """管理员行: who runs the system. The person is the key, so that nobody can hold two of the offices.

    ``role`` is a word of ``domain.permissions.ADMINISTRATORS``; ``division`` is set for a 单位管理员.
    """

    __tablename__ = "administrator"

    person: str = Field(primary_key=True, foreign_key="person.id")
    role: str = Field(index=True)
    division: str = Field(default="")
    since: datetime = Field(sa_type=Instant)
