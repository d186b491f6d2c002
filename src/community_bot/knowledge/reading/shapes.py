"""What the classes of the entries say of their fields: which hold dates, parts, texts in languages.

Read from the annotations once, so that checks, suggestions and the order of keys follow the classes
and repeat nothing. It knows no file.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from community_bot.domain.entities import (
    About,
    Case,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Count, Flag, Kind, Localised
from community_bot.knowledge.problems import Route

Root = Kind | Literal["about"]
"""What a file describes: an entry of some kind, or the whole base."""

CLASSES: Mapping[Root, type] = {
    **{it.KIND: it for it in (Person, Organisation, Case, Resolution, Statement, Source)},
    "about": About,
}
"""The class that says what each kind of file holds."""

AnyPart = Any
"""An entry or a piece of one. Its class is asked for its fields, so the type has nothing to add."""


class Holds(Enum):
    """How many values a field holds, and how they are told apart."""

    ONE = "one"
    LIST = "list"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Shape:
    """One field: ``value`` is what it holds, each time, with ``| None`` taken away.

    ``part`` is that again where it is one of the entries' own classes.
    """

    name: str
    is_required: bool
    holds: Holds
    value: Any
    part: type | None

    @property
    def is_plain(self) -> bool:
        """Whether the value is a number or a truth value, which are written without quotes."""
        return self.value in (Count, Flag)


@cache
def shapes(part: type) -> Mapping[str, Shape]:
    """Return the fields of one of the entries' classes by name, in the order of the class."""
    hints = get_type_hints(part, include_extras=True)
    return {
        field.name: _shape(
            field.name,
            hints[field.name],
            is_required=field.default is field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(part)
    }


def parts(part: AnyPart, route: Route = ()) -> Iterator[tuple[Route, AnyPart]]:
    """Yield an entry and all that it is made of, each with its route, from the top down."""
    yield route, part
    for name, holds in _nested(part.__class__):
        value = getattr(part, name)
        if not value:
            continue
        if holds is Holds.ONE:
            yield from parts(value, (*route, name))
            continue
        for step, item in enumerate(value) if holds is Holds.LIST else value.items():
            yield from parts(item, (*route, name, step))


@cache
def _nested(part: type) -> tuple[tuple[str, Holds], ...]:
    return tuple((it.name, it.holds) for it in shapes(part).values() if it.part)


def part_at(root: Root, route: Iterable[str | int]) -> type | None:
    """Return the class of what stands at ``route`` in a file, or None where it has none."""
    part: type | None = CLASSES[root]
    steps = iter(route)
    for step in steps:
        shape = shapes(part).get(str(step)) if part else None
        if shape is None:
            return None
        if shape.holds is not Holds.ONE and next(steps, None) is None:
            return None
        part = shape.part
    return part


def _shape(name: str, hint: Any, *, is_required: bool) -> Shape:  # noqa: ANN401 - an annotation is of no one type
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (it for it in get_args(hint) if it is not types.NoneType)
    holds = Holds.ONE
    if hint != Localised and get_origin(hint) is not Literal:
        if get_origin(hint) is tuple:
            holds, hint = Holds.LIST, get_args(hint)[0]
        elif isinstance(origin := get_origin(hint), type) and issubclass(origin, Mapping):
            holds, hint = Holds.MAP, get_args(hint)[1]
    part = hint if dataclasses.is_dataclass(hint) and isinstance(hint, type) else None
    return Shape(name, is_required, holds, hint, part)
