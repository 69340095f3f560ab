"""台账行: faults are all named, sums close or name their gap, rows are grouped into items."""

from __future__ import annotations

from domain.plan import compile_plan
from domain.programme import Programme
from domain.register_rows import check_rows, count_values, fill, rows_digest

PROGRAMME = Programme.model_validate(
    {
        "programme": "p",
        "version": "1",
        "title": "样例",
        "unit": "zone",
        "overseer": "chief",
        "bodies": [{"id": "office", "title": "办公室"}],
        "roles": [{"id": "chief", "title": "负责人", "body": "office"}],
        "registers": [
            {
                "id": "functions",
                "title": "职能",
                "key": ["no"],
                "filled_by": ["chief"],
                "item_body": "receiver",
                "columns": [
                    {"id": "no", "title": "编号"},
                    {"id": "receiver", "title": "接收单位", "body": "yes"},
                    {
                        "id": "kind",
                        "title": "处置",
                        "type": "choice",
                        "options": {"out": "移交", "kept": "保留"},
                    },
                    {"id": "people", "title": "人数", "type": "integer", "required": "no"},
                    {"id": "on", "title": "日期", "type": "date", "required": "no"},
                ],
                "balances": [{"title": "职能账", "total": "rows", "parts": ["kind=out", "kind=kept"]}],
            }
        ],
        "stages": [
            {
                "id": "s",
                "title": "环节",
                "steps": [
                    {
                        "id": "1",
                        "title": "移交",
                        "doer": "chief",
                        "for_each": {"register": "functions", "group_by": "receiver"},
                    }
                ],
            }
        ],
    }
)
PLAN = compile_plan(PROGRAMME)
REGISTER = PLAN.registers["functions"]


def test_every_fault_is_named_with_its_row_and_column() -> None:
    rows = [
        {"no": "1", "receiver": "body:a", "kind": "移交", "people": "3"},
        {"no": "1", "receiver": "", "kind": "不知道", "people": "三", "on": "2022年3月"},
    ]
    _, faults = check_rows(REGISTER, rows)
    assert [(f.row, f.column) for f in faults] == [
        (2, "接收单位"),
        (2, "处置"),
        (2, "人数"),
        (2, "日期"),
        (2, "编号"),
    ]
    assert all(f.message and f.mend for f in faults)


def test_titles_become_codes_and_sums_close() -> None:
    rows, faults = check_rows(
        REGISTER,
        [
            {"no": "1", "receiver": "body:a", "kind": "移交", "people": "3"},
            {"no": "2", "receiver": "body:b", "kind": "out", "people": "4"},
            {"no": "3", "receiver": "body:a", "kind": "保留"},
        ],
    )
    assert not faults
    filled = fill(PLAN, REGISTER, rows)
    assert filled.sums["rows"] == 3
    assert filled.sums["people"] == 7
    assert filled.sums["kind=out"] == 2
    assert filled.gaps == ()
    assert [(i.key, i.rows, i.body) for i in filled.items] == [
        ("body:a", 2, "body:a"),
        ("body:b", 1, "body:b"),
    ]


def test_a_balance_that_does_not_close_names_the_difference() -> None:
    rows = [{"no": "1", "receiver": "a", "kind": ""}]
    filled = fill(PLAN, REGISTER, rows)
    assert filled.gaps == ("职能账:合计 1,分项之和 0,相差 1;涉及(编号):1",)
    assert count_values(REGISTER, rows)["kind=kept"] == 0


def test_the_root_tells_one_changed_value_and_the_order() -> None:
    rows = [{"no": "1"}, {"no": "2"}]
    assert rows_digest(rows) != rows_digest([{"no": "1"}, {"no": "3"}])
    assert rows_digest(rows) != rows_digest(rows[::-1])


def test_a_register_that_no_step_runs_through_has_no_items() -> None:
    """A roster of three thousand is no burden on the case that is loaded for every act."""
    kept = REGISTER.model_copy(update={"id": "kept"})
    rows = [{"no": str(number), "receiver": "body:a", "kind": "out"} for number in range(3000)]
    filled = fill(PLAN, kept, rows)
    assert (filled.sums["rows"], filled.items) == (3000, ())
