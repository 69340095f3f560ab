"""The exit codes of refusals: every stable code of the reference page ends a command with one of the few."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.stops import CONFLICT, NOT_FOUND, OUTSIDE, REFUSED, USAGE, exit_code_of
from cli.words import MENDED_BY

ERRORS = Path(__file__).parents[2] / "docs/reference/errors.md"
CODES = frozenset(re.findall(r'<a id="([a-z_.]+)"></a>', ERRORS.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("actor.not_entitled", REFUSED),
        ("date.before_predecessor", REFUSED),
        ("field.missing", REFUSED),
        ("check.reason_missing", USAGE),
        ("record.which_seat", USAGE),
        ("case.ambiguous", USAGE),
        ("case.unknown", NOT_FOUND),
        ("step.unknown", NOT_FOUND),
        ("record.decider_unknown", NOT_FOUND),
        ("step.round", CONFLICT),
        ("command.reused", CONFLICT),
        ("decide.nothing_open", CONFLICT),
        ("prefect.away", OUTSIDE),
        ("file.not_kept", OUTSIDE),
    ],
)
def test_what_kind_of_no_it_is_shows_in_the_exit_code(code: str, exit_code: int) -> None:
    assert code in CODES, "a code of the rules, as the reference page lists them"
    assert exit_code_of(code) == exit_code


def test_an_option_is_only_named_for_codes_that_there_are() -> None:
    assert set(MENDED_BY) <= CODES
