"""台账表格: finding a register by its words, and what a preview or an import of a sheet says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli import output
from cli.stops import NOT_FOUND, REFUSED, StopError
from cli.words import pick

if TYPE_CHECKING:
    from domain.case import Case
    from domain.programme import Register
    from services.bootstrap import Runtime
    from services.office.registers import RegisterImport

MOST_FAULTS = 200
MOST_SHOWN = 20


def register_of(runtime: Runtime, case: Case, words: str) -> Register:
    """The register that ``words`` name, by code or title."""
    from services.reading import plan_of

    registers = plan_of(runtime.db, case).registers
    if not registers:
        raise StopError(NOT_FOUND, "这个流程模板没有台账", code="register.unknown")
    return registers[pick(words, {code: each.title for code, each in registers.items()}, "台账")]


def tell_import(found: RegisterImport, what: str) -> None:
    """What a sheet says, cell by cell, and what came of it.

    Raises:
        StopError: the sheet has faults, so nothing was written.
    """
    if not output.wants_json():
        _lines("差错", [fault.line() for fault in found.faults], "red", MOST_FAULTS)
        _lines("请留意", [odd.line() for odd in found.oddities], "yellow")
        _lines("没有作为数据的行", [f"{s.cell} {s.reason}:{s.text}" for s in found.skipped], "dim")
        _lines("新增", list(found.changes.added), "bold")
        _lines("变更", [_changed(row) for row in found.changes.changed], "bold")
        _lines("删去", list(found.changes.removed), "bold")
        _lines("不平衡", list(found.gaps), "yellow")
        if found.unused:
            output.show(f"没有用到的列:{'、'.join(found.unused)}")
    if found.faults:
        raise StopError(
            REFUSED,
            found.summary,
            "按上列单元格改正;先用 zonectl register preview 预览",
            code="register.faulty",
            what=what,
            facts={"faults": len(found.faults)},
            data=_data(found),
        )
    if output.wants_json():
        output.data(_data(found))
    else:
        output.show(found.summary)


def _changed(row: Any) -> str:
    cells = ";".join(f"{cell.title} “{cell.old}”→“{cell.new}”" for cell in row.cells)
    return f"{row.key}:{cells}"


def _lines(title: str, lines: list[str], style: str, most: int = MOST_SHOWN) -> None:
    if not lines:
        return
    output.show(f"{title}({len(lines)})", style)
    for line in lines[:most]:
        output.show(f"  {line}")
    if len(lines) > most:
        output.show(f"  …… 还有 {len(lines) - most} 条,加 --json 看全部")


def _data(found: RegisterImport) -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(found)
    return told | {"summary": found.summary}
