"""会话: who acts, on which data, and whether a person or a machine reads the answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from cli.stops import StopError, refusal

if TYPE_CHECKING:
    from config.settings import Settings
    from domain.doers import Doer
    from services.acts import Entry
    from services.bootstrap import Runtime
    from services.office.counter import Counter


@dataclass(frozen=True, slots=True)
class Session:
    """One command line."""

    person: str = ""
    as_json: bool = False

    @property
    def actor(self) -> str:
        """Who acts; a command that changes something must know."""
        if not self.person:
            raise StopError(
                2, "没有写明由谁办理", "请加 --as 人员编号,或设环境变量 ZR_AS", code="usage.no_person"
            )
        return self.person

    @property
    def doer(self) -> Doer:
        """Who changes something: a person of the register, or the founding of the database."""
        from domain.doers import FOUNDING

        return FOUNDING if self.actor == FOUNDING.value else self.actor

    @property
    def entry(self) -> Entry:
        """命令行代办: the entry channel of everything done here."""
        from services.acts import Entry

        return Entry(actor=self.actor, channel="cli")

    def counter(self, runtime: Runtime, entry: Entry) -> Counter:
        """The counter at which ``entry`` asks: what it shows is what the person may see."""
        from services.office.counter import Counter

        return Counter(runtime, entry)

    @property
    def reader(self) -> str:
        """Who reads; empty for 本机运维, who has the machine and names nobody."""
        from domain.doers import FOUNDING

        return "" if self.person == FOUNDING.value else self.person

    def settings(self) -> Settings:
        """The settings of this process."""
        from config.settings import load_settings

        return load_settings()

    @contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """The services over the database of the settings."""
        from services.bootstrap import open_runtime

        settings = self.settings()
        quiet_logging(settings.data_dir)
        with open_runtime(settings) as runtime:
            self._require_known(runtime)
            yield runtime

    def _require_known(self, runtime: Runtime) -> None:
        """A name after ``--as`` is one of the register, whatever the command."""
        from domain.doers import FOUNDING
        from services.authority import unknown_person

        refused = unknown_person(runtime.db, self.person) if self.person not in ("", FOUNDING.value) else None
        if refused is not None:
            raise refusal(refused, "核对办理人")


_running: Final[ContextVar[Session | None]] = ContextVar("zonectl_session", default=None)


def session_of(ctx: typer.Context) -> Session:
    """The session of a command."""
    found = ctx.find_object(Session)
    return found or Session()


def begin(person: str, *, as_json: bool) -> Session:
    """The session of the command that runs from now on."""
    session = Session(person=person, as_json=as_json)
    _running.set(session)
    return session


def current_session() -> Session:
    """The session of the command that runs."""
    return _running.get() or Session()


def use_data_dir(folder: Path) -> None:
    """Take another data folder, also for the processes that this one starts."""
    os.environ["ZR_DATA_DIR"] = str(folder.expanduser().absolute())


def quiet_logging(data_dir: Path) -> None:
    """Officers read answers, not logs: what the services log goes to a file under the data folder."""
    from loguru import logger

    logger.remove()
    try:
        (data_dir / "logs").mkdir(parents=True, exist_ok=True)
        logger.add(data_dir / "logs" / "zonectl.log", level="INFO", rotation="10 MB", retention=5)
    except OSError as error:
        raise StopError(
            5,
            f"数据目录 {data_dir} 不能写入({error.strerror})",
            "请检查目录、磁盘空间和权限",
            code="data_dir.unwritable",
        ) from error
