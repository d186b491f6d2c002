"""What a button or an option of a select carries: the command line that it runs, and which page.

Nothing is stored and no user is named: whoever asked stands in the message itself. A line that is
too long for a token is printed as a command to type instead.
"""

from __future__ import annotations

import re

MAX_TOKEN = 100
"""Most characters of a ``custom_id`` and of an option's value, in the unit of ``units``."""

BIN = "cb-bin"
"""The ``custom_id`` of the button that takes an answer away."""

PICK = "cb-pick"
"""The ``custom_id`` of a select whose options' values are tokens."""

TOKEN = re.compile(r"cb:([0-9]{1,4}):(.+)", re.DOTALL)
"""What a token looks like: its groups are the page and the line."""


def units(text: str) -> int:
    """Count the UTF-16 units of a text.

    Discord counts characters; where a client counts units there are never fewer, so what is within
    a limit by this count is within it by either.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def token_of(line: str, page: int = 1) -> str | None:
    """Return the token of a page of a line's answer; None if it were too long or says nothing."""
    token = f"cb:{page}:{line}"
    is_fit = bool(line.strip()) and line.isprintable() and units(token) <= MAX_TOKEN
    return token if is_fit else None


def read_token(custom_id: str) -> tuple[str, int] | None:
    """Return the line and the page of a token; None if it is none, such as one of an older form."""
    found = TOKEN.fullmatch(custom_id)
    return (found[2], int(found[1])) if found else None
