"""启动: opening cases, one or in bulk; one reform unit has one case in a programme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256

import msgspec
from sqlalchemy import select

from domain.commands import OpenCase
from domain.permissions import Action
from domain.refusal import Refused
from models.database import Database
from models.tables import CaseRow, ReformUnitRow
from services.acts import BATCH, Done, Entry, act, act_many
from services.authority import Allowed, allow, allow_each
from services.bootstrap import Runtime
from services.clock import today as today_of
from services.organisation import place_of
from services.organising.readiness import nobody, readiness_of
from services.permits import unit_target


class Launched(msgspec.Struct, frozen=True, kw_only=True):
    """启动结果: opened, already open, and refused with the reason of each."""

    opened: tuple[str, ...]
    standing: tuple[str, ...]
    refused: tuple[tuple[str, Refused], ...]


def case_id_of(programme: str, unit: str) -> str:
    """The id of the one case that a unit has in a programme."""
    return f"{programme}/{unit}"


def opening(
    unit: ReformUnitRow,
    programme: str,
    on: date,
    choices: Mapping[str, str],
    adapters: Mapping[str, str],
    actor: str,
) -> OpenCase:
    """The command that opens a unit's case.

    Its id comes from all it says: sent again, it gets the answer it got; on another day, by somebody else or
    with other choices it is another command, and the rules say that the case stands already.
    """
    case = case_id_of(programme, unit.id)
    command = OpenCase(
        command_id="",
        case=case,
        occurred_on=on,
        unit=unit.id,
        unit_name=unit.name,
        supervising_level=unit.supervising_level or "",
        choices=dict(choices),
        adapters=dict(adapters),
    )
    said = sha256(msgspec.json.encode((actor, command), order="sorted")).hexdigest()
    return msgspec.structs.replace(command, command_id=f"open:{case}:{said[:16]}")


def launch_one(
    runtime: Runtime,
    entry: Entry,
    programme: tuple[str, int],
    unit_id: str,
    *,
    on: date,
    choices: Mapping[str, str] | None = None,
    adapters: Mapping[str, str] | None = None,
) -> Done | Refused:
    """启动一个改革单位的改革任务: by the head of the reform office in whose area it lies."""
    units = units_by_id(runtime.db, [unit_id])
    if not units:
        return unknown_unit(unit_id)
    target = unit_target(runtime.db, unit_id)
    allowed = allow(runtime.db, entry.actor, Action.CASE_OPEN, target, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    entry = msgspec.structs.replace(entry, position=allowed.position)
    refused = Prospects(runtime, programme, on).refusal(units[0])
    if refused is not None:
        return refused
    named = (programme[0], on, choices or {}, adapters or runtime.adapters, entry.actor)
    command = opening(units[0], *named)
    return act(runtime.db, command, entry, wall=runtime.wall, programme=programme, notices=runtime.notices)


def launch_many(
    runtime: Runtime,
    entry: Entry,
    programme: tuple[str, int],
    unit_ids: Sequence[str],
    *,
    on: date,
    choices: Mapping[str, str] | None = None,
    adapters: Mapping[str, str] | None = None,
    batch: int = BATCH,
    after_batch: Callable[[int], None] | None = None,
) -> Launched:
    """批量启动: each unit judged by itself; one that is refused holds up none of the others."""
    found = units_by_id(runtime.db, unit_ids)
    prospects = Prospects(runtime, programme, on)
    targets = {unit.id: unit_target(runtime.db, unit.id) for unit in found}
    rights = allow_each(runtime.db, entry.actor, Action.CASE_OPEN, targets, wall=runtime.wall)
    refusals = {unit.id: _refusal(rights[unit.id]) or prospects.refusal(unit) for unit in found}
    units = [unit for unit in found if refusals[unit.id] is None]
    held = {right.position for right in rights.values() if isinstance(right, Allowed)}
    if len(held) == 1:
        entry = msgspec.structs.replace(entry, position=held.pop())
    named = (programme[0], on, choices or {}, adapters or runtime.adapters, entry.actor)
    commands = [opening(unit, *named) for unit in units]
    answers = act_many(
        runtime.db,
        commands,
        entry,
        wall=runtime.wall,
        programme=programme,
        notices=runtime.notices,
        batch=batch,
        after_batch=after_batch,
    )
    missing = [(each, unknown_unit(each)) for each in unit_ids if each not in refusals]
    beforehand = [(unit, refused) for unit, refused in refusals.items() if refused is not None]
    judged = zip((command.unit for command in commands), answers, strict=True)
    return sorted_answers([*beforehand, *judged], missing)


def _refusal(allowed: Allowed | Refused) -> Refused | None:
    return allowed if isinstance(allowed, Refused) else None


class Prospects:
    """启动前核对 of the units of one launch: has the unit ended, has it a case already, is somebody there."""

    def __init__(self, runtime: Runtime, programme: tuple[str, int], on: date) -> None:
        self._db = runtime.db
        self._code = programme[0]
        today = today_of(runtime.db, runtime.wall)
        found = readiness_of(runtime.db, *programme, on=on, today=today)
        self._readiness = None if isinstance(found, Refused) else found
        with runtime.db.read() as session:
            cases = select(CaseRow.unit_id, CaseRow.id).where(CaseRow.programme == programme[0])  # type: ignore[call-overload]
            self._cases = {unit: case for unit, case in session.execute(cases)}

    def refusal(self, unit: ReformUnitRow) -> Refused | None:
        """Why a unit cannot be launched as things stand; the rules judge the rest."""
        if unit.ended_on is not None:
            return Refused(
                code="unit.ended",
                message=f"“{unit.name}”已于 {unit.ended_on} 撤销或并入",
                remedy="请在承继的改革单位上办理",
                facts={"unit": unit.id},
            )
        standing = self._cases.get(unit.id)
        if standing is not None:
            # What stands under the usual id gets the answer that the rules give it.
            return None if standing == case_id_of(self._code, unit.id) else _exists(unit, standing)
        # A version that was never published is refused by the act itself.
        lacks = () if self._readiness is None else self._readiness.lacks(place_of(unit))
        return nobody(self._db, lacks) if lacks else None


def _exists(unit: ReformUnitRow, case: str) -> Refused:
    return Refused(
        code="case.exists",
        message=f"“{unit.name}”已启动该改革任务",
        remedy="一区一案,不能重复启动",
        facts={"case": case},
    )


def sorted_answers(
    answers: Iterable[tuple[str, Done | Refused]], missing: Sequence[tuple[str, Refused]] = ()
) -> Launched:
    """Tell apart what was opened now, what stood already, and what was refused."""
    opened: list[str] = []
    standing: list[str] = []
    refused = list(missing)
    for unit, answer in answers:
        if isinstance(answer, Done):
            (standing if answer.repeated else opened).append(unit)
        elif answer.code == "case.exists":
            standing.append(unit)
        else:
            refused.append((unit, answer))
    return Launched(opened=tuple(opened), standing=tuple(standing), refused=tuple(refused))


def unknown_unit(unit: str) -> Refused:
    """No such reform unit."""
    return Refused(
        code="unit.unknown",
        message=f"没有改革单位“{unit}”",
        remedy="请先导入名录,或用 zone list 核对编号",
        facts={"unit": unit},
    )


def units_by_id(db: Database, unit_ids: Sequence[str]) -> list[ReformUnitRow]:
    """The units that exist, in the order asked for."""
    found: dict[str, ReformUnitRow] = {}
    with db.read() as session:
        for first in range(0, len(unit_ids), 500):
            part = list(unit_ids[first : first + 500])
            statement = select(ReformUnitRow).where(ReformUnitRow.id.in_(part))  # type: ignore[attr-defined]
            for row in session.execute(statement).scalars():
                session.expunge(row)
                found[row.id] = row
    return [found[each] for each in dict.fromkeys(unit_ids) if each in found]
