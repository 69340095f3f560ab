"""故事: a consultation, a filing and a licence carried to their end from the command line."""

from __future__ import annotations

from tests.stories.clerk import CHECKER, LAUNCHER, OFFICE, UNIT, Clerk, write_paper
from tests.stories.conftest import At

TASK_FORCE = "demo-yanling-task-force-handler"
FINANCE = "demo-yanling-finance-bureau-head"
NUMBERED = ("--field", "文号=示例〔2021〕9号", "--field", "成文日期=今天")


def test_a_consultation_invited_answered_and_adopted(clerk_at: At) -> None:
    clerk = clerk_at("1.3 起草改革实施方案 · 办结")
    letter = ("--file", write_paper(clerk.folder), *NUMBERED)
    clerk.done("step", "evidence", "鄢陵", "1.4", "征求意见函", *letter, by=TASK_FORCE)
    clerk.done("step", "submit", "鄢陵", "1.4", by=TASK_FORCE)
    clerk.refused(
        1,
        "consult.not_invited",
        *("step", "decide", "鄢陵", "1.4", "--outcome", "无意见"),
        by=FINANCE,
        says=["还没有选定征求意见对象"],
    )
    both = ("--body", "鄢陵县财政局", "--body", "鄢陵县委编办")
    asked = ("step", "invite", "鄢陵", "1.4", "--node", "departments", *both)
    assert "2 家" in clerk.done(*asked, by=TASK_FORCE).out
    told = ("--outcome", "有意见", "--opinion", "示例意见:写明经费基数")
    clerk.done("step", "decide", "鄢陵", "1.4", *told, by=FINANCE)
    by_letter = ("--outcome", "无意见", "--medium", "批复来文", "--on", "今天", "--number", "示例〔2021〕1号")
    clerk.done(
        "step", "record", "鄢陵", "1.4", *by_letter, "--by", "demo-yanling-estab-office-head", by=TASK_FORCE
    )
    clerk.done("step", "check", "鄢陵", "1.4", by="demo-yanling-task-force-member")
    opinion = next(d["id"] for d in clerk.step("1.4")["state"]["decisions"] if d["outcome"] == "opinion")
    adopt = ("step", "adopt", "鄢陵", "1.4", "--decision", opinion, "--adoption")
    clerk.refused(
        1, "adopt.reason_missing", *adopt, "部分采纳", by=TASK_FORCE, says=["命令里加 --reason 理由"]
    )
    clerk.done(*adopt, "部分采纳", "--reason", "示例理由", by=TASK_FORCE)
    shown = clerk.done("step", "show", "鄢陵", "1.4").out
    assert "采纳情况:部分采纳" in shown
    clerk.done("step", "decide", "鄢陵", "1.4", "--outcome", "同意", by="demo-yanling-task-force-head")
    assert clerk.step("1.4")["step"]["words"] == "已办结"


def test_what_a_step_has_to_settle_is_on_its_page(clerk_at: At) -> None:
    clerk = clerk_at("1.7 合法性审查 · 办结")
    shown = clerk.done("step", "show", "鄢陵", "1.8").out
    assert "选择  实施方案是否属于党内规范性文件(party_document):未选定" in shown
    assert "no(不属于)、yes(属于)" in shown
    choose = ("step", "choose", UNIT, "party_document", "no")
    clerk.refused(
        1,
        "choice.missing",
        "step",
        "submit",
        "鄢陵",
        "1.8",
        by=OFFICE,
        says=["zonectl " + " ".join(choose[:-1])],
    )
    clerk.done(*choose, by=OFFICE)
    assert "党内规范性文件(party_document):不属于\n" in clerk.done("step", "show", "鄢陵", "1.8").out
    (settled,) = clerk.step("1.8")["choices"]
    assert settled["chosen"] == "no"


def test_a_filing_registered_by_hand_and_checked_by_a_second_person(clerk_at: At) -> None:
    clerk = clerk_at("1.10 修改完善 · 办结")
    for slot, fields in (("备案报告", NUMBERED), ("正式文本", ()), ("备案说明", ())):
        paper = write_paper(clerk.folder, f"示例{slot}.docx")
        clerk.done("step", "evidence", "鄢陵", "1.11", slot, "--file", paper, *fields, by=OFFICE)
    clerk.done("step", "submit", "鄢陵", "1.11", by=OFFICE)
    clerk.done("step", "decide", "鄢陵", "1.11", "--outcome", "同意", by="demo-xuchang-reform-office-head")
    assert clerk.step("1.11")["step"]["words"] == "报送中"
    file = ("step", "file", "鄢陵", "1.11", "--outcome", "已收")
    member, head = CHECKER, LAUNCHER
    clerk.refused(1, "field.missing", *file, by=member, says=["缺少", "命令里加 --field 要素=值"])
    fields = ("文号=无文号", "成文日期=今天", "报送方式=机要", "结论=报送登记")
    given = [word for field in fields for word in ("--field", field)]
    clerk.done(*file, *given, by=member)
    clerk.refused(1, "duty.own_recording", "step", "check-filing", "鄢陵", "1.11", by=member)
    clerk.done("step", "check-filing", "鄢陵", "1.11", by=head)
    assert clerk.step("1.11")["step"]["words"] == "已办结"


def test_a_licence_verified_by_hand(clerk_at: At) -> None:
    clerk = clerk_at("4.5 名称申报和设立登记(1) · 办结")
    company = "demo-yanling-company-handler"
    fields = ("统一社会信用代码=91411024MA0000007G", "名称=示例运营公司", "成文日期=今天")
    licence = [word for field in fields for word in ("--field", field)]
    paper = ("--file", write_paper(clerk.folder))
    clerk.done("step", "evidence", "鄢陵", "4.6#1", "营业执照", *paper, *licence, by=company)
    opened = ("--field", "成文日期=今天", "--field", "原件存放处=示例档案柜")
    clerk.done("step", "evidence", "鄢陵", "4.6#1", "openings", *opened, by=company)
    clerk.done("step", "submit", "鄢陵", "4.6#1", by=company)
    assert clerk.step("4.6#1")["step"]["words"] == "核验中"
    verify = ("step", "verify", "鄢陵", "4.6#1", "--outcome")
    clerk.refused(2, "usage.word", *verify, "差不多", by="demo-yanling-state-assets-handler")
    clerk.done(*verify, "一致", by="demo-yanling-state-assets-handler")
    assert clerk.step("4.6#1")["step"]["words"] in ("待审核", "已办结")


def test_the_item_of_another_body_is_shown_by_its_name(clerk_at: At) -> None:
    shown = clerk_at("4.5 名称申报和设立登记(1) · 办结").done("case", "show", "鄢陵", "--open").out
    assert "剥离确认(鄢陵县马栏镇)" in shown


def test_a_suspension_proposed_by_one_and_confirmed_by_another(clerk: Clerk) -> None:
    why = ("--kind", "暂停", "--reason", "示例理由")
    propose = ("step", "propose", "鄢陵", "1.2", *why)
    clerk.refused(1, "exception.approval_missing", *propose, by=OFFICE, says=["--number 文号 --approver"])
    clerk.done(*propose, "--number", "无文号", "--approver", "示例批准人", by=OFFICE)
    (proposal,) = clerk.step("1.2")["proposals"]
    clerk.refused(3, "proposal.unknown", "step", "confirm", "鄢陵", "99", by=LAUNCHER)
    clerk.done("step", "confirm", "鄢陵", proposal["id"], by=LAUNCHER)
    assert clerk.step("1.2")["step"]["words"] == "暂停"


def test_a_sheet_with_faults_is_not_filled_in_by_half(clerk: Clerk) -> None:
    clerk.done("step", "withdraw", "鄢陵", "1.1", by="demo-yanling-handler")
    sheet = clerk.folder / "坏.csv"
    sheet.write_text(
        "人员编号,姓名,身份类别,是否在编\n示例01,示例,公务员,在编\n示例01,示例,临时工,编外\n",
        encoding="utf-8",
    )
    before = clerk.stored()
    answer = clerk("step", "fill", "鄢陵", "1.1", "人员名册", str(sheet), by="demo-yanling-handler")
    assert answer.code == 1
    assert "“临时工”不在可选范围" in answer.out
    assert "A3(人员编号):“示例01”与第 2 行重复" in answer.out
    assert "有 2 处差错,一行也没有写入" in answer.err
    assert clerk.stored() == before


def test_runs_without_prefect_say_so_in_clear_words(clerk: Clerk) -> None:
    clerk.refused(
        5,
        "prefect.away",
        *("case", "runs", "鄢陵"),
        says=["连不上 Prefect,看不到流程运行;办理照常", "zonectl up", "zonectl case show"],
    )


def test_the_launch_of_one_that_is_refused_says_why_at_once(clerk: Clerk) -> None:
    launch = ("case", "launch", "development-zone", "--unit", "魏都区产业集聚区", "--on", "2021-01-18")
    clerk.refused(1, "access.denied", *launch, by=OFFICE, says=["不能办理“启动改革任务”", "改革办负责人"])
    again = clerk.done("case", "launch", "development-zone", "--unit", UNIT, by=LAUNCHER)
    assert "早已启动 1 个" in again.out
