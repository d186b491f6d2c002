"""What pydantic complains of, under our own messages and at the line and column it belongs to.

Knows pydantic's kinds of error and the entries' classes; reads nothing itself.
"""

from __future__ import annotations

import difflib
from typing import Any

from community_bot.domain import values
from community_bot.knowledge.problems import Arguments, Route
from community_bot.knowledge.reading.places import Place, Places
from community_bot.knowledge.reading.shapes import Root, part_at, shapes

EXAMPLES = {
    pattern.regex: pattern.example
    for alias in vars(values).values()
    for pattern in getattr(alias, "__metadata__", ())
}
"""What text that must match a pattern can look like."""
_MOST_SHOWN = 60


class Complaint:
    """One error of pydantic's, in our words."""

    def __init__(self, root: Root, error: Any) -> None:  # noqa: ANN401 - pydantic's own dictionary
        self._root = root
        self._type: str = error["type"]
        self._input: object = error["input"]
        self._context: dict[str, str] = error.get("ctx", {})
        steps: Route = error["loc"] if root == "about" else error["loc"][1:]
        self._is_of_key = steps[-1:] == ("[key]",)
        self._route = steps[:-1] if self._is_of_key else steps
        self._name = str(self._route[-1])

    def place(self, places: Places) -> Place:
        """Return where the file has to be mended."""
        if self._type == "missing":
            return places.value(self._route[:-1])
        is_of_key = self._is_of_key or self._type == "unexpected_keyword_argument"
        if is_of_key or self._input is None:
            return places.key(self._route)
        return places.value(self._route)

    def message(self) -> tuple[str, Arguments]:
        """Return the key of the message and what fills it."""
        name, value = ("name", self._name), ("value", shown(self._input))
        match self._type:
            case "unexpected_keyword_argument":
                return _likened("problem-key-unknown", name, list(shapes(self._part_around())))
            case "missing":
                return "problem-key-missing", (name,)
            case _ if self._input is None:
                return "problem-nothing", (name,)
            case "enum":
                known = shapes(self._part_around())[self._name].value
                return _likened("problem-not-listed", value, [str(member) for member in known])
            case "string_pattern_mismatch":
                return self._mismatch(value)
            case "string_type":
                return "problem-not-text", (name,)
            case "tuple_type":
                return "problem-not-list", (name,)
            case "dict_type" | "dataclass_type":
                return "problem-not-map", (name, ("keys", ", ".join(self._wanted())))
        return "problem-value", (value,)

    def _mismatch(self, value: tuple[str, str]) -> tuple[str, Arguments]:
        example = EXAMPLES[self._context["pattern"]]
        if not str(self._input).strip():
            return "problem-no-words", ()
        return "problem-pattern", (value, ("example", example))

    def _part_around(self) -> type:
        part = part_at(self._root, self._route[:-1])
        if part is None:
            raise ValueError(f"nothing but text at {self._route}")
        return part

    def _wanted(self) -> list[str]:
        """Name the keys without which the mapping that should stand here is not complete."""
        part = part_at(self._root, self._route)
        return [it.name for it in shapes(part).values() if it.is_required] if part else ["en"]


def _likened(key: str, given: tuple[str, str], known: list[str]) -> tuple[str, Arguments]:
    """Add what there is to choose from, and what was probably meant."""
    listed = ("known", ", ".join(known))
    close = difflib.get_close_matches(given[1], known, n=1)
    return (
        (f"{key}-like", (given, ("meant", close[0]), listed)) if close else (key, (given, listed))
    )


def shown(value: object) -> str:
    """Return enough of a value to recognise it by in a message."""
    text = value if isinstance(value, str) else "…"
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
