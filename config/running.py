"""运行中的服务: the note that ``zonectl up`` leaves in the data folder: who runs, and at which addresses.

Why a note: a port that is taken is replaced by a free one, so other commands (``status``, ``case runs``) ask
here where Prefect listens.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from config.settings import Settings


@dataclass(frozen=True)
class Running:
    """运行登记: one running ``zonectl up``.

    ``token`` is what the operating system says of the process's start, so that another process which later
    got the same number is not taken for it.
    """

    pid: int
    token: str
    prefect_api: str = ""
    prefect_ui: str = ""
    web: str = ""
    children: Mapping[str, int] = field(default_factory=dict)


def note_path(settings: Settings) -> Path:
    """Where the note lies."""
    return settings.data_dir / "run" / "up.json"


def read_note(settings: Settings) -> Running | None:
    """Return the note, ``None`` where there is none or it cannot be read (a crash while writing)."""
    try:
        return Running(**json.loads(note_path(settings).read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def write_note(settings: Settings, running: Running) -> None:
    """Write the note in one step: a reader sees the old one or the new one."""
    path = note_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    half.write_text(json.dumps(asdict(running), ensure_ascii=False), encoding="utf-8")
    half.replace(path)


def remove_note(settings: Settings) -> None:
    """Take the note away."""
    note_path(settings).unlink(missing_ok=True)


def process_token(pid: int) -> str:
    """Return when process ``pid`` started, as the system says it; empty where it does not run.

    Linux gives the start in clock ticks; elsewhere a running process is only known by its number.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "" if Path("/proc/self").exists() or not _answers(pid) else "runs"
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stands(running: Running) -> bool:
    """Whether the process of the note still runs."""
    return process_token(running.pid) == running.token != ""


def prefect_api_url(settings: Settings) -> str:
    """Return where Prefect's API is: what the running ``up`` wrote, else what the settings say."""
    running = read_note(settings)
    if running is not None and running.prefect_api and stands(running):
        return running.prefect_api
    return settings.prefect_api_url
