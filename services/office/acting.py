"""办理: the acts of a step for whoever sees the case, opening cases, publishing programmes.

Whether an act of a step is the person's to do is judged with the seat by the rules; here it is made sure that
the case is in sight at all, and that a number used twice means the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from domain.commands import CheckDecision, Command, Urge
from domain.decisions import TextRef
from domain.permissions import Action
from domain.refusal import Refused
from models.ledger import ReusedCommandError
from services.acts import Done, Enclosures, act
from services.desk import Desk, no_reason
from services.launching import launch_one
from services.office.counter import Counter
from services.permits import case_target, host_target, unit_target
from services.private_texts import read_text
from services.programmes import Checked, Published, check_text
from services.publishing import publish
from services.registers.filling import RowsFaulty, fill_register, same_rows


def act_on(counter: Counter, command: Command, enclosed: Enclosures) -> Done | Refused:
    """办理一项: one command on a case in sight."""
    case = counter.case_to_act_on(command.case)
    if isinstance(case, Refused):
        return case
    if isinstance(command, Urge):
        refused = counter.refuses(Action.STEP_URGE, case_target(counter.db, case))
        if refused is not None:
            return refused
    if isinstance(command, CheckDecision) and not command.agrees and command.reason is None:
        return no_reason(command.step)
    done = act(
        counter.db,
        command,
        counter.entry,
        wall=counter.wall,
        enclosed=enclosed,
        notices=counter.runtime.notices,
    )
    if isinstance(done, Done) and done.repeated and not _same_texts(counter, done, enclosed):
        return reused(command.command_id)
    return done


def fill(
    counter: Counter,
    desk: Desk,
    step: str,
    register: str,
    rows: Sequence[Mapping[str, str]],
    on: date,
) -> Done | Refused | RowsFaulty:
    """填报台账: all rows, or none with every fault."""
    case = counter.case_to_act_on(desk.case_id)
    if isinstance(case, Refused):
        return case
    done = fill_register(desk, step, register, rows, on=on)
    if isinstance(done, Done) and done.repeated and not same_rows(counter.db, done, rows):
        return reused(desk.command_id)
    return done


def open_case(
    counter: Counter, programme: tuple[str, int], unit: str, on: date, choices: Mapping[str, str]
) -> Done | Refused:
    """启动改革任务. Sent again it answers the same: what it says is its number."""
    refused = counter.refuses(Action.CASE_OPEN, unit_target(counter.db, unit))
    if refused is not None:
        return refused
    return launch_one(counter.runtime, counter.entry, programme, unit, on=on, choices=choices)


def check_programme(counter: Counter, text: str) -> Checked | Refused:
    """检查流程模板: for those who may publish one, for playing it through costs much."""
    refused = counter.refuses(Action.PROGRAMME_PUBLISH, host_target(counter.db))
    return refused or check_text(text)


def publish_programme(counter: Counter, text: str, command_id: str) -> Published | Refused:
    """发布流程模板: for the whole deployment."""
    refused = counter.refuses(Action.PROGRAMME_PUBLISH, host_target(counter.db))
    if refused is not None:
        return refused
    try:
        return publish(
            counter.db,
            counter.person,
            text,
            wall=counter.wall,
            command_id=command_id,
            channel=counter.entry.channel,
        )
    except ReusedCommandError:
        return reused(command_id)


def reused(command_id: str) -> Refused:
    """The number stands for something else already."""
    return Refused(
        code="command.reused",
        message=f"指令号“{command_id}”已用于另一项办理",
        remedy="请换一个新的指令号;重发同一项办理时内容须完全相同",
        facts={"command": command_id},
    )


def _same_texts(counter: Counter, done: Done, enclosed: Enclosures) -> bool:
    """Whether the opinions sent now are those that stand; what was erased meanwhile cannot be compared."""
    refs = [ref for event in done.events for ref in _refs(event)]
    with counter.db.read() as session:
        stand = [read_text(session, ref.id) for ref in refs]
    if len(stand) != len(enclosed.texts):
        return False
    return None in stand or sorted(filter(None, stand)) == sorted(text.text for text in enclosed.texts)


def _refs(value: object) -> Iterator[TextRef]:
    """The texts that an event speaks of, wherever in it they are."""
    if isinstance(value, TextRef):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _refs(getattr(value, name))
