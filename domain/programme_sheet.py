"""表格写流程: an Excel sheet (环节, 任务, 责任单位, 材料, 时限, 审批) turned into the YAML of a programme.

What the sheet does not say is written out so that the author can see and change it: a task follows the one
before unless 前置 says otherwise; bodies and levels are read from their names. Faults are named by cell, also
those of the programme check that follows. Pure: files are read in `services.importing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
import yaml

from domain.cells import CellValue, Trouble, clean, fold, is_blank, plain, trouble_problem
from domain.programme_check import check
from domain.programme_fault import Fault, Path, shown
from domain.programme_source import Source, read
from domain.sheet_bodies import Bodies
from domain.sheet_phrases import (
    Approval,
    Material,
    Period,
    Phrase,
    approvals,
    materials,
    periods,
    responsible,
    split_list,
    tidy,
)
from domain.tabular import BodyRow, Column, Grid, Heading, RowKind, body_rows, find_heading

COLUMNS: Final = (
    Column("number", "序号", ("序号", "编号", "任务号")),
    Column("stage", "环节", ("环节", "阶段", "改革环节", "工作环节"), required=True, spreads=True),
    Column("step", "任务", ("任务", "工作任务", "任务名称", "事项", "工作内容"), required=True),
    Column("doer", "责任单位", ("责任单位", "承办单位", "牵头单位", "办理单位"), required=True, spreads=True),
    Column("evidence", "材料", ("材料", "佐证材料", "所需材料", "提交材料", "印证材料")),
    Column("term", "时限", ("时限", "办理时限", "完成时限", "期限")),
    Column("nodes", "审批", ("审批", "审批流程", "审批环节", "审签", "审核审批")),
    Column("after", "前置", ("前置", "前置任务", "前置条件")),
)
_STEP_NUMBER: Final = re.compile(r"[0-9]+[a-z]?(\.[0-9]+)+")
_MOST_TASKS: Final = 400


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """表格成稿: the YAML text, and what is to be looked at in it."""

    text: str
    warnings: tuple[Fault, ...]


def programme_of_sheet(
    grid: Grid, *, code: str, title: str = "", unit: str = "zone", version: int = 1
) -> Sheet | tuple[Fault, ...]:
    """表格成稿: a programme that loads and checks, or every fault, each named by its cell (`C7`).

    `code` is the programme's identifier; without `title` the line above the heading gives it.
    """
    draft = _Draft(grid)
    draft.read()
    if draft.faults:
        return tuple(sorted(draft.faults, key=lambda fault: (fault.line, fault.cell)))
    text = draft.text(code, title, unit, version)
    source = read(text, grid.name)
    found = check(source.programme, source.lines) if isinstance(source, Source) else source
    placed = tuple(draft.placed(fault) for fault in found)
    if any(fault.severity == "fault" for fault in placed):
        return placed
    return Sheet(text=text, warnings=placed)


class _Draft:
    """Reads the rows of one sheet into the structure of a programme, keeping the cell of each part."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.faults: list[Fault] = []
        self.cells: dict[str, tuple[str, int]] = {}
        self.bodies = Bodies(self._at_cell)
        self.stages: list[dict[str, Any]] = []
        self.heading: Heading | None = None
        self._steps: list[tuple[dict[str, Any], BodyRow]] = []
        self._row: BodyRow | None = None
        self._key = ""

    # ---- reading

    def read(self) -> None:
        self.heading = find_heading(self.grid, COLUMNS, least=3)
        missing = [
            column.title
            for column in COLUMNS
            if column.required and (self.heading is None or column.key not in self.heading.cells)
        ]
        if self.heading is None or missing:
            top = self.heading.row if self.heading else self.grid.rows[0].number if self.grid.rows else 1
            self._say(top, self.grid.place(f"第{top}行"), "sheet.heading", f"表头缺少{'、'.join(missing)}",
                      "表头写:环节、任务、责任单位、材料、时限、审批")  # fmt: skip
            return
        stage = ""
        for row in body_rows(self.grid, self.heading, COLUMNS):
            if row.kind is RowKind.SECTION:
                stage = clean(row.text)
            elif row.kind is RowKind.DATA:
                stage = self._text(row, "stage") or stage
                self._task(row, stage)
        if not self._steps and not self.faults:
            self._say(self.heading.row, self.grid.place(f"第{self.heading.row}行"), "sheet.no_task",
                      "表头下没有任务", "在表头下逐行写任务")  # fmt: skip
        self._gates()

    def _task(self, row: BodyRow, stage: str) -> None:
        self._row = row
        title = self._text(row, "step")
        if not stage:
            self._wrong("stage", "sheet.no_stage", "没有写环节", "写上环节名称;同一环节可合并单元格")
        if not title:
            self._wrong("step", "sheet.no_task_name", "没有写任务", "写上任务名称,或删去这一行")
        if not stage or not title:
            return
        if len(self._steps) >= _MOST_TASKS:
            self._wrong("step", "sheet.too_many", f"任务超过 {_MOST_TASKS} 项", "拆成几个流程模板")
            return
        place = self._stage(stage)
        steps: list[dict[str, Any]] = self.stages[place]["steps"]
        path: Path = ("stages", place, "steps", len(steps))
        step = {"id": self._number(row, place, len(steps)), "title": title}
        self.cells[shown(path)] = self._place("step")
        step |= self._content(row, path)
        steps.append(step)
        self._steps.append((step, row))

    def _content(self, row: BodyRow, path: Path) -> dict[str, Any]:
        doer, assist = self._read("doer", responsible) or ("", [])
        if not doer:
            self._wrong("doer", "sheet.nobody", "没有写责任单位", "写上承办这项任务的单位")
            return {}
        self._key = "doer"
        made: dict[str, Any] = {"doer": self.bodies.doer(doer)}
        self.cells[shown((*path, "doer"))] = self._place("doer")
        if assist:
            made["assist"] = [self.bodies.doer(name) for name in assist]
            self.cells[shown((*path, "assist"))] = self._place("doer")
        terms = self._read("term", periods) or []
        papers = self._read("evidence", materials) or []
        made |= self._papers(papers, terms, path)
        made |= self._terms(terms, papers, path, row.number)
        self._key = "nodes"
        nodes = [self._node(n, node, doer) for n, node in enumerate(self._read("nodes", approvals) or [], 1)]
        if nodes:
            made["nodes"] = nodes
            self.cells[shown((*path, "nodes"))] = self._place("nodes")
        return made

    def _papers(self, papers: list[Material], terms: list[Period], path: Path) -> dict[str, Any]:
        if not papers:
            return {}
        self.cells[shown((*path, "evidence"))] = self._place("evidence")
        notice = _notice(papers) if any(term.publicity for term in terms) else None
        evidence: list[dict[str, Any]] = []
        for number, paper in enumerate(papers):
            slot: dict[str, Any] = {"id": f"m{number + 1}", "title": paper.title}
            if paper.reference:
                slot |= {"mode": "reference", "fields": ["number", "issued_on", "issuer"]}
            if not paper.required:
                slot["required"] = False
            if number == notice:
                slot |= {"fields": [*slot.get("fields", []), "starts_on"], "moment": "before_period"}
            evidence.append(slot)
        return {"evidence": evidence}

    def _terms(self, terms: list[Period], papers: list[Material], path: Path, row: int) -> dict[str, Any]:
        self._key = "term"
        made: dict[str, Any] = {}
        basis = {"text": f"表格第{row}行,依据待补", "confidence": "proposed"}
        dues = [term for term in terms if not term.publicity]
        if dues:
            made["due"] = [
                {"amount": term.amount, "unit": term.unit.value, "minimum": term.minimum, "basis": basis}
                for term in dues
            ]
            self.cells[shown((*path, "due"))] = self._place("term")
        public = [term for term in terms if term.publicity]
        if len(public) > 1:
            self._wrong("term", "sheet.term", "写了两个公示期", "一项任务只写一个公示期,或拆成两项任务")
        elif public:
            notice = _notice(papers)
            if notice is None:
                self._wrong(
                    "evidence", "sheet.no_notice", "有公示期,材料里却没有公示文稿", "在材料中加上“公示文稿”"
                )
                return made
            made["publicity"] = {
                "notice": f"m{notice + 1}",
                "amount": public[0].amount,
                "unit": public[0].unit.value,
                "basis": basis,
            }
            self.cells[shown((*path, "publicity"))] = self._place("term")
        return made

    def _node(self, number: int, node: Approval, doer: str) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": f"n{number}",
            "title": f"{'、'.join(node.names)}{node.act.value}",
            "kind": node.kind.value,
            "mode": node.mode.value,
            "act": node.act.value,
            "roles": [self.bodies.signer(name, node.kind, doer) for name in node.names],
        }
        if node.quorum is not None:
            made["quorum"] = node.quorum
        return made

    def _stage(self, title: str) -> int:
        for place, stage in enumerate(self.stages):
            if stage["title"] == title:
                return place
        self.cells[shown(("stages", len(self.stages)))] = self._place("stage")
        self.stages.append({"id": f"s{len(self.stages) + 1}", "title": title, "steps": []})
        return len(self.stages) - 1

    def _number(self, row: BodyRow, stage: int, place: int) -> str:
        written = fold(row.values.get("number"))
        return written if _STEP_NUMBER.fullmatch(written) else f"{stage + 1}.{place + 1}"

    # ---- gates

    def _gates(self) -> None:
        """前置: what 前置 says, else the task before."""
        named: dict[str, str] = {}
        for step, _ in self._steps:
            named.setdefault(fold(step["title"]), step["id"])
        names = {step["id"]: step["id"] for step, _ in self._steps} | named
        before = ""
        for step, row in self._steps:
            self._row = row
            written = tidy(plain(row.values.get("after")))
            if is_blank(written):
                gates = [before] if before and fold(written) != "无" else []
            else:
                gates = list(self._named(split_list(written), names))
            if gates:
                step["gates"] = [{"step": gate} for gate in gates]
            before = step["id"]
        for place, stage in enumerate(self.stages):
            for number in range(len(stage["steps"])):
                path = shown(("stages", place, "steps", number))
                cell, line = self.cells[path]
                self.cells.setdefault(f"{path}.gates", (self._cell_of(line, "after") or cell, line))

    def _named(self, written: list[str], names: Mapping[str, str]) -> Iterator[str]:
        for name in written:
            found = names.get(fold(name))
            if found is None:
                self._wrong(
                    "after", "sheet.unknown_task", f"没有任务“{name}”", "写任务号或任务名称,与表中一致"
                )
            else:
                yield found

    # ---- cells and faults

    def _value(self, row: BodyRow, key: str) -> CellValue:
        value = row.values.get(key)
        if isinstance(value, Trouble):
            problem = trouble_problem(value)
            self._wrong(key, problem.code, problem.message, problem.mend)
            return None
        return None if is_blank(value) else value

    def _text(self, row: BodyRow, key: str) -> str:
        self._row = row
        return clean(plain(self._value(row, key)))

    def _read(self, key: str, reader: Any) -> Any:
        """What a reader of phrases makes of a cell; None where the cell is empty or not understood."""
        if self._row is None or (value := self._value(self._row, key)) is None:
            return None
        try:
            return reader(tidy(plain(value)))
        except Phrase as problem:
            self._wrong(key, problem.code, problem.message, problem.mend)
            return None

    def _cell_of(self, row: int, key: str) -> str:
        column = self.heading.cells.get(key) if self.heading else None
        return self.grid.cell_name(row, column.column) if column else ""

    def _place(self, key: str) -> tuple[str, int]:
        row = self._row.number if self._row else 1
        return self._cell_of(row, key) or self.grid.place(f"第{row}行"), row

    def _at_cell(self) -> tuple[str, int]:
        return self._place(self._key)

    def _wrong(self, key: str, code: str, message: str, mend: str) -> None:
        cell, row = self._place(key)
        self._say(row, cell, code, message, mend)

    def _say(self, row: int, cell: str, code: str, message: str, mend: str) -> None:
        self.faults.append(Fault(line=row, path="", code=code, message=message, mend=mend, cell=cell))

    def placed(self, fault: Fault) -> Fault:
        """A fault of the programme, with the cell of the nearest part that has one."""
        path = fault.path
        while path and path not in self.cells and path not in self.bodies.cells:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        cell, row = self.cells.get(path) or self.bodies.cells.get(path) or ("", 1)
        return msgspec.structs.replace(fault, cell=cell or self.grid.place("第1行"), line=row)

    # ---- the text

    def text(self, code: str, title: str, unit: str, version: int) -> str:
        """The YAML text, its guesses told in comments."""
        data = {
            "programme": code,
            "version": version,
            "title": title or self._title() or code,
            "unit": unit,
            "bodies": self.bodies.as_bodies(),
            "roles": self.bodies.as_roles(),
            "overseer": self.bodies.overseer(),
            "stages": self.stages,
        }
        text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
        return _NOTE + text

    def _title(self) -> str:
        row = self.heading.row if self.heading else 0
        above = [line for line in self.grid.rows if line.number < row]
        return clean(plain(next(iter(above[0].cells.values()), None))) if above else ""


_NOTE: Final = """\
# 由表格生成,请核对:
#   机构的接入方式(kind)和层级(level)按名称推定;
#   没有写前置的任务,排在上一项之后;
#   监督角色(overseer)按名称推定;
#   时限的依据待补。
"""


def _notice(papers: list[Material]) -> int | None:
    """Which material is the notice that a publicity period runs from."""
    for words in ("公示", "公告"):
        for number, paper in enumerate(papers):
            if words in paper.title and not re.search("情况|结果|报告|记录", paper.title):
                return number
    return None


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
