"""Reading a channel back, to learn whether a message was posted whose key is forgotten."""

from __future__ import annotations

from datetime import datetime

from community_bot.adapters.discord.line import Account
from community_bot.adapters.discord.messages import Posted, mark_of, posted_of
from community_bot.adapters.discord.places import Place
from community_bot.adapters.discord.rest import Json
from community_bot.publishing.errors import HistoryUnreadableError

_DISCORD_BEGAN = 1_420_070_400_000
"""Milliseconds of 1970's clock at which Discord's ids begin to count."""
_AT_ONCE = 100
_MOST_READ = 50
"""Most requests for one message: a channel may have had thousands of others since."""


def snowflake(moment: datetime) -> int:
    """Return the smallest id that something made at a moment can have."""
    return max(0, int(moment.timestamp() * 1000) - _DISCORD_BEGAN) << 22


async def find(account: Account, place: Place, message: Json, since: datetime) -> Posted | None:
    """Return the message of ours with the same mark that was posted since; None if none was.

    Raises HistoryUnreadableError, DiscordError.
    """
    mark = mark_of(message)
    after = snowflake(since)
    has_seen = False
    for _ in range(_MOST_READ):
        said = await account.rest.request(
            "GET",
            f"/channels/{place.id}/messages",
            query={"limit": str(_AT_ONCE), "after": str(after)},
        )
        messages = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
        for one in messages:
            if is_ours(account, one) and mark_of(one) == mark:
                return posted_of(one)
        has_seen = has_seen or bool(messages)
        if len(messages) < _AT_ONCE:
            break
        after = max(int(one["id"]) for one in messages)
    else:
        raise HistoryUnreadableError("delivery-history-unreadable")
    if not has_seen:
        await _ensure_readable(account, place)
    return None


def is_ours(account: Account, message: Json) -> bool:
    """Tell whether a message was written by the bot."""
    author = message.get("author")
    return isinstance(author, dict) and author.get("id") == account.own


async def _ensure_readable(account: Account, place: Place) -> None:
    """Tell a channel where nothing was posted from one whose history we may not read.

    To those who may not, Discord answers that there are no messages.
    """
    newest = await account.rest.request(
        "GET", f"/channels/{place.id}/messages", query={"limit": "1"}
    )
    if not newest and (await account.places.fresh(place.id)).last:
        raise HistoryUnreadableError("delivery-history-unreadable")
