"""运行: Prefect's runs by zone, stage and state in the words of the office, what failed and what to do.

What stopped is given back by `services.office.notices.give_back`.

Prefect shows and drives, and nobody's work depends on it: where it is away the page says so, with what the
database itself knows of what still has to be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from config.clock import BUSINESS_TIMEZONE
from domain.permissions import Action, granted
from domain.refusal import Refused
from services.office.counter import Counter
from services.prefect_api import STATE_TITLES, FlowRun, PrefectApi, PrefectStanding
from services.relaying import CaseQueue, case_queue
from services.status import AWAY, BROKEN
from services.views.board import Board, board_of

_MOST: Final = 200
_ZONE, _CASE, _STAGE = "zone:", "case:", "stage:"
_RELAY: Final = "relay:"

FLOW_TITLES: Final = {
    "advance-case": "推进",
    "advance-cases": "批量推进",
    "deliver": "送达",
    "contact-outside": "对外办理",
    "check-compliance": "合规检查",
    "check-shards": "分批检查",
    "deadlines-and-lamps": "时限和亮灯",
    "remind-due": "到期提醒",
    "morning-digest": "早间摘要",
    "launch-programme": "批量启动",
    "seal-ledger": "封存留痕",
    "tell-failed-runs": "运行失败告知",
}
_BY_ITSELF: Final = "系统会自动再试,暂不用处理;多次不成的会列在“已停下”中,由系统管理员重新放回"
_BY_HAND: Final = (
    "请系统管理员看说明,消除原因后在 Prefect 页面上重新运行这一流程;不重新运行的,下一次定时会补上"
)


class RunFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """筛选: a zone's unit, a stage by its title, a state in Prefect's word; empty takes all."""

    unit: str = ""
    stage: str = ""
    state: str = ""


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """一次运行."""

    id: str
    name: str
    flow: str
    flow_title: str
    units: tuple[str, ...]
    """Names of the zones it was for, as far as they are in sight."""
    stage: str
    state: str
    state_title: str
    broken: bool
    message: str
    """Prefect's own words; only of what is broken."""
    remedy: str
    case: str
    """The case it was for; empty where it was for none alone."""
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    link: str


class StoppedCase(msgspec.Struct, frozen=True):
    """已停下: a case whose showing was given up after many tries, with the last fault."""

    case: str
    unit_name: str
    error: str


class RunsPage(msgspec.Struct, frozen=True, kw_only=True):
    """运行. ``runs`` is None where Prefect is away; then ``away`` says why and ``remedy`` what to do."""

    filter: RunFilter
    here: bool
    away: str
    remedy: str
    runs: tuple[RunLine, ...] | None
    states: tuple[tuple[str, str], ...]
    waiting: int
    """Cases whose last acts are not shown in Prefect yet."""
    stopped: tuple[StoppedCase, ...]
    may_retry: bool


def show_runs(counter: Counter, wanted: RunFilter, *, limit: int = 50) -> RunsPage | Refused:
    """运行 for the reform office: runs about zones in its sight, the newest first."""
    refused = counter.refuses(Action.STATUS_READ)
    if refused is not None:
        return refused
    board = board_of(counter.db)
    seen = frozenset(each.unit for each in board.seen(counter.standing(), Action.CASE_READ))
    with PrefectApi(counter.runtime.settings) as prefect:
        standing = prefect.standing()
        found = _ask(prefect, wanted, limit) if standing is PrefectStanding.HERE else None
    here = found is not None
    away, remedy = ("", "") if here else AWAY.get(standing, AWAY[PrefectStanding.AWAY])
    queue = case_queue(counter.db)
    everything = granted(counter.standing(), Action.RELAY_OPERATE) is not None
    return RunsPage(
        filter=wanted,
        here=here,
        away=away,
        remedy=remedy,
        runs=None if found is None else tuple(_lines(board, found, seen, everything, limit)),
        states=tuple(STATE_TITLES.items()),
        waiting=queue.people + queue.bulk,
        stopped=tuple(_stopped(board, queue, seen, everything)),
        may_retry=everything and counter.out_of_scope(str(Action.RELAY_OPERATE)) is None,
    )


def _ask(prefect: PrefectApi, wanted: RunFilter, limit: int) -> list[FlowRun] | None:
    tags = [f"{prefix}{value}" for prefix, value in ((_ZONE, wanted.unit), (_STAGE, wanted.stage)) if value]
    states = [wanted.state] if wanted.state else []
    return prefect.flow_runs(tags=tags, states=states, limit=max(_MOST, limit))


def _lines(
    board: Board, found: list[FlowRun], seen: frozenset[str], everything: bool, limit: int
) -> Iterator[RunLine]:
    """Runs for zones in sight and for none; whoever operates the machine sees all, as its status does."""
    shown = 0
    for run in found:
        units = [tag.removeprefix(_ZONE) for tag in run.tags if tag.startswith(_ZONE)]
        mine = units if everything else [unit for unit in units if unit in seen]
        if (mine or not units) and shown < limit:
            shown += 1
            yield _line(board, run, mine)


def _line(board: Board, run: FlowRun, units: list[str]) -> RunLine:
    broken = run.state in BROKEN
    by_itself = any(tag.startswith(_RELAY) for tag in run.tags)
    ended = run.ended_at is not None and run.started_at is not None
    return RunLine(
        id=run.id,
        name=run.name,
        flow=run.flow,
        flow_title=FLOW_TITLES.get(run.flow, run.flow),
        units=tuple(board.unit(unit).name for unit in units),
        stage=_tagged(run, _STAGE),
        state=run.state,
        state_title=run.words,
        broken=broken,
        message=run.message if broken else "",
        remedy=(_BY_ITSELF if by_itself else _BY_HAND) if broken else "",
        case=_tagged(run, _CASE),
        started_at=_here(run.started_at),
        ended_at=_here(run.ended_at),
        seconds=(run.ended_at - run.started_at).total_seconds() if ended else None,  # type: ignore[operator]
        link=run.link,
    )


def _tagged(run: FlowRun, prefix: str) -> str:
    return next((tag.removeprefix(prefix) for tag in run.tags if tag.startswith(prefix)), "")


def _here(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(BUSINESS_TIMEZONE)


def _stopped(board: Board, queue: CaseQueue, seen: frozenset[str], everything: bool) -> Iterator[StoppedCase]:
    for case_id, error in queue.dead:
        digest = board.digest(case_id)
        if digest is not None and (everything or digest.unit in seen):
            yield StoppedCase(case_id, digest.unit_name, error)
