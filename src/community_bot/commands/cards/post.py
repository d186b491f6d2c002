"""How a post reads to whoever makes it: a preview of it, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.i18n import Texts
from community_bot.core.zones import in_words
from community_bot.domain.document import (
    Code,
    Heading,
    Inline,
    Inlines,
    Paragraph,
    Rule,
    Strong,
    Text,
)
from community_bot.publishing.composing import Composed
from community_bot.publishing.destination import Destination
from community_bot.publishing.notice import notice_text
from community_bot.publishing.post import Post, PostKind, mark
from community_bot.publishing.preparing import Version
from community_bot.publishing.progress import DeliveryState, Progress

_WORDS = 60
"""Most characters of somebody's own words that a list shows."""


def show_versions(sheet: Sheet, post: Post, versions: Sequence[Version]) -> None:
    """Add what will stand where: each document once, under the names of where it will."""
    texts = sheet.texts
    sheet.items(_place_line(texts, post, one) for one in versions)
    if post.kind is PostKind.ANNOUNCEMENT:
        sheet.message("preview-own-words")
    else:
        sheet.message("preview-answer", line=Code(post.line))
    documents: dict[str, tuple[Composed, list[str]]] = {}
    for one in versions:
        _, names = documents.setdefault(one.composed.digest, (one.composed, []))
        names.append(one.destination.name)
    for composed, names in documents.values():
        sheet.add(Rule())
        if len(documents) > 1:
            language = texts.language_name(composed.reply.language)
            sheet.add(Heading((Text(f"{', '.join(names)} – {language}"),), level=2))
        sheet.add(*composed.reply.blocks, *composed.reply.footer)
        sheet.add(Paragraph((Text(mark(post.id, 1)),)))
    sheet.add(Rule())


def _place_line(texts: Texts, post: Post, version: Version) -> Inlines:
    place = version.destination
    when = moment(texts, post.at, place) if post.at else texts("preview-at-once")
    language = texts.language_name(version.composed.reply.language)
    return (Strong(place.name), Text(f" – {when}; {language}"))


def moment(texts: Texts, instant: datetime, place: Destination) -> str:
    """Return a moment as the clocks of a destination show it, with their zone."""
    return in_words(texts, instant, place.zone)


def subject(texts: Texts, post: Post) -> str:
    """Return what a post says, in a few words."""
    said = notice_text(post.line, texts) if post.kind is PostKind.NOTICE else post.line
    words = " ".join(said.split())
    if post.kind is PostKind.ANSWER or len(words) <= _WORDS:
        return words
    return f"{words[: _WORDS - 1].rstrip()}…"


def states(texts: Texts, found: Sequence[DeliveryState]) -> Inlines:
    """Return how far a post has come at each destination: ``news 1/1, other retrying``."""
    said: list[Inline] = []
    for one in found:
        said += [Text(", ")] if said else []
        said.append(Text(f"{one.destination.name} {_state(texts, one)}"))
    return tuple(said)


def _state(texts: Texts, one: DeliveryState) -> str:
    counted = f"{one.sent}/{one.total}"
    if one.state is Progress.SENT:
        return counted
    word = texts(f"progress-{one.state.value}")
    return f"{counted} {word}" if 0 < one.sent < one.total else word
