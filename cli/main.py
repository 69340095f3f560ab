"""zonectl: the command line over the same services as the console and the API.

Commands import what they need only when they run, so that ``zonectl inbox`` and ``--help`` answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.accounts import account, token
from cli.bodies import body
from cli.calendars import calendar
from cli.case_plan import plan
from cli.cases import cases
from cli.checks import check
from cli.clocks import clock
from cli.databases import db
from cli.evidence import evidence
from cli.inboxes import inbox
from cli.lamps import lamp
from cli.ledgers import ledger
from cli.meeting_items import meeting
from cli.notices import notice
from cli.papers import scan
from cli.people import person as people
from cli.programmes import programme
from cli.registers import register
from cli.relays import relay
from cli.running import demo, status, up, web
from cli.session import begin, use_data_dir
from cli.shell import App, Root
from cli.step_objections import step
from cli.supervision_admonitions import admonition
from cli.supervision_findings import finding, source
from cli.supervision_orders import inspection, order, request
from cli.webhooks import webhook
from cli.zone_changes import zone

app = App(
    "改革任务全程督办:从方案起草到改革完成,每一步由规则判定、留痕可核验。\n"
    "\n"
    "例:\n"
    "  zonectl --as demo-yanling-reform-office-handler inbox\n"
    "  zonectl case show 鄢陵县产业集聚区\n"
    "\n"
    "退出码:0 成功;1 规则拒绝;2 用法有误;3 找不到;4 与他人冲突;5 外部系统或数据库故障;70 程序内部出错。",
    cls=Root,
)


def _tell_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version

    from cli import output
    from models.version import HEAD

    found = version("zone-reform")
    if output.wants_json():
        output.data({"version": found, "database": HEAD})
    else:
        output.show(f"zone-reform {found},数据库版本 {HEAD}")
    raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    person: Annotated[
        str,
        typer.Option("--as", metavar="人员", envvar="ZR_AS", help="由谁办理:人员编号(入口记为命令行代办)"),
    ] = "",
    data: Annotated[
        Path | None, typer.Option("--data", metavar="目录", help="数据目录;不填用环境变量 ZR_DATA_DIR")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="结果写成 JSON,供程序读取")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_tell_version, help="程序版本和数据库版本"),
    ] = False,
) -> None:
    if data is not None:
        use_data_dir(data)
    ctx.obj = begin(person, as_json=as_json)


cases.add_typer(plan, name="plan")
for _name, _group in (
    ("zone", zone),
    ("programme", programme),
    ("case", cases),
    ("step", step),
    ("meeting", meeting),
    ("evidence", evidence),
    ("check", check),
    ("lamp", lamp),
    ("source", source),
    ("finding", finding),
    ("order", order),
    ("admonition", admonition),
    ("request", request),
    ("inspection", inspection),
    ("register", register),
    ("scan", scan),
    ("ledger", ledger),
    ("clock", clock),
    ("calendar", calendar),
    ("notice", notice),
    ("relay", relay),
    ("webhook", webhook),
    ("web", web),
    ("db", db),
    ("body", body),
    ("person", people),
    ("account", account),
    ("token", token),
):
    app.add_typer(_group, name=_name)
app.command("inbox")(inbox)
app.command("status")(status)
app.command("up")(up)
app.command("demo", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(demo)


def run() -> None:
    """Entry point of the script ``zonectl``."""
    app()
