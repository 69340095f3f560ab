"""运行: the reform as Prefect runs it, for the reform office: what ran, what lags, what stopped."""

from __future__ import annotations

from datetime import datetime

import msgspec

from config.running import prefect_api_url
from domain.permissions import Action, granted
from domain.refusal import Refused
from services.delivery import message_queue
from services.office.counter import Counter
from services.relaying import case_queue
from services.status import LATE
from services.timers import due_timers, named_dead_timers
from services.views.board import Board, board_of
from services.views.runs import RunFilter, RunsPage, show_runs


class RunsView(msgspec.Struct, frozen=True, kw_only=True):
    """运行 with what the database itself knows of what still has to be done."""

    page: RunsPage
    zone: str
    """Words of a zone's name, as typed."""
    fits: tuple[tuple[str, str], ...]
    """Units the words fit: id and name; more than one, and the words are not narrow enough."""
    stages: tuple[str, ...]
    oldest: datetime | None
    """When the oldest commit was made that is not shown yet."""
    lag_s: int
    late: bool
    """Whether it is longer behind than it should be."""
    messages: int
    stopped_messages: int
    due: int
    """Timers that are due and have not been driven yet."""
    stopped_timers: tuple[tuple[str, str], ...]
    """What stopped and its last error; named to whoever may give it back."""
    stopped_count: int
    ui: str
    """Prefect's own pages; empty where it is away."""

    @property
    def all_stopped(self) -> int:
        """Everything that waits for somebody to give it back."""
        return len(self.page.stopped) + self.stopped_count + self.stopped_messages


def runs_view(counter: Counter, *, zone: str = "", stage: str = "", state: str = "") -> RunsView | Refused:
    """运行, of one zone, stage or state."""
    refused = counter.refuses(Action.STATUS_READ)
    if refused is not None:
        return refused
    db, wall = counter.db, counter.wall
    board = board_of(db)
    everything = granted(counter.standing(), Action.RELAY_OPERATE) is not None
    fits = _units(counter, board, zone, everything) if zone else ()
    unit = fits[0][0] if len(fits) == 1 else zone
    page = show_runs(counter, RunFilter(unit=unit, stage=stage, state=state))
    if isinstance(page, Refused):
        return page
    queue, messages = case_queue(db), message_queue(db, wall)
    lag = max((wall.now() - queue.oldest).total_seconds(), 0.0) if queue.oldest else 0.0
    timers = named_dead_timers(db)
    return RunsView(
        page=page,
        zone=zone,
        fits=fits,
        stages=_stages(board),
        oldest=queue.oldest,
        lag_s=int(lag),
        late=lag > LATE.total_seconds(),
        messages=sum(messages.waiting.values()),
        stopped_messages=len(messages.dead),
        due=due_timers(db, wall),
        stopped_timers=timers if everything else (),
        stopped_count=len(timers),
        ui=prefect_api_url(counter.runtime.settings).removesuffix("/api") if page.here else "",
    )


def _units(counter: Counter, board: Board, words: str, everything: bool) -> tuple[tuple[str, str], ...]:
    cases = board.all() if everything else board.seen(counter.standing(), Action.CASE_READ)
    names = {each.unit: each.unit_name for each in cases}
    whole = [(id_, name) for id_, name in names.items() if words in (id_, name)]
    return tuple(whole or [(id_, name) for id_, name in names.items() if words in name])


def _stages(board: Board) -> tuple[str, ...]:
    """Titles of the stages of the programmes that cases run on, in their order."""
    versions = sorted({(each.programme, each.version) for each in board.all()})
    plans = [found.plan for each in versions if (found := board.world.plan(*each)) is not None]
    return tuple(dict.fromkeys(stage.title for plan in plans for stage in plan.programme.stages))
