"""Prefect 的环境: how every process of ours tells Prefect where it is and to keep quiet.

Prefect reads its settings from the environment when it is imported, so a process sets them before that. Here
is no import of Prefect (it takes two seconds), so the command line can afford this module.

Air gap: no analytics, no promotional content, no look-up of versions. Safety: the API wants CSRF tokens, and
no process of ours ever starts a hidden server of its own (ephemeral mode).
"""

import os
from collections.abc import Mapping
from typing import Final

from config.running import prefect_api_url
from config.settings import Settings

PREFIX: Final = "PREFECT_"
WORK_POOL: Final = "zone-reform"

_QUIET: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    # A flow waits at most ten seconds for anything: 2 + 4 s of retries, later tries are the relay's.
    "PREFECT_CLIENT_MAX_RETRIES": "2",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    # One line a task would double the load of the server; each task already has its name and state.
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "WARNING",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_CLI_PROMPT": "false",
}

_SERVER: Final = {
    "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    # SQLite has one writer. By default each event of each task is a transaction of its own; in batches a
    # launch leaves room for people's flows.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # The feed of raw events is kept a week and is no audit log (the ledger is): not worth half of all writes.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    # Rather wait for the writer than answer 503, after which a client pauses for seconds.
    "PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT": "10",
}


def client_environment(settings: Settings, api_url: str = "") -> dict[str, str]:
    """Return what a process that talks to Prefect needs in its environment."""
    auth = settings.prefect_auth_string
    return {
        **_QUIET,
        "PREFECT_HOME": str(settings.prefect_home),
        "PREFECT_API_URL": api_url or prefect_api_url(settings),
        **({"PREFECT_API_AUTH_STRING": auth.get_secret_value()} if auth else {}),
    }


def server_environment(settings: Settings, api_url: str) -> dict[str, str]:
    """Return what the Prefect server of one machine needs in its environment."""
    auth = settings.prefect_auth_string
    return {
        **client_environment(settings, api_url),
        **_SERVER,
        "PREFECT_UI_API_URL": api_url,
        **({"PREFECT_SERVER_API_AUTH_STRING": auth.get_secret_value()} if auth else {}),
    }


def without_prefect(environment: Mapping[str, str]) -> dict[str, str]:
    """Return ``environment`` without what it says of Prefect: a user's profile is no part of ours."""
    return {name: value for name, value in environment.items() if not name.startswith(PREFIX)}


def prepare_prefect(settings: Settings, api_url: str = "") -> None:
    """Set this process's environment for Prefect. Call it before anything imports Prefect.

    What the environment already says stands: several machines set it themselves.
    """
    settings.prefect_home.mkdir(parents=True, exist_ok=True)
    for name, value in client_environment(settings, api_url).items():
        os.environ.setdefault(name, value)
