"""Prefect 忙: asked again a moment later, not after seconds.

With SQLite, Prefect's server refuses at once (503, “database is locked”) where it has read in a transaction
and another of its transactions wrote before it did; its patience for the lock does not help there. The
creation of a run is such a transaction. Prefect's client then pauses for two seconds, and for four the next
time: beside a launch this was nearly all of what the slowest act in twenty waited. Nothing was written, so
the same request may be sent again as soon as the other transaction is through.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Final

import httpx
from prefect.context import SyncClientContext

PAUSES_S: Final = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Before each new try. After the last one the refusal goes to Prefect's client, which pauses for longer."""


class BusyTransport(httpx.HTTPTransport):
    """Sends a request that met a busy server again, a few times within a second."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the first answer that is not 503, or the last one."""
        response = super().handle_request(request)
        for pause in PAUSES_S:
            if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            response.close()
            time.sleep(pause)
            response = super().handle_request(request)
        return response


class PatientClientContext(SyncClientContext):
    """The one client of a thread, patient with a server on plain HTTP, as beside SQLite.

    Where Prefect is reached over TLS, its client keeps its own transport and certificates.
    """

    def __init__(self) -> None:
        super().__init__({"mounts": {"http://": BusyTransport()}})
        # Prefect hands a context's client only to who asks with the settings it was made with. Its engine
        # asks with none, and would make a client of its own for each call, impatient and never closed.
        self._httpx_settings = None
