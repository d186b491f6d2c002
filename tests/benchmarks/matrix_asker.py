"""Who asks the bots: a client that listens all the time, and what there is to ask."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from processes import ROOT
from system.matrix.person import Person, replied_to


@dataclass(slots=True)
class Asker:
    """Somebody who listens all the time, to nothing but answers, as a client does."""

    person: Person
    answers: dict[str, float] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Note when each answer came, until cancelled."""
        of_others = json.dumps({"room": {"timeline": {"not_senders": [self.person.user]}}})
        query: dict[str, Any] = {"timeout": "30000", "filter": of_others}
        while True:
            news = await self.person.call("GET", "/v3/sync", **query)
            now = time.perf_counter()
            for room in news.get("rooms", {}).get("join", {}).values():
                self.answers.update((replied_to(one), now) for one in room["timeline"]["events"])
            query["since"] = news["next_batch"]
            self._news.set()

    async def ask(self, room: str, line: str) -> float:
        """Ask a question; return after how many seconds its answer was there."""
        began = time.perf_counter()
        event = await self.person.say(room, line)
        async with asyncio.timeout(30):
            while event not in self.answers:
                self._news.clear()
                await self._news.wait()
        return self.answers.pop(event) - began


def varied_lines() -> list[str]:
    """Return questions about everything that there is, in an order that is always the same."""
    kinds = {
        "people": "person",
        "organisations": "organisation",
        "cases": "case",
        "resolutions": "resolution",
        "sources": "source",
    }
    lines = [
        f"{command} {file.stem}"
        for folder, command in kinds.items()
        for file in sorted((ROOT / "knowledge" / folder).glob("*.yaml"))
    ]
    lines += [f"timeline {file.stem}" for file in (ROOT / "knowledge/people").glob("*.yaml")]
    lines += [f"statement {first}-{first + 4}" for first in range(1, 12)]
    Random(1).shuffle(lines)  # noqa: S311 - an order of questions is no secret
    return lines
