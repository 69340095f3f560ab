"""统一身份认证: an OpenID Connect provider, by authorization code with PKCE (OIDC Core 1.0, RFC 7636).

Authlib speaks the protocol, over a connection of ours: no redirects, no proxies of the environment, short
time-outs, small answers. An identity is believed only if the token is signed by a key that the provider
publishes, by an asymmetric algorithm, and says this issuer, this client, this nonce, and has not run out.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.oauth2 import OAuth2Client, OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.clock import WallClock
from domain.identity import Identity, SignInRequest
from domain.outside_errors import (
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
    OutsideUnavailable,
)

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Asymmetric only: with ``none`` or a shared secret anybody could write a token."""
SCOPE: Final = "openid profile"
LEEWAY_S: Final = 60
LARGEST_ANSWER: Final = 256 * 1024
KEEP_S: Final = 600.0
"""How long discovery and keys are kept; a key that is not known is looked for sooner."""
REFRESH_S: Final = 10.0
"""Not more often than this, so that made-up key ids do not become a flood at the provider."""
_DISCOVERY: Final = "/.well-known/openid-configuration"
_TIMEOUT: Final = httpx.Timeout(5.0, connect=2.0)
_WANTED: Final = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcProvider:
    """统一身份认证 adapter; an ``IdentityProviderPort``."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        *,
        title: str,
        wall: WallClock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.title = title
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._wall = wall
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._http = httpx.Client(
            timeout=_TIMEOUT, follow_redirects=False, trust_env=False, verify=ssl.create_default_context()
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def authorization_url(self, request: SignInRequest) -> str:
        """Return where to send the browser."""
        url, _ = self._client(request).create_authorization_url(
            self._discover()["authorization_endpoint"],
            state=request.state,
            code_verifier=request.verifier,
            nonce=request.nonce,
        )
        return str(url)

    def redeem(self, request: SignInRequest, answer_url: str) -> Identity:
        """Exchange the code for an ID token and check it."""
        metadata = self._discover()
        self._check_sender(answer_url)
        try:
            token = self._client(request).fetch_token(
                metadata["token_endpoint"],
                authorization_response=answer_url,
                state=request.state,
                code_verifier=request.verifier,
            )
        except OAuth2Error as error:
            raise self._refused(str(error.error)) from error
        except (httpx.HTTPError, ValueError) as error:
            raise self._unbelievable("token") from error
        raw = token.get("id_token")
        if not isinstance(raw, str):
            raise self._unbelievable("id_token")
        return self._believe(raw, request, str(token.get("access_token", "")))

    # --- the token ---

    def _believe(self, raw: str, request: SignInRequest, access_token: str) -> Identity:
        try:
            token = self._decode(raw)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self._discover()["issuer"]},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {"nonce": request.nonce, "client_id": self._client_id, "access_token": access_token},
            )
            claims.validate(now=int(self._wall.now().timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise self._unbelievable(type(error).__name__) from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise self._unbelievable("sub")
        texts = {name: value for name, value in claims.items() if isinstance(value, str)}
        return Identity(issuer=str(claims["iss"]), subject=subject, claims=texts)

    def _decode(self, raw: str) -> jwt.Token:
        """Check the signature; where no key fits, the provider may have changed them: look once more."""
        try:
            return jwt.decode(raw, self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if not self._keys_may_be_old():
                raise
            return jwt.decode(raw, self._key_set(), algorithms=ALGORITHMS)

    def _keys_may_be_old(self) -> bool:
        with self._guard:
            if self._keys is None or self._monotonic() - self._keys[0] < REFRESH_S:
                return False
            self._keys = None
            return True

    # --- the provider ---

    def _discover(self) -> dict[str, Any]:
        with self._guard:
            if self._metadata is not None and self._monotonic() - self._metadata[0] < KEEP_S:
                return self._metadata[1]
        found = self._get_json(self._issuer + _DISCOVERY)
        if any(not isinstance(found.get(name), str) for name in _WANTED):
            raise self._unbelievable("discovery")
        if found["issuer"].rstrip("/") != self._issuer:
            raise self._unbelievable("issuer")
        if any(urlsplit(found[name]).scheme != urlsplit(self._issuer).scheme for name in _WANTED):
            raise self._unbelievable("scheme")
        with self._guard:
            self._metadata = (self._monotonic(), found)
        return found

    def _key_set(self) -> KeySet:
        with self._guard:
            if self._keys is not None and self._monotonic() - self._keys[0] < KEEP_S:
                return self._keys[1]
        found = self._get_json(self._discover()["jwks_uri"])
        try:
            keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise self._unbelievable("jwks") from error
        with self._guard:
            self._keys = (self._monotonic(), keys)
        return keys

    def _check_sender(self, answer_url: str) -> None:
        """The answer names its issuer (RFC 9207) where the provider does so, and tells of a refusal."""
        query = parse_qs(urlsplit(answer_url).query)
        if "iss" in query and query["iss"] != [self._discover()["issuer"]]:
            raise self._unbelievable("iss")
        if "error" in query:
            raise self._refused(query["error"][0])
        if "code" not in query:
            raise self._unbelievable("code")

    def _client(self, request: SignInRequest) -> Any:
        methods = self._discover().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" in methods
        method = "client_secret_basic" if basic else "client_secret_post"
        return OAuth2Client(
            _Transport(self),
            client_id=self._client_id,
            client_secret=self._client_secret,
            token_endpoint_auth_method=method if self._client_secret else "none",
            scope=SCOPE,
            redirect_uri=request.redirect_uri,
            code_challenge_method="S256",
        )

    def _get_json(self, url: str) -> dict[str, Any]:
        answer = self.send("GET", url)
        try:
            found = answer.json()
        except ValueError as error:
            raise self._unbelievable("json") from error
        if answer.status_code != httpx.codes.OK or not isinstance(found, dict):
            raise self._unbelievable(str(answer.status_code))
        return found

    def send(
        self, method: str, url: str, *, content: str | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send one request; the answer is read up to a limit.

        Raises:
            OutsideUnavailable, OutsideTimeout, OutsideProtocolError.
        """
        try:
            with self._http.stream(method, url, content=content, headers=headers) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > LARGEST_ANSWER:
                        raise self._unbelievable("size")
        except httpx.TimeoutException as error:
            raise OutsideTimeout(self.title, f"{self.title}没有按时应答,请稍后再试") from error
        except httpx.HTTPError as error:
            raise OutsideUnavailable(self.title, f"{self.title}暂时连不上,请稍后再试") from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise OutsideUnavailable(self.title, f"{self.title}暂时出错,请稍后再试")
        return httpx.Response(
            answer.status_code, headers=_plain(answer.headers), content=body, request=answer.request
        )

    def _refused(self, reason: str) -> OutsideRefused:
        return OutsideRefused(self.title, f"{self.title}没有让您登录", reason=reason[:100])

    def _unbelievable(self, what: str) -> OutsideProtocolError:
        return OutsideProtocolError(self.title, f"{self.title}的应答有误,没有登录", facts={"what": what})


class _Transport:
    """What Authlib's client sends its token request through."""

    def __init__(self, provider: OidcProvider) -> None:
        self._provider = provider

    def post(self, url: str, *, data: Any, headers: Mapping[str, str], auth: ClientAuth) -> httpx.Response:
        """Send a form with the client's authentication."""
        url, sent, body = auth.prepare("POST", url, dict(headers), str(httpx.QueryParams(data)))
        return self._provider.send("POST", url, content=body, headers=sent)


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """The headers of a body that is already decoded."""
    return {name: value for name, value in headers.items() if name == "content-type"}
