"""The Makefile says all that it can do."""

from __future__ import annotations

import re
import subprocess

from tests.house.sources import ROOT


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    done = subprocess.run(["make", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(phony.split())


def test_the_figures_of_the_front_page_are_those_of_the_benchmark() -> None:
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    speeds = re.findall(r"^\| ours \| ([\d,]+) \|", results, re.MULTILINE)
    (verified,) = re.findall(r"`ledger verify` on SQLite \|[^|]*\| ([\d,]+) rows/s", results)
    floors = re.findall(r"share of floor_\w+ \|[^|]*\| ([\d.]+) \|", results)
    peers = re.findall(r"times viewflow_\w+ \|[^|]*\| ([\d.]+) \|", results)
    assert (len(speeds), len(floors), len(peers)) == (2, 2, 2)
    for name, rows in (("README.md", f"{verified[:2]} 万条"), ("README.en.md", f"{verified[:2]}0,000 rows")):
        page = (ROOT / name).read_text(encoding="utf-8")
        assert rows in page
        for speed, floor, peer in zip(speeds, floors, peers, strict=True):
            (line,) = [line for line in page.splitlines() if f" {speed} " in line]
            assert f" {floor}" in line
            assert f" {float(peer):.1f} " in line
