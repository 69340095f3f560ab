"""数据在哪里: where the database is, without reading all settings.

The full settings are checked by pydantic, which takes longer to import than a short command may take in all.
A test compares the answer with theirs.
"""

import os
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """数据所在: the data folder and the address of the business database."""

    data_dir: Path
    database_url: str


def find_place() -> Place:
    """Return where the data are, from the environment and the folder of secrets, as ``Settings`` does."""
    data_dir = Path(_value("ZR_DATA_DIR") or "var").expanduser().absolute()
    return Place(data_dir, _value("ZR_DATABASE_URL") or f"sqlite:///{data_dir / 'zone-reform.sqlite3'}")


def _value(name: str) -> str:
    given = os.environ.get(name, "")
    folder = os.environ.get("ZR_SECRETS_DIR", "")
    if given or not folder:
        return given
    try:
        return (Path(folder) / name.lower()).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
