"""The API is what its description says: schemathesis asks every operation, in and out of its shapes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.clock import FixedClock
from tests.web.office import API, BUSY, CODE, HERE, UNITS, web_office
from web.api.organising_acts import ACTS
from web.api.verbs import VERBS

DEEP = {"record", "propose", "evidence", "bodies_change", "units_place"}
"""Of the routes that are made from a table, those gone through value by value: between them they have every
kind of field. All of them are asked with made-up bodies."""
NAMES = [*(verb.path.replace("-", "_") for verb in VERBS), *(act.name for act in ACTS)]
WITH_RULES = (
    "accounts", "bodies", "calendar", "cases", "history", "inbox", "lamps", "prints/.code.",
    "registers/.register.", "units", "webhooks",
)  # fmt: skip
"""Their cursor, code or year may be refused by a rule that no pattern says."""
PLAIN = (
    "accounts", "administrators", "checks", "meetings", "notices", "people", "prints", "relay", "waivers",
)  # fmt: skip
"""What these take is of the same kinds as elsewhere; they are not gone through value by value."""
CONFIG = f"""
[generation]
max-examples = 3
deterministic = true
no-shrink = true
database = "none"
with-security-parameters = false

[phases.coverage]
unexpected-methods = ["PUT"]

[phases.stateful]
enabled = false

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 412]

[checks.missing_required_header]
expected-statuses = [400, 401, 422, 428]

[checks.ignored_auth]
enabled = false

[[operations]]
include-path-regex = "/cases/.programme./.unit."
parameters = {{ "path.programme" = "{CODE}", "path.unit" = "{UNITS[HERE]}", "path.step" = "1.1" }}

[[operations]]
include-operation-id = {json.dumps([name for name in NAMES if name not in DEEP])}
phases.coverage.enabled = false

[[operations]]
include-path-regex = "/({"|".join(PLAIN)})"
phases.coverage.enabled = false

[[operations]]
include-path-regex = "/({"|".join(WITH_RULES)})$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422]

[[operations]]
include-path-regex = "/supervision"
phases.coverage.enabled = false
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422]

[[operations]]
include-path-regex = "/files$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 412, 413, 415]
"""
"""Few examples, the same each time: what breaks here breaks for everybody. 412 and 428 are ours to give; that
a cursor was given out by us, or a file is one of the kinds that are kept, cannot be said in a pattern."""


OFFICES = (
    "/v1/(accounts|administrators|bodies|notices|people|proxies|relay|status|ledger|units|webhooks|checks)"
)
"""What the system's own administrators work at; cases are none of their business."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("person", "options"),
    [
        pytest.param(BUSY, (), id="somebody who works everywhere"),
        pytest.param(
            "sys",
            ("--include-path-regex", OFFICES, "--phases", "examples,fuzzing", "--max-examples", "2"),
            id="the system administrator",
        ),
    ],
)
def test_every_operation_is_as_described(
    migrated_sqlite_url: str, wall_clock: FixedClock, tmp_path: Path, person: str, options: tuple[str, ...]
) -> None:
    most = {f"api_{name}_per_minute": 100_000 for name in ("account", "token", "address")}
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    with web_office(migrated_sqlite_url, wall_clock, **most) as office:
        office.launch()
        header = f"Authorization: Bearer {office.token(person)}"
        said = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", f"--config-file={config}", "run",
                f"{office.url}{API}/openapi.json", "--header", header,
                "--workers", "2", "--no-color", *options,
            ],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
    assert said.returncode == 0, said.stdout[-20_000:] + said.stderr[-2000:]
    tested = re.search(r"Tested: (\d+)", said.stdout)
    assert tested is not None, said.stdout
    assert int(tested[1]) > 30
