"""数据库故障: what can go wrong with a database, in words that say what to do.

A fault is no refusal: no rule judged anything. It is raised, and the transaction it met is rolled back whole.
"""

from __future__ import annotations

import sqlite3
from typing import Final

_FULL: Final = (sqlite3.SQLITE_FULL,)
_NO_ROOM_FOR_THE_LOG: Final = sqlite3.SQLITE_IOERR_SHMSIZE
"""A disk that is full already when SQLite opens its log's index; by its class an I/O error."""
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NOT_OURS: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NO_ACCESS: Final = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
)


class DatabaseFault(Exception):
    """数据库故障: ``code`` is stable; ``message`` is what happened, ``remedy`` what to do, both Chinese."""

    code = "database.fault"
    message = "数据库出错"
    remedy = "请把这条信息交给运维人员"

    def __init__(self, message: str = "", detail: str = "") -> None:
        if message:
            self.message = message
        self.detail = detail
        super().__init__(f"{self.message},{self.remedy}{detail and f'(原因:{detail})'}")


class DatabaseMissing(DatabaseFault):
    """尚未建库."""

    code = "database.missing"
    message = "数据库还没有建立"
    remedy = "请先运行 zonectl db upgrade"


class DatabaseOlder(DatabaseFault):
    """数据库版本较旧."""

    code = "database.older"
    message = "数据库版本较旧"
    remedy = "请先备份,再运行 zonectl db upgrade"


class DatabaseNewer(DatabaseFault):
    """数据库版本较新: opened by an older program, which must not write into it."""

    code = "database.newer"
    message = "数据库版本较新,本程序不认识"
    remedy = "请升级程序后再打开;数据没有改动"


class DatabaseForeign(DatabaseFault):
    """不是本系统的数据库."""

    code = "database.foreign"
    message = "这不是本系统的数据库,或文件已损坏"
    remedy = "请检查数据库地址;如文件损坏,请从备份恢复"


class DatabaseFull(DatabaseFault):
    """磁盘空间不足."""

    code = "database.full"
    message = "磁盘空间不足,本次操作没有保存"
    remedy = "请清理磁盘后重做一次;以前的数据完好"


class DatabaseBusy(DatabaseFault):
    """数据库繁忙."""

    code = "database.busy"
    message = "数据库正被占用,本次操作没有保存"
    remedy = "请稍后重做一次"


class DatabaseUnreachable(DatabaseFault):
    """连不上数据库."""

    code = "database.unreachable"
    message = "连不上数据库"
    remedy = "请检查数据库服务、地址和权限"


class TriggersMissing(DatabaseFault):
    """留痕保护触发器不全."""

    code = "ledger.triggers"
    message = "留痕表的保护触发器不全"
    remedy = "请查明原因;核验留痕无误后,用 zonectl db protect 补上"


def from_sqlite(error: sqlite3.Error) -> DatabaseFault:
    """Return the fault that ``error`` of the SQLite driver means."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    detail = str(error)
    if code == _NO_ROOM_FOR_THE_LOG:
        return DatabaseFull(detail=detail)
    for codes, fault in (
        (_FULL, DatabaseFull),
        (_BUSY, DatabaseBusy),
        (_NOT_OURS, DatabaseForeign),
        (_NO_ACCESS, DatabaseUnreachable),
    ):
        if primary in codes:
            return fault(detail=detail)
    return DatabaseFault(detail=detail)


def from_driver(error: BaseException) -> DatabaseFault | None:
    """Return the fault that a driver's error means, or ``None`` where it is a fault of the program.

    Integrity errors and wrong SQL are programming faults and pass on unchanged.
    """
    if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError):
            return None
        fault = from_sqlite(error)
        return None if type(fault) is DatabaseFault else fault
    state = getattr(error, "sqlstate", None)
    if state is None:
        # psycopg gives no SQLSTATE where the server was never reached or went away.
        lost = type(error).__module__.startswith("psycopg") and type(error).__name__ == "OperationalError"
        return DatabaseUnreachable(detail=str(error).strip()) if lost else None
    return _from_sqlstate(state, str(error).strip())


def _from_sqlstate(state: str, detail: str) -> DatabaseFault | None:
    if state == "53100":
        return DatabaseFull(detail=detail)
    if state in ("55P03", "40P01", "40001", "57014"):
        return DatabaseBusy(detail=detail)
    if state[:2] in ("08", "28", "57") or state in ("3D000", "53300"):
        return DatabaseUnreachable(detail=detail)
    # Out of memory and the like, and a standby or a server that only lets read.
    return DatabaseFault(detail=detail) if state[:2] == "53" or state == "25006" else None
