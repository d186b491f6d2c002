"""discord.py's log in one line each: its traces of lost connections would fill a disk."""

from __future__ import annotations

import logging

_LOGGERS = ("discord.client", "discord.gateway", "discord.shard")


def be_brief() -> None:
    """Have discord.py say what failed and of which kind the error was, without its trace."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, _OneLine) for one in logger.filters):
            logger.addFilter(_OneLine())


class _OneLine(logging.Filter):
    """Puts the kind of an error in the place of its trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.exc_info, tuple) and record.exc_info[0] is not None:
            record.msg = f"{record.getMessage()} ({record.exc_info[0].__name__})"
            record.args = None
            record.exc_info = None
        return True
