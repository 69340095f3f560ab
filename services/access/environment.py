"""登录环境: what every act of signing in needs: database, clock, rules, the vault, and the ports.

The rules are the settings as a value, so that a test or another programme needs no environment variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

import msgspec

from config.clock import WallClock
from config.settings import Settings
from domain.access_passwords import PasswordRules
from models.database import Database
from services.access.vault import Vault
from services.ports import IdentityProviderPort, UkeyPort

CALLBACK: Final = "/api/v1/session/identity/answer"
WhoNeedsFactor = Literal["administrators", "everyone", "nobody"]


class AccessRules(msgspec.Struct, frozen=True, kw_only=True):
    """登录规则: the parameters."""

    passwords: PasswordRules = PasswordRules()
    initial_password: timedelta = timedelta(hours=72)
    max_failures: int = 5
    lock: timedelta = timedelta(minutes=20)
    idle: timedelta = timedelta(minutes=15)
    session: timedelta = timedelta(hours=8)
    second_factor: WhoNeedsFactor = "administrators"
    token: timedelta = timedelta(days=180)
    identity_claim: str = "preferred_username"
    provision: bool = False
    demo_sign_in: bool = False


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """来源: where a sign-in comes from, as the session's owner sees it in the list. Not in the ledger."""

    address: str = ""
    agent: str = ""


class By(msgspec.Struct, frozen=True, kw_only=True):
    """办理人: who changes an account, through which entry."""

    person: str
    channel: str = "cli"


@dataclass(frozen=True, slots=True)
class Access:
    """登录环境."""

    db: Database
    wall: WallClock
    rules: AccessRules
    vault: Vault
    identity: IdentityProviderPort | None = None
    redirect_uri: str = ""
    """Where the identity provider sends the browser back to."""
    ukey: UkeyPort | None = None


def rules_of(settings: Settings) -> AccessRules:
    """Return the rules that the settings say."""
    words = settings.password_words.replace(",", ",").replace("、", ",").split(",")
    return AccessRules(
        passwords=PasswordRules(
            min_length=settings.password_min_length,
            min_classes=settings.password_min_classes,
            min_strength=settings.password_min_strength,
            history=settings.password_history,
            max_age_days=settings.password_max_age_days,
            words=tuple(word.strip() for word in words if word.strip()),
        ),
        initial_password=timedelta(hours=settings.initial_password_hours),
        max_failures=settings.sign_in_max_failures,
        lock=timedelta(minutes=settings.sign_in_lock_minutes),
        idle=timedelta(minutes=settings.session_idle_minutes),
        session=timedelta(hours=settings.session_max_hours),
        second_factor=settings.second_factor,
        token=timedelta(days=settings.token_max_days),
        identity_claim=settings.oidc_claim,
        provision=settings.oidc_provision,
        demo_sign_in=settings.demo_sign_in,
    )


def vault_of(settings: Settings) -> Vault:
    """Return the vault: its key is a setting, or a file of this machine alone."""
    secret = settings.access_key.get_secret_value() if settings.access_key else ""
    return Vault(secret, Path(settings.data_dir) / "keys" / "access.key")


def public_url_of(settings: Settings) -> str:
    """Return the address under which browsers reach us, without a slash at its end."""
    if settings.web_public_url is not None:
        return str(settings.web_public_url).rstrip("/")
    return f"http://{settings.web_host}:{settings.web_port}"


def redirect_uri_of(settings: Settings) -> str:
    """Return where the identity provider sends the browser back to; it has to be registered there."""
    return public_url_of(settings) + CALLBACK
