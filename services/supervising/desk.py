"""督办办理台: one person at one entry: by what right they act, and the one way in which a matter is written.

Every act goes through `enact`: in the stream's turn the matter is read, judged, and written with its ledger
row, its work and its notices. Sent again under its command id, an act answers what it did.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session

from domain.decisions import TextRef
from domain.permissions import TABLE, Action, Grant, Target, judge, reaches, roles_of
from domain.refusal import RefusalError, Refused
from domain.supervising.evolve import evolve
from domain.supervising.judging import Facts
from domain.supervising.matters import Matter, SupervisionEvent
from domain.supervising.rules import SupervisionRules
from domain.supervising.values import Hand
from models.chain import canonical_untyped
from models.ledger import SUPERVISION, append
from models.statements import EVENT
from models.tables import SupervisionMatterRow, SupervisionWorkRow
from services.bootstrap import Runtime
from services.clock import today as today_of
from services.noting import in_turn
from services.organising.office import request_digest
from services.permits import standing_of
from services.private_texts import NewText, new_text, read_text
from services.supervising.rows import LETTERS, decode_event, decode_matter, matter_row, work_rows
from services.supervising.telling import notices_of
from services.world import world_of


class Right(NamedTuple):
    """凭什么办理: an action of the permission table on a target."""

    action: Action
    target: Target


class Enacted(msgspec.Struct, frozen=True, kw_only=True):
    """已办: the matter as it stands after the act."""

    matter: Matter
    repeated: bool = False


class Judged(NamedTuple):
    """What comes of judging: the event, and the texts that it refers to."""

    event: SupervisionEvent
    texts: tuple[NewText, ...] = ()


Judge = Callable[[Session], Judged | Refused]


class Act(NamedTuple):
    """一项办理: what tells it from another one, its words by the field that refers to them, its judgement."""

    request: msgspec.Struct
    texts: Mapping[str, str]
    decide: Judge


M = TypeVar("M", bound=Matter)
JudgeMove = Callable[[Session, M, TextRef | None], SupervisionEvent | Refused]
"""Judges an act on a matter as it stands, with where the words of the act lie."""


@dataclass(frozen=True, slots=True)
class SupervisionDesk:
    """督办办理台."""

    runtime: Runtime
    person: str
    channel: str = "cli"

    @property
    def today(self) -> date:
        """业务日期."""
        return today_of(self.runtime.db, self.runtime.wall)

    def facts(self) -> Facts:
        """What judgements read besides the matter."""
        world = world_of(self.runtime.db)
        return Facts(today=self.today, calendar=world.calendar(world.heads()), rules=rules_of(self.runtime))

    def may(self, rights: Sequence[Right], bodies: Iterable[str] = ()) -> Hand | Refused:
        """By what right the person acts, in one of ``bodies`` where one is theirs; or why not.

        One's own position goes before one held for somebody on leave.
        """
        standing = standing_of(self.runtime.db, self.person, self.today)
        lent = tuple(self._lent())
        circle = tuple(sorted({principal for _, principal in lent}))
        held = [*((grant, "") for grant in standing.grants), *lent]
        fitting = [(grant, principal) for grant, principal in held if self._fits(grant, rights)]
        if not fitting:
            refused = judge(standing, rights[0].action, rights[0].target)
            return refused or _lent_only(rights[0].action)
        wanted = set(bodies)
        grant, principal = next((each for each in fitting if each[0].body in wanted), fitting[0])
        return Hand(
            person=self.person,
            body=grant.body,
            position=grant.position,
            acting_for=principal,
            circle=circle,
        )

    def in_name_of(self, office: str, rights: Sequence[Right]) -> Hand | Refused:
        """By what right the person acts for the named office; for one's own first where none is named.

        An office above may see and do much in the area of another one, but not sign in its name.
        """
        hand = self.may(rights, [office])
        if isinstance(hand, Refused) or office in ("", hand.body):
            return hand
        return Refused(
            code="supervision.office",
            message="您不在写明的办理机构任职,不能以它的名义办理",
            remedy="不写办理机构的,由您所在的机构办理;确由该机构办理的,请由它的人员办理",
            facts={"office": office, "own": hand.body},
        )

    def _fits(self, grant: Grant, rights: Sequence[Right]) -> bool:
        return any(
            grant.role in TABLE[right.action]
            and reaches(grant, TABLE[right.action][grant.role], self.person, right.target)
            for right in rights
        )

    def _lent(self) -> Iterator[tuple[Grant, str]]:
        """代理: the roles of who is on leave; a proxy for some programmes or kinds of work does not reach."""
        world = world_of(self.runtime.db)
        organisation = world.organisation(world.heads())
        for acting in organisation.acting(self.person, self.today):
            place = organisation.places[acting.body]
            if acting.programmes or acting.works:
                continue
            for role in roles_of(place.type, acting.position):
                yield (
                    Grant(role, acting.body, place.division, place.unit, acting.position),
                    acting.person,
                )

    def text(self, words: str, matter: str) -> NewText | None:
        """A text about to be kept apart; `None` where nothing was written."""
        return new_text("opinion", words.strip(), matter) if words.strip() else None

    def enact(
        self, request: msgspec.Struct, texts: Mapping[str, str], decide: Judge, *, command_id: str
    ) -> Enacted | Refused:
        """Judge and write, or answer again what the command did.

        ``request`` tells this command from another one; ``texts`` are its words by the field of the event
        that refers to them, compared when it comes again.
        """
        with in_turn(self.runtime.db, SUPERVISION) as session:
            return self._enact(session, Act(request, texts, decide), command_id)

    def enact_all(self, acts: Sequence[Act], *, command_id: str) -> tuple[Enacted, ...] | Refused:
        """Several acts as one: all of them are written, or none and the first refusal answers."""
        try:
            with in_turn(self.runtime.db, SUPERVISION) as session:
                return tuple(
                    self._all_or_nothing(self._enact(session, act, f"{command_id}:{number}"))
                    for number, act in enumerate(acts, 1)
                )
        except RefusalError as refusal:
            return refusal.refused

    @staticmethod
    def _all_or_nothing(answer: Enacted | Refused) -> Enacted:
        if isinstance(answer, Refused):
            raise RefusalError(answer)
        return answer

    def _enact(self, session: Session, act: Act, command_id: str) -> Enacted | Refused:
        digest = request_digest(act.request)
        standing = self._standing(session, command_id, digest, act.texts)
        if standing is not None:
            return standing
        judged = act.decide(session)
        if isinstance(judged, Refused):
            return judged
        return Enacted(matter=self._write(session, judged, command_id, digest))

    def move(
        self,
        kind: type[M],
        id_: str,
        request: msgspec.Struct,
        judge: JudgeMove[M],
        *,
        text: str,
        command_id: str,
    ) -> Enacted | Refused:
        """One act on a matter that stands: it is read and judged in the stream's turn."""

        def decide(session: Session) -> Judged | Refused:
            words = self.text(text, id_)
            event = judge(session, read_matter(session, id_, kind), words.ref if words else None)
            return event if isinstance(event, Refused) else Judged(event, (words,) if words else ())

        return self.enact(request, {"text": text}, decide, command_id=command_id)

    def look_up(self, kind: type[M], words: str) -> M | Refused:
        """A matter by what was typed for it, before it is known by what right one acts on it."""
        with self.runtime.db.read() as session:
            return find_matter(session, kind, words)

    def again(
        self, request: msgspec.Struct, texts: Mapping[str, str], command_id: str
    ) -> Enacted | Refused | None:
        """What a command did that came before; for acts whose grounds may be gone by then."""
        with self.runtime.db.read() as session:
            return self._standing(session, command_id, request_digest(request), texts)

    def _standing(
        self, session: Session, command_id: str, digest: str, texts: Mapping[str, str]
    ) -> Enacted | Refused | None:
        row = (
            session.connection()
            .execute(
                select(EVENT.c.stream, EVENT.c.body, EVENT.c.actor).where(EVENT.c.command_id == command_id)
            )
            .first()
        )
        if row is None:
            return None
        if (row.stream, row.actor) == (SUPERVISION, self.person):
            event, request = decode_event(row.body)
            if request == digest and _same_texts(session, event, texts):
                return Enacted(matter=_stored(session, event.id), repeated=True)
        return Refused(
            code="command.reused",
            message=f"指令号“{command_id}”已用于另一项办理",
            remedy="请换一个新的指令号;重发同一项办理时内容须完全相同",
            facts={"command": command_id},
        )

    def _write(self, session: Session, judged: Judged, command_id: str, digest: str) -> Matter:
        event = _in_normal_form(judged.event)
        row = session.get(SupervisionMatterRow, event.id)
        before = decode_matter(row.snapshot) if row is not None else None
        after = evolve(before, event)
        session.add_all(each.row(self.runtime.wall) for each in judged.texts)
        content: dict[str, Any] = msgspec.to_builtins(event)
        appended = append(
            session,
            SUPERVISION,
            [{**content, "request": digest}],
            command_id=command_id,
            actor=self.person,
            position=f"{event.hand.body}/{event.hand.position}",
            recorded_at=self.runtime.wall.now(),
            occurred_on=event.on,
            channel=self.channel,
        )
        put_matter(session, before, after, appended.seq)
        for notice in notices_of(self.runtime, before, after, appended.seq):
            session.add(notice)
        return after


def _in_normal_form(event: SupervisionEvent) -> SupervisionEvent:
    """The event as it will be read again: a title that came in decomposed is composed first."""
    stored = canonical_untyped(msgspec.to_builtins(event))
    composed: SupervisionEvent = msgspec.json.decode(stored, type=SupervisionEvent)
    return composed


def _lent_only(action: Action) -> Refused:
    return Refused(
        code="access.denied",
        message="您的这一职务正由他人代理或不在有效期内",
        remedy="请核对任职和代理",
        facts={"action": str(action)},
    )


def _same_texts(session: Session, event: SupervisionEvent, texts: Mapping[str, str]) -> bool:
    for name, words in texts.items():
        ref = getattr(event, name, None)
        stored = read_text(session, ref.id) if isinstance(ref, TextRef) else ""
        if stored is not None and stored != unicodedata.normalize("NFC", words.strip()):
            return False
    return True


def rules_of(runtime: Runtime) -> SupervisionRules:
    """督办参数 of this deployment."""
    settings = runtime.settings
    return SupervisionRules(
        sign_days=settings.supervision_sign_days,
        answer_days=settings.supervision_answer_days,
        look_back_months=settings.supervision_look_back_months,
        inspections_a_year=settings.supervision_inspections_a_year,
        requests_a_brief=settings.supervision_requests_a_brief,
    )


def put_matter(session: Session, before: Matter | None, after: Matter, seq: int) -> None:
    """The rows of a matter and of what waits about it."""
    values = dict(zip(SupervisionMatterRow.__table__.columns.keys(), matter_row(after, seq), strict=True))  # type: ignore[attr-defined]
    values["due_on"] = date.fromisoformat(values["due_on"]) if values["due_on"] else None
    session.merge(SupervisionMatterRow(**values))
    session.flush()
    old, new = work_rows(before) if before is not None else {}, work_rows(after)
    for key in old.keys() - new.keys():
        session.delete(session.get_one(SupervisionWorkRow, key))
    for key in sorted(new):
        if old.get(key) == new[key]:
            continue
        work = dict(zip(SupervisionWorkRow.__table__.columns.keys(), new[key], strict=True))  # type: ignore[attr-defined]
        work["opened_on"] = date.fromisoformat(work["opened_on"])
        work["due_on"] = date.fromisoformat(work["due_on"]) if work["due_on"] else None
        session.merge(SupervisionWorkRow(**work))
    session.flush()


def _stored(session: Session, id_: str) -> Matter:
    return decode_matter(session.get_one(SupervisionMatterRow, id_).snapshot)


def read_matter(session: Session, id_: str, kind: type[M]) -> M:
    """The matter of an id that stands; ids do not change their kind."""
    matter = _stored(session, id_)
    if not isinstance(matter, kind):
        raise TypeError(f"{id_} is no {kind.__name__}")
    return matter


def standing_for(session: Session, kind: str, subject: str, ended: Iterable[str] = ()) -> str:
    """The id of a matter that stands about this subject already; empty where none does, or none is named."""
    if not subject:
        return ""
    wanted = select(SupervisionMatterRow.id).where(  # type: ignore[call-overload]
        SupervisionMatterRow.subject == subject,
        SupervisionMatterRow.kind == kind,
        SupervisionMatterRow.state.not_in([str(state) for state in ended]),  # type: ignore[attr-defined]
    )
    return str(session.execute(wanted.limit(1)).scalar() or "")


def find_matter(session: Session, kind: type[M], words: str) -> M | Refused:
    """A matter by its id, or an order by its number; unknown and out of sight sound the same."""
    row = session.get(SupervisionMatterRow, words)
    if row is None and words:
        wanted = select(SupervisionMatterRow).where(
            SupervisionMatterRow.number == words,  # type: ignore[arg-type]
            SupervisionMatterRow.kind == kind.__struct_config__.tag,  # type: ignore[arg-type]
        )
        found = session.execute(wanted.limit(2)).scalars().all()
        row = found[0] if len(found) == 1 else None
    matter = decode_matter(row.snapshot) if row is not None else None
    return matter if isinstance(matter, kind) else unseen()


def unseen() -> Refused:
    """What is not there, and what one may not see."""
    return Refused(
        code="access.not_found",
        message="没有找到,或者不在您的查看范围内",
        remedy="请核对编号;确需查看的,请联系本单位管理员",
    )


def next_id(session: Session, kind: str, on: date) -> str:
    """编号 of a new matter: letter, year, and the next number of that year; in the stream's turn."""
    stem = f"{LETTERS[kind]}{on.year:04}-"
    wanted = (
        select(SupervisionMatterRow.id)  # type: ignore[call-overload]
        .where(SupervisionMatterRow.kind == kind, SupervisionMatterRow.year == on.year)
        .order_by(func.length(SupervisionMatterRow.id).desc(), SupervisionMatterRow.id.desc())  # type: ignore[attr-defined]
        .limit(1)
    )
    last = session.execute(wanted).scalar()
    return f"{stem}{int(last.removeprefix(stem)) + 1 if last else 1:04}"


def new_command() -> str:
    """指令号 for an entry that names none."""
    return secrets.token_hex(16)
