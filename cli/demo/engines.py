"""推动: who does what no person does while the rehearsal runs: due timers, outside systems, notices.

Two ways with one meaning. In the real rehearsal the relay and its flows do it, and here is only waited for;
without Prefect the same services are called directly, so that a story can be tested in seconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, Protocol

from cli.demo.stage import StoryError
from services import delivery, outside, relaying, timers
from services.bootstrap import Runtime

WITHIN_S: Final = 180.0
"""How long nothing may move: Prefect on SQLite alone waits 60 s for a lock before it says so."""
POLL_S: Final = 0.05
NAME: Final = "rehearsal"
LEASE_S: Final = 30.0


class Engine(Protocol):
    """推动者."""

    def timers(self) -> None:
        """Bring about what is due on today's business date."""
        ...

    def outside(self, answered: Callable[[], bool]) -> None:
        """Let outside systems answer; ``answered`` says whether they have."""
        ...

    def finish(self, tell: Callable[[int, int], None]) -> None:
        """Let everything arrive: notices, and what flows show. ``tell`` hears how much is left."""
        ...


class ByServices:
    """不经流程: calls the services that the relay calls."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._rng = random.Random(0)  # noqa: S311 (spreads retries, nothing secret)

    def timers(self) -> None:
        """Fire what is due."""
        while timers.fire_due(self._runtime, self._rng).fired:
            pass

    def outside(self, answered: Callable[[], bool]) -> None:
        """Ask what waits."""
        db, wall = self._runtime.db, self._runtime.wall
        for kind in outside.SYSTEMS:
            while case_id := outside.waiting_outside(db, wall, kind):
                for claim in outside.claim_outside(db, wall, NAME, LEASE_S, case_id, kind):
                    outside.ask(self._runtime, claim, run_id=None, rng=self._rng)
        if not answered():
            raise StoryError("外部系统没有答复,演练不能继续")

    def finish(self, tell: Callable[[int, int], None]) -> None:
        """Deliver the notices; nothing is shown in Prefect."""
        runtime = self._runtime
        channels = tuple(runtime.channels)
        while channel := delivery.waiting_channel(runtime.db, runtime.wall, channels):
            claims = delivery.claim_messages(runtime.db, runtime.wall, NAME, LEASE_S, channel)
            delivery.deliver_batch(runtime.db, runtime.wall, runtime.channels, channel, claims, self._rng)
        tell(0, 0)


class ByFlows:
    """经流程: waits for the relay, which does it through Prefect."""

    def __init__(self, runtime: Runtime, alive: Callable[[], None]) -> None:
        self._runtime = runtime
        self._alive = alive
        """Raises where a process of the system has ended."""

    def timers(self) -> None:
        """Wait until the relay has fired what is due."""
        self._wait(lambda: timers.due_timers(self._runtime.db, self._runtime.wall) == 0, "到点的计时没有办理")

    def outside(self, answered: Callable[[], bool]) -> None:
        """Wait for the flow that asks outside systems."""
        self._wait(answered, "外部系统没有答复")

    def finish(self, tell: Callable[[int, int], None]) -> None:
        """Wait until all is shown and all notices are out; gives up only where nothing moves any more."""
        last, since = (-1, -1), time.monotonic()
        while True:
            left = self.left()
            tell(*left)
            if left == (0, 0):
                return
            if left != last:
                last, since = left, time.monotonic()
            elif time.monotonic() - since > WITHIN_S:
                raise StoryError(f"流程显示没有跟上:还有 {left[0]} 个改革任务、{left[1]} 条消息")
            self._alive()
            time.sleep(POLL_S * 4)

    def left(self) -> tuple[int, int]:
        """Cases not yet shown in full, and notices not yet out."""
        queue = relaying.case_queue(self._runtime.db)
        if queue.dead:
            raise StoryError(f"流程显示失败:{queue.dead[0][0]}:{queue.dead[0][1]}")
        messages = delivery.message_queue(self._runtime.db, self._runtime.wall)
        return queue.people + queue.bulk, sum(messages.waiting.values())

    def _wait(self, done: Callable[[], bool], failed: str) -> None:
        until = time.monotonic() + WITHIN_S
        while not done():
            if time.monotonic() > until:
                raise StoryError(f"{failed}(等了 {WITHIN_S:.0f} 秒),请用 zonectl status 查看接力程序")
            self._alive()
            time.sleep(POLL_S)
