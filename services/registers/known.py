"""对照: what a register's rows are held against: registered bodies, other registers, what was erased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.case import Case
from domain.cells import fold
from domain.plan import Plan
from domain.programme import Register
from domain.register_balances import Row
from domain.register_rows import Known
from models.database import Database
from services.registers.held import HeldRow, held_rows
from services.world import world_of

_MOST_NAMED = 5


def known_for(db: Database, case: Case, plan: Plan, register: Register, held: Sequence[HeldRow]) -> Known:
    """Load what the rows of a register are held against. `held`: its present rows."""
    bodies = _bodies(db) if any(column.body for column in register.columns) else None
    wanted = {column.references for column in register.columns if column.references}
    return Known(
        bodies=bodies,
        values={ref: found for ref in sorted(wanted) if (found := _values(db, case, ref)) is not None},
        titles={ref: plan.registers[ref.partition("/")[0]].title for ref in wanted},
        keys=frozenset(fold(row.key) for row in held),
        erased=frozenset(row.key for row in held if row.erased),
    )


def body_names(db: Database, register: Register) -> Mapping[str, str]:
    """Code → name of every registered body, where the register names bodies."""
    return world_of(db).body_names() if any(column.body for column in register.columns) else {}


def _bodies(db: Database) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, name in world_of(db).body_names().items():
        found[fold(name)].add(code)
        found[fold(code)].add(code)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def _values(db: Database, case: Case, ref: str) -> dict[str, str] | None:
    """Folded value → value of a column of another register; None where nobody has filled that one in."""
    register, _, column = ref.partition("/")
    state = case.registers.get(register)
    if state is None or not state.version:
        return None
    with db.read() as session:
        rows = held_rows(session, case.id, register, state.version)
    return {fold(value): value for row in rows if (value := row.public().get(column))}


def left_dangling(
    db: Database, case: Case, plan: Plan, register: Register, rows: Sequence[Row]
) -> tuple[str, ...]:
    """What other registers refer to and these rows no longer have: one sentence for each column."""
    told = []
    for other in plan.registers.values():
        state = case.registers.get(other.id)
        for column in other.columns:
            name, _, wanted = (column.references or "").partition("/")
            if name != register.id or state is None or not state.version:
                continue
            there = {fold(row.get(wanted, "")) for row in rows}
            with db.read() as session:
                held = held_rows(session, case.id, other.id, state.version)
            said = [row.public().get(column.id, "") for row in held]
            gone = [value for value in said if value and fold(value) not in there]
            if gone:
                values = list(dict.fromkeys(gone))
                named = "、".join(values[:_MOST_NAMED]) + ("等" if len(values) > _MOST_NAMED else "")
                told.append(f"“{other.title}”有 {len(gone)} 行的“{column.title}”还写着本台账没有的:{named}")
    return tuple(told)
