"""zonectl ledger: verify, rebuild, export and seal the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.files import existing, fresh, writing
from cli.finding import got, require
from cli.session import session_of
from cli.shell import App
from cli.stops import REFUSED, StopError

if TYPE_CHECKING:
    from services.ledger import Finding
    from services.ledger_places import Place
    from services.verification import Verification

ledger = App("留痕:核验、重算、导出、封存。")


@ledger.command("verify")
def verify(
    ctx: typer.Context,
    seal: Annotated[
        Path | None, typer.Option("--seal", metavar="封存文件", help="再与这份封存比对,查出尾部被截去的")
    ] = None,
    exported: Annotated[
        Path | None, typer.Option("--export", metavar="导出文件", help="核验导出文件,不用数据库")
    ] = None,
) -> None:
    """留痕核验:逐条重算摘要链。改动、对调、插入、删去、截尾都会查出并指明。查出问题退出码为 1。

    例:
      zonectl ledger verify
      zonectl ledger verify --seal seal-000001-0123456789ab.json
      zonectl ledger verify --export 留痕.jsonl
    """
    from domain.permissions import Action
    from services import ledger as ledger_service
    from services.ledger_places import Place, place_of, title_of

    for file in (seal, exported):
        if file is not None:
            existing(file)
    try:
        if exported is not None:
            found = ledger_service.verify_export(exported, seal=seal)
            places = [Place(title=title_of(each.stream), act="", recorded_at="") for each in found.findings]
        else:
            with session_of(ctx).runtime() as runtime:
                require(runtime, Action.LEDGER_VERIFY, "留痕核验")
                found = ledger_service.verify(runtime.db, seal=seal)
                places = [place_of(runtime.db, each.stream, each.seq) for each in found.findings]
    except (ledger_service.SealFault, ledger_service.ExportFault) as fault:
        raise StopError(
            REFUSED, str(fault), "请核对文件,或换一份未经改动的副本", code="ledger.file", what="留痕核验"
        ) from fault
    _tell(found, places)


def _tell(found: Verification, places: list[Place]) -> None:
    import msgspec

    data = {
        "true": found.true,
        "rows": found.rows,
        "streams": found.streams,
        "seal": found.seal,
        "findings": [
            msgspec.to_builtins(finding) | msgspec.to_builtins(place)
            for finding, place in zip(found.findings, places, strict=True)
        ],
        "more": found.more,
    }
    if found.true:
        if output.wants_json():
            output.data(data)
            return
        sealed = f",与第 {found.seal} 号封存相符" if found.seal is not None else ""
        output.show(f"留痕核验通过:{found.rows} 条,{found.streams} 条链{sealed}")
        if found.seal is None:
            output.say("没有与离机保存的封存比对,尾部被截去或整条链被重写查不出来;要查,加 --seal 封存文件")
        return
    if not output.wants_json():
        for finding, place in zip(found.findings, places, strict=True):
            _tell_finding(finding, place)
    more = f",另有 {found.more} 处没有列出" if found.more else ""
    raise StopError(
        REFUSED,
        f"核验 {found.rows} 条,查出 {len(found.findings)} 处问题{more}",
        "请停止写入,把数据目录整个复制留证,再用封存和备份查明;步骤见 docs/how-to/verify-the-ledger.md",
        code="ledger.broken",
        what="留痕核验",
        facts={"findings": len(found.findings) + found.more},
        data=data,
    )


def _tell_finding(finding: Finding, place: Place) -> None:
    number = f" 第 {finding.seq} 条" if finding.seq else ""
    output.show(f"{place.title}{number}:{finding.message}(字段 {finding.field})", "red")
    chain = finding.stream if ":" in finding.stream else ""
    for name, words in (("办的是", place.act), ("记录于", place.recorded_at), ("链", chain)):
        if words:
            output.show(f"  {name} {words}")


@ledger.command("rebuild")
def rebuild(
    ctx: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="只比对,不改动;有差异退出码为 1")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问")] = False,
) -> None:
    """由留痕重算改革任务、任务、待办、计时各表。

    例:
      zonectl ledger rebuild --check
      zonectl --as sysadmin ledger rebuild --yes
    """
    from domain.permissions import Action
    from services.rebuilding import check_projections, rebuild_projections

    output.confirm("将按留痕改写改革任务、任务、待办、计时各表。", yes or check)
    session = session_of(ctx)
    actor = None if check else session.doer
    with session.runtime() as runtime:
        if actor is None:
            require(runtime, Action.LEDGER_VERIFY, "比对")
            found = check_projections(runtime.db)
        else:
            found = got(rebuild_projections(runtime.db, actor=actor, wall=runtime.wall), "重算")
    differences = [
        {"case": d.case, "table": d.table, "key": d.key, "message": d.message} for d in found.differences
    ]
    data: dict[str, Any] = {
        "equal": found.equal,
        "written": not check,
        "cases": found.cases,
        "rows": found.rows,
        "differences": differences,
        "more": found.more,
    }
    if not output.wants_json() and differences:
        output.table(("改革任务", "表", "行", "差异"), [tuple(each.values()) for each in differences])
    number = len(differences) + found.more
    if check and not found.equal:
        raise StopError(
            REFUSED,
            f"重算 {found.cases} 个改革任务、{found.rows} 行,有 {number} 处与留痕不符",
            "请先核验留痕(zonectl ledger verify);留痕无误的,运行 zonectl ledger rebuild 改正",
            code="ledger.differs",
            what="比对",
            data=data,
        )
    if output.wants_json():
        output.data(data)
    elif found.equal:
        output.show(f"与留痕一致:{found.cases} 个改革任务,{found.rows} 行")
    else:
        output.show(f"已按留痕改正 {number} 处:{found.cases} 个改革任务,{found.rows} 行")


@ledger.command("export")
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="写到哪个文件(JSON 行)")],
    force: Annotated[bool, typer.Option("--force", help="文件已有时覆盖")] = False,
) -> None:
    """留痕导出:全部留痕写成一个文件,外人不用本系统也能核验。

    例:
      zonectl --as auditor ledger export 留痕.jsonl
    """
    from services.ledger import export as export_ledger

    fresh(file, force=force)
    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime, writing(file):
        done = got(export_ledger(runtime.db, file, actor=actor, wall=runtime.wall), "导出留痕")
    if output.wants_json():
        output.data({"file": done.file, "rows": done.rows, "streams": done.streams})
    else:
        output.show(f"已导出 {done.rows} 条,{done.streams} 条链:{done.file}")


@ledger.command("seal")
def seal(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Option("--to", metavar="目录", help="写到哪个目录;不填为数据目录下的 seals")
    ] = None,
) -> None:
    """封存:对全部链取总摘要,写成文件。请把文件拷到别的机器或打印,日后作证。

    例:
      zonectl --as auditor ledger seal
      zonectl --as auditor ledger seal --to /mnt/usb
    """
    from services.ledger import make_seal

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        folder = folder or runtime.settings.data_dir / "seals"
        with writing(folder):
            made, path = got(make_seal(runtime.db, folder, actor=actor, wall=runtime.wall), "封存")
    if output.wants_json():
        output.data(
            {
                "number": made.number,
                "rows": made.rows,
                "streams": len(made.streams),
                "root": made.root,
                "hash": made.hash,
                "rehearsal": made.rehearsal,
                "file": str(path),
            }
        )
        return
    mark = "(演练)" if made.rehearsal else ""
    output.show(f"第 {made.number} 号封存{mark}:{made.rows} 条,{len(made.streams)} 条链")
    output.show(f"总摘要 {made.root}")
    output.show(f"文件 {path}")
    output.say("请把文件拷到别的机器,或打印保存")
