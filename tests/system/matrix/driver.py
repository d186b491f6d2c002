"""The bot as a process of its own, which stops at a named point and waits there to be killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from system.matrix.bot import Everybody, wired

from community_bot.adapters.matrix.account import Credentials
from community_bot.adapters.matrix.adapter import Needs, matrix_adapter
from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.sync_token import TokenFile
from community_bot.app.questions import SystemClock
from community_bot.core.dispatch import Dispatcher
from community_bot.core.invocation import Invocation
from community_bot.domain.document import Reply
from community_bot.storage.database import Database

CRASHES = ("before the answer", "before it is sent", "before its place is kept")


WHO = ("url", "user", "token", "device")


class _Watching(Dispatcher):
    """A dispatcher that notes when it is asked in earnest, and may never come to answer."""

    is_asked = False
    stops_at = ""

    async def dispatch(self, invocation: Invocation) -> Reply | None:
        if invocation.line == "ping":
            return await super().dispatch(invocation)
        self.is_asked = True
        if self.stops_at == CRASHES[0]:
            await _stop()
        reply = await super().dispatch(invocation)
        if self.stops_at == CRASHES[1]:
            await _stop()
        return reply


@dataclass(slots=True)
class _Forgetful:
    """A token store that keeps nothing, and tells when it should keep the first answer's place."""

    file: TokenFile
    dispatcher: _Watching
    is_listening: bool = False

    def load(self) -> str:
        return self.file.load()

    def save(self, token: str) -> None:
        del token
        if not self.is_listening:
            self.is_listening = True
            _say("listening")
        if self.dispatcher.is_asked and self.dispatcher.stops_at == CRASHES[2]:
            _say("here")


async def _stop() -> None:
    _say("here")
    await asyncio.Event().wait()


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


async def main(account: str, folder: Path, crash: str) -> None:
    url, user, token, device = json.loads(account)
    database = await Database.open(folder / "bot.sqlite3")
    dispatcher = wired(database, json.loads(os.environ.get("TEAM", "[]"))).dispatcher
    dispatcher.__class__ = _Watching
    assert isinstance(dispatcher, _Watching)
    dispatcher.stops_at = crash
    tokens = _Forgetful(TokenFile(folder / "place.json", Identity(user, device)), dispatcher)
    credentials = Credentials(url, user, token)
    needs = Needs(credentials, folder, dispatcher, Everybody(), SystemClock(), tokens)
    async with matrix_adapter(needs) as loop:
        await loop.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
