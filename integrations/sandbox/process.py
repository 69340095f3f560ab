"""启动演练服务器: runs a sandbox server as a process of its own, for tests and rehearsals."""

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import httpx
import msgspec

from integrations.sandbox.trouble import Lie, Mode, Trouble

NAMES = ("filing", "company", "webhook_receiver", "dingtalk", "wecom", "feishu", "sms", "mail")
READY_WITHIN_S = 30.0
STOP_WITHIN_S = 5.0


class _Ready(msgspec.Struct, frozen=True):
    name: str
    url: str
    port: int


class SandboxFault(RuntimeError):
    """演练服务器没有启动: the server did not say in time that it is ready."""


class Sandbox:
    """A running sandbox server: its address, and the handles to make trouble and to see what arrived."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self.pid = pid
        self._client = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()

    def trouble(
        self,
        mode: Mode,
        times: int = 1,
        *,
        seconds: float = 6.0,
        status: int = 503,
        retry_after: int | None = None,
        lie: Lie = Lie.CASE,
        method: str | None = None,
    ) -> None:
        """Make the next ``times`` requests (of ``method``) meet trouble, after what is queued already."""
        self._post(
            "/_control",
            Trouble(
                mode=mode,
                times=times,
                seconds=seconds,
                status=status,
                retry_after=retry_after,
                lie=lie,
                method=method,
            ),
        )

    def calm(self) -> None:
        """Take all queued trouble away."""
        self._post("/_control", {"mode": "ok"})

    def received(self) -> dict[str, Any]:
        """Return what arrived."""
        answer = self._client.get("/_received").raise_for_status()
        received: dict[str, Any] = answer.json()
        return received

    def forget_tokens(self) -> None:
        """Make every access token that a platform has given invalid."""
        self._post("/_forget_tokens", {})

    def load_companies(self, companies: Sequence[Mapping[str, Any]]) -> None:
        """Load companies into the company register."""
        self._post("/_companies", list(companies))

    def _post(self, path: str, payload: object) -> None:
        self._client.post(path, content=msgspec.json.encode(payload)).raise_for_status()


@contextmanager
def start_sandbox(name: str, *arguments: str, env: Mapping[str, str] | None = None) -> Iterator[Sandbox]:
    """Start the sandbox server ``name``, yield it when it is ready, stop it at the end.

    ``arguments`` go to the command line, ``env`` is added to the environment.

    Raises:
        SandboxFault: the server did not start.
    """
    if name not in NAMES:
        raise ValueError(f"unknown sandbox {name!r}, there are {', '.join(NAMES)}")
    with _running(name, arguments, env or {}) as (ready, pid), Sandbox(ready.url, pid) as sandbox:
        yield sandbox


@contextmanager
def start_clamd(*arguments: str) -> Iterator[str]:
    """Start the scanner's sandbox server, yield its address when it is ready, stop it at the end.

    Raises:
        SandboxFault: the server did not start.
    """
    with _running("clamd", arguments, {}) as (ready, _):
        yield ready.url


@contextmanager
def _running(name: str, arguments: Sequence[str], env: Mapping[str, str]) -> Iterator[tuple[_Ready, int]]:
    command = [sys.executable, "-m", f"integrations.sandbox.{name}", "--with-parent", *arguments]
    with subprocess.Popen(  # noqa: S603 (a module of ours)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **env},
    ) as process:
        try:
            yield _ready(process), process.pid
        finally:
            _stop(process)


def _ready(process: subprocess.Popen[bytes]) -> _Ready:
    if process.stdout is None:
        raise SandboxFault("no standard output to read from")
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(READY_WITHIN_S) else b""
    try:
        return msgspec.json.decode(line, type=_Ready)
    except msgspec.MsgspecError as error:
        raise SandboxFault(f"演练服务器没有启动:{line.decode(errors='replace').strip()}") from error


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
