"""Settings: what a deployment chooses, read from `POINTS_*` variables, and the engine opened by them.

The secret that makes voucher codes unguessable is made once and kept in a file that only its owner can read.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from points_engine.engine import PointsEngine
from points_engine.errors import StoreFault
from points_engine.store import open_store

SECRET_CHARACTERS: Final = 32
"""characters of a secret at least: a shorter one could be guessed."""

SHIPPED_RULES: Final = Path(__file__).resolve().parent.parent / "rules"
"""The rule packs that come with the project."""


class Settings(BaseSettings):
    """What a deployment chooses. Every field is a variable: `database_url` is `POINTS_DATABASE_URL`."""

    model_config = SettingsConfigDict(env_prefix="POINTS_", extra="ignore")

    database_url: str = "sqlite:///var/points.db"
    redis_url: str | None = None
    secret: SecretStr | None = None
    secret_file: Path = Path("var/secret")
    language: Literal["zh", "en"] | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    rules: Path | None = None
    jobs: bool = True
    key_limit: str = "1200/minute"
    address_limit: str = "6000/minute"
    webhook_networks: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    drain_seconds: float = Field(default=2.0, ge=0, le=300)

    @field_validator("key_limit", "address_limit")
    @classmethod
    def _readable(cls, value: str) -> str:
        from limits import parse

        try:
            if value.strip():
                parse(value)
        except ValueError as error:
            raise ValueError("a limit is written 600/minute, or left empty for none") from error
        return value

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        if not value:
            return value
        from points_engine.webhooks.targets import networks_of

        try:
            networks_of(value)
        except ValueError as error:
            raise ValueError("networks are written 10.20.0.0/16, fd00::/8") from error
        return value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_CHARACTERS:
            raise ValueError(f"a secret has at least {SECRET_CHARACTERS} characters")
        return value

    def secret_bytes(self) -> bytes:
        """The secret that was given, or the one kept in `secret_file`, which is made on first use.

        Raises: StoreFault for a file that cannot be written, or holds too little.
        """
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        try:
            return _kept_secret(self.secret_file)
        except OSError as error:
            raise StoreFault(what=f"cannot keep a secret in {self.secret_file}: {error.strerror}") from error

    def rule_folders(self) -> list[Path]:
        """Where packs are looked for by their scheme's name, first found wins."""
        places = [self.rules] if self.rules is not None else [Path("rules"), SHIPPED_RULES]
        return [place for place in places if place.is_dir()]


def _kept_secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(made, path)  # whole or not at all, and never over one that another process has made
        except FileExistsError:
            pass
        finally:
            made.unlink()
    kept = path.read_bytes().strip()
    if len(kept) < SECRET_CHARACTERS:
        raise StoreFault(what=f"{path} holds less than {SECRET_CHARACTERS} characters")
    return kept


def open_engine(settings: Settings, *, create: bool = False) -> PointsEngine:
    """The engine over the books that the settings name; with `create` they are made, or migrated.

    Raises: StoreFault where there are none, or they have another version's schema.
    """
    store = open_store(settings.database_url, create=create)
    try:
        return PointsEngine(store, secret=settings.secret_bytes())
    except BaseException:
        store.close()
        raise
