"""拒绝: why an act was not taken, as a value that every entry shows in the same words."""

from __future__ import annotations

from typing import NoReturn

import msgspec

Fact = str | int | bool | None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """拒绝: an act that the rules do not allow.

    A value and not an error page, so that console, API, command line and tests show the same sentence.
    `code` is stable and documented; `message` is for the officer; `remedy` says what to do now;
    `facts` are the figures the refusal rests on; `basis` is the rule or clause.
    """

    code: str
    message: str
    remedy: str = ""
    facts: dict[str, Fact] = {}
    basis: str = ""

    def __str__(self) -> str:
        return f"{self.message}{self.remedy and '。' + self.remedy}(代码 {self.code})"


class RefusalError(Exception):
    """Carries a `Refused` out of nested rules; caught once, in `decide`, never shown itself."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


def refuse(code: str, message: str, remedy: str = "", basis: str = "", **facts: Fact) -> NoReturn:
    """Stop the rule being judged with a refusal."""
    raise RefusalError(Refused(code=code, message=message, remedy=remedy, facts=facts, basis=basis))
