"""调整预览: all that a reorganisation would touch, by name, before anything is written.

Whoever signs the approval recognises a body or a case by its name; the ids stay beside it for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import msgspec
from sqlmodel import Session

from domain.case import Case
from domain.organisation.reorganising import Outcome
from domain.organisation.values import POSITION_TITLES
from models.database import Database
from models.tables import CaseRow
from services.act_loading import decode_case
from services.organising.reading import all_bodies, holdings_in, person_names
from services.world import world_of


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """触及: one case, register, body or position that an act touches, and what happens to it."""

    kind: str
    """case, register, body or position."""
    id: str
    what: str
    """continue, merge, end, or vacant."""
    into: str = ""
    title: str = ""
    """What people call it."""
    into_title: str = ""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """预览: all that an act touches."""

    touched: tuple[Touched, ...]


def touched_cases(session: Session, outcomes: Iterable[Outcome]) -> Iterable[Touched]:
    """Each case with its registers that hold rows."""
    for outcome in outcomes:
        yield Touched(kind="case", id=outcome.case, what=outcome.what, into=outcome.into)
        for name, state in _case(session, outcome.case).registers.items():
            if state.rows:
                id_ = f"{outcome.case}#{name}"
                yield Touched(kind="register", id=id_, what=outcome.what, into=outcome.into)


def touched_positions(session: Session, body: str, on: date, *, ends: bool) -> Iterable[Touched]:
    """Each position that is held in a body on the day."""
    for held in holdings_in(session, body):
        if held.last is None or held.last >= on:
            id_ = f"{body}/{held.position}/{held.person}"
            yield Touched(kind="position", id=id_, what="end" if ends else "continue")


def named(db: Database, session: Session, touched: Iterable[Touched]) -> Preview:
    """The preview with the names of what it touches, read once."""
    bodies = {code: facts.name for code, facts in all_bodies(session).items()}
    people = person_names(db)
    world = world_of(db)

    def body(code: str) -> str:
        return bodies.get(code, code)

    def position(id_: str) -> str:
        code, place, person = id_.rsplit("/", 2)
        return f"{body(code)} {POSITION_TITLES.get(place, place)} {people.get(person, person)}"

    def case(id_: str) -> str:
        found = _case(session, id_)
        loaded = world.plan(found.programme, found.version)
        return f"{found.unit_name} · {loaded.plan.programme.title if loaded else found.programme}"

    def register(id_: str) -> str:
        owner, _, name = id_.rpartition("#")
        found = _case(session, owner)
        loaded = world.plan(found.programme, found.version)
        declared = loaded.plan.registers.get(name) if loaded else None
        return f"{found.unit_name} · {declared.title if declared else name}"

    words: dict[str, Callable[[str], str]] = {
        "case": case, "register": register, "body": body, "position": position,
    }  # fmt: skip
    goes_on: dict[str, Callable[[str], str]] = {**words, "register": case}
    return Preview(
        touched=tuple(
            msgspec.structs.replace(
                each,
                title=words[each.kind](each.id),
                into_title=goes_on[each.kind](each.into) if each.into else "",
            )
            for each in touched
        )
    )


def _case(session: Session, id_: str) -> Case:
    return decode_case(session.get_one(CaseRow, id_).snapshot)
