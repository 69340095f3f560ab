"""全员竞聘环节的检查, second part (H-08 to H-13): one post a person, contracts, files, outcomes, pay."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

from domain.checks.looking import Look, NotYet, key_of
from domain.checks.rule import Param, Rule
from domain.duedates import PeriodUnit, deadline
from domain.plan import REGISTER
from domain.programme import Confidence, Severity
from domain.register_rows import Row

_GONE: Final = ("transferred", "retired", "left", "placed")
APPOINTED: Final = "appointed"


def one_post(look: Look) -> None:
    """H-08."""
    posts, transfers = look.word("posts"), look.word("transfers")
    offered = look.rows(posts)
    held = Counter(row["holder"] for row in offered if row.get("holder"))
    twice = [person for person, number in held.items() if number > 1]
    look.faulty_rows(posts, twice, "有 {n} 人聘在两个以上岗位")
    gone = {key_of(row) for row in look.rows_if_any(transfers)}
    roster = look.word("roster")
    appointed = {key_of(row) for row in look.rows_if_any(roster) if row.get("outcome") == APPOINTED}
    both = sorted(gone & (held.keys() | appointed))
    if both:
        look.faulty_rows(transfers, both, "有 {n} 人已分流,又聘任到岗位")


def contracts(look: Look) -> None:
    """H-09."""
    register = look.word("register")
    appointed = _appointed(look, register)
    unsigned = [key_of(row) for row in appointed if not row.get("contract_on")]
    look.faulty_rows(register, unsigned, "有 {n} 名聘任人员没有合同签订日期")
    late = [
        key_of(row) for row in appointed if row.get("identity") == look.word("labour") and _late(look, row)
    ]
    look.faulty_rows(register, late, f"有 {{n}} 名合同制人员的合同在到岗{look.amount('months')}个月之后签订")


def _appointed(look: Look, register: str) -> list[Row]:
    found = [row for row in look.rows(register) if row.get("outcome") == APPOINTED]
    if not found:
        raise NotYet(f"{look.register_title(register)}上还没有填聘任")
    return found


def _late(look: Look, row: Row) -> bool:
    if not row.get("started_on") or not row.get("contract_on"):
        return False
    started = date.fromisoformat(row["started_on"])
    last = deadline(started, look.amount("months"), PeriodUnit.MONTH, look.facts.calendar).date
    return last is not None and date.fromisoformat(row["contract_on"]) > last


def contract_term(look: Look) -> None:
    """H-10."""
    register, least, most = look.word("register"), look.amount("minimum"), look.amount("maximum")
    outside = [
        key_of(row)
        for row in _appointed(look, register)
        if row.get("contract_years") and not least <= int(row["contract_years"]) <= most
    ]
    look.faulty_rows(register, outside, f"有 {{n}} 人的聘期不在 {least} 至 {most} 年之内")


def files_sealed(look: Look) -> None:
    """H-11."""
    register = look.word("register")
    rows = look.rows(register)
    unsealed = [key_of(row) for row in rows if _on_post(row) and row.get("sealed") != "yes"]
    look.faulty_rows(register, unsealed, "有 {n} 名在编在岗人员没有封存登记")
    wrong = [
        key_of(row) for row in rows if row.get("on_establishment") == "no" and row.get("sealed") == "yes"
    ]
    look.faulty_rows(register, wrong, "有 {n} 名编外人员作了封存登记")


def _on_post(row: Row) -> bool:
    return row.get("on_establishment") == "yes" and row.get("outcome") not in _GONE


def outcomes(look: Look) -> None:
    """H-12."""
    register, column = look.word("register"), look.word("column")
    rows = look.rows(register)
    look.faulty_rows(register, [key_of(row) for row in rows if not row.get(column)], "有 {n} 人没有去向")
    step, _, slot = look.word("baseline").rpartition("/")
    if step and look.has(step):
        before = look.beside(step, f"{step}/{slot}").number("count")
        if before is not None and len(rows) < before:
            title = look.register_title(register)
            look.fault(f"{REGISTER}/{register}", f"{title}有 {len(rows)} 人,少于改革前实有的 {before} 人")


def pay_pool(look: Look) -> None:
    """H-13."""
    plan, benchmark = look.paper(look.word("pay")), look.paper(look.word("benchmark"))
    if look.missing(plan, "amount") | look.missing(benchmark, "amount"):
        return
    pay, base, percent = plan.number("amount") or 0, benchmark.number("amount") or 0, look.amount("percent")
    if pay * 100 > base * percent:
        look.fault(plan.ref, f"薪酬总额 {pay} 元,超过同级公务员平均水平 {base} 元的 {percent}%")


_ROSTER: Final = Param("register", "人员名册")
RULES: Final = (
    Rule(
        id="H-08",
        title="一人一岗,已分流的不再聘任",
        reads="岗位设置表的聘任人员编号、人员分流名单、人员名册的去向",
        why="一人占两岗,或者分流了又聘回来,三本账就不平",
        satisfy="改正岗位设置表或名册上的人员编号",
        basis="产品内在规则:账须平衡",
        confidence=Confidence.PROPOSED,
        look=one_post,
        parameters=(
            Param("posts", "岗位设置表"),
            Param("transfers", "人员分流名单"),
            Param("roster", "人员名册", "roster"),
        ),
        severity=Severity.BLOCK,
    ),
    Rule(
        id="H-09",
        title="聘任人员都签合同,合同制人员一个月内签",
        reads="人员名册的去向、身份类别、到岗日期、合同签订日期",
        why="用工一个月内要订书面合同",
        satisfy="补签合同,填签订日期;日期有误的改正",
        basis="《劳动合同法》第十条:自用工之日起一个月内(只适用于合同制人员)",
        confidence=Confidence.KNOWN,
        look=contracts,
        parameters=(
            _ROSTER,
            Param("months", "几个月内", 1, Confidence.KNOWN),
            Param("labour", "合同制人员的代码", "contract"),
        ),
    ),
    Rule(
        id="H-10",
        title="聘期在规定年限之内",
        reads="人员名册的聘期",
        why="聘期太短留不住人,太长失去竞聘的意义",
        satisfy="改签聘期,更正名册",
        basis="聊城做法 3 至 5 年;事业单位聘用合同一般不低于 3 年(条例第十二条)",
        confidence=Confidence.KNOWN,
        look=contract_term,
        parameters=(
            _ROSTER,
            Param("minimum", "最短(年)", 3, Confidence.KNOWN),
            Param("maximum", "最长(年)", 5, Confidence.FOUND),
        ),
    ),
    Rule(
        id="H-11",
        title="在编在岗人员档案封存登记齐全",
        reads="人员名册的是否在编、去向、是否封存登记",
        why="“三分离”:档案职务与竞聘岗位分开管理",
        satisfy="补办封存登记,改正名册",
        basis="“三分离”做法(三河)",
        confidence=Confidence.FOUND,
        look=files_sealed,
        parameters=(_ROSTER,),
    ),
    Rule(
        id="H-12",
        title="改革前名册上人人有去向",
        reads="人员名册的去向;名册人数与摸底报告的实有人数",
        why="少一个人,就有一个人没有安置",
        satisfy="逐人填明去向:聘任、划转、退休、离职或安置;漏下的人补进名册",
        basis="产品内在规则:账须平衡",
        confidence=Confidence.PROPOSED,
        look=outcomes,
        parameters=(
            _ROSTER,
            Param("column", "去向列", "outcome"),
            Param("baseline", "摸底报告(实有人数);不填不比", ""),
        ),
        severity=Severity.BLOCK,
    ),
    Rule(
        id="H-13",
        title="薪酬总额不超过倍数",
        reads="薪酬方案总额、同级公务员平均水平测算",
        why="薪酬总额要有上限",
        satisfy="调低总额,重新核定",
        basis="山东规定 2 倍以内,非河南规定",
        confidence=Confidence.FOUND,
        look=pay_pool,
        parameters=(
            Param("pay", "薪酬方案"),
            Param("benchmark", "比对基数"),
            Param("percent", "最高百分比", 200, Confidence.FOUND),
        ),
    ),
)
"""全员竞聘环节的检查(二)."""
