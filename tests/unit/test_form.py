"""The usual form: how files look after it, that they say the same, and that comments stay."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from community_bot.domain.values import Kind
from community_bot.knowledge.form import format_text, new_entry_text
from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.reading.characters import flaws
from community_bot.knowledge.reading.shapes import CLASSES, shapes
from community_bot.knowledge.reading.tree import read_tree
from community_bot.knowledge.schema import read_entry, schema_line

LINE = schema_line(Kind.PERSON)


def _formed(text: str, kind: Kind | None = Kind.PERSON) -> str:
    return format_text(dedent(text).encode(), kind)


def _body(text: str) -> str:
    first, body = _formed(text).split("\n", 1)
    assert first == LINE
    return body


def test_keys_are_put_in_the_order_of_the_schema() -> None:
    text = "status: {as_of: a, value: b}\nzzz: 1\nkind: person\nid: x\n"
    assert _body(text) == 'id: x\nkind: person\nstatus: {value: b, as_of: "a"}\nzzz: "1"\n'


def test_the_schema_line_is_put_right_and_first() -> None:
    text = "\n# A remark.\n# yaml-language-server: $schema=../schema/case.json\nid: x\n"
    assert _formed(text) == f"{LINE}\n# A remark.\nid: x\n"
    assert _formed("title: {}\n", None).startswith(schema_line("about"))


def test_indentation_line_ends_and_marks_are_put_right() -> None:
    text = "\ufeffid: x\r\nnotes:\r\n-   text:\r\n         en: a\r\n\r\n\r\n\r\n    cite: []"
    assert _body(text) == "id: x\nnotes:\n  - text:\n      en: a\n\n    cite: []\n"


def test_letters_are_composed() -> None:
    assert _body("id: И\u0306\n") == "id: Й\n"


def test_what_looks_like_a_number_or_a_date_is_quoted_and_only_numbers_are_not() -> None:
    text = """\
        events:
          - date: 2017-10
            until: 2017-10-25
            articles: [205.4, 22:22, no, "y", 1e3, RU-CC 212]
            sentence: {years: '4', suspended: "true"}
            approximate: 'true'
        """
    assert _body(text) == dedent("""\
        events:
          - date: "2017-10"
            until: "2017-10-25"
            approximate: true
            articles: ["205.4", "22:22", "no", "y", "1e3", RU-CC 212]
            sentence: {years: 4, suspended: true}
        """)


def test_quotes_stay_where_their_author_put_them_and_are_double_where_they_can_be() -> None:
    text = "weak_aliases: ['a b', \"c\", d, 'say \"e\"', 'f\\g', 'it''s']\n"
    expected = """weak_aliases: ["a b", "c", d, 'say "e"', 'f\\g', "it's"]\n"""
    assert _body(text) == expected


def test_collections_in_one_line_stay_so_while_they_fit() -> None:
    short = "weak_aliases: [a, b]\n"
    assert _body(short) == short
    long = f"weak_aliases: [{', '.join(['abcdefghi'] * 10)}]\n"
    assert _body(long) == "weak_aliases:\n" + "  - abcdefghi\n" * 10


def test_long_text_is_folded_and_folded_text_keeps_its_lines() -> None:
    words = " ".join(["words"] * 40)
    (start, *lines) = _body(f"about: {{text: {{en: {words}}}}}\n").splitlines()
    assert [start, *lines[:2]] == ["about:", "  text:", "    en: >-"]
    assert all(len(line) <= 100 for line in lines)
    own = "about:\n  text:\n    en: >-\n      One line.\n      Another.\n"
    assert _body(own) == own


def test_literal_text_and_addresses_stay_in_one_line() -> None:
    paragraph = "word " * 50 + "end"
    literal = f"about:\n  text:\n    en: |-\n      {paragraph}\n"
    assert _body(literal) == literal
    address = f"links:\n  - https://example.org/{'a' * 120}\n"
    assert _body(address) == address


def test_comments_stay_with_what_they_are_about() -> None:
    text = """\
        # above the id
        id: x # behind the id
        status:   # behind the key
            # above as_of
            as_of: '2017'

            # above the value
            value: >- # behind the sign
              released
            # below the status
        names:
        # above a name
          en: {text: A} # behind the name
        weak_aliases:
        - # above the first
          a # behind the first
        - b
        # above the kind
        kind: person
        # below everything
        """
    assert _body(text) == dedent("""\
        # above the id
        id: x  # behind the id
        # above the kind
        kind: person
        names:
          # above a name
          en: {text: A}  # behind the name
        weak_aliases:
          # above the first
          - a  # behind the first
          - b
        status:  # behind the key
          # above the value
          value: >-  # behind the sign
            released
          # above as_of
          as_of: "2017"
          # below the status
        # below everything
        """)


def test_a_comment_between_brackets_puts_their_content_in_lines() -> None:
    text = "weak_aliases: [a, # the first\n  b] # both\n"
    assert _body(text) == "weak_aliases:  # both\n  - a  # the first\n  - b\n"


def test_a_dash_and_a_key_share_a_line_below_their_comments() -> None:
    text = "notes:\n  -\n    # about the text\n    cite: []\n    text: {en: a}\n"
    assert _body(text) == "notes:\n  # about the text\n  - text: {en: a}\n    cite: []\n"


def test_what_cannot_be_read_is_not_formed() -> None:
    for data in (b"a: &x 1\n", b"\xff\xfe", b"", b"- a\n", b"a: b: c\n"):
        with pytest.raises(BrokenFileError):
            format_text(data, Kind.PERSON)


_WORDS = st.text("ab1 .:#-'\"\\,[]{}&*!|>%@`?~=<єї\u00a0", min_size=1, max_size=9).filter(
    lambda text: text == text.strip() and not list(flaws(text))
)
_CONTENTS = st.dictionaries(
    st.sampled_from(["id", "kind", "names", "events", "notes", "zzz"]),
    st.recursive(
        _WORDS | st.none() | st.sampled_from(["2017-10", "no", "1e3", "0x1f", "12:30", "null", ""]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
)


@given(_CONTENTS, st.sampled_from(["", "flow"]), st.sampled_from([20, 100, 1000]))
@settings(max_examples=150, deadline=None)
def test_forming_changes_nothing_that_is_said_and_once_is_enough(
    content: dict[str, object], flow: str, width: int
) -> None:
    data = yaml.safe_dump(
        content, allow_unicode=True, default_flow_style=bool(flow), width=width
    ).encode()
    formed = format_text(data, Kind.PERSON)
    assert read_tree(formed.encode(), "f") == content
    assert format_text(formed.encode(), Kind.PERSON) == formed


@given(_WORDS)
@settings(max_examples=150)
def test_every_yaml_reader_takes_what_is_left_plain_for_text(text: str) -> None:
    formed = format_text(yaml.safe_dump({"zzz": text, "x": [text]}).encode(), Kind.PERSON)
    assert yaml.safe_load(formed) == {"zzz": text, "x": [text]}


@pytest.mark.parametrize("kind", Kind)
def test_a_template_names_every_key_and_is_in_the_usual_form(kind: Kind) -> None:
    text = new_entry_text(kind, "some-id")
    assert format_text(text.encode(), kind) == text
    assert read_tree(text.encode(), "f")["id"] == "some-id"
    whole = re.sub(r"(?m)^(\s*)#(?! \S)", r"\1", text)
    assert read_tree(whole.encode(), "f").keys() == shapes(CLASSES[kind]).keys()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("is_whole", [False, True])
def test_a_template_lacks_nothing_but_what_is_to_be_filled_in(
    kind: Kind, *, is_whole: bool
) -> None:
    text = new_entry_text(kind, "some-id")
    if is_whole:
        text = re.sub(r"(?m)^(\s*)#(?! \S)", r"\1", text)
    with pytest.raises(BrokenFileError) as caught:
        read_entry(read_tree(text.encode(), "f"), kind, text.encode(), "f")
    keys = {it.key for it in caught.value.problems}
    assert keys <= {"problem-nothing", "problem-no-words"}


@pytest.mark.parametrize("entry_id", ["../x", "", "A", "a/b", "-a", "a" * 65, "a\n"])
def test_a_template_is_for_an_id_that_can_be_one(entry_id: str) -> None:
    with pytest.raises(BrokenFileError):
        new_entry_text(Kind.PERSON, entry_id)
