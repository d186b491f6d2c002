"""Levels by the Matrix specification, for each room version, with what servers were sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.adapters.matrix.power import CREATOR_LEVEL, power_level, room_version

CREATOR = "@creator:example.org"
OTHER = "@other:example.org"
ANNA = "@anna:example.org"
VERSIONS = tuple(str(number) for number in range(1, 13))
WITH_STRINGS, WITH_FLOATS, WITH_PROPERTY = VERSIONS[:9], VERSIONS[:5], VERSIONS[:10]


def create(version: str, **content: object) -> dict[str, object]:
    named = {"creator": CREATOR} if version in WITH_PROPERTY else {}
    return {
        "type": "m.room.create",
        "sender": CREATOR,
        "content": {"room_version": version, **named, **content},
    }


def power(**content: object) -> dict[str, object]:
    return {"type": "m.room.power_levels", "sender": CREATOR, "content": content}


def level(version: str, levels: dict[str, object] | None, user: str, **content: object) -> int:
    return power_level(create(version, **content), levels, user, version)


@pytest.mark.parametrize("version", VERSIONS[:11])
def test_without_a_power_event_the_creator_has_100_and_others_nothing(version: str) -> None:
    assert level(version, None, CREATOR) == 100
    assert level(version, None, OTHER) == 0


def test_creators_of_version_12_are_above_everything_with_and_without_a_power_event() -> None:
    for levels in (None, power(users={ANNA: 2**53 - 1}), power(users={CREATOR: 0})):
        assert level("12", levels, CREATOR) == CREATOR_LEVEL
        assert level("12", levels, OTHER, additional_creators=[OTHER]) == CREATOR_LEVEL
        assert level("12", levels, OTHER) == 0
    assert level("12", power(users={ANNA: 2**53 - 1}), ANNA) < CREATOR_LEVEL


@pytest.mark.parametrize("more", ["@other:example.org", {OTHER: 1}, None, 5, [5, None, [OTHER]]])
def test_additional_creators_that_are_no_list_of_ids_make_nobody_a_creator(more: object) -> None:
    assert level("12", None, OTHER, additional_creators=more) == 0
    assert level("12", None, CREATOR, additional_creators=more) == CREATOR_LEVEL


@pytest.mark.parametrize("version", VERSIONS[:11])
def test_additional_creators_mean_nothing_before_version_12(version: str) -> None:
    assert level(version, None, OTHER, additional_creators=[OTHER]) == 0
    assert level(version, power(), CREATOR) == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_the_creator_is_whom_the_version_says(version: str) -> None:
    event = {"sender": CREATOR, "content": {"room_version": version, "creator": OTHER}}
    by_property = version in WITH_PROPERTY
    assert (power_level(event, None, OTHER, version) > 0) is by_property
    assert (power_level(event, None, CREATOR, version) > 0) is not by_property


@pytest.mark.parametrize("version", VERSIONS)
def test_a_listed_user_has_their_own_level_and_the_others_the_default(version: str) -> None:
    levels = power(users={ANNA: 50, OTHER: -1}, users_default=100)
    assert level(version, levels, ANNA) == 50
    assert level(version, levels, OTHER) == -1
    assert level(version, levels, "@anybody:example.org") == 100
    assert level(version, power(users={}), "@anybody:example.org") == 0


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("text", ["100", "000100", "+100", " 100 ", " +00100 "])
def test_a_level_as_a_string_counts_up_to_version_9(version: str, text: str) -> None:
    expected = 100 if version in WITH_STRINGS else 0
    assert level(version, power(users={ANNA: text}), ANNA) == expected
    assert level(version, power(users_default=text), ANNA) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_a_level_as_a_float_is_cut_up_to_version_5(version: str) -> None:
    assert level(version, power(users={ANNA: 50.57}), ANNA) == (50 if version in WITH_FLOATS else 0)
    assert level(version, power(users={ANNA: float("inf")}), ANNA) == 0
    assert level(version, power(users={ANNA: float("nan")}), ANNA) == 0


WORDS = ["1e2", "100.0", "1_00", "١٠٠", "--100", "", "9" * 9999]
GARBAGE = [True, None, [100], {"level": 100}, *WORDS, 2**53]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("value", GARBAGE, ids=lambda value: repr(value)[:20])
def test_a_level_that_no_version_takes_counts_as_none(version: str, value: object) -> None:
    assert level(version, power(users={ANNA: value}, users_default=100), ANNA) == 0
    assert level(version, power(users_default=value), ANNA) == 0


@pytest.mark.parametrize("users", [None, [ANNA], "100", 100])
def test_users_that_are_no_object_give_nobody_a_level(users: object) -> None:
    assert level("11", power(users=users, users_default=100), ANNA) == 0


def test_a_broken_power_event_is_not_a_missing_one() -> None:
    assert power_level(create("11"), {"content": None}, CREATOR, "11") == 0


@pytest.mark.parametrize("version", ["13", "", "org.example.unstable", "012"])
def test_in_a_version_that_is_not_known_nobody_has_a_level(version: str) -> None:
    levels = power(users={ANNA: 100}, users_default=100)
    assert power_level(create(version), levels, ANNA, version) == 0
    assert power_level(create(version), None, CREATOR, version) == 0


def test_the_version_stands_in_the_create_event_and_is_1_where_it_does_not() -> None:
    assert room_version(create("12")) == "12"
    assert room_version({"content": {"creator": CREATOR}}) == "1"
    assert room_version({}) == "1"
    assert room_version({"content": {"room_version": 12}}) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
EVENTS = st.dictionaries(st.sampled_from(["content", "sender"]), JSON)


@given(EVENTS, EVENTS | st.none(), st.sampled_from(VERSIONS))
def test_no_event_at_all_breaks_the_computation(
    made: dict[str, object], levels: dict[str, object] | None, version: str
) -> None:
    assert isinstance(power_level(made, levels, ANNA, version), int)
