"""检查的运行: look at cases, and tell each what was found where that is something new.

A case is told by a command (`RecordChecks`), so that gates see it at once and the ledger has it. What says
the same as the case already knows is not told again: a second run changes nothing. The life that a finding
leads from there (立项, 交办, 销号) begins at `CheckFinding.key`, which stays the same.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final

import msgspec
from loguru import logger
from sqlalchemy import select
from sqlmodel import col

from domain.case import Case, CheckResult
from domain.checks.evaluating import Evaluation, Verdict, evaluate_all, results_to_record
from domain.commands import RecordChecks
from domain.doers import Doer, Machine
from domain.permissions import Action, Target
from domain.programme import Severity
from domain.refusal import Refused
from models.tables import CaseRow, ReformUnitRow
from services.act_loading import Known
from services.acts import Entry, act, act_many
from services.authority import allow_each
from services.bootstrap import Runtime
from services.checking.loading import CHUNK, Loaded, load_many, parts
from services.checking.reading_words import Reader

Broken = tuple[tuple[str, str], ...]
"""Cases that could not be looked at, and why."""
COMMIT: Final = 25
"""Cases told in one commit: people's acts wait no longer than that."""


class CaseChecked(msgspec.Struct, frozen=True, kw_only=True):
    """一案检查结果."""

    case: str
    unit: str
    unit_name: str
    evaluations: tuple[Evaluation, ...]
    opened: tuple[str, ...] = ()
    """Keys of findings that the case did not know."""
    cleared: tuple[str, ...] = ()
    """Keys of findings that are no more."""
    recorded: int = 0
    """How many results the case was told."""

    def without_rows(self) -> CaseChecked:
        """The same without the rows meant: they may stand for persons."""
        bare = tuple(msgspec.structs.replace(each, rows={}) for each in self.evaluations)
        return msgspec.structs.replace(self, evaluations=bare)

    @property
    def failed(self) -> tuple[Evaluation, ...]:
        """What has not passed, and is more than information."""
        return tuple(
            each
            for each in self.evaluations
            if each.verdict is Verdict.FAILED and each.severity is not Severity.INFORM
        )


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """检查汇总."""

    cases: int = 0
    clean: int = 0
    """Cases in which nothing failed."""
    findings: int = 0
    """Findings that stand and are not waived."""
    blocking: int = 0
    """Steps that are held."""
    opened: int = 0
    cleared: int = 0
    recorded: int = 0
    broken: tuple[tuple[str, str], ...] = ()
    """Cases that could not be looked at, and why; they hold up no other."""

    def plus(self, other: Swept) -> Swept:
        """Both together."""
        mine, theirs = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        names = self.__struct_fields__
        return Swept(**{name: a + b for name, a, b in zip(names, mine, theirs, strict=True)})


def reader_of(runtime: Runtime) -> Reader:
    """The reader over this machine's store."""
    return Reader(runtime.evidence)


def cases_refused(runtime: Runtime, doer: Doer, ids: Sequence[str]) -> dict[str, Refused]:
    """Which of these cases ``doer`` may not run checks on, and why."""
    targets: dict[str, Target] = {}
    statement = select(
        col(CaseRow.id), col(ReformUnitRow.id), col(ReformUnitRow.lead_area), col(ReformUnitRow.division_code)
    ).join(ReformUnitRow, col(ReformUnitRow.id) == col(CaseRow.unit_id))
    wanted = set(ids)
    with runtime.db.read() as session:
        for case_id, unit, lead, division in session.execute(statement):
            if case_id in wanted:
                targets[case_id] = Target(division=lead or division, unit=unit)
    answers = allow_each(runtime.db, doer, Action.CHECK_RUN, targets, wall=runtime.wall)
    return {case_id: answer for case_id, answer in answers.items() if isinstance(answer, Refused)}


def look_at_one(loaded: Loaded) -> CaseChecked:
    """One case, looked at and not told."""
    case = loaded.facts.case
    evaluations = evaluate_all(loaded.checks, loaded.facts, loaded.policy)
    known = {finding.key for result in case.checks.values() for finding in result.findings}
    now = {finding.key for each in evaluations for finding in each.findings}
    return CaseChecked(
        case=case.id,
        unit=case.unit,
        unit_name=case.unit_name,
        evaluations=evaluations,
        opened=tuple(sorted(now - known)),
        cleared=tuple(sorted(known - now)),
    )


def check_cases(
    runtime: Runtime,
    ids: Sequence[str],
    on: date,
    entry: Entry | None,
    *,
    each: Callable[[CaseChecked], None] | None = None,
    after_commit: Callable[[int], None] | None = None,
) -> Swept:
    """检查一批: look at these cases, and by ``entry`` tell each what is new; nothing is told without one.

    Raises:
        DatabaseFault: a batch could not be written; those before it stand, and a second run does the rest.
    """
    reader, total = reader_of(runtime), Swept()
    for part in parts(ids, CHUNK):
        # What was read is let go within: a collection that begins afterwards has none of it to walk.
        with _no_collecting():
            done, broken = _check_part(runtime, part, on, entry, reader, after_commit)
        for found in done:
            total = total.plus(_counted(found))
            if each is not None:
                each(found)
        total = total.plus(Swept(broken=broken))
    return total


def _check_part(
    runtime: Runtime,
    ids: Sequence[str],
    on: date,
    entry: Entry | None,
    reader: Reader,
    after_commit: Callable[[int], None] | None,
) -> tuple[list[CaseChecked], Broken]:
    checked, broken = _look_at_part(runtime, ids, on, reader)
    told = _tell(runtime, checked, on, entry, after_commit) if entry is not None else {}
    done = [msgspec.structs.replace(found, recorded=told.get(found.case, 0)) for _, found in checked]
    return done, broken


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Put off the collector of cycles: it walked all the cases again and again for nothing to be found.

    Measured: a third of the sweep's time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _look_at_part(
    runtime: Runtime, ids: Sequence[str], on: date, reader: Reader
) -> tuple[list[tuple[Loaded, CaseChecked]], Broken]:
    """Look at some cases; one that cannot be looked at is named and holds up no other."""
    checked: list[tuple[Loaded, CaseChecked]] = []
    broken: list[tuple[str, str]] = []
    for loaded in load_many(runtime.db, ids, on, reader):
        try:
            checked.append((loaded, look_at_one(loaded)))
        except Exception as error:
            logger.exception("{} 检查出错", loaded.facts.case.id)
            broken.append((loaded.facts.case.id, f"{type(error).__name__}: {error}"))
    return checked, tuple(broken)


def counted(found: Iterable[CaseChecked]) -> Swept:
    """汇总 of what was looked at."""
    total = Swept()
    for each in found:
        total = total.plus(_counted(each))
    return total


def _counted(found: CaseChecked) -> Swept:
    return Swept(
        cases=1,
        clean=int(not found.failed),
        findings=sum(len(each.open_findings) for each in found.evaluations),
        blocking=len({key for each in found.evaluations for key in each.holds}),
        opened=len(found.opened),
        cleared=len(found.cleared),
        recorded=found.recorded,
    )


def _tell(
    runtime: Runtime,
    checked: Sequence[tuple[Loaded, CaseChecked]],
    on: date,
    entry: Entry,
    after_commit: Callable[[int], None] | None,
) -> dict[str, int]:
    """Tell the cases; return how many results each was told."""
    commands = [
        command
        for loaded, found in checked
        if (results := results_to_record(loaded.checks, loaded.facts.case, found.evaluations, on))
        for command in [_command(loaded.facts.case, loaded.seq, results, on)]
    ]
    if len(commands) == 1:
        # One case may have somebody waiting: it goes before bulk work.
        answers = [act(runtime.db, commands[0], entry, wall=runtime.wall, notices=runtime.notices)]
    else:
        answers = act_many(
            runtime.db,
            commands,
            entry,
            wall=runtime.wall,
            notices=runtime.notices,
            batch=COMMIT,
            after_batch=after_commit,
            known={each.facts.case.id: Known(each.snapshot, each.facts.case) for each, _ in checked},
        )
    told: dict[str, int] = {}
    for command, answer in zip(commands, answers, strict=True):
        if isinstance(answer, Refused):
            logger.warning("{} 检查结果没有登记:{}", command.case, answer)
        else:
            told[command.case] = len(command.results)
    return told


def _command(case: Case, seq: int, results: tuple[CheckResult, ...], on: date) -> RecordChecks:
    """The command id tells what was told to which state of the case: two runs at once tell it once."""
    digest = hashlib.sha256(msgspec.msgpack.encode(results)).hexdigest()[:16]
    return RecordChecks(
        command_id=f"checks:{case.id}:{seq}:{digest}", case=case.id, occurred_on=on, results=results
    )


CHECKING: Final = Machine.CHECKING.value


def machine_entry(run_id: str = "") -> Entry:
    """入口 of results: brought by the machine, in whatever way it was started."""
    return Entry(actor=CHECKING, channel="flow", machine=True, run_id=run_id or None)
