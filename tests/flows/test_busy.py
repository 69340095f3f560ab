"""Prefect 忙: a request that met a busy server is sent again within a second, whole, and not for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED, temporary_settings

from flows.busy import PAUSES_S, BusyTransport, PatientClientContext


@contextmanager
def busy_server(refusals: int) -> Iterator[tuple[str, list[bytes]]]:
    """A server that refuses so many requests and then answers; yield its address and what it was sent."""
    sent: list[bytes] = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if len(sent) <= refusals else 201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


@pytest.mark.parametrize(
    ("refusals", "answer"),
    [(0, 201), (1, 201), (len(PAUSES_S), 201), (len(PAUSES_S) + 1, 503)],
)
def test_a_busy_server_is_asked_again_at_once(refusals: int, answer: int) -> None:
    with busy_server(refusals) as (address, sent), httpx.Client(transport=BusyTransport()) as client:
        began = time.monotonic()
        found = client.post(address, json={"name": "推进"})
        took = time.monotonic() - began
    assert found.status_code == answer
    assert sent == [sent[0]] * min(refusals + 1, len(PAUSES_S) + 1)
    assert b"name" in sent[0]
    assert took < sum(PAUSES_S) + 1


def test_whoever_asks_for_a_client_gets_the_patient_one() -> None:
    """Prefect's engine asks without settings; a client of its own was neither patient nor ever closed."""
    here = {PREFECT_API_URL: "http://127.0.0.1:1/api", PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED: False}
    with temporary_settings(here), PatientClientContext() as context:
        assert get_client(sync_client=True) is context.client
