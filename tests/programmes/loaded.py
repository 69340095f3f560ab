"""The two programmes as the tests read them: from their files, by the reader that publishing uses."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from domain.programme import Basis, Due, Evidence, Node, Programme, Step
from domain.programme_fault import Lines
from domain.programme_source import Source, read

ROOT = Path(__file__).resolve().parents[2]
FILES = {code: ROOT / "programmes" / code / "1.yaml" for code in ("development-zone", "township-enforcement")}


@cache
def source(code: str) -> Source:
    """The file, read; a fault in it fails every test with its line."""
    result = read(FILES[code].read_bytes(), code)
    assert isinstance(result, Source), "\n".join(f"{f.line}: {f.message};{f.mend}" for f in result)
    return result


def programme(code: str) -> Programme:
    """流程模板."""
    return source(code).programme


def lines(code: str) -> Lines:
    """行号."""
    return source(code).lines


def steps(code: str) -> dict[str, Step]:
    """All steps by id, in order."""
    return {step.id: step for stage in programme(code).stages for step in stage.steps}


def nodes(code: str) -> dict[str, Node]:
    """All nodes as step/node."""
    return {f"{step.id}/{node.id}": node for step in steps(code).values() for node in step.nodes}


def slots(code: str) -> dict[str, Evidence]:
    """All evidence slots as step/slot."""
    return {f"{step.id}/{slot.id}": slot for step in steps(code).values() for slot in step.evidence}


def periods(code: str) -> Iterator[tuple[str, int, Basis]]:
    """Every figure that binds somebody to a date: where it stands, its amount and its basis."""
    for step in steps(code).values():
        for number, due in enumerate(step.due):
            yield f"{step.id}.due.{number}", due.amount, due.basis
        if step.publicity is not None:
            yield f"{step.id}.publicity", step.publicity.amount, step.publicity.basis
        for node in step.nodes:
            if node.due is not None:
                yield f"{step.id}/{node.id}.due", node.due.amount, node.due.basis
        for manual in _manual(step):
            yield f"{step.id}.manual", manual.amount, manual.basis


def _manual(step: Step) -> Iterator[Due]:
    for work in (step.machine.verify, step.machine.file):
        if work is not None:
            yield work.manual_after
