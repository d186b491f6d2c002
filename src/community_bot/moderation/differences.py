"""What two versions of a file say differently, value by value, as a reviewer reads it.

Goes by the trees alone, so it serves any two versions there ever were; knows nothing of entries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.moderation.change import FileChange


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: where it is now, or was if it is gone; "" is no value."""

    route: Route
    old: str
    new: str

    @property
    def field(self) -> str:
        """The route as it is typed."""
        return field_text(self.route)


@lru_cache(maxsize=4)  # a draft asks for rows, risks and policy in a row, and reading takes time
def differences(file: FileChange) -> tuple[Difference, ...]:
    """Return what differs in a file, in its order; raise BrokenFileError for what is no entry."""
    old, new = _tree(file.before), _tree(file.after)
    return tuple(_between((), old, new))


def field_text(route: Route) -> str:
    """Write a route as people type it: with dots, and numbers from 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in route)


def text_of(value: Tree) -> str:
    """Write a value in one line, as it can be typed: ``text=Ann; cite=one, two``."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list) and _is_plain_list(value):
        return ", ".join(_listed(str(it)) for it in value)
    return "; ".join(f"{field_text(route)}={text}" for route, text in _leaves(value, ()))


def _tree(data: bytes | None) -> dict[str, Tree]:
    return {} if data is None else read_tree(data, "")


def _between(route: Route, old: Tree, new: Tree) -> Iterator[Difference]:
    if old == new:
        return
    if _is_either(dict, old, new):
        yield from _between_maps(route, old or {}, new or {})
    elif _is_either(list, old, new) and not _is_plain_list(old or new):
        yield from _between_lists(route, old or [], new or [])
    else:
        yield Difference(route, text_of(old), text_of(new))


def _is_either(kind: type, old: Tree, new: Tree) -> bool:
    """Say whether both are collections of a kind; one that is not there may be any."""
    return all(it is None or isinstance(it, kind) for it in (old, new))


def _between_maps(route: Route, old: Tree, new: Tree) -> Iterator[Difference]:
    before, after = _keys(old), _keys(new)
    for key in dict.fromkeys((*after, *before)):
        yield from _between((*route, key), before.get(key), after.get(key))


def _between_lists(route: Route, old: Tree, new: Tree) -> Iterator[Difference]:
    before, after = _items(old), _items(new)
    matcher = SequenceMatcher(None, _marks(before), _marks(after), autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            continue
        shared = min(end - start, stop - begin)
        for step in range(shared):
            yield from _between((*route, begin + step), before[start + step], after[begin + step])
        for step in range(start + shared, end):
            yield from _between((*route, step), before[step], None)
        for step in range(begin + shared, stop):
            yield from _between((*route, step), None, after[step])


def _marks(items: list[Tree]) -> list[str]:
    return [json.dumps(it, sort_keys=True) for it in items]


def _leaves(value: Tree, route: Route) -> Iterator[tuple[Route, str]]:
    if value is None or isinstance(value, str) or _is_plain_list(value):
        yield route, text_of(value)
        return
    for step, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _leaves(item, (*route, step))


def _listed(text: str) -> str:
    """Write one of several values; what could be taken for two stands in quotation marks."""
    if not re.search(r'[,;]|^"', text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _is_plain_list(value: Tree) -> bool:
    return isinstance(value, list) and all(isinstance(it, str) for it in value)


def _keys(value: Tree) -> Mapping[str, Tree]:
    return value if isinstance(value, dict) else {}


def _items(value: Tree) -> list[Tree]:
    return value if isinstance(value, list) else []
