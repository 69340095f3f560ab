"""台账往来: templates and exports, previews and imports, and single rows, for whoever sees the case.

Whether the register is the person's to fill in is judged with the seat of the step; that the case is in
sight, and which columns are, is asked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain.case import Case, split_key
from domain.permissions import Action
from domain.plan import Plan
from domain.programme import Register
from domain.refusal import Fact, Refused
from domain.register_changes import RegisterChanges, RowChange
from domain.register_sheet import RegisterReading, read_register
from domain.register_values import MASKED
from domain.states import WITH_DOER, StepStatus
from domain.tabular import Fault, Oddity, Skipped
from services.desk import Desk
from services.importing.tables import read_table_bytes
from services.office.acting import reused
from services.office.cases import shown_values
from services.office.counter import Counter
from services.reading import keys_of
from services.registers.editing import RowEdit, RowsEdited, edit_rows
from services.registers.filling import (
    RegisterBook,
    RowsFaulty,
    keep_rows,
    open_book,
    same_rows,
    would_refuse_filling,
)
from services.registers.held import personal_columns
from services.registers.known import left_dangling
from services.registers.workbook import write_workbook

_FILLABLE = WITH_DOER | {StepStatus.IN_REVIEW}


class RegisterFile(msgspec.Struct, frozen=True, kw_only=True):
    """台账文件: a workbook to hand out."""

    name: str
    content: bytes
    rows: int
    masked: bool = False
    """Whether personal columns are hidden in it."""


class RegisterImport(msgspec.Struct, frozen=True, kw_only=True):
    """台账导入: what a file says, what it would change, and whether it was written."""

    register: str
    title: str
    source: str
    version: int
    rows: int
    changes: RegisterChanges
    gaps: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unused: tuple[str, ...] = ()
    written: bool = False
    seq: int = 0
    """The ledger's row, where it was written."""
    repeated: bool = False

    @property
    def summary(self) -> str:
        """One Chinese sentence for the officer."""
        if self.faults:
            told = "一行也没有写入。请按所列单元格改正后重新导入"
            return f"台账“{self.title}”有 {len(self.faults)} 处差错,{told}"
        did = self.changes
        if not did.any and self.version and not self.written:
            return f"台账“{self.title}”共{self.rows}行,与现行第{self.version}版一致,没有变化"
        counts = (
            f"新增{len(did.added)}行,变更{len(did.changed)}行,删去{len(did.removed)}行,不变{did.unchanged}行"
        )
        return f"{'已导入' if self.written else '预览(没有写入)'}:台账“{self.title}”共{self.rows}行,{counts}"


def template(counter: Counter, case_id: str, register_id: str) -> RegisterFile | Refused:
    """台账模板: headings, lists to pick from, notes and an example row."""
    book = _book(counter, case_id, register_id)
    if isinstance(book, Refused):
        return book
    title = f"{book.case.unit_name} {book.register.title}"
    content = write_workbook(book.register, title, None, book.known, book.names)
    return RegisterFile(name=f"{book.register.title}模板.xlsx", content=content, rows=0)


def export(counter: Counter, case_id: str, register_id: str) -> RegisterFile | Refused:
    """导出台账: exactly what the person sees of the present version."""
    book = _book(counter, case_id, register_id)
    if isinstance(book, Refused):
        return book
    personal = personal_columns(book.register)
    hidden = _hidden(counter, case_id, book.register)
    rows = [shown_values(row, personal, hidden=hidden) for row in book.held]
    title = f"{book.case.unit_name} {book.register.title}(第{book.version}版,{len(rows)}行)"
    return RegisterFile(
        name=f"{book.case.unit_name}{book.register.title}.xlsx",
        content=write_workbook(book.register, title, rows, book.known, book.names),
        rows=len(rows),
        masked=hidden,
    )


def in_sight(counter: Counter, case_id: str) -> Refused | None:
    """Whether the person sees the case's registers at all: asked before a file is taken in."""
    seen = counter.case(case_id, Action.REGISTER_READ)
    return seen if isinstance(seen, Refused) else None


def preview(
    counter: Counter, case_id: str, register_id: str, content: bytes, source: str
) -> RegisterImport | Refused:
    """预览导入: every fault, and what would be added, changed, removed; nothing is written."""
    book = _book(counter, case_id, register_id)
    if isinstance(book, Refused):
        return book
    reading = _read(book, content)
    if isinstance(reading, Refused):
        return reading
    return _told(counter, book, reading, source)


def import_file(
    counter: Counter,
    desk: Desk,
    register_id: str,
    content: bytes,
    source: str,
    *,
    step: str = "",
    on: date | None = None,
    as_decided: bool = False,
    reason: str = "",
) -> RegisterImport | Refused:
    """导入台账: all rows as the next version, or none with every fault; what changes nothing writes nothing.

    Without ``step`` it is the only one that can fill the register in now.
    """
    opened = _open_to_fill(counter, desk, register_id, step, on)
    if isinstance(opened, Refused):
        return opened
    book, key = opened
    reading = _read(book, content)
    if isinstance(reading, Refused):
        return reading
    told = _told(counter, book, reading, source)
    if told.faults or (book.version and not (told.changes.any or book.changes(reading.rows).any)):
        return told
    done = keep_rows(desk, book, reading.rows, key, on=on, as_decided=as_decided, reason=reason)
    if isinstance(done, Refused):
        return done
    if done.repeated and not same_rows(counter.db, done, reading.rows):
        return reused(desk.command_id)
    return msgspec.structs.replace(
        told, written=True, version=book.version + 1, seq=done.seq, repeated=done.repeated
    )


def change_rows(
    counter: Counter,
    desk: Desk,
    register_id: str,
    edits: Sequence[RowEdit],
    reason: str,
    *,
    step: str = "",
    on: date | None = None,
) -> RowsEdited | RowsFaulty | Refused:
    """逐行增改: single rows added, changed or removed by hand, with the reason."""
    opened = _open_to_fill(counter, desk, register_id, step, on)
    if isinstance(opened, Refused):
        return opened
    book, key = opened
    done = edit_rows(desk, book, edits, reason, key, on=on)
    if (
        isinstance(done, RowsEdited)
        and done.done.repeated
        and not same_rows(counter.db, done.done, done.rows)
    ):
        return reused(desk.command_id)
    return done


def _open_to_fill(
    counter: Counter, desk: Desk, register_id: str, step: str, on: date | None
) -> tuple[RegisterBook, str] | Refused:
    """The register, and the step in which the person fills it in; why not is told before any row is read."""
    seen = counter.case_to_act_on(desk.case_id)
    if isinstance(seen, Refused):
        return seen
    book = open_book(desk, register_id)
    if isinstance(book, Refused):
        return book
    key = step or step_to_fill(book.plan, book.case, book.register)
    if isinstance(key, Refused):
        return key
    return would_refuse_filling(desk, book, key, on) or (book, key)


def step_to_fill(plan: Plan, case: Case, register: Register) -> str | Refused:
    """填这本台账的任务: the only open step that fills it in."""
    keys = [key for step, key in keys_of(plan, case) if register.id in step.step.fills]
    able = [key for key in keys if key in case.steps and case.steps[key].status in _FILLABLE]
    if len(able) == 1:
        return able[0]
    facts: dict[str, Fact] = {"register": register.id}
    if able:
        return Refused(
            code="register.which_step",
            message=f"现在有 {len(able)} 项任务可以填报“{register.title}”",
            remedy=f"请写明任务:{'、'.join(able)}",
            facts=facts,
        )
    state = case.registers.get(register.id)
    if state is not None and state.frozen:
        return Refused(
            code="register.frozen",
            message=f"“{register.title}”已冻结",
            remedy="增减须经批准:请申请重新办理冻结它的任务",
            facts=facts,
        )
    ids = "、".join(dict.fromkeys(split_key(key)[0] for key in keys)) or "无"
    return Refused(
        code="register.no_step",
        message=f"现在没有可以填报“{register.title}”的任务",
        remedy=f"填报它的任务:{ids};请等任务启动,已提交的请先撤回",
        facts=facts,
    )


def _book(counter: Counter, case_id: str, register_id: str) -> RegisterBook | Refused:
    seen = counter.case(case_id, Action.REGISTER_READ)
    if isinstance(seen, Refused):
        return seen
    return open_book(Desk(counter.runtime, counter.entry, case_id), register_id)


def _hidden(counter: Counter, case_id: str, register: Register) -> bool:
    personal = personal_columns(register)
    return bool(personal) and isinstance(counter.case(case_id, Action.REGISTER_READ_PERSONAL), Refused)


def _read(book: RegisterBook, content: bytes) -> RegisterReading | Refused:
    grids = read_table_bytes(content)
    return grids if isinstance(grids, Refused) else read_register(grids, book.register, book.known)


def _told(counter: Counter, book: RegisterBook, reading: RegisterReading, source: str) -> RegisterImport:
    hidden = _hidden(counter, book.case.id, book.register)
    faulty = bool(reading.faults)
    changes = RegisterChanges() if faulty else book.changes(reading.rows)
    odd = [*reading.oddities, *_not_asked(book, reading)]
    if hidden:
        changes = _as_seen(changes, book.register)
        text = "您的职务不能查看个人信息,没有与现行版本核对这些列"
        odd.append(Oddity(0, "", "整表", text, "personal.not_compared"))
    if not faulty:
        dangling = left_dangling(counter.db, book.case, book.plan, book.register, reading.rows)
        odd += [Oddity(0, "", "整表", text, "reference.dangling") for text in dangling]
    return RegisterImport(
        register=book.register.id,
        title=book.register.title,
        source=source,
        version=book.version,
        rows=len(reading.rows),
        changes=changes,
        gaps=() if faulty else book.gaps(reading.rows),
        faults=tuple(reading.faults),
        oddities=tuple(odd),
        skipped=tuple(reading.skipped),
        unused=reading.unused,
    )


def _not_asked(book: RegisterBook, reading: RegisterReading) -> list[Oddity]:
    """References into registers that nobody has filled in yet were not looked up: said, not hidden."""
    odd = []
    for column in book.register.columns:
        said = any(row.get(column.id) for row in reading.rows)
        if said and column.references and column.references not in book.known.values:
            title = book.plan.registers[column.references.partition("/")[0]].title
            text = f"“{title}”还没有填报,本列没有与它核对"
            odd.append(Oddity(0, column.title, "整列", text, "reference.not_asked"))
    return odd


def _as_seen(changes: RegisterChanges, register: Register) -> RegisterChanges:
    """The same without what the person may not see: that a hidden cell changes tells what stands in it."""
    personal = personal_columns(register)
    hide_keys = bool(set(register.key) & set(personal))

    def key(text: str) -> str:
        return MASKED if hide_keys else text

    seen = [
        RowChange(key=key(row.key), cells=tuple(each for each in row.cells if each.column not in personal))
        for row in changes.changed
    ]
    changed = tuple(row for row in seen if row.cells)
    return RegisterChanges(
        added=tuple(map(key, changes.added)),
        changed=changed,
        removed=tuple(map(key, changes.removed)),
        unchanged=changes.unchanged + len(seen) - len(changed),
    )


def fault_lines(faults: Sequence[Fault]) -> list[dict[str, str | int]]:
    """Faults for machines, each with row, column and cell."""
    return [
        {
            "row": f.row,
            "column": f.column,
            "cell": f.cell,
            "message": f.message,
            "mend": f.mend,
            "code": f.code,
        }
        for f in faults
    ]
