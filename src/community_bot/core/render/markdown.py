"""CommonMark in which no content becomes markup, nor in the extensions that are in common use.

Words reach the output through ``_escaped`` only, codes and addresses through functions that fit
their syntax. Each run of inlines is then gone over line by line, since some signs mean something
only where a line starts or ends.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from community_bot.core.render.clean import cleaned
from community_bot.domain.document import (
    Action,
    Block,
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    Fields,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Rule,
    Strong,
    Text,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST_HEADING = 6
_SHORTEST_FENCE = 3

# Signs that mean something anywhere, and those that do only before certain others: in entities and
# in bare addresses of sites and people.
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~@#=$^]|&(?=[#A-Za-z])|\.(?=\w)|/(?=/)")
_ENTITY = re.compile(r"&(?=[#A-Za-z])")
_LINE_START = re.compile(r"^(?:(?=[-+:])|\d+(?=[.)]))")
_BACKTICKS = re.compile(r"`+")


def render_markdown(reply: Reply) -> str:
    """Render a reply as CommonMark, blocks set apart by empty lines."""
    reply = cleaned(reply)
    blocks = reply.blocks
    if reply.actions:
        blocks += (Listing(tuple(_action(action) for action in reply.actions)),)
    return _blocks(blocks + reply.footer)


def _action(action: Action) -> Inlines:
    code = Code(action.line)
    return (Text(f"{action.caption}: "), code) if action.caption else (code,)


def _blocks(blocks: Blocks) -> str:
    written: list[str] = []
    markers = "-."
    is_after_list = False
    for block in blocks:
        # A parser takes neighbouring lists for one unless they are marked in another way.
        is_list = isinstance(block, Listing | Fields)
        markers = "*)" if is_list and is_after_list and markers == "-." else "-."
        written.append(_block(block, *markers))
        is_after_list = is_list
    return "\n\n".join(written)


def _block(block: Block, bullet: str, after_number: str) -> str:
    match block:
        case Heading(content, level):
            return f"{'#' * min(max(level, 1), _DEEPEST_HEADING)} {_run(content)}"
        case Paragraph(content):
            return _run(content)
        case Listing(items, ordered, start):
            numbers = range(start, start + len(items))
            markers = [f"{number}{after_number}" if ordered else bullet for number in numbers]
            return "\n".join(map(_item, markers, items))
        case Fields(fields):
            return "\n".join(
                _item(bullet, (Strong(f"{field.label}:"), Text(" "), *field.value))
                if field.label
                else _item(bullet, field.value)
                for field in fields
            )
        case Quotation(text, citation):
            quoted = _indented("> ", "> ", _run((Text(text),)))
            return f"{quoted}\n\n{_run((Text('— '), *citation))}" if citation else quoted
        case CodeBlock(text, language):
            fence = "`" * max(_longest_backticks(text) + 1, _SHORTEST_FENCE)
            return f"{fence}{language}\n{text}\n{fence}"
        case Rule():
            return "---"
        case _:
            assert_never(block)


def _item(marker: str, content: Inlines) -> str:
    return _indented(f"{marker} ", " " * (len(marker) + 1), _run(content))


def _indented(first: str, rest: str, text: str) -> str:
    return (first + text.replace("\n", f"\n{rest}")).rstrip(" ")


def _run(content: Inlines) -> str:
    """Write inlines one after another, with a hard break at each newline."""
    written = ""
    before: Inline | None = None
    for inline in _tight(content):
        part = _inline(inline)
        if _needs_seal(before, -1, part[:1]):
            part = _sealed(part[0]) + part[1:]
        elif _needs_seal(inline, 0, written[-1:]) or (
            isinstance(inline, Link) and written.endswith("!")
        ):
            written = written[:-1] + _sealed(written[-1])
        written += part
        before = inline
    return "\\\n".join(map(_line, written.strip("\n").split("\n")))


def _tight(content: Inlines) -> Iterator[Inline]:
    """Put the blanks at the edges of emphasised words outside, where no mark has to hold."""
    for inline in content:
        match inline:
            case Strong(text) | Emphasis(text):
                core = text.strip()
                lead, _, trail = text.partition(core) if core else (text, "", "")
                parts = (Text(lead), replace(inline, text=core), Text(trail))
                yield from (part for part in parts if part.text)
            case _:
                yield inline


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text) | Time(text=text):
            return _escaped(text)
        case Strong(text):
            return f"**{_escaped(text)}**"
        case Emphasis(text):
            return f"_{_escaped(text)}_"
        case Code(text):
            return _code(text)
        case Link(label, url):
            if label == url:
                return f"<{url}>"
            address = _ENTITY.sub(r"\\&", url)
            return f"[{_escaped(label)}](<{address}>)"
        case _:
            assert_never(inline)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _code(text: str) -> str:
    if not text:
        return ""
    mark = "`" * (_longest_backticks(text) + 1)
    # One space is taken off at both ends if there is one at both.
    is_padded = text.startswith(" ") and text.endswith(" ") and text.strip(" ")
    pad = " " if is_padded or text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{pad}{text}{pad}{mark}"


def _longest_backticks(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def _needs_seal(inline: Inline | None, edge: int, outside: str) -> bool:
    """Tell whether the mark at an edge of an inline is no mark so close to what stands outside.

    Asterisks between a letter and a sign, and underscores beside any letter, are plain text.
    """
    if not outside or _is_sign_or_blank(outside):
        return False
    match inline:
        case Strong(text):
            return unicodedata.category(text[edge])[0] in "PSZ"
        case Emphasis():
            return True
        case _:
            return False


def _is_sign_or_blank(character: str) -> bool:
    """Tell whether all parsers agree that it is; they do not about signs beyond ASCII."""
    if character.isascii():
        return not character.isalnum()
    return character.isspace() or unicodedata.category(character).startswith("P")


def _sealed(character: str) -> str:
    """Write a character as an entity, which is the same to readers and only signs to parsers."""
    return f"&#{ord(character)};"


def _line(line: str) -> str:
    """Keep the edges of a line of text from meaning a list or an indent, or from getting lost."""
    line = _LINE_START.sub(r"\g<0>\\", line)
    if line[-1:].isspace():
        line = line[:-1] + _sealed(line[-1])
    if line[:1].isspace():
        line = _sealed(line[0]) + line[1:]
    return line
