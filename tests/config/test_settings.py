"""Settings: sound ones are read, unsound ones stop the start with a sentence that names the variable."""

import re
from pathlib import Path

import pytest

from config.settings import AdapterMode, Settings, SettingsFault, load_settings

LONG = "a-secret-long-enough-to-be-accepted-0123456789"


def test_defaults_serve_one_machine(data_dir: Path) -> None:
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{data_dir}/zone-reform.sqlite3"
    assert settings.migration_database_url == settings.database_url
    assert settings.prefect_home == data_dir / "prefect"
    assert settings.prefect_api_url == "http://127.0.0.1:4260/api"
    assert settings.web_host == settings.prefect_host == "127.0.0.1"
    assert settings.filing_mode is settings.company_registry_mode is AdapterMode.MANUAL


def test_data_dir_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZR_DATA_DIR", "here")
    assert load_settings().data_dir == tmp_path / "here"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgres_is_read_with_psycopg_3(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("ZR_DATABASE_URL", f"{scheme}://zone@127.0.0.1/zone")
    settings = load_settings()
    assert settings.database_url == "postgresql+psycopg://zone@127.0.0.1/zone"
    assert settings.migration_database_url == settings.database_url


def test_owner_of_the_tables_is_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZR_DATABASE_URL", "postgresql://app@127.0.0.1/zone")
    monkeypatch.setenv("ZR_MIGRATION_DATABASE_URL", "postgresql://owner@127.0.0.1/zone")
    assert load_settings().migration_database_url == "postgresql+psycopg://owner@127.0.0.1/zone"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ZR_DATABASE_URL": "mysql://x"}, ["ZR_DATABASE_URL", "sqlite:///"]),
        ({"ZR_RELAY_THREADS": "many"}, ["ZR_RELAY_THREADS"]),
        ({"ZR_RELAY_MAX_RUNS_PER_S": "0"}, ["ZR_RELAY_MAX_RUNS_PER_S"]),
        ({"ZR_FILING_TIMEOUT_S": "11"}, ["ZR_FILING_TIMEOUT_S"]),
        ({"ZR_BUSINESS_TIMEZONE": "UTC"}, ["ZR_BUSINESS_TIMEZONE"]),
        ({"ZR_FILING_MODE": "http"}, ["ZR_FILING_URL", "manual"]),
        ({"ZR_COMPANY_REGISTRY_MODE": "http"}, ["ZR_COMPANY_REGISTRY_URL"]),
        ({"ZR_WEBHOOK_URL": "http://127.0.0.1/"}, ["ZR_WEBHOOK_SECRET"]),
        ({"ZR_WEBHOOK_SECRET": "short"}, ["ZR_WEBHOOK_SECRET", "太短", "32"]),
        ({"ZR_WEBHOOK_SECRET": "changeme"}, ["ZR_WEBHOOK_SECRET", "人人都知道"]),
        ({"ZR_PREFECT_AUTH_STRING": "admin:password"}, ["ZR_PREFECT_AUTH_STRING", "人人都知道"]),
        ({"ZR_PREFECT_AUTH_STRING": f"{LONG}:short"}, ["ZR_PREFECT_AUTH_STRING", "太短"]),
        ({"ZR_SECRETS_DIR": "/nonexistent"}, ["ZR_SECRETS_DIR", "/nonexistent"]),
    ],
)
def test_unsound_settings_are_named(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: list[str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert [word for word in words if word not in str(fault.value)] == []


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_says_in_chinese_what_it_may_be(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """One value suits no setting but a plain text; what the library says of it is never shown."""
    variable = f"ZR_{name.upper()}"
    monkeypatch.setenv(variable, "{")
    try:
        load_settings()
    except SettingsFault as fault:
        told = str(fault)
        assert variable in told
        assert not re.search(r"\b(Input|should|valid|value|unable|String|scheme)\b", told)
        assert "可以写:" not in told or "含义:" in told
    else:
        assert re.search("str|SecretStr|Path", str(Settings.model_fields[name].annotation))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ZR_WEB_PORT", "70000", ["整数,1 到 65535", "例如 ZR_WEB_PORT=8720", "网页服务监听的端口"]),
        ("ZR_RELAY_MAX_RUNS_PER_S", "0", ["大于 0,不超过 1000", "=8.0"]),
        ("ZR_CHECK_RUNNER", "fast", ["threads、processes、dask"]),
        ("ZR_OIDC_PROVISION", "perhaps", ["1(是)或 0(否)", "ZR_OIDC_PROVISION=0"]),
        ("ZR_NOTICE_FROM", "noon", ["几点几分", "ZR_NOTICE_FROM=08:00"]),
        ("ZR_SMS_URL", "gateway", ["http://", "例如 ZR_SMS_URL=https://"]),
        ("ZR_LOG_LEVEL", "LOUD", ["TRACE、DEBUG、INFO、WARNING、ERROR", "ZR_LOG_LEVEL=INFO"]),
    ],
)
def test_a_fault_says_what_is_allowed_with_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: list[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert [word for word in words if word not in str(fault.value)] == []


def test_a_fault_does_not_show_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZR_WEBHOOK_SECRET", "hush-hush")
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert "hush-hush" not in f"{fault.value!r}{fault.value.__cause__!r}"


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "zr_webhook_secret").write_text(LONG + "\n")
    monkeypatch.setenv("ZR_SECRETS_DIR", str(tmp_path))
    secret = load_settings().webhook_secret
    assert secret is not None
    assert secret.get_secret_value() == LONG
    assert LONG not in repr(load_settings())


def test_demo_allows_a_short_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZR_DEMO", "true")
    monkeypatch.setenv("ZR_WEBHOOK_SECRET", "demo")
    assert load_settings().webhook_secret is not None


def test_no_secret_has_a_default() -> None:
    secrets = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert secrets
    assert all(Settings.model_fields[name].default is None for name in secrets)
