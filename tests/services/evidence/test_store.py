"""材料库: the whole file or nothing, whatever happens; damage is found and named."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.refusal import Refused
from services.evidence.hashing import hasher, split_digest
from services.evidence.store import CHUNK, DamagedFileError, EvidenceStore, Incoming
from tests.services.evidence.crashing import content

ROOT = Path(__file__).resolve().parents[3]


def keep(store: EvidenceStore, data: bytes, **declared: Any) -> str | Refused:
    """Store ``data`` and return its digest."""
    with store.incoming() as incoming:
        assert isinstance(incoming, Incoming), incoming
        refused = incoming.fill(io.BytesIO(data), **declared)
        if refused is not None:
            return refused
        with store.locked(incoming.digest):
            return incoming.place() or incoming.digest


def lying(folder: Path) -> list[str]:
    """Every file under the folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path, largest=CHUNK * 3)


def test_a_file_is_kept_under_its_digest_and_read_only(store: EvidenceStore) -> None:
    digest = keep(store, b"x" * CHUNK * 2)
    assert digest == "sha256:" + hashlib.sha256(b"x" * CHUNK * 2).hexdigest()
    assert lying(store.root) == [f"sha256/{digest[7:9]}/{digest[7:]}"]
    assert stat.S_IMODE(store.path(digest).stat().st_mode) == 0o440
    with store.open(digest) as file:
        assert file.read() == b"x" * CHUNK * 2


def test_the_same_content_is_kept_once(store: EvidenceStore) -> None:
    assert keep(store, b"a") == keep(store, b"a")
    assert len(lying(store.root)) == 1


@pytest.mark.parametrize(
    ("data", "declared", "code"),
    [
        (b"", {}, "file.empty"),
        (b"x" * (CHUNK * 3 + 1), {}, "file.too_large"),
        (b"abc", {"size": 4}, "file.cut_short"),
        (b"", {"size": 4}, "file.cut_short"),
        (b"abc", {"digest": "sha256:" + "0" * 64}, "file.cut_short"),
        (b"abc", {"digest": "sm3:" + "0" * 64}, "file.cut_short"),
    ],
)
def test_what_is_refused_leaves_nothing(
    store: EvidenceStore, data: bytes, declared: dict[str, Any], code: str
) -> None:
    answer = keep(store, data, **declared)
    assert isinstance(answer, Refused)
    assert answer.code == code
    assert answer.remedy
    assert lying(store.root) == []


def test_what_was_declared_rightly_is_kept(store: EvidenceStore) -> None:
    sm3 = hasher("sm3")
    sm3.update(b"abc")
    assert isinstance(keep(store, b"abc", size=3, digest=f"sm3:{sm3.hexdigest()}"), str)


def test_sm3_is_that_of_the_standard(tmp_path: Path) -> None:
    """GB/T 32905-2016, appendix A, example 1."""
    store = EvidenceStore(tmp_path, algorithm="sm3")
    digest = keep(store, b"abc")
    assert digest == "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert store.verify(digest) == 3


def test_files_of_both_algorithms_live_side_by_side(tmp_path: Path) -> None:
    old, new = EvidenceStore(tmp_path), EvidenceStore(tmp_path, algorithm="sm3")
    digests = {keep(old, b"abc"), keep(new, b"abc")}
    assert set(new.digests()) == digests
    for digest in digests:
        assert isinstance(digest, str)
        assert old.verify(digest) == new.verify(digest) == 3


class Broken(io.RawIOBase):
    """A connection that ends in the middle."""

    def __init__(self) -> None:
        self._pieces = [b"x" * CHUNK, b"y"]

    def read(self, size: int = -1, /) -> bytes:
        if not self._pieces:
            raise ConnectionResetError
        return self._pieces.pop()


def test_a_connection_that_breaks_leaves_nothing(store: EvidenceStore) -> None:
    with store.incoming() as incoming:
        assert isinstance(incoming, Incoming)
        with pytest.raises(ConnectionResetError):
            incoming.fill(Broken())
    assert lying(store.root) == []


@pytest.mark.parametrize("call", ["fsync", "fchmod"])
def test_a_full_disk_is_said_and_leaves_nothing(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    keep(store, b"first")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    answer = keep(store, b"second")
    assert isinstance(answer, Refused)
    assert answer.code == "file.not_kept"
    assert "磁盘空间不足" in answer.message
    monkeypatch.undo()
    assert [store.verify(each) for each in store.digests()] == [5]
    assert lying(store.root / "incoming") == []
    assert store.sweep_incoming() == 0


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("in the way")
    with EvidenceStore(tmp_path).incoming() as incoming:
        assert isinstance(incoming, Refused)
        assert incoming.code == "file.not_kept"


def test_bytes_are_on_disk_before_the_name_is(store: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, b"folders are there already")
    did: list[str] = []
    sync, rename = os.fsync, Path.rename

    def syncing(handle: int) -> None:
        did.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def renaming(path: Path, target: Path) -> Path:
        did.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "rename", renaming)
    keep(store, b"x")
    assert did[-3:] == ["file", "rename", "folder"]


@pytest.mark.parametrize("harm", ["change", "shorten", "remove"])
def test_a_damaged_file_is_found_and_named(store: EvidenceStore, harm: str) -> None:
    digest = keep(store, b"x" * 1000)
    assert isinstance(digest, str)
    path = store.path(digest)
    path.chmod(0o600)
    if harm == "change":
        path.write_bytes(b"x" * 999 + b"y")
    elif harm == "shorten":
        path.write_bytes(b"x" * 999)
    else:
        path.unlink()
    for reading in (store.open, store.verify):
        with pytest.raises(DamagedFileError) as found:
            reading(digest)
        assert found.value.digest == digest
    assert keep(store, b"x" * 1000) == digest
    assert store.verify(digest) == 1000


@pytest.mark.parametrize(
    "digest", ["../../etc/passwd", "sha256:../x", "md5:" + "0" * 64, "sha256:" + "G" * 64, ""]
)
def test_what_is_no_digest_is_no_path(store: EvidenceStore, digest: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        store.path(digest)
    with pytest.raises(ValueError, match="not a digest"):
        split_digest(digest)


def test_what_is_being_written_is_not_swept(store: EvidenceStore) -> None:
    with store.incoming() as incoming:
        assert isinstance(incoming, Incoming)
        incoming.fill(io.BytesIO(b"still being written"))
        assert store.sweep_incoming() == 0
        with store.locked(incoming.digest):
            assert incoming.place() is None
    assert store.verify(incoming.digest) == len("still being written")


def test_what_a_dead_writer_left_goes_when_the_next_process_writes(store: EvidenceStore) -> None:
    keep(store, b"a")
    (store.root / "incoming" / "left-by-the-dead").write_bytes(b"half")
    keep(store, b"b")
    assert len(lying(store.root)) == 3
    keep(EvidenceStore(store.root.parent), b"c")
    assert not list((store.root / "incoming").iterdir())


# --- crashes ---


class Writer:
    """The process that writes and dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "tests.services.evidence.crashing", str(folder)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
        )

    def write(self, seed: int, size: int, at: int) -> bool:
        """Have a file written; returns whether the writer died."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"seed": seed, "size": size, "at": at}) + "\n")
        self.process.stdin.flush()
        died: bool = json.loads(self.process.stdout.readline())
        return died

    def close(self) -> None:
        """Stop it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    running = Writer(tmp_path)
    yield running
    running.close()


@pytest.mark.walk
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 250), size=st.integers(1, 4000), at=st.integers(0, 45))
def test_a_crash_at_any_point_leaves_the_whole_file_or_nothing(
    writer: Writer, seed: int, size: int, at: int
) -> None:
    store = EvidenceStore(writer.folder)
    data = content(seed, size)
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    before = set(store.digests())
    died = writer.write(seed, size, at)
    after = set(store.digests())
    assert after - before <= {digest}
    assert died or digest in after
    for each in after:
        store.verify(each)
    left = len(list((store.root / "incoming").glob("*")))
    assert left <= died
    assert store.sweep_incoming() == left
    assert not list((store.root / "incoming").glob("*"))
    assert keep(store, data) == digest
    with store.locked(digest):
        store.discard(digest)


def test_the_crashes_fall_on_every_side_of_the_rename(writer: Writer) -> None:
    """That the test above can fail: some crashes leave nothing, some the file, late ones do not happen."""
    seen = set()
    for at in range(60):
        store = EvidenceStore(writer.folder)
        died = writer.write(at, 1500, at)
        lies = next(iter(store.digests()), None)
        seen.add((died, lies is not None))
        if lies is not None:
            store.discard(lies)
    assert seen == {(True, False), (True, True), (False, True)}
