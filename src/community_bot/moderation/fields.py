"""The fields of an entry as people name them: ``status.text.uk``, ``events.3.date``, ``aliases.+``.

What there is to name follows the entries' classes and repeats nothing of them. A number counts from
1; ``+`` is one more item. Knows values only as trees.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args

from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind, Localised, Tag
from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.shapes import CLASSES, Holds, Shape, shapes
from community_bot.knowledge.reading.tree import Tree
from community_bot.moderation.differences import field_text

ONE_MORE = "+"
FIXED = frozenset({"id", "kind"})
"""Fields of an entry that never change."""
LANGUAGE = re.compile(get_args(Tag)[1].regex)
_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


class Form(Enum):
    """What stands at a field."""

    VALUE = "value"
    """One text, number or date."""
    WORDS = "words"
    """Texts by language."""
    PART = "part"
    """Several fields."""
    MAP = "map"
    """Parts by language."""
    LIST = "list"
    """Several values or parts."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What can stand somewhere: ``value`` is its type, ``part`` that again if it has fields."""

    form: Form
    value: Any
    part: type | None = None

    @classmethod
    def top(cls, kind: Kind) -> Spot:
        """Return the spot of a whole entry."""
        return cls(Form.PART, CLASSES[kind], CLASSES[kind])

    @property
    def names(self) -> Mapping[str, Shape]:
        """The fields of a part; other spots have none."""
        return shapes(self.part) if self.part and self.form is Form.PART else {}

    @property
    def is_of_parts(self) -> bool:
        """Whether a list holds parts."""
        return self.form is Form.LIST and self.part is not None

    def below(self, step: str | int) -> Spot:
        """Return what can stand at a step that there is."""
        if self.form is Form.PART:
            shape = self.names[str(step)]
            if shape.holds is not Holds.ONE:
                form = Form.LIST if shape.holds is Holds.LIST else Form.MAP
                return Spot(form, shape.value, shape.part)
            return _one(shape.value, shape.part)
        if self.form is Form.WORDS:
            return Spot(Form.VALUE, str)
        return _one(self.value, self.part)


@dataclass(frozen=True, slots=True)
class Field:
    """A field that there is or can be: the way to it, and what can stand there."""

    route: Route
    spot: Spot


def find_field(kind: Kind, text: str, tree: Tree) -> Field:
    """Return the field of an entry that says ``tree``; raise UserError for what there cannot be."""
    return field_below(Field((), Spot.top(kind)), text, tree)


def field_below(above: Field, text: str, tree: Tree) -> Field:
    """Return a field of what stands at another; ``text`` is the way from there."""
    spot, node = above.spot, value_in(tree, above.route)
    route = list(above.route)
    for word in text.strip().strip(".").split("."):
        if spot.form is Form.VALUE:
            raise UserError("draft-field-value", field=field_text(tuple(route)), value=text)
        step = _step(spot, word.strip(), node, field_text(tuple(route)), text)
        node = _held(node, step)
        spot = spot.below(step)
        route.append(step)
    return Field(tuple(route), spot)


def fields_like(kind: Kind, text: str, tree: Tree) -> tuple[str, ...]:
    """Return the fields that could be meant by a half-typed one, a step further."""
    head, dot, tail = text.strip().rpartition(".")
    spot, node = Spot.top(kind), tree
    fixed = FIXED if not dot else frozenset()
    if dot:
        try:
            field = find_field(kind, head, tree)
        except UserError:
            return ()
        spot = field.spot
        for step in field.route:
            node = _held(node, step)
    steps = (it for it in _steps(spot, node) if it not in fixed)
    return tuple(f"{head}{dot}{it}" for it in steps if it.casefold().startswith(tail.casefold()))


def put(spot: Spot, tree: Tree, route: Route, value: Tree) -> Tree:
    """Return a tree with a value at a route; what leads there is made, in the usual order."""
    if not route:
        return value
    step, rest = route[0], route[1:]
    inner = put(spot.below(step), _held(tree, step), rest, value)
    if isinstance(step, int):
        items = list(tree) if isinstance(tree, list) else []
        return [*items[:step], inner, *items[step + 1 :]]
    held = dict(tree) if isinstance(tree, dict) else {}
    if step in held or spot.form is not Form.PART:
        return {**held, step: inner}
    order = list(spot.names)
    later = order[order.index(step) :]
    before = [it for it in held if it not in later]
    return {**{it: held[it] for it in before}, step: inner, **held}


def taken(tree: Tree, route: Route) -> Tree:
    """Return a tree without what is at a route, nor what is empty then."""
    step, rest = route[0], route[1:]
    left = taken(_held(tree, step), rest) if rest else None
    if isinstance(tree, list) and isinstance(step, int):
        return [*tree[:step], *([left] if left else []), *tree[step + 1 :]] or None
    if not isinstance(tree, dict):
        return tree
    kept = {key: left if key == step else value for key, value in tree.items()}
    return {key: value for key, value in kept.items() if key != step or value} or None


def value_in(tree: Tree, route: Route) -> Tree:
    """Return what a tree says at a route; None for nothing."""
    for step in route:
        tree = _held(tree, step)
    return tree


def _one(value: Any, part: type | None) -> Spot:  # noqa: ANN401 - an annotation is of no one type
    if part:
        return Spot(Form.PART, value, part)
    return Spot(Form.WORDS if value == Localised else Form.VALUE, value)


def _held(node: Tree, step: str | int) -> Tree:
    if isinstance(node, list) and isinstance(step, int):
        return node[step] if step < len(node) else None
    return node.get(step) if isinstance(node, dict) and isinstance(step, str) else None


def _step(spot: Spot, word: str, node: Tree, above: str, text: str) -> str | int:
    if spot.form is Form.PART:
        return _name(spot, word, text)
    if spot.form is Form.LIST:
        count = len(node) if isinstance(node, list) else 0
        if word == ONE_MORE:
            return count
        if _NUMBER.fullmatch(word) and int(word) <= count:
            return int(word) - 1
        raise UserError("draft-no-item", field=above, value=word, count=count)
    known = node if isinstance(node, dict) else {}
    same = next((it for it in known if it.casefold() == word.casefold()), word)
    if not LANGUAGE.fullmatch(same):
        raise UserError("draft-no-language", field=above, value=word)
    return same


def _name(spot: Spot, word: str, text: str) -> str:
    name = word.casefold().replace("-", "_")
    if name in spot.names:
        return name
    possible = [it for it in spot.names if it not in FIXED]
    close = difflib.get_close_matches(name, possible, n=1)
    if close:
        raise UserError("draft-field-unknown-like", name=word, value=text, meant=close[0])
    raise UserError("draft-field-unknown", name=word, value=text, known=", ".join(possible))


def _steps(spot: Spot, node: Tree) -> Iterator[str]:
    yield from spot.names
    if spot.form is Form.LIST:
        count = len(node) if isinstance(node, list) else 0
        yield from map(str, range(1, count + 1))
        yield ONE_MORE
    elif spot.form in {Form.WORDS, Form.MAP} and isinstance(node, dict):
        yield from node
