"""督办登记、拟稿: a new source, finding, order, request, inspection, circular; shown once more first."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from domain.refusal import Refused
from services.evidence.files import out_of_sight
from services.mirroring import body_names
from services.office import supervision
from services.pages.supervision_choices import Choices, choices_of
from services.supervising.suggesting import Suggestion
from web.console.forms import TOKEN, Typed
from web.console.links import with_query
from web.console.supervision import PATH, shown_once_more
from web.console.supervision_doing import create, unreadable
from web.console.supervision_fields import NEW, Field, NewForm, rows_of
from web.console.visit import Visit, VisitOf
from web.problems import ProblemError, got, problem_of

router = APIRouter()
Kind = Annotated[str, Path(pattern=f"^({'|'.join(NEW)})$")]


@router.get(PATH + "/new/{kind}")
def ask(visit: VisitOf, kind: Kind) -> Response:
    """登记、拟稿: the form, with what the system holds already filled in."""
    form = _form(visit, kind)
    given = {name: value[:300] for name, value in visit.request.query_params.items() if name in _names(form)}
    choices = choices_of(visit.counter)
    return _page(visit, kind, typed={**_own(visit, kind, choices), **given}, choices=choices)


@router.post(PATH + "/new/{kind}")
def make(visit: VisitOf, kind: Kind) -> Response:
    """登记、拟稿."""
    form = _form(visit, kind)
    typed = {name: visit.form.text(name) for name in visit.form.fields if name != TOKEN}
    if not typed.get("confirmed"):
        wrong = unreadable(visit, typed)
        if wrong is not None:
            return _page(visit, kind, typed=typed, refused=wrong)
        found = _suggestion(visit, typed.get("key", ""))
        facts = _filled_in(visit, found, typed) if found else []
        rows = [*facts, *rows_of(form.fields, typed)]
        back = with_query(f"{PATH}/new/{kind}", {name: typed.get(name, "") for name in _names(form)})
        return shown_once_more(visit, form.title, "登记后留痕", f"{PATH}/new/{kind}", rows, typed, back)
    done = create(visit, kind, typed)
    if isinstance(done, Refused):
        return _page(visit, kind, typed=typed, refused=done)
    return visit.redirect(f"{PATH}/{done.matter.id}", f"已登记:{done.matter.id}")


def _form(visit: Visit, kind: str) -> NewForm:
    form = NEW[kind]
    if form.action not in visit.frame.may:
        raise ProblemError(out_of_sight())
    return form


def _names(form: NewForm) -> frozenset[str]:
    return frozenset({"key", *(field.name for field in form.fields)})


def _own(visit: Visit, kind: str, choices: Choices) -> dict[str, str]:
    found = {"on": visit.frame.today.isoformat()}
    if kind == "request":
        found |= {"body": choices.own_body, "office": choices.own_office, "unit": choices.own_unit}
    return found


def _suggestion(visit: Visit, key: str) -> Suggestion | None:
    if not key:
        return None
    return next((each for each in got(supervision.list_suggestions(visit.counter)) if each.key == key), None)


def _filled_in(visit: Visit, found: Suggestion, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the system fills in: the facts, and whom it is for where nobody else was named."""
    name = body_names(visit.counter.db).get(found.addressee, found.addressee)
    return [("事实", found.facts)] + ([("主送单位", name)] if name and not typed.get("addressee") else [])


def _asked(form: NewForm, suggestion: Suggestion | None) -> tuple[Field, ...]:
    if suggestion is None:
        return form.fields
    filled = {"text", "addressee"} if suggestion.addressee else {"text"}
    return tuple(
        field._replace(required=field.required and field.name not in filled)
        for field in form.fields
        if field.name != "unit"
    )


def _page(
    visit: Visit,
    kind: str,
    *,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    choices: Choices | None = None,
) -> Response:
    form = NEW[kind]
    suggestion = _suggestion(visit, typed.get("key", "")) if kind == "order" else None
    problem = problem_of(refused) if refused else None
    return visit.page(
        "supervision/new.html",
        form,
        status=problem.status if problem else 200,
        headers=problem.headers if problem else {},
        kind=kind,
        fields=_asked(form, suggestion),
        suggestion=suggestion,
        typed=Typed(typed),
        refused=refused,
        choices=choices or choices_of(visit.counter),
        number=secrets.token_hex(12),
    )
