"""摘要算法: the digest of a file with the id of its algorithm, ``sha256:…`` or ``sm3:…``.

SHA-256 by default; SM3 (GB/T 32905) where a deployment is held to national algorithms. The id travels with
the digest, so files of both live side by side and a change of the setting touches nothing stored.
"""

from __future__ import annotations

import hashlib
from typing import Final, Protocol


class Hasher(Protocol):
    """摘要计算: fed piece by piece."""

    def update(self, data: bytes) -> None:
        """Take a piece."""
        ...

    def hexdigest(self) -> str:
        """Return the digest; once."""
        ...


class _Sm3:
    """SM3 of the `cryptography` package: the OpenSSL of a distribution may be built without it."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.hashes import SM3, Hash

        self._hash = Hash(SM3())

    def update(self, data: bytes) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.finalize().hex()


ALGORITHMS: Final = ("sha256", "sm3")
LENGTH: Final = 64
"""Hex digits of either."""


def hasher(algorithm: str) -> Hasher:
    """Return a fresh hasher.

    Raises:
        ValueError: no such algorithm.
    """
    if algorithm == "sha256":
        return hashlib.sha256()
    if algorithm == "sm3":
        return _Sm3()
    raise ValueError(f"unknown digest algorithm {algorithm!r}")


def split_digest(digest: str) -> tuple[str, str]:
    """``sha256:ab…`` → algorithm and hex digits.

    Raises:
        ValueError: it is no digest: an unknown algorithm, or other signs than 64 hex digits.
    """
    algorithm, _, value = digest.partition(":")
    if algorithm not in ALGORITHMS or len(value) != LENGTH or set(value) - set("0123456789abcdef"):
        raise ValueError(f"not a digest: {digest!r}")
    return algorithm, value
