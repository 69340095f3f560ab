"""zonectl evidence: versions of a paper, fetching it, and the care of the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.files import fresh, writing
from cli.finding import ProgrammeOption, UnitWords, case_of, got
from cli.session import session_of
from cli.shell import App
from cli.step_answer import StepWords, require_step
from cli.stops import REFUSED, StopError

evidence = App("材料文件:看版本、取文件、查损坏、清理、查同一文件。上传和更换用 zonectl step evidence。")


@evidence.command("versions")
def list_versions(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    slot: Annotated[str, typer.Argument(metavar="材料", help="材料的名称或代号,见 zonectl step show")],
    programme: ProgrammeOption = "",
) -> None:
    """一项材料的各个版本:何时、何人、为何更换、文号、文件编号。

    例:
      zonectl --as demo-yanling-handler evidence versions 鄢陵 1.1 摸底报告
    """
    import msgspec

    from cli.step_words import slot_of
    from config.clock import BUSINESS_TIMEZONE
    from services.clock import today
    from services.evidence.files import versions
    from services.reading import Names

    session = session_of(ctx)
    person = session.actor
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, "查看材料")
        require_step(runtime, case, key, "查看材料")
        day = today(runtime.db, runtime.wall)
        names = Names(runtime.db, day)
        slot_id = slot_of(runtime, case, key, slot).id
        found = got(versions(runtime.db, person, case.id, key, slot_id, on=day), "查看材料")
        if output.wants_json():
            output.data(msgspec.to_builtins(found))
            return
        lines = [
            (
                f"第{each.item.version}版",
                each.occurred_on.isoformat(),
                each.recorded_at.astimezone(BUSINESS_TIMEZONE).strftime("%Y-%m-%d %H:%M"),
                names.person(each.item.added_by),
                each.item.fields.get("number", ""),
                each.reason,
                each.file.id if each.file else "只登记不上传",
            )
            for each in found
        ]
    output.table(("版本", "发生日期", "登记时间", "登记人", "文号", "更换原因", "文件编号"), lines)


@evidence.command("fetch")
def fetch(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="文件编号", help="见 zonectl evidence versions")],
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="存到哪里")],
    force: Annotated[bool, typer.Option("--force", help="同名文件已在时覆盖")] = False,
) -> None:
    """取一个材料文件。先核对摘要,损坏的不给;谁在何时取了哪个文件,记入安全日志。

    例:
      zonectl --as demo-yanling-handler evidence fetch 3f2a… --to 报告.docx
    """
    from services.evidence.downloading import download

    session = session_of(ctx)
    person, target = session.actor, fresh(to, force=force)
    with session.runtime() as runtime:
        found = got(download(runtime.db, runtime.evidence, person, file, wall=runtime.wall), "取材料文件")
        with found, writing(target), target.open("wb") as out:
            for chunk in found.chunks():
                out.write(chunk)
        stored = found.stored
    if output.wants_json():
        output.data({"file": stored.id, "digest": stored.digest, "size": stored.size, "to": str(target)})
        return
    output.show(f"已存到 {target}:{stored.safe_name},{stored.size} 字节,{stored.digest}")


@evidence.command("check")
def check(ctx: typer.Context) -> None:
    """逐个核对材料文件的摘要,列出损坏和缺失的。查出问题退出码为 1。备份恢复后、定期各做一次。

    例:
      zonectl evidence check
    """
    import msgspec

    from services.evidence.keeping import check_files

    with session_of(ctx).runtime() as runtime:
        found = check_files(runtime.db, runtime.evidence)
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
    for each in found.damaged:
        for file in each.files:
            output.show(f"{file.case} 任务 {file.step} {file.slot} 第{file.version}版“{file.name}”{each.why}")
    if found.damaged:
        raise StopError(
            REFUSED,
            f"核对 {found.checked} 个文件,{len(found.damaged)} 个有问题",
            "请从备份恢复这些文件,或由承办单位重新上传原文件",
            code="file.damaged",
            what="核对材料文件",
        )
    if not output.wants_json():
        output.show(f"核对 {found.checked} 个文件,全部完好")


@evidence.command("sweep")
def sweep_store(ctx: typer.Context) -> None:
    """清理断电等留下的半截文件,和没有归入任何任务的文件。随时可做,不影响正在上传的。

    例:
      zonectl --as sysadmin evidence sweep
    """
    import msgspec

    from services.evidence.keeping import sweep

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        swept = got(sweep(runtime.db, runtime.evidence, actor=actor, wall=runtime.wall), "清理材料文件")
    if output.wants_json():
        output.data(msgspec.to_builtins(swept))
        return
    output.show(f"清理半截文件 {swept.unfinished} 个,无主文件 {swept.unnamed} 个")


@evidence.command("same")
def same(ctx: typer.Context) -> None:
    """列出在两个以上改革单位里内容完全相同的文件,供安全审计员核对是否照抄。

    例:
      zonectl --as 审计员编号 evidence same
    """
    import msgspec

    from services.clock import today
    from services.evidence.files import same_files

    session = session_of(ctx)
    person = session.actor
    with session.runtime() as runtime:
        on = today(runtime.db, runtime.wall)
        found = got(same_files(runtime.db, person, on=on), "查同一文件")
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    for each in found:
        output.show(each.digest, "bold")
        output.table(
            ("改革单位", "任务", "材料", "文件编号", "上传人"),
            [(p.unit_name, p.step, p.slot, p.file, p.uploaded_by) for p in each.places],
        )
    if not found:
        output.show("没有在两个以上改革单位出现的同一文件")
