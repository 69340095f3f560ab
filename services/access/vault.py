"""密钥保管: secrets that must be read again, encrypted where they lie (GB/T 22239-2019 8.1.4.8).

Seeds of one-time codes and the secrets that sign events are of this kind; everything else is kept as a hash.
AES-256-GCM, bound to its owner, with the algorithm and a mark of the key beside it, so that a machine with
another key says so.
"""

from __future__ import annotations

import os
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

_ALGORITHM: Final = "aes256gcm"
_NONCE: Final = 12
_MARK: Final = 8


class VaultFault(Exception):
    """密钥不符: what was kept cannot be read with this machine's key; the message is Chinese."""


class Vault:
    """密钥保管. ``secret`` is the setting; where it is empty, the key lies in ``file``, made at first use."""

    def __init__(self, secret: str, file: Path) -> None:
        self._secret = secret
        self._file = file
        self._key: bytes | None = None
        self._guard = threading.Lock()

    def seal(self, plain: str, owner: str) -> str:
        """Encrypt ``plain`` so that it can be read for ``owner`` only."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._load()
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(key).encrypt(nonce, plain.encode(), owner.encode())
        return f"{_ALGORITHM}:{_mark(key)}:{urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, owner: str) -> str:
        """Decrypt what ``seal`` made.

        Raises:
            VaultFault: it was made with another key, for another owner, or was changed.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._load()
        algorithm, mark, text = sealed.split(":", 2)
        if (algorithm, mark) != (_ALGORITHM, _mark(key)):
            raise VaultFault("所存的密钥是用另一把密钥加密的。请把 ZR_ACCESS_KEY 设为各机相同")
        raw = urlsafe_b64decode(text)
        try:
            return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode()).decode()
        except InvalidTag as error:
            raise VaultFault("所存的密钥读不出来,可能被改动过。请由管理员清除后重新登记") from error

    def _load(self) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        with self._guard:
            if self._key is None:
                given = self._secret or self._from_file()
                kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zone-reform access vault")
                self._key = kdf.derive(given.encode())
            return self._key

    def _from_file(self) -> str:
        """Read the key's file; make it, readable by its owner alone, where there is none."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._file.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_urlsafe(32))
                out.flush()
                os.fsync(out.fileno())
            # A link comes into being whole or not at all: two processes at once agree on one key.
            os.link(draft, self._file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return self._file.read_text(encoding="ascii").strip()


def _mark(key: bytes) -> str:
    return sha256(b"mark" + key).hexdigest()[:_MARK]
