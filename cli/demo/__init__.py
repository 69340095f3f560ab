"""一键演示: from an empty folder to a completed reform, through the real services, flows and outside systems.

``run`` is what ``zonectl demo`` calls. The system that it leaves running is the one of ``zonectl up``.
"""

from __future__ import annotations

from collections.abc import Sequence


def run(args: Sequence[str] = (), *, as_json: bool | None = None) -> int:
    """Run the demonstration; return the exit code. ``--once`` ends after the summary.

    Raises:
        StopError: it could not go on; the message says why and what to do.
    """
    from cli.demo.running import demonstrate

    return demonstrate(args, as_json=as_json)


__all__ = ["run"]
