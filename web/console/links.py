"""网页地址: where a case and a step stand; the one place that writes these addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from domain.case import split_key


def case_path(case: str) -> str:
    """开发区页 of a case (``programme/unit``)."""
    return f"/cases/{quote(case, safe='/')}"


def step_path(case: str, key: str, act: str = "") -> str:
    """任务页 of a step, with its item; ``act`` is the page or act under it."""
    step, item = split_key(key)
    path = f"{case_path(case)}/steps/{quote(step, safe='')}" + (f"/{act}" if act else "")
    return f"{path}?{urlencode({'item': item})}" if item else path


def with_query(path: str, values: Mapping[str, str]) -> str:
    """An address with those of ``values`` that are not empty: filters stand in the address."""
    kept = {name: value for name, value in values.items() if value}
    return f"{path}{'&' if '?' in path else '?'}{urlencode(kept)}" if kept else path
