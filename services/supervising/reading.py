"""督办查询: matters in sight, as lists and pages show them; the weekly list of what is put to leaders.

Who may see one follows from the permission table: those of the office's area, and the units that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Final

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.decisions import TextRef
from domain.permissions import Action, Target, granted
from domain.refusal import Refused
from domain.supervising.admonition_table import (
    ADMONITION_ACTS,
    ADMONITION_KINDS,
    ADMONITION_STATES,
    ADMONITION_UNSENT,
    AdmonitionAct,
    AdmonitionState,
)
from domain.supervising.finding_table import FINDING_ACTS, FINDING_STATES, FindingAct, FindingState
from domain.supervising.matters import (
    REQUEST_STATES,
    Admonition,
    Finding,
    Inspection,
    Matter,
    Order,
    Request,
    RequestState,
    Source,
)
from domain.supervising.order_table import (
    ORDER_ACTS,
    ORDER_COLOURS,
    ORDER_STATES,
    ORDER_UNSENT,
    TRIGGER_TITLES,
    OrderAct,
    OrderState,
)
from domain.supervising.values import SOURCE_TITLES, Deed, Paper
from models.tables import ReformUnitRow, SupervisionMatterRow
from services.mirroring import body_names
from services.organising.reading import person_names
from services.permits import standing_of, unit_target
from services.private_texts import read_text
from services.supervising.desk import SupervisionDesk, rules_of, unseen
from services.supervising.rows import KINDS, decode_matter, shown

KIND_TITLES: Final = {
    "source": "来源",
    "finding": "问题",
    "order": "督办单",
    "request": "提请领导协调事项",
    "inspection": "督导检查",
    "admonition": "通报、约谈",
}
STATE_TITLES: Final[dict[str, dict[str, str]]] = {
    "source": {"open": "办理中", "answered": "已反馈"},
    "finding": {str(state): FINDING_STATES[state] for state in FindingState},
    "order": {str(state): ORDER_STATES[state] for state in OrderState},
    "request": {str(state): REQUEST_STATES[state] for state in RequestState},
    "inspection": {"counted": "已登记", "cancelled": "已取消"},
    "admonition": {str(state): ADMONITION_STATES[state] for state in AdmonitionState},
}
_DEEDS: Final[dict[str, str]] = {
    "source_registered": "登记来源",
    "source_answered": "反馈来源",
    "finding_registered": "立项",
    "order_drafted": "拟办",
    "request_raised": "提请",
    "inspection_recorded": "登记检查",
    "inspection_cancelled": "取消检查",
    "admonition_drafted": "拟稿",
}


class MatterLine(msgspec.Struct, frozen=True, kw_only=True):
    """一件督办事项, as lists show it."""

    id: str
    kind: str
    kind_title: str
    state: str
    state_title: str
    number: str
    title: str
    """Empty where the text was erased."""
    office: str
    office_name: str
    unit: str
    unit_name: str
    body: str
    """Who has to act: lead unit, addressee, who raised it, who inspects."""
    body_name: str
    due_on: date | None
    source: str


class PartLine(msgspec.Struct, frozen=True, kw_only=True):
    """分办, as it is shown."""

    body: str
    body_name: str
    lead: bool
    due_on: date
    line: str
    signed_on: date | None
    reported_on: date | None


class DeedLine(msgspec.Struct, frozen=True, kw_only=True):
    """办理记录, as it is shown."""

    act: str
    act_title: str
    on: date
    person: str
    person_name: str
    body_name: str
    acting_for: str
    text: str
    papers: tuple[Paper, ...]
    late: bool


class MatterView(msgspec.Struct, frozen=True, kw_only=True):
    """一件督办事项 with its parts and all that was done."""

    line: MatterLine
    details: dict[str, str]
    """Chinese label → what stands there: source, colour, terms with their lines, counts."""
    parts: tuple[PartLine, ...] = ()
    deeds: tuple[DeedLine, ...] = ()
    items: tuple[str, ...] = ()
    """The findings of a source."""


class MatterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """筛选; empty takes all."""

    kind: str = ""
    state: str = ""
    unit: str = ""
    source: str = ""


def list_matters(
    desk: SupervisionDesk, wanted: MatterFilter, *, after: str = "", limit: int = 50
) -> list[MatterLine]:
    """督办事项 in sight, by number."""
    words = MatterWords(desk)
    with desk.runtime.db.read() as session:
        seen = matters_seen(session, words, wanted, after)
        return [words.line(session, matter) for matter in islice(seen, limit)]


def matters_seen(
    session: Session, words: MatterWords, wanted: MatterFilter, after: str = ""
) -> Iterator[Matter]:
    """Matters in sight as they are kept, by id."""
    for row in session.execute(_statement(wanted, after)).scalars():
        matter = decode_matter(row.snapshot)
        if words.sees(matter):
            yield matter


def _statement(wanted: MatterFilter, after: str):  # type: ignore[no-untyped-def]
    statement = select(SupervisionMatterRow).where(SupervisionMatterRow.id > after)  # type: ignore[arg-type]
    for column, value in (
        (SupervisionMatterRow.kind, wanted.kind),
        (SupervisionMatterRow.state, wanted.state),
        (SupervisionMatterRow.unit_id, wanted.unit),
        (SupervisionMatterRow.source_id, wanted.source),
    ):
        if value:
            statement = statement.where(column == value)  # type: ignore[arg-type]
    return statement.order_by(SupervisionMatterRow.id)


def show_matter(desk: SupervisionDesk, id_: str, kind: str = "") -> MatterView | Refused:
    """一件督办事项 by its number or id; out of sight as if it were not there."""
    words = MatterWords(desk)
    with desk.runtime.db.read() as session:
        for matter in matters_named(session, id_, kind):
            if words.sees(matter):
                return words.view(session, matter)
    return unseen()


def matters_named(session: Session, id_: str, kind: str = "") -> Iterator[Matter]:
    """Matters of an id, or of a number that several offices may have given."""
    row = session.get(SupervisionMatterRow, id_)
    rows = [row] if row is not None else []
    if not rows and id_:
        wanted = select(SupervisionMatterRow).where(SupervisionMatterRow.number == id_)  # type: ignore[arg-type]
        rows = list(session.execute(wanted.order_by(SupervisionMatterRow.id)).scalars())
    for each in rows:
        if kind in ("", each.kind):
            yield decode_matter(each.snapshot)


def matter_target(matter: Matter, area: str) -> Target:
    """What a matter is to the permission table; ``area`` is where its unit lies, empty where it has none."""
    if _unsent(matter):
        return Target(division=matter.division, bodies=frozenset({matter.office}))
    bodies = {matter.office, shown(matter).body}
    if isinstance(matter, Finding):
        bodies |= {part.body for part in matter.parts}
    if isinstance(matter, Admonition):
        bodies |= set(matter.addressees)
    unit = getattr(matter, "unit", "")
    return Target(division=area or matter.division, unit=unit, bodies=frozenset(bodies - {""}))


def _unsent(matter: Matter) -> bool:
    if isinstance(matter, Order):
        return matter.state in ORDER_UNSENT
    return isinstance(matter, Admonition) and matter.state in ADMONITION_UNSENT


class WeeklyList(msgspec.Struct, frozen=True, kw_only=True):
    """每周清单: what is put to leaders; at most so many are named, the others are counted."""

    on: date
    named: tuple[MatterLine, ...]
    more: int
    answered: tuple[MatterLine, ...]
    """Answered in the seven days up to then."""


def weekly_list(desk: SupervisionDesk) -> WeeklyList:
    """提请领导协调事项 of the week: those with a date first, then the oldest."""
    open_ = list_matters(desk, MatterFilter(kind="request", state="raised"), limit=1000)
    ranked = sorted(open_, key=lambda each: (each.due_on or date.max, each.id))
    most = rules_of(desk.runtime).requests_a_brief
    done = list_matters(desk, MatterFilter(kind="request", state="answered"), limit=1000)
    recent = [each for each in done if _answered_lately(desk, each.id)]
    return WeeklyList(
        on=desk.today, named=tuple(ranked[:most]), more=max(len(ranked) - most, 0), answered=tuple(recent)
    )


def _answered_lately(desk: SupervisionDesk, id_: str) -> bool:
    with desk.runtime.db.read() as session:
        matter = decode_matter(session.get_one(SupervisionMatterRow, id_).snapshot)
    return (desk.today - matter.deeds[-1].on).days <= 7


class MatterWords:
    """Names of bodies, units and persons, read once."""

    def __init__(self, desk: SupervisionDesk) -> None:
        self._desk = desk
        self._standing = standing_of(desk.runtime.db, desk.person, desk.today)
        self._bodies = body_names(desk.runtime.db)
        self._persons: Mapping[str, str] = person_names(desk.runtime.db)

    def sees(self, matter: Matter) -> bool:
        """Whether the person may see it."""
        return granted(self._standing, Action.SUPERVISION_READ, self._target(matter)) is not None

    def _target(self, matter: Matter) -> Target:
        unit = getattr(matter, "unit", "")
        area = unit_target(self._desk.runtime.db, unit).division if unit else ""
        return matter_target(matter, area)

    def line(self, session: Session, matter: Matter) -> MatterLine:
        """A matter, as lists show it."""
        look, kind = shown(matter), KINDS[type(matter)]
        unit = session.get(ReformUnitRow, look.unit) if look.unit else None
        return MatterLine(
            id=matter.id,
            kind=kind,
            kind_title=KIND_TITLES[kind],
            state=str(look.state),
            state_title=STATE_TITLES[kind][str(look.state)],
            number=look.number or matter.id,
            title=_text(session, _title(matter)),
            office=matter.office,
            office_name=self._bodies.get(matter.office, matter.office),
            unit=look.unit,
            unit_name=unit.name if unit else "",
            body=look.body,
            body_name=self._bodies.get(look.body, look.body),
            due_on=look.due_on,
            source=look.source,
        )

    def view(self, session: Session, matter: Matter) -> MatterView:
        """A matter with its parts and all that was done."""
        items: Sequence[str] = ()
        if isinstance(matter, Source):
            wanted = select(SupervisionMatterRow.id).where(SupervisionMatterRow.source_id == matter.id)  # type: ignore[call-overload]
            items = session.execute(wanted.order_by(SupervisionMatterRow.id)).scalars().all()
        parts = matter.parts if isinstance(matter, Finding) else ()
        return MatterView(
            line=self.line(session, matter),
            details={name: value for name, value in self._details(session, matter) if value},
            parts=tuple(
                PartLine(
                    body=part.body,
                    body_name=self._bodies.get(part.body, part.body),
                    lead=part.lead,
                    due_on=part.due.on,
                    line=part.due.line,
                    signed_on=part.signed_on,
                    reported_on=part.reported_on,
                )
                for part in parts
            ),
            deeds=tuple(self._deed(session, matter, deed) for deed in matter.deeds),
            items=tuple(items),
        )

    def _deed(self, session: Session, matter: Matter, deed: Deed) -> DeedLine:
        return DeedLine(
            act=deed.act,
            act_title=_act_title(matter, deed.act),
            on=deed.on,
            person=deed.person,
            person_name=self._persons.get(deed.person, deed.person),
            body_name=self._bodies.get(deed.body, deed.body),
            acting_for=deed.acting_for,
            text=_text(session, deed.text),
            papers=deed.papers,
            late=deed.late,
        )

    def _details(self, session: Session, matter: Matter) -> Iterator[tuple[str, str]]:
        match matter:
            case Source():
                yield "种类", SOURCE_TITLES[matter.kind]
                yield "制发者", _text(session, matter.issuer)
                yield "日期", str(matter.issued_on)
                yield "书面依据", "" if matter.number else "待补"
                yield "要求反馈", matter.due.line if matter.due else ""
            case Finding():
                yield "来源", matter.source
                yield "检查", matter.check
                yield "重新立项", f"{matter.reopened} 次" if matter.reopened else ""
                yield "回头看", matter.look_back.line if matter.look_back else ""
            case Order():
                yield "颜色", ORDER_COLOURS[matter.colour]
                yield "由来", TRIGGER_TITLES[matter.trigger]
                yield "转送", self._bodies.get(matter.through, matter.through)
                yield "事实", matter.facts
                yield "签收期限", matter.sign_by.line if matter.sign_by else ""
                yield "反馈期限", matter.answer_by.line if matter.answer_by else ""
            case Request():
                yield "提请", _text(session, matter.leader)
            case Inspection():
                yield "年度次数", f"{matter.year} 年第 {matter.count} 次,上限 {matter.quota} 次"
                yield "批准文件", matter.approval
            case Admonition():
                yield "种类", ADMONITION_KINDS[matter.kind]
                names = (self._bodies.get(body, body) for body in matter.addressees)
                yield "主送", "、".join(names)
                yield "转送", self._bodies.get(matter.through, matter.through)
                yield "事实", "\n".join(matter.facts)


def _title(matter: Matter) -> TextRef:
    match matter:
        case Order() | Admonition():
            return matter.text
        case Inspection():
            return matter.subject
        case _:
            return matter.title


def _act_title(matter: Matter, act: str) -> str:
    if isinstance(matter, Finding) and act in set(FindingAct):
        return FINDING_ACTS[FindingAct(act)]
    if isinstance(matter, Order) and act in set(OrderAct):
        return ORDER_ACTS[OrderAct(act)]
    if isinstance(matter, Admonition) and act in set(AdmonitionAct):
        return ADMONITION_ACTS[AdmonitionAct(act)]
    if isinstance(matter, Request) and act in set(RequestState):
        return REQUEST_STATES[RequestState(act)]
    return _DEEDS.get(act, act)


def _text(session: Session, ref: TextRef | None) -> str:
    return (read_text(session, ref.id) or "") if ref is not None else ""
