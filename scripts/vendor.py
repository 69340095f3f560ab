"""前端资产: fetch what ``web/static/vendor.lock.json`` names from npm and check every byte of it.

The files are committed, so that a fresh machine without a network has them; this is for whoever moves to a
new version: change the version and the files in the lock, then run ``make vendor ARGS=--lock``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
STATIC: Final = ROOT / "web" / "static"
LOCK: Final = STATIC / "vendor.lock.json"


def folder(package: dict[str, Any]) -> Path:
    """Where a package's files lie."""
    return STATIC / "vendor" / f"{package['folder']}-{package['version']}"


def sha256(data: bytes) -> str:
    """Return the digest as the lock has it."""
    return hashlib.sha256(data).hexdigest()


def _packed(package: dict[str, Any], into: Path) -> Path:
    name = f"{package['name']}@{package['version']}"
    done = subprocess.run(  # noqa: S603
        ["npm", "pack", "--silent", "--pack-destination", str(into), name],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    return into / done.stdout.split()[-1]


def _fetch(package: dict[str, Any], *, lock: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        archive = _packed(package, Path(place))
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        _hold(package, "integrity", found, lock=lock)
        _unpack(package, archive)
    for name, file in package["files"].items():
        _hold(file, "sha256", sha256((folder(package) / name).read_bytes()), lock=lock)


def _unpack(package: dict[str, Any], archive: Path) -> None:
    """Take out the files that are named; one without a source is ours (a licence that npm's copy lacks)."""
    with tarfile.open(archive) as opened:
        for name, file in package["files"].items():
            member = opened.extractfile(f"package/{file['from']}") if file["from"] else None
            if member is not None:
                target = folder(package) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(member.read())


def _hold(entry: dict[str, Any], key: str, found: str, *, lock: bool) -> None:
    if lock:
        entry[key] = found
    elif entry[key] != found:
        raise SystemExit(f"与锁定的摘要不一致:{entry}")


def main() -> None:
    """Fetch, and with ``--lock`` write down what came."""
    lock = "--lock" in sys.argv[1:]
    packages = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in packages:
        _fetch(package, lock=lock)
        print(f"{package['name']} {package['version']}: {len(package['files'])} 个文件")
    if lock:
        LOCK.write_text(json.dumps(packages, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
