"""讲述: the result as a section chief reads it, on standard output: what is done and what to press, first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from cli import output
from cli.demo.result import Result
from services.summary import Fact, Heading, Waits, ZoneSummary

STYLES: Final = {"正常": "green", "临期": "yellow", "逾期": "bold red", "待定": "dim"}
WORST_FIRST: Final = ("逾期", "临期", "待定", "正常")


def tell(result: Result) -> None:
    """Tell all of it."""
    output.show()
    output.show(f"小结  演练库,业务日期 {_day(result.summary.today)}", "bold")
    output.show("全部由数据库算出;人员、账号、文号均为示例", "dim")
    _conclusion(result)
    _zones(result.summary.finished)
    _townships(result)
    _in_progress(result.summary.in_progress)
    _numbers(result)
    _proofs(result)
    _times(result)


def _conclusion(result: Result) -> None:
    summary = result.summary
    townships = summary.townships
    waits = _worst_first(summary.in_progress)
    output.show()
    output.show(f"  {len(summary.finished)} 个试点开发区:改革全部完成")
    done = "全部办结" if townships.complete else f"已办结 {townships.done} 项"
    output.show(f"  {sum(townships.units.values())} 个试点乡镇街道:{townships.total} 项任务{done}")
    counted = Counter((wait.lamp_shape, wait.lamp) for _, wait in waits)
    lamps = [(shape, lamp) for lamp in WORST_FIRST for shape, word in counted if word == lamp]
    line = Text(f"  其余 {len(summary.in_progress)} 个开发区:在办 {len(waits)} 项,其中 ")
    for number, (shape, lamp) in enumerate(lamps):
        line.append("、" if number else "")
        line.append(f"{shape} {lamp} {counted[shape, lamp]}", STYLES.get(lamp, ""))
    output.show(line)
    for zone, wait in (each for each in waits if each[1].lamp == WORST_FIRST[0]):
        output.show(f"  要催办:{zone.name} {_step(wait)},{wait.lamp_line}", STYLES[wait.lamp])


def _step(wait: Waits) -> str:
    return f"{wait.step.partition('#')[0]} {wait.title}"


def _worst_first(zones: Sequence[ZoneSummary]) -> list[tuple[ZoneSummary, Waits]]:
    found = [(zone, wait) for zone in zones for wait in zone.waits]
    return sorted(
        found, key=lambda each: (WORST_FIRST.index(each[1].lamp), each[1].due_on or date.max, each[0].name)
    )


def _zones(zones: Sequence[ZoneSummary]) -> None:
    output.show()
    output.show(f"一、试点开发区:{len(zones)} 个,改革完成", "bold")
    head = ["", *(zone.name for zone in zones)]
    first = zones[0] if zones else None
    rows = [
        [fact.title, *(_fact(zone.facts[number]) for zone in zones)]
        for number, fact in enumerate(first.facts if first else ())
    ]
    rows += [
        [f"任务:{heading.title}", *(_heading(zone.headings[number]) for zone in zones)]
        for number, heading in enumerate(first.headings if first else ())
    ]
    rows.append(["任务合计", *(f"{zone.done}/{zone.total} 项" for zone in zones)])
    rows.append(["启动 → 完成", *(f"{zone.opened_on} → {zone.closed_on}" for zone in zones)])
    rows.append(["报送、执照核验", *(_ways(zone) for zone in zones)])
    output.table(head, rows)


def _fact(fact: Fact) -> str:
    return f"是  {fact.on}" if fact.holds else "否"


def _heading(heading: Heading) -> str:
    closed = f",{heading.closed_on} 办结" if heading.closed_on else ""
    return f"{heading.done}/{heading.total} 项{closed}"


def _ways(zone: ZoneSummary) -> str:
    http = "http" in zone.adapters.values()
    return "接口办理(演练服务器)" if http else "人工登记,第二人核对"


def _townships(result: Result) -> None:
    found = result.summary.townships
    units, ended = sum(found.units.values()), f",{found.closed_on} 全部办结" if found.complete else ""
    output.show()
    output.show(
        f"二、乡镇街道综合行政执法改革:{units} 个试点 × {len(found.steps)} 步 = {found.total} 项,"
        f"已办结 {found.done} 项{ended}",
        "bold",
    )
    rows = [
        [f"{name}({found.units[name]} 个)", *(f"{done}/{found.units[name]}" for done in row)]
        for name, row in found.rows.items()
    ]
    output.table(["县(市、区)", *found.steps], rows)


def _in_progress(zones: Sequence[ZoneSummary]) -> None:
    output.show()
    output.show(f"三、其余开发区:{len(zones)} 个正在改革(示例进度),最急的在前", "bold")
    for zone, wait in _worst_first(zones):
        line = Text(f"{wait.lamp_shape} {wait.lamp}", style=STYLES.get(wait.lamp, ""))
        line.append(f"  {zone.name}(已办结 {zone.done}/{zone.total}) {_step(wait)}", style="default")
        output.show(line)
        indent = " " * (cell_len(f"{wait.lamp_shape} {wait.lamp}") + 2)
        output.show(f"{indent}{wait.lamp_line}")
        output.show(f"{indent}等 {wait.who}:{wait.act}")


def _numbers(result: Result) -> None:
    counts = result.summary.counts
    odd = sum(result.oddities.values())
    output.show()
    output.show("四、数字", "bold")
    output.show(
        f"  目录 {result.catalogue_rows:,} 个开发区;{odd} 处异常已提示(用 zone import --dry-run 逐处查看)"
    )
    output.show(f"  改革任务 {counts.cases} 个,办理 {result.acts:,} 次,涉及 {result.business_days} 个业务日")
    media = "、".join(f"{title} {number}" for title, number in counts.by_medium.items())
    output.show(f"  审批意见 {counts.decisions} 条:{media}")
    output.show(f"  消息 {counts.notices} 条,已送达 {counts.notices_sent} 条")


def _proofs(result: Result) -> None:
    ledger = result.ledger
    output.show()
    output.show("五、核验", "bold")
    word = "通过" if ledger.sound else "有问题"
    output.show(f"  留痕核验{word}:{ledger.rows:,} 条,用时 {ledger.seconds:.2f} 秒")
    output.show(f"  已封存:第 {ledger.seal} 号,文件 {ledger.seal_file}")
    output.show(f"  重算核对:{'与留痕一致' if ledger.rebuilt_equal else '与留痕不符'}")
    _shown(result)
    for failure in result.failures:
        output.show(f"  ■ {failure}", "bold red")


def _shown(result: Result) -> None:
    output.show("  逐件与流程监控(Prefect)核对:")
    zones = {zone.case for zone in result.summary.zones}
    others = [case for case in result.shown if case.case not in zones]
    if others:
        events, missing = sum(case.events for case in others), sum(len(case.missing) for case in others)
        output.show(f"    {len(others)} 个乡镇街道:{events} 件事{_all_or(missing, '件')}有任务记录")
    for case in (each for each in result.shown if each.case in zones):
        output.show(
            f"    {case.name}:{case.events} 件事{_all_or(len(case.missing), '件')}有任务记录"
            f"(启动 {case.steps_opened}、办结 {case.steps_closed}、审批意见 {case.decisions})"
        )
    if result.notices is not None:
        missing = len(result.notices.missing)
        output.show(f"    消息:{result.notices.notices} 条{_all_or(missing, '条')}有任务记录")


def _all_or(missing: int, unit: str) -> str:
    return "全部" if not missing else f"除 {missing} {unit}外"


def _times(result: Result) -> None:
    output.show()
    output.show(
        f"主任务用时 {result.main_seconds:.0f} 秒(两个试点、乡镇和其余开发区,到流程全部显示为止)", "bold"
    )
    output.show(f"总用时 {result.total_seconds:.0f} 秒", "bold")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
