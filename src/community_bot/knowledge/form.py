"""The usual form of a knowledge file, and the template of a new one.

Rewriting changes how a file looks, never what it says or what its comments are: the outcome is read
again and compared. Opens no file but its own templates.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files

from community_bot.domain.values import Date, Kind, Label
from community_bot.knowledge.problems import BrokenFileError, Problem
from community_bot.knowledge.reading.commented import Item, Node, comments_of, read_nodes
from community_bot.knowledge.reading.record import ID, path_of
from community_bot.knowledge.reading.shapes import CLASSES, Holds, Root, shapes
from community_bot.knowledge.reading.tree import NOTHING, read_tree
from community_bot.knowledge.schema import schema_line

WIDTH = 100
_SCHEMA_COMMENT = "# yaml-language-server:"
# The style of numbers and truth values, which are never quoted.
_BARE = "bare"
# What some YAML reader takes for a number, a date, a truth value or nothing.
_TYPED = re.compile(
    r"[-+]?\.?\d[\d_.:]*(e[-+]?\d+)?|[-+]?0b[01_]+|[-+]?0x[\da-f_]+|0o[0-7]+|[-+]?\.(inf|nan)"
    r"|\d{4}-\d\d?(-\d\d?([t ].*)?)?|y|n|yes|no|on|off|true|false|null|~|<<|=",
    re.IGNORECASE,
)
# A plain scalar starts with none of these, and holds none of those that end it.
_NO_START = re.compile(r"-(\s|$)|[?:,\[\]{}#&*!|>'\"%@`]")
_ENDS = re.compile(r":(\s|$)|\s#")
_ENDS_IN_BRACKETS = re.compile(r"[,\[\]{}]|:(\s|$|\?)|\s#")


def format_text(data: bytes, kind: Kind | None) -> str:
    """Return a file in its usual form; ``kind`` is None for ``about.yaml``.

    The schema line comes first, keys are in the order of the schema, indentation is two spaces,
    lines end in LF and are at most 100 wide where words allow, dates and all that looks like a
    number are quoted, letters are composed (NFC). Collections in one line stay so while they fit.
    Raise BrokenFileError for what cannot be read, or not be rewritten without loss.
    """
    text = unicodedata.normalize("NFC", data.decode("utf-8-sig", errors="surrogateescape"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tree = read_tree(text.encode(errors="surrogateescape"), "")
    top, below = read_nodes(text)
    comments = Counter(comments_of(top, below))
    root: Root = kind or "about"
    for lines in (below, *(item.before for item in top.items)):
        lines[:] = [it for it in lines if not it.startswith(_SCHEMA_COMMENT)]
    _settle(top, CLASSES[root])
    outcome = (
        "\n".join([schema_line(root), *_block(top, WIDTH), *_spaced(below)]).rstrip("\n") + "\n"
    )
    is_same = read_tree(outcome.encode(), "") == tree
    kept = Counter(comments_of(*read_nodes(outcome)))
    if not is_same or _unlined(kept) != _unlined(comments):
        raise BrokenFileError([Problem("", 1, 1, "problem-not-rewritten")])
    return outcome


def new_entry_text(kind: Kind, entry_id: str) -> str:
    """Return the text of a new entry: what must be there, empty, and what can be, in comments.

    Raise BrokenFileError if the id is none.
    """
    if not ID.fullmatch(entry_id):
        raise BrokenFileError([Problem(path_of(kind, entry_id), 1, 1, "problem-file-name")])
    template = files("community_bot.knowledge") / "templates" / f"{kind}.yaml"
    written = _scalar(entry_id, "", in_brackets=False)
    return template.read_text(encoding="utf-8").replace("entry-id", written, 1)


def _unlined(comments: Counter[str]) -> Counter[str]:
    """Leave out the schema line, which may be new or put right."""
    return Counter({it: n for it, n in comments.items() if not it.startswith(_SCHEMA_COMMENT)})


def _settle(node: Node, part: type) -> None:
    """Put the keys in order, and decide which values are quoted, by what the schema says."""
    known = shapes(part)
    order = {name: index for index, name in enumerate(known)}
    node.items.sort(key=lambda item: order.get(item.key, len(order)))
    for item in node.items:
        if (shape := known.get(item.key)) is None:
            continue
        held = [item.node] if shape.holds is Holds.ONE else [it.node for it in item.node.items]
        for value in held:
            if shape.part and value.kind == "map":
                _settle(value, shape.part)
            elif value.kind == "text" and (value.style or value.text not in NOTHING):
                if shape.is_plain:
                    value.style = _BARE
                elif shape.value in (Date, Label):
                    value.style = '"'


def _block(node: Node, width: int) -> list[str]:
    """Lay a collection out in lines."""
    lines: list[str] = []
    for index, item in enumerate(node.items):
        lines += _spaced(item.before, is_first=index == 0)
        if node.kind == "list":
            lines += laid_out("-", item, width)
        else:
            lines += laid_out(f"{_key(item.key, in_brackets=False)}:", item, width)
    return lines + _spaced(node.tail)


def laid_out(lead: str, item: Item, width: int) -> list[str]:
    """Lay one value out behind its key or dash."""
    node = item.node
    comment = "".join(f"  {it}" for it in (item.comment, node.comment) if it)
    line = in_one_line(node, in_brackets=False)
    is_unbreakable = node.kind == "text" and " " not in node.text
    if line is not None and (is_unbreakable or len(lead) + 1 + len(line) <= width):
        return [f"{lead} {line}".rstrip() + comment]
    if node.kind == "text":
        indicator = "|-" if node.style == "|" else ">-"
        lines = [node.text] if node.style == "|" else _broken(node, width - 2)
        return [f"{lead} {indicator}{comment}", *_indented(lines)]
    lines = _block(node, width - 2)
    if lead != "-":
        return [f"{lead}{comment}", *_indented(lines)]
    # A dash and the first key share a line, so what stands above that key goes above the dash.
    start = next(at for at, it in enumerate(lines) if it and not it.startswith("#"))
    above = [*([comment.strip()] if comment else []), *lines[:start]]
    return [*above, f"- {lines[start]}", *_indented(lines[start + 1 :])]


def in_one_line(node: Node, *, in_brackets: bool) -> str | None:
    """Write a value in one line; None if its author did not, or if comments stand within."""
    if node.kind == "text":
        is_block = node.style in ("|", ">") and node.text and not in_brackets
        return None if is_block else _scalar(node.text, node.style, in_brackets=in_brackets)
    within = [it for item in node.items for it in comments_of(item.node, item.before)]
    if (node.items and not node.style) or node.tail or within:
        return None
    inner = [in_one_line(item.node, in_brackets=True) for item in node.items]
    written = [it for it in inner if it is not None]
    if len(written) < len(inner):
        return None
    if node.kind == "list":
        return f"[{', '.join(it or 'null' for it in written)}]"
    keys = [_key(item.key, in_brackets=True) for item in node.items]
    return f"{{{', '.join(f'{key}: {it}' for key, it in zip(keys, written, strict=True))}}}"


def _key(text: str, *, in_brackets: bool) -> str:
    # A key is always text, even where a value would be nothing.
    return _scalar(text, '"' if text in NOTHING else "", in_brackets=in_brackets)


def _scalar(text: str, style: str, *, in_brackets: bool) -> str:
    """Write text plain if its author did and every YAML reader takes it for text; else quoted."""
    if not style and text in NOTHING:
        return ""
    must_quote = (
        not text
        or (_ENDS_IN_BRACKETS if in_brackets else _ENDS).search(text)
        or _NO_START.match(text)
        or (style != _BARE and _TYPED.fullmatch(text))
    )
    if not must_quote and style in ("", _BARE):
        return text
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _broken(node: Node, width: int) -> list[str]:
    """Keep the lines of folded text as its author broke them, or break it anew if they are long."""
    fit = all(len(line) <= width for line in node.lines)
    return node.lines if fit and " ".join(node.lines) == node.text else _filled(node.text, width)


def _filled(text: str, width: int) -> list[str]:
    """Break text at single spaces into lines of at most ``width``, where the words allow."""
    lines = [""]
    for word in re.split(r"(?<=\S) (?=\S)", text):
        if not lines[-1]:
            lines[-1] = word
        elif len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _spaced(lines: list[str], *, is_first: bool = False) -> list[str]:
    """Keep one blank line where there are several, and none where a block starts."""
    kept: list[str] = []
    for line in lines:
        if line or (kept[-1] if kept else not is_first):
            kept.append(line)
    return kept


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)
