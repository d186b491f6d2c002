"""Keeping services going, each for itself: one that fails begins again and stops no other."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from community_bot.core.i18n import Texts
from community_bot.core.trails import trail

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
_STEADY_SECONDS = 300.0
"""A service that ran so long was well: after its next failure the pauses begin small again."""

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Service:
    """Something that goes on until it is cancelled; one that returns has no more to do."""

    name: str
    run: Callable[[], Awaitable[None]]


class StopError(Exception):
    """A service found out that the whole bot must stop, and with which exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def supervise(services: Iterable[Service], *, pause: Pause = asyncio.sleep) -> None:
    """Run services until all have returned or this is cancelled; raise StopError if one does.

    A service that fails is run again after a pause, which grows from a second to a minute.
    """
    codes: list[int] = []
    try:
        async with asyncio.TaskGroup() as group:
            for service in services:
                group.create_task(_keep_going(service, pause), name=service.name)
    except* StopError as stopped:
        # Raised in here it would come out in a group again.
        codes = [one.code for one in stopped.exceptions if isinstance(one, StopError)]
    if codes:
        raise StopError(max(codes))


async def _keep_going(service: Service, pause: Pause) -> None:
    loop = asyncio.get_running_loop()
    wait = FIRST_PAUSE
    while True:
        began = loop.time()
        try:
            await service.run()
        except StopError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: it is logged and begins again
            if loop.time() - began >= _STEADY_SECONDS:
                wait = FIRST_PAUSE
            failed = _TEXTS("run-service-failed", service=service.name, seconds=round(wait))
            _log.error("%s\n%s", failed, trail(error))
        else:
            return
        # Services that failed for the same reason do not all come back at the same moment.
        await pause(wait * random.uniform(0.5, 1.0))  # noqa: S311 - nobody must guess it
        wait = min(2 * wait, LONGEST_PAUSE)
