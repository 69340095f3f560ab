"""表格中的单位: bodies and roles behind the names that a programme sheet gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from domain.programme import BodyKind, Level, NodeKind, Position
from domain.programme_fault import shown
from domain.sheet_phrases import MEETING, person_of

_NO_ACCOUNT: Final = re.compile(r"(?:省|市|县|区)(?:委|政府|委县政府)$|人大常委会$|政协$")
_LEVELS: Final = (
    (re.compile(r"参与(?:地区|县区|区)"), Level.PARTICIPATING),
    (re.compile(r"管委会|党工委|开发区|产业集聚区|园区"), Level.UNIT),
    (re.compile(r"^省|省[委政直]"), Level.PROVINCE),
    (re.compile(r"^(?:市|上级)|^[\u4e00-\u9fff]{1,3}市[委政直]"), Level.ABOVE),
)
_SUFFIX: Final = {Position.HANDLER: "经办人", Position.HEAD: "负责人", Position.MEMBER: ""}
_OVERSEERS: Final = re.compile(r"改革办|深改办|督查")


class Bodies:
    """单位与角色, numbered in the order in which the sheet names them."""

    def __init__(self, here: Callable[[], tuple[str, int]]) -> None:
        self._here = here
        self._bodies: dict[str, tuple[str, BodyKind, Level]] = {}
        self._roles: dict[str, tuple[str, str, Position]] = {}
        self.cells: dict[str, tuple[str, int]] = {}

    def doer(self, name: str) -> str:
        """The role in which a unit does a task."""
        return self._role(self._body(name, meeting=False), Position.HANDLER, "")

    def signer(self, name: str, kind: NodeKind, doer: str) -> str:
        """The role that signs: a person's (党工委书记), a meeting, or the head of a unit."""
        if kind is NodeKind.MEETING:
            return self._role(self._body(name, meeting=True), Position.MEMBER, "")
        body, person = person_of(name)
        title = name if person else ""
        return self._role(self._body(body or doer, meeting=False), Position.HEAD, title)

    def _body(self, name: str, *, meeting: bool) -> str:
        if name not in self._bodies:
            kind = BodyKind.NO_ACCOUNT if meeting or _never_signs_in(name) else BodyKind.ACCOUNT
            level = next((level for pattern, level in _LEVELS if pattern.search(name)), Level.SUPERVISING)
            if level is Level.PROVINCE and kind is BodyKind.ACCOUNT:
                kind = BodyKind.EXTERNAL
            self.cells[shown(("bodies", len(self._bodies)))] = self._here()
            self._bodies[name] = (f"b{len(self._bodies) + 1}", kind, level)
        return name

    def _role(self, body: str, position: Position, title: str) -> str:
        role = f"{self._bodies[body][0]}_{position.value}"
        if role not in self._roles:
            self.cells[shown(("roles", len(self._roles)))] = self._here()
            self._roles[role] = (title or f"{body}{_SUFFIX[position]}", body, position)
        return role

    def as_bodies(self) -> list[dict[str, Any]]:
        """For the key `bodies`."""
        return [
            {"id": body, "title": name, "kind": kind.value, "level": level.value}
            for name, (body, kind, level) in self._bodies.items()
        ]

    def as_roles(self) -> list[dict[str, Any]]:
        """For the key `roles`."""
        return [
            {"id": role, "title": title, "body": self._bodies[body][0], "position": position.value}
            for role, (title, body, position) in self._roles.items()
        ]

    def overseer(self) -> str:
        """监督角色: a reform or inspection office where one is named, else the last head with an account."""
        able = [
            (role, body)
            for role, (_, body, _) in self._roles.items()
            if self._bodies[body][1] is BodyKind.ACCOUNT
        ]
        named = [role for role, body in able if _OVERSEERS.search(body)]
        heads = [role for role, _ in able if role.endswith(Position.HEAD.value)]
        return (named or heads[::-1] or [role for role, _ in able])[0] if able else next(iter(self._roles))


def _never_signs_in(name: str) -> bool:
    return bool(MEETING.search(name) or _NO_ACCOUNT.search(name))
