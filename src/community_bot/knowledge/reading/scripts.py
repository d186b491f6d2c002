"""Which writing system letters belong to, and which words look alike though they are not.

One word in two scripts is a forgery or a slip of the keyboard: no language writes so. Display never
changes what is written; this only judges it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W\d_]+")
# Latin throughout, or Cyrillic throughout: nearly all there is, found without a closer look.
_LATIN_OR_CYRILLIC = re.compile(
    r"[\x00-\u024f\u2000-\u206f]*|[\x00-@\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u0400-\u052f\u2000-\u206f]*"
)
# Scripts that one word of one language mixes in earnest.
_TOGETHER = ({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}, {"CJK", "HANGUL"})
# Letters, lower case, and the Latin ones that they pass for in either case.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕһԁԛԝӏґαβεζηικμνορτυχı",
    "abekmhopctyxijshdqwlrabezhikmnoptyxi",
)


def has_mixed_scripts(text: str) -> bool:
    """Say whether any word of ``text`` has letters of more than one script."""
    if _LATIN_OR_CYRILLIC.fullmatch(text):
        return False
    return any(len(_scripts(word)) > 1 for word in _WORD.findall(text) if not word.isascii())


def skeleton(text: str) -> str:
    """Return what ``text`` looks like at a glance: texts that can be confused have the same."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_LOOKALIKES)
        text = _MARKS.sub("", decomposed)
    return " ".join(re.findall(r"\w+", text.casefold()))


def _scripts(word: str) -> set[str]:
    found = {script for letter in word if (script := _script(letter))}
    return set() if any(found <= together for together in _TOGETHER) else found


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return the first word of the letter's Unicode name: its script, for all that has letters.

    A modifier such as the apostrophe of ``м'ята`` (U+02BC) belongs to every script.
    """
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "" if script == "MODIFIER" else script
