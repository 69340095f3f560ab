"""推送签名: how a receiver knows that a message is ours, whole and fresh.

HMAC-SHA256 under a shared secret over ``<timestamp>.<body>``: the Unix seconds as decimal text, a full
stop, the body's bytes as sent. The timestamp is inside the signature, so that an old message cannot be sent
again later.
"""

import hashlib
import hmac

SIGNATURE_HEADER = "X-ZR-Signature"
TIMESTAMP_HEADER = "X-ZR-Timestamp"
SCHEME = "v1="
"""The signature's version, so that a receiver can accept two schemes while one replaces the other."""
TOLERANCE_S = 300
"""A message whose timestamp is further from the receiver's clock is refused."""


def sign(secret: bytes, timestamp: int, body: bytes) -> str:
    """Return the value of the signature header for ``body`` sent at ``timestamp`` (Unix seconds)."""
    mac = hmac.new(secret, f"{timestamp}.".encode() + body, hashlib.sha256)
    return SCHEME + mac.hexdigest()


def verify(secret: bytes, timestamp: str, body: bytes, signature: str, now: int) -> bool:
    """Say whether ``signature`` is ours for exactly this timestamp and body, and fresh at ``now``."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    sent_at = int(timestamp)
    right = sign(secret, sent_at, body).encode()
    return hmac.compare_digest(right, signature.encode()) and abs(now - sent_at) <= TOLERANCE_S
