"""运行失败告知: started by Prefect's automation when a run fails or breaks off, and once a day besides."""

from __future__ import annotations

from loguru import logger
from prefect import flow

from flows.environment import current_runtime
from services.failed_runs import tell_failed


class PrefectAwayError(RuntimeError):
    """连不上 Prefect: which runs have failed is not known; the next one asks again."""


@flow(
    name="tell-failed-runs",
    description="运行失败告知:把失败、中断的运行告知系统管理员,每次运行只告知一次",
    flow_run_name="运行失败告知",
    persist_result=False,
)
def tell_failed_runs() -> int:
    """运行失败告知; return how many messages are new."""
    told = tell_failed(current_runtime())
    if told is None:
        raise PrefectAwayError("连不上 Prefect,不知道哪些运行失败")
    logger.info("近几天失败或中断的运行 {} 次,新告知 {} 条", told.failed, told.messages)
    return told.messages
