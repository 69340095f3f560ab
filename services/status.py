"""运行状况: what waits, what failed, and for each what to do; the page behind `zonectl status`.

Works with Prefect away: what only Prefect knows is then said to be unknown.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from config.clock import WallClock
from config.running import Running, read_note, stands
from config.settings import Settings
from domain.notices.channels import CHANNELS
from domain.notices.letters import LETTER_TITLES
from domain.organisation.values import POSITION_TITLES
from domain.permissions import ROLE_TITLES
from domain.refusal import Refused
from models.database import Database
from services.clock import read_clock
from services.daily import Daily, plan_daily
from services.delivery import MessageQueue, message_queue
from services.notifying.queue import LetterQueue, letter_queue
from services.organising.menders import mender_words
from services.organising.reading import person_names
from services.organising.vacancies import all_vacancies, gaps_of
from services.permits import Overlap, overlaps
from services.prefect_api import FlowRun, PrefectApi, PrefectStanding
from services.reading import find_case
from services.relaying import CaseQueue, case_queue
from services.timers import dead_timers, due_timers, named_dead_timers

LATE: Final = timedelta(seconds=60)
"""An outbox that is older than this does not keep up."""
Timers = tuple[tuple[str, str], ...]
"""What stopped, as people call it, and the last error."""
BROKEN: Final = ("FAILED", "CRASHED")
MOST_RUNS: Final = 20


AWAY: Final = {
    PrefectStanding.AWAY: (
        "连不上 Prefect",
        "运行 zonectl up 启动;已在运行的,请看数据目录下 logs/prefect-server.log",
    ),
    PrefectStanding.ENDED: (
        "Prefect 已停止",
        "zonectl up 会自动重新启动,请过一会儿再看;仍不好的,请看数据目录下 logs/prefect-server.log",
    ),
    PrefectStanding.OTHERS: (
        "本机 Prefect 端口上运行的是另一个数据目录的 Prefect,本库的没有运行",
        "运行 zonectl up 启动本库的(端口会自动错开);或用 --data 写明要看的数据目录",
    ),
}
"""Why Prefect is not there for us, and what to do."""


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """待处理的情况: what is wrong, and what to do."""

    code: str
    what: str
    remedy: str
    details: tuple[str, ...] = ()


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """运行状况 at one instant."""

    at: datetime
    business_date: str
    rehearsal: bool
    up: Running | None
    """The running ``zonectl up``; ``None`` where none runs on this data."""
    prefect: bool
    prefect_standing: PrefectStanding
    lag_s: float
    """How old the oldest commit is that no flow has shown yet, in seconds."""
    cases: CaseQueue
    messages: MessageQueue
    due_timers: int
    dead_timers: tuple[tuple[str, str, str], ...]
    broken_runs: tuple[FlowRun, ...] | None
    """Failed and crashed runs, the newest first; ``None`` where Prefect is away."""
    advice: tuple[Advice, ...]
    overlaps: tuple[Overlap, ...] = ()
    """Administrators who against the rule hold a position too, for the auditor."""

    @property
    def fine(self) -> bool:
        """Whether there is nothing to do."""
        return not self.advice


def status(db: Database, settings: Settings, wall: WallClock) -> Status:
    """运行状况."""
    now = wall.now()
    with db.read() as session:
        clock = read_clock(session.connection(), wall)
    cases, messages = case_queue(db), message_queue(db, wall)
    note = read_note(settings)
    up = note if note is not None and stands(note) else None
    with PrefectApi(settings) as prefect:
        standing = prefect.standing()
        here = standing is PrefectStanding.HERE
        broken = prefect.flow_runs(states=BROKEN, limit=MOST_RUNS) if here else None
    found = Status(
        at=now,
        business_date=clock.today.isoformat(),
        rehearsal=clock.rehearsal,
        up=up,
        prefect=here,
        prefect_standing=standing,
        lag_s=max((now - cases.oldest).total_seconds(), 0.0) if cases.oldest else 0.0,
        cases=cases,
        messages=messages,
        due_timers=due_timers(db, wall),
        dead_timers=dead_timers(db),
        broken_runs=None if broken is None else tuple(broken),
        advice=(),
        overlaps=overlaps(db, clock.today),
    )
    advice = (
        *_advise(found, named_dead_timers(db)),
        *_of_daily(db, wall),
        *_of_letters(letter_queue(db)),
        *_of_vacancies(db, clock.today),
    )
    return msgspec.structs.replace(found, advice=advice)


def _advise(found: Status, timers: Timers) -> list[Advice]:
    advice = [*_of_processes(found), *_of_dead_letters(found, timers)]
    if found.overlaps:
        details = tuple(
            f"{each.person}({ROLE_TITLES[each.office]}):{'、'.join(each.positions)}"
            for each in found.overlaps
        )
        advice.append(
            Advice(
                code="office.overlap",
                what=f"有 {len(details)} 名管理员同时登记了业务职务;业务职务的权限一律不算",
                remedy="请免去其管理员职务,或登记免职(三员分立)",
                details=details,
            )
        )
    if found.broken_runs:
        advice.append(
            Advice(
                code="runs.broken",
                what=f"有 {len(found.broken_runs)} 次流程运行失败或中断",
                remedy="推进、送达、对外办理由接力程序自动补做,不用处理;检查、时限和亮灯、提醒、摘要、"
                "封存、批量启动请重新运行一次,已做的不会重复;反复失败的,请打开链接查看原因",
                details=tuple(f"{run.words}:{run.name} {run.link}" for run in found.broken_runs),
            )
        )
    return advice


def _of_daily(db: Database, wall: WallClock) -> list[Advice]:
    """Daily runs that working days have gone by without: nobody is told of a run that never began."""
    plans = [plan_daily(db, wall, job) for job in Daily]
    lines = tuple(plan.line for plan in plans if plan.missed and plan.due)
    if not lines:
        return []
    return [
        Advice(
            code="daily.missed",
            what=f"有 {len(lines)} 项每日任务漏了工作日没有做",
            remedy="请确认 zonectl up 或工作进程在运行,下一次定时会一并补做;"
            "要马上补做,请在 Prefect 界面运行它的部署",
            details=lines,
        )
    ]


def _of_processes(found: Status) -> list[Advice]:
    advice = []
    waiting = bool(found.cases.people or found.cases.bulk or found.messages.waiting or found.due_timers)
    if not found.prefect:
        what, remedy = AWAY[found.prefect_standing]
        what = f"{what}。办理照常,显示、消息和对外办理积压"
        advice.append(Advice(code=f"prefect.{found.prefect_standing}", what=what, remedy=remedy))
    elif waiting and found.lag_s > LATE.total_seconds():
        advice.append(
            Advice(
                code="relay.behind",
                what=f"接力积压:最早的一件已等了 {found.lag_s:.0f} 秒",
                remedy="请确认接力程序在运行(zonectl up 或 zonectl relay run);批量启动之后稍等即可",
            )
        )
    return advice


def _of_letters(queue: LetterQueue) -> list[Advice]:
    """What no channel to persons could bring, or may have brought, and what waits for somebody to say so."""
    if not queue.stopped:
        return []
    return [
        Advice(
            code="letters.stopped",
            what=f"有 {len(queue.stopped)} 条系统外通知停下待人处理(无法送达或可能已发)",
            remedy="用 zonectl relay letters 查看;无法送达的用 zonectl relay requeue 放回,"
            "可能已发的用 zonectl relay resend 再发",
            details=tuple(
                f"{CHANNELS[each.channel].title} {each.id}:{LETTER_TITLES[each.state]} {each.error}"
                for each in queue.stopped
            ),
        )
    ]


def _of_vacancies(db: Database, today: date) -> list[Advice]:
    """无人承办: places that hold up work because nobody is in them."""
    empty = all_vacancies(gaps_of(db, today))
    if not empty:
        return []
    names = person_names(db)
    return [
        Advice(
            code="work.vacant",
            what=f"有 {sum(len(each.works) for each in empty)} 项工作无人承办({len(empty)} 处岗位)",
            remedy="请可以补的人登记机构或任职(zonectl body vacant),登记后即由任职的人办理",
            details=tuple(
                f"{each.body_name} {POSITION_TITLES.get(each.position, '')}:{each.why},"
                f"{len(each.works)} 项,最早 {each.oldest};可补:{mender_words(each.menders, names)}"
                for each in empty
            ),
        )
    ]


def _of_dead_letters(found: Status, timers: Timers) -> list[Advice]:
    revive = "查明原因后,运行 zonectl relay requeue 重新放回"
    advice = []
    if found.cases.dead:
        details = tuple(f"{found.cases.units[case]}({case}):{error}" for case, error in found.cases.dead)
        what = f"有 {len(details)} 个改革任务多次显示不成,已停下"
        advice.append(Advice(code="cases.dead", what=what, remedy=revive, details=details))
    if found.messages.dead:
        details = tuple(f"{message}:{error}" for message, error in found.messages.dead)
        what = f"有 {len(details)} 条消息无法送达"
        advice.append(Advice(code="messages.dead", what=what, remedy=revive, details=details))
    if found.dead_timers:
        details = tuple(f"{what}:{error}" for what, error in timers)
        what = f"有 {len(details)} 项计时或对外办理停下待人处理"
        remedy = f"可改用人工登记;{revive}"
        advice.append(Advice(code="timers.dead", what=what, remedy=remedy, details=details))
    return advice


def case_runs(db: Database, settings: Settings, words: str, limit: int = 100) -> list[FlowRun] | Refused:
    """流程运行 of one reform unit, the newest first: `zonectl case runs ZONE`.

    Runs of its own, and runs of many in which it was shown.
    """
    case = find_case(db, words)
    if isinstance(case, Refused):
        return case
    with PrefectApi(settings) as prefect:
        standing = prefect.standing()
        runs = prefect.flow_runs(tags=[f"zone:{case.unit}"], limit=limit)
    if runs is None or standing is not PrefectStanding.HERE:
        return Refused(
            code="prefect.away",
            message=f"{AWAY.get(standing, AWAY[PrefectStanding.AWAY])[0]},看不到流程运行;办理照常",
            remedy="请运行 zonectl up,或稍后再看;已办事项用 zonectl case show 查看",
        )
    return runs
