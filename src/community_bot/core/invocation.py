"""What somebody asks, as a value: from a line of text, and back to one.

A line is words, words in quotation marks, and options as ``key=value``. The same line is what a
button carries and what the terminal prints, so writing a call and reading it gives the call again.
Knows no command: which words mean what is the command's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from community_bot.domain.address import Actor, Address
from community_bot.domain.errors import UserError

MAX_LINE = 400
"""Most characters that are read of what somebody typed, unless a command takes long texts."""

MAX_TEXT = 4_000
"""Most characters of a long text, where a command takes one."""

_CLOSING = {'"': '"', "“": "”", "„": "“”", "”": "”", "«": "»", "»": "«"}
_KEY = re.compile(r"([a-z][a-z-]{0,31})=")
_PLAIN = re.compile(r"[^\s\"“”„«»=\\]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line; ``quoted`` keeps apart what somebody put in quotation marks.

    ``raw`` is how it was typed, with the space before it; ``key`` the name of an option that the
    command does not know and hands on.
    """

    text: str
    quoted: bool = False
    raw: str = field(default="", compare=False)
    key: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A line taken apart. ``options`` keep their order and may repeat: the binding refuses that."""

    words: tuple[Word, ...] = ()
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Invocation:
    """One question: what was typed, by whom, where, and in which language to answer.

    ``key`` is the same when the platform hands over the same question again, as after a crash; it
    says nothing of who asked what. Without one a question comes only once. What ``is_late`` was
    asked when nobody listened: it is answered, but for the team nothing is done so late.
    """

    line: str
    actor: Actor
    address: Address
    language: str = "en"
    private: bool = False
    key: str = ""
    is_late: bool = False


def first_words(line: str, count: int) -> tuple[str, ...]:
    """Return the first words of a line, options apart, as far as they stand within ``MAX_LINE``."""
    words = (word.text for key, word in _scan(line[:MAX_LINE]) if key is None)
    return tuple(islice(words, count))


def read_line(line: str, limit: int = MAX_LINE) -> Call:
    """Take a line apart, in time that grows with its length only.

    Raises UserError when the line is longer than ``limit`` characters. Everything else has a
    reading: a quotation mark that is never closed is an ordinary character.
    """
    if len(line) > limit:
        raise UserError("line-too-long", length=len(line), limit=limit)
    words: list[Word] = []
    options: list[tuple[str, str]] = []
    for key, word in _scan(line):
        if key is None:
            words.append(word)
        else:
            options.append((key, word.text))
    return Call(tuple(words), tuple(options))


def write_line(*words: str, **options: str) -> str:
    """Write a line that ``read_line`` reads as just these words and options.

    An option named ``named_in`` is written ``named-in``. A word of a command's own name is plain.
    """
    pieces = [_quote(word) for word in words]
    pieces += [f"{key.replace('_', '-')}={_quote(value)}" for key, value in options.items()]
    return " ".join(pieces)


def _quote(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _scan(line: str) -> Iterator[tuple[str | None, Word]]:
    position = begin = 0
    never_closed: set[str] = set()
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        key = _KEY.match(line, position)
        if key is not None:
            position = key.end()
        word, position = _word(line, position, never_closed)
        yield (key[1] if key else None), Word(word.text, word.quoted, line[begin:position])
        begin = position


def _word(line: str, start: int, never_closed: set[str]) -> tuple[Word, int]:
    opening = line[start : start + 1]
    if opening in _CLOSING and opening not in never_closed:
        quoted = _quotation(line, start)
        if quoted is not None:
            return quoted
        # What closes this one would close any later one: nobody need look for it again.
        never_closed.add(opening)
    end = start
    while end < len(line) and not line[end].isspace():
        end += 1
    return Word(line[start:end]), end


def _quotation(line: str, start: int) -> tuple[Word, int] | None:
    closing = _CLOSING[line[start]]
    text: list[str] = []
    position = start + 1
    while position < len(line):
        character = line[position]
        if character == "\\" and line[position + 1 : position + 2] in {"\\", '"'}:
            text.append(line[position + 1])
            position += 2
        elif character in closing:
            return Word("".join(text), quoted=True), position + 1
        else:
            text.append(character)
            position += 1
    return None
