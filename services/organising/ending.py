"""机构整合和撤销办理: bodies end, their functions and open work go on elsewhere, in one transaction."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.case import Case
from domain.commands_reorganising import CarryOver
from domain.organisation.events import HoldingEnded
from domain.organisation.reorganising import BodiesEnded, EndBodies, Outcome, judge_ending
from domain.permissions import Action, Target
from domain.refusal import Refused
from domain.states import CaseStatus
from models.tables import BodyRow, CaseRow
from services.act_loading import decode_case
from services.notices import Notices, no_notices
from services.organising.bodies import encode
from services.organising.inside import InsideActs
from services.organising.office import Enacted, Registry, enact
from services.organising.persons import write_ended
from services.organising.previewing import Preview, Touched, named, touched_cases, touched_positions
from services.organising.reading import all_bodies, body_data, holdings_in
from services.permits import body_target


def end_body(session: Session, code: str, heir: str, last: date, basis: str) -> None:
    """The row of a body that ends, and of every position in it."""
    row = session.get_one(BodyRow, code)
    row.valid_to = last
    row.data = encode(msgspec.structs.replace(body_data(row), successor=heir, ended_by=basis))
    session.add(row)
    session.flush()
    for held in holdings_in(session, code):
        if held.last is None or held.last > last:
            ended = HoldingEnded(
                person=held.person,
                body=code,
                position=held.position,
                first=held.first,
                last=last,
                basis=basis,
            )
            write_ended(session, ended)


def preview_bodies(registry: Registry, asked: EndBodies) -> Preview | Refused:
    """预览机构整合、撤销."""
    refused = _bodies_refused(registry, asked)
    if refused is not None:
        return refused
    with registry.db.read() as session:
        event = _judge_bodies(session, asked, asked.effective)
        if isinstance(event, Refused):
            return event
        touched = list(touched_cases(session, event.cases))
        for body in asked.bodies:
            touched.append(Touched(kind="body", id=body, what="end", into=asked.into))
            touched += touched_positions(session, body, asked.effective, ends=True)
        return named(registry.db, session, touched)


def end_bodies(
    registry: Registry, asked: EndBodies, *, command_id: str, notices: Notices = no_notices
) -> Enacted[BodiesEnded] | Refused:
    """机构整合、撤销: their functions and open work go to another body, or nobody has them (无人承办)."""
    refused = _bodies_refused(registry, asked)
    if refused is not None:
        return refused

    def write(session: Session, event: BodiesEnded) -> None:
        for body in event.bodies:
            end_body(session, body, event.into, event.last, event.basis)
        acts = InsideActs(registry, session, notices)
        for outcome in event.cases:
            if outcome.what == "continue":
                case = decode_case(session.get_one(CaseRow, outcome.case, populate_existing=True).snapshot)
                acts.do(
                    CarryOver(
                        command_id=f"{command_id}:carry:{case.id}",
                        case=case.id,
                        occurred_on=event.effective,
                        unit=case.unit,
                        unit_name=case.unit_name,
                        replaced=dict.fromkeys(event.bodies, event.into),
                        basis=event.basis,
                    )
                )

    return enact(
        registry,
        asked,
        BodiesEnded,
        lambda session, on: _judge_bodies(session, asked, on),
        write,
        command_id=command_id,
    )


def _bodies_refused(registry: Registry, asked: EndBodies) -> Refused | None:
    targets: list[Target] = [body_target(registry.db, body) for body in (*asked.bodies, asked.into) if body]
    answers = (registry.may(Action.BODY_CHANGE, target) for target in targets)
    return next((answer for answer in answers if answer is not None), None)


def _judge_bodies(session: Session, asked: EndBodies, on: date) -> BodiesEnded | Refused:
    what = "continue" if asked.into else "vacant"
    cases = tuple(
        Outcome(case=case.id, what=what)
        for snapshot in session.execute(
            select(CaseRow.snapshot).where(CaseRow.state == CaseStatus.OPEN).order_by(CaseRow.id)  # type: ignore[call-overload]
        ).scalars()
        if _names(case := decode_case(snapshot), frozenset(asked.bodies))
    )
    return judge_ending(asked, all_bodies(session), cases, on)


def _names(case: Case, bodies: frozenset[str]) -> bool:
    """Whether a case has any of these bodies in a seat, a step, a consultation or a register's item."""
    return (
        any(bodies & set(held) for held in case.bodies.values())
        or any(item.body in bodies for state in case.registers.values() for item in state.items)
        or any(bodies & set(asked) for state in case.steps.values() for asked in state.participants.values())
        or any(reader.body in bodies for each in case.circulations.values() for reader in each.waits_for)
        or any(each.body in bodies for each in case.follow_ups.values() if not each.confirmed_by)
    )
