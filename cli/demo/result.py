"""结果: what a rehearsal has shown, as one value for people and machines; everything in it is computed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from cli.demo.stage import StoryError
from config.settings import Settings
from domain.permissions import AccessRole
from domain.refusal import Refused
from services.access.administrators import FIRST_NAMES
from services.bootstrap import Runtime
from services.clock import today
from services.ledger import make_seal, verify
from services.prefect_api import PrefectApi
from services.rebuilding import check_projections
from services.shown import ShownCase, ShownNotices, shown_case, shown_notices
from services.summary import Summary, summarise

ARRIVAL_S: Final = 30.0
"""Task runs travel to Prefect in the background; so long the last may take."""
AGAIN_S: Final = 1.0
Told = TypeVar("Told")


class LedgerProof(msgspec.Struct, frozen=True, kw_only=True):
    """留痕核验、重算和封存."""

    rows: int
    seconds: float
    sound: bool
    findings: tuple[str, ...]
    rebuilt_equal: bool
    seal: int
    seal_file: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """演练结果."""

    summary: Summary
    oddities: dict[str, int]
    catalogue_rows: int
    ledger: LedgerProof
    shown: tuple[ShownCase, ...]
    notices: ShownNotices | None
    acts: int
    business_days: int
    left: tuple[str, ...]
    """Cases that should have been completed and are not."""
    main_seconds: float = 0.0
    total_seconds: float = 0.0

    @property
    def failures(self) -> tuple[str, ...]:
        """What a demonstration may not leave behind; empty where all is as it should be."""
        found = [f"没有办结:{name}" for name in self.left]
        if not self.summary.townships.complete:
            found.append(f"乡镇任务只办结 {self.summary.townships.done}/{self.summary.townships.total}")
        if not self.ledger.sound:
            found.append(f"留痕核验有问题:{self.ledger.findings[0] if self.ledger.findings else ''}")
        if not self.ledger.rebuilt_equal:
            found.append("重算与留痕不符")
        found += [f"{case.name} 有事件没有显示:{case.missing[0]}" for case in self.shown if case.missing]
        if self.notices is not None and self.notices.missing:
            found.append(f"有消息没有显示:{self.notices.missing[0]}")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """The same numbers for machines."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        told["townships_complete"] = self.summary.townships.complete
        told["failures"] = list(self.failures)
        return told


def prove_ledger(runtime: Runtime) -> LedgerProof:
    """Seal, verify against the seal, and compute the projections anew."""
    folder = runtime.settings.data_dir / "seals"
    made = make_seal(runtime.db, folder, actor=FIRST_NAMES[AccessRole.AUDITOR], wall=runtime.wall)
    if isinstance(made, Refused):
        raise StoryError(made.message, made)
    seal, file = made
    began = time.monotonic()
    verified = verify(runtime.db, seal=file)
    seconds = time.monotonic() - began
    return LedgerProof(
        rows=verified.rows,
        seconds=round(seconds, 3),
        sound=not verified.findings,
        findings=tuple(str(each) for each in verified.findings[:5]),
        rebuilt_equal=check_projections(runtime.db).equal,
        seal=seal.number,
        seal_file=Path(file).name,
    )


def summary_of(runtime: Runtime, areas: dict[str, str]) -> Summary:
    """The summary on the rehearsal's last business date."""
    return summarise(runtime.db, today(runtime.db, runtime.wall), areas)


def prove_shown(
    runtime: Runtime, settings: Settings, cases: tuple[str, ...], alive: Callable[[], None]
) -> tuple[tuple[ShownCase, ...], ShownNotices]:
    """Compare with Prefect until all has arrived, or it is clear that something will not."""
    until = time.monotonic() + ARRIVAL_S
    with PrefectApi(settings) as api:
        found: dict[str, ShownCase] = {}
        notices: ShownNotices | None = None
        while True:
            for case in cases:
                if case not in found or not found[case].complete:
                    found[case] = _there(shown_case(runtime.db, api, case))
            if notices is None or not notices.complete:
                notices = _there(shown_notices(runtime.db, api))
            complete = notices.complete and all(each.complete for each in found.values())
            if complete or time.monotonic() > until:
                return tuple(found.values()), notices
            alive()
            time.sleep(AGAIN_S)


def _there(told: Told | None) -> Told:
    if told is None:
        raise StoryError("连不上 Prefect,不能核对显示")
    return told
