"""Where in a file each value of its tree stands.

Reading keeps no positions, for most files have nothing to complain of; a file is gone through again
only when something in it must be pointed at.
"""

from __future__ import annotations

import yaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.tree import LOADER, Event

Place = tuple[int, int]
"""Line and column, both from 1."""


class Places:
    """The places of one file that `read_tree` could read."""

    def __init__(self, data: bytes) -> None:
        self._keys: dict[Route, Place] = {}
        self._values: dict[Route, Place] = {}
        self._fill(data)

    def key(self, route: Route) -> Place:
        """Return the place of the key that leads to ``route``."""
        return self._keys.get(route) or self.value(route)

    def value(self, route: Route) -> Place:
        """Return the place of the value at ``route``, or of the nearest value around it."""
        while route and route not in self._values:
            route = route[:-1]
        return self._values.get(route, (1, 1))

    def route_at(self, line: int, column: int) -> Route:
        """Return the route of the value that stands at a place, or of the one whose key does."""
        for places in (self._values, self._keys):
            found = next((route for route, it in places.items() if it == (line, column)), None)
            if found is not None:
                return found
        return ()

    def _fill(self, data: bytes) -> None:
        # For each open collection its route, and the next index or the key that awaits its value.
        frames: list[tuple[Route, list[str | int | None]]] = []
        event: Event
        for event in yaml.parse(data, Loader=LOADER):
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                frames.pop()
            elif isinstance(event, NodeEvent):
                route = self._note(event, frames)
                if isinstance(event, MappingStartEvent):
                    frames.append((route, [None]))
                elif isinstance(event, SequenceStartEvent):
                    frames.append((route, [0]))

    def _note(self, event: Event, frames: list[tuple[Route, list[str | int | None]]]) -> Route:
        """Note where a node stands and return its route; a key has its mapping's."""
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if not frames:
            self._values[()] = place
            return ()
        around, pending = frames[-1]
        step = pending[0]
        if step is None:
            pending[0] = event.value
            self._keys[(*around, event.value)] = place
            return around
        pending[0] = step + 1 if isinstance(step, int) else None
        self._values[(*around, step)] = place
        return (*around, step)
