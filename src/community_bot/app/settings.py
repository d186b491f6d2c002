"""The settings of the service: what may be set, what fits, and what holds when nothing is set.

Each field says in its description what it is; the errors and ``docs/operations.md`` rest on that.
A platform adds a ``Section`` of its own and one field to ``Settings``; variables, the settings
file, errors and the refusal of files that others can read then work for it as they do for all.
Reading is the business of ``settings_reading``. ``ask`` never imports this: it would be too slow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from community_bot.app.locating import default_knowledge
from community_bot.app.newsroom import Timing
from community_bot.app.settings_discord import DiscordSettings
from community_bot.app.settings_forms import Accounts, Place, Real, Section, Whole, place_of
from community_bot.app.settings_matrix import MatrixSettings
from community_bot.app.settings_moderation import ModerationSettings
from community_bot.app.stopping import GRACE_SECONDS
from community_bot.core.dispatch import Limits
from community_bot.core.i18n import available_languages
from community_bot.core.limits import Rate, Rates
from community_bot.publishing.patience import Patience

DATABASE = "community-bot.db"
"""The file in the state directory that holds the database, unless another one is named."""

_IN_FLIGHT = 0.7
_RATES = Rates()
_DATABASES = re.compile(r"(sqlite(\+aiosqlite)?|postgres(ql)?(\+asyncpg)?)://")


def _language(value: str) -> str:
    if value not in available_languages():
        raise ValueError("a language that the bot does not speak")
    return value


def _database(value: SecretStr) -> SecretStr:
    if _DATABASES.match(value.get_secret_value()) is None:
        raise ValueError("a database that the bot does not know")
    return value


def _health(value: str) -> str:
    if value != "off":
        place_of(value)
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Level = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)]


class RateSettings(Section):
    """How much may be asked; ``20/1`` for short."""

    wanted = "two numbers, such as 20/1: so many at once, then so many each second"

    burst: Whole = Field(
        default=20, ge=1, le=10_000, description="questions at once: a whole number"
    )
    per_second: Real = Field(
        default=1.0,
        gt=0,
        le=10_000,
        description="questions each second after that: a number above 0",
    )

    @classmethod
    def from_text(cls, text: str) -> Mapping[str, object]:
        """Read ``20/1`` as well as JSON."""
        burst, stroke, per_second = text.partition("/")
        if not stroke:
            return super().from_text(text)
        return {"burst": burst.strip(), "per_second": per_second.strip()}

    def rate(self) -> Rate:
        """Return it as the limiter takes it."""
        return Rate(self.burst, self.per_second)


class LimitSettings(Section):
    """Bounds of answering."""

    per_actor: RateSettings = Field(
        default_factory=RateSettings, description="how much one person may ask"
    )
    per_room: RateSettings = Field(
        default_factory=lambda: _settings_of(_RATES.per_room),
        description="how much may be asked in one room",
    )
    overall: RateSettings = Field(
        alias="global",  # no name that Python takes
        default_factory=lambda: _settings_of(_RATES.overall),
        description="how much all may ask together",
    )
    timeout: Real = Field(
        default=10.0,
        gt=0,
        le=300,
        description="seconds that an answer may take: above 0, at most 300",
    )
    stale_months: Whole = Field(
        default=24,
        ge=1,
        le=1200,
        description="months after which a status is shown with a warning: a whole number from 1",
    )

    def limits(self) -> Limits:
        """Return the bounds as the dispatcher takes them."""
        rates = Rates(self.per_actor.rate(), self.per_room.rate(), self.overall.rate())
        return Limits(self.timeout, rates, self.stale_months)


def _settings_of(rate: Rate) -> RateSettings:
    return RateSettings(burst=rate.burst, per_second=rate.per_second)


class PublishingSettings(Section):
    """How the bot posts."""

    grace_hours: Real = Field(
        default=6.0,
        ge=0,
        le=168,
        description="hours by which a scheduled post may be late, after a time when the bot was "
        "down; later it is left out and the moderators are told: from 0 to 168",
    )
    quiet_seconds: Real = Field(
        default=120.0,
        ge=0,
        le=3600,
        description="seconds without a change after which followers are told, so that a burst of "
        "changes makes one digest: from 0 to 3600",
    )
    attempt_timeout: Real = Field(
        default=20.0, gt=0, le=300, description="seconds that one attempt to send may take: to 300"
    )
    concurrency: Whole = Field(
        default=32,
        ge=1,
        le=256,
        description="messages on their way to one platform at the same time: a whole number to 256",
    )

    def timing(self) -> Timing:
        """Return how publishing waits. What is in flight at a stop has less than the whole stop."""
        patience = Patience(
            concurrency=self.concurrency,
            timeout=self.attempt_timeout,
            grace=_IN_FLIGHT * GRACE_SECONDS,
        )
        return Timing(
            patience=patience,
            grace=timedelta(hours=self.grace_hours),
            quiet=timedelta(seconds=self.quiet_seconds),
        )


class Settings(BaseSettings):
    """All settings. Made by ``settings_reading.read_settings``; by hand, it reads nothing else."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    knowledge: Path | None = Field(
        default=None,
        description="the folder of the knowledge base; else ./knowledge, else the built-in",
    )
    state_dir: Path = Field(
        default=Path("state"), description="the folder where the bot keeps its files"
    )
    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = Field(
        default=None,
        description="where the bot keeps what it must not forget, else a file in state_dir: "
        "postgresql://USER:PASSWORD@HOST/NAME or sqlite:////PATH",
    )
    admins: Accounts = Field(
        default=(),
        description="accounts that may do everything, grant roles too: a list such as "
        "discord:123 or matrix:@a:example.org",
    )
    language: Annotated[str, AfterValidator(_language)] = Field(
        default="en",
        description="the language of those who chose none: one of "
        + ", ".join(available_languages()),
    )
    log_level: Level = Field(
        default="info", description="the least grave that is logged: debug, info, warning or error"
    )
    limits: LimitSettings = Field(default_factory=LimitSettings, description="bounds of answering")
    publishing: PublishingSettings = Field(
        default_factory=PublishingSettings, description="how the bot posts"
    )
    moderation: ModerationSettings = Field(
        default_factory=ModerationSettings, description="how the knowledge is kept right"
    )
    health: Annotated[str, AfterValidator(_health)] = Field(
        default="127.0.0.1:8765",
        description="where the bot tells how it is, by HTTP: a numeric address and a port such as "
        "127.0.0.1:8765, or off",
    )
    discord: DiscordSettings = Field(
        default_factory=DiscordSettings, description="the app on Discord"
    )
    matrix: MatrixSettings = Field(
        default_factory=MatrixSettings, description="the account on Matrix"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is not ours
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing by itself: settings come from who makes them, or from the layers given."""
        return (init_settings,)

    @property
    def health_place(self) -> Place | None:
        """Where the bot tells how it is; None where it does not."""
        return None if self.health == "off" else place_of(self.health)

    @property
    def knowledge_folder(self) -> Path:
        """Where the knowledge base is."""
        return self.knowledge or default_knowledge()

    @property
    def database(self) -> str | Path:
        """The URL of the database, which may hold a password, or the path of its file."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return self.state_dir / DATABASE
