"""启动与选定: opening a case, and setting its declared choices."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.case import Seat, split_key
from domain.evolve import evolve
from domain.judging import Facts, Judgement
from domain.plan import Plan, StepPlan
from domain.programme import Choice
from domain.refusal import refuse
from domain.returning import resets_after, suspended, thawed
from domain.states import OPEN, WITH_DOER, StepStatus
from domain.terms import set_term

_BEFORE_SUBMISSION = WITH_DOER | {StepStatus.NOT_STARTED}
_BEGUN = OPEN | {StepStatus.SUSPENDED}


def opened(
    command: c.OpenCase, choices: dict[str, str], bodies: dict[str, tuple[str, ...]], code: str, version: int
) -> e.CaseOpened:
    """The event that starts a case."""
    return e.CaseOpened(
        case=command.case,
        unit=command.unit,
        unit_name=command.unit_name,
        programme=code,
        version=version,
        opened_on=command.occurred_on,
        supervising_level=command.supervising_level,
        choices=choices,
        bodies=bodies,
        adapters=command.adapters,
    )


def launch_choices(declared: list[Choice], given: dict[str, str]) -> dict[str, str]:
    """The choices a case starts with: those given, then the defaults of what is set at launch."""
    known = {choice.id: choice for choice in declared}
    for name, value in given.items():
        if name not in known:
            refuse("choice.unknown", f"没有选择项“{name}”", f"可选:{'、'.join(known) or '无'}", choice=name)
        require_value(known[name], value)
    chosen = {c.id: given.get(c.id, c.default) for c in declared if c.at == "launch" or c.id in given}
    missing = [known[name].title for name, value in chosen.items() if value is None]
    if missing:
        refuse("choice.missing", f"启动时须选定:{'、'.join(missing)}", "请补充后重新启动")
    return {name: value for name, value in chosen.items() if value is not None}


def require_value(choice: Choice, value: str) -> None:
    """A choice takes only its declared values."""
    if value not in choice.values:
        allowed = "、".join(f"{key}({title})" for key, title in choice.values.items())
        refuse(
            "choice.value",
            f"“{choice.title}”不能选“{value}”",
            f"可选:{allowed}",
            choice=choice.id,
            value=value,
        )


def require_bodies(plan: Plan, facts: Facts) -> None:
    """无人承办 is refused at launch: every role needs a body, but those that rows or areas name."""
    optional = plan.item_roles | plan.participating
    lacking = [
        role.title
        for role in plan.roles.values()
        if role.id not in optional and not facts.bodies.get(role.id)
    ]
    if lacking:
        refuse(
            "launch.nobody",
            f"以下角色在该改革单位无对应机构:{'、'.join(lacking)}",
            "请管理员在机构名册中补齐后再启动",
            roles="、".join(lacking),
        )


def require_overseer(plan: Plan, facts: Facts) -> None:
    """A case is opened by the office that oversees it."""
    role = plan.roles[plan.programme.overseer]
    seats = [Seat(role.id, body, str(role.position)) for body in facts.bodies.get(role.id, ())]
    if not any(facts.actor.holds(seat) for seat in seats):
        refuse(
            "actor.not_entitled",
            f"启动改革任务由{role.title}办理,您不在该岗位",
            "请转请该岗位办理",
            person=facts.actor.person,
        )


def set_choice(j: Judgement, command: c.SetChoice) -> None:
    """选定: before the step that fixes it is submitted; later it takes re-opening that step."""
    j.require_open_case()
    choice = next((each for each in j.plan.programme.choices if each.id == command.choice), None)
    if choice is None or choice.set_by is None or choice.at == "launch":
        refuse(
            "choice.not_settable",
            f"选择项“{command.choice}”不能在办理中选定",
            "启动时选定的内容如有错误,请终止后重新启动",
            choice=command.choice,
        )
    j.require_seat("", choice.set_by, f"选定“{choice.title}”")
    require_value(choice, command.value)
    if j.state(choice.at).status not in _BEFORE_SUBMISSION:
        refuse(
            "choice.fixed",
            f"“{choice.title}”已随任务 {choice.at} 提交,不能再改",
            f"如确有错误,请申请重新办理任务 {choice.at}",
            choice=choice.id,
        )
    _choose(j, choice.id, command.value)


def _choose(j: Judgement, choice: str, value: str) -> None:
    """Set it, reset what it touches, and set the terms that bind under it."""
    resets = _touched(j, e.ChoiceSet(choice=choice, value=value)) if choice in j.case.choices else ()
    chosen = e.ChoiceSet(
        choice=choice, value=value, resets=resets, thaws=thawed(j, resets), held=suspended(j, resets)
    )
    j.emit(chosen)
    for key, state in list(j.case.steps.items()):
        if state.status in OPEN and split_key(key)[0] in j.view.by_id:
            set_term(j, key)


def _touched(j: Judgement, chosen: e.ChoiceSet) -> tuple[str, ...]:
    """What a changed choice resets: begun steps that no longer apply, and those that rest on a step which
    applies only now and must come first.
    """
    probe = Judgement(j.plan, evolve(j.case, chosen), j.facts, j.command)
    out = [
        key
        for key, state in j.case.steps.items()
        if split_key(key)[0] not in probe.view.by_id and state.status in _BEGUN
    ]
    for step in probe.view.steps:
        if step.id not in j.view.by_id:
            out += resets_after(probe, step.id, ())
    return tuple(dict.fromkeys(out))


def check_choices(j: Judgement, step: StepPlan) -> list[Choice]:
    """What a step fixes must be chosen before it is submitted or set aside; answers the defaults to take."""
    defaults = []
    for choice in j.plan.programme.choices:
        if choice.at != step.id or choice.id in j.case.choices:
            continue
        if choice.default is None:
            values = "、".join(f"{key}({title})" for key, title in choice.values.items())
            refuse(
                "choice.missing",
                f"提交前须选定“{choice.title}”",
                f"可选:{values}。命令行办法:zonectl step choose {j.case.unit_name} {choice.id} 取值",
                choice=choice.id,
            )
        defaults.append(choice)
    return defaults


def require_choices(j: Judgement, step: StepPlan) -> None:
    """As `check_choices`; a default not changed is taken as chosen."""
    for choice in check_choices(j, step):
        _choose(j, choice.id, choice.default or "")
