"""Taking one change out of a file that was changed again since: a merge of trees, value by value.

Three trees meet: what the change left (``base``), what is there now (``ours``), and what is wanted
in the place of the first (``theirs``). Each value that only one side altered is taken from that
side. Knows no files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.tree import Tree


class MergeError(Exception):
    """Both sides altered the value at ``route``, and differently."""

    def __init__(self, route: Route) -> None:
        super().__init__(route)
        self.route = route


@dataclass(frozen=True, slots=True)
class _Absent:
    """Stands for a key that is not there: None is a value."""


_ABSENT = _Absent()
_Value = Tree | _Absent
_Opcode = tuple[str, int, int, int, int]


def merged(
    base: dict[str, Tree], ours: dict[str, Tree], theirs: dict[str, Tree]
) -> dict[str, Tree]:
    """Return ``ours`` with what differs between ``base`` and ``theirs``; raise MergeError."""
    return _maps(base, ours, theirs, ())


def _merge(base: _Value, ours: _Value, theirs: _Value, route: Route) -> _Value:
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    # A collection that is not there is an empty one: either side may have begun or ended it.
    sides = [it for it in (base, ours, theirs) if not isinstance(it, _Absent)]
    if all(isinstance(it, dict) for it in sides):
        return _maps(_map(base), _map(ours), _map(theirs), route) or _ABSENT
    if all(isinstance(it, list) for it in sides):
        return _lists(_items(base), _items(ours), _items(theirs), route) or _ABSENT
    raise MergeError(route)


def _maps(
    base: Mapping[str, Tree], ours: Mapping[str, Tree], theirs: Mapping[str, Tree], route: Route
) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for key in _in_order([*ours], [*theirs]):
        was, now, wanted = (side.get(key, _ABSENT) for side in (base, ours, theirs))
        value = _merge(was, now, wanted, (*route, key))
        if not isinstance(value, _Absent):
            found[key] = value
    return found


def _in_order(ours: Sequence[str], theirs: Sequence[str]) -> Sequence[str]:
    """Return all keys: ours as they stand, theirs each behind the one that it stands behind."""
    keys = list(ours)
    for index, key in enumerate(theirs):
        if key not in keys:
            keys.insert(keys.index(theirs[index - 1]) + 1 if index else 0, key)
    return keys


def _lists(
    base: Sequence[Tree], ours: Sequence[Tree], theirs: Sequence[Tree], route: Route
) -> list[Tree]:
    """Do to our items what was done to the base's: each is found again wherever it stands now."""
    now = _counterparts(base, ours)
    found: list[Tree | _Absent] = list(ours)
    added: list[tuple[int, Tree]] = []
    for tag, start, end, begin, stop in _differences(base, theirs):
        if tag == "replace" and end - start == stop - begin:
            for at, to in zip(range(start, end), range(begin, stop), strict=True):
                place = now[at]
                if place is None:
                    raise MergeError((*route, at))
                found[place] = _merge(base[at], ours[place], theirs[to], (*route, place))
            continue
        for at in range(start, end):
            place = now[at]
            if place is None:
                continue
            if ours[place] != base[at]:
                raise MergeError((*route, place))
            found[place] = _ABSENT
        place = _behind(now, start)
        added += [(place, it) for it in theirs[begin:stop] if it not in ours]
    for place, item in reversed(added):
        found.insert(place, item)
    return [it for it in found if not isinstance(it, _Absent)]


def _counterparts(base: Sequence[Tree], ours: Sequence[Tree]) -> list[int | None]:
    """Return where each item of the base is in ours, though altered; None for one that is gone.

    As many items in the place of others are those, altered; else nobody can tell which is which.
    """
    found: list[int | None] = [None] * len(base)
    for tag, start, end, begin, stop in _opcodes(base, ours):
        if tag == "equal" or (tag == "replace" and end - start == stop - begin):
            found[start:end] = range(begin, stop)
        elif tag == "replace":
            same = {_mark(it): at for at, it in enumerate(ours)}
            found[start:end] = [same.get(_mark(it)) for it in base[start:end]]
    return found


def _behind(now: Sequence[int | None], start: int) -> int:
    """Return where to put what stood behind the items of the base before ``start``."""
    return next((place + 1 for place in reversed(now[:start]) if place is not None), 0)


def _differences(old: Sequence[Tree], new: Sequence[Tree]) -> Sequence[_Opcode]:
    return [one for one in _opcodes(old, new) if one[0] != "equal"]


def _opcodes(old: Sequence[Tree], new: Sequence[Tree]) -> Sequence[_Opcode]:
    before, after = [_mark(it) for it in old], [_mark(it) for it in new]
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _mark(item: Tree) -> str:
    return json.dumps(item, sort_keys=True)


def _map(value: _Value) -> Mapping[str, Tree]:
    return value if isinstance(value, dict) else {}


def _items(value: _Value) -> Sequence[Tree]:
    return value if isinstance(value, list) else []
