"""Prefect 查询: what the running Prefect says of runs, over its HTTP interface, without importing Prefect.

Importing Prefect takes two seconds, and a question should not. Reads only. Prefect being away is an answer
here (``None``), never an error: nobody's work depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

import httpx
import msgspec

from config.running import prefect_api_url, process_token, read_note, stands
from config.settings import Settings, own_prefect_url

TIMEOUT_S: Final = 5.0
PAGE: Final = 200
"""Prefect answers with at most so many."""

STATE_TITLES: Final = {
    "COMPLETED": "完成",
    "RUNNING": "运行中",
    "PENDING": "待运行",
    "SCHEDULED": "已排期",
    "FAILED": "失败",
    "CRASHED": "中断",
    "CANCELLED": "已取消",
    "CANCELLING": "取消中",
    "PAUSED": "暂停",
}


class PrefectStanding(StrEnum):
    """Prefect 的状况: whether the Prefect that is asked is there, and is the one of this data."""

    HERE = "here"
    """It answers."""
    AWAY = "away"
    """Nothing answers."""
    ENDED = "ended"
    """Its process has ended; what still answers there is what it left behind."""
    OTHERS = "others"
    """On this machine's own port answers the Prefect of another data folder."""


class FlowRun(msgspec.Struct, frozen=True, kw_only=True):
    """流程运行: one run as Prefect knows it. ``state`` is Prefect's word, ``link`` its page."""

    id: str
    name: str
    flow: str
    state: str
    message: str
    tags: tuple[str, ...]
    started_at: datetime | None
    ended_at: datetime | None
    link: str

    @property
    def words(self) -> str:
        """The state in Chinese."""
        return STATE_TITLES.get(self.state, self.state)


class TaskRun(msgspec.Struct, frozen=True, kw_only=True):
    """任务运行: one tracked task."""

    id: str
    name: str
    flow_run_id: str
    state: str
    started_at: datetime | None


class PrefectApi:
    """Prefect 查询. Use as a context manager."""

    def __init__(self, settings: Settings, url: str = "") -> None:
        self._settings = settings
        self._url = (url or prefect_api_url(settings)).rstrip("/")
        secret = settings.prefect_auth_string
        name, _, word = secret.get_secret_value().partition(":") if secret else ("", "", "")
        self._client = httpx.Client(
            base_url=self._url, timeout=TIMEOUT_S, auth=(name, word) if secret else None, trust_env=False
        )
        self._flows: dict[str, str] = {}
        self._signed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def standing(self) -> PrefectStanding:
        """Whether Prefect answers, and whether it is ours.

        A port alone proves nothing: a server that was killed leaves processes which answer for some seconds,
        and where no ``zonectl up`` runs on this data, the machine's usual port may be another folder's.
        """
        note = read_note(self._settings)
        if note is not None and stands(note):
            server = note.children.get("prefect-server")
            if server is not None and not process_token(server):
                return PrefectStanding.ENDED
        elif self._url == own_prefect_url(self._settings) and self.home() not in ("", self._own_home()):
            return PrefectStanding.OTHERS
        try:
            answers = self._client.get("/health").is_success
        except httpx.HTTPError:
            return PrefectStanding.AWAY
        return PrefectStanding.HERE if answers else PrefectStanding.AWAY

    def _own_home(self) -> str:
        return str(self._settings.prefect_home)

    def home(self) -> str:
        """Where the Prefect that answers keeps its data; empty where it does not say."""
        try:
            answer = self._client.get("/admin/settings")
            return str(answer.json()["home"]) if answer.is_success else ""
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return ""

    def flow_runs(
        self,
        *,
        tags: Sequence[str] = (),
        states: Sequence[str] = (),
        limit: int = PAGE,
    ) -> list[FlowRun] | None:
        """Return the newest runs, ``None`` where Prefect is away.

        Only those that carry all ``tags`` and are in one of ``states``.
        """
        wanted: dict[str, Any] = {}
        if tags:
            wanted["tags"] = {"all_": list(tags)}
        if states:
            wanted["state"] = {"type": {"any_": list(states)}}
        body = {"flow_runs": wanted, "sort": "EXPECTED_START_TIME_DESC"}
        found = self._pages("/flow_runs/filter", body, limit)
        return None if found is None else [self._flow_run(each) for each in found]

    def task_runs(self, *, run_tags: Sequence[str], limit: int = 100_000) -> list[TaskRun] | None:
        """Return the tasks of all runs that carry ``run_tags``, in the order in which they started.

        ``None`` where Prefect is away.
        """
        body = {"flow_runs": {"tags": {"all_": list(run_tags)}}, "sort": "EXPECTED_START_TIME_ASC"}
        found = self._pages("/task_runs/filter", body, limit)
        return None if found is None else [_task_run(each) for each in found]

    def _pages(self, path: str, body: dict[str, Any], limit: int) -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = []
        while len(found) < limit:
            size = min(PAGE, limit - len(found))
            page = self._post(path, {**body, "limit": size, "offset": len(found)})
            if page is None:
                return None
            found += page
            if len(page) < size:
                break
        return found

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            self._sign()
            answer = self._client.post(path, json=body)
            answer.raise_for_status()
        except httpx.HTTPError:
            return None
        return answer.json()

    def _sign(self) -> None:
        """Get the token that Prefect wants with every POST, where it wants one."""
        if self._signed:
            return
        client = str(uuid4())
        answer = self._client.get("/csrf-token", params={"client": client})
        if answer.is_success:
            self._client.headers["Prefect-Csrf-Token"] = answer.json()["token"]
            self._client.headers["Prefect-Csrf-Client"] = client
        self._signed = True

    def _flow_run(self, row: dict[str, Any]) -> FlowRun:
        state = row.get("state") or {}
        ui = self._url.removesuffix("/api")
        return FlowRun(
            id=row["id"],
            name=row["name"],
            flow=self._flow_name(row["flow_id"]),
            state=row.get("state_type") or "",
            message=state.get("message") or "",
            tags=tuple(row.get("tags") or ()),
            started_at=_instant(row.get("start_time")),
            ended_at=_instant(row.get("end_time")),
            link=f"{ui}/runs/flow-run/{row['id']}",
        )

    def _flow_name(self, flow_id: str) -> str:
        if flow_id not in self._flows:
            try:
                answer = self._client.get(f"/flows/{flow_id}")
            except httpx.HTTPError:
                return ""
            self._flows[flow_id] = answer.json()["name"] if answer.is_success else ""
        return self._flows[flow_id]


def _task_run(row: dict[str, Any]) -> TaskRun:
    return TaskRun(
        id=row["id"],
        name=row["name"],
        flow_run_id=row["flow_run_id"] or "",
        state=row.get("state_type") or "",
        started_at=_instant(row.get("start_time")),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
