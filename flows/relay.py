"""接力: the long-lived process that calls flows for what has been committed.

A person's act is done when it is committed; here follows what no person does: showing it in Prefect, sending
notices, asking outside systems, firing timers. Nothing is lost if this process or Prefect stops: the rows
keep waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from loguru import logger
from prefect import tags
from prefect.events.worker import EventsWorker

from config.running import prefect_api_url
from domain.pushing import SUBSCRIPTION
from flows import crashes
from flows.arrivals import Arrivals
from flows.environment import (
    RNG,
    Job,
    forward_logs,
    handing_over,
    is_dead,
    prefect_thread,
    process_name,
    using,
)
from flows.lanes import Lanes, Work, do
from flows.weather import Weather, is_prefect_away
from services import outside, relaying, timers
from services.bootstrap import Runtime
from services.clock import is_rehearsal_database
from services.notifying.holding import release_held
from services.notifying.sharing import share_out
from services.pushing.sharing import share_events

POLL_S: Final = 0.1
"""How long a committed act waits at most before a lane sees it: an indexed query, some 0.1 ms."""
SLOW_POLL_S: Final = 0.4
CLOCK_S: Final = 1.0
AFTER_FAULT_S: Final = 1.0
TIDY_S: Final = 30.0
"""How often it is asked whether a run has lost its process."""
TIMERS_AT_ONCE: Final = 50


class Pace:
    """限速: at most so many runs a second, shared by all lanes."""

    def __init__(self, per_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1.0 / per_s
        self._monotonic = monotonic
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, stop: threading.Event) -> None:
        """Wait for this run's turn."""
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
        stop.wait(turn - now)


class Relay:
    """接力程序 of one process. ``run`` returns when ``stop`` is set and every lane has finished its flow.

    ``one_machine``: whether the workers run on this machine too, so that their runs can be told dead.
    """

    def __init__(self, runtime: Runtime, stop: threading.Event, *, one_machine: bool = False) -> None:
        self.name = process_name()
        self._one_machine = one_machine
        self._tidied = time.monotonic()
        self._runtime = runtime
        self._stop = stop
        self._lanes = Lanes(runtime, self.name)
        self._persons = sorted(runtime.notifying.ports)
        self._pace = Pace(runtime.settings.relay_max_runs_per_s)
        self._weather = Weather(prefect_api_url(runtime.settings), self._tidy_up)
        self._arrivals = Arrivals()
        self._at_work: dict[int, Job] = {}
        self._guard = threading.Lock()
        rehearsal = is_rehearsal_database(runtime.db, runtime.wall)
        self._tags = [crashes.RELAY, crashes.owner_tag(self.name), *(["演练"] if rehearsal else [])]

    def run(self) -> None:
        """Work until told to stop."""
        handler = forward_logs()
        threads = [
            threading.Thread(target=self._lane, args=(take, poll), name=f"relay-{name}")
            for name, take, poll in self._plan()
        ]
        logger.info("接力程序已启动({} 个通道)", len(threads))
        for thread in threads:
            thread.start()
        try:
            self._keep_house()
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            logger.remove(handler)
        logger.info("接力程序已停止")

    def _plan(self) -> list[tuple[str, Callable[[], Work | None], float]]:
        """One thread is kept for people's acts, so that a launch never delays them."""
        for_people = max(self._runtime.settings.relay_threads - 1, 1)
        return [
            *((f"people-{number}", self._lanes.people, POLL_S) for number in range(for_people)),
            ("general", self._lanes.general, POLL_S),
            ("messages", self._lanes.messages, SLOW_POLL_S),
            *((name, partial(self._lanes.letters, name), SLOW_POLL_S) for name in self._persons),
            *((kind, partial(self._lanes.outside, kind), SLOW_POLL_S) for kind in outside.SYSTEMS),
        ]

    # --- a lane ---

    def _lane(self, take: Callable[[], Work | None], poll: float) -> None:
        while not self._stop.is_set():
            try:
                with prefect_thread(), using(self._runtime), tags(*self._tags):
                    self._go_on(take, poll)
            except Exception:
                logger.exception("接力通道出错,稍后继续")
                self._stop.wait(AFTER_FAULT_S)

    def _go_on(self, take: Callable[[], Work | None], poll: float) -> None:
        while not self._stop.is_set():
            if not self._weather.wait(self._stop):
                continue
            work = take()
            if work is None:
                self._stop.wait(poll)
                continue
            self._pace.wait(self._stop)
            self._do(work)

    def _do(self, work: Work) -> None:
        me = threading.get_ident()
        with self._guard:
            self._at_work[me] = work.job
        try:
            self._crash_abandoned(work.job)
            with handing_over(work.job), tags(*work.tags):
                do(work)
            EventsWorker.instance().wait_until_empty()
            self._settle(work.job)
        except Exception as error:
            self._undo(work, error)
        finally:
            with self._guard:
                del self._at_work[me]

    def _crash_abandoned(self, job: Job) -> None:
        for claim in job.cases:
            if claim.abandoned_by:
                crashes.crash_abandoned(claim.abandoned_by, claim.case_id)

    def _settle(self, job: Job) -> None:
        """Only the rows that were read, and of them only what was shown."""
        shown = [(claim, job.shown[claim.case_id]) for claim in job.cases if claim.case_id in job.shown]
        if shown:
            for claim in relaying.settle(self._runtime.db, shown):
                logger.warning("{} 已由另一个接力程序接手,本次结果不采用", claim.case_id)
        if job.rest():
            relaying.release(self._runtime.db, job.rest())
        self._arrivals.expect(job, self._runtime.wall.now())

    def _undo(self, work: Work, error: Exception) -> None:
        if is_prefect_away(error):
            self._weather.lost(error)
            work.give_back()
            return
        logger.opt(exception=error).error("流程运行失败,稍后重试")
        work.fail(f"{type(error).__name__}: {error}")

    # --- the house ---

    def _keep_house(self) -> None:
        """Fire timers, renew leases, look after what was lost: short things, no flow among them."""
        with prefect_thread():
            while not self._stop.wait(CLOCK_S):
                try:
                    self._tick()
                except Exception as error:
                    if is_prefect_away(error):
                        self._weather.lost(error)
                    else:
                        logger.exception("接力程序的例行检查出错,稍后继续")

    def _tick(self) -> None:
        timers.fire_due(self._runtime, RNG, TIMERS_AT_ONCE)
        share_out(self._runtime.notifying)
        release_held(self._runtime.notifying)
        if SUBSCRIPTION in self._runtime.channels:
            share_events(self._runtime.db, self._runtime.wall)
        self._renew()
        self._free_dead()
        if self._weather.fine:
            lost = self._arrivals.missing(self._runtime.wall.now())
            if lost:
                logger.warning("{} 个改革任务的显示没有到达 Prefect,重新显示", len(lost))
                relaying.rewind(self._runtime.db, self._runtime.wall, lost)
            if time.monotonic() - self._tidied > TIDY_S:
                self._tidy_up()

    def _renew(self) -> None:
        with self._guard:
            claims = [claim for job in self._at_work.values() for claim in job.rest()]
        if claims:
            lease_s = self._runtime.settings.relay_lease_s
            relaying.renew(self._runtime.db, self._runtime.wall, self.name, lease_s, claims)

    def _free_dead(self) -> None:
        for holder in relaying.lease_holders(self._runtime.db) - {self.name}:
            if is_dead(holder):
                rows = relaying.free_leases(self._runtime.db, holder)
                logger.warning("进程 {} 已中断,收回它认领的 {} 行", holder, rows)
                if self._weather.fine:
                    crashes.crash_dead(self.name, self._running(), self._now())

    def _tidy_up(self) -> None:
        """Close the runs that nobody works on any more: when Prefect is there (again), and now and then."""
        self._tidied = time.monotonic()
        try:
            crashes.crash_dead(self.name, self._running(), self._now())
            if self._one_machine:
                crashes.crash_orphans(self._now())
        except Exception as error:
            if is_prefect_away(error):
                raise
            logger.exception("中断的运行没有都标出来,稍后再试;办理不受影响")

    def _running(self) -> set[UUID]:
        with self._guard:
            return {job.run_id for job in self._at_work.values() if job.run_id is not None}

    def _now(self) -> datetime:
        return self._runtime.wall.now()


def run_relay(runtime: Runtime, stop: threading.Event, *, one_machine: bool = False) -> int:
    """接力: run until ``stop`` is set; return the exit code."""
    Relay(runtime, stop, one_machine=one_machine).run()
    return 0
