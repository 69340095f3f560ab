"""A small OpenID Connect provider over real HTTP on this machine: discovery, authorisation, token, keys.

It asks nobody for a password: whoever comes is ``subject``. What a bad or broken provider may do can be set
for the next token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from config.clock import WallClock

CLIENT = "zone-reform-test"
CLIENT_SECRET = "only-for-tests-" + "x" * 20


class Provider:
    """The provider's state, set by tests."""

    def __init__(self, wall: WallClock) -> None:
        self.wall = wall
        self.issuer = ""
        self.key = ECKey.generate_key("P-256", {"kid": "first"})
        self.published = [self.key]
        self.subject = "subject-1"
        self.claims: dict[str, Any] = {"preferred_username": "clerk", "name": "张三"}
        self.changes: dict[str, Any] = {}
        """Claims of the next tokens that are not what they should be; ``None`` leaves one out."""
        self.algorithm = "ES256"
        self.denies = False
        self.broken: dict[str, int] = {}
        """Path → status that it answers with."""
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def rotate(self, *, keep_old: bool = False) -> None:
        """Sign with another key from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4)})
        self.published = [self.key, *self.published] if keep_old else [self.key]

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent back to."""
        answer = {"state": query["state"], "iss": self.issuer}
        if self.denies:
            answer["error"] = "access_denied"
        else:
            assert query["response_type"] == "code"
            assert query["code_challenge_method"] == "S256"
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            answer["code"] = code
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code, once, for who has the verifier and is the client."""
        expected = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        query = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            query is None
            or query["code_challenge"] != challenge.decode().rstrip("=")
            or query["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "at",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self._id_token(query),
        }

    def _id_token(self, query: dict[str, str]) -> str:
        now = int(self.wall.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": query["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            **self.claims,
            **self.changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            return f"{_unsigned({'alg': 'none', 'typ': 'JWT'}, claims)}."
        if self.algorithm == "HS256":
            # The old trick: the published key as a shared secret.
            text = _unsigned({"alg": "HS256", "kid": self.key.kid}, claims)
            mark = hmac.new(self.key.as_pem(private=False), text.encode(), hashlib.sha256).digest()
            return f"{text}.{_base64(mark)}"
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key)

    def discovery(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))


class _Server(ThreadingHTTPServer):
    provider: Provider


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Be quiet."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        provider = self.server.provider
        if self._broken(url.path):
            return
        if url.path == "/.well-known/openid-configuration":
            self._answer(200, provider.discovery())
        elif url.path == "/keys":
            self._answer(200, {"keys": [key.as_dict(private=False) for key in provider.published]})
        else:
            self._answer(303, location=provider.authorize(_single(url.query)))

    def do_POST(self) -> None:
        if not self._broken(urlsplit(self.path).path):
            form = _single(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer(*self.server.provider.token(form, self.headers.get("Authorization", "")))

    def _broken(self, path: str) -> bool:
        self.server.provider.asked.append(path)
        status = self.server.provider.broken.get(path)
        if status is not None:
            self._answer(status, {"error": "server_error"})
        return status is not None

    def _answer(self, status: int, body: Any = None, location: str = "") -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def running_provider(wall: WallClock) -> Iterator[Provider]:
    """Run a provider on a free port."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.provider = Provider(wall)
        server.provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.provider
        finally:
            server.shutdown()
            thread.join()
