"""归位: from the code on a signed form to the step it belongs to, with the recording filled in beforehand.

Finds and fills in, and records nothing: the clerk confirms what the paper says, and a second person checks it
against the original (``practice.md`` section 1). What has changed since the form was printed is said first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
from sqlalchemy import select

from config.clock import WallClock
from domain.case import NOTHING, Case, StepState, split_key
from domain.decisions import MEDIUM_TITLES, Medium
from domain.nodes import current, evidence_hashes, first_lacking
from domain.paper import (
    FORM_TITLES,
    MEDIA,
    TAG,
    Form,
    PrintedPaper,
    changes,
    print_digest,
    read_code,
    spaced,
)
from domain.permissions import Action
from domain.plan import NodePlan, Plan, StepPlan
from domain.refusal import Refused
from domain.states import DONE, STATUS_TITLES
from models.database import Database
from models.statements import EVENT
from models.tables import PaperPrintRow
from services.clock import today
from services.paper.gathering import day_words, papers
from services.paper.printing import paper_tag, print_command, print_event
from services.paper.scan_process import read_scan_apart
from services.paper.scans import ScanRead
from services.permits import case_target, permit
from services.reading import Names, load_case, plan_of


class Prefill(msgspec.Struct, frozen=True, kw_only=True):
    """预填: the recording as far as the paper tells, for the clerk to complete and confirm."""

    code: str
    form: Form
    form_title: str
    case: str
    unit: str
    step: str
    step_title: str
    round: int
    node: str
    node_title: str
    medium: Medium
    medium_title: str
    waits_for: tuple[str, ...]
    """Whose decision the step waits for now: names, or bodies where nobody holds the position."""
    papers: tuple[PrintedPaper, ...]
    printed_on: date
    printed_by: str
    warnings: tuple[str, ...]
    recordable: bool
    """Whether the step waits for exactly this decision, on exactly these papers."""


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """归位结果 of a scan: one for each code found, and the pages that bear none."""

    pages: int
    prefills: tuple[Prefill, ...]
    refused: tuple[Refused, ...]
    """For codes of another database, or out of sight."""
    without: tuple[int, ...]


def match_scan(db: Database, person: str, path: Path, *, wall: WallClock) -> Matched | Refused:
    """扫描件归位: read every page; refused where no page bears a code that can be read."""
    read = read_scan_apart(path)
    if isinstance(read, Refused):
        return read
    if not read.found:
        return _nothing_found(read)
    answers = [match_code(db, person, each.code, wall=wall) for each in read.found]
    return Matched(
        pages=read.pages,
        prefills=tuple(each for each in answers if isinstance(each, Prefill)),
        refused=tuple(each for each in answers if isinstance(each, Refused)),
        without=read.without,
    )


def _nothing_found(read: ScanRead) -> Refused:
    return Refused(
        code="scan.no_code",
        message=f"扫描件共 {read.pages} 页,没有读到二维码",
        remedy="请输入纸上二维码旁的编码;或按 150 dpi 以上重新扫描,不要裁掉页眉页脚",
        facts={"pages": read.pages},
    )


def match_code(db: Database, person: str, text: str, *, wall: WallClock) -> Prefill | Refused:
    """编码归位: the same for a code that was read or typed; a code out of sight looks like none of ours."""
    code = read_code(text)
    if isinstance(code, Refused):
        return code
    if not code.startswith(paper_tag(db) or "-"):
        return Refused(
            code="paper.other_database",
            message=f"编码 {spaced(code)} 不是本系统打印的",
            remedy="请到打印它的系统登记;演练库打印的不能登记到正式库",
            facts={"tag": code[:TAG]},
        )
    with db.read() as session:
        row = session.get(PaperPrintRow, code)
    case = None if row is None else load_case(db, row.case_id)
    on = today(db, wall)
    if row is None or case is None or permit(db, person, Action.CASE_READ, case_target(db, case), on=on):
        return Refused(
            code="paper.not_found",
            message=f"没有找到编码 {spaced(code)} 的打印记录,或者不在您的查看范围内",
            remedy="请核对编码;确需登记的,请联系打印单位",
        )
    return _prefill(db, case, row, on)


def _prefill(db: Database, case: Case, row: PaperPrintRow, on: date) -> Prefill:
    plan, names = plan_of(db, case), Names(db, on)
    printed = tuple(msgspec.json.decode(row.papers, type=list[PrintedPaper]))
    step = plan.view(case.choices).by_id.get(split_key(row.step)[0])
    node = step.node(row.node) if step else None
    medium = MEDIA[node.node.kind] if node else Medium.SIGNED_PAPER
    title = plan.step(split_key(row.step)[0])
    if _as_logged(db, row, printed):
        amiss = tuple(_amiss(plan, case, row, printed, step, node))
    else:
        amiss = ("打印记录与留痕不符,可能被改动过,请勿登记,并报告安全审计员",)
    waits = _waits_for(plan, case, row.step, step, names)
    return Prefill(
        code=row.code,
        form=Form(row.form),
        form_title=FORM_TITLES[Form(row.form)],
        case=case.id,
        unit=case.unit_name,
        step=row.step,
        step_title=title.title if title else row.step,
        round=row.round,
        node=row.node,
        node_title=node.node.title if node else "",
        medium=medium,
        medium_title=MEDIUM_TITLES[medium],
        waits_for=waits,
        papers=printed,
        printed_on=row.printed_on,
        printed_by=names.person(row.printed_by),
        warnings=(*amiss, *_recorded(case, row, node)),
        recordable=not amiss and bool(waits),
    )


def _as_logged(db: Database, row: PaperPrintRow, printed: tuple[PrintedPaper, ...]) -> bool:
    """Whether the row still says what the ledger says of this print; the ledger cannot be changed unseen."""
    with db.read() as session:
        statement = select(EVENT.c.body).where(EVENT.c.command_id == print_command(row.code))
        body = session.connection().execute(statement).scalar()
    digest = print_digest(row.case_id, row.step, row.round, row.node, row.fingerprint, printed)
    return digest == row.digest and body is not None and msgspec.json.decode(body) == [print_event(row)]


def _waits_for(plan: Plan, case: Case, key: str, step: StepPlan | None, names: Names) -> tuple[str, ...]:
    state = case.steps.get(key, NOTHING)
    lacking = first_lacking(plan, case, key, step, state) if step and state.node else None
    seats = lacking[1].open if lacking else ()
    return tuple(who for seat in seats for who in names.holders(seat) or (names.body(seat.body),))


def _amiss(
    plan: Plan,
    case: Case,
    row: PaperPrintRow,
    printed: tuple[PrintedPaper, ...],
    step: StepPlan | None,
    node: NodePlan | None,
) -> Iterator[str]:
    """Why it cannot be recorded as it is: the paper speaks of another state than the step has now."""
    state = case.steps.get(row.step, NOTHING)
    if step is None:
        yield f"任务 {row.step} 现在不适用"
        return
    if state.round != row.round:
        yield f"打印时为第{row.round}轮({day_words(row.printed_on)}),现为第{state.round}轮"
    if row.node and node is None:
        yield "打印时的节点现在没有了"
    elif node and node.fingerprint != row.fingerprint:
        yield "流程模板换了版本,这个节点的要求与打印时不同"
    else:
        for change in changes(printed, papers(plan, case, row.step, step, node)):
            yield f"材料已变:{change.words}"
    yield from _not_asked(row.node, state)


def _not_asked(node: str, state: StepState) -> Iterator[str]:
    if not node:
        yield "打印时没有待签的节点,签署内容请作为材料登记"
    elif state.status in DONE:
        yield f"任务{STATUS_TITLES[state.status]}"
    elif state.node != node:
        yield f"这个节点现在不在办理中(任务{STATUS_TITLES[state.status]})"


def _recorded(case: Case, row: PaperPrintRow, node: NodePlan | None) -> Iterator[str]:
    """What was recorded at this node already, on the papers that lie there: the same form may come twice."""
    hashes = evidence_hashes(case, row.step, node) if node else {}
    for each in case.steps.get(row.step, NOTHING).decisions:
        if node and each.node == node.id and current(each, node, hashes):
            unchecked = ",待核对" if each.unchecked else ""
            yield f"这个节点已登记过 {each.occurred_on.isoformat()} 的意见({each.id} 号{unchecked})"
