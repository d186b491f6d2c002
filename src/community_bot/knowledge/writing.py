"""From a knowledge file and what it is to say to a file that says it, every other line as it was.

What differs is spliced into the text where the old value stands; a file that was in its usual form
is brought into it again, which lays out anew only what was spliced. The outcome is read again and
must say just what was wanted, or nothing is returned. Opens no file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import yaml

from community_bot.domain.values import Kind
from community_bot.knowledge.form import WIDTH, format_text, in_one_line, laid_out
from community_bot.knowledge.problems import BrokenFileError, Problem
from community_bot.knowledge.reading.commented import Item, Node, comments_of, read_nodes
from community_bot.knowledge.reading.tree import LOADER, NOTHING, Tree, read_tree

_MOST_SPLICES = 1_000
_MOST_IN_BRACKETS = 3
_Composed = Any  # a node of the parser; the stubs know none


def rewritten(data: bytes, tree: dict[str, Tree], kind: Kind | None) -> bytes:
    """Return a file that says ``tree``; ``kind`` is None for ``about.yaml``.

    ``data`` must be readable. Comments stay, but for those inside a value that goes. Raise
    BrokenFileError where that cannot be written without loss.
    """
    before = data.decode()
    end = "\r\n" if "\r\n" in before else "\n"
    before = before.replace("\r\n", "\n")
    text = before
    for _ in range(_MOST_SPLICES):
        said = read_tree(text.encode(), "")
        if said == tree:
            break
        # One at a time: a splice moves all that is behind it.
        text = _Text(text).spliced(said, tree)
    if _usual(before, kind) == before:
        text = _usual(text, kind)
    if not _says(text, tree) or _comments(text) - _comments(before):
        raise _unwritten()
    return text.replace("\n", end).encode()


def written(tree: dict[str, Tree], kind: Kind) -> bytes:
    """Return the text of a new file that says ``tree``, in the usual form."""
    lines = (f"{_inline(key)}: {_inline(value)}\n" for key, value in tree.items())
    text = _usual("".join(lines), kind)
    if not _says(text, tree):
        raise _unwritten()
    return text.encode()


def _usual(text: str, kind: Kind | None) -> str:
    """Return a text in its usual form; nothing if that cannot be."""
    try:
        return format_text(text.encode(), kind)
    except BrokenFileError:
        return ""


def _says(text: str, tree: dict[str, Tree]) -> bool:
    try:
        return read_tree(text.encode(), "") == tree
    except BrokenFileError:
        return False


def _comments(text: str) -> Counter[str]:
    return Counter(comments_of(*read_nodes(text)))


def _unwritten() -> BrokenFileError:
    return BrokenFileError([Problem("", 1, 1, "problem-not-rewritten")])


@dataclass(frozen=True, slots=True)
class _Item:
    """One value of a collection as it stands in the text; ``start`` is where its key or dash is."""

    start: int
    node: _Composed
    in_brackets: bool


class _Text:
    """A text that can be read, and where in it each value stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._top = yaml.compose(text.encode(), Loader=LOADER)

    def spliced(self, old: Tree, new: Tree) -> str:
        """Return the text, which says ``old``, with one of its differences from ``new`` gone."""
        return self._value(self._top, None, old, new)

    def _value(self, node: _Composed, item: _Item | None, old: Tree, new: Tree) -> str:
        if isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
            return self._map(node, old, new)
        if isinstance(old, list) and isinstance(new, list) and old and new:
            return self._list(node, old, new)
        return self._replaced(node, item, new)

    def _map(self, node: _Composed, old: dict[str, Tree], new: dict[str, Tree]) -> str:
        is_flow = bool(node.flow_style)
        items = [_Item(key.start_mark.index, value, is_flow) for key, value in node.value]
        keys = list(old)
        for index, key in enumerate(keys):
            if key not in new:
                return self._without(node, items, index)
            if old[key] != new[key]:
                return self._value(items[index].node, items[index], old[key], new[key])
        added = next(key for key in new if key not in old)
        above = [key for key in list(new)[: list(new).index(added)] if key in old]
        at = keys.index(above[-1]) + 1 if above else 0
        return self._with(node, items, at, f"{_inline(added)}:", new[added])

    def _list(self, node: _Composed, old: list[Tree], new: list[Tree]) -> str:
        is_flow = bool(node.flow_style)
        items = [_Item(self._dash(node, it), it, is_flow) for it in node.value]
        matcher = SequenceMatcher(None, [*map(_mark, old)], [*map(_mark, new)], autojunk=False)
        tag, at, _, begin, _ = next(one for one in matcher.get_opcodes() if one[0] != "equal")
        if tag == "delete":
            return self._without(node, items, at)
        if tag == "insert":
            return self._with(node, items, at, "" if is_flow else "-", new[begin])
        return self._value(items[at].node, items[at], old[at], new[begin])

    def _dash(self, node: _Composed, item: _Composed) -> int:
        start: int = item.start_mark.index
        return start if node.flow_style else self._text.rindex("-", 0, start)

    def _replaced(self, node: _Composed, item: _Item | None, new: Tree) -> str:
        """Put a value in the place of another of its own; it keeps its quotes if it can."""
        start, end = node.start_mark.index, self._end(node)
        style = getattr(node, "style", None) or ""
        in_brackets = bool(item and item.in_brackets)
        written = _inline(new, "" if style in {"|", ">"} else style, in_brackets=in_brackets)
        if isinstance(new, str) and not style and _is_number(node.value) and _is_number(new):
            written = new
        if not self._text[start:end].strip() or (item and "\n" in self._text[item.start : start]):
            # Nothing stands there, or it stands on lines of its own below the key.
            start = self._behind(item) if item else start
            written = f" {written}"
        if style in {"|", ">"}:
            # What stands behind the mark of a text in lines stays behind the text.
            header = self._text[start : self._line_end(start)]
            comment = "".join(header.partition("#")[1:])
            written += f"  {comment}" if comment else ""
        return self._text[:start] + written + self._text[end:]

    def _behind(self, item: _Item) -> int:
        """Return where a value begins: behind the colon of its key, or behind its dash."""
        mark = "-" if self._text[item.start] == "-" else ":"
        return self._text.index(mark, item.start) + 1

    def _with(self, node: _Composed, items: list[_Item], at: int, lead: str, value: Tree) -> str:
        """Put a new item, behind its key or dash, before the one at an index or behind the last."""
        text = self._text
        if node.flow_style:
            written = f"{lead} {_inline(value, in_brackets=True)}".strip()
            if at < len(items):
                start = items[at].start
                return f"{text[:start]}{written}, {text[start:]}"
            end = self._end(items[-1].node)
            return f"{text[:end]}, {written}{text[end:]}"
        column = self._column(items[0].start)
        indent = " " * column
        written = f"\n{indent}".join(laid_out(lead, Item(_node(value)), WIDTH - column))
        if at == 0:
            start = items[0].start
            return f"{text[:start]}{written}\n{indent}{text[start:]}"
        end = self._line_end(self._end(items[at - 1].node))
        return f"{text[:end]}\n{indent}{written}{text[end:]}"

    def _without(self, node: _Composed, items: list[_Item], at: int) -> str:
        """Take an item away that is not the only one."""
        text = self._text
        start, end = items[at].start, self._end(items[at].node)
        is_last = at == len(items) - 1
        if node.flow_style and is_last:
            return text[: self._end(items[at - 1].node)] + text[end:]
        line = text.rindex("\n", 0, start) + 1 if "\n" in text[:start] else 0
        if node.flow_style or text[line:start].strip():
            # It shares its line with what stands before: what follows takes its place.
            return text[:start] + text[items[at + 1].start :]
        return text[:line] + text[self._line_end(end) + 1 :]

    def _end(self, node: _Composed) -> int:
        """Return where the last word of a value ends."""
        if isinstance(node.value, str):
            start, end = int(node.start_mark.index), int(node.end_mark.index)
            return start + len(self._text[start:end].rstrip()) if node.style in {"|", ">"} else end
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _line_end(self, index: int) -> int:
        end = self._text.find("\n", index)
        return len(self._text) if end < 0 else end

    def _column(self, index: int) -> int:
        return index - (self._text.rfind("\n", 0, index) + 1)


def values_text(values: Mapping[str, str]) -> str:
    """Write values by name as lines of YAML that read as just these; empty where none would."""
    lines: list[str] = []
    for name, value in values.items():
        lines += laid_out(f"{_inline(name)}:", Item(_node(value)), WIDTH)
    text = "\n".join(lines) + "\n"
    try:
        is_same = read_tree(text.encode(), "") == values
    except BrokenFileError:
        return ""
    return text if is_same else ""


def _inline(value: Tree, style: str = "", *, in_brackets: bool = False) -> str:
    """Write a value in one line."""
    node = _node(value, style, is_short=True)
    return in_one_line(node, in_brackets=in_brackets) or "null"


def _node(value: Tree, style: str = "", *, is_short: bool = False) -> Node:
    """Return a value as its author might have written it: in brackets where it is short."""
    if isinstance(value, list):
        is_short = is_short or not any(isinstance(it, dict | list) for it in value)
        items = [Item(_node(it, is_short=is_short)) for it in value]
        return Node("list", items=items, style="[" if is_short else "")
    if isinstance(value, dict):
        has_depth = any(isinstance(it, dict) for it in value.values())
        is_short = is_short or (len(value) <= _MOST_IN_BRACKETS and not has_depth)
        items = [Item(_node(it, is_short=is_short), key=key) for key, it in value.items()]
        return Node("map", items=items, style="{" if is_short else "")
    if value is None:
        return Node()
    return Node(text=value, style=style or ('"' if value in NOTHING else ""))


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()


def _mark(value: Tree) -> str:
    return json.dumps(value, sort_keys=True)
