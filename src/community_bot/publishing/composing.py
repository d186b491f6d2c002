"""From what is to be posted to the document that is posted, and what to know it by.

Runs answers as anybody would get them; knows no destination, no message and no store.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from community_bot.core.canonical import canonical_line, left_out, named_entries
from community_bot.core.dispatch import Dispatcher
from community_bot.core.i18n import Texts
from community_bot.core.invocation import Invocation
from community_bot.core.ports import Clock
from community_bot.core.render.data import reply_data
from community_bot.core.snapshot import Snapshot
from community_bot.domain.address import Actor, Address, Platform, Role
from community_bot.domain.document import (
    ErrorReport,
    Inline,
    Inlines,
    Link,
    Paragraph,
    Reply,
    Text,
)
from community_bot.domain.entities import Entry
from community_bot.domain.errors import UserError
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.links import is_presentable
from community_bot.publishing.basis import basis_of
from community_bot.publishing.notice import notice_reply
from community_bot.publishing.post import Post, PostKind

_NOBODY = Actor(Platform.TERMINAL, "nobody", Role.EVERYONE)
_NOWHERE = Address(Platform.TERMINAL)
_ADDRESS = re.compile(r"https://[^\s<>\"\\]+")
_AFTER_ADDRESS = ".,;:!?)]}»”’…"
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Composed:
    """A document to post.

    ``digest`` is a hash of it without its footer, ``basis`` what it rests on, ``fingerprint`` that
    of the base which it was made from. A reply with an ``error`` is not to be posted.
    """

    reply: Reply
    digest: str
    basis: Mapping[str, str]
    fingerprint: str


class Composer:
    """Makes documents from the base that is served now."""

    def __init__(self, dispatcher: Dispatcher, snapshot: Snapshot, clock: Clock) -> None:
        self._dispatcher = dispatcher
        self._snapshot = snapshot
        self._clock = clock

    @property
    def base(self) -> KnowledgeBase:
        """The base that is served now."""
        return self._snapshot.current

    def fingerprint(self) -> str:
        """Return the fingerprint of the base that is served now."""
        return self.base.fingerprint

    def texts(self, language: str) -> Texts:
        """Return the messages in a language, with the base's own order of other languages."""
        return Texts(language, self.base.about.fallbacks if self.base.about else None)

    async def compose(self, post: Post, language: str, *, now: datetime | None = None) -> Composed:
        """Make the document of a post, as of ``now``."""
        match post.kind:
            case PostKind.ANSWER if self.strays(post.line, language):
                return self._gone(language)
            case PostKind.ANSWER:
                return await self.answer(post.line, language, now=now)
            case PostKind.ANNOUNCEMENT:
                return self.announcement(post.line, language)
            case PostKind.NOTICE:
                return self.notice(post.line, language)
            case _:
                assert_never(post.kind)

    async def answer(self, line: str, language: str, *, now: datetime | None = None) -> Composed:
        """Answer a line as anybody would be answered, as of ``now``."""
        base = self.base
        invocation = Invocation(line, _NOBODY, _NOWHERE, language)
        reply = await self._dispatcher.answer(invocation, now=now)
        shown = tuple(reference.partition("@")[0] for reference in reply.entries)
        basis = basis_of(base, shown, whole=not self._is_about(invocation, shown))
        return Composed(reply, digest_of(reply), basis, base.fingerprint)

    def _is_about(self, invocation: Invocation, shown: Collection[str]) -> bool:
        """Tell whether a line names entries and its answer shows just these or what is theirs."""
        context = self._dispatcher.context(invocation)
        try:
            command, call = self._dispatcher.find(invocation.line, context)
            named = named_entries(command.bind(call, context))
        except UserError:
            return False
        return bool(named) and named <= set(shown)

    def strays(self, line: str, language: str) -> bool:
        """Tell whether a line that names entries by their ids means others by now.

        So it is when an entry is gone, and its id is how another may be called.
        """
        invocation = Invocation(line, _NOBODY, _NOWHERE, language)
        context = self._dispatcher.context(invocation)
        try:
            command, call = self._dispatcher.find(line, context)
            named = named_entries(command.bind(call, context))
        except UserError:
            return False
        said = {word.text for word in call.words}
        return not named <= said.union(*(text.split(",") for _, text in call.options))

    def ensure_kept(self, line: str, language: str) -> None:
        """Raise UserError when a line that was kept means other entries by now."""
        if self.strays(line, language):
            raise no_answer(self._gone(language).reply)

    async def canonical(self, line: str, language: str) -> str:
        """Return the line that goes on meaning what this one means now.

        Raises the UserError that answering would explain, as far as reading the line goes.
        """
        invocation = Invocation(line, _NOBODY, _NOWHERE, language)
        context = self._dispatcher.context(invocation)
        command, call = self._dispatcher.find(line, context)
        arguments = command.bind(call, context)
        shown: Iterable[Entry] = ()
        if left_out(command, arguments):
            reply = await self._dispatcher.answer(invocation)
            entries = context.knowledge.entries
            ids = (reference.partition("@")[0] for reference in reply.entries)
            shown = [entries[id_] for id_ in ids if id_ in entries]
        return canonical_line(command, arguments, shown)

    def announcement(self, text: str, language: str) -> Composed:
        """Set somebody's own words: a paragraph after each blank line, and links that may be."""
        paragraphs = _BLANK_LINES.split(text.replace("\r\n", "\n").strip())
        blocks = tuple(Paragraph(_linked(one.strip())) for one in paragraphs if one.strip())
        # Anybody may write what looks like a card of ours: what it is stands under it.
        footer = (Paragraph((Text(self.texts(language)("footer-announcement")),)),)
        return self._said(Reply(blocks, footer=footer, language=language))

    def notice(self, line: str, language: str) -> Composed:
        """Word what the bot itself has to say."""
        return self._said(notice_reply(line, self.texts(language)))

    def _gone(self, language: str) -> Composed:
        message = self.texts(language)("post-entry-gone")
        error = ErrorReport("post-entry-gone", message)
        return self._said(Reply((Paragraph((Text(message),)),), error=error, language=language))

    def _said(self, reply: Reply) -> Composed:
        return Composed(reply, digest_of(reply), {}, self.fingerprint())


def digest_of(reply: Reply) -> str:
    """Return a hash of a document without its footer."""
    content = json.dumps(reply_data(reply)["blocks"], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def no_answer(reply: Reply) -> UserError:
    """Return the error of a line that cannot be posted, with what could be meant instead."""
    message = reply.error.message if reply.error else ""
    error = UserError("post-no-answer", message=message)
    error.lines = tuple(action.line for action in reply.actions)
    return error


def _linked(text: str) -> Inlines:
    content: list[Inline] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        url = match[0].rstrip(_AFTER_ADDRESS)
        if "(" in url and match[0][len(url) :].startswith(")"):
            url += ")"
        if not is_presentable(url):
            continue
        if match.start() > end:
            content.append(Text(text[end : match.start()]))
        content.append(Link(url, url))
        end = match.start() + len(url)
    if end < len(text):
        content.append(Text(text[end:]))
    return tuple(content)
