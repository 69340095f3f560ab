"""数据在哪里: the short way to the data's place gives what the full settings give."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.place import find_place
from config.settings import load_settings

URL = "postgresql://root@127.0.0.1:5432/zone_reform"


def _agree() -> None:
    place, settings = find_place(), load_settings()
    assert place.data_dir == settings.data_dir
    # The settings name the driver; which database it is must be the same.
    short, full = place.database_url.partition("://"), settings.database_url.partition("://")
    assert short[0].startswith("sqlite") == full[0].startswith("sqlite")
    assert short[2] == full[2]


def test_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ZR_DATA_DIR")
    monkeypatch.chdir(tmp_path)
    _agree()


@pytest.mark.parametrize("folder", ["data", "./a/../data", "~/data", "/srv/zone-reform", "数据"])
def test_with_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZR_DATA_DIR", folder)
    _agree()


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "postgres://root@127.0.0.1/zone_reform",
        "postgresql+psycopg://root:a%40b@127.0.0.1/zone_reform?sslmode=disable",
        "sqlite:////srv/x.sqlite3",
    ],
)
def test_with_an_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ZR_DATABASE_URL", url)
    _agree()


def test_with_an_address_in_the_folder_of_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "zr_database_url").write_text(f"{URL}\n", encoding="utf-8")
    monkeypatch.setenv("ZR_SECRETS_DIR", str(tmp_path))
    assert find_place().database_url == URL
    _agree()


def test_the_environment_goes_before_the_folder_of_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "zr_database_url").write_text(URL, encoding="utf-8")
    monkeypatch.setenv("ZR_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("ZR_DATABASE_URL", "sqlite:////srv/x.sqlite3")
    _agree()
