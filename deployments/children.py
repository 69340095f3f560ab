"""子进程: what `zonectl up` starts beside Prefect: the relay and the web service, each its own process.

``python -m deployments.children relay`` and ``… web PORT``. Each stops cleanly on SIGTERM or SIGINT: the
relay finishes the flows it has begun.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from config.logging import configure_logging
from config.prefect_env import prepare_prefect
from config.settings import Settings, load_settings


def relay_process(settings: Settings, *, one_machine: bool = False) -> int:
    """接力程序 as a process of its own; return the exit code.

    ``one_machine``: whether the workers run on this machine too.
    """
    prepare_prefect(settings)
    # Some ten requests a run: at INFO they would bury what the relay itself says.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    from flows.relay import run_relay
    from services.bootstrap import open_runtime

    stop = threading.Event()

    def told_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told_to_stop)
    signal.signal(signal.SIGINT, told_to_stop)
    with open_runtime(settings) as runtime:
        return run_relay(runtime, stop, one_machine=one_machine)


def web_process(settings: Settings, port: int = 0) -> int:
    """网页服务 as a process of its own; return the exit code."""
    from web.app import serve

    return serve(settings, port)


def main(arguments: Sequence[str]) -> int:
    """Run the child that ``arguments`` name."""
    settings = load_settings()
    configure_logging(settings)
    name, *rest = arguments
    if name == "relay":
        return relay_process(settings, one_machine=True)
    if name == "web":
        return web_process(settings, int(rest[0]) if rest else 0)
    raise SystemExit(f"unknown child {name!r}: relay or web")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
