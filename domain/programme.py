"""改革专项 (流程模板): what a reform asks, as data: stages, steps, who does and decides, evidence, deadlines.

The schema of `programmes/<code>/<version>.yaml`. A programme is immutable once published, so every value
here is frozen. Reading a file with line numbers is `domain.programme_source`; the faults that a schema
cannot see (cycles, nodes without signers, dead ends) are `domain.programme_check`; the form the engine
runs on is `domain.plan`.
"""
# Pydantic copies a default for each instance, which the rule cannot see through an imported base class.
# ruff: noqa: RUF012

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from domain.lamp_policy import LampPolicy
from domain.programme_terms import (
    EVIDENCE_FIELD_TYPES,
    Basis,
    Body,
    BodyKind,
    Choice,
    Condition,
    Confidence,
    Due,
    Evidence,
    EvidenceField,
    EvidenceMode,
    FieldType,
    Flag,
    FromEvidence,
    FromMeeting,
    Identifier,
    IsoDay,
    Level,
    Marking,
    Moment,
    ObjectionRule,
    Parameter,
    Position,
    Publicity,
    Role,
    Schema,
    SlotRef,
    StepId,
    When,
    Whole,
)

__all__ = [
    "EVIDENCE_FIELD_TYPES",
    "ActName",
    "Balance",
    "Basis",
    "Body",
    "BodyKind",
    "Chain",
    "CheckUse",
    "Choice",
    "Column",
    "Condition",
    "Confidence",
    "Due",
    "Evidence",
    "EvidenceField",
    "EvidenceMode",
    "FieldType",
    "File",
    "Flag",
    "ForEach",
    "FromEvidence",
    "FromMeeting",
    "Gate",
    "Identifier",
    "IsoDay",
    "LampPolicy",
    "Level",
    "Machine",
    "Marking",
    "Mode",
    "Moment",
    "Node",
    "NodeKind",
    "ObjectionRule",
    "Outcome",
    "Parameter",
    "Position",
    "Programme",
    "Publicity",
    "Refusal",
    "Register",
    "Role",
    "Schema",
    "Severity",
    "SlotRef",
    "Stage",
    "Step",
    "StepId",
    "Verify",
    "When",
    "Whole",
]


class NodeKind(StrEnum):
    """审批节点类型."""

    APPROVE = "approve"
    COUNTERSIGN = "countersign"
    """会签: 同意 / 保留意见 / 退改; not “all must agree”."""
    CONSULT = "consult"
    """征求意见: no approval; each opinion is adopted or not, with reason."""
    MEETING = "meeting"
    """会议议定: a body decides by meeting, from its minutes."""


class Mode(StrEnum):
    """审批方式."""

    SEQUENTIAL = "sequential"
    ANY = "any"
    ALL = "all"
    QUORUM = "quorum"


class ActName(StrEnum):
    """行为名称: different acts, never mixed."""

    REVIEW = "审核"
    APPROVE = "审批"
    RATIFY = "核准"
    RECORD = "备案"
    REPLY = "批复"
    REPORT = "报备"
    SIGN = "签批"
    CONFIRM = "确认"
    COUNTERSIGN = "会签"
    CONSULT = "征求意见"
    DELIBERATE = "会议议定"


class Refusal(Schema):
    """不同意之后: where the matter goes."""

    to: Literal["doer", "stop"] | StepId = "doer"


class Node(Schema):
    """审批节点: one decision of a step."""

    id: Identifier
    title: str
    kind: NodeKind = NodeKind.APPROVE
    mode: Mode = Mode.SEQUENTIAL
    act: ActName = ActName.REVIEW
    roles: list[Identifier] = Field(
        default=[], description="签署角色;participating 层级的角色每个参与地区一席"
    )
    quorum: Whole | None = Field(default=None, ge=1)
    looks_at: list[str] | None = Field(
        default=None,
        description="本节点审阅的材料:代号、任务号/代号或 register/台账;空为本任务全部",
    )
    due: Due | None = None
    collect: Flag = Field(default=False, description="收齐各方意见后一次退回")
    max_returns: Whole | None = Field(default=None, ge=0)
    participants: Literal["declared", "run_time"] = "declared"
    silence: Literal["no_opinion", "wait"] = Field(
        default="wait", description="征求意见逾期:视为无意见,或继续等待"
    )
    adopt_by: Identifier | None = Field(default=None, description="意见采纳由谁填;空为任务承办角色")
    confirm_by: Identifier | None = Field(
        default=None, description="修改后印发的,由谁确认已按意见修改;空:审批为本席,会议为监督角色"
    )
    on_refuse: Refusal = Refusal()
    skip_signed: Flag = Field(
        default=False, description="免签:同一人在本轮前面的节点对同样材料已签“同意”的,本席不再问"
    )
    when: When = []
    text: str = ""

    @model_validator(mode="after")
    def _quorum_only_where_counted(self) -> Node:
        if (self.quorum is not None) != (self.mode is Mode.QUORUM):
            raise ValueError("quorum 只用于 mode: quorum,并且必须写明票数")
        return self


class Gate(Schema):
    """前置条件: what must close before a step opens. Exactly one of the four."""

    step: StepId | None = None
    stage: Identifier | None = None
    frozen: Identifier | None = Field(default=None, description="台账已冻结")
    check: str | None = Field(default=None, description="合规检查已通过")

    @model_validator(mode="after")
    def _exactly_one(self) -> Gate:
        if sum(value is not None for value in (self.step, self.stage, self.frozen, self.check)) != 1:
            raise ValueError("前置条件须且只须写 step、stage、frozen、check 之一")
        return self


class Chain(Schema):
    """责任链: 责任领导 – 分管领导 – 牵头单位 / 配合单位 – 联络员; as printed everywhere."""

    leader: Identifier | None = None
    in_charge: Identifier | None = None
    lead: Identifier | None = None
    support: list[Identifier] = []
    liaison: Identifier | None = None


class Verify(Schema):
    """核验: a machine compares at submission, so that approvers see the result."""

    system: Literal["company_registry"]
    reads: dict[str, SlotRef | str] = Field(description="比对要素 → 材料代号.要素,如 licence.credit_code")
    on_mismatch: Literal["return", "warn"] = "return"
    manual_after: Due
    """When the outside system gives no answer, a second person checks by hand."""
    manual_role: Identifier


class File(Schema):
    """报送: an outward act that follows the last approval."""

    system: Literal["filing"]
    documents: list[str] = Field(min_length=1, description="报送的材料:代号或 任务号/代号")
    receipt: Identifier
    """The evidence item in which number, date and way are registered."""
    manual_after: Due
    manual_role: Identifier


class Machine(Schema):
    """机器工作."""

    verify: Verify | None = None
    file: File | None = None


class Outcome(Schema):
    """结论的后果: what a result written in an evidence item does on submission."""

    evidence: Identifier
    field: EvidenceField
    value: str
    then: Literal["refuse", "stop"] | StepId = Field(description="拒绝提交、终止,或退回到该任务")
    message: str


class ForEach(Schema):
    """分项: the step runs once per register row, or once per value of a column (a receiver's batch)."""

    register_id: Identifier = Field(alias="register")
    group_by: Identifier | None = None
    when: When = Field(default=[], description="只对这些行办理:列 → 取值;分组的,组内有一行符合即办理")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Step(Schema):
    """任务: one piece of work."""

    id: StepId
    title: str
    asks: str = Field(default="", description="要做什么,写给经办人看")
    doer: Identifier
    assist: list[Identifier] = []
    chain: Chain = Chain()
    gates: list[Gate] = []
    when: When = []
    for_each: ForEach | None = None
    evidence: list[Evidence] = []
    reads: list[str] = Field(
        default=[],
        description="本任务依据的材料(任务号/代号)和台账(register/代号):提交时记下版本,以后变动即告知承办人",
    )
    fills: list[Identifier] = Field(default=[], description="本任务须填的台账")
    freezes: list[Identifier] = Field(
        default=[], description="本任务办结时冻结的台账;没有任务填的,按空表冻结"
    )
    due: list[Due] = []
    publicity: Publicity | None = None
    nodes: list[Node] = []
    check_by: Identifier | None = Field(
        default=None, description="代录的意见由谁核对原件;空为登记人所在机构的另一人"
    )
    machine: Machine = Machine()
    outcomes: list[Outcome] = []
    accepts: list[Identifier] = Field(default=[], description="本任务办结即验收的环节")
    basis: Basis | None = None


class Stage(Schema):
    """环节: groups steps. `heading` is the heading under which the source page shows it."""

    id: Identifier
    title: str
    heading: str = ""
    when: When = []
    gates: list[Gate] = []
    steps: list[Step] = Field(min_length=1)


class Column(Schema):
    """台账列."""

    id: Identifier
    title: str
    type: FieldType = FieldType.TEXT
    required: Flag = True
    options: dict[str, str] = {}
    personal: Flag = Field(default=False, description="个人信息:只存可删除的表")
    body: Flag = Field(default=False, description="该列的值是机构,如接收单位:填机构全称或编号,须已登记")
    references: str | None = Field(
        default=None, description="该列的值须是另一本台账某列已有的值:台账/列;那本台账还没有填的,只提示"
    )
    unique: Flag = Field(default=False, description="不得重复的列;台账的 key 另有,不必写")
    note: str = Field(default="", description="填写说明,写进 Excel 模板")


class Balance(Schema):
    """平衡关系: sums of a register that must close (463 = 留用 + 划转 + …)."""

    title: str
    total: str = Field(description="合计:数字列名,rows 行数,或 列名=值;别的台账写 台账/…,如 functions/rows")
    parts: list[str] = Field(
        min_length=1,
        description="分项,写法同合计;用 & 连接的,是各列都填了(或都是该值)的行数,如 signed_on&on_account=no",
    )


class Register(Schema):
    """台账/名册."""

    id: Identifier
    title: str
    columns: list[Column] = Field(min_length=1)
    key: list[Identifier] = Field(min_length=1)
    filled_by: list[Identifier] = Field(min_length=1)
    balances: list[Balance] = []
    item_body: Identifier | None = Field(default=None, description="分项的机构取自哪一列")


class Severity(StrEnum):
    """程度: 拦截、提醒或告知."""

    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


class CheckUse(Schema):
    """合规检查的选用与参数."""

    id: str
    severity: Severity = Severity.WARN
    steps: list[StepId] = []
    when: When = []
    parameters: dict[str, Parameter] = {}
    basis: Basis


class Programme(Schema):
    """改革专项: one version."""

    programme: Identifier
    version: Whole = Field(ge=1)
    title: str
    unit: Literal["zone", "township", "medical_group", "enterprise", "department"]
    summary: str = ""
    basis: list[Basis] = []
    bodies: list[Body] = Field(min_length=1)
    roles: list[Role] = Field(min_length=1)
    overseer: Identifier = Field(description="同意不适用、暂停、终止、重新办理、更正的角色")
    choices: list[Choice] = []
    registers: list[Register] = []
    stages: list[Stage] = Field(min_length=1)
    checks: list[CheckUse] = []
    lamps: LampPolicy = LampPolicy()
    urge_every: Whole = Field(
        default=3, ge=0, description="同一任务每几个工作日至多催办一次(本产品建议);0 为不限"
    )
