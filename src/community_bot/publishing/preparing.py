"""What a post will look like at each destination, before anything is written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from community_bot.domain.address import Platform
from community_bot.domain.errors import UserError
from community_bot.publishing.composing import Composed, Composer, no_answer
from community_bot.publishing.destination import Destination
from community_bot.publishing.placing import Pages, sending
from community_bot.publishing.ports import Carrier
from community_bot.publishing.post import Placement, Post, PostKind, Row


@dataclass(frozen=True, slots=True)
class Print:
    """Something to post at once; ``language`` empty means each destination's own."""

    kind: PostKind
    line: str
    destinations: tuple[Destination, ...]
    language: str = ""
    author: int | None = None
    schedule: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A post as one destination will see it; ``changed`` since it was shown before."""

    destination: Destination
    composed: Composed
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft with what each destination will see: nothing is posted yet."""

    post: Post
    versions: tuple[Version, ...]


class Preparer:
    """Makes documents and pages for destinations."""

    def __init__(self, composer: Composer, carriers: Mapping[Platform, Carrier]) -> None:
        self._composer = composer
        self._carriers = carriers

    def reaches(self, destination: Destination) -> bool:
        """Tell whether there is anybody to bring a post to a destination."""
        return destination.address.platform in self._carriers

    async def line(
        self,
        kind: PostKind,
        line: str,
        destinations: Sequence[Destination],
        language: str,
        *,
        was_kept: bool = False,
    ) -> str:
        """Return the line to keep; raise UserError when it or a destination cannot be had.

        One that ``was_kept`` already names entries by their ids, and must still mean those.
        """
        if not destinations:
            raise UserError("post-nowhere")
        for place in destinations:
            self._ensure_reached(place)
        if kind is PostKind.ANSWER:
            spoken = language or destinations[0].language
            if was_kept:
                self._composer.ensure_kept(line, spoken)
            return await self._composer.canonical(line, spoken)
        return line

    async def versions(
        self, post: Post, destinations: Iterable[Destination]
    ) -> tuple[Version, ...]:
        """Make a post's document in each language.

        Raises UserError when it has none, or when nobody brings it to a destination any more.
        """
        made: dict[str, Composed] = {}
        versions: list[Version] = []
        for place in destinations:
            self._ensure_reached(place)
            language = post.language or place.language
            if language not in made:
                made[language] = await self._composer.compose(post, language)
                _ensure_postable(made[language])
            versions.append(Version(place, made[language]))
        return tuple(versions)

    def rows(self, post: int, versions: Iterable[Version], now: datetime) -> tuple[Row, ...]:
        """Return the rows that bring a post to its destinations for the first time."""
        pages = Pages(self._carriers, post, revision=1)
        return tuple(
            row
            for one in versions
            for row in sending(
                post, one.destination.id, pages.of(one.composed.reply, one.destination), now
            )
        )

    def _ensure_reached(self, destination: Destination) -> None:
        if not self.reaches(destination):
            raise UserError("post-no-carrier", name=destination.name)


def placement_of(post: Post, version: Version, now: datetime) -> Placement:
    """Return the first revision of a post at a destination."""
    place, composed = version.destination, version.composed
    return Placement(
        post=post.id,
        destination=place.id,
        language=post.language or place.language,
        revision=1,
        digest=composed.digest,
        basis=composed.basis,
        rendered_at=now,
        checked=composed.fingerprint,
    )


def _ensure_postable(composed: Composed) -> None:
    if composed.reply.error is not None:
        raise no_answer(composed.reply)
    if composed.reply.private:
        raise UserError("post-private")
