"""Texts in the reader's language: catalogues, plural forms, dates and the choice of a translation.

Message keys are symbolic; the English sentences stand in their catalogue like every other
language's. A placeable is ``{name}`` and nothing else, so no argument can be read as a format.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from community_bot.domain.document import Inline, Inlines, Text

SOURCE_LANGUAGE = "en"
_LOCALES = Path(__file__).resolve().parent.parent / "locales"
_TAG = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}))?(?:$|[.@-])")
_PLACEABLE = re.compile(r"\{([a-z_]+)\}")


@cache
def available_languages() -> tuple[str, ...]:
    """Return the tags of the languages that the bot itself speaks, English first."""
    found = sorted(path.name for path in _LOCALES.iterdir() if path.is_dir())
    return (SOURCE_LANGUAGE, *(tag for tag in found if tag != SOURCE_LANGUAGE))


def known_tag(tag: str) -> str:
    """Return a language tag as we write it, for one as systems write it: ``uk_UA``, ``EN``.

    What is no tag at all becomes ``und``, the tag of an undetermined language.
    """
    match = _TAG.match(tag.replace("_", "-"))
    if match is None:
        return "und"
    language, script, region = (part or "" for part in match.groups())
    parts = (language.lower(), script.capitalize(), region.upper())
    return "-".join(part for part in parts if part)


@lru_cache(maxsize=256)
def _catalogue(tag: str) -> gettext.NullTranslations | None:
    if tag not in available_languages():
        return None
    path = _LOCALES / tag / "LC_MESSAGES" / "messages.mo"
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        return gettext.GNUTranslations(stream)


def language_chain(tag: str, fallbacks: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the tags to try for a reader of ``tag``, best first; English is always the last.

    A knowledge base may set its own order in ``fallbacks``; without one, ``crh-Latn-UA`` falls back
    to ``crh-Latn``, then ``crh``.
    """
    chain: list[str] = []
    parts = tag.split("-")
    for end in range(len(parts), 0, -1):
        shorter = "-".join(parts[:end])
        chain.extend((shorter, *fallbacks.get(shorter, ())))
    return tuple(dict.fromkeys((*chain, SOURCE_LANGUAGE)))


class Texts:
    """The messages of one answer, in one reader's language.

    ``borrowed`` collects the languages of texts that were not there in the reader's own, so that
    the answer can say so.
    """

    def __init__(self, language: str, fallbacks: Mapping[str, Sequence[str]] | None = None) -> None:
        self.language = language = known_tag(language)
        self.chain = language_chain(language, fallbacks or {})
        self.borrowed: set[str] = set()
        spoken = [tag for tag in self.chain if _catalogue(tag)]
        self._catalogues = [found for tag in spoken if (found := _catalogue(tag))]
        self._note_borrowing(spoken[0])

    def __call__(self, key: str, /, **arguments: str | int) -> str:
        """Return the message ``key`` with its placeables filled; a key nobody knows is a defect."""
        return _fill(self._template(key), arguments)

    def plural(self, key: str, count: int, /, **arguments: str | int) -> str:
        """Return the form of ``key`` for ``count``, which is also the placeable ``{count}``."""
        for catalogue in self._catalogues:
            template = catalogue.ngettext(key, key, count)
            if template != key:
                return _fill(template, {"count": count, **arguments})
        raise KeyError(key)

    def inlines(self, key: str, /, **arguments: str | int | Inline | Inlines) -> Inlines:
        """Return the message ``key`` as inlines; an argument may be an inline or several."""
        pieces: list[Inline] = []
        for words, name in _pieces(self._template(key)):
            if words:
                pieces.append(Text(words))
            if name is not None:
                value = arguments[name]
                if isinstance(value, str | int):
                    pieces.append(Text(str(value)))
                else:
                    pieces.extend(value if isinstance(value, tuple) else (value,))
        return tuple(pieces)

    def has(self, key: str) -> bool:
        """Tell whether some language of the chain has the message ``key``."""
        return any(catalogue.gettext(key) != key for catalogue in self._catalogues)

    def pick(self, localised: Mapping[str, str]) -> str:
        """Return the best translation there is; note its language if it is not the reader's."""
        tag = self.pick_tag(localised)
        self._note_borrowing(tag)
        return localised[tag]

    def pick_tag(self, localised: Mapping[str, object]) -> str:
        """Return the first tag of the reader's chain that ``localised`` has, else its first."""
        return next((tag for tag in self.chain if tag in localised), next(iter(localised)))

    def date(self, date: str) -> str:
        """Write a date as precisely as it is known: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""
        match date.split("-"):
            case [year, month, day]:
                name = self(f"month-of-{int(month)}")
                return self("date-day", day=int(day), month=name, year=year)
            case [year, month]:
                return self("date-month", month=self(f"month-{int(month)}"), year=year)
            case _:
                return self("date-year", year=date)

    def language_name(self, tag: str) -> str:
        """Return what the reader calls the language ``tag``, or the tag itself."""
        key = f"language-{tag}"
        return self(key) if self.has(key) else tag

    def _note_borrowing(self, tag: str) -> None:
        if tag.split("-", maxsplit=1)[0] != self.language.split("-")[0]:
            self.borrowed.add(tag)

    def _template(self, key: str) -> str:
        for catalogue in self._catalogues:
            template = catalogue.gettext(key)
            if template != key:
                return template
        raise KeyError(key)


def _pieces(template: str) -> Iterator[tuple[str, str | None]]:
    end = 0
    for match in _PLACEABLE.finditer(template):
        yield template[end : match.start()], match[1]
        end = match.end()
    yield template[end:], None


def _fill(template: str, arguments: Mapping[str, str | int]) -> str:
    return _PLACEABLE.sub(lambda match: str(arguments[match[1]]), template)
