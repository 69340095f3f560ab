"""三员 for tests: persons without positions who hold an office of the system itself."""

from __future__ import annotations

from config.clock import WallClock
from domain.doers import FOUNDING
from domain.permissions import AccessRole
from models.database import Database
from models.tables import AdministratorRow
from services.roster import NewPerson, Roster, RosterWritten, write_roster

NAMES = {
    AccessRole.SYSTEM_ADMIN: "p-sysadmin",
    AccessRole.SECURITY_ADMIN: "p-secadmin",
    AccessRole.AUDITOR: "p-auditor",
}
SYSADMIN, SECADMIN, AUDITOR = NAMES.values()


def give_offices(db: Database, wall: WallClock, *roles: AccessRole) -> None:
    """Register who holds these offices; with all three and a body there the founding is over."""
    persons = tuple(NewPerson(id=NAMES[role], name=f"示例{NAMES[role]}") for role in roles)
    written = write_roster(
        db, Roster(persons=persons), actor=FOUNDING, wall=wall, command_id=f"offices-{'-'.join(roles)}"
    )
    assert isinstance(written, RosterWritten), written
    with db.write() as session:
        session.add_all(AdministratorRow(person=NAMES[role], role=role, since=wall.now()) for role in roles)
