"""社会职能剥离环节的检查 (S-01 to S-06): agreements, receivers, handovers, powers, leftovers."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.case import step_key
from domain.checks.looking import Look, NotYet, SetAside, key_of
from domain.checks.rule import Param, Rule
from domain.duedates import PeriodUnit, deadline
from domain.plan import REGISTER
from domain.programme import Confidence, Level, Severity
from domain.register_rows import Row

_RECEIVER: Final = "receiver"


def _item(receiver: str) -> str:
    return receiver.replace("#", "-").replace("/", "-")


def agreed(look: Look) -> None:
    """S-01."""
    register = look.word("register")
    rows = look.rows(register)
    bare = [key_of(row) for row in rows if not row.get(_RECEIVER) or not row.get("handover_on")]
    look.faulty_rows(register, bare, "有 {n} 项没有接收单位或移交日期")
    for paper in look.papers(look.word("agreement")):
        look.missing(paper, "issued_on")


def all_handed_over(look: Look) -> None:
    """S-02."""
    register, percent = look.word("register"), look.amount("percent")
    rows = look.rows(register)
    step, _, slot = look.word("confirmation").rpartition("/")
    look.require_step(step)
    done = 0
    for row in rows:
        key = step_key(step, _item(row.get(_RECEIVER, "")))
        paper = look.beside(key, f"{step}/{slot}")
        done += look.closed(key) and paper.text("result") in look.words("closed")
    if done * 100 < len(rows) * percent:
        left = len(rows) - done
        look.fault(f"{REGISTER}/{register}", f"移交 {len(rows)} 项,已确认或挂账 {done} 项,还有 {left} 项")


def other_receiver(look: Look) -> None:
    """S-03."""
    register, column = look.word("register"), look.word("column")
    own = _own_bodies(look)
    companies = {row["body"] for row in look.rows_if_any(look.word("companies")) if row.get("body")}
    rows = look.rows(register)
    for bodies, who in ((own, "开发区自己"), (companies, "开发区的公司")):
        wrong = [key_of(row) for row in rows if row.get(column) in bodies]
        look.faulty_rows(register, wrong, f"有 {{n}} 项的接收单位是{who}")


def _own_bodies(look: Look) -> frozenset[str]:
    levels = {body.id: body.level for body in look.facts.plan.programme.bodies}
    return frozenset(
        body
        for role in look.facts.plan.roles.values()
        if levels[role.body] is Level.UNIT
        for body in look.case.bodies.get(role.id, ())
    )


def parts_complete(look: Look) -> None:
    """S-04."""
    if not look.steps:
        raise SetAside("本改革任务不含剥离确认")
    keys = look.handed_in_copies(look.steps[0])
    if not keys:
        raise NotYet(f"任务 {look.steps[0]} 尚未提交")
    for key in keys:
        for name, amount in (("people", "count"), ("assets", "amount"), ("archives", "count")):
            look.missing(look.beside(key, look.word(name)), amount)


def powers(look: Look) -> None:
    """S-05."""
    register = look.word("register")
    rows = [row for row in look.rows(register) if _enforces(look, row)]
    if not rows:
        raise SetAside("移交清单上没有行政执法事项")
    if not look.steps:
        raise SetAside("本改革任务不含执法资格变更")
    step = look.steps[0]
    waiting = True
    for receiver in sorted({row[_RECEIVER] for row in rows if row.get(_RECEIVER)}):
        key = step_key(step, _item(receiver))
        if not look.closed(key):
            continue
        waiting = False
        if not any(where == key and each.number for where, each in look.decisions(step)):
            number = sum(row.get(_RECEIVER) == receiver for row in rows)
            look.fault(key, f"{look.title(key)}有 {number} 项行政执法事项,没有登记下放决定的文号")
    if waiting:
        raise NotYet(f"任务 {step} 尚未办结")


def _enforces(look: Look, row: Row) -> bool:
    return any(word in row.get("title", "") for word in look.words("enforcing"))


def leftovers(look: Look) -> None:
    """S-06."""
    register, months = look.word("register"), look.amount("months")
    late = [
        key_of(row)
        for row in look.rows(register)
        if row.get("state") == look.word("open") and _over(look, row.get("found_on", ""), months)
    ]
    look.faulty_rows(register, late, f"有 {{n}} 个问题超过 {months} 个月还没有销号或挂账")


def _over(look: Look, found_on: str, months: int) -> bool:
    if not found_on:
        return False
    start = date.fromisoformat(found_on)
    last = deadline(start, months, PeriodUnit.MONTH, look.facts.calendar).date
    return last is not None and look.facts.on > last


_FUNCTIONS: Final = Param("register", "社会职能移交清单")
RULES: Final = (
    Rule(
        id="S-01",
        title="每项职能有接收单位、日期和三方协议",
        reads="移交清单的接收单位和移交日期、三方移交协议的日期",
        why="没有接收单位和协议,移交落不了地",
        satisfy="补签协议;清单有误的,重新办理冻结它的任务",
        basis="产品建议:逐项有着落",
        confidence=Confidence.PROPOSED,
        look=agreed,
        parameters=(_FUNCTIONS, Param("agreement", "移交协议")),
    ),
    Rule(
        id="S-02",
        title="社会职能全部剥离到位",
        reads="移交清单、各接收单位的剥离确认结论(挂账按办结计)",
        why="还有职能没有移交,就不能验收",
        satisfy="办结剩下的移交确认;一时办不了的,经专班或编委会议定后挂账",
        basis="许昌试点“社会职能全部剥离到位”",
        confidence=Confidence.FOUND,
        look=all_handed_over,
        parameters=(
            _FUNCTIONS,
            Param("confirmation", "接收确认书"),
            Param("percent", "应达到的百分比", 100, Confidence.FOUND),
            Param("closed", "算办结的结论", "confirmed on_account"),
        ),
        severity=Severity.BLOCK,
    ),
    Rule(
        id="S-03",
        title="接收单位不是开发区或其公司",
        reads="移交清单的接收单位、本改革任务中开发区的机构、公司表",
        why="左手交右手,不算剥离",
        satisfy="改定接收单位",
        basis="产品内在规则",
        confidence=Confidence.PROPOSED,
        look=other_receiver,
        parameters=(
            _FUNCTIONS,
            Param("column", "接收单位列", _RECEIVER),
            Param("companies", "公司表", "companies"),
        ),
        severity=Severity.BLOCK,
    ),
    Rule(
        id="S-04",
        title="人员、资产、档案交接齐全或写明没有",
        reads="划转名册人数、资产移交金额、档案卷数(0 也算写明)",
        why="只交事不交人、不交钱,接收单位办不了",
        satisfy="补登数字;没有的写 0",
        basis="产品建议:逐项交接",
        confidence=Confidence.PROPOSED,
        look=parts_complete,
        parameters=(
            Param("people", "划转名册"),
            Param("assets", "资产移交清单"),
            Param("archives", "档案移交文据"),
        ),
    ),
    Rule(
        id="S-05",
        title="执法权移交有法律依据",
        reads="移交清单中名称带执法、处罚字样的事项,变更任务的审批意见上登记的文号",
        why="向乡镇、街道下放行政处罚权,须有决定",
        satisfy="在变更任务的审核意见上登记下放决定的文号",
        basis="《行政处罚法》第二十四条",
        confidence=Confidence.KNOWN,
        look=powers,
        parameters=(
            _FUNCTIONS,
            Param("enforcing", "执法事项的字样(空格隔开)", "执法 处罚 行政强制"),
        ),
    ),
    Rule(
        id="S-06",
        title="遗留问题没有超过过渡期",
        reads="遗留问题台账的状态和登记日期",
        why="拖久了就成了历史遗留",
        satisfy="销号,或者经议定后挂账",
        basis="过渡期默认 6 个月(建议值)",
        confidence=Confidence.PROPOSED,
        look=leftovers,
        parameters=(
            Param("register", "遗留问题台账"),
            Param("months", "过渡期(月)", 6),
            Param("open", "办理中的代码", "open"),
        ),
    ),
)
"""社会职能剥离环节的检查."""
