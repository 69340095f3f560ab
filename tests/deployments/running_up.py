"""A real `zonectl up` on a folder of its own, and what a test asks it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psutil
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import State, StateType
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED, temporary_settings

from config.prefect_env import client_environment, without_prefect
from config.running import Running, process_token, read_note
from config.settings import Settings
from deployments.processes import Child
from models.event_codec import decode_events
from models.ledger import case_stream, rows
from services.acts import Done, Entry
from services.bootstrap import Runtime
from services.clock import legal_date
from services.launching import case_id_of, launch_one
from tests.flows.stack import quiet_port, until
from tests.services.acting import CODE

START_S: Final = 180.0
TITLES: Final = {"relay": "接力程序", "worker": "工作进程", "prefect-server": "Prefect 服务"}
ZONECTL: Final = Path(sys.executable).with_name("zonectl")
LONG_AGO: Final = timedelta(days=60)
"""So that every term of ten working days has run out."""


class RunningUp:
    """`zonectl up`, its folder, and the environment in which its other commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(data_dir=folder / "data", prefect_port=quiet_port(), web_port=quiet_port())
        self.environment = {
            **without_prefect(os.environ),
            "ZR_DATA_DIR": str(self.settings.data_dir),
            "ZR_PREFECT_PORT": str(self.settings.prefect_port),
            "ZR_WEB_PORT": str(self.settings.web_port),
        }
        self.child = Child("up", "up", [str(ZONECTL), "up"], self.environment, folder / "up.log")

    def start(self) -> None:
        """Start it and wait until everything runs."""
        self.child.start()
        until(lambda: read_note(self.settings) is not None or not self.child.runs, "up is up", START_S)
        assert self.child.runs, self.said()

    def end(self) -> int:
        """Tell it to stop, as a service manager does; return the exit code."""
        self.child.stop(60)
        code = self.child.exit_code
        assert code is not None
        return code

    def said(self) -> str:
        """Everything it said so far."""
        return self.child.log.read_text(encoding="utf-8")

    def log_of(self, child: str) -> str:
        """Everything that one of its children said."""
        return (self.settings.data_dir / "logs" / f"{child}.log").read_text(encoding="utf-8")

    def note(self) -> Running:
        """What it has registered of itself."""
        found = read_note(self.settings)
        assert found is not None
        return found

    def zonectl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same data."""
        return subprocess.run(
            [str(ZONECTL), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def status(self) -> dict[str, Any]:
        """`zonectl status --json`."""
        answer = self.zonectl("--json", "status")
        assert answer.returncode == 0, answer.stderr
        found: dict[str, Any] = json.loads(answer.stdout)["data"]
        return found

    def processes(self) -> list[psutil.Process]:
        """Every process that works on this folder, children's children too."""
        return [each for each in psutil.process_iter() if self._is_ours(each)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            mentioned = [*process.cmdline(), *process.environ().values()]
        except psutil.Error:
            return False
        return any(str(self.folder) in each for each in mentioned)

    def relay_on(self, database_url: str) -> Child:
        """One more relay beside this Prefect, on another database, as on several machines."""
        settings = Settings(
            data_dir=self.folder / "beside",
            database_url=database_url,
            prefect_api_url=self.settings.prefect_api_url,
        )
        environment = {
            **without_prefect(os.environ),
            **client_environment(settings),
            "ZR_DATA_DIR": str(settings.data_dir),
            "ZR_DATABASE_URL": database_url,
            "ZR_PREFECT_API_URL": settings.prefect_api_url,
        }
        command = [str(ZONECTL), "relay", "run"]
        return Child("relay", "relay", command, environment, self.folder / "beside.log")

    def kill(self, child: str) -> int:
        """Kill one of its children with -9; return the number of the process."""
        old = self.note().children[child]
        os.kill(old, signal.SIGKILL)
        return old

    def wait_replaced(self, child: str, old: int) -> None:
        """Wait until another process has taken the place of ``old``, and `up` has said what happened."""
        until(lambda: self._replaced(child, old), f"another {child}: {self.said()}", 150)
        assert f"{TITLES[child]}意外停止(退出码 -9),日志在 " in self.said()

    def _replaced(self, child: str, old: int) -> bool:
        new = self.note().children[child]
        return new != old and process_token(new) != ""

    # --- Prefect ---

    @contextmanager
    def prefect(self) -> Iterator[SyncPrefectClient]:
        """Prefect's own client, as an operator's tools use it."""
        values = {PREFECT_API_URL: self.settings.prefect_api_url, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: True}
        with temporary_settings(values), get_client(sync_client=True) as client:
            yield client

    def start_run(self, deployment: str, parameters: Mapping[str, Any] | None = None) -> UUID:
        """Start a run by hand, as the button in Prefect does; the worker takes it up."""
        with self.prefect() as client:
            found = client.read_deployment_by_name(f"{deployment}/{deployment}")
            return client.create_flow_run_from_deployment(found.id, parameters=dict(parameters or {})).id

    def begin_run(self, deployment: str) -> tuple[UUID, list[psutil.Process]]:
        """Start a run and wait until the worker has begun it; return it with its processes."""
        worker = psutil.Process(self.note().children["worker"])
        run = self.start_run(deployment)
        until(
            lambda: bool(worker.children(recursive=True)), f"the worker begins: {self.log_of('worker')}", 90
        )
        return run, worker.children(recursive=True)

    def wait_state(self, run: UUID, wanted: StateType) -> State[Any]:
        """Wait for the end of a run, which has to be the one wanted."""
        with self.prefect() as client:
            until(lambda: _is_final(client, run), f"{run} ends: {self.log_of('worker')[-3000:]}", 150)
            state = client.read_flow_run(run).state
        assert state is not None
        assert state.type is wanted, (state.type, state.message)
        return state


def _is_final(client: SyncPrefectClient, run: UUID) -> bool:
    state = client.read_flow_run(run).state
    return state is not None and state.is_final()


def events_of(runtime: Runtime, case: str) -> Counter[str]:
    """How often each kind of event stands in a case's ledger."""
    with runtime.db.read() as session:
        stored = list(rows(session.connection(), case_stream(case)))
    return Counter(type(event).__name__ for row in stored for event in decode_events(row.body))


def launch_long_ago(runtime: Runtime, unit: str) -> str:
    """Open a case whose terms have all run out."""
    on = legal_date(runtime.wall) - LONG_AGO
    done = launch_one(runtime, Entry(actor="head"), (CODE, 1), unit, on=on)
    assert isinstance(done, Done), done
    return case_id_of(CODE, unit)
