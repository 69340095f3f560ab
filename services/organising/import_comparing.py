"""名册比对: what a workbook would change in the register, each fault at its cell; nothing is written here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.cells import Problem, fold
from domain.organisation.bodies import ChangeBody, RegisterBody, judge_change, judge_registration
from domain.organisation.events import BodyChanged, BodyRegistered, HoldingBegun
from domain.organisation.holdings import Appoint, judge_appointment
from domain.organisation.sheet import BodyLine, PersonLine, RosterReading
from domain.organisation.values import BodyFacts, HoldingFacts
from domain.refusal import Refused
from domain.tabular import Fault, Skipped
from models.tables import HoldingRow, PersonRow, PrivateTextRow
from services.organising.reading import all_bodies, is_administrator, unit_ids_of


@dataclass(slots=True)
class RosterImport:
    """导入结果: what an import did, or in a preview would do; with one fault it does nothing."""

    source: str
    bodies: list[BodyRegistered] = field(default_factory=list)
    changed: list[BodyChanged] = field(default_factory=list)
    persons: list[tuple[str, PersonLine]] = field(default_factory=list)
    holdings: list[HoldingBegun] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    written: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.bodies or self.changed or self.persons or self.holdings)

    def summary(self) -> str:
        """One Chinese sentence for the officer."""
        if self.faults:
            return f"共{len(self.faults)}处差错,未导入任何一行。请按所列单元格改正后重新导入"
        if not self.any:
            return "与名册一致,没有变化"
        return (
            f"{'已导入' if self.written else '预览'}:新增机构{len(self.bodies)}个,变更{len(self.changed)}个;"
            f"新增人员{len(self.persons)}人,任职{len(self.holdings)}项;不变{self.unchanged}行"
        )

    def as_json(self) -> dict[str, Any]:
        """The same for machines; no names of persons."""
        return {
            "source": self.source,
            "written": self.written,
            "bodies": [event.code for event in self.bodies],
            "changed": [{"body": e.code, "before": e.before, "after": e.after} for e in self.changed],
            "persons": [person for person, _ in self.persons],
            "holdings": msgspec.to_builtins(self.holdings),
            "unchanged": self.unchanged,
            "faults": [
                {
                    "row": f.row,
                    "column": f.column,
                    "cell": f.cell,
                    "code": f.code,
                    "message": f.message,
                    "mend": f.mend,
                }
                for f in self.faults
            ],
            "skipped": [{"cell": s.cell, "reason": s.reason, "text": s.text} for s in self.skipped],
        }


def compared(session: Session, reading: RosterReading, source: str, today: date) -> RosterImport:
    """名册比对: the register as the session sees it, against the workbook."""
    result = RosterImport(source=source, faults=list(reading.faults), skipped=list(reading.skipped))
    bodies = all_bodies(session)
    units = unit_ids_of(session)
    for line in reading.bodies:
        _body(line, bodies, units, result, today)
    known = _Known(session)
    for person in reading.people:
        _person(session, person, bodies, known, result)
    return result


def _body(
    line: BodyLine,
    bodies: dict[str, BodyFacts],
    units: frozenset[str],
    result: RosterImport,
    today: date,
) -> None:
    held = bodies.get(line.code)
    if held is None:
        asked = RegisterBody(
            code=line.code,
            name=line.name,
            body_type=line.type,
            kind=line.kind,
            division=line.division,
            level=line.level,
            unit=line.unit,
            first=line.first,
            last=line.last,
            temporary=bool(line.founding),
            founding=line.founding,
        )
        event = judge_registration(asked, bodies, units)
        if isinstance(event, Refused):
            result.faults.append(_fault_of(line, event))
            return
        result.bodies.append(event)
        bodies[line.code] = as_facts(event)
        return
    if any(event.code == line.code for event in result.bodies):
        result.faults.append(_at(line, "code", "机构编号", f"编号“{line.code}”在表中出现两次", "请只留一行"))
        return
    change = ChangeBody(
        code=line.code,
        basis=f"名册导入:{result.source}",
        name=line.name,
        body_type=line.type,
        kind=line.kind,
        division=line.division or None,
        level=line.level,
        unit=line.unit or None,
        last=line.last if held.data.temporary else None,
    )
    changed = judge_change(change, bodies, units, today)
    if isinstance(changed, BodyChanged):
        result.changed.append(changed)
    elif changed.code == "body.same":
        result.unchanged += 1
    else:
        result.faults.append(_fault_of(line, changed))


def as_facts(event: BodyRegistered) -> BodyFacts:
    """A body that is being registered, as those after it in the sheet see it."""
    return BodyFacts(
        code=event.code,
        name=event.name,
        type=event.body_type,
        kind=event.kind,
        division=event.division,
        level=event.level,
        unit=event.unit,
        first=event.first,
        last=event.last,
    )


@dataclass(slots=True)
class _Known:
    """Persons by id and by name, with what they hold; those of the sheet are added as they come."""

    session: Session
    names: dict[str, str] = field(default_factory=dict)
    held: dict[str, list[HoldingFacts]] = field(default_factory=dict)
    places: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = self.session.execute(
            select(PersonRow.id, PrivateTextRow.text)  # type: ignore[call-overload]
            .join(PrivateTextRow, PrivateTextRow.id == PersonRow.name_id, isouter=True)
            .order_by(PrivateTextRow.version)
        )
        self.names = {person: name or "" for person, name in rows}
        for row in self.session.execute(select(HoldingRow)).scalars():
            facts = HoldingFacts(
                person=row.person,
                body=row.body,
                position=row.position,
                first=row.valid_from,
                last=row.valid_to,
            )
            self.held.setdefault(row.person, []).append(facts)
            self.places.setdefault(row.person, set()).add(row.body)

    def named(self, name: str, body: str) -> list[str]:
        """Persons of this name who hold, or held, something in this body."""
        return sorted(p for p, n in self.names.items() if n == name and body in self.places.get(p, ()))


def _person(
    session: Session, line: PersonLine, bodies: Mapping[str, BodyFacts], known: _Known, result: RosterImport
) -> None:
    wanted = fold(line.body)
    found = [b for b in bodies.values() if wanted in (fold(b.code), fold(b.name))]
    if len(found) != 1:
        why = f"有 {len(found)} 个“{line.body}”" if found else f"没有登记过机构“{line.body}”"
        result.faults.append(_at(line, "body", "单位", why, "请填机构全称或机构编号;未登记的写进机构表"))
        return
    body = found[0]
    same = known.named(line.name, body.code)
    if not line.person and len(same) > 1:
        result.faults.append(
            _at(line, "name", "姓名", f"“{body.name}”有 {len(same)} 个同名人员", "请填写人员编号")
        )
        return
    person = line.person or (same[0] if same else f"p-{secrets.token_hex(6)}")
    if person in known.names and known.names[person] not in ("", line.name):
        result.faults.append(
            _at(line, "name", "姓名", f"编号“{person}”登记的是另一个姓名", "请核对编号;更正姓名请单独办理")
        )
        return
    new = person not in known.names
    begun = _holding(session, person, line, body, known, result)
    if begun is None and line.position and result.faults and result.faults[-1].row == line.place.row:
        return
    if new:
        known.names[person] = line.name
        known.places.setdefault(person, set()).add(body.code)
        result.persons.append((person, line))
    if begun is not None:
        result.holdings.append(begun)
    elif not new:
        result.unchanged += 1


def _holding(
    session: Session,
    person: str,
    line: PersonLine,
    body: BodyFacts,
    known: _Known,
    result: RosterImport,
) -> HoldingBegun | None:
    if not line.position or line.first is None:
        return None
    held = known.held.setdefault(person, [])
    key = (body.code, line.position, line.first)
    if any((h.body, h.position, h.first) == key for h in held):
        return None
    asked = Appoint(
        person=person,
        body=body.code,
        position=line.position,
        first=line.first,
        last=line.last,
        basis=line.basis,
    )
    event = judge_appointment(asked, body, held, administrator=is_administrator(session, person))
    if isinstance(event, Refused):
        result.faults.append(_at(line, "position", "岗位", event.message, event.remedy, event.code))
        return None
    held.append(
        HoldingFacts(person=person, body=body.code, position=line.position, first=line.first, last=line.last)
    )
    known.places.setdefault(person, set()).add(body.code)
    return event


_SPOTS: Mapping[str, tuple[str, str]] = {
    "body.name": ("name", "机构名称"),
    "body.twice": ("name", "机构名称"),
    "body.type": ("type", "机构类型"),
    "body.place": ("division", "区划代码"),
    "body.division": ("division", "区划代码"),
    "unit.unknown": ("unit", "改革单位编号"),
    "body.days": ("last", "截止日期"),
    "body.founding": ("founding", "成立文件"),
}
"""Refusal → the cell that it is about."""


def _fault_of(line: BodyLine, refused: Refused) -> Fault:
    key, title = _SPOTS.get(refused.code, ("code", "机构编号"))
    return _at(line, key, title, refused.message, refused.remedy, refused.code)


def _at(
    line: BodyLine | PersonLine, key: str, title: str, message: str, mend: str, code: str = "roster.row"
) -> Fault:
    return line.place.fault(key, title, Problem(code, message, mend))
