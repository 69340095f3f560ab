"""The exploration agrees with cases played through the engine's own plan, on random programmes."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from domain.plan import compile_plan
from domain.programme import Programme
from domain.programme_check import examine

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
