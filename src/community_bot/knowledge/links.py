"""Which web addresses may be shown: what somebody types is held to what the files are held to."""

from __future__ import annotations

from community_bot.knowledge.reading.links import link_fault


def is_presentable(url: str) -> bool:
    """Tell whether a web address may be shown as a link: secure, public and not deceptive."""
    return url.startswith("https://") and link_fault(url) is None
