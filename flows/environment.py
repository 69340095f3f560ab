"""运行环境 of a flow: the process's runtime, what the relay has handed over, and its log.

A flow is called with ids only. In the relay's process it works on the relay's database and ports, and on rows
the relay has claimed for it; started by hand (a deployment, a worker's subprocess) it opens its own runtime
from the settings and claims for itself.
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import prefect.runtime.flow_run
from loguru import logger
from prefect.context import TagsContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from config.running import process_token
from config.settings import get_settings
from flows.busy import PatientClientContext
from services.bootstrap import Runtime, open_runtime

if TYPE_CHECKING:
    from loguru import Message, Record

    from services.delivery import MessageClaim
    from services.notifying.claiming import LetterClaim
    from services.outside import OutsideClaim
    from services.relaying import CaseClaim

RNG: Final = random.SystemRandom()
"""Spreads later tries, so that what failed together does not come back together."""


@dataclass
class Job:
    """交办: rows that the relay has claimed for the flow it calls, and how far the flow came with them."""

    cases: list[CaseClaim] = field(default_factory=list)
    messages: list[MessageClaim] = field(default_factory=list)
    letters: list[LetterClaim] = field(default_factory=list)
    outside: list[OutsideClaim] = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=dict)
    """Case → the seq up to which it was shown."""
    tasks: int = 0
    """How many task runs were made, to compare with what arrived."""
    run_id: UUID | None = None
    cut_short: Callable[[], bool] | None = None
    """Asked between two cases of bulk work: whether to stop here and let others go first."""

    def rest(self) -> list[CaseClaim]:
        """The cases that were not shown."""
        return [claim for claim in self.cases if claim.case_id not in self.shown]


_job: ContextVar[Job | None] = ContextVar("zone_reform_job", default=None)
_own: ContextVar[Runtime | None] = ContextVar("zone_reform_runtime", default=None)
_opened: list[Runtime] = []


def current_job() -> Job | None:
    """Return what was handed over to this flow; ``None`` where it was started by hand."""
    job = _job.get()
    if job is not None:
        job.run_id = UUID(run_id()) if run_id() else None
    return job


def current_runtime() -> Runtime:
    """Return this flow's runtime; a process that was given none opens its own, once."""
    given = _own.get()
    if given is not None:
        return given
    if not _opened:
        _opened.append(open_runtime(get_settings()))
    return _opened[0]


def run_id() -> str:
    """Return the id of the flow run we are in; empty outside of one."""
    return prefect.runtime.flow_run.id or ""


@contextmanager
def using(runtime: Runtime) -> Iterator[None]:
    """Let flows called in this thread work on ``runtime``."""
    token = _own.set(runtime)
    try:
        yield
    finally:
        _own.reset(token)


@contextmanager
def handing_over(job: Job) -> Iterator[Job]:
    """Let the flow called next in this thread work on ``job``."""
    token = _job.set(job)
    try:
        yield job
    finally:
        _job.reset(token)


@contextmanager
def prefect_thread() -> Iterator[None]:
    """Prepare a thread that calls flows: no heartbeat thread (it costs a second a run), one client kept open,
    which asks a busy Prefect again at once.

    To be entered inside each thread: Prefect's settings do not reach new threads.
    """
    with ExitStack() as stack:
        stack.enter_context(temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}))
        stack.enter_context(PatientClientContext())
        yield


@contextmanager
def untagged_tasks() -> Iterator[None]:
    """Give tasks made in this block no tags: the run has them.

    Prefect asks its server about a concurrency limit for each tag of each task, which made a task cost 0.1 s
    where it costs some milliseconds without.
    """
    with TagsContext(current_tags=set()):
        yield


def process_name() -> str:
    """Name this process so that another one can tell whether it still runs: host, number, start."""
    return f"{socket.gethostname()}:{os.getpid()}:{process_token(os.getpid())}"


def is_dead(name: str) -> bool:
    """Whether a process of that name ran on this host and no longer does. Of other hosts nothing is known."""
    host, pid, token = name.rsplit(":", 2)
    return host == socket.gethostname() and process_token(int(pid)) != token


_OURS: Final = frozenset({"flows", "services", "integrations", "models"})


def _is_ours(record: Record) -> bool:
    return (record["name"] or "").partition(".")[0] in _OURS


def _to_run_logger(message: Message) -> None:
    """Give one line to the run's own handlers only: up the tree it would come back here."""
    said = message.record
    try:
        adapter: Any = get_run_logger()
    except MissingContextError:
        return
    target = adapter.logger
    level = said["level"].no
    record = target.makeRecord(
        target.name, level, said["name"], said["line"], said["message"], (), None, extra=adapter.extra
    )
    for handler in target.handlers:
        handler.handle(record)


def forward_logs() -> int:
    """Forward our own log to the run we are in; outside of a run nothing is forwarded."""
    return logger.add(_to_run_logger, level="INFO", format="{message}", filter=_is_ours, diagnose=False)
