"""The components of a message as what discord.py sends, and the words that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord.ui import LayoutView

from community_bot.adapters.discord.layout import Json, texts_of


class Sent(LayoutView):
    """A view that sends components as they are.

    What is pressed in it is answered by dynamic items, so that it is answered after a restart too.
    discord.py would keep each unfinished view in memory for as long as it runs: this one is
    finished from the start.
    """

    def __init__(self, components: Sequence[Json]) -> None:
        super().__init__(timeout=None)
        self._components = list(components)

    def to_components(self) -> list[dict[str, Any]]:
        """Return the components as they were given."""
        return [dict(component) for component in self._components]

    def has_components_v2(self) -> bool:
        """Tell that the message has the flag of such components."""
        return True

    def is_dispatchable(self) -> bool:
        """Tell that nothing here is to be listened to."""
        return False

    def is_finished(self) -> bool:
        """Tell that nothing here is waited for."""
        return True


def view_of(components: Sequence[Json]) -> Sent:
    """Return a view that sends components."""
    return Sent(components)


def text_of(components: Sequence[Json]) -> str:
    """Return the text of a message as it was written, in markdown, without its buttons."""
    return "\n".join(texts_of(components))
