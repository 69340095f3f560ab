"""封存: seal the ledger every night, and write the seal to a file that leaves the machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import prefect.runtime.flow_run
from loguru import logger
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from config.clock import BUSINESS_TIMEZONE, WallClock
from domain.doers import Machine
from domain.refusal import Refused
from flows.environment import current_runtime
from models.database import Database
from services.clock import is_rehearsal_database, legal_date
from services.seals import last_seal, make_seal

SEALS = "seals"


class SealRefusedError(RuntimeError):
    """封存被拒: the machine lost its right to seal; the run fails with the refusal's words."""


@flow(name="seal-ledger", description="封存留痕:对所有链取根,写成封存文件", flow_run_name="封存留痕")
def seal_ledger(by_hand: bool = True) -> str:
    """封存留痕; return the name of the file.

    By the clock it seals only where the night has none yet: after an outage the runs of several nights come
    at once, and one seal covers all that happened.
    """
    runtime = current_runtime()
    if not by_hand:
        reason = not_needed(runtime.db, runtime.wall, prefect.runtime.flow_run.scheduled_start_time)
        if reason:
            logger.info(reason)
            return ""
        gap = nights_missed(runtime.db, runtime.wall)
        if gap:
            logger.warning(gap)
    return _seal(str(runtime.settings.data_dir / SEALS))


def not_needed(db: Database, wall: WallClock, planned: datetime) -> str:
    """Say why the run planned for ``planned`` has nothing to seal; empty where it has.

    A rehearsal database (演练库) is left alone: its dates are not real.
    """
    if is_rehearsal_database(db, wall):
        return "这是演练库,定时封存跳过;需要时请手工封存"
    last = last_seal(db)
    if last is not None and last[1] >= planned:
        return f"原定 {_words(planned)} 的封存已由第 {last[0]} 号({_words(last[1])})包括,不再重复"
    return ""


def nights_missed(db: Database, wall: WallClock) -> str:
    """Say for how many days nothing was sealed; empty where none was missed."""
    last = last_seal(db)
    if last is None:
        return ""
    days = (legal_date(wall) - last[1].astimezone(BUSINESS_TIMEZONE).date()).days - 1
    if days < 1:
        return ""
    return f"上次封存是 {_words(last[1])},其间 {days} 天没有封存,由这次一并封存"


def _words(instant: datetime) -> str:
    return f"{instant.astimezone(BUSINESS_TIMEZONE):%Y-%m-%d %H:%M}"


@task(name="封存", task_run_name="封存留痕", cache_policy=NO_CACHE, persist_result=False)
def _seal(folder: str) -> str:
    runtime = current_runtime()
    made = make_seal(runtime.db, Path(folder), actor=Machine.SEALING, wall=runtime.wall)
    if isinstance(made, Refused):
        raise SealRefusedError(str(made))
    seal, path = made
    logger.info("第 {} 号封存:{} 条链,{} 条留痕", seal.number, len(seal.streams), seal.rows)
    return path.name
