"""流程模板的词: what stages and steps of a programme are made of: people, papers, periods.

Split from `domain.programme`, which is the way in: import from there.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

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
NodeRef = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z._-]+/[a-z][a-z0-9_-]*$", description="任务号/审批节点代号")
]
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
    """要素类型: what a field or a column holds."""

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DOCUMENT_NUMBER = "document_number"
    CREDIT_CODE = "credit_code"
    CHOICE = "choice"
    NUMBER = "number"
    """数值: with up to four decimals."""
    MONEY = "money"
    """金额: yuan, with up to two decimals."""
    ID_CARD = "id_card"
    """公民身份号码; always personal."""


SCALES: dict[FieldType, int] = {FieldType.INTEGER: 1, FieldType.MONEY: 100, FieldType.NUMBER: 10_000}
"""Types that add up → how many units of a sum make one: sums are whole numbers (分, ten-thousandths)."""


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


class FromMeeting(Schema):
    """从会议召开之日起算: the meeting that decides a node; until it has, the planned day is provisional."""

    meeting: NodeRef
    planned: FromEvidence | None = Field(
        default=None, description="会前登记会议日期的材料和要素:议定以前按此暂定;不写则待定"
    )


class Due(Schema):
    """时限: a period, what starts it, who may extend it, and how sure its source is."""

    amount: Whole = Field(ge=1, le=3660)
    unit: PeriodUnit = PeriodUnit.WORKING_DAY
    start: Literal["opening", "submission"] | FromEvidence | FromMeeting = "opening"
    minimum: Flag = Field(default=False, description="真:至少须经过此期间(不得早于);假:最迟")
    when: When = []
    """Some terms bind only in some cases: 30 days of the report after issue, only for a 党内规范性文件."""
    extend_by: Identifier | None = Field(
        default=None, description="谁定的时限谁决定延期:决定延期的角色;空为监督角色"
    )
    extensions: Whole | None = Field(
        default=None, ge=0, le=20, description="最多延期几次;空为 1 次(产品默认,不是法律规定)"
    )
    basis: Basis


class ObjectionRule(StrEnum):
    """有异议未答复时: what an open objection does."""

    BLOCK = "block"
    """不能办结: neither submitted nor closed before every objection raised in time is answered."""
    PROLONG = "prolong"
    """公示期顺延: as `block`, and the period lasts until the day of the last answer."""
    RECORD = "record"
    """只登记: told at submission, and stops nothing."""


class Publicity(Schema):
    """公示期: a period that must run out before the step can be submitted.

    Whether the first day counts is a parameter (practice: yes for notices posted before work begins); the
    other count is shown beside it. Where a proof of posting is asked, the period counts
    only once it is there.
    """

    notice: Identifier
    """The evidence item that says when it was posted (its `starts_on`)."""
    amount: Whole = Field(ge=1, le=366)
    unit: PeriodUnit = PeriodUnit.WORKING_DAY
    first_day_counts: Flag = True
    proof: Identifier | None = Field(
        default=None, description="张贴或刊登的证明(材料代号):登记以后公示期才起算;不写则不要求"
    )
    objections: ObjectionRule | None = Field(
        default=None, description="有异议未答复时:block 不能办结(默认),prolong 公示期顺延,record 只登记"
    )
    basis: Basis
