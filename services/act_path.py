"""办理路径: what happens inside the transaction of one act. Measured; see ``benchmarks``.

Everything here works on values: a tuple from one SELECT, a snapshot, a frozen case. No ORM object, no SQL
built at run time.
"""

from __future__ import annotations

import msgspec

from config.clock import WallClock
from domain.case import Case, Seat
from domain.commands import (
    AddFollowUp,
    AddSigner,
    Circulate,
    Command,
    Decide,
    Delegate,
    HandOver,
    InviteParticipants,
    ListAgenda,
    OpenCase,
    StepCommand,
)
from domain.commands_reorganising import CarryOver
from domain.decide import Accepted, decide
from domain.events import Event
from domain.evolve import evolve
from domain.judging import Actor, Facts
from domain.open_work import WorkItem
from domain.refusal import Refused
from models import statements as s
from models.base import microseconds
from models.chain import SCHEMA_VERSION, is_nfc, row_hash
from models.event_codec import decode_events, encode_events
from models.ledger import case_stream
from services.act_loading import Loaded, Prepared, Same, encode_case, load
from services.enclosures import Enclosures, enclosure_writes
from services.notices import Notices, message_writes
from services.organisation import Organisation
from services.projection import Computed, computed_both, step_writes, timer_writes, work_writes
from services.transaction import Transaction
from services.world import LoadedPlan, World, unpublished


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """已办: the case after the act, its place in the ledger, and what now waits for whom."""

    case: Case
    seq: int
    events: tuple[Event, ...]
    new_work: tuple[WorkItem, ...]
    warnings: tuple[str, ...] = ()
    """What is odd but did not stop the act."""
    repeated: bool = False
    """The command was done before; this is that answer again."""


class ActPath:
    """办理路径 for one kind of caller: the caches, the clock, the rule for notices."""

    __slots__ = ("_bulk", "_notices", "_wall", "_world")

    def __init__(self, world: World, wall: WallClock, notices: Notices, *, bulk: bool = False) -> None:
        self._world = world
        self._wall = wall
        self._notices = notices
        self._bulk = bulk

    def do(
        self,
        tx: Transaction,
        prepared: Prepared,
        programme: tuple[str, int] | None,
        enclosed: Enclosures,
    ) -> Done | Refused:
        """Judge one command and write what it did, inside ``tx``."""
        loaded = load(tx, prepared.command, prepared.known)
        if loaded.same is not None:
            return self._again(tx, prepared, loaded.same)
        plan = self._plan(loaded.case, prepared.command, programme)
        if isinstance(plan, Refused):
            return plan
        facts = self._facts(prepared, plan, loaded)
        if isinstance(facts, Refused):
            return facts
        verdict = decide(plan.plan, loaded.case, prepared.command, facts)
        if isinstance(verdict, Refused):
            return verdict
        return self._write(tx, prepared, plan, loaded, facts, verdict, enclosed)

    def would_refuse(self, tx: Transaction, prepared: Prepared) -> Refused | None:
        """Judge one command as it would be judged now, and write nothing."""
        loaded = load(tx, prepared.command)
        if loaded.same is not None:
            return None
        plan = self._plan(loaded.case, prepared.command, None)
        if isinstance(plan, Refused):
            return plan
        facts = self._facts(prepared, plan, loaded)
        if isinstance(facts, Refused):
            return facts
        verdict = decide(plan.plan, loaded.case, prepared.command, facts)
        return verdict if isinstance(verdict, Refused) else None

    def _plan(
        self, case: Case | None, command: Command, programme: tuple[str, int] | None
    ) -> LoadedPlan | Refused:
        if case is not None:
            programme = (case.programme, case.version)
        elif not isinstance(command, OpenCase):
            return Refused(
                code="case.unknown",
                message=f"没有改革任务“{command.case}”",
                remedy="请核对编号,或先启动",
                facts={"case": command.case},
            )
        if programme is None:
            raise ValueError("opening a case needs a programme and its version")
        found = self._world.plan(*programme)
        if found is None:
            return unpublished(*programme)
        return found

    def _facts(self, prepared: Prepared, plan: LoadedPlan, loaded: Loaded) -> Facts | Refused:
        command, entry = prepared.command, prepared.entry
        heads = loaded.heads
        organisation = self._world.organisation(heads)
        today = self._world.settings(heads).today(self._wall)
        actor = (
            Actor(person=entry.actor, machine=True)
            if entry.machine
            else organisation.actor(entry.actor, today)
        )
        if actor is None:
            return Refused(
                code="actor.unknown",
                message=f"人员名册中没有“{entry.actor}”",
                remedy="请核对人员编号,或由管理员登记",
                facts={"person": entry.actor},
            )
        decider = None
        if isinstance(command, Decide) and command.decided_by:
            decider = organisation.actor(command.decided_by, command.occurred_on)
        bodies: dict[str, tuple[str, ...]] | Refused = {}
        if isinstance(command, OpenCase | CarryOver):
            bodies = self._bodies(command, plan, organisation)
        if isinstance(bodies, Refused):
            return bodies
        chooses = isinstance(command, InviteParticipants | AddSigner | Circulate | AddFollowUp)
        named = organisation.actor(command.to, today) if isinstance(command, HandOver | Delegate) else None
        session = self._world.meeting(command.session) if isinstance(command, ListAgenda) else None
        return Facts(
            today=today,
            actor=actor,
            calendar=self._world.calendar(heads),
            bodies=bodies,
            decider=decider,
            named=named,
            body_kinds=plan.body_kinds,
            session=session,
            known_bodies=self._world.body_names() if chooses else {},
        )

    def _bodies(
        self, command: OpenCase | CarryOver, plan: LoadedPlan, organisation: Organisation
    ) -> dict[str, tuple[str, ...]] | Refused:
        unit = self._world.unit(command.unit)
        if unit is None:
            return Refused(
                code="unit.unknown",
                message=f"没有改革单位“{command.unit}”",
                remedy="请先导入或登记该改革单位",
                facts={"unit": command.unit},
            )
        return organisation.resolve(plan.plan.programme, unit, command.occurred_on)

    def _write(
        self,
        tx: Transaction,
        prepared: Prepared,
        plan: LoadedPlan,
        loaded: Loaded,
        facts: Facts,
        verdict: Accepted,
        enclosed: Enclosures,
    ) -> Done:
        command, before = prepared.command, loaded.case
        events, after, body = _in_normal_form(before, verdict)
        seq, now = loaded.seq + 1, microseconds(self._wall.now())
        step = command.step if isinstance(command, StepCommand) else ""
        old, new = computed_both(plan.plan, before, after, step)
        stream = case_stream(command.case)
        row = (
            stream,
            seq,
            command.command_id,
            prepared.digest,
            SCHEMA_VERSION,
            prepared.entry.actor,
            prepared.entry.position or _position(old, step, facts.actor),
            prepared.entry.channel,
            int(self._world.settings(loaded.heads).rehearsal),
            prepared.entry.run_id,
            now,
            command.occurred_on.isoformat(),
            plan.label,
            body.decode(),
            loaded.prev_hash,
        )
        run = tx.run
        run(s.INSERT_EVENT, (*row, row_hash(row)))
        self._write_case(tx, before, after, seq, now)
        for statement, values in step_writes(before, after):
            run(statement, values)
        for statement, values in work_writes(after.id, old.work, new.work, seq):
            run(statement, values)
        for statement, values in timer_writes(after.id, old.timers, new.timers):
            run(statement, values)
        new_work = tuple(item for key, item in new.work.items() if key not in old.work)
        if enclosed.texts or enclosed.lines or enclosed.file is not None:
            for statement, values in enclosure_writes(enclosed, after.id, events, now):
                run(statement, values)
        for statement, values in message_writes(self._notices(after, events, new_work), after.id, seq, now):
            run(statement, values)
        return Done(case=after, seq=seq, events=events, new_work=new_work, warnings=verdict.warnings)

    def _write_case(self, tx: Transaction, before: Case | None, after: Case, seq: int, now: int) -> None:
        snapshot, state = encode_case(after), after.status.value
        if before is not None:
            tx.run(s.UPDATE_CASE, (seq, snapshot, state, self._bulk, now, after.id))
            if after.unit_name != before.unit_name:
                tx.run(s.RENAME_CASE, (after.unit_name, after.id))
            return
        opened_on = after.opened_on.isoformat()
        values = (after.id, after.unit, after.unit_name, after.programme, after.version)
        tx.run(s.INSERT_CASE, (0, 0, False, *values, seq, snapshot, state, opened_on, self._bulk, 0, now))

    def _again(self, tx: Transaction, prepared: Prepared, same: Same) -> Done | Refused:
        """The answer that the first sending of this command got, from the ledger alone."""
        stream = case_stream(prepared.command.case)
        if (same.stream, same.digest) != (stream, prepared.digest):
            return Refused(
                code="command.reused",
                message=f"指令号“{prepared.command.command_id}”已用于另一项办理",
                remedy="请换一个新的指令号;重发同一项办理时内容须完全相同",
                facts={"command": prepared.command.command_id},
            )
        before: Case | None = None
        after: Case | None = None
        events: tuple[Event, ...] = ()
        for _seq, schema_version, body in tx.all(s.READ_STREAM, (stream, same.seq)):
            before, events = after, decode_events(body, schema_version)
            after = fold(before, events)
        if after is None:
            raise ValueError(f"{stream}: 指令 {prepared.command.command_id} 的留痕为空")
        plan = self._plan(after, prepared.command, None)
        if isinstance(plan, Refused):
            return plan
        old, new = computed_both(plan.plan, before, after)
        new_work = tuple(item for key, item in new.work.items() if key not in old.work)
        return Done(case=after, seq=same.seq, events=events, new_work=new_work, repeated=True)


def fold(case: Case | None, events: tuple[Event, ...]) -> Case | None:
    """Return the case after ``events``."""
    for event in events:
        case = evolve(case, event)
    return case


def _in_normal_form(before: Case | None, verdict: Accepted) -> tuple[tuple[Event, ...], Case, bytes]:
    """Events, case and body as they will be read again: a name that came in decomposed is composed first."""
    body = msgspec.json.encode(verdict.events, order="sorted")
    if is_nfc(body):
        return verdict.events, verdict.case, body
    body = encode_events(verdict.events)
    events = decode_events(body)
    return events, fold(before, events) or verdict.case, body


def _position(before: Computed, step: str, actor: Actor) -> str:
    """The position in which the actor acted: the one whose work this step was waiting for."""
    if actor.machine or not actor.positions:
        return ""
    for item in before.work.values():
        if item.step == step and actor.holds(Seat(item.role, item.body, item.position)):
            named = (item.body, item.position)
            held = named if named in actor.positions else min(p for p in actor.positions if p[0] == item.body)
            return "/".join(held)
    return "/".join(min(actor.positions))
