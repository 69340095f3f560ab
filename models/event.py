"""留痕: the append-only ledger; one row is one command with the list of its events.

Streams: ``case:<id>``, ``organisation``, ``programme:<code>``, ``calendar``, ``settings``, ``security``,
``supervision``. The head of a stream is its last row: there is no second place of truth. Triggers
(``models.triggers``) refuse every change of a row that stands. Not created by a batch migration, ever: that
would copy the table.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel


class EventRow(SQLModel, table=True):
    """留痕行: what one command did, chained by hash to the row before it in its stream.

    ``channel`` is the entry channel (console, cli = 命令行代办, api, flow, import), apart from a decision's
    medium. ``rehearsal`` is 1 in a rehearsal database (演练). ``recorded_at`` is wall-clock UTC in
    microseconds; ``occurred_on`` a legal date as ISO text.
    ``command_digest`` tells the same command sent twice from another one under the same id. ``body`` is
    canonical JSON; ``hash`` covers every column over the exact stored bytes.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq_positive"),
        # What somebody who searches asks by: when it was recorded, who did it, on which day.
        Index("ix_event_recorded_at", "recorded_at"),
        Index("ix_event_actor", "actor", "recorded_at"),
        Index("ix_event_occurred_on", "occurred_on", "recorded_at"),
    )

    stream: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    command_id: str = Field(unique=True)
    command_digest: str
    schema_version: int
    actor: str
    position: str = Field(default="")
    channel: str
    rehearsal: int = Field(default=0)
    run_id: str | None = Field(default=None)
    recorded_at: int = Field(sa_type=BigInteger)
    occurred_on: str
    programme_version: str = Field(default="")
    body: str = Field(sa_type=Text)
    prev_hash: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)
