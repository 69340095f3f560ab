"""The example in the how-to page does what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.web.office import API, HERE, WebOffice, case_path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "use-the-api.md"


def _run(office: WebOffice, token: str) -> subprocess.CompletedProcess[str]:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    environment = os.environ | {
        "ZR_API_URL": f"{office.url}{API}",
        "ZR_API_TOKEN": token,
        "NO_PROXY": "*",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, env=environment, check=False
    )


def test_the_example_submits_the_first_step(office: WebOffice) -> None:
    office.launch()
    said = _run(office, office.token(f"zone-handler-{HERE}"))
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[:2] == ["将提交: 示例方案起草", "现为: 待审核"]
    assert f"county-{HERE}" in said.stdout
    shown = office.of(f"zone-handler-{HERE}").get(f"{case_path()}/steps/1.1").json()
    assert shown["line"]["status"] == "in_review"


def test_the_example_tells_why_it_was_refused(office: WebOffice) -> None:
    office.launch()
    said = _run(office, office.token(f"zone-handler-{HERE}", ("inbox.read", "case.read")))
    assert said.returncode == 1
    assert "这个接口令牌不含“办理任务”权限" in said.stderr
