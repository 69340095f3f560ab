"""单机运行: `zonectl up` starts Prefect server, worker, relay and web on one machine, and stops them cleanly.

One data folder has one supervisor: a lock of the operating system, which goes with the process however it
ends, so that a stale lock cannot exist. The note beside it (`config.running`) tells others the addresses.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from ipaddress import ip_address
from types import FrameType
from typing import Final

import httpx

from config.prefect_env import WORK_POOL, client_environment, server_environment, without_prefect
from config.running import Running, note_path, process_token, read_note, remove_note, stands, write_note
from config.settings import Settings
from deployments.processes import Child, free_port, wait_until
from models.database import Database
from models.faults import DatabaseFault
from services.access.demo import judge_demo
from services.bootstrap import open_runtime
from services.prefect_api import PrefectApi

SERVER_PATIENCE_S: Final = 120.0
CHILD_PATIENCE_S: Final = 60.0
LOOK_S: Final = 0.5
BEHIND_PEOPLE: Final = 10
"""What shows, sends and checks gives way to the pages that people wait for: two cores have to do for all."""
REGISTER_PAUSES_S: Final = (5.0, 20.0, 0.0)
"""Pauses after each try to register the deployments; the last one is not waited after."""
MOST_RESTARTS: Final = 5
"""So many restarts of one child within `RESTARTS_WITHIN_S` are too many: something is wrong with it."""
RESTARTS_WITHIN_S: Final = 300.0
Say = Callable[[str], None]


class UpFault(Exception):
    """不能启动: the message says in Chinese what is in the way and what to do."""


def say_on_stderr(text: str) -> None:
    """Progress goes to standard error: standard output belongs to data."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextmanager
def only_one(settings: Settings, say: Say) -> Iterator[None]:
    """Hold the lock of the data folder.

    Raises:
        UpFault: another supervisor holds it.
    """
    path = note_path(settings).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpFault(_taken(settings)) from None
        left = read_note(settings)
        if left is not None and not stands(left):
            say(f"上次运行(进程号 {left.pid})没有正常停止,已清理它留下的登记")
        try:
            yield
        finally:
            remove_note(settings)


def _taken(settings: Settings) -> str:
    note = read_note(settings)
    who = f"(进程号 {note.pid},网页 {note.web},Prefect {note.prefect_ui})" if note else ""
    return (
        f"数据目录 {settings.data_dir} 已有一个 zonectl up 在运行{who},不能再启动一个。"
        "请直接使用它;要重新启动,请先在它的窗口按 Ctrl-C 停止。"
    )


class Supervisor:
    """单机运行: use ``start`` and ``stop``, or ``run`` for both with watching between."""

    def __init__(
        self, settings: Settings, say: Say = say_on_stderr, stop: threading.Event | None = None
    ) -> None:
        self._settings = settings
        self._told_to_stop = stop or threading.Event()
        self._say = say
        host = settings.prefect_host
        if not _is_loopback(host) and settings.prefect_auth_string is None:
            raise UpFault("Prefect 服务只应监听本机。要监听别的地址,请先设置口令 ZR_PREFECT_AUTH_STRING")
        prefect_port = free_port(host, settings.prefect_port)
        self._web_port = free_port(settings.web_host, settings.web_port, frozenset({prefect_port}))
        self.prefect_url = f"http://{host}:{prefect_port}"
        self.api_url = f"{self.prefect_url}/api"
        self.web_url = f"http://{settings.web_host}:{self._web_port}"
        self._server, self._worker, self._relay, self._web = self._make_children(host, prefect_port)
        self._registered = False

    def _make_children(self, host: str, port: int) -> tuple[Child, Child, Child, Child]:
        plain = without_prefect(os.environ)
        server = plain | server_environment(self._settings, self.api_url)
        client = plain | client_environment(self._settings, self.api_url)
        ours = client | {"ZR_DATA_DIR": str(self._settings.data_dir), "ZR_PREFECT_API_URL": self.api_url}
        prefect = [sys.executable, "-m", "prefect"]
        child = [sys.executable, "-m", "deployments.children"]
        logs = self._settings.data_dir / "logs"
        return (
            Child(
                "prefect-server",
                "Prefect 服务",
                [*prefect, "server", "start", "--host", host, "--port", str(port)],
                server,
                logs / "prefect-server.log",
                BEHIND_PEOPLE,
            ),
            Child(
                "worker",
                "工作进程",
                [*prefect, "worker", "start", "--pool", WORK_POOL, "--type", "process", "--limit", "2"],
                ours,
                logs / "worker.log",
                BEHIND_PEOPLE,
            ),
            Child("relay", "接力程序", [*child, "relay"], ours, logs / "relay.log", BEHIND_PEOPLE),
            Child("web", "网页服务", [*child, "web", str(self._web_port)], ours, logs / "web.log"),
        )

    @property
    def children(self) -> tuple[Child, ...]:
        """In the order in which they are stopped."""
        return (self._web, self._worker, self._relay, self._server)

    # --- start ---

    def start(self) -> None:
        """Start everything and wait until it is ready.

        Raises:
            UpFault: something did not start; what was started is stopped again.
        """
        began = time.monotonic()
        try:
            self._check_database()
            self._settings.prefect_home.mkdir(parents=True, exist_ok=True)
            self._start_server()
            self._relay.start()
            self._web.start()
            self.register()
            self._worker.start()
            self._await(self._web, lambda: _answers(f"{self.web_url}/livez"), CHILD_PATIENCE_S)
            self._note()
        except BaseException:
            self.stop()
            raise
        self._say(f"全部启动完成,用时 {time.monotonic() - began:.0f} 秒")

    def _check_database(self) -> None:
        database = Database(self._settings.database_url)
        try:
            database.check()
        except DatabaseFault as fault:
            raise UpFault(str(fault)) from fault
        finally:
            database.close()
        with open_runtime(self._settings) as runtime:
            refused = judge_demo(runtime.access)
        if refused is not None:
            raise UpFault(f"{refused.message}。{refused.remedy}")

    def _start_server(self) -> None:
        self._say(f"正在启动{self._server.title} …")
        self._server.start()
        self._await(self._server, self._is_ours, SERVER_PATIENCE_S)

    def _is_ours(self) -> bool:
        """Whether our own Prefect answers: two that start at once may have found the same port free."""
        with PrefectApi(self._settings, self.api_url) as prefect:
            return prefect.home() == str(self._settings.prefect_home)

    def _await(self, child: Child, is_ready: Callable[[], bool], patience_s: float) -> None:
        ready = wait_until(
            is_ready,
            patience_s=patience_s,
            give_up=lambda: not child.runs or self._told_to_stop.is_set(),
            progress=lambda s: self._say(f"  {child.title}还在启动(已 {s:.0f} 秒)…"),
        )
        if not ready:
            raise UpFault(f"{child.title}没有启动成功。日志在 {child.log},最后几行:\n{child.last_words()}")

    def register(self) -> None:
        """登记部署: the work pool and all deployments of ``deployments/prefect.yaml``; again does no harm.

        So it is tried again: where much waits to be shown, the relay keeps Prefect's SQLite busy from the
        start, and one "database is locked" must not stop everything.
        """
        self._say("正在登记工作池和部署 …")
        file = str(files("deployments") / "prefect.yaml")
        prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
        for arguments in (
            ["work-pool", "create", WORK_POOL, "--type", "process", "--overwrite"],
            ["deploy", "--all", "--prefect-file", file],
        ):
            for pause in REGISTER_PAUSES_S:
                done = self._tell_prefect([*prefect, *arguments])
                if done.returncode == 0 or self._told_to_stop.wait(pause):
                    break
            if done.returncode != 0:
                said = done.stdout.decode(errors="replace")[-800:]
                raise UpFault(f"在 Prefect 中登记部署没有成功:\n{said}")

    def _tell_prefect(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603  the command is ours
            command,
            env=dict(self._relay.environment),
            cwd=self._settings.data_dir,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def _note(self) -> None:
        pid = os.getpid()
        write_note(
            self._settings,
            Running(
                pid=pid,
                token=process_token(pid),
                prefect_api=self.api_url,
                prefect_ui=self.prefect_url,
                web=self.web_url,
                children={c.name: c.process.pid for c in self.children if c.process is not None},
            ),
        )

    # --- watch and stop ---

    def watch(self) -> int:
        """Watch until told to stop; start again what ended by itself. Return the exit code."""
        stop = self._told_to_stop
        while not stop.wait(LOOK_S):
            for child in self.children:
                if not child.runs and not stop.is_set() and not self._restart(child):
                    return 1
        return 0

    def _restart(self, child: Child) -> bool:
        now = time.monotonic()
        child.restarts = [*(at for at in child.restarts if now - at < RESTARTS_WITHIN_S), now]
        self._say(f"{child.title}意外停止(退出码 {child.exit_code}),日志在 {child.log};正在重新启动 …")
        if len(child.restarts) > MOST_RESTARTS:
            self._say(f"{child.title}反复停止,全部停下。请查看日志 {child.log}")
            return False
        try:
            if child is self._server:
                self._start_server()
                self.register()
            else:
                child.start()
        except UpFault as fault:
            self._say(str(fault))
            return False
        self._note()
        return True

    def stop(self) -> None:
        """Stop everything, Prefect last, so that flows can finish."""
        for child in self.children:
            if child.runs:
                self._say(f"正在停止{child.title} …")
                if not child.stop():
                    self._say(f"{child.title}没有按时停下,已强制结束")

    def run(self) -> int:
        """Start, print the addresses, watch, stop."""
        self.start()
        try:
            sys.stdout.write(self.addresses())
            sys.stdout.flush()
            return self.watch()
        finally:
            self.stop()
            self._say("已全部停止")

    def addresses(self) -> str:
        """Where everything is, for people."""
        return (
            f"网页服务      {self.web_url}\n"
            f"Prefect 界面  {self.prefect_url}\n"
            f"数据目录      {self._settings.data_dir}\n"
            f"日志          {self._settings.data_dir / 'logs'}\n"
            "按 Ctrl-C 停止。\n"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def services_up(settings: Settings, say: Say = say_on_stderr) -> Iterator[Supervisor]:
    """Start everything for the time of the block: for the demo, which drives a reform meanwhile.

    Raises:
        UpFault: it cannot start.
    """
    with only_one(settings, say):
        supervisor = Supervisor(settings, say)
        supervisor.start()
        try:
            yield supervisor
        finally:
            supervisor.stop()


def run_up(settings: Settings, say: Say = say_on_stderr) -> int:
    """单机运行 until SIGINT or SIGTERM; return 0 where it stopped as told, 1 where it could not go on."""
    stop = threading.Event()

    def told_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {each: signal.signal(each, told_to_stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        with only_one(settings, say):
            return Supervisor(settings, say, stop).run()
    except (UpFault, OSError) as fault:
        say(str(fault))
        return 1
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
