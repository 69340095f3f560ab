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
from web.api.verbs import VERBS

DEEP = {"record", "propose", "evidence"}
"""Of the routes that are made from one table, those gone through value by value: between them they have every
kind of field. All of them are asked with made-up bodies."""
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
include-operation-id = {json.dumps([verb.path.replace("-", "_") for verb in VERBS if verb.path not in DEEP])}
phases.coverage.enabled = false

[[operations]]
include-path-regex = "/(cases|inbox|units|bodies|history|webhooks|lamps|registers/.register.)$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422]

[[operations]]
include-path-regex = "/files$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 412, 413, 415]
"""
"""Few examples, the same each time: what breaks here breaks for everybody. 412 and 428 are ours to give; that
a cursor was given out by us, or a file is one of the kinds that are kept, cannot be said in a pattern."""


@pytest.mark.timeout(240)
def test_every_operation_is_as_described(
    migrated_sqlite_url: str, wall_clock: FixedClock, tmp_path: Path
) -> None:
    most = {f"api_{name}_per_minute": 100_000 for name in ("account", "token", "address")}
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    with web_office(migrated_sqlite_url, wall_clock, **most) as office:
        office.launch()
        said = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", f"--config-file={config}", "run",
                f"{office.url}{API}/openapi.json", "--header", f"Authorization: Bearer {office.token(BUSY)}",
                "--workers", "2", "--no-color",
            ],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
    assert said.returncode == 0, said.stdout[-20_000:] + said.stderr[-2000:]
    tested = re.search(r"Tested: (\d+)", said.stdout)
    assert tested is not None, said.stdout
    assert int(tested[1]) > 50
