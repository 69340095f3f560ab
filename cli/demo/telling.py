"""讲述: the result as a section chief reads it, on standard output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rich.text import Text

from cli import output
from cli.demo.result import Result
from services.summary import Fact, ZoneSummary

STYLES = {"正常": "green", "临期": "yellow", "逾期": "bold red", "待定": "dim"}


def tell(result: Result) -> None:
    """Tell all of it."""
    output.show()
    output.show(
        f"小结(演练库,业务日期 {_day(result.summary.today)};全部由数据库算出,人员文号均为示例)", "bold"
    )
    _zones(result.summary.finished)
    _townships(result)
    _in_progress(result.summary.in_progress)
    _numbers(result)
    _proofs(result)
    _times(result)


def _zones(zones: Sequence[ZoneSummary]) -> None:
    output.show()
    output.show(f"一、试点开发区:{len(zones)} 个,改革完成", "bold")
    head = ["", *(zone.name for zone in zones)]
    titles = [fact.title for fact in zones[0].facts] if zones else []
    rows: list[list[str]] = [
        [title, *(_fact(zone.facts[number]) for zone in zones)] for number, title in enumerate(titles)
    ]
    rows.append(["任务办结", *(f"{zone.done}/{zone.total} 项" for zone in zones)])
    rows.append(["启动 → 完成", *(f"{zone.opened_on} → {zone.closed_on}" for zone in zones)])
    rows.append(["报送、执照核验", *(_ways(zone) for zone in zones)])
    output.table(head, rows)
    for number, heading in enumerate(zones[0].headings if zones else ()):
        done = [zone.headings[number] for zone in zones]
        told = ";".join(f"{each.done}/{each.total} 于 {each.closed_on}" for each in done)
        output.show(f"  {heading.title}:{told}")


def _fact(fact: Fact) -> str:
    return f"是,{fact.on}" if fact.holds else "否"


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
        [f"{name}({found.units[name]}个)", *(f"{done}/{found.units[name]}" for done in row)]
        for name, row in found.rows.items()
    ]
    output.table(["县(市、区)", *found.steps], rows)


def _in_progress(zones: Sequence[ZoneSummary]) -> None:
    output.show()
    output.show(f"三、其余开发区:{len(zones)} 个正在改革(示例进度)", "bold")
    output.table(["开发区", "进度", "现在的任务", "等谁", "亮灯"], _waiting(zones))


def _waiting(zones: Iterable[ZoneSummary]) -> Iterable[list[str | Text]]:
    for zone in zones:
        for number, wait in enumerate(zone.waits):
            name = zone.name if number == 0 else ""
            done = f"{zone.done}/{zone.total}" if number == 0 else ""
            step = wait.step.partition("#")[0]
            lamp = Text(f"{wait.lamp_shape} {wait.lamp} {wait.lamp_line}", style=STYLES.get(wait.lamp, ""))
            yield [name, done, f"{step} {wait.title}", f"{wait.act}:{wait.who}", lamp]


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
    zones = {zone.case for zone in result.summary.zones}
    others = [case for case in result.shown if case.case not in zones]
    if others:
        events, missing = sum(case.events for case in others), sum(len(case.missing) for case in others)
        word = "全部有" if not missing else f"缺 {missing} 件"
        output.show(f"  Prefect 显示 {len(others)} 个乡镇街道:{events} 件事{word}任务记录")
    for case in (each for each in result.shown if each.case in zones):
        word = "全部" if case.complete else f"缺 {len(case.missing)} 件"
        output.show(
            f"  Prefect 显示 {case.name}:{case.events} 件事{word}有任务记录"
            f"(启动 {case.steps_opened}、办结 {case.steps_closed}、审批意见 {case.decisions})"
        )
    if result.notices is not None:
        word = "全部" if result.notices.complete else f"缺 {len(result.notices.missing)} 条"
        output.show(f"  Prefect 显示 消息:{result.notices.notices} 条{word}有任务记录")
    for failure in result.failures:
        output.show(f"  ■ {failure}", "bold red")


def _times(result: Result) -> None:
    output.show()
    output.show(
        f"主任务用时 {result.main_seconds:.0f} 秒(两个试点、乡镇和其余开发区,到流程全部显示为止)", "bold"
    )
    output.show(f"总用时 {result.total_seconds:.0f} 秒", "bold")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
