"""改革专项 (流程模板): what a reform asks, as data: stages, steps, who does and decides, evidence, deadlines.

The schema of `programmes/<code>/<version>.yaml`. A programme is immutable once published, so every value
here is frozen. Reading a file with line numbers is `domain.programme_source`; the faults that a schema
cannot see (cycles, nodes without signers, dead ends) are `domain.programme_check`; the form the engine
runs on is `domain.plan`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from domain.duedates import PeriodUnit
from domain.programme_scalar import flag, iso_day, parameter, whole_number

Flag = Annotated[
    bool, BeforeValidator(flag), WithJsonSchema({"enum": [True, False, "yes", "no", "是", "否"]})
]
"""是否: the only places where yes and no are more than words."""
Whole = Annotated[int, BeforeValidator(whole_number)]
"""整数: plain digits only, so that 1.0, 1_000 and 1:30 are no numbers."""
Parameter = Annotated[str | int, BeforeValidator(parameter)]
"""参数: a whole number where it is written as one, else text."""
IsoDay = Annotated[date, BeforeValidator(iso_day), WithJsonSchema({"type": "string", "format": "date"})]
"""日期: yyyy-mm-dd."""
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
StepId = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,23}$")]
SlotRef = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]+/[a-z][a-z0-9_-]*$", description="任务号/材料代号")]
Condition = dict[str, list[str]]
"""条件: choice → values allowed; several choices must all hold."""
When = list[Condition]
"""条件之一成立即可; an empty list always holds."""


class Schema(BaseModel):
    """Frozen, and closed: an unknown key is a fault, for a misspelt key would silently ask for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Confidence(StrEnum):
    """可信度: how sure a figure or a basis is (the marks of the domain notes)."""

    FOUND = "found"
    """An article read at its source: may block."""
    KNOWN = "known"
    """General knowledge, believed right."""
    UNCERTAIN = "uncertain"
    PROPOSED = "proposed"
    """A default of the product, not a rule of law."""


class Basis(Schema):
    """依据: where a rule or a figure comes from."""

    text: str
    confidence: Confidence = Confidence.PROPOSED
    region: str = "CN"
    effective_from: IsoDay | None = None
    effective_to: IsoDay | None = None


class BodyKind(StrEnum):
    """机构接入方式: whether a body works in the system."""

    ACCOUNT = "account"
    NO_ACCOUNT = "no-account"
    """Decides, but never signs in: a committee, a leader's office. Others record for it."""
    EXTERNAL = "external"
    """Outside the system altogether: letters go and come."""


class Level(StrEnum):
    """层级: where a body stands, seen from the reform unit; never an absolute county or city."""

    UNIT = "unit"
    """The reform unit itself."""
    SUPERVISING = "supervising"
    """主管级: the level that runs the unit (市管, 县管 or 省管)."""
    ABOVE = "above"
    """One level above 主管级."""
    PROVINCE = "province"
    PARTICIPATING = "participating"
    """Each participating area of the unit: one seat each."""
    ITEM = "item"
    """Named by a register row: the company, the receiver."""


class Body(Schema):
    """机构: a body that does, decides, advises or receives."""

    id: Identifier
    title: str
    kind: BodyKind = BodyKind.ACCOUNT
    level: Level = Level.SUPERVISING


class Position(StrEnum):
    """岗位: what a person is in a body; the same bureau can draft (handler) and sign (head)."""

    HANDLER = "handler"
    HEAD = "head"
    MEMBER = "member"


class Role(Schema):
    """角色: body + position."""

    id: Identifier
    title: str
    body: Identifier
    position: Position = Position.HANDLER
    recorders: list[Identifier] = Field(default=[], description="可代录其决定的角色;空表示由任务承办角色代录")


class Choice(Schema):
    """选择项: a declared finite fact on which conditions rest, and who sets it when."""

    id: Identifier
    title: str
    values: dict[str, str] = Field(min_length=2, description="取值 → 中文")
    default: str | None = None
    set_by: Identifier | None = Field(default=None, description="由哪个角色选定;批量启动时选定的留空")
    at: Literal["launch"] | StepId = Field(default="launch", description="launch 或任务号:该任务提交前须选定")
    basis: Basis | None = None


class EvidenceMode(StrEnum):
    """佐证方式."""

    UPLOAD = "upload"
    """上传: immutable, versioned, hashed."""
    REFERENCE = "reference"
    """只登记不上传: number, date, body, pages, where kept, who checked it."""


class EvidenceField(StrEnum):
    """佐证要素: what checks read from an evidence item (types in `EVIDENCE_FIELD_TYPES`)."""

    NUMBER = "number"
    ISSUED_ON = "issued_on"
    ISSUER = "issuer"
    HELD_ON = "held_on"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    RESULT = "result"
    LEVEL = "level"
    CREDIT_CODE = "credit_code"
    NAME = "name"
    COUNT = "count"
    CEILING = "ceiling"
    DEPARTMENTS = "departments"
    LEADERS = "leaders"
    AMOUNT = "amount"
    PAGES = "pages"
    KEPT_AT = "kept_at"
    CHECKED_BY = "checked_by"
    WAY = "way"


class FieldType(StrEnum):
    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DOCUMENT_NUMBER = "document_number"
    CREDIT_CODE = "credit_code"
    CHOICE = "choice"


EVIDENCE_FIELD_TYPES: dict[EvidenceField, tuple[FieldType, str]] = {
    EvidenceField.NUMBER: (FieldType.DOCUMENT_NUMBER, "文号"),
    EvidenceField.ISSUED_ON: (FieldType.DATE, "成文日期"),
    EvidenceField.ISSUER: (FieldType.TEXT, "发文单位"),
    EvidenceField.HELD_ON: (FieldType.DATE, "召开日期"),
    EvidenceField.STARTS_ON: (FieldType.DATE, "起始日期"),
    EvidenceField.ENDS_ON: (FieldType.DATE, "截止日期"),
    EvidenceField.RESULT: (FieldType.CHOICE, "结论"),
    EvidenceField.LEVEL: (FieldType.CHOICE, "等级"),
    EvidenceField.CREDIT_CODE: (FieldType.CREDIT_CODE, "统一社会信用代码"),
    EvidenceField.NAME: (FieldType.TEXT, "名称"),
    EvidenceField.COUNT: (FieldType.INTEGER, "数量"),
    EvidenceField.CEILING: (FieldType.INTEGER, "人员控制数"),
    EvidenceField.DEPARTMENTS: (FieldType.INTEGER, "内设机构数"),
    EvidenceField.LEADERS: (FieldType.INTEGER, "领导职数"),
    EvidenceField.AMOUNT: (FieldType.INTEGER, "金额(元)"),
    EvidenceField.PAGES: (FieldType.INTEGER, "页数"),
    EvidenceField.KEPT_AT: (FieldType.TEXT, "原件存放处"),
    EvidenceField.CHECKED_BY: (FieldType.TEXT, "核对人"),
    EvidenceField.WAY: (FieldType.TEXT, "报送方式"),
}


class Moment(StrEnum):
    """材料时点: when an evidence item must be there."""

    SUBMISSION = "submission"
    BEFORE_PERIOD = "before_period"
    """Opens a publicity or consultation period."""
    AFTER_PERIOD = "after_period"
    FILING = "filing"
    """Registers the filing after the last approval."""


class Marking(StrEnum):
    """标注. State secrets are no value here: they are never entered."""

    PUBLIC = "public"
    INTERNAL = "internal"
    WORK_SECRET = "work_secret"  # noqa: S105


class Evidence(Schema):
    """佐证材料: one slot of a step."""

    id: Identifier
    title: str
    mode: EvidenceMode = EvidenceMode.UPLOAD
    required: Flag = True
    fields: list[EvidenceField] = []
    options: dict[str, str] = Field(default={}, description="result 或 level 的可选值 → 中文")
    moment: Moment = Moment.SUBMISSION
    marking: Marking = Marking.INTERNAL
    revises: SlotRef | None = None
    """A revision is a new document: it voids nothing decided on the older one."""
    when: When = []


class FromEvidence(Schema):
    """从某份材料的日期起算."""

    slot: SlotRef
    field: EvidenceField


class Due(Schema):
    """时限: a period, what starts it, and how sure its source is."""

    amount: Whole = Field(ge=1, le=3660)
    unit: PeriodUnit = PeriodUnit.WORKING_DAY
    start: Literal["opening", "submission"] | FromEvidence = "opening"
    minimum: Flag = Field(default=False, description="真:至少须经过此期间(不得早于);假:最迟")
    when: When = []
    """Some terms bind only in some cases: 30 days of the report after issue, only for a 党内规范性文件."""
    basis: Basis


class Publicity(Schema):
    """公示期: a period that must run out before the step can be submitted.

    Whether the first day counts is a parameter (practice: yes for notices posted before work begins); the
    other count is shown beside it.
    """

    notice: Identifier
    """The evidence item that says when it was posted (its `starts_on`)."""
    amount: Whole = Field(ge=1, le=366)
    unit: PeriodUnit = PeriodUnit.WORKING_DAY
    first_day_counts: Flag = True
    basis: Basis


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
        default=None, description="本节点审阅的材料:本任务材料代号或 任务号/代号;空为本任务全部材料"
    )
    due: Due | None = None
    collect: Flag = Field(default=False, description="收齐各方意见后一次退回")
    max_returns: Whole | None = Field(default=None, ge=0)
    participants: Literal["declared", "run_time"] = "declared"
    silence: Literal["no_opinion", "wait"] = Field(
        default="wait", description="征求意见逾期:视为无意见,或继续等待"
    )
    adopt_by: Identifier | None = Field(default=None, description="意见采纳由谁填;空为任务承办角色")
    on_refuse: Refusal = Refusal()
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
    fills: list[Identifier] = Field(default=[], description="本任务须填的台账")
    freezes: list[Identifier] = Field(default=[], description="本任务办结时冻结的台账")
    due: list[Due] = []
    publicity: Publicity | None = None
    nodes: list[Node] = []
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
    body: Flag = Field(default=False, description="该列的值是机构代码,如接收单位")


class Balance(Schema):
    """平衡关系: sums of a register that must close (463 = 留用 + 划转 + …)."""

    title: str
    total: str = Field(description="合计列名,或 rows 表示行数")
    parts: list[str] = Field(min_length=1, description="分项:列名,或 列名=值 表示该值的行数")


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


class LampPolicy(Schema):
    """亮灯规则: yellow from `soon_days` working days, or `soon_share` percent of the term where smaller."""

    soon_days: Whole = Field(default=5, ge=0)
    soon_share: Whole = Field(default=20, ge=0, le=100)


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
