"""Reading YAML: what is refused, where it is said to be, and that nothing changes its meaning."""

from __future__ import annotations

import contextlib
import itertools
import unicodedata

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.reading import characters, tree
from community_bot.knowledge.reading.characters import flaws
from community_bot.knowledge.reading.places import Places
from community_bot.knowledge.reading.tree import read_tree

pytestmark = pytest.mark.timeout(5)

_NAMES = [f"a{number}" for number in range(25)]
# Each line refers several times to the one above: what is followed grows by powers.
MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [*{above}, *{above}, *{above}]}}\n"
    for above, name in itertools.pairwise(_NAMES)
)
ALIAS_BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"{name}: &{name} [*{above}, *{above}]\n" for above, name in itertools.pairwise(_NAMES)
)

HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"", "1:1 problem-empty"),
    "only a comment": (b"# hello\n", "1:1 problem-empty"),
    "a bare word": (b"hello", "1:1 problem-not-keys"),
    "a list at the top": (b"- a\n", "1:1 problem-not-keys"),
    "an anchor": (b"a: 1\nb: &x 2\n", "2:4 problem-reuse"),
    "an alias to nothing": (b"a: *x\n", "1:4 problem-reuse"),
    "a merge bomb": (MERGE_BOMB.encode(), "1:5 problem-reuse"),
    "an alias bomb": (ALIAS_BOMB.encode(), "1:5 problem-reuse"),
    "an anchor that holds itself": (b"a: &a [*a]\n", "1:4 problem-reuse"),
    "a merge key": (b"b:\n  <<: {a: 1}\n", "2:3 problem-reuse"),
    "a Python tag": (b"a: !!python/object/apply:os.system [ls]\n", "1:4 problem-tag"),
    "a tag of its own": (b"a: !x y\n", "1:4 problem-tag"),
    "an empty tag": (b"a: ! y\n", "1:4 problem-tag"),
    "a tag with an unknown handle": (b"a: !x!y z\n", "1:4 problem-tag"),
    "a version directive": (b"%YAML 1.2\n---\na: 1\n", "1:1 problem-directive"),
    "a tag directive": (b"%TAG ! tag:x,2000:\n---\na: 1\n", "1:1 problem-directive"),
    "a second document": (b"a: 1\n---\nb: 2\n", "2:1 problem-second-document"),
    "text after the document": (b"a: 1\n...\nb: 2\n", "3:1 problem-second-document"),
    "a list as a key": (b"? [a]\n: 1\n", "1:3 problem-key-not-text"),
    "a mapping as a key": (b"{a: 1}: 2\n", "1:1 problem-key-not-text"),
    "a key twice": (b"a: 1\nb: 2\na: 3\n", "3:1 problem-key-twice"),
    "500 brackets": (b"[" * 500, "1:21 problem-too-deep"),
    "100,000 brackets": (b"[" * 100_000, "1:21 problem-too-deep"),
    "100,000 braces": (b"{" * 100_000, "1:2 problem-key-not-text"),
    "100,000 dashes": (b"- " * 100_000, "1:41 problem-too-deep"),
    "a long staircase": (
        b"".join(b" " * depth + b"a:\n" for depth in range(900)),
        "21:21 problem-too-deep",
    ),
    "too many values": (b"a: [" + b"a," * 200_000 + b"]", "1:199993 problem-too-many"),
    "too many bytes": (b"a: " + b"x" * 600_000, "1:1 problem-too-big"),
    "NUL": (b"a: b\x00c", "1:5 problem-control"),
    "an escaped NUL": (b'a: "b\\0c"', "1:4 problem-control"),
    "a byte order mark": (b"\xef\xbb\xbfa: 1\n", "1:1 problem-byte-order-mark"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "1:1 problem-not-utf8"),
    "UTF-16 without its mark": ("a: 1\n".encode("utf-16-be"), "1:1 problem-not-utf8"),
    "UTF-32": ("a: 1\n".encode("utf-32-le"), "1:1 problem-not-utf8"),
    "Latin-1": ("a: 1\nb: é\n".encode("latin-1"), "2:4 problem-not-utf8"),
    "a lone surrogate": (b"a: \xed\xa0\x80", "1:4 problem-not-utf8"),
    "U+0085": ("a: b\u0085c: d\n".encode(), "1:5 problem-line-separator"),
    "an escaped U+0085": (b'a: "b\\Nc"\n', "1:4 problem-line-separator"),
    "U+2028": ("a: b\u2028c\n".encode(), "1:5 problem-line-separator"),
    "U+2029": ("a: b\u2029c\n".encode(), "1:5 problem-line-separator"),
    "text turned round": ("a: Al\u202egnik\n".encode(), "1:6 problem-bidi"),
    "an escaped turning round": (b'a: "Al\\u202Egnik"\n', "1:4 problem-bidi"),
    "an isolate": ("a: b\u2066c\n".encode(), "1:5 problem-bidi"),
    "a zero-width space": ("a: О\u200bleg\n".encode(), "1:5 problem-invisible"),
    "a soft hyphen": ("a: b\u00adc\n".encode(), "1:5 problem-invisible"),
    "a Hangul filler": ("a: b\u3164c\n".encode(), "1:5 problem-invisible"),
    "a variation selector": ("a: b\ufe0fc\n".encode(), "1:5 problem-invisible"),
    "a joiner between Latin letters": ("a: b\u200dc\n".encode(), "1:5 problem-invisible"),
    "a joiner at the end": ("a: می\u200c\n".encode(), "1:6 problem-invisible"),
    "a private character": ("a: b\ue000c\n".encode(), "1:5 problem-control"),
    "a replacement character": ("a: b\ufffdc\n".encode(), "1:5 problem-replacement"),
    "200 combining marks": (("a: x" + "\u0318" * 200).encode(), "1:9 problem-marks"),
    "text that is not NFC": ("a: И\u0306\n".encode(), "1:4 problem-not-nfc"),
    "a tab in text": (b"a: b\tc\n", "1:5 problem-control"),
    "a tab as indentation": (b"a:\n\tb: 1\n", "2:1 problem-control"),
    "two kinds of line end": (b"a: 1\r\nb: 2\nc: 3\r\n", "2:5 problem-line-ends"),
    "a lone carriage return": (b"a: 1\rb: 2\n", "1:5 problem-line-ends"),
    "a text of two lines": (b"a: |\n  x\n  y\n", "1:4 problem-line-break"),
    "a text that ends in a line break": (b"a: >\n  x\n", "1:4 problem-line-break"),
    "a plain text with an empty line": (b"a: x\n\n  y\n", "1:4 problem-line-break"),
    "a key that would colour a terminal": (b'"\\e[31m": x\n', "1:1 problem-control"),
    "spaces around a text": (b"a: ' x'\n", "1:4 problem-outer-space"),
    "a colon in plain text": (b"a: b: c\n", "1:5 problem-colon"),
    "a sign that plain text cannot start with": (b"a: @x\n", "1:4 problem-needs-quotes"),
    "a quote that is not closed": (b'a: "x\nb: 1\n', "3:1 problem-quote-open"),
    "a bracket that is not closed": (b"a: [x\nb: 1\n", "2:2 problem-bracket-open"),
    "a line that is indented oddly": (b"a:\n  b: 1\n c: 2\n", "3:2 problem-indentation"),
    "a key without its colon": (b"a: 1\nb\nc: 2\n", "3:1 problem-colon-missing"),
    "an unknown escape": (b'a: "\\q"\n', "1:5 problem-escape"),
}


def _problems(data: bytes) -> list[str]:
    try:
        read_tree(data, "f.yaml")
    except BrokenFileError as error:
        return [f"{it.line}:{it.column} {it.key}" for it in error.problems]
    return []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_one_clear_problem(name: str) -> None:
    data, problem = HOSTILE[name]
    assert _problems(data) == [problem]


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"too many values"}))
def test_without_the_c_parser_the_same_files_are_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "LOADER", yaml.SafeLoader)
    assert _problems(HOSTILE[name][0])


def test_a_lone_surrogate_cannot_be_escaped_in() -> None:
    assert [it.partition(" ")[2] for it in _problems(b'a: "\\ud800"')] == ["problem-escape"]


def test_scalars_stay_the_text_that_they_are() -> None:
    texts = ["NO", "no", "22:22", "1.10", "0x10", "2024-02-30", "1_000", "true", "Null", "=", "y"]
    data = "".join(f"k{index}: {text}\n" for index, text in enumerate(texts)).encode()
    assert list(read_tree(data, "f").values()) == texts


def test_a_plain_null_or_nothing_is_none_and_a_quoted_one_is_text() -> None:
    data = b"a: null\nb: ~\nc:\nd: 'null'\ne: \"\"\nf: [~, '~']\n"
    expected = {"a": None, "b": None, "c": None, "d": "null", "e": "", "f": [None, "~"]}
    assert read_tree(data, "f") == expected


def test_keys_are_always_text() -> None:
    assert read_tree(b"no: 1\nnull: 2\n1: 3\n", "f") == {"no": "1", "null": "2", "1": "3"}


def test_windows_line_ends_throughout_are_taken() -> None:
    assert read_tree(b"a: 1\r\nb: >-\r\n  x\r\n  y\r\n", "f") == {"a": "1", "b": "x y"}


def test_joiners_are_taken_where_the_script_needs_them() -> None:
    text = "می\u200cخواهم और क्\u200dष"
    assert read_tree(f"a: {text}\n".encode(), "f") == {"a": text}


def test_every_problem_of_the_characters_is_reported_at_once() -> None:
    data = "a: b\u200bc\nd: e\u202ef\ng: \u0085\n".encode()
    assert _problems(data) == [
        "1:5 problem-invisible",
        "2:5 problem-bidi",
        "3:4 problem-line-separator",
    ]


def test_every_key_that_is_there_twice_is_reported_at_once() -> None:
    data = b"a: 1\na: 2\nb:\n  c: 1\n  c: 2\na: 3\n"
    found = _problems(data)
    assert found == ["2:1 problem-key-twice", "5:3 problem-key-twice", "6:1 problem-key-twice"]


def test_the_depth_and_size_that_are_allowed_are_read() -> None:
    deep = b"a: " + b"[" * 19 + b"x" + b"]" * 19
    assert read_tree(deep, "f")
    wide = b"a: " + b"x" * (tree.MOST_BYTES - 3)
    assert read_tree(wide, "f")
    assert _problems(b"a: " + b"[" * 20 + b"]" * 20) == ["1:23 problem-too-deep"]


def test_columns_count_characters_not_bytes() -> None:
    assert _problems("є: [Ї, &x b]\n".encode()) == ["1:8 problem-reuse"]


def test_places_lead_to_keys_and_values() -> None:
    places = Places("a:\n  - {б: 1, c: [x, y]}\n  - d\ne: 2\n".encode())
    assert places.key(("a",)) == (1, 1)
    assert places.value(("a", 0)) == (2, 5)
    assert places.key(("a", 0, "c")) == (2, 12)
    assert places.value(("a", 0, "c", 1)) == (2, 19)
    assert places.value(("a", 1)) == (3, 5)
    assert places.value(("e",)) == (4, 4)


def test_what_has_no_place_is_where_its_surroundings_are() -> None:
    places = Places(b"a:\n  b: 1\n")
    assert places.value(("a", "c", 3)) == (2, 3)
    assert places.key(("z",)) == (1, 1)


def test_the_letters_that_are_waved_through_need_no_closer_look() -> None:
    for code in range(0x110000):
        letter = chr(code)
        if characters.UNUSUAL.match(letter):
            continue
        category = unicodedata.category(letter)
        assert category[0] in "LNPS" or letter in " \n", f"U+{code:04X}"
        assert unicodedata.is_normalized("NFC", letter), f"U+{code:04X}"
        assert not unicodedata.combining(letter), f"U+{code:04X}"


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_no_bytes_do_more_than_give_problems(data: bytes) -> None:
    with contextlib.suppress(BrokenFileError):
        read_tree(data, "f")


@given(st.text(alphabet="a1:-[]{}#&*!|>'\"%@`,? \n\r\t\\~<.=\u00e9\u0301\u2028", max_size=60))
@settings(max_examples=400)
def test_no_text_made_of_yaml_signs_does_more_than_give_problems(text: str) -> None:
    with contextlib.suppress(BrokenFileError):
        found = read_tree(text.encode(), "f")
        places = Places(text.encode())
        assert all(places.key((key,)) >= (1, 1) for key in found)


def _plain(text: str) -> bool:
    return not list(flaws(text)) and text == text.strip() and "\n" not in text


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=12).filter(_plain)
_TREES = st.dictionaries(
    _TEXTS,
    st.recursive(
        _TEXTS | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@given(_TREES)
@settings(max_examples=100)
def test_what_another_yaml_writer_wrote_is_read_as_it_was_meant(content: dict[str, object]) -> None:
    data = yaml.safe_dump(content, allow_unicode=True, width=1000).encode()
    assert read_tree(data, "f") == content
