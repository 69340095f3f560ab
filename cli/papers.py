"""zonectl step print, zonectl scan: forms to sign on paper, and signed ones that come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.case_page import hang
from cli.files import existing, fresh, writing
from cli.finding import ProgrammeOption, UnitWords, case_of, got
from cli.session import session_of
from cli.shell import App
from cli.step_answer import StepWords, require_step
from cli.step_following import step
from cli.stops import USAGE, StopError

if TYPE_CHECKING:
    from services.paper.matching import Prefill

scan = App("签好的纸件:上传扫描件或输入编码,找到它的任务,给出登记内容。只查找,不登记。")
_WORD, _PAGE = (".docx",), (".html", ".htm")


@step.command("print")
def print_form(
    ctx: typer.Context,
    unit: UnitWords,
    key: StepWords,
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="存到哪里:.docx 为 Word,.html 为打印页")],
    form: Annotated[
        str,
        typer.Option(
            "--form", metavar="文书", help="呈批件、公文处理笺、议题单、交接单;不填按节点取常用的一种"
        ),
    ] = "",
    node: Annotated[
        str, typer.Option("--node", metavar="节点", help="给哪个节点签的,写代号;不填为正在办理的节点")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="同名文件已在时覆盖")] = False,
    programme: ProgrammeOption = "",
) -> None:
    """打印文书,供领导在纸上签。纸上的二维码和编码记着任务、轮次和所附材料的版本。

    例:
      zonectl --as demo-yanling-handler step print 鄢陵 1.1 --to 呈批件.docx
    """
    from services.paper.printing import Asked, print_step

    session = session_of(ctx)
    person, target = session.actor, fresh(to, force=force)
    if target.suffix.lower() not in (*_WORD, *_PAGE):
        raise StopError(
            USAGE, f"不能存成“{target.suffix}”文件", "文件名请以 .docx 或 .html 结尾", code="usage.suffix"
        )
    with session.runtime() as runtime:
        case = case_of(runtime, unit, programme, "打印文书")
        require_step(runtime, case, key, "打印文书")
        asked = Asked(case=case.id, step=key, form=form, node=node)
        printed = got(print_step(runtime.db, person, asked, wall=runtime.wall), "打印文书")
        word = target.suffix.lower() in _WORD
        data = printed.word() if word else printed.page().encode()
    with writing(target):
        target.write_bytes(data)
    if output.wants_json():
        output.data({"code": printed.sheet.code, "form": str(printed.form), "to": str(target)})
        return
    output.show(f"已存到 {target}:{printed.sheet.subject},编码 {printed.sheet.code}")


@scan.command("match")
def match(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="扫描件", help="PDF、JPEG、PNG 或 TIFF,可以有许多页")],
) -> None:
    """扫描件归位:读出二维码,说明是哪个任务、哪个节点,打印之后有没有变化。

    例:
      zonectl --as demo-yanling-handler scan match 扫描件.pdf
    """
    import msgspec

    from services.paper.matching import match_scan

    session = session_of(ctx)
    person = session.actor
    with session.runtime() as runtime:
        found = got(match_scan(runtime.db, person, existing(file), wall=runtime.wall), "扫描件归位")
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    for prefill in found.prefills:
        _show(prefill)
    for refused in found.refused:
        output.say(f"{refused.message}。{refused.remedy}", "yellow")
    if found.without:
        output.say(f"没有读到二维码的页:{'、'.join(str(page) for page in found.without)}", "yellow")


@scan.command("code")
def code(
    ctx: typer.Context,
    typed: Annotated[str, typer.Argument(metavar="编码", help="二维码旁的编码,四位一组,横线可不写")],
) -> None:
    """二维码读不出时,输入编码归位。输错一位会指出来。

    例:
      zonectl --as demo-yanling-handler scan code 7K3M-0QXZ-12AB-CD34
    """
    import msgspec

    from services.paper.matching import match_code

    session = session_of(ctx)
    person = session.actor
    with session.runtime() as runtime:
        found = got(match_code(runtime.db, person, typed, wall=runtime.wall), "按编码归位")
    if output.wants_json():
        output.data(msgspec.to_builtins(found))
        return
    _show(found)


def _show(found: Prefill) -> None:
    from cli.step_page import LABEL

    output.show(f"{found.form_title} · {found.unit} · {found.step} {found.step_title}", "bold")
    lines = [
        ("节点", f"{found.node_title or '无'} · 第{found.round}轮"),
        ("打印", f"{found.printed_on.isoformat()} · {found.printed_by}"),
        *(("材料", f"{paper.title} 第{paper.version}版") for paper in found.papers),
        *(("等待", who) for who in found.waits_for),
    ]
    for label, text in lines:
        hang(label, text, indent=LABEL)
    for text in found.warnings:
        output.say(f"请留意:{text}", "yellow")
    if found.recordable:
        output.say("请对照原件补全结论、日期后登记,登记后由第二人核对:")
        # Who signed has to be named; a meeting is known by the node.
        by = " --by …" if found.medium == "signed_paper" else " --meeting … --number …"
        output.say(
            f"zonectl step record {found.unit} {found.step} --medium {found.medium_title} "
            f"--round {found.round} --outcome … --on …{by}"
        )
    else:
        output.say("现在不能照此登记")
