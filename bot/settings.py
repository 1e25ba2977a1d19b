"""The settings: environment variables that begin with ``WEGWIJS_``, read once when the program starts."""

from __future__ import annotations

import contextlib
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.problems import ProblemsError
from bot.store.database import async_url

PREFIX = "WEGWIJS_"
# Variables of the test suite; a program that is started by a test must not stumble over them.
TEST_PREFIX = "WEGWIJS_TEST_"
ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locales"
NLU = ROOT / "nlu"
COURSE_TYPES = ROOT / "flows" / "course_types.yml"


class Settings(BaseSettings):
    """Every setting with its default; the README's table is checked against this class."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/wegwijs.db"),
        description="where everything is kept: `sqlite:///FILE` or `postgresql://...`",
    )
    host: str = Field("127.0.0.1", description="the address the web server listens on")
    port: int = Field(8000, ge=0, le=65535, description="its port; 0 takes a free one")
    public_url: AnyHttpUrl | None = Field(
        None, description="where people reach the web server; without it `http://HOST:PORT`"
    )
    telegram_token: SecretStr | None = Field(
        None, description="token of the Telegram bot; without it there is no Telegram"
    )
    telegram_base_url: AnyHttpUrl | None = Field(
        None, description="another Bot API server, as `http://HOST:PORT/bot`"
    )
    webhook_url: AnyHttpUrl | None = Field(
        None, description="where Telegram reaches the web server; without it the bot polls"
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="secret that Telegram sends along (16 to 256 of A-Z a-z 0-9 _ -); needed with a webhook",
    )
    nlu_url: AnyHttpUrl | None = Field(
        None, description="a Rasa server to understand texts; the embedded engine stands in when it is away"
    )
    nlu_timeout: float = Field(1.0, gt=0, le=60, description="how long to wait for that server, seconds")
    cache_dir: Path = Field(Path("var/cache"), description="where the trained engine is kept")
    recordings_dir: Path = Field(
        Path("var/recordings"), description="spoken answers, as `LANGUAGE/TOPIC.ogg`"
    )
    demo: bool = Field(True, description="load the demo town into a database that is empty")
    clock: datetime | None = Field(
        None, description="the moment at which the program's clock begins, as `2026-11-30T09:00+01:00`"
    )
    clock_speed: float = Field(
        1.0, gt=0, le=100_000, allow_inf_nan=False, description="how many seconds pass on it in a real one"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what is logged")
    log_format: Literal["text", "json"] = Field("text", description="how it is logged")

    @property
    def pictures_dir(self) -> Path:
        """Where the drawn pictures of moments are kept; they can be drawn again."""
        return self.cache_dir / "pictures"

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: SecretStr) -> SecretStr:
        return SecretStr(async_url(url.get_secret_value()))

    @field_validator(
        "public_url",
        "telegram_token",
        "telegram_base_url",
        "webhook_url",
        "webhook_secret",
        "nlu_url",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("clock", mode="before")
    @classmethod
    def _with_offset(cls, written: object) -> object:
        if written is None or written == "":
            return None
        moment = None
        with contextlib.suppress(ValueError):
            moment = datetime.fromisoformat(str(written))
        # Far from our years some sums of a moment and a duration would have no result.
        if moment is None or moment.tzinfo is None or not 2000 <= moment.year < 2100:
            raise ValueError("must be a moment from 2000 to 2099 with its offset, as 2026-11-30T09:00+01:00")
        return moment

    @field_validator("webhook_secret")
    @classmethod
    def _as_telegram_allows(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
            raise ValueError("must be 16 to 256 of A-Z a-z 0-9 _ -")
        return secret

    @field_validator("public_url")
    @classmethod
    def _can_be_lengthened(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if url is not None and (url.query is not None or url.fragment is not None):
            raise ValueError("must be without ? and #, as https://your.host")
        return url

    @field_validator("webhook_url")
    @classmethod
    def _with_path(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if url is not None and not (url.path or "").strip("/"):
            raise ValueError("must have a path, as https://your.host/telegram")
        return url

    @property
    def public_address(self) -> str:
        """Where people reach the web server, without a slash at its end."""
        if self.public_url is not None:
            return str(self.public_url).rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def can_show_demo(self) -> bool:
        """May a visitor move the clock of the demo town? Not where people can be on Telegram."""
        return self.demo and self.telegram_token is None


def load_settings() -> Settings:
    """Read the environment; raises ProblemsError that names each wrong variable and what is allowed."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    problems = [
        f"environment: {name}: there is no such setting; allowed are {', '.join(sorted(known))}"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known and not name.startswith(TEST_PREFIX)
    ]
    settings = None
    try:
        settings = Settings()
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            name = f"{PREFIX}{'.'.join(str(part) for part in detail['loc'])}".upper()
            problems.append(f"environment: {name}: {detail['msg']}")
    if settings is not None and settings.webhook_url is not None and settings.webhook_secret is None:
        problems.append("environment: WEGWIJS_WEBHOOK_SECRET: needed with WEGWIJS_WEBHOOK_URL")
    if problems or settings is None:
        raise ProblemsError(problems)
    return settings
