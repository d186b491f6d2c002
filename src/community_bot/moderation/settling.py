"""Brings to an end what was left half done, at the start and whenever the machine is well again."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from community_bot.core.snapshot import NOT_RECORDED
from community_bot.moderation.announcing import Announcer
from community_bot.moderation.applying import Applier
from community_bot.moderation.change import Change, ChangeState
from community_bot.moderation.ports import Tell
from community_bot.moderation.recording import Recorder
from community_bot.moderation.untold import tell_rest

_KEYS = {
    ChangeState.APPLIED: "notice-change-finished",
    ChangeState.FORGOTTEN: "notice-change-given-up",
}


@dataclass(frozen=True, slots=True)
class Settler:
    """Finishes or forgets changes, and has recorded what is served; tells the moderators."""

    applier: Applier
    recorder: Recorder
    tell: Tell

    async def begin(self) -> None:
        """Do so before anybody is answered. Raises StoreError."""
        snapshot = self.applier.snapshot
        # If the disk refuses, the applier logs it and holds what is served; the next tick tells.
        with suppress(OSError):
            await self._told(await self.applier.recover())
        await tell_rest(self.applier.store, Announcer(self.tell))
        await snapshot.reload()
        if snapshot.is_outdated:
            async with snapshot.lock:
                await self.recorder.check()

    async def tick(self) -> None:
        """Do so if there is anything left, as far as it can be done now. Raises StoreError."""
        snapshot = self.applier.snapshot
        try:
            await self._told(await self.applier.recover())
        except OSError:
            await self.tell("notice-change-half-done")
            return
        if NOT_RECORDED in snapshot.problems:
            await snapshot.reload()
        async with snapshot.lock:
            await self.recorder.begin()

    async def _told(self, changes: Iterable[Change]) -> None:
        for change in changes:
            offers = [("action-look", f"kb show {change.short_id}")]
            key = _KEYS[change.state]
            await self.tell(key, actions=offers, change=change.short_id, what=change.summary)
