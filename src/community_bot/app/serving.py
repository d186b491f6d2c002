"""``run``: the bot as a service, from start to a clean stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from typing import TYPE_CHECKING

from community_bot.app.loading import load
from community_bot.app.watching import follow
from community_bot.app.wiring import knowledge_folder, wire
from community_bot.core.i18n import Texts
from community_bot.core.reporting import problem_line
from community_bot.core.snapshot import KnowledgeError, ReloadReport, Snapshot
from community_bot.knowledge.archive import load_archive, save_archive
from community_bot.knowledge.base import KnowledgeBase

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from community_bot.knowledge.problems import Problem

EX_CONFIG = 78
LAST_GOOD = "knowledge-last-good.zip"

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")


def run(options: Namespace) -> int:
    """Serve until SIGTERM or SIGINT; 78 when there is nothing that could be served."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    kept = options.state_dir / LAST_GOOD
    try:
        snapshot = load(options.knowledge, prepare=True)
    except KnowledgeError as error:
        _log_problems(error.problems)
        last_good = last_good_snapshot(kept, knowledge_folder(options.knowledge), error.problems)
        if last_good is None:
            sys.stderr.write(_TEXTS("run-nothing") + "\n")
            return EX_CONFIG
        snapshot = last_good
        _log.warning(_TEXTS("run-last-good"))
    else:
        _keep(snapshot, kept)
    asyncio.run(_serve(snapshot, kept))
    return 0


def last_good_snapshot(kept: Path, root: Path, problems: tuple[Problem, ...]) -> Snapshot | None:
    """Return a snapshot of the kept copy, marked outdated; ``None`` when none is kept."""
    folder = load_archive(kept)
    if folder is None:
        return None
    base = KnowledgeBase.of(folder)
    base.prepare()
    snapshot = Snapshot(folder, base, root=root)
    snapshot.mark_outdated(problems)
    return snapshot


async def _serve(snapshot: Snapshot, kept: Path) -> None:
    bot = wire(snapshot)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def told(report: ReloadReport) -> None:
        if report.problems:
            _log_problems(report.problems)
            return
        _log.info(_TEXTS("run-reloaded", changed=report.changed))
        if report.changed:
            await asyncio.to_thread(_keep, snapshot, kept)

    _log.info(_TEXTS.plural("run-serving", len(bot.snapshot.current.entries)))
    _log.warning(_TEXTS("run-no-platform"))

    def ready() -> None:
        _log.info(_TEXTS("run-following", folder=str(snapshot.root)))

    async def follow_on() -> None:
        try:
            await follow(snapshot, told, ready=ready)
        except Exception as error:  # noqa: BLE001 - answers go on, whatever is wrong with this
            _log.error(_TEXTS("run-not-following", reason=repr(error)))

    follower = asyncio.create_task(follow_on())
    await stop.wait()
    follower.cancel()
    await asyncio.gather(follower, return_exceptions=True)


def _keep(snapshot: Snapshot, kept: Path) -> None:
    try:
        if not save_archive(snapshot.folder, kept):
            _log.warning(_TEXTS("run-not-kept-changed"))
    except OSError as error:
        _log.warning(_TEXTS("run-not-kept", reason=error.strerror or str(error)))


def _log_problems(problems: tuple[Problem, ...]) -> None:
    for one in problems:
        _log.error("%s", problem_line(_TEXTS, one))
