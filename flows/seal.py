"""封存: seal the ledger every night, and write the seal to a file that leaves the machine."""

from __future__ import annotations

from pathlib import Path

from loguru import logger
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.environment import current_runtime
from services.clock import is_rehearsal_database
from services.seals import make_seal

SEALS = "seals"


@flow(name="seal-ledger", description="封存留痕:对所有链取根,写成封存文件", flow_run_name="封存留痕")
def seal_ledger(by_hand: bool = True) -> str:
    """封存留痕; return the name of the file.

    The nightly schedule leaves a rehearsal database (演练库) alone: its dates are not real.
    """
    runtime = current_runtime()
    if not by_hand and is_rehearsal_database(runtime.db, runtime.wall):
        logger.info("这是演练库,定时封存跳过;需要时请手工封存")
        return ""
    return _seal(str(runtime.settings.data_dir / SEALS))


@task(name="封存", task_run_name="封存留痕", cache_policy=NO_CACHE, persist_result=False)
def _seal(folder: str) -> str:
    runtime = current_runtime()
    seal, path = make_seal(runtime.db, Path(folder), wall=runtime.wall)
    logger.info("第 {} 号封存:{} 条链,{} 条留痕", seal.number, len(seal.streams), seal.rows)
    return path.name
