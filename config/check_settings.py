"""检查设置: how the nightly sweep of compliance checks is shared out.

A part of ``config.settings.Settings``.
"""

from enum import StrEnum

from pydantic import BaseModel, Field


class CheckRunner(StrEnum):
    """检查的运行方式: what runs the shards of a sweep together."""

    THREADS = "threads"
    """本进程的线程. The default: enough for a province on one machine."""
    PROCESSES = "processes"
    """本机的多个进程."""
    DASK = "dask"
    """Dask 集群."""


class CheckSettings(BaseModel):
    """检查设置."""

    check_runner: CheckRunner = Field(
        CheckRunner.THREADS,
        description="定时合规检查怎样并行:`threads` 本进程的线程;"
        "`processes` 本机的多个进程(数据库用 PostgreSQL 时);`dask` 交给 Dask 集群(须另装 prefect-dask)。",
    )
    check_workers: int = Field(1, ge=1, le=64, description="同时检查几批。SQLite 只有一个写入者,用 1 即可。")
    check_shard: int = Field(200, ge=10, le=5000, description="合规检查每批多少个改革任务,每批是一个任务。")
    check_dask_address: str = Field(
        "", description="Dask 调度器的地址,如 `tcp://主机:8786`。不填则临时起一个本机集群。"
    )
