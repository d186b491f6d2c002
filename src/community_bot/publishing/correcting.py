"""One correction: the document as it is now, with a line that says when and what was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from community_bot.core.i18n import Texts
from community_bot.core.titles import name_of
from community_bot.core.zones import local_of
from community_bot.domain.address import Platform
from community_bot.domain.document import Paragraph, Reply, Strong
from community_bot.knowledge.base import KnowledgeBase
from community_bot.publishing.basis import ABOUT
from community_bot.publishing.composing import Composed, Composer
from community_bot.publishing.destination import Destination
from community_bot.publishing.placing import Pages, correcting
from community_bot.publishing.ports import Carrier, Transaction
from community_bot.publishing.post import Placement, Post, PostState
from community_bot.publishing.rewriting import apply, presence_of

_MOST_NAMES = 5

Standing = tuple[Post, Placement]
"""A post as it stands at one destination."""


class Correction:
    """What placements that showed the same are to show now. Each page is rendered once."""

    def __init__(
        self,
        composer: Composer,
        carriers: Mapping[Platform, Carrier],
        composed: Composed,
        changed: Sequence[str],
        now: datetime,
    ) -> None:
        self._composer = composer
        self._carriers = carriers
        self._composed = composed
        self._changed = changed
        self._now = now
        self._replies: dict[str, Reply] = {}
        self._pages: dict[tuple[int, int], Pages] = {}

    async def write(self, transaction: Transaction, some: Sequence[Standing]) -> None:
        """Correct some placements, as far as they still stand and can be reached."""
        places = {place.id: place for place in await transaction.destinations.all()}
        ids = {post.id for post, _ in some}
        current = [await transaction.posts.get(id_) for id_ in ids]
        live = {post.id for post in current if post and post.state is PostState.LIVE}
        for post, placement in some:
            place = places.get(placement.destination)
            if place is not None and place.address.platform in self._carriers and post.id in live:
                await self._write(transaction, placement, place)

    async def _write(
        self, transaction: Transaction, placement: Placement, place: Destination
    ) -> None:
        presence = await presence_of(transaction, placement.post, place.id)
        revision = placement.revision
        if not presence.is_deserted:
            revision += 1
            pages = self._pages_of(placement.post, revision).of(self._reply(place), place)
            await apply(transaction, correcting(placement, pages, presence, self._now))
        kept = replace(
            placement,
            revision=revision,
            digest=self._composed.digest,
            basis=self._composed.basis,
            rendered_at=self._now,
            checked=self._composed.fingerprint,
        )
        await transaction.posts.change_placement(kept)

    def _pages_of(self, post: int, revision: int) -> Pages:
        key = post, revision
        if key not in self._pages:
            self._pages[key] = Pages(self._carriers, post, revision)
        return self._pages[key]

    def _reply(self, place: Destination) -> Reply:
        """Return the document with the day of the correction as clocks there show it."""
        day = local_of(self._now, place.zone).date().isoformat()
        if day not in self._replies:
            reply = self._composed.reply
            texts = self._composer.texts(reply.language)
            names = _names(texts, self._composer.base, self._changed)
            said = Strong(texts("corrected-on", date=texts.date(day), names=names))
            self._replies[day] = replace(reply, blocks=(Paragraph((said,)), *reply.blocks))
        return self._replies[day]


def _names(texts: Texts, base: KnowledgeBase, changed: Sequence[str]) -> str:
    """Return what was corrected, by name; what is there no more is not named."""
    names: dict[str, None] = {}
    for id_ in changed:
        if id_ == ABOUT and base.about is not None:
            names[texts.pick(base.about.title)] = None
        elif id_ in base.entries:
            names[name_of(texts, base.entries[id_])] = None
        else:
            names[texts("corrected-withdrawn")] = None
    shown = ", ".join([*names][:_MOST_NAMES])
    left = len(names) - _MOST_NAMES
    return texts("corrected-more", names=shown, count=left) if left > 0 else shown
