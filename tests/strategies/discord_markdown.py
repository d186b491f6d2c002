"""What Discord's clients make of a text, read by rules written down apart from our writing.

The clients try their rules at each place, the first that fits wins; a backslash makes the sign
after it plain, but not in a link's label. Where clients differ, or where a rule depends on what
they know (names of emoji), this reader finds markup rather too often.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

_LINE_START = re.compile(r"(?:^|\n)[ \t\u200b-\u200f\u2060-\u2069\ufeff\u061c\u180e]*$")

_QUOTE = re.compile(r" *>>> +([\s\S]*)|( *>(?!>>) +[^\n]*(?:\n *>(?!>>) +[^\n]*)*\n?)")
_HEADING = re.compile(r" *(#{1,3})\s+((?!#)[^\n]+?)#*\s*(?:\n|$)")
_SMALL = re.compile(r" *-# +((?!-#)[^\n]+?) *(?:\n|$)")
_ITEM = re.compile(r"( *)([-*+]|\d+[.)]) +([^\n]*(?:\n\1  +[^\n]+)*)(?:\n|$)")
_FENCE = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_AUTOLINK = re.compile(r"<([^: >]+:/[^ >]+)>")
_LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]"
    r"\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"]([\s\S]*?)['\"])?\s*\)"
)
_STRONG = re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")
_UNDERLINE = re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")
_EMPHASIS = re.compile(
    r"_((?:__|\\[\s\S]|[^\\_])+?)_(?![0-9A-Za-z_])"
    r"|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"
)
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_TIME = re.compile(r"<t:(-?\d{1,17})(?::[tTdDfFRsS])?>")

# What no content may ever become: it pings, leads somewhere, hides words or shows a picture.
_UNWANTED = {
    "mention": re.compile(r"<@[!&$]?\d+>|@(?:everyone|here)|@silent(?!\S)|<@time:[^>]*>"),
    "channel": re.compile(r"<#\d+>|<id:\w+(?::\d+)?>"),
    "command": re.compile(r"</[^:\n]{1,100}:\d+>"),
    "emoji": re.compile(r"<a?:\w+:\d+>|:[\w+-]+?(?:::skin-tone-\d)?:|<sound:\d+:\d+>"),
    "mailto": re.compile(r"<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>|<(?:(?:tel|sms):\+?|\+)[0-9][^>]*>"),
    "url": re.compile(r"(?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s]", re.IGNORECASE),
    "invite": re.compile(r"discord(?:app)?\.(?:gg|gift|new|com)/\S", re.IGNORECASE),
    "spoiler": re.compile(r"\|\|([\s\S]+?)\|\|"),
    "struck": re.compile(r"~~([\s\S]+?)~~(?!_)"),
}
UNWANTED = {*_UNWANTED, "underline"}

# A client shows these as pictures and takes no link around them.
_PICTURE = re.compile("[\xa9\xae\u2122\u231a-\u23ff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")


@dataclass(frozen=True)
class Seen:
    """Words as somebody sees them: in which kind of block, and how they look there."""

    words: str
    block: str = "p"
    look: str = ""


@dataclass(frozen=True)
class _Place:
    block: str = "p"
    look: str = ""
    is_quoted: bool = False
    is_label: bool = False

    def see(self, words: str, look: str = "") -> Seen:
        return Seen(words, self.block, look or self.look)


def read_markdown(text: str) -> list[Seen]:
    """Return what somebody sees of a text."""
    return list(_read(text, _Place()))


def _read(text: str, place: _Place) -> Iterator[Seen]:
    position = 0
    while position < len(text):
        for rule in _RULES:
            found = rule(text, position, place)
            if found is not None:
                seen, position = found
                yield from seen
                break
        else:
            yield place.see(text[position])
            position += 1


_Found = tuple[list[Seen], int] | None
_Rule = Callable[[str, int, _Place], _Found]


def _blocks(text: str, position: int, place: _Place) -> _Found:
    if not _LINE_START.search(text, 0, position) or place.is_label:
        return None
    if not place.is_quoted and (found := _QUOTE.match(text, position)):
        inside = found[1] or re.sub(r"^ *> ?", "", found[2] or "", flags=re.MULTILINE)
        quoted = replace(place, block="quote", is_quoted=True)
        return list(_read(inside, quoted)), found.end()
    if found := _HEADING.match(text, position):
        titled = replace(place, block=f"h{len(found[1])}")
        return list(_read(found[2], titled)), found.end()
    if found := _SMALL.match(text, position):
        return list(_read(found[1], replace(place, block="small"))), found.end()
    if found := _ITEM.match(text, position):
        listed = replace(place, block="li")
        return [listed.see(found[2], "marker"), *_read(found[3], listed)], found.end()
    return None


def _code(text: str, position: int, place: _Place) -> _Found:
    if found := _FENCE.match(text, position):
        return [replace(place, block="pre").see(found[2])], found.end()
    if found := _CODE.match(text, position):
        words = re.sub(r"^ (?= *`)|(` *) $", r"\1", found[2])
        return [place.see(words, "code")], found.end()
    return None


def _escape(text: str, position: int, place: _Place) -> _Found:
    found = None if place.is_label else _ESCAPE.match(text, position)
    return ([place.see(found[1])], found.end()) if found else None


def _links(text: str, position: int, place: _Place) -> _Found:
    if found := _AUTOLINK.match(text, position):
        return [place.see(found[1], f"a {found[1]}")], found.end()
    found = _LINK.match(text, position)
    if found is None:
        return None
    label = list(_read(found[1], replace(place, is_label=True)))
    is_plain = all(one.look in {place.look, "strong", "em", "code"} for one in label)
    if not is_plain or not found[1].strip() or _PICTURE.search(found[1]):
        return [place.see(found[0])], found.end()
    return [replace(one, look=f"a {found[2]}") for one in label], found.end()


def _marks(text: str, position: int, place: _Place) -> _Found:
    rules = (("em", _EMPHASIS, 0.2), ("strong", _STRONG, 0.1), ("underline", _UNDERLINE, 0.0))
    matches = (
        (found, look, extra) for look, rule, extra in rules if (found := rule.match(text, position))
    )
    best = max(matches, key=lambda one: len(one[0][0]) + one[2], default=None)
    if best is None:
        return None
    inside = next(group for group in best[0].groups() if group)
    look = best[1] if not place.look else f"{place.look}+{best[1]}"
    return list(_read(inside, replace(place, look=look))), best[0].end()


def _references(text: str, position: int, place: _Place) -> _Found:
    if found := _TIME.match(text, position):
        return [place.see(found[1], "time")], found.end()
    for kind, rule in _UNWANTED.items():
        if found := rule.match(text, position):
            return [place.see(found[0], kind)], found.end()
    return None


_RULES: tuple[_Rule, ...] = (_blocks, _code, _escape, _links, _marks, _references)
