"""Every field of every kind of entry can be named and typed, and nothing else can."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from terminal import BASES

from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind
from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.moderation.differences import field_text, text_of
from community_bot.moderation.fields import (
    Form,
    Spot,
    fields_like,
    find_field,
    put,
    value_in,
)
from community_bot.moderation.typed_values import with_value

FILES = {
    kind: sorted(path for name in BASES for path in BASES[name].glob(f"{kind.folder}/*.yaml"))
    for kind in Kind
}


def places(tree: Tree, route: Route = ()) -> Iterator[tuple[Route, Tree]]:
    """Yield every value of a tree with the way to it."""
    if route:
        yield route, tree
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from places(value, (*route, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from places(value, (*route, index))


@cache
def tree_in(path: Path) -> dict[str, Tree]:
    return read_tree(path.read_bytes(), path.name)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_value_of_every_file_is_found_by_its_name(kind: Kind) -> None:
    for path in FILES[kind]:
        for route, _ in places(tree_in(path)):
            assert find_field(kind, field_text(route), tree_in(path)).route == route


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("colour", "draft-field-unknown"),
        ("", "draft-field-unknown"),
        ("nmes.en.text", "draft-field-unknown-like"),
        ("names.en.texts", "draft-field-unknown-like"),
        ("names.english.text", "draft-no-language"),
        ("names.en.text.uk", "draft-field-value"),
        ("events.0.date", "draft-no-item"),
        ("events.99.date", "draft-no-item"),
        ("events.١.date", "draft-no-item"),
        ("events.-1.date", "draft-no-item"),
        ("events.date", "draft-no-item"),
        ("__class__", "draft-field-unknown"),
        ("names.en.__dict__", "draft-field-unknown"),
    ],
)
def test_what_is_no_field_is_refused_with_what_there_is(field: str, key: str) -> None:
    tree = tree_in(BASES["dreyfus"] / "people" / "alfred-dreyfus.yaml")
    with pytest.raises(UserError) as caught:
        find_field(Kind.PERSON, field, tree)
    assert caught.value.key == key


def test_a_name_is_taken_in_any_case_and_with_hyphens() -> None:
    tree: Tree = {"names": {"crh-Latn": {"text": "Ann"}}}
    assert find_field(Kind.PERSON, "Names.CRH-latn.Text", tree).route[1] == "crh-Latn"
    assert find_field(Kind.PERSON, "not-to-confuse", tree).route == ("not_to_confuse",)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_a_field_says_typed_into_it_again_changes_nothing(kind: Kind) -> None:
    for path in FILES[kind]:
        tree = tree_in(path)
        for route, value in places(tree):
            name = field_text(route)
            field = find_field(kind, name, tree)
            if field.spot.form is not Form.MAP and not field.spot.is_of_parts:
                again = with_value(Spot.top(kind), tree, field, text_of(value))
                assert again == tree, (path.name, name)


def typed(tree: Tree, field: str, text: str) -> Tree:
    return with_value(Spot.top(Kind.PERSON), tree, find_field(Kind.PERSON, field, tree), text)


def test_a_list_takes_commas_and_one_more() -> None:
    tree = typed({}, "weak_aliases", " Ann,  Anna ,,Ann")
    assert tree == {"weak_aliases": ["Ann", "Anna"]}
    assert typed(tree, "weak_aliases.+", "Annie") == {"weak_aliases": ["Ann", "Anna", "Annie"]}
    assert typed(tree, "weak_aliases.1", "Annie") == {"weak_aliases": ["Annie", "Anna"]}


def test_an_item_with_a_comma_stands_in_quotation_marks() -> None:
    text = '"Code, art. 1", plain, "a ""b"", c"'
    tree = typed({}, "weak_aliases", text)
    assert tree == {"weak_aliases": ["Code, art. 1", "plain", 'a "b", c']}
    assert text_of(value_in(tree, ("weak_aliases",))) == text


def test_links_take_blanks_and_keep_their_commas() -> None:
    spot = Spot.top(Kind.RESOLUTION)
    field = find_field(Kind.RESOLUTION, "links", {})
    text = "https://example.org/a,b;c https://example.org/d"
    assert with_value(spot, {}, field, text) == {
        "links": ["https://example.org/a,b;c", "https://example.org/d"]
    }


def test_an_item_takes_its_main_text_and_then_named_parts() -> None:
    item = {"text": "Ann Doe", "also": ["A. Doe", "Annie"], "note": {"en": "a cook; a poet"}}
    text = "Ann Doe; also=A. Doe, Annie; note.en=a cook; a poet"
    assert typed({}, "not_to_confuse.+", text) == {"not_to_confuse": [item]}


def test_an_item_that_is_there_keeps_the_parts_that_are_not_named() -> None:
    tree: Tree = {"aliases": [{"text": "Ann", "tag": "en", "cite": ["one"]}]}
    assert typed(tree, "aliases.1", "Anna") == {
        "aliases": [{"text": "Anna", "tag": "en", "cite": ["one"]}]
    }


def test_texts_are_typed_with_their_languages() -> None:
    tree = typed({}, "about.text", "en=A poet; uk=Поетка")
    assert tree == {"about": {"text": {"en": "A poet", "uk": "Поетка"}}}
    for field in ("about.text", "about", "notes.+"):
        with pytest.raises(UserError):
            typed({}, field, "A poet")


def test_a_line_break_is_a_blank_and_letters_are_composed() -> None:
    assert typed({}, "names.en", " Zoe\u0308\r\n Doe ") == {"names": {"en": {"text": "Zoë Doe"}}}


def test_a_new_key_stands_where_the_schema_has_it() -> None:
    tree: Tree = {"id": "ann", "names": {}, "status": {}, "reviewed": ""}
    assert list(typed(tree, "born.value", "1900") or ()) == [
        "id",
        "names",
        "born",
        "status",
        "reviewed",
    ]


def test_a_half_typed_field_is_completed_step_by_step() -> None:
    tree: Tree = {"events": [{}, {}], "names": {"en": {}, "uk": {}}}
    assert fields_like(Kind.PERSON, "ev", tree) == ("events",)
    assert fields_like(Kind.PERSON, "events.", tree) == ("events.1", "events.2", "events.+")
    assert fields_like(Kind.PERSON, "events.2.d", tree) == ("events.2.date",)
    assert fields_like(Kind.PERSON, "names.u", tree) == ("names.uk",)
    assert fields_like(Kind.PERSON, "nothing.like.it", tree) == ()


def test_a_value_is_put_without_touching_the_tree_it_was_put_into() -> None:
    tree: Tree = {"events": [{"type": "other"}]}
    put(Spot.top(Kind.PERSON), tree, ("events", 0, "type"), "died")
    assert tree == {"events": [{"type": "other"}]}
