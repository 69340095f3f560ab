"""打印文书: permission, the facts of the case, a code of its own, a row for it, a line in the ledger.

A print changes nothing in the case, so it stands in the stream ``security`` beside the downloads and not in
the case's own: who took what out of the system on paper. The line has codes and digests, no name.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

import msgspec

from config.clock import WallClock
from domain.case import NOTHING, Case, split_key
from domain.paper import (
    FORM_TITLES,
    LETTERS,
    RANDOM,
    TAG,
    Form,
    form_refusal,
    make_code,
    print_digest,
    usual_form,
)
from domain.permissions import Action
from domain.plan import NodePlan, Plan
from domain.refusal import Refused
from models.database import Database
from models.ledger import SECURITY, SETTINGS
from models.tables import PaperPrintRow, SettingRow
from services.clock import is_rehearsal_database, today
from services.evidence.files import out_of_sight
from services.noting import in_turn, note
from services.paper.forms import compose
from services.paper.gathering import Gathering, day_words
from services.paper.page import page
from services.paper.sheet import Sheet
from services.permits import case_target, permit
from services.reading import Names, load_case, plan_of

PAPER_TAG: Final = "paper_tag"
"""The setting that holds the letters with which this database's codes begin."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """打印要求. Empty takes the usual form, and the node in work, else the step's first."""

    case: str
    step: str
    form: str = ""
    node: str = ""


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """已打印: a form with its code; drawn as Word file or page, as often as wanted."""

    code: str
    form: Form
    sheet: Sheet
    printed_at: datetime

    def page(self) -> str:
        """The printable page."""
        return page(self.sheet, self.code)

    def word(self) -> bytes:
        """The Word file."""
        from services.paper.word import word_file

        return word_file(self.sheet, self.code, self.printed_at)


def print_step(
    db: Database, person: str, asked: Asked, *, wall: WallClock, channel: str = "cli"
) -> Printed | Refused:
    """打印文书: make the form that is asked for, for ``person``; each print has a code of its own."""
    on = today(db, wall)
    case = load_case(db, asked.case)
    if case is None:
        return out_of_sight()
    target = case_target(db, case)
    refused = permit(db, person, Action.CASE_READ, target, on=on) or permit(
        db, person, Action.STEP_PRINT, target, on=on
    )
    if refused is not None:
        return refused
    plan = plan_of(db, case)
    chosen = _choose(plan, case, asked)
    if isinstance(chosen, Refused):
        return chosen
    node, form = chosen
    facts = Gathering(db, plan, case, asked.step, Names(db, on)).gather(
        node,
        opinions=permit(db, person, Action.HISTORY_READ, target, on=on) is None,
        personal=permit(db, person, Action.REGISTER_READ_PERSONAL, target, on=on) is None,
    )
    node_id, fingerprint = (node.id, node.fingerprint) if node else ("", "")
    row = PaperPrintRow(
        code=make_code(_tag(db, person, wall, channel), _drawn(RANDOM)),
        form=str(form),
        case_id=case.id,
        step=asked.step,
        round=facts.round,
        node=node_id,
        fingerprint=fingerprint,
        papers=msgspec.json.encode(facts.papers).decode(),
        digest=print_digest(case.id, asked.step, facts.round, node_id, fingerprint, facts.papers),
        printed_by=person,
        printed_on=on,
        printed_at=wall.now(),
    )
    _store(db, row, wall, channel)
    rehearsal = is_rehearsal_database(db, wall)
    printed = f"{day_words(on)}打印"
    sheet = compose(form, facts, code=row.code, rehearsal=rehearsal, printed=printed)
    return Printed(code=row.code, form=form, sheet=sheet, printed_at=row.printed_at)


def _store(db: Database, row: PaperPrintRow, wall: WallClock, channel: str) -> None:
    with in_turn(db, SECURITY) as session:
        session.add(row)
        note(
            session,
            SECURITY,
            print_event(row),
            actor=row.printed_by,
            wall=wall,
            command_id=print_command(row.code),
            channel=channel,
        )


def _choose(plan: Plan, case: Case, asked: Asked) -> tuple[NodePlan | None, Form] | Refused:
    state = case.steps.get(asked.step, NOTHING)
    step = plan.view(case.choices).by_id.get(split_key(asked.step)[0])
    if step is None or asked.step not in case.steps or not state.round:
        return Refused(
            code="paper.not_open",
            message=f"任务 {asked.step} 还没有启动,没有可签的内容",
            remedy="请在任务启动之后打印;任务号见改革任务一览",
            facts={"step": asked.step},
        )
    node = step.node(asked.node or state.node) or (None if asked.node else next(iter(step.nodes), None))
    if asked.node and node is None:
        return Refused(
            code="paper.node_unknown",
            message=f"任务 {asked.step} 没有节点“{asked.node}”",
            remedy=f"可以写:{'、'.join(f'{n.node.title}({n.id})' for n in step.nodes) or '无'}",
            facts={"step": asked.step, "node": asked.node},
        )
    form = _form(asked.form, node)
    if isinstance(form, Refused):
        return form
    return form_refusal(form, step, node.node if node else None) or (node, form)


def _form(words: str, node: NodePlan | None) -> Form | Refused:
    if not words:
        return usual_form(node.node if node else None)
    found = next((form for form, title in FORM_TITLES.items() if words in (str(form), title)), None)
    return found or Refused(
        code="paper.form_unknown",
        message=f"没有“{words}”这种文书",
        remedy=f"可以打印:{'、'.join(FORM_TITLES.values())}",
        facts={"form": words},
    )


def print_command(code: str) -> str:
    """The command id under which a print stands in the ledger."""
    return f"print-{code}"


def print_event(row: PaperPrintRow) -> dict[str, object]:
    """What the ledger says of a print: codes and digests, no name."""
    return {
        "type": "paper_printed",
        "code": row.code,
        "form": row.form,
        "case": row.case_id,
        "step": row.step,
        "round": row.round,
        "node": row.node,
        "digest": row.digest,
    }


def _tag(db: Database, person: str, wall: WallClock, channel: str) -> str:
    """The letters of this database, drawn at its first print: a paper of another one is told as such."""
    standing = paper_tag(db)
    if standing:
        return standing
    with in_turn(db, SETTINGS) as session:
        row = session.get(SettingRow, PAPER_TAG)
        if row is None:
            row = SettingRow(key=PAPER_TAG, value=_drawn(TAG))
            session.add(row)
            event = {"type": "paper_tag_drawn", "tag": row.value}
            note(
                session,
                SETTINGS,
                event,
                actor=person,
                wall=wall,
                command_id=f"paper-tag-{row.value}",
                channel=channel,
            )
        return row.value


def paper_tag(db: Database) -> str:
    """The letters with which this database's codes begin; empty before its first print."""
    with db.read() as session:
        row = session.get(SettingRow, PAPER_TAG)
        return "" if row is None else row.value


def _drawn(letters: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(letters))
