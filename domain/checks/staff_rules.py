"""全员竞聘环节的检查, first part (H-01 to H-07): posts, order of steps, notices, objections, declarations."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Final

from domain.checks.looking import Look, NotYet, SetAside
from domain.checks.periods import count_period
from domain.checks.rule import Param, Rule
from domain.duedates import PeriodUnit
from domain.plan import REGISTER
from domain.programme import Confidence, Severity
from domain.states import StepStatus


def posts_within(look: Look) -> None:
    """H-01."""
    register = look.word("register")
    has = len(look.rows(register))
    step, _, slot = look.word("approved").rpartition("/")
    reply = look.beside(step, f"{step}/{slot}")
    allowed = reply.number("ceiling")
    if allowed is None:
        look.missing(reply, "ceiling")
    elif has > allowed:
        title = look.register_title(register)
        look.fault(f"{REGISTER}/{register}", f"{title}有 {has} 个岗位,批复的人员控制数为 {allowed}")


def steps_in_order(look: Look) -> None:
    """H-02."""
    order = look.words("order")
    last = order[-1]
    if not look.handed_in_copies(last):
        raise NotYet(f"任务 {last} 尚未提交")
    staff = look.rows_if_any(look.word("roster"))
    if staff and not any(row.get("identity") == look.word("institution") for row in staff):
        raise SetAside("名册上没有事业单位工作人员")
    for step in order:
        if look.state(step).status is StepStatus.NOT_APPLICABLE:
            look.fault(step, f"{look.title(step)}定为不适用,第十条的程序少了一步")
    days = [(step, day) for step in order if (day := _day(look, step))]
    for (earlier, one), (later, other) in pairwise(days):
        if one > other:
            look.fault(later, f"{look.title(later)}({other})早于{look.title(earlier)}({one})")


def _day(look: Look, step: str) -> date | None:
    state = look.state(step)
    return state.closed_on or state.submitted_on


def notice_open(look: Look) -> None:
    """H-03 and H-04."""
    count_period(look, look.word("notice"), PeriodUnit.WORKING_DAY)


def objections(look: Look) -> None:
    """H-05."""
    paper = look.paper(look.word("slot"))
    if look.missing(paper, "result"):
        return
    if paper.text("result") == look.word("open"):
        look.fault(paper.ref, f"“{paper.title}”写明尚有异议未办结")
    if paper.text("result") == look.word("none") and (paper.number("count") or 0) > 0:
        look.fault(paper.ref, f"“{paper.title}”结论为无异议,件数却为 {paper.number('count')}")
    settled = paper.day()
    signed = [
        date.fromisoformat(row["contract_on"])
        for row in look.rows_if_any(look.word("roster"))
        if row.get("contract_on")
    ]
    if settled and signed and min(signed) < settled:
        look.fault(paper.ref, f"异议 {settled} 办结,最早一份合同 {min(signed)} 已经签订")


def declarations(look: Look) -> None:
    """H-06."""
    for paper in look.papers(look.word("slot")):
        if not look.missing(paper, "count") and paper.number("count") == 0:
            look.fault(paper.ref, f"“{paper.title}”为 0 份")


def integrity(look: Look) -> None:
    """H-07."""
    for paper in look.papers(look.word("slot")):
        look.missing(paper, "number", "issued_on")


_ROSTER: Final = Param("roster", "人员名册", "roster")
RULES: Final = (
    Rule(
        id="H-01",
        title="岗位数不超过人员控制数",
        reads="岗位设置表、批复的人员控制数",
        why="没有编制的岗位不能竞聘",
        satisfy="减少岗位,或凭新的批复更正数字",
        basis="机构编制方案批复",
        confidence=Confidence.KNOWN,
        look=posts_within,
        parameters=(Param("register", "岗位设置表"), Param("approved", "批复")),
    ),
    Rule(
        id="H-02",
        title="竞聘程序不缺步、不颠倒",
        reads="竞聘各步的办结日期;名册上有事业单位工作人员才检查",
        why="先定方案,再公布、审查、考评、公示,最后聘任",
        satisfy="补办缺的步骤;日期登记有误的按更正办理",
        basis="《事业单位人事管理条例》第十条(适用于事业单位工作人员)",
        confidence=Confidence.FOUND,
        look=steps_in_order,
        parameters=(
            Param("order", "先后次序(任务号)"),
            _ROSTER,
            Param("institution", "事业人员的代码", "institution"),
        ),
    ),
    Rule(
        id="H-03",
        title="竞聘公告不少于 5 个工作日",
        reads="竞聘公告的起止日期、工作日历;首日算与不算两种算法都看",
        why="报名时间要够",
        satisfy="延长报名,更正截止日期",
        basis="公告至报名截止不少于 5 个工作日(建议值)",
        confidence=Confidence.PROPOSED,
        look=notice_open,
        parameters=(Param("notice", "竞聘公告"), Param("days", "最少工作日", 5)),
    ),
    Rule(
        id="H-04",
        title="拟聘人选公示不少于 5 个工作日",
        reads="公示的起止日期、国务院放假调休的工作日历;首日算与不算两种算法都看",
        why="公示期不足,聘任无效;两种算法都不足的拦截,只差在首日的提醒",
        satisfy="重新公示满 5 个工作日,登记新的起止日期",
        basis="《党政领导干部选拔任用工作条例》:任前公示不少于 5 个工作日;《公务员法》第三十二条",
        confidence=Confidence.FOUND,
        look=notice_open,
        parameters=(
            Param("notice", "公示"),
            Param("days", "最少工作日", 5, Confidence.FOUND),
            Param("block_when", "何时拦截:both_counts 两种算法都不足,either_count 一种不足", "both_counts"),
        ),
        severity=Severity.BLOCK,
    ),
    Rule(
        id="H-05",
        title="异议办结后才聘任",
        reads="异议处理情况的结论、件数、日期,名册上的合同日期",
        why="有异议未办结就聘任,难以纠正",
        satisfy="办结异议后更正结论;先签的合同重新办理",
        basis="《党政领导干部选拔任用工作条例》等:公示结果不影响任职的,办理任职手续",
        confidence=Confidence.KNOWN,
        look=objections,
        parameters=(
            Param("slot", "异议处理情况"),
            Param("open", "未办结的代码", "open"),
            Param("none", "无异议的代码", "none"),
            _ROSTER,
        ),
    ),
    Rule(
        id="H-06",
        title="考官签有回避声明",
        reads="考官抽签和回避声明的份数",
        why="考官与应聘人有亲属等关系的要回避",
        satisfy="补签声明,登记份数",
        basis="《事业单位人事管理回避规定》(人社部规〔2019〕1号)",
        confidence=Confidence.FOUND,
        look=declarations,
        parameters=(Param("slot", "回避声明"),),
    ),
    Rule(
        id="H-07",
        title="拟聘人员有廉政意见",
        reads="廉政意见回复函的文号和日期",
        why="部门副职以上拟聘人员要征求纪检监察机关意见",
        satisfy="征求意见并登记回复函",
        basis="《党政领导干部选拔任用工作条例》",
        confidence=Confidence.KNOWN,
        look=integrity,
        parameters=(Param("slot", "廉政意见"),),
    ),
)
"""全员竞聘环节的检查(一)."""
