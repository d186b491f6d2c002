"""What may be logged of an error: where it came from, never its words, which may quote people."""

from __future__ import annotations

import traceback


def trail(error: BaseException | None) -> str:
    """Return types and places of an error and its causes."""
    said: list[str] = []
    while error is not None:
        said += [*traceback.format_tb(error.__traceback__), f"{type(error).__qualname__}\n"]
        error = error.__cause__ or error.__context__
    return "".join(said)
