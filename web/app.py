"""网页服务: how the system is, without signing in, and ``/api/v1``, with it.

- ``/livez``: the process answers;
- ``/readyz``: the database is reachable and of this program's shape, and the ledger's triggers stand;
- ``/version``: which program this is, and which shape of the database it knows.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Final

import anyio
import uvicorn
from fastapi import Depends, FastAPI, Request, Response, status
from fastapi.responses import JSONResponse

from config.clock import WallClock
from config.settings import Settings
from models.database import Database
from models.faults import DatabaseFault
from models.triggers import assert_triggers
from models.version import HEAD
from services.access.demo import judge_demo
from services.bootstrap import open_runtime
from services.paper.incoming import sweep_scans
from web import problems
from web.api import (
    accounts,
    acting,
    calendar,
    cases,
    checks,
    directory,
    lamps,
    machine,
    meetings,
    notices,
    objections,
    organising,
    paper,
    papers,
    registers,
    sessions,
    supervision,
    supervision_papers,
    webhooks,
)
from web.console import faults
from web.console.pages import install as install_pages
from web.gate import Gate
from web.limits import Limiter
from web.openapi import PREFIX, describe
from web.security import is_secure

DISTRIBUTION: Final = "zone-reform"
GRACE_S: Final = 5
ROUTERS: Final = (
    directory.router,
    cases.router,
    acting.router,
    papers.router,
    registers.router,
    calendar.router,
    objections.router,
    lamps.router,
    checks.router,
    paper.router,
    organising.router,
    accounts.router,
    notices.router,
    machine.router,
    webhooks.router,
    supervision.router,
    meetings.router,
    supervision_papers.router,
)
"""``/api/v1`` beside signing in."""


def program_version() -> str:
    """Return the version of the installed program; empty where it runs without being installed."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def _database(request: Request) -> Iterator[Database]:
    """A database object of this question alone: its shape is looked at anew, for it may have gone away."""
    database = Database(request.app.state.settings.database_url)
    try:
        yield database
    finally:
        database.close()


def bare_app() -> FastAPI:
    """Make the application with the routes of the API and nothing behind them: enough to describe it."""
    app = FastAPI(
        title="zone-reform",
        version=program_version() or "0",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    for router in (sessions.router, *ROUTERS):
        app.include_router(router, prefix=PREFIX)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


def create_app(settings: Settings, wall: WallClock | None = None) -> FastAPI:
    """Make the web application. Nothing is loaded from elsewhere, so there is no API browser either."""
    app = bare_app()
    app.state.settings = settings
    app.state.runtime = open_runtime(settings, wall)
    app.state.limiter = Limiter(app.state.runtime.wall)
    app.state.uploads = anyio.CapacityLimiter(papers.UPLOADS_AT_ONCE)
    problems.install(app, faults.show)
    app.add_middleware(
        Gate,
        largest=settings.api_largest_kb * 1024,
        largest_file=app.state.runtime.evidence.largest,
        secure=is_secure(settings),
    )
    install_pages(app)
    app.add_api_route("/livez", _livez, methods=["GET", "HEAD"])
    app.add_api_route("/readyz", _readyz, methods=["GET", "HEAD"])
    app.add_api_route("/version", _version, methods=["GET", "HEAD"])
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    sweep_scans(app.state.settings.data_dir)
    yield
    app.state.runtime.close()


def _livez(response: Response) -> dict[str, str]:
    response.headers["Cache-Control"] = "no-store"
    return {"status": "ok"}


def _readyz(database: Annotated[Database, Depends(_database)]) -> JSONResponse:
    fault = _fault_of(database)
    headers = {"Cache-Control": "no-store"}
    if fault is None:
        return JSONResponse({"status": "ok"}, headers=headers)
    body = {"status": "not_ready", "code": fault.code, "message": fault.message, "remedy": fault.remedy}
    return JSONResponse(body, status.HTTP_503_SERVICE_UNAVAILABLE, headers)


def _fault_of(database: Database) -> DatabaseFault | None:
    """What keeps the system from working."""
    try:
        with database.read() as session:
            assert_triggers(session.connection())
    except DatabaseFault as fault:
        return fault
    return None


def _version() -> dict[str, str]:
    return {"name": DISTRIBUTION, "version": program_version(), "database": HEAD}


def serve(settings: Settings, port: int = 0) -> int:
    """Serve until SIGINT or SIGTERM; return the exit code. ``port`` 0 is the one of the settings."""
    app = create_app(settings)
    refused = judge_demo(app.state.runtime.access)
    if refused is not None:
        sys.stderr.write(f"{refused.message}。{refused.remedy}\n")
        app.state.runtime.close()
        return 1
    config = uvicorn.Config(
        app,
        host=settings.web_host,
        port=port or settings.web_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1
