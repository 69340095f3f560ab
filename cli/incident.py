"""事故登记: a traceback goes to a file under the data folder, the officer gets its number."""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from pathlib import Path

from config.clock import BUSINESS_TIMEZONE, SystemClock


def record(error: BaseException) -> tuple[str, Path | None]:
    """Write the traceback down; return its number and the file, ``None`` where it could not be written.

    Local variables are not written: they may hold personal data.
    """
    now = SystemClock().now().astimezone(BUSINESS_TIMEZONE)
    number = f"{now:%m%d-%H%M}-{secrets.token_hex(2)}"
    text = "".join(traceback.format_exception(error))
    entry = f"==== {number} {now.isoformat(timespec='seconds')} {_command_name()}\n{text}\n"
    file = Path(os.environ.get("ZR_DATA_DIR") or "var").expanduser().absolute() / "logs" / "incidents.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write(entry)
    except OSError:
        return number, None
    return number, file


def _command_name() -> str:
    """The noun and verb, without arguments, which may name persons."""
    return " ".join(word for word in sys.argv[1:4] if word.isascii() and word.replace("-", "").isalpha())
