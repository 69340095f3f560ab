"""显示任务: each event of a case as a tracked task, and one table of all its steps.

A task does nothing but be there: its name says what happened (`2.10 公示 · 审批 · 县纪委 · 同意`). It holds
no person and no opinion. The tags (zone, programme, stage) are the run's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args
from uuid import UUID

import msgspec
from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.actions import ArtifactCreate
from prefect.context import SyncClientContext

from domain.events import AnyEvent
from flows.environment import run_id, untagged_tasks
from services.mirroring import CaseStory, artifact_key

Pause = Callable[[], None]
"""Called between pieces of bulk work, to let people's work go first."""


def _happened(line: str, case_id: str, seq: int) -> None:
    """The event lies in the ledger; here it is only seen."""


def _task_of(kind: str, title: str) -> Task[[str, str, int], None]:
    named = task(
        name=title,
        task_run_name="{line}",
        description=f"留痕事件 {kind}",
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
    )
    return named(_happened)


def _titles() -> dict[str, str]:
    return {
        str(event.__struct_config__.tag): (event.__doc__ or event.__name__).splitlines()[0].strip(" .")
        for event in get_args(AnyEvent)
    }


TASKS: Final = {kind: _task_of(kind, title) for kind, title in _titles().items()}
"""One task for each kind of event, so that Prefect can filter and count them by kind."""


def show(story: CaseStory, pause: Pause, *, named: bool) -> int:
    """Show what is new in a case, and its table; return how many tasks were made.

    ``named``: whether each task says of which reform unit it is, because the run is of many.
    """
    with untagged_tasks():
        for line in story.lines:
            pause()
            text = f"{story.unit_name} · {line.line}" if named else line.line
            TASKS[line.kind](text, story.case_id, line.seq)
    pause()
    put_table(story)
    return len(story.lines)


def put_table(story: CaseStory) -> None:
    """Put the case's table under its key; each writing is kept in the key's history."""
    id_ = run_id()
    with SyncClientContext.get_or_create() as context:
        context.client.create_artifact(
            ArtifactCreate(
                type="table",
                key=artifact_key(story.case_id),
                description=story.summary,
                data=msgspec.json.encode(story.table).decode(),
                flow_run_id=UUID(id_) if id_ else None,
            )
        )
