"""重发: who never saw the answer sends the act again under its id, and must mean the same by it.

What a desk finds out for the person (round, node, seat) it finds in the case as it stood before the act was
done the first time; looked up in the case as it stands now, it would make another act of it.
"""

from __future__ import annotations

from sqlalchemy import select

from domain.case import Case
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import EVENT
from services.act_path import fold
from services.reading import load_case


def case_seen(db: Database, case_id: str, command_id: str, actor: str) -> Case | None:
    """The case before the act that ``actor`` did under this id; as it stands where there is none."""
    if command_id:
        here = EVENT.c.stream == case_stream(case_id)
        mine = (here, EVENT.c.command_id == command_id, EVENT.c.actor == actor)
        first = select(EVENT.c.seq).where(*mine).scalar_subquery()
        before = select(EVENT.c.body, EVENT.c.schema_version).where(here, EVENT.c.seq < first)
        with db.read() as session:
            rows = session.connection().execute(before.order_by(EVENT.c.seq)).all()
        if rows:
            case: Case | None = None
            for row in rows:
                case = fold(case, decode_events(row.body, row.schema_version))
            return case
    return load_case(db, case_id)
