"""演示的进行: own folder, own settings, sandboxes, the system, the story, the summary."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import programmes as programme_files
from cli import output
from cli.demo.driving import Driving, nothing_left
from cli.demo.engines import ByFlows
from cli.demo.progress import Showing
from cli.demo.result import Result, prove_ledger, prove_shown, summary_of
from cli.demo.sandboxes import sandboxes
from cli.demo.setting_up import Filled, fill_database, fresh_folder, make_database, players
from cli.demo.stage import Stage, StoryError
from cli.demo.telling import tell
from cli.session import quiet_logging
from cli.stops import OUTSIDE, REFUSED, USAGE, StopError
from config.settings import ENV_PREFIX, Settings, load_settings
from deployments.supervisor import Supervisor, UpFault, services_up
from services.bootstrap import Runtime, open_runtime

FOLDER: Final = "demo"
DOOR: Final = "/demo"
"""The console's page on which one signs in as a person of the demonstration."""
KEPT: Final = ("ZR_WEB_", "ZR_PREFECT_HOST", "ZR_PREFECT_PORT", "ZR_LOG_", "ZR_RELAY_")
"""Settings of the machine that a demonstration takes over; databases and addresses are its own."""


def demonstrate(args: Sequence[str], *, as_json: bool | None = None) -> int:
    """Run the demonstration; return the exit code."""
    began = time.monotonic()
    once = _once(args)
    json = output.wants_json() if as_json is None else as_json
    folder = load_settings().data_dir / FOLDER
    try:
        with _ended_like_ctrl_c(), _own_settings(folder), Showing() as showing:
            return _demonstrate(folder, showing, once=once, json=json or "--json" in args, began=began)
    except StoryError as error:
        remedy = "日志在演示目录的 logs 下;改正后重新运行,会从头再来"
        raise StopError(REFUSED, str(error), remedy, code="demo.stopped") from error
    except UpFault as error:
        raise StopError(OUTSIDE, str(error), "请按提示处理后重新运行", code="up.fault") from error


def _once(args: Sequence[str]) -> bool:
    unknown = [arg for arg in args if arg not in ("--once", "--json")]
    if unknown:
        raise StopError(
            USAGE, f"不认识的参数 {unknown[0]}", "可用:--once(小结之后退出)、--json", code="usage.unknown"
        )
    return "--once" in args


@contextmanager
def _own_settings(folder: Path) -> Iterator[None]:
    """The demonstration's settings, for this process and those it starts; a real database is out of reach."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(ENV_PREFIX) and not name.startswith(KEPT):
            del os.environ[name]
    os.environ.update({"ZR_DATA_DIR": str(folder), "ZR_DEMO": "1", "ZR_DEMO_SIGN_IN": "1"})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Being told to end stops everything in order, as Ctrl-C does.

    SIGINT is set as well: a shell ignores it for what it starts in the background, and the processes started
    from here would inherit that and not stop.
    """

    def told(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, told) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _demonstrate(folder: Path, showing: Showing, *, once: bool, json: bool, began: float) -> int:
    fresh_folder(folder)
    quiet_logging(folder)
    showing.step("启动报送、登记机关的演练服务器")
    with sandboxes(folder) as addresses:
        os.environ.update(addresses)
        settings = Settings()
        showing.step("建立演练库")
        make_database(settings)
        with open_runtime(settings) as runtime:
            filled = fill_database(runtime, Path(programme_files.__file__).parent, showing.step)
            with services_up(settings, showing.step) as up:
                result = Play(runtime, filled, up, showing).result(began)
                showing.end()
                _hand_over(result, json=json)
                if once or result.failures:
                    output.say(f"\n数据留在 {folder},可以接着看:zonectl --data {folder} case list")
                    return 1 if result.failures else 0
                return _stay(up, folder)


def _hand_over(result: Result, *, json: bool) -> None:
    if json:
        output.data(result.as_json())
    else:
        tell(result)


def _stay(up: Supervisor, folder: Path) -> int:
    """Stay up until Ctrl-C."""
    output.say(f"\n请在浏览器打开 {up.web_url}{DOOR},点一个人就登录,不用口令")
    output.say(f"\n系统继续运行:\n{up.addresses()}另开一个终端,可以用:zonectl --data {folder} status")
    try:
        return up.watch()
    except KeyboardInterrupt:
        output.say("正在停止")
        return 0


@dataclass
class Play:
    """一场演练: the story over the running system."""

    runtime: Runtime
    filled: Filled
    up: Supervisor
    showing: Showing

    def result(self, began: float) -> Result:
        """Play the story to its end, wait until it is shown, and sum up."""
        main = time.monotonic()
        story = self.filled.story
        stage = Stage(self.runtime, story, self.showing.happened, self.runtime.settings.data_dir / "papers")
        engine = ByFlows(self.runtime, self._alive)
        driving = Driving(stage, engine, players(stage, self.filled.sample))
        self.showing.span(story.begins_on, story.ends_on)
        driving.run()
        self.showing.step(f"剧本已走完({time.monotonic() - main:.0f} 秒),等流程全部显示")
        engine.finish(self.showing.waiting)
        cases = tuple(player.case_id for player in driving.players if player.completes)
        shown, notices = prove_shown(self.runtime, self.runtime.settings, cases, self._alive)
        main_seconds = time.monotonic() - main
        return Result(
            summary=summary_of(self.runtime, self._areas()),
            oddities=self.filled.oddities,
            catalogue_rows=self.filled.catalogue.rows,
            ledger=prove_ledger(self.runtime),
            shown=shown,
            notices=notices,
            acts=sum(player.acts for player in driving.players),
            business_days=driving.days,
            left=tuple(nothing_left(driving.players)),
            main_seconds=round(main_seconds, 1),
            total_seconds=round(time.monotonic() - began, 1),
        )

    def _areas(self) -> dict[str, str]:
        return {area.division: area.name for area in self.filled.sample.areas}

    def _alive(self) -> None:
        """Refuse to wait for a process that has ended."""
        for child in self.up.children:
            if not child.runs:
                raise StoryError(f"{child.title}意外停止(退出码 {child.exit_code}),日志在 {child.log}")
