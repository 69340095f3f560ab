"""演练服务器: the sandboxes of the filing body and of the company register, as processes of their own.

They are the other side, so they are started like anybody's servers and spoken to over HTTP only.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from cli.demo.stage import StoryError
from samples.story import COMPANIES, STORY

READY_WITHIN_S: Final = 30.0
STOP_WITHIN_S: Final = 5.0


@contextmanager
def sandboxes(folder: Path) -> Iterator[dict[str, str]]:
    """Run both; yields the settings that point to them."""
    with ExitStack() as stack:
        filing = stack.enter_context(_server("filing", "--state", str(folder / "sandbox-filing.json")))
        company = stack.enter_context(_server("company", "--companies", str(STORY / COMPANIES)))
        yield {"ZR_FILING_URL": filing, "ZR_COMPANY_REGISTRY_URL": company}


@contextmanager
def _server(name: str, *arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", f"integrations.sandbox.{name}", "--with-parent", *arguments]
    with subprocess.Popen(  # noqa: S603  a module of ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            yield _address(process, name)
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: subprocess.Popen[bytes], name: str) -> str:
    if process.stdout is None:
        raise StoryError(f"演练服务器 {name} 没有启动")
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(READY_WITHIN_S) else b""
    if not line:
        raise StoryError(f"演练服务器 {name} 没有启动,退出码 {process.poll()}")
    return str(json.loads(line)["url"])
