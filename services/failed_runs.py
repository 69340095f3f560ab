"""运行失败告知: the system administrator is told of each run that failed or broke off, once.

Who calls does not say which run it was: Prefect is asked which have failed, and each that was not told yet
is. So a call that got lost is made up by the next, and ten calls tell no more than one. Runs that the relay
makes up by itself are left out; `zonectl status` shows those too.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import msgspec

from config.clock import BUSINESS_TIMEZONE
from domain.notices.occasions import RUN_FAILED
from domain.permissions import AccessRole
from services.bootstrap import Runtime
from services.delivery import OFFICE, WAITING
from services.notifying.reminding import leave
from services.prefect_api import FlowRun, PrefectApi
from services.status import BROKEN

LOOKS_BACK: Final = timedelta(days=7)
"""Prefect keeps its runs about that long."""
_MOST: Final = 10_000
"""Runs asked for: a bad night of the relay may leave thousands of its own before the one that counts."""
RELAY_TAG: Final = "relay:"
TO: Final = f"{OFFICE}{AccessRole.SYSTEM_ADMIN}"
_sorted = msgspec.json.Encoder(order="sorted")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """告知结果: how many runs of the last days have failed, and how many messages are new."""

    failed: int
    messages: int


def tell_failed(runtime: Runtime) -> Told | None:
    """告知管理员: leave a notice for each failed run; ``None`` where Prefect is away."""
    with PrefectApi(runtime.settings) as prefect:
        found = prefect.flow_runs(states=BROKEN, limit=_MOST)
    if found is None:
        return None
    since = runtime.wall.now() - LOOKS_BACK
    failed = [run for run in found if not _made_up(run) and (run.ended_at is None or run.ended_at >= since)]
    rows = [_row(runtime, channel, run) for run in failed for channel in runtime.told_channels]
    return Told(failed=len(failed), messages=leave(runtime, rows))


def _made_up(run: FlowRun) -> bool:
    """Whether the relay does again by itself what the run has not done."""
    return any(tag.startswith(RELAY_TAG) for tag in run.tags)


def _row(runtime: Runtime, channel: str, run: FlowRun) -> dict[str, object]:
    at = run.ended_at or run.started_at or runtime.wall.now()
    payload = {
        "kind": RUN_FAILED,
        "unit": run.name,
        "act": run.words,
        "on": f"{at.astimezone(BUSINESS_TIMEZONE):%Y-%m-%d %H:%M}",
        "run": run.id,
    }
    return {
        "id": secrets.token_hex(12),
        "dedup_key": f"{channel}:{RUN_FAILED}:{run.id}",
        "channel": channel,
        "recipient": TO,
        "payload": _sorted.encode(payload).decode(),
        "case_id": "",
        "seq": 0,
        "created_at": runtime.wall.now(),
        "state": WAITING,
        "fence": 0,
        "attempts": 0,
        "dead": False,
    }
