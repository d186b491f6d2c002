# ruff: noqa: RUF001, RUF003 - a file about letters that look alike
"""Text made comparable for searching: folded letters, words with their places, stop words.

Folding is for comparing only and is never shown. Knows no entry, and nothing of how a name may be
misspelt: that is `spelling`'s and `sounds`' business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# Everything people use for an apostrophe. Ukrainian and Crimean Tatar words differ in it from one
# keyboard to the next (об'єкт, об’єкт, обʼєкт); some of these end a word for Unicode, some do not.
_APOSTROPHES = "'`´‘’‛′ʹʺʻʼʽˈ＇"
# Marks that readers leave out when they type: those of Latin, Greek and Cyrillic letters, Hebrew
# points, Arabic vowel signs and tatweel. The vowel signs of Indic scripts are not among them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
)
# Characters that nobody sees and that would split or change a word.
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
# Scripts without spaces between words: Thai, Lao, Burmese, Khmer, kana, the common Han characters.
# Each of their letters is a word here, and what is typed together is looked for as a phrase.
_SPACELESS = (
    "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
    "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
# Vowel signs that no regular expression of the standard library takes for letters: the blocks of
# the Indic scripts and Tibetan without their punctuation.
_SIGNS = "\u0900-\u0963\u0971-\u0dff\u0f71-\u0f84\u0f8d-\u0fbc"
# Letters that Unicode does not take apart though their writers do when the keyboard lacks them.
# ґ was banned from Ukrainian spelling for sixty years, so older texts have г.
_LETTERS = {
    "ı": "i",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ø": "o",
    "ħ": "h",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ґ": "г",
}

_DROPPED = re.compile(f"[{_MARKS}{_UNSEEN}{_APOSTROPHES}]+")
_SPECIAL = re.compile(f"[{''.join(_LETTERS)}{_SPACELESS}]")
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|[{_APOSTROPHES}{_MARKS}{_UNSEEN}{_SPACELESS}{_SIGNS}])*")
_PIECE = re.compile(f"[{_SPACELESS}]|[^{_SPACELESS}]+")

# What a question is made of besides what it asks about. Folded; a word that is also a name, a body
# or a month (may, un, us) is no stop word.
STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be been before being but by can could did do
    does for from had has have he her here him his how i if in into is it its me more most my no
    nor not of on or our out over she should so some such than that the their them then there these
    they this those to under up was we were what when where which while who whom whose why will
    with would you your please tell show find happen happened

    або але без був була були було бути в вже ви від він вона вони воно все де для до є є ж за з зі
    й його її їх і із їй йому коли ми на над не ні о об по під при про та так також там тут те ти то
    той тому у хто це цей ця ці чи чому що щоб як який яка яке які я сталося

    а более бы был была были было быть вам вас весь во вот все всех вы где да даже если есть еще же
    из или им их к как какой какая какие когда кого кто ли мне мы над нас не него нее нет но ну об
    он она они оно от очень по под после потом потому при с со так также там тебя тем то того тоже
    только том ты уже чего чем что чтобы эта эти это этот случилось произошло

    ama bana ben bir biri bu buna bunda bunu bunun cok da daha de degil diye en gibi hangi hem hep
    her hic icin ile ise kadar ki kim mi mu nasil ne neden nerede nicin o olan olarak oldu on ona
    onlar onu onun sey siz su tum ve veya ya yani
    """.split()  # noqa: SIM905 - a list of two hundred quoted words would be harder to read
)


class Word(NamedTuple):
    """A folded word and where it stands in the text it was read from."""

    key: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return ``text`` as it is compared: lower case, no diacritics, no apostrophes.

    Words stay apart where they were; letters of scripts without spaces are set apart from one
    another. The length may change.
    """
    if text.isascii():
        return text.replace("'", "").replace("`", "").lower()
    # Taken apart, the acute accent that some type for an apostrophe would become a space.
    text = unicodedata.normalize("NFKD", text.replace("´", "")).casefold()
    return _SPECIAL.sub(_rewritten, _DROPPED.sub("", text))


def _rewritten(match: re.Match[str]) -> str:
    letter = match[0]
    return _LETTERS.get(letter) or f" {letter} "


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of ``text`` in order, folded, with their places in it."""
    for match in _WORD.finditer(text):
        key = _key(match[0])
        if " " not in key:
            if key:
                yield Word(key, *match.span())
            continue
        # Folding took it apart: letters of a script without spaces, or a fraction such as ½.
        for piece in _PIECE.finditer(match[0]):
            start, end = match.start() + piece.start(), match.start() + piece.end()
            for part in _key(piece[0]).split():
                yield Word(part, start, end)


@lru_cache(maxsize=8192)
def _key(word: str) -> str:
    """Fold one word; texts repeat their words, so the common ones are kept."""
    return fold(word)
