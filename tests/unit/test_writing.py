"""A change of a knowledge file touches the lines of what changes, and no others."""

from __future__ import annotations

import copy
import difflib
import os
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
import yaml

from community_bot.domain.values import Kind
from community_bot.knowledge.form import format_text
from community_bot.knowledge.problems import BrokenFileError, Route
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.knowledge.writing import rewritten, written

SHIPPED = Path(__file__).resolve().parents[2] / "knowledge"
FILES = {kind: sorted(SHIPPED.glob(f"{kind.folder}/*.yaml")) for kind in Kind}


def values(tree: Tree, route: Route = ()) -> Iterator[tuple[Route, Tree]]:
    """Yield every value of a tree with the way to it."""
    if route:
        yield route, tree
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from values(value, (*route, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from values(value, (*route, index))


def changed_lines(before: bytes, after: bytes) -> tuple[set[int], int]:
    """Return which lines of the old text are not in the new, and how many of the new are new."""
    old, new = before.decode().split("\n"), after.decode().split("\n")
    gone: set[int] = set()
    added = 0
    for tag, start, end, begin, stop in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            gone |= set(range(start, end))
            added += stop - begin
    return gone, added


def own_lines(data: bytes, route: Route) -> set[int]:
    """Return the lines that a value stands on, its key's among them."""
    node: Any = yaml.compose(data)
    first = 0
    for step in route:
        if isinstance(node, yaml.MappingNode):
            key, node = next(pair for pair in node.value if pair[0].value == step)
            first = key.start_mark.line
        else:
            node = node.value[step]
            first = node.start_mark.line
    last: int = node.end_mark.line - (node.style in {"|", ">"})
    return set(range(first, last + 1))


def fields(paths: list[Path]) -> Iterator[tuple[bytes, dict[str, Tree], Route, str]]:
    """Yield a text of each field, with its file; with FULL_LOOPS=1 all texts of all files."""
    seen: set[Route] = set()
    for path in paths:
        data = path.read_bytes()
        tree = read_tree(data, "")
        for route, value in values(tree):
            field = tuple("*" if isinstance(step, int) else step for step in route)
            if isinstance(value, str) and (field not in seen or "FULL_LOOPS" in os.environ):
                seen.add(field)
                yield data, tree, route, value


def put(tree: Tree, route: Route, value: str) -> None:
    for step in route[:-1]:
        tree = tree[step]  # type: ignore[index]
    tree[route[-1]] = value  # type: ignore[index]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_change_of_any_field_keeps_every_other_line(kind: Kind) -> None:
    for data, tree, route, value in fields(FILES[kind]):
        new = copy.deepcopy(tree)
        put(new, route, value[:-1] + ("1" if value[-1:] != "1" else "2"))
        gone, added = changed_lines(data, rewritten(data, new, kind))
        own = own_lines(data, route)
        assert gone <= own, route
        assert len(own) > 1 or (len(gone), added) == (1, 1), route


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_taken_away_and_put_back_leaves_the_file_saying_the_same(kind: Kind) -> None:
    for path in FILES[kind] if "FULL_LOOPS" in os.environ else FILES[kind][:2]:
        data = path.read_bytes()
        tree = read_tree(data, "")
        for key in tree:
            less = {name: value for name, value in tree.items() if name != key}
            without = rewritten(data, less, kind)
            assert changed_lines(data, without)[1] == 0, key
            assert read_tree(rewritten(without, tree, kind), "") == tree


FILE = """\
# yaml-language-server: $schema=../schema/person.json
id: ann
kind: person
# Her names as the ministry writes them.
names:
  en: {text: Ann, cite: [one, two]}  # the passport
aliases:
  - text: Anna
    cite: [one]
  # A nickname.
  - {text: Annie, cite: [one]}
about:
  text:
    en: >-  # from the book
      A teacher of geography who taught for many years in the school of the village where she had
      been born.
  cite: [one]
status:
  value: detained
  as_of: "2017"
  cite: [one]
reviewed: "2020-01-01"
# The end.
"""


def edited(text: str, **changes: Tree) -> str:
    tree = read_tree(text.encode(), "")
    return rewritten(text.encode(), {**tree, **changes}, Kind.PERSON).decode()


def differing(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[:1] in "+-"]


def test_a_source_more_is_a_word_more_on_its_line() -> None:
    names: Tree = {"en": {"text": "Ann", "cite": ["one", "two", "three"]}}
    assert differing(FILE, edited(FILE, names=names)) == [
        "-   en: {text: Ann, cite: [one, two]}  # the passport",
        "+   en: {text: Ann, cite: [one, two, three]}  # the passport",
    ]


def test_an_item_more_is_lines_more_and_what_is_long_is_broken() -> None:
    event: dict[str, Tree] = {"type": "released", "date": "2018-01-02", "cite": ["one"]}
    words = "Freed " + "and brought home to the village, " * 3 + "well."
    long: dict[str, Tree] = {**event, "text": {"en": words}}
    assert differing(FILE, edited(FILE, events=[event])) == [
        "+ events:",
        '+   - {type: released, date: "2018-01-02", cite: [one]}',
    ]
    assert all(line.startswith("+") for line in differing(FILE, edited(FILE, events=[event, long])))


def test_a_language_more_stands_among_the_others() -> None:
    about: Tree = {"text": {"en": read_about(), "tr": "Öğretmen: coğrafya"}, "cite": ["one"]}
    assert differing(FILE, edited(FILE, about=about)) == ['+     tr: "Öğretmen: coğrafya"']


def read_about() -> Tree:
    about = read_tree(FILE.encode(), "")["about"]
    assert isinstance(about, dict)
    assert isinstance(about["text"], dict)
    return about["text"]["en"]


def test_comments_stay_where_what_they_are_about_stays() -> None:
    aliases: Tree = [{"text": "Annie", "cite": ["one"]}]
    assert differing(FILE, edited(FILE, aliases=aliases)) == [
        "-   - text: Anna",
        "-     cite: [one]",
    ]


def test_a_comment_behind_a_text_that_changes_stays() -> None:
    about: Tree = {"text": {"en": "A teacher."}, "cite": ["one"]}
    assert "    en: A teacher.  # from the book" in edited(FILE, about=about).splitlines()


def test_a_file_in_another_form_keeps_it() -> None:
    odd = FILE.replace("id: ann", "id:   ann   # short").replace('"2020-01-01"', "'2020-01-01'")
    crooked = odd.replace("  value: detained", "    value:   detained").replace(
        '  as_of: "2017"\n  cite', '    as_of: "2017"\n    cite'
    )
    status: Tree = {"value": "released", "as_of": "2018", "cite": ["one"]}
    assert differing(crooked, edited(crooked, status=status)) == [
        "-     value:   detained",
        "+     value:   released",
        '-     as_of: "2017"',
        '+     as_of: "2018"',
    ]


def test_line_ends_stay_what_they_are() -> None:
    windows = FILE.replace("\n", "\r\n")
    status: Tree = {"value": "released", "as_of": "2018", "cite": ["one"]}
    outcome = edited(windows, status=status)
    assert outcome.replace("\r\n", "\n") == edited(FILE, status=status)
    assert outcome.count("\n") == outcome.count("\r\n")


ODD = ["no", "1", "a: b", "a #b", "- a", "'", '"', "\\", "[", "{a}", "@x", "~", "!x", "", "Ж—„"]


@pytest.mark.parametrize("text", [*ODD, "a, b", "1:?", "a?", ":", "?", "0x1f", "2017-01-01"])
def test_any_words_are_written_so_that_they_are_read_as_they_are(text: str) -> None:
    names: Tree = {"en": {"text": text, "cite": ["one", text]}}
    about: Tree = {"text": {"en": text}, "cite": ["one"]}
    outcome = edited(FILE, names=names, about=about)
    tree = read_tree(outcome.encode(), "")
    assert (tree["names"], tree["about"]) == (names, about)


def test_what_one_line_cannot_hold_is_refused() -> None:
    with pytest.raises(BrokenFileError):
        edited(FILE, about={"text": {"en": "one\ntwo"}, "cite": ["one"]})


def test_a_new_file_is_in_the_usual_form() -> None:
    tree: dict[str, Tree] = {
        "id": "a-source",
        "kind": "source",
        "title": "A title: with a colon",
        "publisher": "Somebody",
        "url": "https://example.org/a",
        "language": "en",
        "type": "press",
        "reviewed": "2026-01-02",
    }
    data = written(tree, Kind.SOURCE)
    assert read_tree(data, "") == tree
    assert format_text(data, Kind.SOURCE) == data.decode()
