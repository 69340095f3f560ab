"""公司组建环节的检查 (C-01 to C-09): codes, charter, directors, capital, time, duties."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.case import split_key
from domain.checks.looking import Look, NotYet, Paper, SetAside, key_of
from domain.checks.rule import Param, Rule
from domain.duedates import PeriodUnit, deadline
from domain.identifiers.credit_code import parse_credit_code
from domain.identifiers.values import Fault
from domain.plan import REGISTER
from domain.programme import Confidence, Severity
from domain.register_rows import Row

NEW_LAW: Final = date(2024, 7, 1)
"""《公司法》2023年修订 is in force from this day."""


def _company(look: Look, key: str) -> Row:
    """The company's row of a step's copy; empty where there is none."""
    item = split_key(key)[1]
    return next((row for row in look.rows(look.word("register")) if _item_key(row) == item), {})


def _item_key(row: Row) -> str:
    return key_of(row).replace("#", "-").replace("/", "-")


def _owner(paper: Paper) -> str:
    return paper.ref.rpartition("/")[0]


def credit_code(look: Look) -> None:
    """C-01."""
    for licence in look.papers(look.word("slot")):
        if look.missing(licence, "credit_code"):
            continue
        code = parse_credit_code(licence.text("credit_code"))
        if isinstance(code, Fault):
            look.fault(licence.ref, f"统一社会信用代码有误:{code.message}")
        elif not code.text.startswith(look.word("prefix")):
            look.fault(
                licence.ref, f"统一社会信用代码 {code.text} 不是企业代码,企业以 {look.word('prefix')} 开头"
            )


def charter_approved(look: Look) -> None:
    """C-02."""
    step, _, node = look.word("node").rpartition("/")
    closed = [key for key in look.copies(step) if look.closed(key)]
    if not closed:
        raise NotYet(f"任务 {step} 尚未办结")
    approved = {key for key, _ in look.decisions(step, node)}
    for paper in look.papers(look.word("slot")):
        key = _owner(paper)
        if key in closed and not look.missing(paper) and key not in approved:
            look.fault(paper.ref, f"{look.title(key)}的章程没有履行出资人职责的机构批准")


def outside_directors(look: Look) -> None:
    """C-03."""
    seen = 0
    for board in look.papers(look.word("board")):
        key = _owner(board)
        appointed = board.day()
        if _company(look, key).get("ownership") != look.word("ownership") or (
            appointed and appointed < NEW_LAW
        ):
            continue
        seen += 1
        outside = look.beside(key, look.word("outside"))
        if look.missing(board, "count") | look.missing(outside, "count"):
            continue
        whole, part = board.number("count") or 0, outside.number("count") or 0
        if part * 2 <= whole:
            look.fault(board.ref, f"{look.title(key)}董事 {whole} 人,外部董事 {part} 人,没有过半数")
    if not seen:
        raise SetAside("没有 2024年7月1日以后组成董事会的国有独资公司")


def capital_schedule(look: Look) -> None:
    """C-04."""
    for licence in look.papers(look.word("licence")):
        founded = licence.day()
        if founded is None:
            look.missing(licence, "issued_on")
            continue
        row = _company(look, _owner(licence))
        if not row.get("capital_due"):
            look.fault(licence.ref, f"{look.title(_owner(licence))}没有填认缴期限")
            continue
        due, last = date.fromisoformat(row["capital_due"]), _capital_limit(look, founded)
        if last and due > last:
            look.fault(licence.ref, f"{look.title(_owner(licence))}认缴期限 {due},最迟应为 {last}")


def _capital_limit(look: Look, founded: date) -> date | None:
    """By when the capital is paid in; None where the law gives an older company time to adjust."""
    if founded >= NEW_LAW:
        months = look.amount("years") * 12
        return deadline(founded, months, PeriodUnit.MONTH, look.facts.calendar, roll=False).date
    if look.facts.on <= date.fromisoformat(look.word("adjust_until")):
        return None
    return date.fromisoformat(look.word("older_until"))


def registration_time(look: Look) -> None:
    """C-05."""
    step, _, node = look.word("node").rpartition("/")
    days, more = look.amount("days"), look.amount("extension")
    registered = list(look.decisions(step, node))
    if not registered:
        raise NotYet(f"任务 {step} 还没有登记机关核准")
    for key, decision in registered:
        asked = look.state(key).submitted_on
        if asked is None:
            continue
        took = look.facts.calendar.workdays_between(asked, decision.occurred_on)
        said = f"{look.title(key)}申请 {asked},核准 {decision.occurred_on},用了 {took} 个工作日"
        if took > days + more:
            look.fault(key, f"{said},超过 {days} 个工作日和延长的 {more} 个")
        elif took > days:
            look.fault(key, f"{said},超过 {days} 个;情形复杂的可以延长 {more} 个", doubtful=True)


def no_paid_officials(look: Look) -> None:
    """C-06."""
    companies = {row["body"] for row in look.rows(look.word("companies")) if row.get("body")}
    transfers = look.word("transfers")
    gone = {key_of(row) for row in look.rows(transfers) if row.get("destination") in companies}
    officials = {
        key_of(row)
        for row in look.rows(look.word("register"))
        if row.get("identity") in look.words("officials")
    }
    look.faulty_rows(
        transfers,
        sorted(gone & officials),
        "有 {n} 名公务员、参公人员分流到公司,须先办理身份手续,不得兼职取酬",
    )


def duties_divided(look: Look) -> None:
    """C-07."""
    lists = look.papers(look.word("slot"))
    for paper in lists:
        look.missing(paper)
    companies = look.word("companies")
    taken = [int(row["functions"]) for row in look.rows(companies) if row.get("functions")]
    given = sum(row.get("disposal") == look.word("disposal") for row in look.rows(look.word("duties")))
    if not taken:
        raise NotYet("公司表上还没有填承接职能项数")
    place = f"{REGISTER}/{companies}"
    if sum(taken) < given:
        look.fault(place, f"移交公司的职能 {given} 项,各公司承接 {sum(taken)} 项,有空缺")
    elif sum(taken) > given:
        look.fault(place, f"移交公司的职能 {given} 项,各公司承接 {sum(taken)} 项,有重叠")


def valued(look: Look) -> None:
    """C-08."""
    for paper in look.papers(look.word("valuation")):
        look.missing(paper, "number", "issued_on")


def no_financing(look: Look) -> None:
    """C-09."""
    lists = look.papers(look.word("slot"))
    for paper in lists:
        if paper.ref in look.facts.texts:
            said = [word for word in look.words("forbidden") if word in look.reading(paper)]
            if said:
                look.fault(paper.ref, f"“{paper.title}”写有:{'、'.join(said)}")
    duties = look.word("duties")
    wrong = [
        key_of(row)
        for row in look.rows_if_any(duties)
        if row.get("disposal") == look.word("disposal")
        and any(word in row.get("title", "") for word in look.words("forbidden"))
    ]
    look.faulty_rows(duties, wrong, "有 {n} 项移交公司的职能涉及政府融资、担保")


_COMPANIES: Final = Param("companies", "公司表", "companies")
_DUTIES: Final = Param("duties", "职能清单", "duties")
_TO_COMPANY: Final = Param("disposal", "移交公司的代码", "to_company")
RULES: Final = (
    Rule(
        id="C-01",
        title="公司的统一社会信用代码有效",
        reads="营业执照上登记的统一社会信用代码",
        why="代码错了,公司就对不上号",
        satisfy="对照执照更正代码",
        basis="GB 32100-2015 统一社会信用代码编码规则",
        confidence=Confidence.FOUND,
        look=credit_code,
        parameters=(Param("slot", "营业执照"), Param("prefix", "企业代码开头", "91", Confidence.FOUND)),
        severity=Severity.BLOCK,
    ),
    Rule(
        id="C-02",
        title="章程经出资人机构批准",
        reads="公司章程、履行出资人职责的机构的意见",
        why="国有独资公司的章程由履行出资人职责的机构制定或批准",
        satisfy="报批并登记意见",
        basis="《公司法》第一百七十一条(2024年7月1日前为 2018年修正第六十五条)",
        confidence=Confidence.KNOWN,
        look=charter_approved,
        parameters=(Param("slot", "章程"), Param("node", "批准节点")),
    ),
    Rule(
        id="C-03",
        title="国有独资公司外部董事过半数",
        reads="任职文件上的董事人数、外部董事人数、公司表的股权;2024年7月1日前组成的董事会不检查",
        why="外部董事过半数,才能制衡经理层",
        satisfy="增加外部董事,登记任职文件",
        basis="《公司法》(2023年修订)第一百七十三条",
        confidence=Confidence.FOUND,
        look=outside_directors,
        parameters=(
            Param("board", "董事会任职文件"),
            Param("outside", "外部董事任职文件"),
            Param("register", "公司表", "companies"),
            Param("ownership", "国有独资的代码", "sole"),
        ),
        valid_from=NEW_LAW,
    ),
    Rule(
        id="C-04",
        title="认缴出资五年内缴足",
        reads="公司表的认缴期限、营业执照的成立日期",
        why="认缴期限过长,资本是空的",
        satisfy="修改章程,缩短认缴期限,更正公司表",
        basis="《公司法》(2023年修订)第四十七条;2024年6月30日前登记的,国务院令第784号:2027年6月30日前调整",
        confidence=Confidence.FOUND,
        look=capital_schedule,
        parameters=(
            Param("register", "公司表", "companies"),
            Param("licence", "营业执照"),
            Param("years", "年数", 5, Confidence.FOUND),
            Param("adjust_until", "老公司调整期限", "2027-06-30", Confidence.KNOWN),
            Param("older_until", "老公司调整后最迟缴足", "2032-06-30", Confidence.KNOWN),
        ),
        valid_from=NEW_LAW,
    ),
    Rule(
        id="C-05",
        title="设立登记用时",
        reads="设立登记的提交日期、登记机关核准日期",
        why="看登记是否顺畅",
        satisfy="仅供参考,不要求整改",
        basis="《市场主体登记管理条例》第十九条:当场登记,否则 3 个工作日,情形复杂的再延长 3 个工作日",
        confidence=Confidence.FOUND,
        look=registration_time,
        parameters=(
            Param("node", "核准节点"),
            Param("days", "工作日", 3, Confidence.FOUND),
            Param("extension", "可以延长的工作日", 3, Confidence.FOUND),
        ),
        severity=Severity.INFORM,
    ),
    Rule(
        id="C-06",
        title="公务员不在公司兼职取酬",
        reads="人员名册的身份类别、人员分流名单的去向、公司表",
        why="公务员不得在企业兼职取酬",
        satisfy="先办理身份手续,或改变分流去向",
        basis="《公务员法》;中组发〔2013〕18号",
        confidence=Confidence.KNOWN,
        look=no_paid_officials,
        parameters=(
            Param("register", "人员名册"),
            Param("officials", "公务员身份的代码", "civil_servant managed"),
            Param("transfers", "人员分流名单", "transfers"),
            _COMPANIES,
        ),
    ),
    Rule(
        id="C-07",
        title="管委会与公司职责不重叠、不空缺",
        reads="权责边界清单、职能清单中移交公司的项数、公司表的承接职能项数",
        why="职责不清,事情没人办或者两家办",
        satisfy="对照职能清单逐项落实到公司,改正项数",
        basis="管委会与公司职责清单(政企分离做法)",
        confidence=Confidence.FOUND,
        look=duties_divided,
        parameters=(Param("slot", "权责边界清单"), _DUTIES, _TO_COMPANY, _COMPANIES),
    ),
    Rule(
        id="C-08",
        title="资产划转有评估和备案",
        reads="资产评估报告和备案的文号、日期",
        why="国有资产转让、划转要有依据",
        satisfy="补登评估报告和备案",
        basis="《企业国有资产法》",
        confidence=Confidence.KNOWN,
        look=valued,
        parameters=(Param("valuation", "评估报告"),),
    ),
    Rule(
        id="C-09",
        title="公司不承担政府融资职能",
        texts=("slot",),
        reads="权责边界清单的文字(Word 文件)、职能清单中移交公司的职能名称",
        why="公司不得替政府举债、担保",
        satisfy="删去融资、担保职能,换新版本",
        basis="《预算法》第三十五条;国发〔2014〕43号",
        confidence=Confidence.KNOWN,
        look=no_financing,
        parameters=(
            Param("slot", "权责边界清单"),
            Param("forbidden", "不得有的字样(空格隔开)", "政府融资 融资平台 举债 政府担保 提供担保"),
            _DUTIES,
            _TO_COMPANY,
        ),
    ),
)
"""公司组建环节的检查."""
