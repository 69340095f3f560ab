"""三本账平衡: a balance that does not close is named with the amount and the rows; also across registers."""

from __future__ import annotations

from typing import Any

import pytest

from domain.plan import Plan, compile_plan
from domain.programme import Programme
from domain.register_balances import count_values, find_gaps, named_elsewhere, open_gaps
from domain.register_rows import Known, check_rows, fill


def plan() -> Plan:
    """Functions, signatures over them, and assets (示例)."""
    functions = _register("functions", {"id": "no", "title": "序号"})
    signed = _register(
        "signed",
        {"id": "no", "title": "序号", "references": "functions/no"},
        {"id": "ours", "title": "移交方签字", "type": "date", "required": "no"},
        {"id": "theirs", "title": "接收方签字", "type": "date", "required": "no"},
        {"id": "kept", "title": "是否挂账", "type": "choice", "options": {"no": "否", "yes": "挂账"}},
        balances=[
            {"title": "每项都在", "total": "functions/rows", "parts": ["rows"]},
            {"title": "签字或挂账", "total": "rows", "parts": ["ours&theirs&kept=no", "kept=yes"]},
        ],
    )
    assets = _register(
        "assets",
        {"id": "no", "title": "编号"},
        *({"id": name, "title": name, "type": "money"} for name in ("value", "stays", "goes")),
        balances=[{"title": "资产账", "total": "value", "parts": ["stays", "goes"]}],
    )
    return compile_plan(
        Programme.model_validate(
            {
                "programme": "p", "version": "1", "title": "样例", "unit": "zone", "overseer": "chief",
                "bodies": [{"id": "office", "title": "办公室"}],
                "roles": [{"id": "chief", "title": "负责人", "body": "office"}],
                "registers": [functions, signed, assets],
                "stages": [
                    {"id": "s", "title": "环节", "steps": [{"id": "1", "title": "办", "doer": "chief"}]}
                ],
            }
        )
    )  # fmt: skip


def _register(name: str, *columns: dict[str, Any], balances: Any = ()) -> dict[str, Any]:
    return {
        "id": name,
        "title": name,
        "key": ["no"],
        "filled_by": ["chief"],
        "columns": list(columns),
        "balances": list(balances),
    }


PLAN = plan()
SIGNED = PLAN.registers["signed"]
DAY = "2022-03-02"


def test_every_function_is_signed_by_all_or_on_account() -> None:
    rows = [
        {"no": "1", "ours": DAY, "theirs": DAY, "kept": "no"},
        {"no": "2", "kept": "yes"},
        {"no": "3", "ours": DAY, "theirs": "", "kept": "no"},
    ]
    assert fill(PLAN, SIGNED, rows, {"functions": {"rows": 3}}).gaps == (
        "签字或挂账:合计 3,分项之和 2,相差 1;涉及(序号):3",
    )
    rows[2]["theirs"] = DAY
    assert fill(PLAN, SIGNED, rows, {"functions": {"rows": 3}}).gaps == ()
    assert fill(PLAN, SIGNED, rows, {"functions": {"rows": 5}}).gaps == ("每项都在:合计 5,分项之和 3,相差 2",)


def test_a_balance_across_registers_is_added_up_anew() -> None:
    recorded = ("每项都在:合计 5,分项之和 3,相差 2", "签字或挂账:合计 3,分项之和 2,相差 1")
    sums = {"functions": {"rows": 3}, "signed": {"rows": 3}}
    assert open_gaps(SIGNED, recorded, sums) == recorded[1:]
    assert open_gaps(SIGNED, (), {**sums, "functions": {"rows": 4}}) == ("每项都在:合计 4,分项之和 3,相差 1",)


@pytest.mark.parametrize("off", ["0.01", "5000"])
def test_money_closes_to_the_cent_and_the_row_is_named(off: str) -> None:
    assets = PLAN.registers["assets"]
    rows = [
        {"no": "A1", "value": "1000000.1", "stays": "1000000.1", "goes": "0"},
        {"no": "A2", "value": "2000000.2", "stays": "0", "goes": "2000000.2"},
    ]
    assert fill(PLAN, assets, rows).gaps == ()
    rows[1]["goes"] = {"0.01": "2000000.19", "5000": "1995000.2"}[off]
    (gap,) = fill(PLAN, assets, rows).gaps
    assert gap.startswith("资产账:合计 3000000.3,分项之和 ")
    assert gap.endswith(f"相差 {off};涉及(编号):A2(差 {off})")


def test_a_long_list_of_rows_is_cut_and_counted() -> None:
    rows = [{"no": str(number), "kept": "no"} for number in range(1, 10)]
    sums = {"functions": {"rows": 9}, "signed": count_values(SIGNED, rows)}
    (gap,) = find_gaps(SIGNED, sums, rows)
    assert gap.words.endswith("涉及(序号):1、2、3、4、5等 9 行")


def test_sums_that_another_register_asks_for_are_kept() -> None:
    assert named_elsewhere(PLAN, "functions") == ("rows",)
    assert named_elsewhere(PLAN, "signed") == ()


def test_references_and_bodies_are_looked_up() -> None:
    known = Known(values={"functions/no": {"1": "1", "S2": "S2"}})
    rows, faults = check_rows(SIGNED, [{"no": "S2", "kept": "否"}, {"no": "7", "kept": "否"}], known)
    assert rows[0]["no"] == "S2"
    assert [(fault.row, fault.column, fault.code) for fault in faults] == [(2, "序号", "reference.unknown")]
    assert check_rows(SIGNED, [{"no": "7", "kept": "否"}])[1] == [], "not filled yet: not asked"
