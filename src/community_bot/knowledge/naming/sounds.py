# ruff: noqa: RUF001, RUF003 - the letters of two alphabets
"""How a written word may sound: one reading for what many alphabets and romanisations write.

A reading is a row of sounds; each sound is a set of what its letters may stand for (``c`` is ts in
Polish, dzh in Turkish, k in English), kept as bits. Two words can be the same name when their
sounds meet one by one. Knows no names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from community_bot.knowledge.naming.spelling import in_ascii

# Small letters for plain sounds; S sh, Z zh, C ch, T ts, J dzh, x kh.
_SOUNDS = "aeioubvfghxkdtzsZSCTJlmnpr"
_BIT = {sound: 1 << i for i, sound in enumerate(_SOUNDS)}
_E, _O, _U = _BIT["e"], _BIT["o"], _BIT["u"]
VOWELS = sum(_BIT[sound] for sound in "aeiou")
GLIDE = _BIT["i"]
BREATH = _BIT["h"] | _BIT["x"]
_PAIR = len(_SOUNDS)
_Y = GLIDE << _PAIR
_VOWEL_I = "iіиы"
# What one letter of the retrieval key merges: too coarse to decide, right for finding.
_CLASS = {
    sound: letter
    for letter, sounds in {
        "a": "aeo", "i": "i", "u": "u", "b": "b", "v": "vf", "k": "ghxk", "d": "d", "t": "t",
        "s": "zsZSCTJ", "l": "l", "m": "m", "n": "n", "p": "p", "r": "r",
    }.items()
    for sound in sounds
}  # fmt: skip
# Sounds that one language, or one ear, takes for another: voiced and voiceless, hissing and
# hushing, and vowels that Belarusian, Russian and Tatar spelling exchange. Those with an a part two
# names as often as two spellings (Karimov and Kerimov); a and i always do (Altan and Altın).
_KIN = tuple(
    (_BIT[x], _BIT[y])
    for x, y in (
        "bp", "dt", "gk", "vf", "zs", "ZS", "JC", "zZ", "sS", "TC", "xg", "xk", "sT", "zJ", "ZJ",
        "oe", "ei",
    )
)  # fmt: skip
_NEAR = 0.5
_OPEN = tuple((_BIT["a"], _BIT[x]) for x in "oe")
DOUBTFUL = 0.8
"""The cost of a vowel that may make another name: less than a slip, but no reason to be sure."""

# Letters and their sounds. A space parts sounds; several letters in one sound are alternatives.
# Cyrillic says how it sounds, except г (h in Ukrainian) and ъ (a vowel in Bulgarian, else silent).
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "gh", "ґ": "g", "д": "d", "е": "e", "є": "i e", "ё": "i oe",
    "ж": "Z", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m",
    "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "uv", "ф": "f",
    "х": "xh", "ц": "T", "ч": "C", "ш": "S", "щ": "S C", "ъ": "aou", "ы": "i", "ь": "", "э": "e",
    "ю": "i u", "я": "i a", "ј": "i", "љ": "l", "њ": "n", "ћ": "C", "ђ": "J", "џ": "J", "ѓ": "gJ",
    "ќ": "kC", "ѕ": "z", "қ": "k", "ғ": "gh", "ҳ": "xh", "ҷ": "J", "ҹ": "J", "ӣ": "i", "ӯ": "u",
    "ө": "ou", "ү": "u", "ұ": "u", "ң": "n", "ә": "ae", "һ": "h", "ҝ": "g", "дж": "J", "'": "",
    "ъе": "e", "ъё": "i oe", "ъю": "i u", "ъя": "i a", "ъє": "i e", "ъї": "i",
}  # fmt: skip
# Latin, with what other languages mean by the same letters, in another class, after the bar.
_LATIN = {
    "shch": "S C", "schtsch": "S C", "stsch": "S C", "szcz": "S C", "šč": "S C", "tsch": "C",
    "dsch": "J", "dzh": "J", "dż": "J", "dž": "J", "tch": "C", "tsj": "C", "sch": "S", "sh": "S",
    "sz": "S", "cz": "C", "zh": "Z", "kh": "x", "gh": "g", "ph": "f", "th": "t", "ck": "k",
    "ts": "T", "tz": "T", "ou": "u", "ff": "vf",
    "a": "a", "b": "b", "d": "d", "e": "e", "f": "f", "g": "gh", "h": "hxg", "i": "i", "k": "k",
    "l": "l", "m": "m", "n": "n", "o": "o", "p": "p", "q": "kg", "r": "r", "s": "sS", "t": "t",
    "u": "u", "v": "v", "w": "v", "y": "i", "z": "zZT",
    "š": "S", "ş": "S", "ș": "S", "ś": "sS", "č": "C", "ç": "C", "ć": "TC", "ž": "Z", "ż": "Z",
    "ź": "z", "ğ": "gh", "ə": "ae", "ä": "ae", "ö": "oe", "ü": "u", "ă": "a", "ǎ": "a", "ą": "o n",
    "ę": "e n", "ó": "ou", "õ": "oi", "ł": "l",
    "c": "TJC|k",  # English, French and Romanian before a, o, u
    "ch": "CS|xk",  # German, Polish, Czech
    "j": "i|ZJ",  # French and Romanian; English
    "dj": "d i|J",  # French
    "x": "xh|k s",  # Greek and Latin names
    "oe": "o e|u",  # Dutch
    "rz": "r z|Z",  # Polish
    "sj": "s i|S",  # Dutch
    "zj": "z i|Z",  # Dutch
    "gue": "g u e|g e",  # French
    "gui": "g u i|g i",  # French
    "tsh": "C|t S",  # a syllable that ends in t
    "ț": "T|t", "ţ": "T|t",  # Romanian, often typed without its sign
    "â": "a|i a",  # ISO 9
}  # fmt: skip
_GRAPHEMES = {
    letters: tuple(tuple(reading.split()) for reading in sounds.split("|"))
    for letters, sounds in (_CYRILLIC | _LATIN).items()
}
_GRAPHEME = re.compile("|".join(sorted(_GRAPHEMES, key=len, reverse=True)) + "|.")
_READINGS = 4
_LONGEST_LETTER = 4
"""Letters that anyascii spends on one letter of an alphabet; an ideograph may take more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a word: its sounds, and a key of one letter each that merges kindred ones."""

    key: str
    sounds: tuple[int, ...]


@lru_cache(maxsize=4096)
def alike(a: int, b: int) -> float:
    """Return the cost of taking one sound for another: half a slip for kindred ones, else one."""
    if any((a & x and b & y) or (a & y and b & x) for x, y in _KIN):
        return _NEAR
    is_open = any((a & x and b & y) or (a & y and b & x) for x, y in _OPEN)
    return DOUBTFUL if is_open else 1.0


@lru_cache(maxsize=512)
def read(word: str) -> tuple[Reading, ...]:
    """Return up to four readings of one lower-case word, the likeliest first."""
    silent = (Reading(word, ()),)
    if word.isdigit():
        return silent
    graphemes = _GRAPHEME.findall(word)
    other = [g for g in dict.fromkeys(graphemes) if len(_GRAPHEMES.get(g, ())) > 1]
    spoken = [_spoken(graphemes, ())]
    spoken += [_spoken(graphemes, (g,)) for g in other[: _READINGS - 2]]
    if len(other) > 1:
        spoken.append(_spoken(graphemes, other))
    # What has no sounds that are known, as a number has not, is like nothing but itself.
    return tuple(dict.fromkeys(_reading(sounds) for sounds in spoken if sounds)) or silent


def initial(name: str) -> int:
    """Return the initials that a name may be abbreviated to, as bits that ``abbreviated`` has too.

    I and Y are two initials: I. is no Yusuf and no Yevhen. A glide has a bit of its own (Y, J), and
    one for it and the vowel after it (Є, Ю, Я).
    """
    sounds = [_bits(sound) for sound in _spoken(_GRAPHEME.findall(name[:4]), ())[:2]]
    if not sounds:
        return 0
    first, after = sounds[0], sounds[-1] & VOWELS & ~GLIDE
    is_vowel = name[0] in _VOWEL_I
    if not first & GLIDE:
        return first | (_Y if name[0] == "е" else 0)  # Елена is Yelena
    if not after:
        return first if is_vowel else _Y
    # Who is called Yevhen may be Eugen, and who writes Iurii is Yurii.
    return _Y | after << _PAIR | after & _E | (first if is_vowel else 0)


def abbreviated(typed: str) -> int:
    """Return what an initial that somebody typed stands for, as bits."""
    bits = initial(typed)
    pair = bits & (VOWELS & ~GLIDE) << _PAIR
    return pair or (bits & ~_Y) or bits


def _spoken(graphemes: list[str], otherwise: tuple[str, ...] | list[str]) -> list[str]:
    sounds: list[str] = []
    for grapheme in graphemes:
        known = _GRAPHEMES.get(grapheme) or _letter(grapheme)
        sounds += known[-1] if grapheme in otherwise else known[0]
    return sounds


@lru_cache(maxsize=1024)
def _letter(letter: str) -> tuple[tuple[str, ...]]:
    """Return the sounds of a letter with other signs, or of another script."""
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _GRAPHEMES:
        return (_GRAPHEMES[base][0],)
    latin = in_ascii(letter)
    if not latin.isalpha() or not latin.isascii() or len(latin) > _LONGEST_LETTER:
        return ((),)
    return (tuple(_spoken(_GRAPHEME.findall(latin), ())),)


@lru_cache(maxsize=256)
def _bits(sound: str) -> int:
    bits = 0
    for alternative in sound:
        bits |= _BIT[alternative]
    return bits


def _reading(spoken: list[str]) -> Reading:
    """Drop what spelling adds and speech does not: doubles, and glides before e, o and u."""
    key: list[str] = []
    sounds: list[int] = []
    for sound in spoken:
        bits, letter = _bits(sound), _CLASS[sound[0]]
        if key and key[-1] == "i" and (bits & (_E | _U) or (bits & _O and len(key) > 1)):
            key.pop()
            sounds.pop()
            bits |= _E if bits & _O else 0
        if key and (bits == sounds[-1] or letter == key[-1] == "i"):
            continue
        key.append(letter)
        sounds.append(bits)
    return Reading("".join(key), tuple(sounds))
