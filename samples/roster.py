"""样例名册: the bodies, persons and positions of a sample as the roster that services write."""

from __future__ import annotations

from datetime import date
from typing import Final

from samples.loader import Sample
from services.roster import NewBody, NewHolding, NewPerson, Roster

SINCE: Final = date(2019, 1, 1)
"""From when the sample's persons hold their positions: before the first act of any rehearsal."""


def roster_of(sample: Sample) -> Roster:
    """Return the sample's roster."""
    return Roster(
        bodies=tuple(
            NewBody(
                code=body.code,
                name=body.name,
                type=body.type,
                kind=str(body.kind),
                division=body.division,
                level=body.level,
                unit_id=body.unit_id,
            )
            for body in sample.bodies
        ),
        persons=tuple(NewPerson(id=person.id, name=person.name) for person in sample.persons),
        holdings=tuple(
            NewHolding(person=held.person, body=held.body, position=str(held.position), valid_from=SINCE)
            for held in sample.holdings
        ),
    )
