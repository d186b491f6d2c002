"""Stopping when the system says so: cleanly, within ten seconds, and at once if it insists."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading

from community_bot.core.i18n import Texts

GRACE_SECONDS = 10.0

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")


def stop_by_signals(grace: float = GRACE_SECONDS) -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set; a second signal ends the process at once.

    So does the end of ``grace`` seconds: what was committed is kept, and the rest begins again.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(number: int) -> None:
        if stop.is_set():
            _end(number)
        stop.set()
        _log.info(_TEXTS("run-stopping"))
        # A thread, since what hangs may be the loop itself, or the interpreter at its end.
        late = threading.Timer(grace, _end_late, [number])
        late.daemon = True
        late.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told, number)
    return stop


def _end_late(number: int) -> None:
    _log.error(_TEXTS("run-stop-late"))
    _end(number)


def _end(number: int) -> None:
    os._exit(128 + number)
