"""Posts in forums: each begins a thread, under no key, so the forum is read back before.

The pages after the first go into the thread that the first began. A message's id is
``THREAD/MESSAGE``, since it is not in the forum itself.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from community_bot.adapters.discord import history
from community_bot.adapters.discord.errors import UNKNOWN_CHANNEL, RefusedError
from community_bot.adapters.discord.line import Account
from community_bot.adapters.discord.messages import (
    Target,
    lines_of,
    mark_of,
    post,
    posted_of,
    target_of,
)
from community_bot.adapters.discord.rest import Json
from community_bot.domain.address import Address

_LONGEST_TITLE = 90
"""Characters; Discord takes a hundred, of which some count twice."""
_MOST_THREADS = 50
"""Most threads of ours that are looked into for one post, the newest first."""
_PAGE = re.compile(r"\b([0-9]+)/([0-9]+)$")
_MARKUP = re.compile(r"^(?:-#|#{1,3}|>|[*_])\s*|\*\*|__|\\(?=[^\w\s])")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a post to a forum: its mark, and the mark of the page that began the thread."""

    server: str
    forum: str
    mark: str
    beginning: str
    title: str

    @property
    def is_first(self) -> bool:
        """Whether it begins the thread."""
        return self.mark == self.beginning

    @property
    def name(self) -> str:
        """What the beginning is remembered by."""
        return f"{self.forum} {self.beginning}"


def page_of(address: Address, message: Json) -> Page:
    """Return which page of which post a message is."""
    mark = mark_of(message)
    title = next((_title(line) for line in lines_of(message) if _title(line)), mark)
    return Page(address.space, address.room, mark, _PAGE.sub(r"1/\2", mark), title)


async def send(
    account: Account, address: Address, message: Json, key: str, reply_to: str = ""
) -> str:
    """Post a page: the first as a new thread, others and replies into one. Raises DiscordError."""
    if reply_to:
        return await _post(account, target_of(address, reply_to), message, key)
    page = page_of(address, message)
    if thread := await _thread(account, page):
        if page.is_first:  # an earlier attempt, whatever was heard of it
            return _id(thread, thread)
        return await _post(account, Target(thread, is_post=True), message, key)
    body: Json = {"name": page.title, "message": message}
    said = await account.rest.request("POST", f"/channels/{page.forum}/threads", body)
    thread = posted_of(said).id
    account.places.remember(page.name, thread)
    return _id(thread, thread)  # the first message has the thread's own id


async def find(account: Account, address: Address, message: Json, since: datetime) -> str | None:
    """Return the id of a page that stands already. Raises DeliveryError, DiscordError."""
    page = page_of(address, message)
    thread = await _thread(account, page)
    if not thread:
        return None
    if page.is_first:
        return _id(thread, thread)
    try:
        place = await account.places.fresh(thread)
    except RefusedError as error:
        if error.code != UNKNOWN_CHANNEL:
            raise
        return None  # it was deleted with all that stood in it
    found = await history.find(account, place, message, since)
    return None if found is None else _id(thread, found.id)


async def _post(account: Account, target: Target, message: Json, key: str) -> str:
    return _id(target.channel, (await post(account.rest, target, message, key)).id)


def _id(thread: str, message: str) -> str:
    return f"{thread}/{message}"


async def _thread(account: Account, page: Page) -> str:
    """Return the thread that the first page began; empty if there is none."""
    if known := account.places.thread_of(page.name):
        return known
    looked = 0
    async for thread in _own_threads(account, page):
        if looked == _MOST_THREADS:
            break
        looked += 1
        try:
            path = f"/channels/{thread}/messages/{thread}"
            first = await account.rest.request("GET", path)
        except RefusedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                continue  # its beginning was deleted
            raise
        if (
            isinstance(first, dict)
            and history.is_ours(account, first)
            and mark_of(first) == page.beginning
        ):
            account.places.remember(page.name, thread)
            return thread
    return ""


async def _own_threads(account: Account, page: Page) -> AsyncIterator[str]:
    """Yield the ids of our threads in a forum, the newest first; those that sleep come last."""
    for path in (
        f"/guilds/{page.server}/threads/active",
        f"/channels/{page.forum}/threads/archived/public",
    ):
        said = await account.rest.request("GET", path)
        threads = said.get("threads") if isinstance(said, dict) else None
        ours = [
            int(one["id"])
            for one in (threads if isinstance(threads, list) else ())
            if one.get("parent_id") == page.forum and one.get("owner_id") == account.own
        ]
        for thread in sorted(ours, reverse=True):
            yield str(thread)


def _title(line: str) -> str:
    """Return a line without its markup, short enough for a thread's name."""
    plain = _MARKUP.sub("", line).strip()
    return plain if len(plain) <= _LONGEST_TITLE else plain[: _LONGEST_TITLE - 1].rstrip() + "…"
