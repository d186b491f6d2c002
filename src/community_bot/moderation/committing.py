"""Keeps each applied change as a commit where the base's folder is a git work tree.

It is a copy of the history for those who work with git: nothing rests on it, it is never pushed,
and its failing never fails an edit.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from community_bot.core.ports import StoreError
from community_bot.moderation.change import Change

_log = logging.getLogger(__name__)

_SECONDS = 30.0
_SIGNS = " .,:;\"\\'"
"""What git takes off the ends of a name."""

Named = Callable[[int | None], Awaitable[str]]
"""From a member's number to what admins call them; nothing if they have no name."""


@dataclass(frozen=True, slots=True)
class GitCommitter:
    """Commits the files of one change at a time, with its moderator as the author."""

    root: Path
    named: Named
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Git lets one process at a time change its index, and refuses any other."""

    async def commit(self, change: Change) -> None:
        """Commit one change; what goes wrong is logged."""
        paths = [file.path for file in change.files]
        name = _plain(await self._name_of(change.author)) or f"member {change.author}"
        author = f"{name} <member-{change.author}@community-bot.invalid>"
        message = f"{change.summary}\n\n{change.note}\n\nChange: {change.short_id}"
        message = message.replace("\0", "").encode(errors="replace").decode()
        try:
            async with asyncio.timeout(_SECONDS), self._lock:
                await self._git("add", "--all", "--", *paths)
                await self._git(
                    "commit", "--quiet", "--only", f"--author={author}", "-m", message, "--", *paths
                )
        except (OSError, TimeoutError, _GitError) as error:
            _log.warning(
                "a change was not committed to git: %s", str(error) or type(error).__name__
            )

    async def _name_of(self, author: int | None) -> str:
        try:
            name = await self.named(author)
        except StoreError:
            # The change is made: that nobody can look a name up must not fail it.
            name = ""
        return name

    async def _git(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            "git",
            "-C",
            str(self.root),
            "-c",
            "user.name=community-bot",
            "-c",
            "user.email=community-bot@community-bot.invalid",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
        )
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            raise _GitError(said.decode(errors="replace").strip().partition("\n")[0][:200])


class _GitError(Exception):
    """Git did not do it; its first line says why."""


def _plain(name: str) -> str:
    """Return a name as git takes it: nothing of one that is made of signs alone."""
    return "".join(it for it in name if it.isprintable() and it not in "<>").strip(_SIGNS)
