"""Everything an operator can set, read once from the environment (prefix ESIGN_)."""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One field per variable: `ESIGN_PORT`, `ESIGN_BASE_URL`, ..."""

    model_config = SettingsConfigDict(env_prefix="ESIGN_", extra="ignore")

    env: Literal["development", "production"] = "development"
    host: str = "0.0.0.0"
    port: int = Field(default=8000, ge=1, le=65535)
    base_url: str = ""
    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    demo: Literal["story", "deals", "none"] = "story"
    engine: Literal["auto", "inline", "worker", "off"] = "auto"
    smtp_url: str = ""
    mail_from: str = "esign@localhost"
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")
    sms_sender: str = "esign"
    sms_hook_token: SecretStr = SecretStr("")
    secret_file: Path | None = None
    trusted_proxies: str = ""
    hosts: str = ""
    body_seconds: float = Field(default=20, gt=0)
    queue_poll: float = Field(default=0.1, gt=0)
    engine_keep_days: int = Field(default=90, ge=90)
    log: Literal["text", "json"] = "text"
    metrics_port: int = Field(default=0, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"
    board_poll: float = Field(default=0.1, gt=0)

    @field_validator("sms_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("ESIGN_SMS_URL must start with https:// or http://")
        return value

    @field_validator("base_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def url(self) -> str:
        """The address people reach us at; every link in a message starts with it."""
        return self.base_url or f"http://localhost:{self.port}"

    @property
    def data(self) -> Path:
        return self.data_dir.absolute()

    @property
    def db_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'esign.db'}"

    @property
    def engine_is_inline(self) -> bool:
        """Whether a serving process runs the durable runs as well. By default with SQLite, where one process does all."""
        return self.engine == "inline" or (self.engine == "auto" and self.db_url.startswith("sqlite"))

    @property
    def secret_path(self) -> Path:
        return self.secret_file or self.data / "secret"

    @property
    def files_dir(self) -> Path:
        return self.data / "files"

    @property
    def keys_dir(self) -> Path:
        return self.data / "keys"

    @property
    def demo_mailbox(self) -> bool:
        """Messages stay in the demo mailbox: only in development, only without an SMTP server."""
        return self.env == "development" and not self.smtp_url

    @property
    def sends_sms(self) -> bool:
        """Whether an SMS can go out: by a gateway, or to the phone of the demo mailbox."""
        return bool(self.sms_url) or self.demo_mailbox

    @property
    def demo_data(self) -> bool:
        """An empty database is filled with a demo company; never in production."""
        return self.env == "development" and self.demo != "none"

    @property
    def demo_story(self) -> bool:
        """The demo company also sends and signs some documents; never by a real mail server or SMS gateway."""
        return self.demo_data and self.demo == "story" and self.demo_mailbox and not self.sms_url

    @property
    def secure_cookies(self) -> bool:
        return self.url.startswith("https://")

    @property
    def allowed_origins(self) -> list[str]:
        """The one list for CORS, the websocket and the Origin check on POST."""
        origins = [_origin(self.url)]
        if self.env == "development":
            origins += [f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}"]
        return list(dict.fromkeys(origins))

    @property
    def allowed_hosts(self) -> list[str]:
        """The host names we answer for; empty, as long as nobody said what our address is: all."""
        more = [part.strip() for part in self.hosts.split(",") if part.strip()]
        return [urlsplit(self.base_url).hostname or "", *more] if self.base_url else []

    @property
    def proxies(self) -> list[str]:
        return [part.strip() for part in self.trusted_proxies.split(",") if part.strip()]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache
def settings() -> Settings:
    return Settings()


class NoSecret(Exception):
    """Production without a secret file: tokens and codes could not be derived safely."""


@lru_cache
def secret() -> bytes:
    """The secret from which tokens, codes and the keys' password are derived; at least 32 bytes.

    In development it is generated on first use (mode 0600). In production its absence raises NoSecret.
    """
    path = settings().secret_path
    if not path.exists():
        if settings().env == "production":
            raise NoSecret(f"The file {path} is missing; set ESIGN_SECRET_FILE to at least 32 random bytes.")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
    value = path.read_bytes().strip()
    if len(value) < 32:
        raise NoSecret(f"The file {path} holds fewer than 32 bytes.")
    return value
