"""A real Prefect server and a real relay, each its own process, for the tests of the flows."""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from prefect.events.worker import EventsWorker

from benchmarks.workload import CODE, VERSION, county_of, person_of
from config.prefect_env import client_environment, server_environment, without_prefect
from config.settings import Settings
from deployments.processes import Child, free_port, wait_until
from domain.commands import Decide, Submit
from domain.decisions import Outcome
from domain.open_work import WorkKind
from services.acts import Done, Entry, act
from services.bootstrap import Runtime
from services.clock import today
from services.inbox import case_work
from services.launching import case_id_of, launch_one


def until(holds: Callable[[], bool], what: str | Callable[[], str], patience_s: float = 120) -> None:
    """Wait until something holds; fail with what it was, asked for at the end where need be."""
    done = wait_until(holds, patience_s=patience_s, give_up=lambda: False, progress=lambda _: None)
    assert done, f"not within {patience_s} s: {what if isinstance(what, str) else what()}"


def quiet_port() -> int:
    """A port that nobody else takes meanwhile: test runs side by side would all begin at a fixed one."""
    return free_port("127.0.0.1", random.SystemRandom().randrange(12_000, 30_000))


class Stack:
    """Prefect server and relay on one data folder."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.settings = Settings(data_dir=folder / "data", prefect_port=port or quiet_port())
        plain = without_prefect(os.environ)
        api = self.settings.prefect_api_url
        ours = {
            "ZR_DATA_DIR": str(self.settings.data_dir),
            "ZR_PREFECT_PORT": str(self.settings.prefect_port),
        }
        start = ["server", "start", "--host", "127.0.0.1", "--port", str(self.settings.prefect_port)]
        self.server = Child(
            "server",
            "Prefect",
            [sys.executable, "-m", "prefect", *start],
            plain | server_environment(self.settings, api),
            folder / "server.log",
        )
        self.relay = Child(
            "relay",
            "relay",
            [sys.executable, "-m", "deployments.children", "relay"],
            plain | client_environment(self.settings, api) | ours,
            folder / "relay.log",
        )

    def beside(self, folder: Path) -> Stack:
        """Another data folder with the same server, which stays this one's to start and to stop."""
        return Stack(folder, self.settings.prefect_port)

    def start_server(self) -> None:
        """Start Prefect and wait until it answers."""
        self.settings.prefect_home.mkdir(parents=True, exist_ok=True)
        self.server.start()
        until(self._ready, f"Prefect is ready: {self.server.last_words()}", 80)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.settings.prefect_api_url}/ready", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def leave(self) -> None:
        """Send what is left for Prefect, so that the next server meets no worker of this one."""
        EventsWorker.drain_all(timeout=30, at_exit=False)
        self.server.stop()

    def wipe_prefect(self) -> None:
        """Lose everything that Prefect knows."""
        shutil.rmtree(self.settings.prefect_home)


def open_case(runtime: Runtime, number: int) -> str:
    """Open the case of a generated zone."""
    city = f"{county_of(number)[:4]}00"
    done = launch_one(
        runtime,
        Entry(actor=person_of(f"municipal-{city}", "head")),
        (CODE, VERSION),
        f"unit-{number}",
        on=today(runtime.db, runtime.wall),
    )
    assert isinstance(done, Done), done
    return case_id_of(CODE, f"unit-{number}")


def act_on(runtime: Runtime, case: str) -> float:
    """Do the oldest work of a case as the one who has to; return how long the act took."""
    work = case_work(runtime.db, case)[0]
    common = {
        "command_id": f"{case}:{work.key}",
        "case": case,
        "occurred_on": today(runtime.db, runtime.wall),
        "step": work.step,
        "round": work.round,
    }
    command = (
        Submit(**common)
        if work.kind == WorkKind.SUBMIT
        else Decide(**common, node=work.node, seat=work.seat, outcome=Outcome.AGREE)
    )
    began = time.monotonic()
    done = act(runtime.db, command, Entry(actor=person_of(work.body, work.position)), wall=runtime.wall)
    assert isinstance(done, Done), done
    return time.monotonic() - began
