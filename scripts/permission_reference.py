"""The reference page of the permission table."""

from typing import Final

from domain.permissions import (
    ACTION_TITLES,
    ADMINISTRATORS,
    ROLE_TITLES,
    SCOPE_TITLES,
    TABLE,
    UNSEEN,
    AccessRole,
    Action,
    Scope,
)

_SHORT: Final = {
    Scope.SELF: "本人",
    Scope.BODY: "本单位",
    Scope.INVOLVED: "参与",
    Scope.SUBTREE: "辖区",
    Scope.ALL: "全部",
}


def page(generated: str) -> str:
    """Return ``docs/reference/permissions.md``: one row an action, one column a role."""
    business = [role for role in AccessRole if role not in ADMINISTRATORS]
    administrators = [role for role in AccessRole if role in ADMINISTRATORS]
    scopes = "、".join(f"“{_SHORT[scope]}”指{SCOPE_TITLES[scope]}" for scope in Scope)
    unseen = "、".join(ACTION_TITLES[action] for action in Action if action in UNSEEN)
    return "\n".join(
        [
            "# 权限表",
            "",
            generated,
            "",
            "没有写明的一律不许。网页、接口、命令行和流程用的是同一张表。"
            "任务里的报送、审批、代录不在此表:由流程模板规定席位,按任务当时的状态判断。",
            "",
            f"格中是范围:{scopes};空格为不许。下列操作不许时只答“没有找到”,不透露有无:{unseen}。",
            "",
            "一人有几个职务的,各职务的权限合并计算,办理时记下用的是哪一个。",
            "",
            "## 业务角色",
            "",
            *_table(business),
            "",
            "## 管理员",
            "",
            "三员分立:系统管理员、安全保密管理员、安全审计员由三人分任,不兼业务职务。",
            "",
            *_table(administrators),
            "",
        ]
    )


def _table(roles: list[AccessRole]) -> list[str]:
    head = "".join(f" {ROLE_TITLES[role]} |" for role in roles)
    return [
        f"| 操作 | 代码里 |{head}",
        "|---|---|" + "---|" * len(roles),
        *(
            f"| {ACTION_TITLES[action]} | `{action}` |{_cells(action, roles)}"
            for action in Action
            if TABLE[action].keys() & set(roles)
        ),
    ]


def _cells(action: Action, roles: list[AccessRole]) -> str:
    row = TABLE[action]
    return "".join(f" {_SHORT[row[role]] if role in row else ''} |" for role in roles)
