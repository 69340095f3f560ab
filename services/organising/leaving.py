"""离岗移交办理: a leaver's positions, proxies and account in one act; open work follows the positions.

Work belongs to positions, so nothing in a case changes: whoever holds the position tomorrow finds it in the
inbox. What is bound to the person (a draft, a recording that waits for its check) is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.access import AccountState
from domain.case import Case, split_key
from domain.nodes import seats_of
from domain.organisation.events import HoldingBegun, HoldingEnded, ProxyEnded
from domain.organisation.leaving import HandedOver, HandOver, Matter, judge_hand_over
from domain.permissions import Action
from domain.plan import Plan
from domain.refusal import Refused
from domain.states import OPEN, WITH_DOER, CaseStatus
from models.tables import AccountRow, AdministratorRow, CaseRow, PersonRow
from services.access.accounts import close_account
from services.access.environment import Access, By
from services.act_loading import decode_case
from services.organising.office import Enacted, Registry, done_before, enact, request_digest
from services.organising.persons import unknown_person, write_begun, write_ended
from services.organising.proxies import write_proxy_ended
from services.organising.reading import all_bodies, holdings_of, proxies_of
from services.permits import body_target
from services.world import world_of

AccountOutcome = Literal["closed", "later", "administrator", "none"]


class HandOverDone(msgspec.Struct, frozen=True, kw_only=True):
    """移交结果."""

    event: HandedOver
    account: AccountOutcome
    """Closed now; later, as the last day is still to come; left to an administrator; or there is none."""
    repeated: bool = False


def preview_hand_over(registry: Registry, asked: HandOver) -> HandedOver | Refused:
    """预览: what a hand-over would end, begin and leave; nothing is written."""
    refused = _refused(registry, asked)
    if refused is not None:
        return refused
    with registry.db.read() as session:
        return _judge(registry, session, asked)


def hand_over(
    registry: Registry, asked: HandOver, *, command_id: str, access: Access | None = None
) -> HandOverDone | Refused:
    """离岗移交: all or nothing, one ledger row. The account closes first, where the last day has come.

    In this order a failure between the two leaves somebody without a way in, never a leaver with one; sending
    the same command again does the rest.
    """
    refused = _refused(registry, asked)
    if refused is None:
        refused = _foreseen(registry, asked, command_id)
    if refused is not None:
        return refused
    account = _close(registry, asked, access)
    done: Enacted[HandedOver] | Refused = enact(
        registry,
        asked,
        HandedOver,
        lambda session, _on: _judge(registry, session, asked),
        _write,
        command_id=command_id,
    )
    if isinstance(done, Refused):
        return done
    return HandOverDone(event=done.event, account=account, repeated=done.repeated)


def _foreseen(registry: Registry, asked: HandOver, command_id: str) -> Refused | None:
    """Why it will be refused, before an account closes for it; what was done before is not judged again."""
    with registry.db.read() as session:
        before = done_before(session, command_id, request_digest(asked), HandedOver)
        answer = _judge(registry, session, asked) if before is None else before
    return answer if isinstance(answer, Refused) else None


def _refused(registry: Registry, asked: HandOver) -> Refused | None:
    """In each body whose position goes on, the person must be entitled to hand it over."""
    bodies = dict.fromkeys(takes.body for takes in asked.takes)
    answers = (registry.may(Action.WORK_HAND_OVER, body_target(registry.db, body)) for body in bodies)
    nowhere = Refused(code="leave.nothing", message="没有写明要移交的岗位", remedy="请写明每个岗位的接替人")
    return next((answer for answer in answers if answer is not None), None) if bodies else nowhere


def _judge(registry: Registry, session: Session, asked: HandOver) -> HandedOver | Refused:
    people = {asked.leaver, *(takes.person for takes in asked.takes if takes.person)}
    for person in sorted(people):
        if session.get(PersonRow, person) is None:
            return unknown_person(person)
    event = judge_hand_over(
        asked,
        {person: holdings_of(session, person) for person in people},
        all_bodies(session),
        proxies_of(session),
        frozenset(session.execute(select(AdministratorRow.person)).scalars()),  # type: ignore[call-overload]
    )
    if isinstance(event, Refused):
        return event
    matters = list(_matters(registry, session, event))
    return msgspec.structs.replace(
        event,
        overlaps=tuple(matter for matter in matters if matter.why == "own_submission"),
        left=tuple(matter for matter in matters if matter.why != "own_submission"),
    )


def _matters(registry: Registry, session: Session, event: HandedOver) -> Iterator[Matter]:
    """Walk the open cases once; a country's cases are read one after the other."""
    world = world_of(registry.db)
    given = {(post.body, post.position): post.to for post in event.posts if post.to}
    wanted = select(CaseRow.snapshot).where(CaseRow.state == CaseStatus.OPEN).order_by(CaseRow.id)  # type: ignore[call-overload]
    for snapshot in session.execute(wanted.execution_options(yield_per=200)).scalars():
        case = decode_case(snapshot)
        yield from _left(case, event.leaver)
        loaded = world.plan(case.programme, case.version)
        if loaded is not None:
            yield from _own(loaded.plan, case, given)


def _left(case: Case, leaver: str) -> Iterator[Matter]:
    for key, state in case.steps.items():
        if state.status in WITH_DOER and any(item.added_by == leaver for item in state.evidence.values()):
            yield Matter(case=case.id, step=key, why="draft")
        if state.status in OPEN and state.status not in WITH_DOER and state.submitted_by == leaver:
            yield Matter(case=case.id, step=key, why="submitted")
        if any(each.unchecked and each.recorded_by == leaver for each in state.decisions):
            yield Matter(case=case.id, step=key, why="unchecked")
    for proposal in case.proposals.values():
        if proposal.proposed_by == leaver:
            yield Matter(case=case.id, step=proposal.step, why="proposal")


def _own(plan: Plan, case: Case, given: dict[tuple[str, str], str]) -> Iterator[Matter]:
    by_id = plan.view(case.choices).by_id
    for key, state in case.steps.items():
        step = by_id.get(split_key(key)[0])
        if state.status not in OPEN or state.submitted_by not in given.values() or step is None:
            continue
        seats = [seat for node in step.nodes for seat in seats_of(plan, case, key, node, state)]
        if any(given.get((seat.body, seat.position)) == state.submitted_by for seat in seats):
            yield Matter(case=case.id, step=key, why="own_submission", person=state.submitted_by)


def _write(session: Session, event: HandedOver) -> None:
    for post in event.posts:
        body, position, basis = post.body, post.position, event.basis
        write_ended(
            session,
            HoldingEnded(
                person=event.leaver,
                body=body,
                position=position,
                first=post.first,
                last=event.last,
                basis=basis,
            ),
        )
        if post.begins:
            start = event.last + timedelta(days=1)
            write_begun(
                session,
                HoldingBegun(person=post.to, body=body, position=position, first=start, basis=basis),
            )
    for proxy in event.proxies:
        write_proxy_ended(session, ProxyEnded(id=proxy, last=event.last))


def _close(registry: Registry, asked: HandOver, access: Access | None) -> AccountOutcome:
    accounts = _accounts(registry, asked.leaver)
    if not accounts:
        return "none"
    if asked.last > registry.today:
        return "later"
    if access is None:
        return "administrator"
    by = By(person=registry.person, channel=registry.channel)
    answers = [close_account(access, account, "离岗移交", by=by) for account in accounts]
    return "administrator" if any(answer is not None for answer in answers) else "closed"


def _accounts(registry: Registry, person: str) -> list[str]:
    with registry.db.read() as session:
        found = select(AccountRow.id).where(  # type: ignore[call-overload]
            AccountRow.person == person, AccountRow.state != AccountState.CLOSED
        )
        return list(session.execute(found.order_by(AccountRow.id)).scalars())


__all__ = ["HandOverDone", "hand_over", "preview_hand_over"]
