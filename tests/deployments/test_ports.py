"""A port that another Prefect has taken meanwhile: nothing of ours may be registered there."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from config.settings import Settings
from deployments.supervisor import Supervisor, UpFault
from tests.flows.stack import quiet_port


class OtherPrefect(BaseHTTPRequestHandler):
    """Answers as the Prefect of another folder does; what is written to it is noted."""

    written: list[str] = []  # noqa: RUF012  one for all requests

    def do_GET(self) -> None:
        self._answer({"home": "/srv/other/prefect"})

    def do_POST(self) -> None:
        self.written.append(self.path)
        self._answer({})

    def _answer(self, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.mark.prefect
@pytest.mark.usefixtures("migrated_sqlite_url")
def test_the_prefect_of_another_folder_is_not_taken_for_ours() -> None:
    settings = Settings(prefect_port=quiet_port(), web_port=quiet_port())
    said: list[str] = []
    supervisor = Supervisor(settings, said.append)
    with ThreadingHTTPServer(("127.0.0.1", settings.prefect_port), OtherPrefect) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with pytest.raises(UpFault, match="Prefect 服务没有启动成功") as fault:
            supervisor.start()
        other.shutdown()
    assert str(settings.prefect_port) in str(fault.value)
    assert OtherPrefect.written == []
    assert not any(child.runs for child in supervisor.children)
