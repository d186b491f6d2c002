"""A change is taken out of a file, and what others changed since stays."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.tree import Tree
from community_bot.moderation.merging import MergeError, merged

MAP = dict[str, Tree]

KEPT: list[tuple[MAP, MAP, MAP, MAP]] = [
    ({"a": "2", "b": "1"}, {"a": "2", "b": "3"}, {"a": "1", "b": "1"}, {"a": "1", "b": "3"}),
    (
        {"a": {"x": "2"}},
        {"a": {"x": "2", "y": "9"}},
        {"a": {"x": "1"}},
        {"a": {"x": "1", "y": "9"}},
    ),
    # The change added a key, or took one away.
    ({"a": "1", "b": "2"}, {"a": "3", "b": "2"}, {"a": "1"}, {"a": "3"}),
    ({"a": "1"}, {"a": "3"}, {"z": "0", "a": "1"}, {"z": "0", "a": "3"}),
    # It added the second of two items; a third came since.
    ({"a": ["1", "2"]}, {"a": ["1", "2", "3"]}, {"a": ["1"]}, {"a": ["1", "3"]}),
    # It added the first item of a list; another came since.
    ({"a": ["1"]}, {"a": ["1", "2"]}, {}, {"a": ["2"]}),
    # It took an item away; another was added since, or the list went.
    (
        {"a": ["1", "3"]},
        {"a": ["1", "3", "4"]},
        {"a": ["1", "2", "3"]},
        {"a": ["1", "2", "3", "4"]},
    ),
    ({"a": ["1"]}, {}, {"a": ["1", "2"]}, {"a": ["2"]}),
    # It altered an item, and another field of the same item was altered since.
    (
        {"a": [{"x": "2", "y": "1"}, {"x": "5"}]},
        {"a": [{"x": "2", "y": "9"}, {"x": "5"}]},
        {"a": [{"x": "1", "y": "1"}, {"x": "5"}]},
        {"a": [{"x": "1", "y": "9"}, {"x": "5"}]},
    ),
    # The item that it altered stands elsewhere by now.
    (
        {"a": [{"x": "2"}, {"x": "5"}]},
        {"a": [{"x": "0"}, {"x": "2"}, {"x": "5"}]},
        {"a": [{"x": "1"}, {"x": "5"}]},
        {"a": [{"x": "0"}, {"x": "1"}, {"x": "5"}]},
    ),
    # Somebody took it back by hand already, and altered something else.
    ({"a": "2", "b": "1"}, {"a": "1", "b": "3"}, {"a": "1", "b": "1"}, {"a": "1", "b": "3"}),
    ({"a": ["1", "2"]}, {"a": ["1", "3"]}, {"a": ["1", "3"]}, {"a": ["1", "3"]}),
]

CONFLICTS: list[tuple[MAP, MAP, MAP, Route]] = [
    ({"a": "2"}, {"a": "3"}, {"a": "1"}, ("a",)),
    ({"a": {"x": "2"}}, {"a": {"x": "3"}}, {"a": {"x": "1"}}, ("a", "x")),
    ({"a": "2"}, {}, {"a": "1"}, ("a",)),
    ({"a": "2"}, {"a": "3"}, {}, ("a",)),
    # The item that the change added, or altered, was altered again.
    ({"a": [{"x": "2"}]}, {"a": [{"x": "3"}]}, {"a": []}, ("a", 0)),
    ({"a": [{"x": "2"}]}, {"a": [{"x": "3"}]}, {"a": [{"x": "1"}]}, ("a", 0, "x")),
    # The item that it altered is gone.
    (
        {"a": [{"x": "2"}, {"x": "5"}]},
        {"a": [{"x": "5"}]},
        {"a": [{"x": "1"}, {"x": "5"}]},
        ("a", 0),
    ),
    # Nobody can tell which item is which.
    (
        {"a": [{"x": "2"}, {"x": "4"}]},
        {"a": [{"x": "7"}, {"x": "8"}, {"x": "9"}]},
        {"a": [{"x": "1"}, {"x": "4"}]},
        ("a", 0),
    ),
    ({"a": ["1"]}, {"a": {"x": "1"}}, {"a": "1"}, ("a",)),
]


@pytest.mark.parametrize(("base", "ours", "theirs", "wanted"), KEPT)
def test_what_others_altered_since_stays(base: MAP, ours: MAP, theirs: MAP, wanted: MAP) -> None:
    found = merged(base, ours, theirs)
    assert found == wanted
    assert [*found] == [*wanted]


@pytest.mark.parametrize(("base", "ours", "theirs", "route"), CONFLICTS)
def test_what_both_altered_is_named(base: MAP, ours: MAP, theirs: MAP, route: Route) -> None:
    with pytest.raises(MergeError) as raised:
        merged(base, ours, theirs)
    assert raised.value.route == route


TEXTS = st.sampled_from("123")
TREES: st.SearchStrategy[Tree] = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
MAPS = st.dictionaries(st.sampled_from("abcd"), TREES, max_size=4)


@given(MAPS, MAPS)
def test_where_nobody_altered_anything_since_it_is_as_it_was_before(base: MAP, theirs: MAP) -> None:
    assert merged(base, base, theirs) == theirs


@given(MAPS, MAPS)
def test_a_change_of_nothing_leaves_all_as_it_is(base: MAP, ours: MAP) -> None:
    assert merged(base, ours, base) == ours


@given(MAPS, MAPS, MAPS)
def test_a_merge_alters_none_of_what_it_is_given(base: MAP, ours: MAP, theirs: MAP) -> None:
    before = deepcopy((base, ours, theirs))
    with suppress(MergeError):
        merged(base, ours, theirs)
    assert (base, ours, theirs) == before
