"""来源清单导入: preview, faults by cell, all or nothing; a second import of the same file changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from domain.permissions import Action
from domain.refusal import Refused
from domain.supervising.matters import Source
from domain.supervising.sheet import SourceLine, SourceReading, read_sources, source_key
from domain.supervising.values import SourceKind
from domain.tabular import Fault, Skipped
from models.tables import SupervisionMatterRow
from services.importing.limits import DEFAULT_LIMITS, Limits
from services.importing.tables import read_file, read_table_bytes
from services.importing.word_tables import is_word, read_word_bytes
from services.private_texts import read_text
from services.supervising.desk import Right, SupervisionDesk
from services.supervising.places import own_area
from services.supervising.rows import decode_matter
from services.supervising.sources import NewSource, registering


@dataclass(slots=True)
class SourceImport:
    """导入结果: what an import did, or in a preview would do; with one fault it does nothing."""

    source: str
    lines: list[SourceLine] = field(default_factory=list)
    """What is new."""
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """One Chinese sentence for the officer."""
        if self.faults:
            return f"共{len(self.faults)}处差错,一件也没有登记。请按所列单元格改正后重新导入"
        done = "已登记" if self.ids else "预览"
        return f"{done}:新登记来源{len(self.lines)}件;已经登记的{self.unchanged}件不变"

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "source": self.source,
            "written": bool(self.ids),
            "new": len(self.lines),
            "unchanged": self.unchanged,
            "ids": self.ids,
            "faults": [
                {"cell": f.cell, "column": f.column, "code": f.code, "message": f.message, "mend": f.mend}
                for f in self.faults
            ],
            "skipped": [{"cell": s.cell, "reason": s.reason, "text": s.text} for s in self.skipped],
        }


def import_sources(
    desk: SupervisionDesk,
    path: Path,
    *,
    on: date,
    command_id: str,
    office: str = "",
    kind: SourceKind | None = None,
    dry_run: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> SourceImport | Refused:
    """导入来源清单 from Excel, CSV or the tables of a Word file; with `dry_run` only the preview."""
    hand = desk.in_name_of(office, [Right(Action.FINDING_HANDLE, own_area(desk, office))])
    if isinstance(hand, Refused):
        return hand
    if on > desk.today:
        return Refused(code="date.future", message=f"{on} 还没有到", remedy="请写今天或以前的日期")
    data = read_file(path, limits)
    if isinstance(data, Refused):
        return data
    grids = read_word_bytes(data, limits) if is_word(data) else read_table_bytes(data, limits)
    if isinstance(grids, Refused):
        return grids
    result = _compared(desk, hand.body, read_sources(grids, on, kind), path.name)
    if dry_run or result.faults or not result.lines:
        return result
    acts = [
        registering(
            desk,
            hand,
            NewSource(
                kind=line.kind,
                number=line.number,
                issued_on=line.issued_on,
                due_on=line.due_on,
                on=on,
                office=hand.body,
            ),
            issuer=line.issuer,
            title=line.title,
        )
        for line in result.lines
    ]
    digest = hashlib.sha256(data).hexdigest()[:16]
    done = desk.enact_all(acts, command_id=f"{command_id}:{digest}")
    if isinstance(done, Refused):
        return done
    result.ids = [each.matter.id for each in done]
    return result


def _compared(desk: SupervisionDesk, office: str, reading: SourceReading, name: str) -> SourceImport:
    """来源比对: what the office has registered already is not registered again."""
    known = _known(desk, office)
    new = [line for line in reading.lines if line.key not in known]
    return SourceImport(
        source=name,
        lines=new,
        unchanged=len(reading.lines) - len(new),
        faults=reading.faults,
        skipped=reading.skipped,
    )


def _known(desk: SupervisionDesk, office: str) -> frozenset[tuple[str, ...]]:
    wanted = select(SupervisionMatterRow.snapshot).where(  # type: ignore[call-overload]
        SupervisionMatterRow.kind == "source", SupervisionMatterRow.office == office
    )
    with desk.runtime.db.read() as session:
        stored = [decode_matter(each) for each in session.execute(wanted).scalars()]
        return frozenset(
            source_key(
                each.kind,
                each.number,
                each.issued_on,
                read_text(session, each.issuer.id) or "",
                read_text(session, each.title.id) or "",
            )
            for each in stored
            if isinstance(each, Source)
        )
