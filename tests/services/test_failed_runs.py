"""运行失败告知: a run that failed is told however many others failed after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from config.clock import FixedClock
from config.settings import Settings
from services.bootstrap import open_runtime
from services.failed_runs import Told, tell_failed

OF_THE_RELAY = 250


class _Prefect(BaseHTTPRequestHandler):
    """Answers as Prefect does: the newest first, a page at a time; the oldest is a daily run."""

    def do_GET(self) -> None:
        self._answer({"token": "示例", "name": "check-compliance"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        runs = [_run(number, ["relay:示例"]) for number in range(OF_THE_RELAY)] + [_run(OF_THE_RELAY, [])]
        self._answer(runs[asked["offset"] :][: asked["limit"]])

    def _answer(self, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        """Nothing is written beside the test."""


def _run(number: int, tags: list[str]) -> dict[str, Any]:
    return {"id": f"run-{number}", "name": "示例", "flow_id": "flow", "state_type": "FAILED", "tags": tags}


@pytest.fixture
def prefect_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Prefect) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def test_a_failed_run_is_told_though_many_of_the_relay_failed_since(
    migrated_db_url: str, data_dir: Path, wall_clock: FixedClock, prefect_url: str
) -> None:
    settings = Settings(data_dir=data_dir, database_url=migrated_db_url, prefect_api_url=prefect_url)
    with open_runtime(settings, wall_clock) as runtime:
        told = [tell_failed(runtime) for _ in range(2)]
        channels = len(runtime.told_channels)
    assert told == [Told(failed=1, messages=channels), Told(failed=1, messages=0)]
