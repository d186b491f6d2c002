# ruff: noqa: RUF001 - words of several scripts
"""How personal names are built: which word is the surname, which the father's name, what is none.

General knowledge about the names of Eastern Europe and the Turkic world; nobody in particular is
known here, and nothing of how letters sound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from community_bot.knowledge.naming.spelling import Written, clean, words


class Kind(Enum):
    """What one word of a name looks like by itself."""

    PLAIN = auto()
    INITIAL = auto()
    FATHER = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a name, lower case, and what it looks like."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Roles:
    """The words of one known name by role; ``tails`` are the added halves of double surnames."""

    family: tuple[str, ...]
    given: tuple[str, ...]
    fathers: tuple[str, ...]
    tails: tuple[str, ...] = ()


# What people put before or around a name. A word here still counts where the base knows it as part
# of a name (a man may be called Bey).
_TITLES = """
mr mrs ms miss sir madam dr doctor prof professor deputy mp senator minister president the case of
about who is journalist director filmmaker activist leader politician prisoner lawyer writer herr
frau monsieur madame mme pan pani poseł posłanka dep пан пані панові добродій господин госпожа
гражданин гражданка товарищ доктор др професор профессор проф акад академик академік депутат
депутатка депутата народний народного народный нардеп сенатор министр міністр президент режисер
режисера режиссер режиссёр директор журналист журналіст журналистка журналістка активист активіст
політв'язень політик политик адвокат политзаключенный справа дело про хто кто такий такой лидер
лідер генерал полковник капитан капітан писатель письменник господа bay bayan sayın sayin sn
gazeteci yönetmen milletvekili avukat davası başkan av doç kim
"""
TITLES = frozenset(_TITLES.split())
# "Son of" and "daughter of" in Turkic names; the word before is the father's.
_CHILD_WORDS = """
oğlu oglu оглу оглы oğlı ogly огли ўғли улу uulu uly ұлы kızı kizi qızı qizi кызы гызы kyzy qyzy
қызы кизи kyz
"""
_CHILD_OF = frozenset(_CHILD_WORDS.split())
# The father's name as Slavic languages build it: a link, then "son" or "daughter"; in Cyrillic and
# in its many romanisations.
_FATHER_LINKS = (
    "о", "е", "є", "ё", "ьо", "йо", "і", "ї", "а", "ў", "io", "iou", "o", "e", "y", "i", "a", "j",
)  # fmt: skip
_FATHER_ENDS = (
    "вич", "віч", "вна", "вны", "вну", "ўна", "vich", "vych", "wich", "vič", "vyč", "vić", "vitch",
    "vytch", "vitsj", "vytsj", "witsch", "wytsch", "vitsch", "wicz", "wycz", "viç", "vic", "vih",
    "vna", "vne", "wna",
)  # fmt: skip
_FATHERS = (
    *(link + end for link in _FATHER_LINKS for end in _FATHER_ENDS),
    "ьич", "инична", "ична", "ічна", "inichna", "ichna", "ychna", "ična", "yična",
)  # fmt: skip
_SHORTEST_FATHER = 6
# Bulgarians and others put the father's surname-like name in the middle.
_MIDDLE = re.compile("(?:[оеё]в|[oe][vw]|[оеё]ва|[oe][vw]a|ski|ска|ски)$")
_HYPHEN = re.compile("[-‐‑–]")
_AFTER_HYPHEN = re.compile(r"[-‐‑–](\w[\w']*)")
# Titles shortened with a hyphen, which would else be taken for initials.
_SHORT_TITLE = re.compile(r"(?<!\w)(?:г-н|г-жа|г-же|г-жо|г-на|д-р|пр-р)(?!\w)", re.IGNORECASE)
_LONG_INITIAL = 2
# Turkish surnames in -oğlu are one word, unlike "Rustem oğlu", so they end a name.
_SON = re.compile("(?:oğlu|oglu|оглу|ogly)$")

# Endings that Russian and Ukrainian cases give to a name, and the endings the name itself may have.
_CASES = (
    ("ого", "ий ый ой"), ("ому", "ий ый ой"), ("ему", "ий"), ("им", "ий -"), ("ым", "ый -"),
    ("ою", "а"), ("ой", "а ая"), ("ої", "а"), ("ую", "ая"), ("ові", "- о"), ("еві", "ь й"),
    ("єві", "ь й"), ("ом", "- о"), ("ем", "- ь й"), ("єм", "ь й"), ("а", "- о"), ("у", "- о а"),
    ("я", "ь й"), ("ю", "ь й я"), ("і", "- а я ь"), ("и", "а я ь"), ("е", "- а ь"), ("ы", "а"),
    ("ї", "я"), ("єю", "я"), ("ею", "я а"), ("ей", "я"),
)  # fmt: skip
_BASES = {ending: tuple(b.strip("-") for b in bases.split()) for ending, bases in _CASES}
# Endings that other languages add to a foreign name: Baltic nominatives, the Czech feminine.
_ADDED = re.compile("(?<=sk[iy])s$|(?<=[^aeiouyāēīūs])(?:is|us|as|s)$|ová$")
# Сенцова is a woman, or the genitive of a man.
_FEMININE = re.compile("(?:[оеєё]в|[иіїы]н|ськ|ск|цьк|цк)а$")
_SHORTEST_STEM = 3
_CYRILLIC_VOWELS = "аеєёиіїоуыэюя"


@lru_cache(maxsize=256)
def take_apart(text: str) -> tuple[Part, ...]:
    """Return the words of a name or a query with what each looks like."""
    parts: list[Part] = []
    for written in words(_SHORT_TITLE.sub(" ", clean(text))):
        if written.text not in _CHILD_OF:
            parts.append(Part(_kind(written), written.text))
        elif parts:
            parts[-1] = Part(Kind.FATHER, parts[-1].text)
    return tuple(parts)


def _kind(written: Written) -> Kind:
    length = len(written.text.replace("'", ""))
    if length == 1 or (written.has_point and length <= _LONG_INITIAL):
        return Kind.INITIAL
    if length >= _SHORTEST_FATHER and written.text.endswith(_FATHERS):
        return Kind.FATHER
    return Kind.PLAIN


def cast(name: str, family: frozenset[str] = frozenset()) -> Roles:
    """Give each word of a known name its role; ``family`` holds surnames known beforehand."""
    parts = take_apart(name)
    surnames = [p.text for p in parts if p.text in family]
    if not surnames or (parts and _SON.search(parts[-1].text)):
        surnames += _surnames(name, parts)
    given = [p for p in parts if p.text not in surnames]
    fathers = [
        p.text
        for i, p in enumerate(given)
        if p.kind is Kind.FATHER or (i and is_middle_name(p.text))
    ]
    compound = _AFTER_HYPHEN.findall(clean(name).lower()) if _HYPHEN.search(name) else []
    return Roles(
        family=tuple(dict.fromkeys(surnames)),
        given=tuple(p.text for p in given if p.text not in fathers),
        fathers=tuple(fathers),
        tails=tuple(s for s in surnames if s in compound),
    )


def _surnames(name: str, parts: tuple[Part, ...]) -> list[str]:
    """Guess the surname: before a comma, before a name that ends in a patronymic, else the last."""
    full = [p for p in parts if p.kind is not Kind.INITIAL] or list(parts)
    if not full:
        return []
    before, comma, _ = name.partition(",")
    if comma:
        return [p.text for p in take_apart(before)]
    position = 0 if len(full) > 1 and full[-1].kind is Kind.FATHER else -1
    chosen = full[position].text
    if not _HYPHEN.search(name):
        return [chosen]
    halves = [w for w in clean(name).lower().split() if _HYPHEN.search(w) and chosen in w]
    return [p.text for word in halves for p in take_apart(word)] or [chosen]


def base_forms(word: str) -> tuple[str, ...]:
    """Return the names that ``word`` may be a case or a foreign nominative of."""
    found: list[str] = []
    for length in (3, 2, 1):
        stem = word[:-length]
        if len(stem) >= _SHORTEST_STEM:
            # Only what ends in a consonant takes an ending without losing one.
            found += [
                stem + base
                for base in _BASES.get(word[-length:], ())
                if base or stem[-1] not in _CYRILLIC_VOWELS
            ]
    if not found and len(word) > _SHORTEST_STEM + 1:
        stem = _ADDED.sub("", word)
        if stem != word and len(stem) > _SHORTEST_STEM:
            found = [stem, stem + "a", stem + "ova"] if word.endswith("á") else [stem]
    return tuple(dict.fromkeys(found))


def is_feminine(surname: str) -> bool:
    """Say whether a Cyrillic surname may be a woman's, though it may be a case of a man's too."""
    return _FEMININE.search(surname) is not None


def is_declined(given: str) -> bool:
    """Say whether a Cyrillic given name changes with the case: Олег does, Алі does not."""
    return given[-1] in "аяьй" or given[-1] not in _CYRILLIC_VOWELS


def is_middle_name(word: str) -> bool:
    """Say whether a word between given name and surname may be the father's, as in Bulgaria."""
    return _MIDDLE.search(word) is not None


def father_stem(word: str) -> str:
    """Return the father's given name, or what is left of it, in a patronymic."""
    endings = [ending for ending in _FATHERS if word.endswith(ending)]
    return word[: -len(max(endings, key=len))] if endings else word
