"""窗口: what every route begins with: who asks, on which case and step, what they saw, and its number."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Header, Path, Query, Request

from config.settings import Settings
from domain.case import step_key
from domain.programme_terms import StepId
from services.bootstrap import Runtime
from services.launching import case_id_of
from services.office.counter import Counter
from web.api.shapes import Stored
from web.limits import Limiter
from web.problems import ProblemError
from web.security import origin_of, principal, settings_of

IDENTIFIER: Final = r"^[a-z][a-z0-9_-]{0,63}$"
UNIT: Final = r"^[0-9A-Za-z_:.-]{1,100}$"
ROUND: Final = r'^"[0-9]{1,9}"$'
KEY: Final = r"^[A-Za-z0-9._:-]{8,128}$"

ProgrammeCode = Annotated[str, Path(pattern=IDENTIFIER, description="流程模板代号")]
UnitId = Annotated[str, Path(pattern=UNIT, description="改革单位编号")]
Step = Annotated[StepId, Path(description="任务编号,如 2.10")]
Item = Annotated[
    Stored, Query(max_length=200, description="分项;没有分项的任务不填,有的取任务编号里 # 后面的部分")
]
Round = Annotated[
    str,
    Header(
        alias="If-Match", pattern=ROUND, description="所见的轮次,即读取任务时应答的 ETag", examples=['"1"']
    ),
]
CommandKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY,
        description="指令号:每次办理一个,没收到应答时用同一个重发,只办一次",
        examples=["7d0f3c1e-2b7a-4b7e-9a55-0c1f6a2d9e41"],
    ),
]


def runtime_of(request: Request) -> Runtime:
    """The services of this application."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def counter(request: Request) -> Counter:
    """柜台 of whoever asks, within the limits.

    Raises:
        ProblemError: nobody is signed in, or too much was asked.
    """
    settings, limiter = settings_of(request), _limiter_of(request)
    try:
        found = principal(request)
    except ProblemError:
        limiter.take(f"address:{origin_of(request).address}", settings.api_address_per_minute)
        raise
    limiter.take(f"account:{found.account}", settings.api_account_per_minute)
    _take_token(request, limiter, settings)
    return Counter(runtime=runtime_of(request), entry=found.entry, principal=found)


def _take_token(request: Request, limiter: Limiter, settings: Settings) -> None:
    header = request.headers.get("Authorization", "")
    if header:
        limiter.take(f"token:{sha256(header.encode()).hexdigest()}", settings.api_token_per_minute)


def _limiter_of(request: Request) -> Limiter:
    limiter: Limiter = request.app.state.limiter
    return limiter


CounterOf = Annotated[Counter, Depends(counter)]


def case_of(programme: ProgrammeCode, unit: UnitId) -> str:
    """The case of an address."""
    return case_id_of(programme, unit)


CaseOf = Annotated[str, Depends(case_of)]


class At(NamedTuple):
    """任务处: case and step of an address."""

    case: str
    step: str


def at_step(case: CaseOf, step: Step, item: Item = "") -> At:
    """The step of an address, with its item."""
    return At(case, step_key(step, item))


StepOf = Annotated[At, Depends(at_step)]


def command_id(counter: CounterOf, key: CommandKey) -> str:
    """The command's number: the sender's own, apart from what others may have called theirs.

    A colon parts person, key, and what follows from an act; one in the key is written as another sign.
    """
    return f"{counter.person}:{key.replace(':', '~')}"


CommandIdOf = Annotated[str, Depends(command_id)]


def round_seen(round: Round) -> int:
    """The round that the sender saw."""
    return int(round.strip('"'))


RoundOf = Annotated[int, Depends(round_seen)]
