"""A 200 MB upload and its download add at most 32 MB to the peak memory of the process."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MOST_KIB = 32 * 1024
SIZE = 199 * 1024 * 1024


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_large_file_passes_through_in_pieces(migrated_sqlite_url: str, data_dir: Path, kind: str) -> None:
    command = [sys.executable, "-m", "tests.services.evidence.large", migrated_sqlite_url, str(data_dir)]
    ran = subprocess.run([*command, kind, str(SIZE)], cwd=ROOT, capture_output=True, text=True, timeout=80)
    # What pytest keeps of the last runs would else be a gigabyte.
    shutil.rmtree(data_dir / "evidence")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["grew_kib"] <= MOST_KIB, told
    assert told["peak_kib"] > 0
