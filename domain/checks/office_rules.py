"""机构优化环节的检查 (I-01 to I-07): approval first, numbers within it, terms, seals."""

from __future__ import annotations

from typing import Final

from domain.checks.looking import Look, Paper, key_of
from domain.checks.rule import Param, Rule
from domain.plan import REGISTER
from domain.programme import Confidence, Severity


def approval_first(look: Look) -> None:
    """I-01."""
    notice, reply = look.paper(look.word("notice")), _reply(look)
    if look.missing(reply, "issued_on") or look.missing(notice, "starts_on"):
        return
    given, posted = reply.day(), notice.day("starts_on")
    if given and posted and given > posted:
        look.fault(notice.ref, f"竞聘公告 {posted} 发布,早于机构编制方案批复 {given}")


def _reply(look: Look) -> Paper:
    """The approval, handed in or not: who compares with it may come before it."""
    step, _, slot = look.word("approval" if "approval" in look.parameters else "approved").rpartition("/")
    return look.beside(step, f"{step}/{slot}")


def departments_within(look: Look) -> None:
    """I-02."""
    register = look.word("register")
    has, reply = len(look.rows(register)), _reply(look)
    title = look.register_title(register)
    allowed = reply.number("departments")
    if allowed is None:
        look.missing(reply, "departments")
    elif has > allowed:
        look.fault(f"{REGISTER}/{register}", f"{title}有 {has} 个,批复为 {allowed} 个")
    most = look.amount("most")
    if most and has > most:
        look.fault(f"{REGISTER}/{register}", f"{title}有 {has} 个,超过限额 {most} 个")


def leaders_within(look: Look) -> None:
    """I-03."""
    register = look.word("register")
    has, reply = len(look.rows(register)), _reply(look)
    place, title = f"{REGISTER}/{register}", look.register_title(register)
    allowed = reply.number("leaders")
    if allowed is not None:
        if has > allowed:
            look.fault(place, f"{title}有 {has} 人,批复的领导职数为 {allowed} 个")
        return
    loosest = max(look.amount(name) for name in ("chief_max", "deputy_max", "section_max"))
    if has > loosest:
        look.fault(place, f"{title}有 {has} 人,批复没有写明职数,外地样例最多 {loosest} 个", doubtful=True)


def fewer_departments(look: Look) -> None:
    """I-04."""
    register = look.word("register")
    has, before = len(look.rows(register)), look.paper(look.word("baseline"))
    had = before.number("departments")
    if had is None:
        look.missing(before, "departments")
    elif has >= had:
        title = look.register_title(register)
        look.fault(f"{REGISTER}/{register}", f"{title}有 {has} 个,改革前 {had} 个,没有减少")


def economic_share(look: Look) -> None:
    """I-05."""
    register, percent = look.word("register"), look.amount("percent")
    rows = look.rows(register)
    economic = sum(row.get("kind") == look.word("economic") for row in rows)
    if rows and economic * 100 < len(rows) * percent:
        share = economic * 100 // len(rows)
        look.fault(
            f"{REGISTER}/{register}",
            f"经济类机构 {economic} 个,占 {len(rows)} 个的 {share}%,低于 {percent}%",
        )


def terms(look: Look) -> None:
    """I-06."""
    register = look.word("register")
    rows = look.rows(register)
    lacking = [
        key_of(row)
        for row in rows
        if not row.get("term_from") or not row.get("term_years") or row.get("target_letter") != "yes"
    ]
    look.faulty_rows(register, lacking, "有 {n} 人没有任期或任期目标责任书")


def seals(look: Look) -> None:
    """I-07."""
    filed = look.paper(look.word("filed"))
    look.missing(filed, "number", "issued_on")
    step, _, slot = look.word("returned").rpartition("/")
    look.missing(look.beside(step, f"{step}/{slot}"), "number", "issued_on")


_APPROVED: Final = Param("approved", "批复")
RULES: Final = (
    Rule(
        id="I-01",
        title="先批复机构编制方案,后发竞聘公告",
        reads="批复的成文日期、竞聘公告的起始日期",
        why="没有批复的岗位,不能拿出来竞聘",
        satisfy="以批复之后的日期重新发布公告;日期登记有误的按更正办理",
        basis="许昌市先定机构编制方案、后竞聘;《中国共产党机构编制工作条例》",
        confidence=Confidence.KNOWN,
        look=approval_first,
        parameters=(Param("approval", "批复"), Param("notice", "竞聘公告")),
    ),
    Rule(
        id="I-02",
        title="内设机构数不超过批复",
        reads="内设机构表、批复的内设机构数",
        why="机构编制不得擅自突破",
        satisfy="撤并多出的机构,或凭新的批复更正数字",
        basis="机构编制方案批复",
        confidence=Confidence.KNOWN,
        look=departments_within,
        parameters=(
            Param("register", "内设机构表"),
            _APPROVED,
            Param("most", "另有限额的填限额,没有的填 0", 0),
        ),
    ),
    Rule(
        id="I-03",
        title="领导职数不超过批复",
        reads="领导班子任期表、批复的领导职数;批复没有写明的,与外地样例比对,只提醒",
        why="不得超职数配备干部",
        satisfy="按批复配备,或凭新的批复更正数字",
        basis="机构编制方案批复;正处级 7、副处级 5、科级 3 为外地样例,非河南规定",
        confidence=Confidence.UNCERTAIN,
        look=leaders_within,
        parameters=(
            Param("register", "领导班子任期表"),
            _APPROVED,
            Param("chief_max", "正处级最多", 7, Confidence.FOUND),
            Param("deputy_max", "副处级最多", 5, Confidence.FOUND),
            Param("section_max", "科级最多", 3, Confidence.FOUND),
        ),
    ),
    Rule(
        id="I-04",
        title="内设机构比改革前减少",
        reads="内设机构表、摸底报告的内设机构数",
        why="改革要整合归并内设机构",
        satisfy="归并机构;摸底数登记有误的按更正办理",
        basis="国办发〔2017〕7号:整合归并内设机构",
        confidence=Confidence.KNOWN,
        look=fewer_departments,
        parameters=(Param("register", "内设机构表"), Param("baseline", "摸底报告")),
    ),
    Rule(
        id="I-05",
        title="经济类机构占比",
        reads="内设机构表的类别",
        why="开发区的主责主业是经济发展",
        satisfy="仅供参考,不要求整改",
        basis="唐山样例:经济类机构占 80% 以上,非河南规定",
        confidence=Confidence.FOUND,
        look=economic_share,
        parameters=(
            Param("register", "内设机构表"),
            Param("percent", "最低百分比", 80, Confidence.FOUND),
            Param("economic", "经济类的代码", "economic"),
        ),
        severity=Severity.INFORM,
    ),
    Rule(
        id="I-06",
        title="领导班子人人有任期和目标责任书",
        reads="领导班子任期表",
        why="“三制”要求领导班子任期制",
        satisfy="补填任期,签订任期目标责任书",
        basis="“三化三制”:领导班子任期制",
        confidence=Confidence.FOUND,
        look=terms,
        parameters=(Param("register", "领导班子任期表"),),
    ),
    Rule(
        id="I-07",
        title="旧章缴销、新章备案",
        reads="公章缴销凭证、公章备案回执",
        why="旧章不缴销,还能以旧机构名义行文",
        satisfy="补登凭证的编号和日期",
        basis="《国务院关于国家行政机关和企业事业单位社会团体印章管理的规定》(国发〔1999〕25号)",
        confidence=Confidence.KNOWN,
        look=seals,
        parameters=(Param("returned", "缴销凭证"), Param("filed", "备案回执")),
    ),
)
"""机构优化环节的检查."""
