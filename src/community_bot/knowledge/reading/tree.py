"""From the bytes of one YAML file to a plain tree of text, or to the list of what is wrong with it.

The parser's events are checked one by one and nothing is built from what is refused: no reference
is ever followed, no tag constructs anything and no scalar changes its meaning. A plain ``null``,
``~`` or nothing is None; all other scalars are text. It knows nothing of entries.
"""

from __future__ import annotations

import codecs
import re
import sys
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from community_bot.knowledge.problems import MOST_PROBLEMS, Arguments, BrokenFileError, Problem
from community_bot.knowledge.reading.characters import flaws

Tree = str | None | list["Tree"] | dict[str, "Tree"]
Event = Any  # the stubs do not know which event has which attribute

MOST_BYTES = 512 * 1024
MOST_DEPTH = 20
NOTHING = frozenset({"", "~", "null"})
"""Plain scalars that mean that there is no value."""
_MOST_EVENTS = 100_000
_LINE_END = re.compile(r"\r\n|\r|\n")

# The C parser is ten times as fast; the two read alike, so its absence costs only time.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_tree(data: bytes, path: str) -> dict[str, Tree]:
    """Return the one mapping that ``data`` holds.

    ``path`` only names the file in problems. Raise BrokenFileError with all that could be found.
    """
    _check_text(data, path)
    builder = _Builder(path, has_escapes=b"\\" in data)
    try:
        root = builder.build(data)
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(error, path))
    if builder.problems:
        raise BrokenFileError(builder.problems)
    return root


def _check_text(data: bytes, path: str) -> None:
    """Refuse what is no clean UTF-8 text before the parser sees it."""
    if len(data) > MOST_BYTES:
        raise _broken(path, 1, 1, "problem-too-big", most=MOST_BYTES // 1024)
    if data.startswith(codecs.BOM_UTF8):
        raise _broken(path, 1, 1, "problem-byte-order-mark")
    if b"\x00" in data[:4]:  # two or four bytes a character
        raise _broken(path, 1, 1, "problem-not-utf8")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise _broken(path, *_place_in(before, len(before)), "problem-not-utf8") from error
    if "\r" in text:
        _check_line_ends(text, path)
        text = text.replace("\r\n", "\n")
    problems: dict[tuple[int, str], Problem] = {}
    for flaw in flaws(text):
        line, column = _place_in(text, flaw.offset)
        problems.setdefault((line, flaw.key), Problem(path, line, column, flaw.key, flaw.arguments))
        if len(problems) == MOST_PROBLEMS:
            break
    if problems:
        raise BrokenFileError(problems.values())


def _check_line_ends(text: str, path: str) -> None:
    """Take LF throughout or CRLF throughout: a mix is a slip, and a lone CR hides lines."""
    usual = ""
    for found in _LINE_END.finditer(text):
        end = found.group()
        usual = usual or end
        if end != usual or end == "\r":
            raise _broken(path, *_place_in(text, found.start()), "problem-line-ends")


def _place_in(text: str, index: int) -> tuple[int, int]:
    """Return line and column, from 1, of the character at ``index``."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - start + 1


def _broken(path: str, line: int, column: int, key: str, **arguments: str | int) -> BrokenFileError:
    return BrokenFileError([Problem(path, line, column, key, tuple(arguments.items()))])


class _Builder:
    """Builds the tree from events, and notes what an author may mend while it goes on.

    What no author needs and what could cost time or memory ends the reading at once.
    """

    def __init__(self, path: str, *, has_escapes: bool) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._has_escapes = has_escapes
        # The collections around the one in hand, each with the key that leads to the next.
        self._frames: list[tuple[Any, str | None]] = []

    def build(self, data: bytes) -> dict[str, Tree]:  # noqa: C901, PLR0912 - see below
        """Return the document's mapping; what stands in its way is among the problems.

        One loop for the ordinary events, for all of a base goes through it at every start: a call
        for each scalar would cost a third more. What is odd is left to the methods below.
        """
        next_event = LOADER(data).get_event
        current: Any = []
        key: str | None = None
        for _ in range(_MOST_EVENTS):
            event = next_event()
            if event is None:
                return self._root(current)
            kind = event.__class__
            awaits_key = key is None and current.__class__ is dict
            if kind is ScalarEvent:
                value = event.value
                if event.anchor is not None or event.tag is not None:
                    self._check_node(event)
                if awaits_key:
                    if value in current or value == "<<" or event.style:
                        self._check_key(event, current)
                    key = sys.intern(value)
                    continue
                if event.style or "\n" in value:
                    self._check_value(event)
                elif value in NOTHING:
                    value = None
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = current
                current, key = self._frames.pop()
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._check_collection(event, awaits_key=awaits_key)
                self._frames.append((current, key))
                current, key = ({} if kind is MappingStartEvent else []), None
                continue
            elif kind is AliasEvent and not awaits_key:
                self._once(event, "problem-reuse")
                value = None
            else:
                self._check_document(event, has_root=bool(current))
                continue
            if key is None:
                current.append(value)
            else:
                current[key] = value
                key = None
        raise self._refused(event, "problem-too-many")

    def _check_key(self, event: Event, mapping: dict[str, Tree]) -> None:
        if self._has_flaw(event):
            return
        if event.value in mapping:
            self._note(event, "problem-key-twice", (("name", event.value),))
        elif event.value == "<<" and not event.style:
            self._once(event, "problem-reuse")

    def _check_value(self, event: Event) -> None:
        value: str = event.value
        if "\n" in value:
            self._note(event, "problem-line-break")
        elif value != value.strip():
            self._note(event, "problem-outer-space")
        self._has_flaw(event)

    def _has_flaw(self, event: Event) -> bool:
        """Note the first character that should not be there and got there by an escape."""
        if self._has_escapes and event.style == '"':
            for flaw in flaws(event.value):
                self._note(event, flaw.key, flaw.arguments)
                return True
        return False

    def _check_collection(self, event: Event, *, awaits_key: bool) -> None:
        self._check_node(event)
        if awaits_key:
            raise self._refused(event, "problem-key-not-text")
        if len(self._frames) == MOST_DEPTH:
            raise self._refused(event, "problem-too-deep", most=MOST_DEPTH)

    def _check_node(self, event: Event) -> None:
        if event.anchor is not None:
            self._once(event, "problem-reuse")
        if event.tag is not None:
            self._once(event, "problem-tag")

    def _check_document(self, event: Event, *, has_root: bool) -> None:
        if event.__class__ is AliasEvent:
            raise self._refused(event, "problem-key-not-text")
        if event.__class__ is DocumentStartEvent:
            if event.version is not None or event.tags:
                raise self._refused(event, "problem-directive")
            if has_root:
                raise self._refused(event, "problem-second-document")

    def _root(self, stream: list[Tree]) -> dict[str, Tree]:
        root = stream[0] if stream else None
        if isinstance(root, dict):
            return root
        key = "problem-empty" if root is None else "problem-not-keys"
        self.problems.append(Problem(self.path, 1, 1, key))
        return {}

    def _note(self, event: Event, key: str, arguments: Arguments = ()) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self.path, mark.line + 1, mark.column + 1, key, arguments))
        if len(self.problems) == MOST_PROBLEMS:
            raise BrokenFileError(self.problems)

    def _once(self, event: Event, key: str) -> None:
        """Note what is refused on principle where it first occurs: the same again adds nothing."""
        if all(problem.key != key for problem in self.problems):
            self._note(event, key)

    def _refused(self, event: Event, key: str, **arguments: str | int) -> BrokenFileError:
        self._note(event, key, tuple(arguments.items()))
        return BrokenFileError(self.problems)


# What the parsers say, and what an author should hear. The first that fits is taken.
_SYNTAX = (
    ("directive", "problem-directive"),
    ("document start", "problem-second-document"),
    ("cannot start any token", "problem-needs-quotes"),
    ("mapping values are not allowed", "problem-colon"),
    ("unexpected end of stream", "problem-quote-open"),
    ("unexpected document indicator", "problem-quote-open"),
    ("unknown escape character", "problem-escape"),
    ("hexdecimal", "problem-escape"),
    ("hexadecimal", "problem-escape"),
    ("character escape code", "problem-escape"),
    ("undefined tag handle", "problem-tag"),
    ("undefined alias", "problem-reuse"),
    ("parsing a flow", "problem-bracket-open"),
    ("could not find expected ':'", "problem-colon-missing"),
    ("parsing a block", "problem-indentation"),
)


def _syntax_problem(error: yaml.YAMLError, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    key = next((key for words, key in _SYNTAX if words in said), "problem-syntax")
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(path, line, column, key)
