"""合规检查的结果, as the rules use them: whether a check has passed on what lies there now.

The port for compliance checks: whoever evaluates a check brings its result by `RecordChecks`; a gate on the
check opens at once, or stays shut. Like an approval, a result speaks only for what it was taken on. The
checks themselves are `domain.checks.catalogue`, how one is evaluated `domain.checks.evaluating`.
"""

from __future__ import annotations

from domain.case import Case
from domain.reads import lying


def seen(case: Case, ref: str) -> str:
    """What a result keeps of a paper or register it looked at; another text once a field was corrected."""
    pin = lying(case, ref)
    return f"{pin.digest}+{pin.corrected}" if pin.corrected else pin.digest


def passes(case: Case, check: str) -> bool:
    """Whether a check has passed, and on what lies there now."""
    result = case.checks.get(check)
    return (
        result is not None
        and result.passed
        and all(seen(case, ref) == what for ref, what in result.saw.items())
    )
