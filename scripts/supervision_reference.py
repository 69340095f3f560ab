"""Generate the page of findings and orders from their tables: states, moves, who, needs, diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.supervising.admonition_table import (
    ADMONITION_ACTS,
    ADMONITION_MOVES,
    ADMONITION_STATES,
    AdmonitionState,
)
from domain.supervising.finding_table import FINDING_ACTS, FINDING_MOVES, FINDING_STATES, FindingState
from domain.supervising.order_table import (
    FIRST_COLOUR,
    ORDER_ACTS,
    ORDER_COLOURS,
    ORDER_MOVES,
    ORDER_STATES,
    TRIGGER_TITLES,
    OrderState,
)
from domain.supervising.values import NEED_TITLES, SOURCE_TITLES, WHO_TITLES


def page(generated: str) -> str:
    """Return ``docs/reference/supervision.md``."""
    return "\n".join(
        [
            "# 问题、督办单、通报和约谈的状态",
            "",
            generated,
            "",
            "问题、督办单、通报和约谈只能照下面的表变动。流程说明见[督查督办](../explanation/supervision.md)。",
            "",
            f"来源的种类:{'、'.join(SOURCE_TITLES.values())}。",
            "",
            "## 问题",
            "",
            *_part(FINDING_STATES, FINDING_ACTS, FINDING_MOVES, FindingState.REGISTERED),
            "## 督办单",
            "",
            *_part(ORDER_STATES, ORDER_ACTS, ORDER_MOVES, OrderState.DRAFT),
            "## 通报、约谈",
            "",
            *_part(ADMONITION_STATES, ADMONITION_ACTS, ADMONITION_MOVES, AdmonitionState.DRAFT),
            "## 督办单的颜色",
            "",
            "| 拟稿由来 | 起始颜色 |",
            "|---|---|",
            *[
                f"| {TRIGGER_TITLES[each]} | {ORDER_COLOURS[colour]} |"
                for each, colour in FIRST_COLOUR.items()
            ],
            "",
            "前一张督办单逾期没有签收或反馈的,下一张升一级颜色;重要事项可以从橙色起。",
            "",
        ]
    )


def _part(
    states: Mapping[Any, str], acts: Mapping[Any, str], moves: Mapping[Any, Any], first: str
) -> list[str]:
    return [
        "```mermaid",
        "stateDiagram-v2",
        *[f'    state "{title}" as {state}' for state, title in states.items()],
        f"    [*] --> {first}",
        *[
            f"    {state} --> {move.to or state}: {acts[act]}"
            for act, move in moves.items()
            for state in move.states
        ],
        "```",
        "",
        "| 办理 | 代码里 | 在哪些状态 | 变成 | 由谁 | 条件 |",
        "|---|---|---|---|---|---|",
        *[
            f"| {acts[act]} | `{act}` | {'、'.join(states[state] for state in move.states)} | "
            f"{states[move.to] if move.to else '(不变)'} | {WHO_TITLES[move.who]} | "
            f"{';'.join(NEED_TITLES[need] for need in move.needs)} |"
            for act, move in moves.items()
        ],
        "",
    ]
