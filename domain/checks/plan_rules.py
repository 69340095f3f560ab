"""方案环节的检查 (P-01 to P-09): sections, order of dates, periods, risk, report after issue."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.checks.looking import Look, NotYet, SetAside
from domain.checks.periods import count_period
from domain.checks.rule import Param, Rule
from domain.decisions import Outcome
from domain.duedates import PeriodUnit, deadline
from domain.programme import Confidence, NodeKind

_PROOFS: Final = ("reply", "letter", "receipt", "register")
_FULL = str.maketrans({"＋": "+", "加": "+", " ": None, "\u3000": None, "\n": None})


def sections(look: Look) -> None:
    """P-01."""
    paper = look.paper(look.word("slot"))
    if look.missing(paper):
        return
    words = look.reading(paper).translate(_FULL)
    lacking = [name for name in look.words("sections") if name.translate(_FULL) not in words]
    if lacking:
        look.fault(paper.ref, f"“{paper.title}”没有写到:{'、'.join(lacking)}")


def deliberated_first(look: Look) -> None:
    """P-02."""
    request = look.paper(look.word("before"))
    step, _, node = look.word("meeting").rpartition("/")
    held = [each.settled_on for _, each in look.decisions(step, node)]
    if not held:
        look.fault(step, f"报送前没有登记{look.title(step)}的会议议定")
    elif (sent := request.day()) and max(held) > sent:
        look.fault(request.ref, f"“{request.title}”成文于 {sent},早于会议议定 {max(held)}")


def legality(look: Look) -> None:
    """P-03."""
    opinion = look.paper(look.word("slot"))
    if look.missing(opinion, "result", "issued_on"):
        return
    if opinion.text("result") not in look.words("positive"):
        look.fault(opinion.ref, f"“{opinion.title}”的结论不是同意")
    given, held = opinion.day(), _first_meeting(look, look.word("before"))
    if given and held and given > held:
        look.fault(opinion.ref, f"“{opinion.title}”出具于 {given},晚于审议 {held}")


def _first_meeting(look: Look, step: str) -> date | None:
    plan = look.facts.view.by_id.get(step)
    meetings = {node.id for node in plan.nodes if node.node.kind is NodeKind.MEETING} if plan else set()
    days = [each.occurred_on for _, each in look.decisions(step) if not meetings or each.node in meetings]
    return min(days, default=None)


def legality_time(look: Look) -> None:
    """P-04."""
    step, least = look.word("step"), look.amount("days")
    keys = look.handed_in_copies(step)
    if not keys:
        raise NotYet(f"任务 {step} 尚未提交")
    state = look.state(keys[0])
    if state.opened_on and state.submitted_on:
        took = look.facts.calendar.workdays_between(state.opened_on, state.submitted_on)
        if took < least:
            span = f"{state.opened_on} 至 {state.submitted_on}"
            look.fault(keys[0], f"{look.title(keys[0])}用了 {took} 个工作日({span}),少于 {least} 个")


def consultation(look: Look) -> None:
    """P-05."""
    count_period(look, look.word("notice"), PeriodUnit.DAY)


def risk(look: Look) -> None:
    """P-06."""
    report = look.paper(look.word("slot"))
    if not look.missing(report, "level") and report.text("level") == look.word("forbidden"):
        look.fault(report.ref, f"“{report.title}”评为高风险")


def changes_table(look: Look) -> None:
    """P-07."""
    table = look.paper(look.word("slot"))
    if look.missing(table, "count"):
        return
    step, _, node = look.word("review").rpartition("/")
    asked = sum(look.state(key).returns.get(node, 0) for key in look.copies(step))
    asked += sum(each.outcome is Outcome.RESERVE for _, each in look.decisions(step, node))
    answered = table.number("count") or 0
    if answered < asked:
        look.fault(table.ref, f"“{table.title}”写明 {answered} 条,会审退回和保留意见有 {asked} 次")


def report_after_issue(look: Look) -> None:
    """P-08."""
    issued = look.paper(look.word("issued"))
    if look.missing(issued, "issued_on"):
        return
    step, _, slot = look.word("receipt").rpartition("/")
    last = deadline(issued.day(), look.amount("days"), PeriodUnit.DAY, look.facts.calendar)
    keys = look.handed_in_copies(step)
    receipt = look.papers(f"{step}/{slot}")[0] if keys else None
    sent = receipt.day() if receipt else None
    if sent is None and last.date and look.facts.on > last.date:
        look.fault(f"{step}/{slot}", f"印发后报备逾期:{last.line},还没有报送登记")
    elif sent and last.date and sent > last.date:
        look.fault(f"{step}/{slot}", f"印发后报备逾期:{last.line},报送于 {sent}")
    for name in look.words("documents") if keys else ():
        look.missing(look.paper(f"{step}/{name}"))


def filing_proof(look: Look) -> None:
    """P-09."""
    refs = [ref for name in ("prior", "after") if look.has((ref := look.word(name)).rpartition("/")[0])]
    if not refs:
        raise SetAside("本改革任务不含报送")
    done = [(ref, key) for ref in refs for key in look.copies(ref.rpartition("/")[0]) if look.closed(key)]
    if not done:
        raise NotYet("报送尚未办结")
    proofs = [paper for ref, _ in done for paper in look.papers(ref)]
    if not any(paper.text("result") in _PROOFS and paper.text("issued_on") for paper in proofs):
        look.fault(proofs[0].ref, "没有报送凭证(批复、复函、备案回执、报送登记有其一即可)")


RULES: Final = (
    Rule(
        id="P-01",
        title="方案必备章节齐全",
        reads="改革实施方案的文字(Word 文件)",
        why="缺了章节,后面各环节就没有依据",
        satisfy="在方案中补上缺的章节,换新版本后重新检查;文字读不出的请人工核对",
        basis="方案必备章节(建议值)",
        confidence=Confidence.PROPOSED,
        look=sections,
        parameters=(
            Param("slot", "方案材料"),
            Param("sections", "必备章节(空格隔开)"),
        ),
        texts=("slot",),
    ),
    Rule(
        id="P-02",
        title="报送前经党委审议",
        reads="会议议定的日期、请示的成文日期",
        why="没有议定就报送,程序倒置",
        satisfy="凭会议纪要登记议定;日期登记有误的按更正办理",
        basis="党委议事规则",
        confidence=Confidence.KNOWN,
        look=deliberated_first,
        parameters=(Param("meeting", "审议节点"), Param("before", "在它成文之前")),
    ),
    Rule(
        id="P-03",
        title="审议前有同意的合法性审查意见",
        reads="合法性审查意见书的结论和日期、第一次审议的日期",
        why="合法性审查在审议之前;不同意的不能上会",
        satisfy="补登意见书,或先审查再审议;日期有误的按更正办理",
        basis="《重大行政决策程序暂行条例》(国务院令第713号)只适用于县级以上政府的重大行政决策;"
        "党委文件作合法合规性审查",
        confidence=Confidence.KNOWN,
        look=legality,
        parameters=(
            Param("slot", "审查意见书"),
            Param("before", "审议任务"),
            Param("positive", "视为同意的结论", "agree agree_amended"),
        ),
    ),
    Rule(
        id="P-04",
        title="合法性审查不少于规定的工作日",
        reads="合法性审查任务的启动和提交日期、工作日历",
        why="时间太短,审查流于形式",
        satisfy="一般没有办法补救;确有紧急情况的,写明理由申请豁免",
        basis="《重大行政决策程序暂行条例》(国务院令第713号)合法性审查一般不少于 7 个工作日",
        confidence=Confidence.KNOWN,
        look=legality_time,
        parameters=(
            Param("step", "审查任务"),
            Param("days", "最少工作日", 7, Confidence.KNOWN),
        ),
    ),
    Rule(
        id="P-05",
        title="公开征求意见不少于 30 日",
        reads="公告的起止日期;首日算与不算两种算法都看",
        why="公众要有足够时间提意见",
        satisfy="延长期限,更正截止日期;缩短的写明理由申请豁免",
        basis="《重大行政决策程序暂行条例》(国务院令第713号)公开征求意见一般不少于 30 日",
        confidence=Confidence.KNOWN,
        look=consultation,
        parameters=(
            Param("notice", "公告"),
            Param("days", "最少日数", 30, Confidence.KNOWN),
        ),
    ),
    Rule(
        id="P-06",
        title="稳评不是高风险",
        reads="社会稳定风险评估报告的风险等级",
        why="高风险的决策不能实施",
        satisfy="调整方案重新评估,登记新的报告",
        basis="重大决策社会稳定风险评估(各地办法)",
        confidence=Confidence.KNOWN,
        look=risk,
        parameters=(Param("slot", "稳评报告"), Param("forbidden", "不得实施的等级", "high")),
    ),
    Rule(
        id="P-07",
        title="修改对照表覆盖全部会审意见",
        reads="修改对照表的条数、会审退回和保留意见的次数",
        why="退回的意见要逐条有着落",
        satisfy="在对照表中逐条写明,更正条数",
        basis="修改对照表覆盖全部会审意见(建议值)",
        confidence=Confidence.PROPOSED,
        look=changes_table,
        parameters=(Param("slot", "修改对照表"), Param("review", "会审节点")),
    ),
    Rule(
        id="P-08",
        title="印发后按期报备,材料齐全",
        reads="印发日期、报送凭证日期、备案报告和备案说明",
        why="属于党内规范性文件的,印发后要在期限内报备",
        satisfy="尽快报送并登记凭证;补齐备案报告和说明",
        basis="党内法规和规范性文件备案审查规定:自印发之日起 30 日内报备(适用范围存疑,只提醒)",
        confidence=Confidence.FOUND,
        look=report_after_issue,
        parameters=(
            Param("issued", "印发的文件"),
            Param("receipt", "报送凭证"),
            Param("days", "日数", 30, Confidence.FOUND),
            Param("documents", "同报的材料", "filing_report filing_note"),
        ),
    ),
    Rule(
        id="P-09",
        title="有报送凭证",
        reads="印发前、印发后两次报送的凭证",
        why="没有凭证,说不清是否备案;但不影响后面的环节",
        satisfy="登记批复、复函、备案回执之一;都没有的,登记报送日期、编号和方式",
        basis="许昌试点“方案修改完善和备案”;凭证种类见使用惯例",
        confidence=Confidence.FOUND,
        look=filing_proof,
        parameters=(Param("prior", "印发前凭证"), Param("after", "印发后凭证")),
    ),
)
"""方案环节的检查."""
