"""Words that stand in a text as they are, and not within other words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection


def words_in(words: Collection[str]) -> Callable[[str], bool]:
    """Return what tells whether any of some words stands in a text, and not within another word."""
    if not words:
        return lambda _: False
    some = "|".join(re.escape(word) for word in sorted(words))
    found = re.compile(rf"(?<![\w-])(?:{some})(?![\w-])")
    return lambda text: found.search(text) is not None
