"""Every setting, typed, read once: command line over environment over `.env` over default."""

import os
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.errors import ConfigurationError

PREFIX = "GATEHOUSE_"
MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """The configuration. In the environment each name is GATEHOUSE_<NAME>; secrets also as GATEHOUSE_<NAME>_FILE."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_file=".env", env_ignore_empty=True
    )

    environment: Literal["development", "production"] = "development"
    home: Path = Field(default=Path(".gatehouse"), description="data folder: database, keys, sandbox company")
    database_url: str | None = Field(default=None, description="PostgreSQL URL; default is SQLite in the data folder")
    migrate_on_start: bool = Field(default=True, description="SQLite only; PostgreSQL is migrated by command")
    master_key: SecretStr | None = Field(
        default=None, description="64 hex digits; default is a file in the data folder"
    )

    odoo_url: str | None = Field(
        default=None, description="https://odoo.example.com; without it the sandbox company serves"
    )
    odoo_db: str = ""
    odoo_user: str = ""
    odoo_password: SecretStr = SecretStr("")
    odoo_timeout: float = Field(default=10.0, gt=0, le=120, description="seconds a call")
    odoo_log_user: str = Field(default="", description="writes the log; default is the user of set-up, else odoo_user")
    odoo_log_password: SecretStr = SecretStr("")
    odoo_apply_user: str = Field(default="", description="carries actions out; default as for odoo_log_user")
    odoo_apply_password: SecretStr = SecretStr("")
    odoo_poll_seconds: float = Field(default=60.0, ge=1, le=3600, description="how often Odoo is asked what changed")
    odoo_sign_in: bool = Field(default=True, description="people may sign in with their Odoo login")
    hook_token: SecretStr = Field(
        default=SecretStr(""), description="in the URL that Odoo's webhooks call; default is made from the master key"
    )
    api_token: SecretStr = Field(
        default=SecretStr(""), description="bearer of POST /events; without it that door is shut"
    )

    imap_url: str | None = Field(default=None, description="imaps://user@host:993/INBOX; without it no mailbox is read")
    imap_password: SecretStr = SecretStr("")
    imap_poll_seconds: float = Field(default=60.0, ge=1, le=3600)

    mail_relay: str = Field(
        default="",
        description="name under which our mail server writes Authentication-Results; without it they say nothing",
    )

    llm_base_url: str | None = Field(
        default=None, description="OpenAI-compatible; without it the embedded reader serves"
    )
    llm_api_key: SecretStr = SecretStr("")
    llm_model: str = ""
    llm_timeout: float = Field(default=60.0, gt=0, le=600, description="seconds a call")
    llm_max_retries: int = Field(default=2, ge=0, le=10)
    llm_concurrency: int = Field(default=4, ge=1, le=256)
    llm_calls_per_minute: int = Field(
        default=600, ge=1, description="how many cases may start in a minute when a model is set"
    )
    llm_price_in: float = Field(default=0.0, ge=0, description="per million tokens")
    llm_price_out: float = Field(default=0.0, ge=0, description="per million tokens")
    llm_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$", description="ISO code of both prices")
    llm_tokens_per_case: int = Field(default=200_000, ge=0, description="ceiling; over it the embedded reader serves")
    llm_tokens_per_day: int = Field(default=0, ge=0, description="ceiling; 0 is none; a day of UTC")
    llm_money_per_case: float = Field(default=0.0, ge=0, description="ceiling; 0 is none; needs both prices")
    llm_money_per_day: float = Field(default=0.0, ge=0, description="ceiling; 0 is none; needs both prices")
    llm_pseudonyms: bool = Field(
        default=False, description="names, addresses and phone numbers are replaced before anything is sent"
    )

    chroma_url: str | None = Field(
        default=None, description="a Chroma server for decided cases; default is a folder in the data folder"
    )
    embedding_base_url: str | None = Field(
        default=None, description="OpenAI-compatible, compares decided cases; without it MiniLM on this machine does"
    )
    embedding_api_key: SecretStr = SecretStr("")
    embedding_model: str = ""

    host: str = "127.0.0.1"
    port: int = Field(default=8070, ge=0, le=65535)
    public_url: str | None = Field(default=None, description="how people reach the desk; for links in notes and mails")
    zone: str = Field(default="UTC", description="IANA zone of the site")
    language: str = Field(default="en", description="language of generated text")

    worker_threads: int = Field(default=8, ge=1, le=128)
    executor_id: str = Field(
        default="", max_length=64, description="stable name of this process slot; default is made from role"
    )
    mail_max_mb: int = Field(default=25, ge=1, le=200)
    event_max_mb: int = Field(default=2, ge=1, le=50)
    grace_seconds: float = Field(
        default=10.0, ge=0, le=3600, description="how long a decision can be undone before Odoo hears of it"
    )
    policy: Path | None = Field(
        default=None, description="YAML with what differs from the default rules; `gatehouse policy show` prints them"
    )
    gold_share: float | None = Field(default=None, ge=0.05, le=1.0, description="over the policy file's; default 0.10")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @field_validator(
        "database_url", "odoo_url", "llm_base_url", "public_url", "imap_url", "chroma_url", "embedding_base_url",
        mode="before",
    )  # fmt: skip
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no IANA time zone, such as Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _odoo_is_whole(self) -> Self:
        if self.odoo_url and not self.odoo_db:
            raise ValueError(
                "GATEHOUSE_ODOO_URL needs GATEHOUSE_ODOO_DB; and GATEHOUSE_ODOO_USER with GATEHOUSE_ODOO_PASSWORD,"
                " unless `gatehouse odoo setup` made service users"
            )
        for name in ("odoo", "odoo_log", "odoo_apply"):
            user, word = getattr(self, f"{name}_user"), getattr(self, f"{name}_password").get_secret_value()
            if self.odoo_url and bool(user) != bool(word):
                raise ValueError(f"GATEHOUSE_{name.upper()}_USER and GATEHOUSE_{name.upper()}_PASSWORD go together")
        if self.llm_base_url and not self.llm_model:
            raise ValueError("GATEHOUSE_LLM_BASE_URL needs GATEHOUSE_LLM_MODEL")
        if self.embedding_base_url and not self.embedding_model:
            raise ValueError("GATEHOUSE_EMBEDDING_BASE_URL needs GATEHOUSE_EMBEDDING_MODEL")
        if (self.llm_money_per_case or self.llm_money_per_day) and not (self.llm_price_in or self.llm_price_out):
            raise ValueError("a ceiling on money needs GATEHOUSE_LLM_PRICE_IN and GATEHOUSE_LLM_PRICE_OUT")
        return self

    @property
    def state_url(self) -> str:
        """The URL of our own tables."""
        return self.database_url or f"sqlite:///{(self.home / 'gatehouse.db').absolute()}"

    @property
    def engine_url(self) -> str:
        """The URL of the engine's tables: another file on SQLite, the same database on PostgreSQL."""
        return self.database_url or f"sqlite:///{(self.home / 'engine.db').absolute()}"

    @property
    def sandbox_path(self) -> Path:
        """The sandbox company's file."""
        return self.home / "sandbox.db"

    @property
    def desk_url(self) -> str:
        """Where people reach the desk."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` are the command line's, None meaning not given.

    Raises ConfigurationError for an unknown GATEHOUSE_ name, an unreadable secret file or a value out of range.
    """
    env_file = Path(".env")
    given = {**(dotenv_values(env_file) if env_file.is_file() else {}), **os.environ}
    ours = {name: value for name, value in given.items() if name.upper().startswith(PREFIX)}
    secrets = _secret_files(ours)
    if unknown := sorted(name for name in ours if not _known(name)):
        raise ConfigurationError(f"Unknown setting {', '.join(unknown)}.", remedy=_nearest(unknown[0]))
    chosen: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
    values: dict[str, Any] = {**secrets, **chosen}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigurationError("; ".join(_said(item) for item in error.errors())) from error


def _said(item: Any) -> str:
    name = "_".join(str(part) for part in item["loc"])
    text = str(item["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}: {text}" if name else text


def _known(name: str) -> bool:
    field = name.upper().removeprefix(PREFIX).lower()
    return field in Settings.model_fields or (
        field.removesuffix("_file") in Settings.model_fields and field.removesuffix("_file") in _secret_fields()
    )


def _secret_fields() -> set[str]:
    return {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)} | {
        "database_url"
    }


def _secret_files(ours: dict[str, str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, path in ours.items():
        field = name.upper().removeprefix(PREFIX).lower()
        if not (field.endswith("_file") and field.removesuffix("_file") in _secret_fields() and path):
            continue
        try:
            found[field.removesuffix("_file")] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"{name} names a file that cannot be read: {error}.") from error
    return found


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    known = [PREFIX + field.upper() for field in Settings.model_fields]
    close = get_close_matches(name.upper(), known, n=1)
    return f"Did you mean {close[0]}?" if close else "See `gatehouse doctor --settings` for the names there are."
