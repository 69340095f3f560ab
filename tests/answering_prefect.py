"""A Prefect that answers: that it is well, where it keeps its data, and that it knows of no run."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from config.settings import Settings


class Answering(BaseHTTPRequestHandler):
    """What any Prefect answers: that it is well, where it keeps its data, a token, no runs."""

    home = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"home": self.home, "token": "t"}).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *args: object) -> None:
        """Keeps silent."""


@contextmanager
def answering_prefect(settings: Settings, kind: type[Answering] = Answering) -> Iterator[type[Answering]]:
    """Run it on the machine's own port; it says it keeps its data where the settings say."""

    class Own(kind):  # type: ignore[valid-type, misc]
        home = str(settings.prefect_home)

    with ThreadingHTTPServer((settings.prefect_host, settings.prefect_port), Own) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Own
        finally:
            server.shutdown()
            thread.join()
