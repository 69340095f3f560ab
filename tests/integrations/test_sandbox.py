"""Sandbox servers as processes: they say when they are ready, stop when told, and outlive nobody."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from integrations.sandbox.process import NAMES, SandboxFault, start_sandbox
from integrations.sandbox.webhook_receiver import SECRET_VARIABLE
from tests.integrations.conftest import SECRET

ROOT = Path(__file__).resolve().parents[2]


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("name", NAMES)
def test_a_sandbox_starts_and_stops(name: str) -> None:
    with start_sandbox(name, env={SECRET_VARIABLE: SECRET}) as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert sandbox.received()
        pid = sandbox.pid
    assert _gone(pid)


def test_a_sandbox_stops_while_it_is_being_slow() -> None:
    with start_sandbox("company") as sandbox:
        sandbox._post("/_control", {"mode": "slow", "seconds": 600})
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(sandbox.url + "/companies", timeout=0.2, trust_env=False)
        pid = sandbox.pid
    assert _gone(pid)


def test_a_sandbox_ends_with_its_parent() -> None:
    command = [sys.executable, "-m", "integrations.sandbox.filing", "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert b'"url"' in process.stdout.readline()
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("options", [[], ["--with-parent"]])
def test_a_sandbox_ends_cleanly_on_a_signal(number: signal.Signals, options: list[str]) -> None:
    command = [sys.executable, "-m", "integrations.sandbox.filing", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(number)
        assert process.wait(10) == 0


def test_a_sandbox_that_cannot_start_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SandboxFault, match="没有启动"), start_sandbox("webhook_receiver"):
        pytest.fail("the receiver has no secret")
    assert SECRET_VARIABLE in capfd.readouterr().err
    with pytest.raises(ValueError, match="unknown sandbox"), start_sandbox("nobody"):
        pytest.fail("there is none")


def test_a_wrong_order_for_trouble_is_refused() -> None:
    with start_sandbox("company") as sandbox:
        for body in (b'{"mode": "dance"}', b"{", b'{"times": 1}'):
            answer = httpx.post(sandbox.url + "/_control", content=body, trust_env=False)
            assert answer.status_code == 422
        answer = httpx.post(sandbox.url + "/_companies", content=b'[{"name": 1}]', trust_env=False)
        assert answer.status_code == 422
        assert httpx.get(sandbox.url + "/_control", trust_env=False).json() == {"waiting": []}
