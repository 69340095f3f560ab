"""zonectl db: build, upgrade and look at the database."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import output
from cli.finding import got, new_id
from cli.session import session_of
from cli.shell import App

db = App("数据库:建库、升级、检查。")


@db.command("upgrade")
def upgrade(ctx: typer.Context) -> None:
    """建库,或把旧版数据库升级到本程序的版本。已是最新时什么也不做。

    例:
      zonectl db upgrade
      zonectl --data /data/reform db upgrade
    """
    from models.database import current_revision
    from models.upgrading import upgrade as upgrade_database

    settings = session_of(ctx).settings()
    before = current_revision(settings.migration_database_url)
    output.say("正在建库 …" if before is None else "正在检查版本 …")
    after = upgrade_database(settings.migration_database_url, application_url=settings.database_url)
    if output.wants_json():
        output.data({"before": before, "after": after, "changed": before != after})
    elif before == after:
        output.show(f"数据库已是最新版本 {after}")
    else:
        output.show(f"数据库已{'建立' if before is None else '升级'},版本 {after}")


@db.command("init")
def init(ctx: typer.Context) -> None:
    """建库(或升级),并开立三员账号;一次性初始口令只显示这一次。三员已有的不再开立。

    例:
      zonectl db init
    """
    from cli.accounts import first_accounts, hand_over_first
    from models.upgrading import upgrade as upgrade_database

    session = session_of(ctx)
    settings = session.settings()
    upgrade_database(settings.migration_database_url, application_url=settings.database_url)
    with session.runtime() as runtime:
        made = first_accounts(runtime)
    if made or output.wants_json():
        hand_over_first(made)
    else:
        output.show("数据库已是最新版本,三员账号已有")


@db.command("current")
def current(ctx: typer.Context) -> None:
    """数据库版本与程序版本。

    例:
      zonectl db current
    """
    from models.database import current_revision
    from models.version import HEAD

    found = current_revision(session_of(ctx).settings().database_url)
    if output.wants_json():
        output.data({"database": found, "program": HEAD})
        return
    output.show(f"数据库版本 {found or '(尚未建库)'},程序版本 {HEAD}")


@db.command("check")
def check(
    ctx: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="再核对已发布流程模板的文本与留痕")] = False,
) -> None:
    """检查数据库:能打开、版本相符、留痕保护触发器齐全。

    例:
      zonectl db check --deep
    """
    from cli.stops import OUTSIDE, StopError
    from models.triggers import assert_triggers
    from services.clock import read_clock
    from services.programmes import verify_published

    with session_of(ctx).runtime() as runtime:
        with runtime.db.read() as session:
            assert_triggers(session.connection())
            reading = read_clock(session.connection(), runtime.wall)
        wrong = verify_published(runtime.db) if deep else ()
    if wrong:
        raise StopError(OUTSIDE, ";".join(wrong), "请停止写入,用备份或封存查明原因", code="programme.damaged")
    if output.wants_json():
        output.data({"ok": True, "today": reading.today.isoformat(), "rehearsal": reading.rehearsal})
        return
    kind = "演练库" if reading.rehearsal else "正式库"
    output.show(f"数据库完好:版本相符,保护触发器齐全;{kind},业务日期 {reading.today}")


@db.command("protect")
def protect(ctx: typer.Context) -> None:
    """补上被删去或改动的留痕保护触发器。先核验留痕,有问题的不补;补了哪些记入留痕。

    例:
      zonectl --as sysadmin db protect
    """
    from services.protecting import protect as restore

    session = session_of(ctx)
    actor = session.doer
    with session.runtime() as runtime:
        owner = runtime.settings.migration_database_url
        found = restore(runtime.db, owner, actor=actor, wall=runtime.wall, command_id=new_id())
    restored = got(found, "补上保护触发器")
    if output.wants_json():
        output.data({"restored": list(restored)})
    elif restored:
        output.show(f"已补上 {len(restored)} 个保护触发器:{'、'.join(restored)}")
    else:
        output.show("保护触发器齐全,没有改动")
