"""Which web addresses may be shown: those that lead where they seem to lead, on the open web.

Nothing is ever fetched: an address is judged by its letters alone.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from community_bot.knowledge.reading.scripts import has_mixed_scripts, skeleton

MOST_CHARACTERS = 2000
# Names that mean this machine or the network around it.
_PRIVATE = re.compile(r"(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|arpa)$")
# A last label of digits, or 0x and hex digits, makes browsers read the whole host as a number.
_NUMERIC = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)$")
_NO_LETTER = re.compile(r"[\W\d_]+")
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]*[^\W_])?")


def link_fault(url: str) -> str | None:
    """Return the key of the message that says why ``url`` may not be shown, or None."""
    if len(url) > MOST_CHARACTERS:
        return "problem-link-long"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".")
        _ = parts.port  # raises when it is no number
    except ValueError:
        return "problem-link"
    if "@" in parts.netloc:
        return "problem-link-user"
    if ":" in host or _NUMERIC.search(host):
        return "problem-link-number"
    if "." not in host or _PRIVATE.search(host):
        return "problem-link-private"
    labels = [_shown_label(label) for label in host.split(".")]
    if not all(label and len(label) <= 63 and _LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - DNS
        return "problem-link"
    return "problem-link-deceptive" if _is_deceptive(labels) else None


def _shown_label(label: str) -> str:
    """Undo punycode, for that is what a reader will see. A label that cannot be undone is empty."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return ""


def _is_deceptive(labels: list[str]) -> bool:
    """Say whether a host mixes scripts, or looks all Latin under a Latin top level and is not."""
    words = [_NO_LETTER.sub("", label) for label in labels]
    if any(has_mixed_scripts(word) for word in words):
        return True
    return labels[-1].isascii() and any(
        skeleton(word).isascii() and has_mixed_scripts(f"{word}a") for word in words
    )
