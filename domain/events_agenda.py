"""议题的事件; import from `domain.events`."""

from __future__ import annotations

from datetime import date

from domain.agenda import AgendaAct, AgendaItem
from domain.decisions import TextRef
from domain.event_base import OfStep


class AgendaMoved(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="agenda_moved"):
    """申报、列入、移出、暂缓: the item as it stands from then on."""

    act: AgendaAct
    item: AgendaItem
    by: str
    acting_for: str = ""
    on: date
    reason: TextRef | None = None


class AgendaDropped(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="agenda_dropped"):
    """撤回或退回申报: there is no item any more."""

    act: AgendaAct
    node: str
    seat: str
    by: str
    acting_for: str = ""
    on: date
    reason: TextRef | None = None


AgendaEvent = AgendaMoved | AgendaDropped
"""All of them."""
