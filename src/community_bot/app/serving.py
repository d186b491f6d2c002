"""``run``: the bot as a service, from start to a clean stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shlex
import sys
from functools import partial
from typing import TYPE_CHECKING

from community_bot.app.health import Readiness
from community_bot.app.health_serving import serve_health
from community_bot.app.last_good import LastGood
from community_bot.app.leasing import keep_lease, leased
from community_bot.app.locating import EX_CONFIG, is_shared
from community_bot.app.locking import (
    EX_CANTCREAT,
    EX_TEMPFAIL,
    StateHeldError,
    StateUnusableError,
    held_state,
)
from community_bot.app.questions import SystemClock
from community_bot.app.settings import Settings
from community_bot.app.settings_reading import read_settings
from community_bot.app.starting import base_to_serve, keep, log_problems, mended
from community_bot.app.stopping import stop_by_signals
from community_bot.app.supervising import Service, StopError, supervise
from community_bot.app.watching import follow
from community_bot.app.wiring import wire
from community_bot.core.i18n import Texts
from community_bot.core.ports import StoreError
from community_bot.core.reporting import problem_line
from community_bot.core.snapshot import ReloadReport, Snapshot
from community_bot.storage.errors import LeaseHeldError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from pathlib import Path

    from community_bot.app.platforms import ChatPlatform
    from community_bot.app.wiring import Bot
    from community_bot.core.ports import Clock
    from community_bot.knowledge.problems import Problem
    from community_bot.storage.database import Database

EX_UNAVAILABLE = 69
LAST_GOOD = "knowledge-last-good.zip"
BACKUPS = "backups"

_SWITCH = 0.0005
"""Seconds for which one thread may hold the interpreter while another waits."""

_FLAGS = ("knowledge", "state_dir", "log_level")
_MAY_PASS = {"storage-unreachable", "storage-busy"}
"""What may be well at the next start although nobody did anything."""

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")


def settings_of(options: Namespace) -> Settings:
    """Return the settings that a command line asks for; raise SettingsError."""
    flags = {name: getattr(options, name, None) for name in _FLAGS}
    return read_settings(Settings, flags, config=options.config)


def run(options: Namespace) -> int:
    """Serve until SIGTERM or SIGINT; the exit code says why it ended if it was not told to."""
    settings = settings_of(options)
    _log_from(settings.log_level)
    # Whatever is written here is the bot's own: what was posted, who moderates.
    os.umask(0o077)
    folder = settings.state_dir
    try:
        with held_state(folder):
            if is_shared(folder):
                command = f"chmod 700 {shlex.quote(str(folder))}"
                _log.warning(_TEXTS("run-state-shared", command=command))
            return _serve_knowledge(settings)
    except StateHeldError as error:
        return _refuse(_held(error, folder), EX_TEMPFAIL)
    except StateUnusableError as error:
        said = _TEXTS("run-state-unusable", folder=str(folder), reason=error.reason)
        return _refuse(said, EX_CANTCREAT)


def _serve_knowledge(settings: Settings) -> int:
    root = settings.knowledge_folder
    kept = settings.state_dir / LAST_GOOD
    try:
        is_mended = asyncio.run(_mended(settings, root))
    except StoreError as error:
        return _refuse(_TEXTS(error.key, **error.arguments), _code_of(error))
    snapshot = base_to_serve(root, kept, is_mended=is_mended)
    if snapshot is None:
        return _refuse(_TEXTS("run-nothing"), EX_CONFIG)
    return asyncio.run(_serve(settings, snapshot, kept))


async def _mended(settings: Settings, root: Path) -> bool:
    # The lease is given back while the base is read, which may take longer than one lasts. If
    # another process takes it meanwhile, this one finds that out and ends.
    clock, backups = SystemClock(), settings.state_dir / BACKUPS
    async with leased(settings.database, backups, clock) as (database, _):
        return await mended(database.moderation, root, clock)


async def _serve(settings: Settings, snapshot: Snapshot, kept: Path) -> int:
    stop = stop_by_signals()
    clock = SystemClock()
    try:
        async with leased(settings.database, settings.state_dir / BACKUPS, clock) as (
            database,
            lease,
        ):
            platforms = _platforms(settings, clock)
            bot = _wired(settings, snapshot, database, platforms, clock)
            last_good = LastGood(partial(keep, snapshot, kept))
            snapshot.subscribe(last_good.noticed)
            await bot.editorial.recover()
            services = (
                Service("stop", lambda: _stop_once(stop)),
                Service("knowledge", lambda: follow_files(bot)),
                Service("last good base", last_good.run),
                Service("lease", lambda: keep_lease(lease, clock)),
                *bot.newsroom.services,
                *bot.editorial.services,
                *_health(settings, bot, platforms),
                *(service for one in platforms for service in one.services(bot)),
            )
            be_responsive()
            _log.info(_TEXTS.plural("run-serving", len(snapshot.current.entries)))
            if not platforms:
                _log.warning(_TEXTS("run-no-platform"))
            await supervise(services)
    except StopError as stopped:
        return stopped.code
    except StoreError as error:
        return _refuse(_TEXTS(error.key, **error.arguments), _code_of(error))
    return 0


def _wired(
    settings: Settings,
    snapshot: Snapshot,
    database: Database,
    platforms: tuple[ChatPlatform, ...],
    clock: Clock,
) -> Bot:
    return wire(
        snapshot,
        clock=clock,
        limits=settings.limits.limits(),
        database=database,
        carriers=[carrier for one in platforms for carrier in one.carriers],
        admins=settings.admins,
        standings=dict(pair for one in platforms for pair in one.standings.items()),
        timing=settings.publishing.timing(),
        care=settings.moderation.care(settings.limits.stale_months),
    )


def _platforms(settings: Settings, clock: Clock) -> tuple[ChatPlatform, ...]:
    """Return the platforms that are set up; raise StopError where one can surely not begin."""
    # A platform loads slowly and takes memory: only those that are set up are loaded.
    platforms: list[ChatPlatform] = []
    if settings.discord.is_set:
        from community_bot.app.discord import DiscordPlatform  # noqa: PLC0415

        platforms.append(DiscordPlatform(settings, clock))
    if settings.matrix.is_set:
        from community_bot.app.matrix import MatrixPlatform  # noqa: PLC0415

        matrix = MatrixPlatform(settings, clock)
        if not matrix.can_sign_in:
            _log.error(_TEXTS("run-matrix-no-login"))
            raise StopError(EX_CONFIG)
        platforms.append(matrix)
    return tuple(platforms)


def _health(settings: Settings, bot: Bot, platforms: tuple[ChatPlatform, ...]) -> Iterator[Service]:
    place = settings.health_place
    if place is not None:
        asked = tuple(one.health for one in platforms)
        readiness = Readiness(bot.snapshot, asked, bot.newsroom.delivery.states)
        yield Service("health", lambda: serve_health(place, readiness.report))


async def _stop_once(stop: asyncio.Event) -> None:
    await stop.wait()
    raise StopError(0)


def _code_of(error: StoreError) -> int:
    if isinstance(error, LeaseHeldError):
        return EX_TEMPFAIL
    return EX_UNAVAILABLE if error.key in _MAY_PASS else EX_CONFIG


def be_responsive() -> None:
    """Have the interpreter let answers go first, once all that lives as long as the bot is made."""
    # The collector need not walk that again and again.
    gc.freeze()
    # While a thread reads changed files, an answer waits so long for each of its turns.
    sys.setswitchinterval(_SWITCH)


async def follow_files(bot: Bot) -> None:
    """Serve what changes in the folder until cancelled; tell what is wrong with it."""
    snapshot = bot.snapshot

    async def told(report: ReloadReport) -> None:
        if report.problems:
            log_problems(report.problems)
            await _tell_broken(bot, report.problems)
            return
        _log.info(_TEXTS("run-reloaded", changed=report.changed))

    if snapshot.problems:
        await _tell_broken(bot, snapshot.problems)

    def ready() -> None:
        _log.info(_TEXTS("run-following", folder=str(snapshot.root)))

    await follow(snapshot, told, ready=ready)


async def _tell_broken(bot: Bot, problems: tuple[Problem, ...]) -> None:
    first = problem_line(_TEXTS, problems[0])
    await bot.newsroom.tell("notice-files-broken", count=len(problems), problem=first)


def _log_from(level: str) -> None:
    """Log from a level on; of libraries only warnings: what they tell in detail may be secret."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    grave = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger().setLevel(max(grave, logging.WARNING))
    logging.getLogger("community_bot").setLevel(grave)


def _held(error: StateHeldError, folder: Path) -> str:
    if error.holder is None:
        return _TEXTS("run-held-by-somebody", folder=str(folder))
    host, pid, since = error.holder
    return _TEXTS("run-held", folder=str(folder), host=host, pid=str(pid), since=since)


def _refuse(said: str, code: int) -> int:
    sys.stderr.write(said + "\n")
    return code
