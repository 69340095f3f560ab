"""秘密值: passwords as Argon2id hashes, random secrets as digests; comparing takes the same time for all.

A password is hashed slowly, because it can be guessed; a random value of 256 bits cannot, so one SHA-256 is
enough for it.
"""

from __future__ import annotations

import hmac
import secrets
import string
import threading
from functools import cache
from hashlib import sha256
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

HASHING_AT_ONCE: Final = 4
"""Each hashing takes 64 MiB: more at once than this wait, so that a storm of sign-ins cannot fill memory."""

_hasher: Final = PasswordHash((Argon2Hasher(),))
_slots: Final = threading.BoundedSemaphore(HASHING_AT_ONCE)
_INITIAL_PARTS: Final = (string.ascii_uppercase, string.ascii_lowercase, string.digits, "-+=%@")
_UNCLEAR: Final = frozenset("O0oIl1")


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _slots:
        return _hasher.hash(password)


def check_password(password: str, stored: str | None) -> bool:
    """Whether ``password`` is the stored one. Without a stored one it takes the same time and is false."""
    with _slots:
        nobody = _nobody()  # also for who is known: the first to be asked after must not stand out
        good = _hasher.verify(password, stored or nobody)
    return good and stored is not None


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows."""
    return _hasher.hash(secrets.token_urlsafe(32))


def new_secret(prefix: str = "") -> str:
    """Return a random value of 256 bits, fit for a cookie or a header."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is stored of a random secret."""
    return sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that does not tell how far."""
    return hmac.compare_digest(one.encode(), other.encode())


def derived(secret: str, purpose: str) -> str:
    """Return another secret that only a holder of ``secret`` can work out; ``purpose`` keeps them apart."""
    return hmac.new(secret.encode(), purpose.encode(), sha256).hexdigest()


def initial_password(length: int) -> str:
    """一次性初始口令: all four kinds of characters, none that is mistaken for another on paper."""
    parts = ["".join(c for c in part if c not in _UNCLEAR) for part in _INITIAL_PARTS]
    chosen = [secrets.choice(part) for part in parts]
    chosen += [secrets.choice("".join(parts)) for _ in range(max(length, 14) - len(parts))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def recovery_code() -> str:
    """备用码: 80 random bits, in four groups that can be read out."""
    alphabet = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
    groups = ("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
