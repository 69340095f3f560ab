"""zonectl programme: check, publish and look at programme definitions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.files import existing, fresh, writing
from cli.finding import got, new_id
from cli.session import session_of
from cli.shell import App
from cli.stops import NOT_FOUND, REFUSED, USAGE, StopError, refusal
from cli.words import pick

if TYPE_CHECKING:
    from domain.programme import Programme
    from domain.programme_fault import Fault
    from services.bootstrap import Runtime
    from services.programmes import Published

programme = App("流程模板:检查、发布、查看;也可以由 Excel 表格写成。")
FileWords = Annotated[Path, typer.Argument(metavar="文件", help="流程模板文件(YAML)")]


@programme.command("check")
def check(ctx: typer.Context, file: FileWords) -> None:
    """检查流程模板:每处问题写明行号、原因、改法,并推演各种选择都能办完。不用数据库。

    例:
      zonectl programme check programmes/development-zone/1.yaml
    """
    from services.programmes import check_file

    checked = got(check_file(existing(file)), f"检查 {file.name}")
    if not output.wants_json():
        _show_faults(checked.faults)
    if not checked.sound:
        raise StopError(
            REFUSED,
            checked.summary(),
            "按上列各行改正后再检查",
            code="programme.faulty",
            what=f"检查 {file.name}",
            data=checked.as_json(),
        )
    if output.wants_json():
        output.data(checked.as_json())
    else:
        output.show(checked.summary())


def _show_faults(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        output.say(str(fault), "red" if fault.severity == "fault" else "yellow")


@programme.command("publish")
def publish(ctx: typer.Context, file: FileWords) -> None:
    """发布流程模板的一个版本。发布后内容不能再改;改动要用新的版本号。

    例:
      zonectl --as demo-xuchang-reform-office-head programme publish programmes/development-zone/1.yaml
    """
    from services.programmes import read_file
    from services.publishing import publish as publish_text

    session = session_of(ctx)
    actor = session.doer
    text = got(read_file(existing(file)), f"发布 {file.name}")
    with session.runtime() as runtime:
        found = publish_text(
            runtime.db, actor, text, wall=runtime.wall, command_id=new_id(), name=file.name, channel="cli"
        )
    done = got(found, f"发布 {file.name}")
    if output.wants_json():
        output.data(_json(done) | {"already": done.already})
    else:
        state = "早已发布,内容相同,没有改动" if done.already else "已发布"
        output.show(f"“{done.title}”第 {done.version} 版{state}({done.code}/{done.version})")


def _json(line: Published) -> dict[str, object]:
    return {
        "programme": line.code,
        "version": line.version,
        "title": line.title,
        "sha256": line.sha256,
        "published_at": line.published_at.isoformat(),
        "published_by": line.published_by,
    }


@programme.command("list")
def list_programmes(ctx: typer.Context) -> None:
    """已发布的流程模板。

    例:
      zonectl programme list
    """
    from config.clock import BUSINESS_TIMEZONE
    from services.programmes import list_published

    with session_of(ctx).runtime() as runtime:
        lines = list_published(runtime.db)
    if output.wants_json():
        output.data({"programmes": [_json(line) for line in lines]})
    elif not lines:
        output.say("还没有发布流程模板;用 zonectl programme publish 发布")
    else:
        rows = [
            (
                f"{line.code}/{line.version}",
                line.title,
                f"{line.published_at.astimezone(BUSINESS_TIMEZONE):%Y-%m-%d %H:%M}",
                line.published_by,
            )
            for line in lines
        ]
        output.table(("模板/版本", "名称", "发布时间", "发布人"), rows)


@programme.command("show")
def show(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="模板", help="代号,或 代号/版本;不写版本为最新一版")],
    text: Annotated[bool, typer.Option("--yaml", help="输出发布的 YAML 原文")] = False,
) -> None:
    """一个流程模板:选择、环节、任务、承办角色、审批节点。

    例:
      zonectl programme show development-zone
      zonectl programme show development-zone/1 --yaml
    """
    from services.programmes import load_published, published_text

    with session_of(ctx).runtime() as runtime:
        name, version = version_of(runtime, code)
        found = got(load_published(runtime.db, name, version), f"查看“{code}”")
        source = published_text(runtime.db, name, version) or ""
    if output.wants_json():
        output.data(found.model_dump(mode="json", by_alias=True, exclude_none=True))
    elif text:
        output.raw(source)
    else:
        _show(found)


def version_of(runtime: Runtime, words: str) -> tuple[str, int]:
    """代号 and version; the newest published one where none is written."""
    from services.programmes import list_published

    code, _, version = words.partition("/")
    if version and not version.isdecimal():
        raise StopError(
            USAGE, f"版本要写数字,现为“{version}”", "例如 development-zone/1", code="usage.version"
        )
    found = [line.version for line in list_published(runtime.db) if line.code == code]
    if not found or (version and int(version) not in found):
        raise StopError(
            NOT_FOUND,
            f"流程模板“{words}”没有发布",
            "用 zonectl programme list 查看已发布的;没有的先用 zonectl programme publish 发布",
            code="programme.not_published",
        )
    return code, int(version) if version else max(found)


def _show(found: Programme) -> None:
    roles = {role.id: role.title for role in found.roles}
    output.show(f"{found.title}({found.programme}/{found.version})", "bold")
    for choice in found.choices:
        values = "、".join(f"{title}({value})" for value, title in choice.values.items())
        output.show(f"选择  {choice.title}({choice.id}):{values}")
    for stage in found.stages:
        output.show(f"\n{stage.title}", "bold")
        rows = [
            (
                step.id,
                step.title,
                roles.get(step.doer, step.doer),
                "、".join(node.title for node in step.nodes) or "-",
            )
            for step in stage.steps
        ]
        output.table(("任务", "名称", "承办", "审批节点"), rows)


@programme.command("from-sheet")
def from_sheet(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="表格:环节、任务、责任单位、材料、时限、审批各列")
    ],
    code: Annotated[str, typer.Option("--code", metavar="代号", help="流程模板代号,小写字母和短横线")],
    title: Annotated[str, typer.Option("--title", metavar="名称", help="不填用表头上面的一行")] = "",
    unit: Annotated[
        str, typer.Option("--unit", metavar="类别", help="改革单位类别:zone、township 等")
    ] = "zone",
    version: Annotated[int, typer.Option("--version", metavar="版本", min=1, help="版本号")] = 1,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="文件", help="写到文件;不填输出到标准输出")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="文件已有时覆盖")] = False,
) -> None:
    """把 Excel 或 CSV 表格写成流程模板的 YAML;问题按单元格指明。

    例:
      zonectl programme from-sheet 流程.xlsx --code my-reform --to my-reform.yaml
    """
    from domain.programme_sheet import Sheet
    from domain.refusal import Refused
    from domain.units import UnitKind
    from services.importing.programme_sheet import programme_from_sheet

    what = f"由 {file.name} 写成流程模板"
    kind = pick(unit, {each.value: each.label for each in UnitKind}, "--unit")
    if to is not None:
        fresh(to, force=force)
    answer = programme_from_sheet(existing(file), code=_code(code), title=title, unit=kind, version=version)
    if isinstance(answer, Refused):
        raise refusal(answer, what)
    made = answer
    faults = made.warnings if isinstance(made, Sheet) else made
    listed = [_fault_json(fault) for fault in faults]
    if not output.wants_json():
        _show_faults(faults)
    if not isinstance(made, Sheet):
        raise StopError(
            REFUSED,
            f"表格有 {len(faults)} 处问题",
            "按上列单元格改正后重做",
            code="programme.sheet_faulty",
            what=what,
            data={"faults": listed},
        )
    if to is not None:
        with writing(to):
            to.write_text(made.text, encoding="utf-8")
        output.say(f"已写到 {to};请用 zonectl programme check {to} 检查")
    if output.wants_json():
        output.data({"yaml": made.text, "file": str(to) if to else "", "warnings": listed})
    elif to is None:
        output.raw(made.text)


def _code(words: str) -> str:
    """The code of a new programme."""
    from pydantic import TypeAdapter, ValidationError

    from domain.programme_terms import Identifier

    try:
        return TypeAdapter[str](Identifier).validate_python(words)
    except ValidationError as error:
        example = "以小写字母开头,只用小写字母、数字、_ 和 -,如 my-reform"
        raise StopError(USAGE, f"--code 不能是“{words}”", example, code="usage.code") from error


def _fault_json(fault: Fault) -> dict[str, object]:
    import msgspec

    found: dict[str, object] = msgspec.to_builtins(fault)
    return found
