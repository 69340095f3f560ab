"""zonectl account, zonectl token: accounts and their administrators, and programs' tokens.

Who may do what is the permission table's answer, as everywhere; `--as` names who does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.finding import got
from cli.session import Session, session_of
from cli.shell import App
from cli.stops import refusal
from cli.words import pick, title_of

if TYPE_CHECKING:
    from domain.refusal import Refused
    from services.access.accounts import AccountOpened
    from services.access.administrators import FirstAccount
    from services.access.environment import By
    from services.access.holders import Holder
    from services.bootstrap import Runtime

account = App("账号:开立、锁定、解锁、重置、注销,任免管理员。")
token = App("接口令牌:供程序使用,申请、查看、吊销。")

AccountWords = Annotated[str, typer.Argument(metavar="账号", help="登录名或账号编号")]
PersonWords = Annotated[str, typer.Argument(metavar="人员", help="人员编号")]
Reason = Annotated[str, typer.Option("--reason", metavar="事由", help="为什么,如“调离”;记入安全留痕")]
HOST = "host"
"""Who starts a new database: whoever has the machine."""


@account.command("create")
def create(
    ctx: typer.Context,
    person: PersonWords,
    login: Annotated[str, typer.Option("--login", metavar="登录名", help="不填则用人员编号")] = "",
) -> None:
    """给一个已登记的人员开立账号;一次性初始口令只显示这一次。

    例:
      zonectl --as sysadmin account create zhang-san --login zhangsan
    """
    from services.access.accounts import open_account

    session = session_of(ctx)
    with session.runtime() as runtime:
        opened = got(open_account(runtime.access, person, login or person, by=_by(session)), "开立账号")
    _hand_over([("", opened)])


@account.command("list")
def list_(ctx: typer.Context) -> None:
    """看得到的账号:状态、管理员职务、有没有登记第二因子。

    例:
      zonectl --as secadmin account list
    """
    from services.access.accounts import list_accounts

    session = session_of(ctx)
    with session.runtime() as runtime:
        holders = got(list_accounts(runtime.access, by=_by(session)), "查看账号")
    if output.wants_json():
        output.data([_plain(holder) for holder in holders])
        return
    rows = [_row(holder) for holder in holders]
    output.table(("登录名", "账号", "人员", "状态", "管理员", "第二因子", "口令"), rows)


@account.command("lock")
def lock(ctx: typer.Context, words: AccountWords, reason: Reason) -> None:
    """锁定账号:立即退出全部登录,令牌停用,直到解锁。

    例:
      zonectl --as sysadmin account lock zhangsan --reason 长期休假
    """
    from services.access.accounts import lock_account

    _change(ctx, words, "锁定账号", lambda access, id_, by: lock_account(access, id_, reason, by=by))


@account.command("unlock")
def unlock(ctx: typer.Context, words: AccountWords, reason: Reason) -> None:
    """解锁:管理员锁定的账号,或因登录失败被锁的登录名。

    例:
      zonectl --as sysadmin account unlock zhangsan --reason 本人确认是输错口令
    """
    from services.access.accounts import unlock_account

    _change(ctx, words, "解锁账号", lambda access, id_, by: unlock_account(access, id_, reason, by=by))


@account.command("close")
def close(ctx: typer.Context, words: AccountWords, reason: Reason) -> None:
    """注销账号,不能恢复:退出全部登录,吊销令牌,免去管理员职务。

    例:
      zonectl --as sysadmin account close zhangsan --reason 调离
    """
    from services.access.accounts import close_account

    _change(ctx, words, "注销账号", lambda access, id_, by: close_account(access, id_, reason, by=by))


@account.command("reset")
def reset(
    ctx: typer.Context,
    words: AccountWords,
    factor: Annotated[bool, typer.Option("--factor", help="不重置口令,只解除丢失的第二因子")] = False,
) -> None:
    """重置口令,发新的一次性初始口令;或用 --factor 解除丢失的第二因子。

    例:
      zonectl --as sysadmin account reset zhangsan
      zonectl --as sysadmin account reset zhangsan --factor
    """
    from services.access.accounts import named_account, remove_factor_of, reset_account

    if factor:
        _change(ctx, words, "解除第二因子", lambda access, id_, by: remove_factor_of(access, id_, by=by))
        return
    session = session_of(ctx)
    with session.runtime() as runtime:
        id_ = named_account(runtime.access, words)
        opened = got(reset_account(runtime.access, id_, by=_by(session)), "重置口令")
    _hand_over([("", opened)])


@account.command("appoint")
def appoint_(
    ctx: typer.Context,
    person: PersonWords,
    role: Annotated[
        str,
        typer.Option("--role", metavar="职务", help="系统管理员、安全保密管理员、安全审计员、单位管理员"),
    ],
    division: Annotated[
        str, typer.Option("--division", metavar="区划", help="单位管理员所管的六位区划代码")
    ] = "",
) -> None:
    """任命管理员:须有账号,不担任业务职务,不兼任另一种管理员。

    例:
      zonectl --as secadmin account appoint wang-wu --role 单位管理员 --division 411024
    """
    from services.access.administrators import appoint

    code = pick(role, _offices(), "--role")
    session = session_of(ctx)
    with session.runtime() as runtime:
        _told(appoint(runtime.access, person, code, division, by=_by(session)), "任命管理员")
    _done({"person": person, "role": code, "division": division}, f"已任命 {person} 为{_offices()[code]}")


@account.command("dismiss")
def dismiss_(ctx: typer.Context, person: PersonWords, reason: Reason) -> None:
    """免去管理员职务;账号照旧。三员各至少留一人。

    例:
      zonectl --as secadmin account dismiss wang-wu --reason 换岗
    """
    from services.access.administrators import dismiss

    session = session_of(ctx)
    with session.runtime() as runtime:
        _told(dismiss(runtime.access, person, reason, by=_by(session)), "免去管理员职务")
    _done({"person": person}, f"已免去 {person} 的管理员职务")


@token.command("create")
def create_token_(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="给哪个程序用")],
    scope: Annotated[
        list[str], typer.Option("--scope", metavar="权限", help="可以办理的事项,可写多次,如 case.read")
    ],
    days: Annotated[int, typer.Option("--days", metavar="天数", help="有效天数")] = 30,
) -> None:
    """为本人的账号申请接口令牌;令牌只显示这一次。

    例:
      zonectl --as zhang-san token create 周报程序 --scope case.read --days 90
    """
    from services.access.accounts import account_of_person
    from services.access.tokens import create_token

    session = session_of(ctx)
    with session.runtime() as runtime:
        id_ = got(account_of_person(runtime.access, session.actor), "申请令牌")
        made = got(create_token(runtime.access, id_, name, scope, days, by=_by(session)), "申请令牌")
    if output.wants_json():
        output.data({"id": made.line.id, "secret": made.secret, "expires_at": made.line.expires_at})
        return
    output.show(f"令牌 {made.secret}", "bold")
    output.say(f"编号 {made.line.id},{_day(made.line.expires_at)} 到期。令牌只显示这一次,请立即存入密钥文件")


@token.command("list")
def list_tokens_(ctx: typer.Context) -> None:
    """本人的接口令牌,含已过期和已吊销的。

    例:
      zonectl --as zhang-san token list
    """
    import msgspec

    from services.access.accounts import account_of_person
    from services.access.tokens import list_tokens

    session = session_of(ctx)
    with session.runtime() as runtime:
        lines = list_tokens(runtime.access, got(account_of_person(runtime.access, session.actor), "查看令牌"))
    if output.wants_json():
        output.data(msgspec.to_builtins(lines))
        return
    rows = [
        (
            line.id,
            line.name,
            "、".join(line.scopes),
            _day(line.expires_at),
            _day(line.used_at) if line.used_at else "未用过",
            "已吊销" if line.revoked_at else "",
        )
        for line in lines
    ]
    output.table(("编号", "名称", "权限", "到期", "最近使用", "状态"), rows)


@token.command("revoke")
def revoke_token_(
    ctx: typer.Context, id: Annotated[str, typer.Argument(metavar="令牌编号", help="见 token list")]
) -> None:
    """吊销接口令牌,立即失效。

    例:
      zonectl --as zhang-san token revoke 3f9a0c1b2d4e
    """
    from services.access.tokens import revoke_token

    session = session_of(ctx)
    with session.runtime() as runtime:
        _told(revoke_token(runtime.access, id, by=_by(session)), "吊销令牌")
    _done({"token": id}, f"已吊销令牌 {id}")


def first_accounts(runtime: Runtime) -> list[FirstAccount]:
    """首次启动: the administrators' accounts that a new database lacks."""
    from services.access.administrators import first_start
    from services.access.environment import By

    return first_start(runtime.access, by=By(person=HOST))


def hand_over_first(made: list[FirstAccount]) -> None:
    """Show the first administrators' initial passwords, once."""
    from domain.permissions import ROLE_TITLES

    _hand_over([(ROLE_TITLES[each.role], each.opened) for each in made])


def _hand_over(opened: list[tuple[str, AccountOpened]]) -> None:
    """Show initial passwords: the only time that they are seen."""
    if output.wants_json():
        output.data(
            [
                {
                    "account": each.account,
                    "login": each.name,
                    "initial_password": each.initial_password,
                    "valid_until": each.valid_until,
                }
                for _, each in opened
            ]
        )
        return
    rows = [(title, each.name, each.initial_password, _day(each.valid_until)) for title, each in opened]
    output.table(("管理员", "登录名", "一次性初始口令", "有效至"), rows)
    output.say("初始口令只显示这一次,系统里不保存;请当面交给本人,首次登录必须修改", "bold yellow")


def _change(ctx: typer.Context, words: str, what: str, act: Any) -> None:
    from services.access.accounts import named_account

    session = session_of(ctx)
    with session.runtime() as runtime:
        id_ = named_account(runtime.access, words)
        _told(act(runtime.access, id_, _by(session)), what)
    _done({"account": id_}, f"已办理:{what}({words})")


def _told(refused: Refused | None, what: str) -> None:
    if refused is not None:
        raise refusal(refused, what)


def _done(facts: dict[str, Any], sentence: str) -> None:
    if output.wants_json():
        output.data(facts)
    else:
        output.show(sentence)


def _by(session: Session) -> By:
    from services.access.environment import By

    return By(person=session.actor, channel="cli")


def _offices() -> dict[Any, str]:
    from domain.permissions import ADMINISTRATORS, ROLE_TITLES

    return {role: title for role, title in ROLE_TITLES.items() if role in ADMINISTRATORS}


def _row(holder: Holder) -> tuple[str, ...]:
    from domain.access import STATE_TITLES
    from domain.permissions import ROLE_TITLES

    office = title_of(holder.office, ROLE_TITLES) if holder.office else ""
    return (
        holder.name,
        holder.account,
        holder.person,
        STATE_TITLES[holder.state],
        f"{office}{holder.division and f'({holder.division})'}",
        "已登记" if holder.totp else "",
        "初始,待修改" if holder.initial_until else "" if holder.password else "未设",
    )


def _plain(holder: Holder) -> dict[str, Any]:
    return {
        "account": holder.account,
        "login": holder.name,
        "person": holder.person,
        "state": holder.state,
        "office": holder.office,
        "division": holder.division,
        "factor": holder.totp,
        "initial": holder.initial_until is not None,
    }


def _day(instant: Any) -> str:
    from config.clock import BUSINESS_TIMEZONE

    return str(instant.astimezone(BUSINESS_TIMEZONE).strftime("%Y-%m-%d %H:%M"))
