"""Settings: each wrong one is named with what is allowed, and none of the secrets is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.problems import ProblemsError
from bot.settings import PREFIX, Settings, load_settings

DEFAULTS = {
    "database_url": "sqlite+aiosqlite:///var/wegwijs.db",
    "host": "127.0.0.1",
    "port": 8000,
    "public_url": None,
    "telegram_token": None,
    "telegram_base_url": None,
    "webhook_url": None,
    "webhook_secret": None,
    "nlu_url": None,
    "nlu_timeout": 1.0,
    "cache_dir": Path("var/cache"),
    "recordings_dir": Path("var/recordings"),
    "demo": True,
    "clock": None,
    "clock_speed": 1.0,
    "log_level": "info",
    "log_format": "text",
}
SECRET = "a-secret_of_24_letters_0"


def problems(monkeypatch: pytest.MonkeyPatch, **settings: str) -> list[str]:
    """What is said about these settings."""
    set_all(monkeypatch, **settings)
    with pytest.raises(ProblemsError) as raised:
        load_settings()
    return list(raised.value.problems)


def shown(settings: Settings) -> dict[str, object]:
    """The values themselves, secrets as well."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in settings.model_dump().items()
    }


def set_all(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)


def test_without_any_setting_there_are_the_defaults() -> None:
    assert shown(load_settings()) == DEFAULTS


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_setting_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(
        monkeypatch,
        database_url="postgresql://wegwijs@localhost/wegwijs",
        host="0.0.0.0",
        port="0",
        public_url="https://wegwijs.example/chat/",
        telegram_token="123456:token",
        telegram_base_url="http://127.0.0.1:8081/bot",
        webhook_url="https://wegwijs.example/telegram",
        webhook_secret=SECRET,
        nlu_url="http://127.0.0.1:5005",
        nlu_timeout="0.5",
        cache_dir="/tmp/cache",
        recordings_dir="/tmp/recordings",
        demo="false",
        clock="2026-11-30T09:00+01:00",
        clock_speed="60",
        log_level="debug",
        log_format="json",
    )
    settings = shown(load_settings())
    assert set(settings) == set(DEFAULTS)
    assert not [name for name, default in DEFAULTS.items() if settings[name] == default]
    assert settings["database_url"] == "postgresql+asyncpg://wegwijs@localhost/wegwijs"
    assert settings["webhook_secret"] == SECRET
    assert settings["telegram_token"] == "123456:token"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("database_url", "mysql://localhost/x", "only sqlite and postgresql are supported"),
        ("port", "banana", "valid integer"),
        ("port", "-1", "greater than or equal to 0"),
        ("port", "65536", "less than or equal to 65535"),
        ("webhook_url", "ftp://wegwijs.example/x", "'http' or 'https'"),
        ("webhook_url", "https://wegwijs.example", "must have a path, as https://your.host/telegram"),
        ("webhook_url", "https://wegwijs.example/", "must have a path, as https://your.host/telegram"),
        ("public_url", "wegwijs.example", "valid URL"),
        ("public_url", "https://wegwijs.example/?x=1", "must be without ? and #, as https://your.host"),
        ("public_url", "https://wegwijs.example/#top", "must be without ? and #, as https://your.host"),
        ("telegram_base_url", "somewhere", "valid URL"),
        ("webhook_url", "/telegram", "valid URL"),
        ("webhook_secret", "x" * 15, "16 to 256 of A-Z a-z 0-9 _ -"),
        ("webhook_secret", "x" * 257, "16 to 256 of A-Z a-z 0-9 _ -"),
        ("webhook_secret", "a secret with spaces", "16 to 256 of A-Z a-z 0-9 _ -"),
        ("webhook_secret", "geheim!geheim!geheim", "16 to 256 of A-Z a-z 0-9 _ -"),
        ("webhook_secret", "éééééééééééééééé", "16 to 256 of A-Z a-z 0-9 _ -"),
        ("nlu_url", "rasa", "valid URL"),
        ("nlu_timeout", "soon", "valid number"),
        ("nlu_timeout", "0", "greater than 0"),
        ("nlu_timeout", "61", "less than or equal to 60"),
        ("demo", "perhaps", "valid boolean"),
        ("clock", "2026-11-30T09:00", "with its offset, as 2026-11-30T09:00+01:00"),
        ("clock", "30-11-2026 09:00+01:00", "with its offset, as 2026-11-30T09:00+01:00"),
        ("clock", "1764489600", "with its offset, as 2026-11-30T09:00+01:00"),
        ("clock", "0001-01-01T00:00+14:00", "from 2000 to 2099"),
        ("clock", "2100-01-01T00:00Z", "from 2000 to 2099"),
        ("clock_speed", "fast", "valid number"),
        ("clock_speed", "0", "greater than 0"),
        ("clock_speed", "-1", "greater than 0"),
        ("clock_speed", "100001", "less than or equal to 100000"),
        ("clock_speed", "nan", "finite number"),
        ("log_level", "verbose", "'debug', 'info', 'warning' or 'error'"),
        ("log_format", "xml", "'text' or 'json'"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    (line,) = problems(monkeypatch, **{name: value})
    assert line.startswith(f"environment: {PREFIX}{name.upper()}: ")
    assert allowed in line


@pytest.mark.parametrize("length", [16, 256])
def test_a_secret_of_the_right_length_is_taken(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    set_all(monkeypatch, webhook_secret="x" * length)
    load_settings()


@pytest.mark.parametrize("secret", ["too-short", "x" * 257])
def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    (line,) = problems(monkeypatch, webhook_secret=secret)
    assert secret not in line


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = problems(monkeypatch, port="banana", log_level="loud", prot="8000", webhook_secret="short")
    assert sorted(line.split(": ")[1] for line in told) == [
        "WEGWIJS_LOG_LEVEL",
        "WEGWIJS_PORT",
        "WEGWIJS_PROT",
        "WEGWIJS_WEBHOOK_SECRET",
    ]


def test_an_unknown_setting_is_refused_with_those_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = problems(monkeypatch, prot="8000")
    assert line.startswith("environment: WEGWIJS_PROT: there is no such setting; allowed are ")
    assert all(f"{PREFIX}{name.upper()}" in line for name in Settings.model_fields)


def test_settings_of_others_and_of_the_tests_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWIJZER_PORT", "1")
    monkeypatch.setenv("WEGWIJS_TEST_SOMETHING", "1")
    assert shown(load_settings()) == DEFAULTS


def test_a_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(monkeypatch, webhook_url="https://wegwijs.example/telegram") == [
        "environment: WEGWIJS_WEBHOOK_SECRET: needed with WEGWIJS_WEBHOOK_URL"
    ]


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(
        monkeypatch,
        telegram_token="123456:token-of-the-bot",
        webhook_secret=SECRET,
        database_url="postgresql://wegwijs:pass-word@localhost/wegwijs",
    )
    settings = load_settings()
    for written in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
        for secret in ("token-of-the-bot", SECRET, "pass-word"):
            assert secret not in written


@pytest.mark.parametrize(
    ("given", "possible"),
    [({}, True), ({"demo": "false"}, False), ({"telegram_token": "123456:token"}, False)],
)
def test_the_demo_can_only_be_shown_where_no_telegram_is(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], possible: bool
) -> None:
    set_all(monkeypatch, **given)
    assert load_settings().can_show_demo is possible


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    monkeypatch.setenv("WEGWIJS_PORT", "9000")
    assert settings.port == 8000
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 9000


@pytest.mark.parametrize("url", ["", "nonsense", "var/wegwijs.db", "sqlite://user@:x/y/z"])
def test_an_address_that_is_none_is_a_problem(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (line,) = problems(monkeypatch, database_url=url)
    assert line.startswith("environment: WEGWIJS_DATABASE_URL: ")


@pytest.mark.parametrize(
    "name",
    [
        "public_url",
        "telegram_token",
        "telegram_base_url",
        "webhook_url",
        "webhook_secret",
        "nlu_url",
        "clock",
    ],
)
def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    set_all(monkeypatch, **{name: ""})
    assert shown(load_settings()) == DEFAULTS


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "::1", "port": "8080"}, "http://[::1]:8080"),
        ({"public_url": "https://wegwijs.example"}, "https://wegwijs.example"),
        ({"public_url": "https://wegwijs.example/chat/", "port": "9000"}, "https://wegwijs.example/chat"),
    ],
)
def test_people_reach_the_web_server_where_it_is_or_where_is_said(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], address: str
) -> None:
    set_all(monkeypatch, **given)
    assert load_settings().public_address == address
