"""改革任务(一区一案): one reform unit in one programme, as the state that events leave behind.

Frozen values, encoded as one msgpack snapshot. Nothing here reads a programme, a calendar or an
organisation: events carry outcomes.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import msgspec

from domain.agenda import AgendaItem
from domain.circulation import Circulation, Urging
from domain.decisions import Decision, TextRef
from domain.duedates import DueDate, PublicityPeriod
from domain.following import FollowUp
from domain.milestones import PlannedDate
from domain.objections import Objection
from domain.states import CaseStatus, StepStatus
from domain.term_changes import ClockStop, Extension


class Seat(msgspec.Struct, frozen=True):
    """席位: one place in a node, or the doer's place in a step, resolved to a body and a position."""

    role: str
    body: str
    position: str

    @property
    def key(self) -> str:
        """`role@body`: a decision of the body that sat here before never counts for the one that sits now."""
        return f"{self.role}@{self.body}"


class EvidenceItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """佐证材料: the present version in a slot."""

    version: int
    mode: str
    title: str
    digest: str
    """`sha256:…` or `sm3:…` of the file, or of the registered fields of a reference."""
    fields: dict[str, str] = {}
    added_by: str = ""
    added_on: date | None = None
    marking: str = ""
    """公开, 内部资料 or 工作秘密, as a code; empty where it was entered before markings were kept."""
    corrected: int = 0
    """How often a field was corrected (更正): the paper is the same, what is read from it is not."""


class Pin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """版本: which version of a paper or register something was read in."""

    version: int
    digest: str
    corrected: int = 0


class CheckFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """检查发现: one place where a rule is not kept, under a name that stays as long as it is not kept."""

    key: str
    """Made of case, check and place: the same tomorrow, and in whatever follows it (立项, 销号)."""
    place: str
    text: str
    """With figures and dates, without persons."""
    since: date
    """The date for which it was first found."""
    waiver: str = ""
    """豁免: the waiver that lets it pass for now."""
    doubtful: bool = False
    """Only the way of counting decides: it warns, whatever the check's severity."""


class CheckResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """一项合规检查的结果 (`domain.checks`)."""

    check: str
    """The id under which the programme uses it."""
    passed: bool
    evaluated_on: date
    """The legal date for which it was evaluated."""
    rule_version: str
    """Version of the rule with its parameters."""
    saw: dict[str, str] = {}
    """What it looked at: `1.3/plan_draft`, `4.6#row/licence` or `register/roster` → digest."""
    summary: str = ""
    """What was found, in a sentence without persons and opinions."""
    findings: tuple[CheckFinding, ...] = ()
    """What is not as the rule wants it, waived ones too; none where it has passed or could not look."""
    holds: tuple[str, ...] = ()
    """拦截: steps that count as not done until it passes, for what comes after them."""


class MachineWork(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """机器工作: what an outside system was asked in this round, and what came of it."""

    kind: str
    """verify or file."""
    manual: bool = False
    since: date
    manual_on: date | None = None
    """When it turns into a manual task if nothing has come."""
    why: str = ""
    """Why it was turned to people."""
    stopped: bool = False
    """The machine gave it up: it can be sent again as long as nobody has registered it."""
    outcome: str = ""
    differences: tuple[str, ...] = ()
    recorded_by: str = ""
    checked_by: str = ""

    @property
    def filed(self) -> bool:
        """Whether it is filed, and by hand also checked by a second person."""
        return self.kind == "file" and self.outcome == "accepted" and bool(self.checked_by)


class Signer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """增加的会签单位: a place that a node has beside what the programme says, in this round."""

    node: str
    seat: Seat
    place: str = "beside"
    """before or after `anchor` (a seat's key), or beside the others."""
    anchor: str = ""
    by: str
    on: date


class Hand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """经手人: which person has the work of a place: alone (转办), or preparing it for its holder (代办)."""

    person: str
    body: str
    by: str
    on: date
    prepares: bool = False
    until: date | None = None
    answered: bool = False
    outcome: str = ""
    """What would be answered; it decides nothing."""
    opinion: TextRef | None = None


class Resume(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """直接送回: the node that sent the step back, and who had agreed before it; or only what it waits for."""

    node: str
    """Empty: it was sent to a step before without coming straight back, and all nodes are asked."""
    decisions: tuple[Decision, ...]
    after: str = ""
    """The step before that it was sent back to: this one opens no earlier than that is done again."""


DOER_HAND = "doer"
"""The key of the doer's place among the hands of a step; a seat's is `node|role@body`."""


class StepState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """任务的当前状态."""

    status: StepStatus = StepStatus.NOT_STARTED
    round: int = 0
    doer: Seat | None = None
    opened_on: date | None = None
    due: DueDate | None = None
    submitted_by: str = ""
    submitted_for: str = ""
    """代理: for whom it was handed in; neither of the two decides on it."""
    submitted_on: date | None = None
    reads: dict[str, Pin] = {}
    """The versions of other steps' papers that it was handed in on, or has been compared with since."""
    closed_on: date | None = None
    back_on: date | None = None
    """When it was sent back, re-opened, or its papers replaced in review: what follows is not earlier."""
    node: str = ""
    """The node that is open, where one is."""
    seats: tuple[Seat, ...] = ()
    node_opened_on: date | None = None
    node_due: DueDate | None = None
    node_stops: tuple[ClockStop, ...] = ()
    """停止计时 of the open node's own term; the step's runs on beside it, and the other way round."""
    node_extensions: tuple[Extension, ...] = ()
    """延期 of the open node's own term."""
    decisions: tuple[Decision, ...] = ()
    """Of the present round, and not voided; the ledger has all."""
    evidence: dict[str, EvidenceItem] = {}
    participants: dict[str, tuple[str, ...]] = {}
    """Bodies asked at a consultation, by node."""
    signers: tuple[Signer, ...] = ()
    left_out: dict[str, tuple[str, ...]] = {}
    """Node → seats taken out of it (减少会签单位)."""
    hands: dict[str, Hand] = {}
    agenda: dict[str, AgendaItem] = {}
    """议题 of this round, by `node|role@body`."""
    resume: Resume | None = None
    """With the doer, or waiting for a step before, to come straight back to who returned it."""
    node_overdue: bool = False
    period: PublicityPeriod | None = None
    period_ended: bool = False
    objections: dict[str, Objection] = {}
    """异议 against what is posted, by number."""
    machine: MachineWork | None = None
    returns: dict[str, int] = {}
    """How often each node has sent it back."""
    generation: int = 0
    """Rises with every date set, so that a timer of an older date is known as stale."""
    overdue: bool = False
    urged: Urging | None = None
    """催办 in this round."""
    stops: tuple[ClockStop, ...] = ()
    """停止计时 of the present term; at most the last still stands."""
    extensions: tuple[Extension, ...] = ()
    """延期 of the present term."""
    suspended_from: StepStatus | None = None

    @property
    def submitters(self) -> tuple[str, ...]:
        """Who stands behind the submission, and so decides nothing on it."""
        return tuple(who for who in (self.submitted_by, self.submitted_for) if who)


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """分项: one register row (a company), or one group of rows (a receiver's batch)."""

    key: str
    title: str
    rows: int = 1
    body: str = ""
    not_for: tuple[str, ...] = ()
    """Steps whose condition on rows none of its rows meets: they have no copy for it."""


class RegisterState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """台账: what the rules need to know of it; the rows live in their own table."""

    version: int = 0
    rows: int = 0
    root: str = ""
    sums: dict[str, int] = {}
    gaps: tuple[str, ...] = ()
    """Balances that do not close, each as a sentence."""
    items: tuple[Item, ...] = ()
    frozen: bool = False


class Proposal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """特办事项: an exceptional act that one person proposes and another confirms."""

    id: str
    kind: str
    step: str
    round: int
    proposed_by: str
    proposed_on: date
    reason: TextRef
    number: str = ""
    approver: str = ""
    path: str = ""
    new: str = ""
    stands: tuple[str, ...] = ()


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """更正: the old value stays visible."""

    step: str
    path: str
    old: str
    new: str
    proposed_by: str
    confirmed_by: str
    on: date
    touches: tuple[str, ...] = ()


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """改革任务(一区一案)."""

    id: str
    unit: str
    unit_name: str
    programme: str
    version: int
    status: CaseStatus = CaseStatus.OPEN
    opened_on: date
    closed_on: date | None = None
    supervising_level: str = ""
    choices: dict[str, str] = {}
    bodies: dict[str, tuple[str, ...]] = {}
    """Role → bodies, as resolved at launch."""
    adapters: dict[str, str] = {}
    """Outside system → manual or http."""
    steps: dict[str, StepState] = {}
    registers: dict[str, RegisterState] = {}
    proposals: dict[str, Proposal] = {}
    circulations: dict[str, Circulation] = {}
    follow_ups: dict[str, FollowUp] = {}
    """议定事项."""
    corrections: tuple[Correction, ...] = ()
    checks: dict[str, CheckResult] = {}
    """The latest result of each compliance check."""
    held: tuple[str, ...] = ()
    """拦截: the steps that these results hold."""
    milestones: dict[str, tuple[PlannedDate, ...]] = {}
    """计划节点: `stage/<id>` or `step/<id>` → every date it was planned for, the last of which holds."""
    merged_into: str = ""
    """已并入: the case that goes on in its place, where this one was merged."""
    counter: int = 0
    """Numbers decisions and proposals within the case."""


NOTHING = StepState()


@lru_cache(maxsize=8192)
def split_key(key: str) -> tuple[str, str]:
    """`4.5#row` → (`4.5`, `row`); a step that is not per item has the empty item."""
    step, _, item = key.partition("#")
    return step, item


def step_key(step: str, item: str) -> str:
    """The key of a step's state."""
    return f"{step}#{item}" if item else step
