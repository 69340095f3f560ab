"""The machine a run was made on: without it a figure says nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import psutil

_PROBES: Final = 300
_BLOCK: Final = b"x" * 4096


def machine() -> dict[str, Any]:
    """Name cores, CPU, memory, Python, SQLite, what a flush to disk costs, and what else was running."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "fsync_ms": _fsync(),
        "others_cores": _others(),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


def _cpu() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _fsync() -> dict[str, float]:
    """Milliseconds of fsync after appending 4 KiB, in the folder where the databases lie."""
    found = []
    with tempfile.NamedTemporaryFile(dir=os.environ.get("PEERS_TMP")) as file:
        for _ in range(_PROBES):
            file.write(_BLOCK)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            found.append((time.perf_counter() - began) * 1000)
    return {
        "p50": round(statistics.median(found), 3),
        "p99": round(statistics.quantiles(found, n=100)[98], 3),
    }


def _others() -> float:
    """Cores that others use while this process lies still."""
    return round(psutil.cpu_percent(interval=1.0) / 100 * (os.cpu_count() or 1), 2)
