"""zonectl person: persons, their positions, leave proxies, hand-over, and the import of a roster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.bodies import day, registry_of, tell
from cli.files import existing, fresh
from cli.finding import got, new_id
from cli.session import session_of
from cli.shell import App
from cli.stops import REFUSED, USAGE, StopError

if TYPE_CHECKING:
    from domain.organisation.leaving import HandedOver, Matter
    from services.bootstrap import Runtime
    from services.organising.import_comparing import RosterImport

person = App("人员:登记、任职和免职、请假代理、离岗移交,按 Excel 导入机构和人员。")

PersonWords = Annotated[str, typer.Argument(metavar="人员", help="人员编号或姓名")]
BodyOption = Annotated[str, typer.Option("--body", metavar="机构", help="机构编号或全称")]
PositionOption = Annotated[str, typer.Option("--position", metavar="岗位", help="经办人、负责人、成员")]
Basis = Annotated[str, typer.Option("--basis", metavar="文件", help="任免文件名称或文号")]
VACANT = "空缺"
MOST_SHOWN = 200


@person.command("register")
def register(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="编号", help="人员编号,如工号;登记后不变")],
    name: Annotated[str, typer.Argument(metavar="姓名", help="姓名;存在可删除的表里,留痕只记摘要")],
    body: BodyOption,
    contact: Annotated[str, typer.Option("--contact", metavar="联系方式", help="电话等;同样可删除")] = "",
) -> None:
    """登记一个人员(无须账号);任职另用 person appoint。

    例:
      zonectl --as unit-admin person register zhang-san 示例张三 --body 鄢陵县财政局
    """
    from services.organising.finding import find_body
    from services.organising.persons import RegisterPerson, register_person

    session = session_of(ctx)
    with session.runtime() as runtime:
        code = got(find_body(runtime.db, body), f"查找“{body}”")
        asked = RegisterPerson(person=id_, name=name, body=code, contact=contact)
        got(register_person(registry_of(session, runtime), asked, command_id=new_id()), "登记人员")
    tell({"person": id_}, f"已登记人员 {id_}")


@person.command("appoint")
def appoint_(
    ctx: typer.Context,
    words: PersonWords,
    body: BodyOption,
    position: PositionOption,
    first: Annotated[str, typer.Option("--from", metavar="日期", help="任职日期")] = "今天",
    last: Annotated[str, typer.Option("--until", metavar="日期", help="任期至;不填为未定")] = "",
    basis: Basis = "",
) -> None:
    """登记任职。

    例:
      zonectl --as unit-admin person appoint zhang-san --body 鄢陵县财政局 --position 经办人 --from 2022-03-01
    """
    from domain.organisation.holdings import Appoint
    from services.organising.persons import appoint

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        who, code, post = _place(runtime, words, body, position)
        start = day(registry, first) or registry.today
        asked = Appoint(
            person=who, body=code, position=post, first=start, last=day(registry, last), basis=basis
        )
        got(appoint(registry, asked, command_id=new_id()), "登记任职")
    tell({"person": who, "body": code, "position": post, "from": str(start)}, f"已登记任职,{start} 起")


@person.command("end")
def end(
    ctx: typer.Context,
    words: PersonWords,
    body: BodyOption,
    position: PositionOption,
    last: Annotated[str, typer.Option("--last", metavar="日期", help="任职的最后一天")],
    basis: Basis = "",
) -> None:
    """登记免职或任期届满;要把工作交给接替人的,用 person handover。

    例:
      zonectl --as unit-admin person end zhang-san --body 鄢陵县财政局 --position 经办人 --last 2022-06-30
    """
    from domain.organisation.holdings import EndHolding
    from services.organising.persons import end_holding

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        who, code, post = _place(runtime, words, body, position)
        until = day(registry, last) or registry.today
        asked = EndHolding(person=who, body=code, position=post, last=until, basis=basis)
        got(end_holding(registry, asked, command_id=new_id()), "登记免职")
    tell({"person": who, "body": code, "position": post, "last": str(until)}, f"已登记:任职至 {until}")


@person.command("show")
def show(ctx: typer.Context, words: PersonWords) -> None:
    """一个人员的任职和经历。

    例:
      zonectl --as unit-admin person show zhang-san
    """
    from domain.organisation.values import POSITION_TITLES
    from services.organising.finding import find_person
    from services.organising.listing import show_person

    session = session_of(ctx)
    with session.runtime() as runtime:
        who = got(find_person(runtime.db, words), f"查找“{words}”")
        view = got(show_person(registry_of(session, runtime), who), f"查看“{words}”")
    if output.wants_json():
        import msgspec

        output.data(msgspec.to_builtins(view))
        return
    output.show(f"{view.name}({view.id})", "bold")
    for held in view.holdings:
        until = f"{held.first} 至 {held.last}" if held.last else f"{held.first} 起"
        position = POSITION_TITLES.get(held.position, held.position)
        output.show(f"{view.bodies[held.body]} {position} {until}")


@person.command("leave")
def leave(
    ctx: typer.Context,
    words: PersonWords,
    deputy: Annotated[str, typer.Option("--deputy", metavar="代理人", help="人员编号或姓名")],
    body: BodyOption,
    position: PositionOption,
    first: Annotated[str, typer.Option("--from", metavar="日期", help="第一天")],
    last: Annotated[str, typer.Option("--until", metavar="日期", help="最后一天")],
    programme: Annotated[
        list[str] | None, typer.Option("--programme", metavar="模板", help="只限这些流程模板;可写多次")
    ] = None,
    work: Annotated[
        list[str] | None, typer.Option("--work", metavar="工作", help="只限这些工作,如 审批;可写多次")
    ] = None,
    basis: Annotated[str, typer.Option("--basis", metavar="依据", help="请假审批单等")] = "",
) -> None:
    """设置请假代理:期限内由代理人以“代某某”的名义办理,不得转托。

    例:
      zonectl --as zhang-san person leave zhang-san --deputy li-si --body 鄢陵县财政局 --position 负责人
        --from 2022-03-07 --until 2022-03-11 --work 审批
    """
    from cli.words import pick
    from domain.organisation.proxies import SetProxy
    from domain.work_kinds import WORK_TITLES
    from services.organising.finding import find_person
    from services.organising.proxies import set_proxy

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        who, code, post = _place(runtime, words, body, position)
        asked = SetProxy(
            person=who,
            body=code,
            position=post,
            deputy=got(find_person(runtime.db, deputy), f"查找“{deputy}”"),
            first=day(registry, first) or registry.today,
            last=day(registry, last) or registry.today,
            programmes=tuple(programme or ()),
            works=tuple(str(pick(each, WORK_TITLES, "--work")) for each in work or ()),
            basis=basis,
        )
        done = got(set_proxy(registry, asked, command_id=new_id()), "设置代理")
    tell({"proxy": done.event.id}, f"已设置代理 {done.event.id}:{asked.first} 至 {asked.last}")


@person.command("leave-end")
def leave_end(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="代理编号", help="设置时给出的编号")],
    last: Annotated[str, typer.Option("--last", metavar="日期", help="代理的最后一天")] = "今天",
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="如提前销假")] = "",
) -> None:
    """提前结束请假代理。

    例:
      zonectl --as zhang-san person leave-end 3f9a0c1b2d4e5f60 --reason 提前销假
    """
    from services.organising.proxies import EndProxy, end_proxy

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        until = day(registry, last) or registry.today
        got(end_proxy(registry, EndProxy(id=id_, last=until, reason=reason), command_id=new_id()), "结束代理")
    tell({"proxy": id_, "last": str(until)}, f"已结束代理,最后一天 {until}")


@person.command("handover")
def handover(
    ctx: typer.Context,
    words: PersonWords,
    to: Annotated[
        list[str],
        typer.Option(
            "--to", metavar="机构/岗位=接替人", help=f"每个岗位写一次;只写接替人为全部岗位;暂缺写“{VACANT}”"
        ),
    ],
    last: Annotated[str, typer.Option("--last", metavar="日期", help="离岗人任职的最后一天")] = "今天",
    basis: Basis = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览,不写入")] = False,
) -> None:
    """离岗移交:任职一次交清,代理结束,账号注销,在办的工作随岗位走;手里未了的逐项列出。

    例:
      zonectl --as unit-admin person handover zhang-san --to li-si --last 2022-06-30 --dry-run
      zonectl --as unit-admin person handover zhang-san --to 鄢陵县财政局/负责人=li-si --last 2022-06-30
    """
    from domain.organisation.leaving import HandOver
    from services.organising.finding import find_person
    from services.organising.leaving import hand_over, preview_hand_over

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        who = got(find_person(runtime.db, words), f"查找“{words}”")
        until = day(registry, last) or registry.today
        asked = HandOver(leaver=who, takes=_takes(runtime, who, to, until), last=until, basis=basis)
        if dry_run:
            _tell_hand_over(got(preview_hand_over(registry, asked), "离岗移交"), "")
            return
        done = got(hand_over(registry, asked, command_id=new_id(), access=runtime.access), "离岗移交")
    _tell_hand_over(done.event, done.account)


@person.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="机构表、人员任职表;.xlsx 或 CSV")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览,不写入")] = False,
) -> None:
    """导入机构、人员和任职。有一处差错就一行也不导入,差错按单元格指明;再导一次没有变化。

    例:
      zonectl person template 名册模板.xlsx
      zonectl --as unit-admin person import 名册.xlsx --dry-run
    """
    from services.organising.importing import import_roster

    session = session_of(ctx)
    with session.runtime() as runtime:
        registry = registry_of(session, runtime)
        done = got(
            import_roster(
                registry, existing(file), command_id=new_id(), dry_run=dry_run, notices=runtime.notices
            ),
            f"导入 {file.name}",
        )
    _tell_import(done)


@person.command("template")
def template(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="写到哪里,.xlsx")],
    force: Annotated[bool, typer.Option("--force", help="已有同名文件时覆盖")] = False,
) -> None:
    """写出名册模板,填好后用 person import 导入。

    例:
      zonectl person template 名册模板.xlsx
    """
    from services.organising.template import write_template

    path = fresh(file, force=force)
    write_template(path)
    tell({"file": str(path)}, f"已写出 {path}")


def _place(runtime: Runtime, words: str, body: str, position: str) -> tuple[str, str, str]:
    from cli.words import pick
    from domain.organisation.values import POSITION_TITLES
    from services.organising.finding import find_body, find_person

    who = got(find_person(runtime.db, words), f"查找“{words}”")
    code = got(find_body(runtime.db, body), f"查找“{body}”")
    return who, code, pick(position, POSITION_TITLES, "--position")


def _takes(runtime: Runtime, leaver: str, to: list[str], last: Any) -> tuple[Any, ...]:
    """Successors by position; one name alone takes all that the leaver still holds."""
    from cli.words import pick
    from domain.organisation.leaving import Takes
    from domain.organisation.values import POSITION_TITLES
    from services.organising.finding import find_body, find_person
    from services.organising.reading import holdings_of

    def successor(words: str) -> str:
        return "" if words == VACANT else got(find_person(runtime.db, words), f"查找“{words}”")

    if len(to) == 1 and "=" not in to[0]:
        person_ = successor(to[0])
        with runtime.db.read() as session:
            held = [h for h in holdings_of(session, leaver) if h.last is None or h.last > last]
        return tuple(Takes(body=h.body, position=h.position, person=person_) for h in held)
    takes = []
    for each in to:
        place, _, words = each.rpartition("=")
        body, slash, position = place.rpartition("/")
        if not slash:
            raise StopError(USAGE, f"--to 要写成 机构/岗位=接替人,现为“{each}”", code="usage.pair")
        takes.append(
            Takes(
                body=got(find_body(runtime.db, body), f"查找“{body}”"),
                position=pick(position, POSITION_TITLES, "--to"),
                person=successor(words),
            )
        )
    return tuple(takes)


_ACCOUNT_WORDS = {
    "closed": "账号已注销",
    "later": "账号到离岗日再注销(到时由管理员办理)",
    "administrator": "账号须由管理员注销(account close)",
    "none": "没有账号",
    "": "预览,没有写入",
}


def _tell_hand_over(event: HandedOver, account: str) -> None:
    if output.wants_json():
        import msgspec

        output.data({**msgspec.to_builtins(event), "account": account})
        return
    from domain.organisation.values import POSITION_TITLES

    for post in event.posts:
        position = POSITION_TITLES.get(post.position, post.position)
        output.show(f"{post.body} {position} → {post.to or VACANT}({event.last} 的次日起)")
    output.say(f"结束代理 {len(event.proxies)} 项;{_ACCOUNT_WORDS[account]}")
    _list_matters("接替人不能审批、须另定承办人的事项", event.overlaps)
    _list_matters("离岗人手里未了的事项", event.left)


def _list_matters(title: str, matters: tuple[Matter, ...]) -> None:
    from domain.organisation.leaving import WHY_TITLES

    if matters:
        output.say(f"{title} {len(matters)} 项:", "yellow")
    for matter in matters:
        output.say(f"  {matter.case} 任务 {matter.step}:{WHY_TITLES[matter.why]}")


def _tell_import(done: RosterImport) -> None:
    if not output.wants_json():
        for fault in done.faults[:MOST_SHOWN]:
            output.say(f"  {fault.line()}", "red")
        for left in done.skipped[:MOST_SHOWN]:
            output.say(f"  没有作为数据:{left.cell} {left.reason}:{left.text}", "dim")
    if done.faults:
        raise StopError(
            REFUSED,
            done.summary(),
            "按上列单元格改正;先用 --dry-run 预览",
            code="import.faults",
            what=f"导入 {done.source}",
            facts={"faults": len(done.faults)},
            data=done.as_json(),
        )
    tell(done.as_json(), done.summary())
