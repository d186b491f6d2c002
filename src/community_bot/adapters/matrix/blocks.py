"""Fields of an entry in a fenced block of YAML, as a line of the command that changes them.

Nobody types several fields well on one line of a chat. The block is handed on to the letter; what
stands in it the command reads. Knows no network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from community_bot.adapters.matrix.addressing import Question
from community_bot.core.command import Command, CommandTable
from community_bot.core.invocation import Call, write_line
from community_bot.domain.errors import UserError

EDIT = "kb edit"
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*(\w*)\s*")
_YAML = frozenset({"yaml", "yml"})


@dataclass(frozen=True, slots=True)
class _Fenced:
    """The first block of a text, with what stands before and after it."""

    before: str
    language: str
    block: str
    after: str
    is_closed: bool


def with_block(question: Question, table: CommandTable) -> Question:
    """Return a question whose block of YAML is an option of the command that changes fields.

    What belongs to another command, or is no such block, stays as it is. One that nobody can be
    sure about becomes a question for how it is done, marked as such.
    """
    edit, found = table.get(EDIT), _fenced(question.line)
    if edit is None or found is None:
        return question
    command, call = _read(found.before, table)
    if not (command is edit or (command is None and found.language in _YAML)):
        return question
    is_bare = not found.before.strip() if command is None else len(call.words) <= 1
    if is_bare and found.is_closed and not found.after and found.language in _YAML | {""}:
        return replace(question, line=_line(call, found.block))
    return replace(question, line=write_line("help", *EDIT.split()), is_unclear=True)


def _fenced(text: str) -> _Fenced | None:
    lines = text.splitlines(keepends=True)
    for start, line in enumerate(lines):
        opening = _FENCE.fullmatch(line)
        if opening is None:
            continue
        indent, fence, language = opening.groups()
        inside = lines[start + 1 :]
        end = next((n for n, one in enumerate(inside) if one.strip() == fence), len(inside))
        return _Fenced(
            before="".join(lines[:start]),
            language=language.lower(),
            block="".join(one.removeprefix(indent) for one in inside[:end]),
            after="".join(inside[end + 1 :]).strip(),
            is_closed=end < len(inside),
        )
    return None


def _read(words: str, table: CommandTable) -> tuple[Command | None, Call]:
    try:
        return table.read(words)
    except UserError:
        return None, Call()


def _line(call: Call, block: str) -> str:
    options = [write_line(**{key: text}) for key, text in call.options]
    given = [write_line(word.text) for word in call.words]
    return " ".join([EDIT, *given, *options, write_line(fields=block)])
