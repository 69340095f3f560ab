"""改革单位: who is reformed: a zone of the catalogue, a township, a department …"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from models.base import LegalDate


class ReformUnitRow(SQLModel, table=True):
    """改革单位行.

    ``code`` is the code of the catalogue ``edition`` (a zone has one per edition, a new zone none yet).
    ``supervising_level`` is 主管级 (city, county, province), empty while 待补. ``name_history`` and
    ``participating`` are JSON lists. ``area_ha`` is text as printed (hectares), for the catalogue has
    decimals and the ledger no floats. ``row_digest`` tells a second import of the same row; ``version``
    counts changes. ``data`` is JSON of ``domain.organisation.values.UnitData``: parks, predecessors,
    successors, papers. ``ended_on`` is the last day of a unit that was merged or abolished.
    """

    __tablename__ = "reform_unit"
    __table_args__ = (
        Index("ix_reform_unit_code", "kind", "edition", "code"),
        Index("ix_reform_unit_division_code", "division_code"),
        Index("ix_reform_unit_name", "name"),
    )

    id: str = Field(primary_key=True)
    kind: str = Field(default="zone")
    code: str | None = Field(default=None)
    edition: str = Field(default="")
    level: str = Field(default="")
    catalogue_no: str = Field(default="")
    name: str
    name_history: str = Field(default="[]", sa_type=Text)
    province: str = Field(default="")
    division_code: str = Field(default="")
    supervising_level: str | None = Field(default=None)
    lead_area: str | None = Field(default=None)
    participating: str = Field(default="[]", sa_type=Text)
    approved_ym: str = Field(default="")
    area_ha: str = Field(default="")
    industries: str = Field(default="", sa_type=Text)
    row_digest: str = Field(default="")
    version: int = Field(default=1)
    data: str | None = Field(default=None, sa_type=Text)
    ended_on: date | None = Field(default=None, sa_type=LegalDate)


class ResponsibilityRow(SQLModel, table=True):
    """责任链条行: one place in the chain of a unit, of one of its programmes, or of one step.

    ``part`` is ``leader`` (责任领导), ``deputy`` (分管领导), ``lead`` (牵头单位), ``support`` (配合单位) or
    ``contact`` (联络员). A person needs no account. ``valid_to`` is the last day; empty while it lasts.
    """

    __tablename__ = "responsibility"
    __table_args__ = (Index("ix_responsibility_unit", "unit_id", "programme", "step"),)

    id: str = Field(primary_key=True)
    unit_id: str = Field(foreign_key="reform_unit.id")
    programme: str = Field(default="")
    step: str = Field(default="")
    part: str
    ordinal: int = Field(default=0)
    person: str | None = Field(default=None, foreign_key="person.id")
    body: str | None = Field(default=None, foreign_key="body.code")
    valid_from: date = Field(sa_type=LegalDate)
    valid_to: date | None = Field(default=None, sa_type=LegalDate)
    basis: str = Field(default="")
