"""形状: requests and answers as pydantic models, made from the values the services speak in.

A command or a view is written once, as a struct; here it gets its words and what a stranger's input needs: no
field that is not there, no number where text is asked, no character that cannot be stored.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic import StrictBool as Flag

from domain.date_reach import out_of_reach
from domain.decisions import TextRef
from web.api.words import meaning

LONGEST_TEXT: Final = 4000
LONGEST_WORD: Final = 500
MOST_ENTRIES: Final = 200
NOT_BLANK: Final = r"\S"
DATE: Final = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def storable(text: str) -> str:
    """Refuse what no database keeps: half characters and the zero character."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("含有无法保存的字符")
    return text


def _only_text(value: object) -> object:
    """A date is written as text; a number of seconds is none."""
    if not isinstance(value, str | date):
        raise ValueError("须为日期,如 2022-03-02")  # noqa: TRY004 pydantic wants a ValueError
    return value


def _in_reach(day: date) -> date:
    refused = out_of_reach(day)
    if refused is not None:
        raise ValueError(f"{refused.message},{refused.remedy}")
    return day


Stored = Annotated[str, AfterValidator(storable)]
Text = Annotated[Stored, Field(max_length=LONGEST_TEXT)]
Word = Annotated[Stored, Field(max_length=LONGEST_WORD)]
Day = Annotated[
    date,
    BeforeValidator(_only_text),
    AfterValidator(_in_reach),
    Field(json_schema_extra={"pattern": DATE, "format": "date"}),
]
Words = Annotated[list[Word], Field(max_length=MOST_ENTRIES)]
Fields = Annotated[dict[Annotated[Word, Field(min_length=1)], Word], Field(max_length=MOST_ENTRIES)]
Part = TypeVar("Part")


class Asked(BaseModel):
    """A request's body: nothing in it is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """An answer's body, read off the service's value."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Page(Shown, Generic[Part]):
    """一页."""

    items: list[Part] = Field(description=meaning("Page", "items"))
    next: str | None = Field(description=meaning("Page", "next"))


@cache
def shown(struct: type) -> type[Shown]:
    """Return the answer's model of a struct or data class, its fields explained."""
    hints = get_type_hints(struct)
    fields: dict[str, Any] = {
        name: (_shape(hints[name]), Field(description=meaning(struct.__name__, name)))
        for name in _names(struct)
    }
    return create_model(struct.__name__, __base__=Shown, __doc__=_term(struct), **fields)


def _names(struct: type) -> tuple[str, ...]:
    if dataclasses.is_dataclass(struct):
        return tuple(field.name for field in dataclasses.fields(struct))
    found: tuple[str, ...] = struct.__struct_fields__  # type: ignore[attr-defined]
    return found


def _term(struct: type) -> str:
    """The Chinese word with which a docstring begins."""
    return re.split("[:.;,]", struct.__doc__ or struct.__name__, maxsplit=1)[0].strip()


def _shape(hint: Any) -> Any:
    """The same type with models in place of structs and lists in place of tuples."""
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and (issubclass(hint, msgspec.Struct) or dataclasses.is_dataclass(hint)):
        return shown(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(_shape(each) for each in inner)]  # noqa: UP007 made at run time
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple[tuple(_shape(each) for each in inner)]  # type: ignore[misc]
    if origin in (tuple, list, frozenset):
        return list[_shape(inner[0])]  # type: ignore[misc]
    if origin in (dict, Mapping):
        return dict[str, _shape(inner[1])]  # type: ignore[misc]
    return hint


def asked(
    name: str,
    term: str,
    struct: type[msgspec.Struct],
    keep: tuple[str, ...],
    needed: frozenset[str],
    narrowed: Mapping[str, Any],
) -> type[Asked]:
    """Return the request's model of those fields of a command that its sender says.

    Args:
        keep: the fields, in order.
        needed: those that have to be there though the command has a default.
        narrowed: other types for some of them.
    """
    hints = get_type_hints(struct)
    optional = dict(zip(struct.__struct_fields__[::-1], struct.__struct_defaults__[::-1], strict=False))
    fields: dict[str, Any] = {}
    for field in keep:
        must = field in needed or optional.get(field, msgspec.NODEFAULT) is msgspec.NODEFAULT
        kind = narrowed.get(field) or _asked_shape(hints[field], must=must)
        told = meaning(name, field)
        fields[field] = (
            kind,
            Field(description=told)
            if must
            else Field(default_factory=_default(hints[field], optional[field]), description=told),
        )
    return create_model(name, __base__=Asked, __doc__=term, **fields)


@cache
def _asked_part(struct: type[msgspec.Struct]) -> type[Asked]:
    """A struct within a request: one model wherever it stands."""
    return asked(f"{struct.__name__}Asked", _term(struct), struct, struct.__struct_fields__, frozenset(), {})


def _default(hint: Any, default: Any) -> Callable[[], Any]:
    """A maker of the default, as the request writes it: no text is the empty text."""
    if default is None:
        return str if TextRef in get_args(hint) else (lambda: None)
    made: Callable[[], Any] = default.factory if hasattr(default, "factory") else lambda: default
    return (lambda: list(made())) if get_origin(hint) is tuple else made


def _asked_shape(hint: Any, *, must: bool) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if hint is TextRef or (origin in (Union, types.UnionType) and TextRef in inner):
        return Annotated[Text, Field(min_length=1, pattern=NOT_BLANK)] if must else Text
    if hint is str:
        return Annotated[Word, Field(min_length=1, pattern=NOT_BLANK)] if must else Word
    if hint is bool:
        return Flag
    if date in (hint, *inner):
        return Day if hint is date else Day | None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _asked_compound(hint, origin, inner, must=must)


def _asked_compound(hint: Any, origin: Any, inner: tuple[Any, ...], *, must: bool) -> Any:
    """What is made of other shapes: what may be left out, a struct, a list, fields by name."""
    if origin in (Union, types.UnionType) and type(None) in inner:
        return Union[_asked_shape(inner[0], must=False), None]  # noqa: UP007 made at run time
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _asked_part(hint)
    if origin is tuple and inner[0] is not str:
        part = list[_asked_shape(inner[0], must=True)]  # type: ignore[misc, valid-type]
        return Annotated[part, Field(min_length=1 if must else 0, max_length=MOST_ENTRIES)]
    if origin is tuple:
        return Annotated[Words, Field(min_length=1)] if must else Words
    if origin is dict:
        return Fields
    raise TypeError(f"no shape for {hint}")
