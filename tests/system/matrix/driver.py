"""The bot as a process of its own, which stops at a named point and waits there to be killed."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from system.matrix.bot import Everybody, dispatcher

from community_bot.adapters.matrix.account import Credentials
from community_bot.adapters.matrix.adapter import Needs, matrix_adapter
from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.sync_token import TokenFile
from community_bot.app.questions import SystemClock
from community_bot.domain.address import Role

CRASHES = ("before the answer", "before its place is kept")


WHO = ("url", "user", "token", "device")


@dataclass(slots=True)
class _Slow(Everybody):
    """Surroundings that note when they are asked, and may never come to answer."""

    is_asked: bool = False
    is_stuck: bool = False

    async def role(self, room: str, user: str) -> Role:
        self.is_asked = True
        if self.is_stuck:
            _say_here()
            await asyncio.Event().wait()
        return await Everybody.role(self, room, user)


@dataclass(slots=True)
class _Forgetful:
    """A token store that keeps nothing, and tells when it should keep the first answer's place."""

    file: TokenFile
    surroundings: _Slow

    def load(self) -> str:
        return self.file.load()

    def save(self, token: str) -> None:
        del token
        if self.surroundings.is_asked:
            _say_here()


def _say_here() -> None:
    sys.stdout.write("here\n")
    sys.stdout.flush()


async def main(account: str, folder: Path, crash: str) -> None:
    url, user, token, device = json.loads(account)
    surroundings = _Slow(is_stuck=crash == CRASHES[0])
    tokens = _Forgetful(TokenFile(folder / "place.json", Identity(user, device)), surroundings)
    credentials = Credentials(url, user, token)
    needs = Needs(credentials, folder, dispatcher(), surroundings, SystemClock(), tokens)
    async with matrix_adapter(needs) as loop:
        await loop.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
