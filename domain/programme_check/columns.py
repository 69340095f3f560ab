"""台账列和平衡关系: what columns refer to and what balances add up is there, and can be added up."""

from __future__ import annotations

from domain.programme import Balance, Column, FieldType, Register
from domain.programme_check.index import Findings, Index
from domain.programme_check.names import known
from domain.programme_fault import Path
from domain.programme_terms import SCALES
from domain.register_balances import ROWS, atoms, split_part
from domain.tabular import split_heading


def check_columns(index: Index, findings: Findings) -> None:
    """台账列和平衡关系检查."""
    for number, register in enumerate(index.programme.registers):
        path: Path = ("registers", number)
        headings: dict[str, str] = {}
        for place, column in enumerate(register.columns):
            here: Path = (*path, "columns", place)
            _column(index, findings, register, column, here)
            name = split_heading(column.title)[0]
            if name in headings:
                message = f"列“{column.title}”和列“{headings[name]}”除括号以外同名,Excel 导入时分不清"
                findings.fault(here, "column.same_heading", message, "改其中一列的名称")
            headings[name] = column.title
        _key(findings, register, path)
        for place, balance in enumerate(register.balances):
            _balance(index, findings, register, balance, (*path, "balances", place))


def _column(index: Index, findings: Findings, register: Register, column: Column, path: Path) -> None:
    if column.type is FieldType.ID_CARD and not column.personal:
        message = f"列“{column.title}”是公民身份号码,却没有标明是个人信息"
        findings.fault(path, "column.personal", message, "给该列写 personal: 是")
    if column.references is None:
        return
    here: Path = (*path, "references")
    name, _, wanted = column.references.partition("/")
    target = index.registers.get(name)
    if not known(findings, here, name, index.registers, "unknown.register", "台账") or target is None:
        return
    columns = {each.id: each for each in target.columns}
    if not known(findings, here, wanted, columns, "unknown.column", "列"):
        return
    if name == register.id or columns[wanted].personal:
        message = f"列“{column.title}”不能引用 {column.references}:只能引用另一本台账里不是个人信息的列"
        findings.fault(here, "column.reference", message, "写 台账/列,如 departments/title")


def _key(findings: Findings, register: Register, path: Path) -> None:
    """A key names the row for ever, in lists, in links and in the ledger, where nothing can be erased."""
    personal = {column.id: column.title for column in register.columns if column.personal}
    for place, name in enumerate(register.key):
        if name in personal:
            message = (
                f"列“{personal[name]}”是个人信息,不能作台账“{register.title}”的编号:编号留在留痕里,不能删除"
            )
            findings.fault(
                (*path, "key", place), "key.personal", message, "另设一列序号作编号,如 key: [number]"
            )


def _balance(index: Index, findings: Findings, register: Register, balance: Balance, path: Path) -> None:
    parts = [(balance.total, (*path, "total"))]
    parts += [(part, (*path, "parts", place)) for place, part in enumerate(balance.parts)]
    scales = set()
    for part, here in parts:
        name, rest = split_part(part)
        if name and not known(findings, here, name, index.registers, "unknown.register", "台账"):
            return
        scale = _part(findings, index.registers[name] if name else register, rest, here)
        if scale is None:
            return
        scales.add(scale)
    if len(scales) > 1:
        message = f"平衡关系“{balance.title}”把不同单位的数加在一起(行数、整数、金额、小数)"
        findings.fault(path, "balance.units", message, "合计和各分项用同一类型的列,或都用行数")


def _part(findings: Findings, register: Register, part: str, path: Path) -> int | None:
    """The scale of a part; None where it cannot be added up, which is said."""
    if part == ROWS:
        return 1
    columns = {column.id: column for column in register.columns}
    for name, value in atoms(part):
        if not known(findings, path, name, columns, "unknown.column", "列"):
            return None
        if value and columns[name].options:
            known(findings, path, value, columns[name].options, "unknown.value", f"取值({name})")
    if part in columns and columns[part].type not in SCALES:
        message = f"列“{columns[part].title}”不是数字或金额,不能相加"
        findings.fault(path, "balance.not_a_number", message, "改用数字列,或写 列名=值 表示行数")
        return None
    return SCALES[columns[part].type] if part in columns else 1
