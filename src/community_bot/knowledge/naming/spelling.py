# ruff: noqa: RUF001, RUF003 - letters that look alike are what this file is about
"""What people type, made comparable: clean letters and plain words.

Knows scripts, keyboards and look-alike letters. Knows nothing of how a letter sounds, of whose name
it is, or of what an index does with it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_QUERY = 400
"""Characters of a query that are read; a longer one is cut."""
MAX_WORDS = 12
"""Words of a query that are read; nobody's name is longer."""

# What people use for the apostrophe and for the soft sign of romanised Cyrillic. NFKC unifies none
# of them with U+0027, and some count as letters (U+02BC) while others end a word (U+2019).
_APOSTROPHES = dict.fromkeys("`´‘’‛′ʹʺʻʼʽˈ", "'")
# İ lower-cases to i and a combining dot, so it must go before any lower-casing; the capital of ı is
# an ordinary I, so no lower-casing can tell the two apart and both are read as i.
_DOTS = {"İ": "I", "ı": "i"}
_BEFORE_CASE = str.maketrans(_APOSTROPHES | _DOTS)

# Letters that look alike. Unicode's list of confusables (and the libraries that carry it) maps both
# sides to one prototype in whatever script; a name must go to the script most of the word is in.
_LATIN = "aceiopxykmhtbrjsgdnu"
_CYRILLIC = "асеіорхукмнтвгјѕԍԁпи"
_TO_CYRILLIC = dict(zip(_LATIN, _CYRILLIC, strict=True))
_TO_LATIN = dict(zip(_CYRILLIC + "үһα", _LATIN + "yha", strict=True))

# The same keys on a US keyboard and on the one that was meant.
_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_UKRAINIAN_KEYS = "'йцукенгшщзхїфівапролджєячсмитьбю"
# With shift the letters change case, which is no matter, and the punctuation keys change sign.
_SHIFTED = str.maketrans('~{}:"<>', "`[];',.")
_LAYOUTS = (
    str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS),
    str.maketrans(_LATIN_KEYS, _UKRAINIAN_KEYS),
    str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS),
    str.maketrans(_UKRAINIAN_KEYS, _LATIN_KEYS),
)

# A mark that is still combining after NFKC belongs to no letter: the dot of a lower-cased İ, the
# tie of a romanised ц.
_LOOSE_MARK = re.compile("[\u0300-\u036f]")
_ONE_SCRIPT = re.compile(
    "[\u0400-\u052f']+|[\0-\u024f\u1e00-\u1eff]+|[^\0-\u024f\u0400-\u052f\u1e00-\u1eff]+"
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*(?:'?\.(?=\w|\s|$|,)|')?|\d+")


@dataclass(frozen=True, slots=True)
class Written:
    """One word as somebody wrote it: lower case, letters and apostrophes, ``I.`` marked as such."""

    text: str
    has_point: bool = False


def clean(text: str) -> str:
    """Return at most 400 characters of ``text`` in one form: no invisible ones, one apostrophe."""
    composed = unicodedata.normalize("NFKC", text[:MAX_QUERY]).translate(_BEFORE_CASE)
    if composed.isprintable() and not _LOOSE_MARK.search(composed):
        return composed
    # Format characters split words that look whole; a tab or a line break is a space.
    kept = (c for c in composed if unicodedata.category(c) != "Cf")
    return _LOOSE_MARK.sub("", "".join(kept))


def words(text: str) -> tuple[Written, ...]:
    """Split cleaned text into at most twelve words, joined ones (``FirstLast``, ``a_b``) too."""
    found = [
        Written(one_script(part.lower()), match.group().endswith("."))
        for match in _WORD.finditer(text)
        for part in _camel_parts(match.group().strip("'."))
    ]
    return tuple(word for word in found if word.text)[:MAX_WORDS]


def _camel_parts(word: str) -> list[str]:
    """Split ``FirstLast`` where a capital follows two small letters and more letters follow."""
    if word.istitle() or word.islower():
        return [word]
    cuts = [
        i
        for i in range(2, len(word) - 1)
        if word[i].isupper() and word[i - 1].islower() and word[i - 2].islower()
    ]
    return [word[a:b] for a, b in zip([0, *cuts], [*cuts, len(word)], strict=True)]


def one_script(word: str) -> str:
    """Rewrite the look-alike letters of a mixed-script word in the script most of it is in."""
    if _ONE_SCRIPT.fullmatch(word):
        return word
    # Letters that only one script has decide first; look-alikes may have come from the other.
    cyrillic = [c in _TO_LATIN for c in word if _is_cyrillic(c)]
    latin = [fold(c) in _TO_CYRILLIC for c in word if in_latin(c) and c != "'"]
    if (cyrillic.count(False), len(cyrillic)) >= (latin.count(False), len(latin)):
        return "".join(_TO_CYRILLIC.get(fold(c), c) if in_latin(c) else c for c in word)
    return "".join(_TO_LATIN.get(c, c) for c in word)


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def in_latin(word: str) -> bool:
    """Say whether a word starts with a Latin letter."""
    return word[:1] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff"


def fold(word: str) -> str:
    """Return a lower-case word without apostrophes and diacritics, in its own script.

    The й and ї of Cyrillic are letters of their own, so that only Latin loses its signs.
    """
    word = word.replace("'", "")
    if word.isascii() or not in_latin(word):
        return word
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare if bare.isascii() else in_ascii(bare)


def in_ascii(word: str) -> str:
    """Return the letters of a word, of any script, in small ASCII letters."""
    # Its tables are found and read at the first letter, which few names need.
    from anyascii import anyascii  # noqa: PLC0415

    return "".join(c for c in anyascii(word).lower() if c.isalnum())


def other_layouts(text: str) -> tuple[str, ...]:
    """Return what the same keys would have typed on the other keyboards people have."""
    keys = text.lower().translate(_SHIFTED)
    typed = dict.fromkeys(keys.translate(table) for table in _LAYOUTS)
    return tuple(other for other in typed if other != keys)
