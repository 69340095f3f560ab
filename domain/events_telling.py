"""催办、传阅、抄送的事件; import from `domain.events`."""

from __future__ import annotations

from datetime import date

from domain.circulation import Circulation
from domain.decisions import TextRef
from domain.event_base import OfStep


class Urged(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="urged"):
    """催办. `places` (`body/position`) are those that were pressed: only who works in the system."""

    by: str
    on: date
    places: tuple[str, ...]
    note: TextRef | None = None


class Circulated(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="circulated"):
    """传阅或抄送."""

    circulation: Circulation


class CirculationRead(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="circulation_read"):
    """已阅."""

    circulation: str
    place: str
    by: str
    acting_for: str = ""
    on: date


class CirculationEnded(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="circulation_ended"):
    """结束传阅."""

    circulation: str
    by: str
    on: date


TellingEvent = Urged | Circulated | CirculationRead | CirculationEnded
"""All of them."""
