"""The exploration agrees with cases played through the engine's own plan, on random programmes."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.case import Item
from domain.plan import compile_plan
from domain.programme import Programme
from domain.programme_check import examine
from domain.refusal import Refused
from tests.domain.play import Play, programme, step

STEPS = 5


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    names = [f"s{n}" for n in range(STEPS)]
    choices = [
        {
            "id": f"c{n}",
            "title": f"选择{n}",
            "values": {"a": "甲", "b": "乙", "c": "丙"},
            "at": draw(st.sampled_from(["launch", *names])),
            "set_by": "r",
        }
        for n in range(2)
    ]
    condition = st.dictionaries(
        st.sampled_from(["c0", "c1"]), st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True),
        min_size=1, max_size=2,
    )  # fmt: skip
    when: st.SearchStrategy[list[dict[str, list[str]]]] = st.one_of(
        st.just([]), st.lists(condition, min_size=1, max_size=2)
    )
    steps = []
    for number, name in enumerate(names):
        earlier = names[:number]
        gates = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        steps.append(
            {
                "id": name,
                "title": name,
                "doer": "r",
                "when": draw(when),
                "gates": [{"step": gate} for gate in gates],
            }
        )
    cut = draw(st.integers(1, STEPS - 1))
    stages = [
        {"id": "one", "title": "一", "steps": steps[:cut]},
        {"id": "two", "title": "二", "steps": steps[cut:], "when": draw(when),
         "gates": draw(st.sampled_from([[], [{"stage": "one"}]]))},
    ]  # fmt: skip
    return Programme.model_validate(
        {
            "programme": "random",
            "version": 1,
            "title": "随机",
            "unit": "zone",
            "bodies": [{"id": "b", "title": "单位"}],
            "roles": [{"id": "r", "title": "经办", "body": "b"}],
            "overseer": "r",
            "choices": choices,
            "stages": stages,
        }
    )


def played(programme: Programme, picked: dict[str, str]) -> bool:
    """Whether a case completes, by the views of the engine's plan."""
    plan = compile_plan(programme)
    setters = {choice.id: choice.at for choice in programme.choices}
    known = {name: value for name, value in picked.items() if setters[name] == "launch"}
    done: set[str] = set()
    while True:
        view = plan.view(known)
        ready = [step.id for step in view.steps if step.id not in done and set(step.after) <= done]
        if not ready:
            return not view.pending and all(step.id in done for step in view.steps)
        done.update(ready)
        known |= {name: picked[name] for name, at in setters.items() if at in ready}


@given(programmes())
def test_exploration_agrees_with_the_plan(programme: Programme) -> None:
    _, result = examine(programme)
    assert result is not None
    names = [choice.id for choice in programme.choices]
    outcomes = {
        values: played(programme, dict(zip(names, values, strict=True)))
        for values in product("abc", repeat=len(names))
    }
    assert bool(result.stalls) is not all(outcomes.values())
    for stall in result.stalls:
        told = dict(stall.choices)
        for values, completes in outcomes.items():
            if told.items() <= dict(zip(names, values, strict=True)).items():
                assert not completes, "a named set of choices must force the stall"


LIST = {
    "id": "list",
    "title": "公司名册",
    "columns": [{"id": "name", "title": "名称"}, {"id": "body", "title": "公司", "body": "yes"}],
    "key": ["name"],
    "filled_by": ["zone_handler"],
    "item_body": "body",
}
RISK = {"id": "risk", "title": "风险", "values": {"low": "低", "high": "高"}, "default": "low"}


@st.composite
def ledgers(draw: st.DrawFn) -> Programme:
    """Steps of which some fill the list, some freeze it, some wait for its freezing or run once per row."""
    steps = []
    for number in range(draw(st.integers(2, 5))):
        earlier = [made["id"] for made in steps]
        gates = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        made = step(f"s{number}", after=gates)
        if earlier and draw(st.booleans()):
            made["when"] = [{"risk": [draw(st.sampled_from(["low", "high"]))]}]
        part = draw(st.sampled_from(["fills", "freezes", "both", "gate", "each", "plain"]))
        if part in ("fills", "both"):
            made["fills"] = ["list"]
        if part in ("freezes", "both"):
            made["freezes"] = ["list"]
        if part == "gate":
            made["gates"].append({"frozen": "list"})
        if part == "each":
            made |= {"for_each": {"register": "list"}, "doer": "company_handler"}
        steps.append(made)
    return programme(steps, registers=[LIST], choices=[RISK])


def carried_through(built: Programme, risk: str) -> bool:
    """Whether a case completes in the engine itself, everyone doing all that opens."""
    play = Play(built, sound=False, choices={"risk": risk})
    going = True
    while going:
        going = False
        for item in list(play.work.values()):
            by = "zone.handler" if item.body == "b-zone" else f"{item.body.removeprefix('b-')}.handler"
            register = play.now.registers.get("list")
            fills = "list" in play.plan.view(play.now.choices).by_id[item.step.partition("#")[0]].step.fills
            if fills and not (register and register.frozen):
                play.register(item.step, "list", [Item(key="a", title="甲公司", body="b-a")], by=by)
            going = going or not isinstance(play.act(c.Submit, by, step=item.step), Refused)
    return play.now.status == "completed"


@given(ledgers())
def test_exploration_agrees_with_the_engine_on_registers(built: Programme) -> None:
    """One truth: a step that closes freezes its registers, empty where nobody here fills them."""
    faults, result = examine(built)
    if result is None or any(f.code == "register.filled_after_freeze" for f in faults):
        return
    stalls = [dict(stall.choices) for stall in result.stalls]
    for risk in ("low", "high"):
        told = any(stall.items() <= {"risk": risk}.items() for stall in stalls)
        assert carried_through(built, risk) is not told, (risk, stalls)
