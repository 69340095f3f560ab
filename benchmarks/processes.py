"""The engines' processes, seen from the run that compares them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parents[1]
_LAST_WORDS: Final = 1500


class EngineFailedError(RuntimeError):
    """An engine's process ended or answered nonsense; the message holds its last words."""


class Engine:
    """One engine in its own process with its own database, alive until the block ends."""

    def __init__(self, kind: str, db: str, *, python: str = sys.executable) -> None:
        self.name = f"{kind}_{db}"
        self._process = subprocess.Popen(  # noqa: S603
            [python, "-m", "benchmarks.peer_process", kind, db],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """Have one thing done and return its result."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise EngineFailedError(self.name)
        try:
            process.stdin.write(json.dumps({"do": do, **more}) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise EngineFailedError(self._last_words()) from None
        line = process.stdout.readline()
        if not line:
            raise EngineFailedError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        self._process.wait(30)
        told = self._process.stderr.read() if self._process.stderr else ""
        return f"{self.name} ended: {told[-_LAST_WORDS:]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()


def has(python: str, modules: Sequence[str]) -> bool:
    """Whether ``python`` can import all ``modules``."""
    found = subprocess.run(  # noqa: S603
        [
            python,
            "-c",
            f"import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, {list(modules)})))",
        ],
        capture_output=True,
        check=False,
    )
    return found.returncode == 0
