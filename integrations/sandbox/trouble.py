"""演练故障: the trouble a sandbox server makes on demand, in the order it was asked for.

Each entry lasts for ``times`` requests (of one method, if given); then the next entry, then none. Why a
queue: a test or a rehearsal writes down a whole story of trouble and lets the engine live through it.
"""

import threading
from enum import StrEnum

import msgspec


class Mode(StrEnum):
    """故障种类."""

    SLOW = "slow"
    """Wait ``seconds``, then carry out and answer: the client may be gone by then."""
    FAIL = "fail"
    """Answer ``status`` (default 503, with ``retry_after`` if given) and do nothing."""
    ANSWER_TWICE = "answer_twice"
    """Carry out and send the answer twice on the wire."""
    LOSE_ANSWER = "lose_answer"
    """Carry out and close the connection without an answer."""
    LIE = "lie"
    """Carry out and answer something else, see ``Lie``."""
    DOWN = "down"
    """Close the connection unread."""
    DRIP = "drip"
    """Carry out and send the answer one byte every ``seconds``."""
    LIMIT = "limit"
    """Channels to persons only: do nothing and answer “too fast” in the platform's own way."""
    PENDING = "pending"
    """Filing only: receive it now, accept it when it is asked about the second time."""
    REJECT = "reject"
    """Filing only: receive it and send it back with a reason."""


class Lie(StrEnum):
    """说谎的方式: what is wrong with the answer of the mode ``lie``."""

    CASE = "case"
    """It speaks of another case (company: another credit code)."""
    CONTENT = "content"
    """It covers other content than was sent (company: a record and “not found” at once)."""
    NUMBER = "number"
    """It gives no receipt number (company: no name)."""
    NOT_JSON = "not_json"
    """It is a page of a gateway, with status 200."""
    DEEP = "deep"
    """It is brackets inside brackets, to exhaust the reader."""
    HUGE = "huge"
    """It is more than a receipt can be."""
    REDIRECT = "redirect"
    """It sends the client to another address."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the queue, as posted to ``/_control``."""

    mode: Mode
    times: int = 1
    seconds: float = 6.0
    status: int = 503
    retry_after: int | None = None
    lie: Lie = Lie.CASE
    method: str | None = None


class Control:
    """The queue of trouble, shared by the threads of a server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: list[Trouble] = []

    def add(self, trouble: Trouble) -> None:
        """Put ``trouble`` at the end of the queue."""
        with self._lock:
            self._queue.append(trouble)

    def clear(self) -> None:
        """Behave well from now on."""
        with self._lock:
            self._queue.clear()

    def take(self, method: str) -> Trouble | None:
        """Return the trouble for a request of ``method``, used up by one."""
        with self._lock:
            for index, trouble in enumerate(self._queue):
                if trouble.method not in (None, method):
                    continue
                if trouble.times > 1:
                    self._queue[index] = msgspec.structs.replace(trouble, times=trouble.times - 1)
                else:
                    del self._queue[index]
                return trouble
            return None

    def waiting(self) -> list[Trouble]:
        """Return what is still in the queue."""
        with self._lock:
            return list(self._queue)
