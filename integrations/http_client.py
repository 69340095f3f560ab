"""接口调用: how every HTTP adapter calls its outside system.

One ``OutsideSystem`` a system holds what must not be shared between systems: connections, a limit of
simultaneous calls, a circuit breaker. So a slow registry holds up nobody else. One ``run`` takes ten
seconds at most, its quick second try included; later tries are timers that the relay makes of the error's
``retry_after``.

Only the configured address is called: redirects are an error, proxies and credentials of the environment
are not used. Each call has a connection of its own, because a kept connection that the other side has just
closed looks like a lost answer. httpx's time-outs are per read, so an answer that drips byte by byte would
never end: at the deadline the connection is cut from outside.
"""

import random
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import httpx

from domain.outside import Rng, next_delay
from domain.outside_errors import (
    OutsideBusy,
    OutsideCircuitOpen,
    OutsideProtocolError,
    OutsideRefused,
    OutsideTimeout,
    OutsideUnavailable,
)
from integrations.answers import Answer, check_status, unavailable
from integrations.breaker import CircuitBreaker, CircuitState

T = TypeVar("T")

LARGEST_ANSWER = 1024 * 1024
"""Answers are receipts and records; more than 1 MiB is not one."""
BUSY_RETRY_S = 5.0


@dataclass(frozen=True)
class CallLimits:
    """调用限度 of one outside system; all times in seconds."""

    connect_s: float = 2.0
    read_s: float = 5.0
    total_s: float = 10.0
    """One run with its second try takes no longer."""
    tries: int = 2
    pause_s: float = 0.5
    """Longest pause before the second try; a random part of it is taken."""
    concurrency: int = 2
    """Calls at the same time; the next waits ``queue_s`` and is then told to come back."""
    queue_s: float = 0.2
    failures_to_open: int = 5
    open_for_s: float = 60.0


@dataclass(frozen=True)
class SystemHealth:
    """对接状况: what an operator wants to know of one outside system."""

    name: str
    circuit: CircuitState


class OutsideSystem:
    """一个外部系统: its address, connections, limit of calls and circuit breaker.

    ``name`` is the Chinese name that messages use. ``monotonic``, ``sleep`` and ``rng`` are given by tests.
    ``token`` is sent as a bearer token.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        limits: CallLimits | None = None,
        token: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        rng: Rng | None = None,
    ) -> None:
        self.name = name
        self.limits = limits or CallLimits()
        self.rng: Rng = rng or random.Random(secrets.randbits(64))  # noqa: S311 (spreads load, guards nothing)
        self._monotonic = monotonic
        self._sleep = sleep
        self._slots = threading.BoundedSemaphore(self.limits.concurrency)
        self._breaker = CircuitBreaker(
            failures_to_open=self.limits.failures_to_open,
            open_for_s=self.limits.open_for_s,
            monotonic=monotonic,
        )
        self._address = _checked_address(base_url)
        self._client = httpx.Client(
            headers={"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {}),
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def health(self) -> SystemHealth:
        """Return the state of the circuit in this process."""
        return SystemHealth(name=self.name, circuit=self._breaker.state)

    def deadline(self) -> float:
        """Return the instant, on the monotonic clock, at which a run that starts now has to be over."""
        return self._monotonic() + self.limits.total_s

    def has_time(self, deadline: float) -> bool:
        """Say whether a call that starts now could still be over by ``deadline``."""
        return self._monotonic() + self.limits.connect_s < deadline

    def run(self, attempt: Callable[["Call"], T], *, deadline: float | None = None) -> T:
        """Make ``attempt``, and a quick second one after a retryable error if time allows.

        ``attempt`` may call several times and must be safe to repeat. Raises ``OutsideBusy`` or
        ``OutsideCircuitOpen`` without calling, else what ``attempt`` raises; retryable errors leave with a
        ``retry_after``.
        """
        if not self._slots.acquire(timeout=self.limits.queue_s):
            raise OutsideBusy(
                self.name, f"同时调用{self.name}的事项较多,稍后自动再试。", retry_after=BUSY_RETRY_S
            )
        try:
            return self._guarded(attempt, self.deadline() if deadline is None else deadline)
        finally:
            self._slots.release()

    def _guarded(self, attempt: Callable[["Call"], T], deadline: float) -> T:
        """Run behind the circuit breaker and tell it how the call went."""
        wait = self._breaker.admit()
        if wait is not None:
            raise OutsideCircuitOpen(
                self.name, f"{self.name}连续多次没有正常应答,已暂停调用,稍后自动再试。", retry_after=wait
            )
        settle = self._breaker.abandoned
        try:
            result = self._tries(attempt, deadline)
        except OutsideRefused:
            settle = self._breaker.succeeded
            raise
        except (OutsideUnavailable, OutsideTimeout, OutsideProtocolError):
            settle = self._breaker.failed
            raise
        else:
            settle = self._breaker.succeeded
            return result
        finally:
            settle()

    def _tries(self, attempt: Callable[["Call"], T], deadline: float) -> T:
        for _ in range(self.limits.tries - 1):
            try:
                return attempt(Call(self, deadline))
            except (OutsideUnavailable, OutsideTimeout) as error:
                if not self._pause(error.retry_after, deadline):
                    raise self._with_delay(error) from error.__cause__
        try:
            return attempt(Call(self, deadline))
        except (OutsideUnavailable, OutsideTimeout) as error:
            raise self._with_delay(error) from error.__cause__

    def _pause(self, asked: float | None, deadline: float) -> bool:
        """Wait a moment before the second try, if the other side allows it and time is left for it."""
        pause = self.limits.pause_s * (0.5 + self.rng.random() / 2) if asked is None else asked
        if self._monotonic() + pause + self.limits.connect_s > deadline:
            return False
        self._sleep(pause)
        return True

    def _with_delay(self, error: OutsideUnavailable | OutsideTimeout) -> OutsideUnavailable | OutsideTimeout:
        if error.retry_after is None:
            error.retry_after = next_delay(1, self.rng)
        return error

    def send(self, request: httpx.Request, remaining: float) -> Answer:
        """Send one request and read its whole answer within ``remaining`` seconds; used by ``Call``."""
        with _Scissors(remaining) as scissors:
            request.extensions = {**request.extensions, "trace": scissors.trace}
            try:
                response = self._client.send(request, stream=True)
                try:
                    body = self._read(response)
                finally:
                    response.close()
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                raise unavailable(self.name, reason=type(error).__name__) from error
            except httpx.TransportError as error:
                raise self._no_answer("deadline" if scissors.cut else type(error).__name__) from error
        if scissors.cut:
            # A body without a length ends where the connection does: this one may be half.
            raise self._no_answer("deadline")
        return Answer(status=response.status_code, headers=response.headers, body=body)

    def _no_answer(self, reason: str) -> OutsideTimeout:
        return OutsideTimeout(
            self.name,
            f"{self.name}没有按时应答或应答中断,办理结果不明,系统稍后自动查询,请勿重复办理。",
            facts={"reason": reason},
        )

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise OutsideProtocolError(
                    self.name,
                    f"{self.name}的应答过大,不是回执或登记信息,请人工核实。",
                    facts={"limit": LARGEST_ANSWER},
                )
        return bytes(body)

    def build(
        self,
        method: str,
        path: str,
        *,
        idempotency_key: str,
        content: bytes | None,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        remaining: float,
    ) -> httpx.Request:
        """Build a request to the configured address, or to ``path`` below it; used by ``Call``."""
        address = f"{self._address.rstrip('/')}/{path}" if path else self._address
        sent = {"Idempotency-Key": idempotency_key, **(headers or {})}
        if content is not None:
            sent["Content-Type"] = "application/json"
        return self._client.build_request(
            method,
            address,
            params=dict(params) if params else None,
            content=content,
            headers=sent,
            timeout=httpx.Timeout(
                connect=min(self.limits.connect_s, remaining),
                read=min(self.limits.read_s, remaining),
                write=min(self.limits.read_s, remaining),
                pool=min(self.limits.connect_s, remaining),
            ),
        )

    def remaining(self, deadline: float) -> float:
        """Return the seconds left until ``deadline``; raise ``OutsideTimeout`` if there are none."""
        left = deadline - self._monotonic()
        if left <= 0:
            raise self._no_answer("deadline")
        return left


class Call:
    """一次尝试: lets one attempt call its system within the time that is left of the run."""

    def __init__(self, system: OutsideSystem, deadline: float) -> None:
        self._system = system
        self._deadline = deadline

    def request(
        self,
        method: str,
        path: str,
        *,
        idempotency_key: str,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Answer:
        """Send one request and return its answer, 2xx or one of ``accept``; other statuses raise.

        Raises:
            OutsideUnavailable: not reached, or it says to come back later.
            OutsideTimeout: no whole answer, or a status that does not tell what was done.
            OutsideRefused: it said no.
            OutsideProtocolError: a redirect, or an answer too large.
        """
        left = self._system.remaining(self._deadline)
        request = self._system.build(
            method,
            path,
            idempotency_key=idempotency_key,
            content=content,
            params=params,
            headers=headers,
            remaining=left,
        )
        answer = self._system.send(request, left)
        if answer.status not in accept:
            check_status(self._system.name, answer)
        return answer


class _Scissors:
    """Cuts a connection when its time is up, whatever it is doing."""

    def __init__(self, seconds: float) -> None:
        self.cut = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._snip)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn the connection's socket from httpcore's ``trace`` extension; make up an earlier cut."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.cut:
                self._snip()

    def _snip(self) -> None:
        self.cut = True
        if self._socket is None:
            return
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            # Closed already, by the other side or by the end of the call: what the cut was for.
            return


def _checked_address(base_url: str) -> str:
    url = httpx.URL(base_url)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise ValueError("外部系统的地址要以 http:// 或 https:// 开头,且不能带用户名和口令")
    return base_url
