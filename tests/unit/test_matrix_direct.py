"""Which rooms may be a chat of two, by what a homeserver says of them."""

from __future__ import annotations

import pytest

from community_bot.adapters.matrix.batch import Batch, parse_batch
from community_bot.adapters.matrix.rooms import is_closed, is_readable_by_all


@pytest.mark.parametrize("rule", ["invite", "knock", "private"])
def test_nobody_comes_unasked_into_a_closed_room(rule: str) -> None:
    assert is_closed({"content": {"join_rule": rule}})


@pytest.mark.parametrize("rule", ["public", "restricted", "knock_restricted", "new", None, 5, []])
def test_any_other_room_may_be_public(rule: object) -> None:
    assert not is_closed({"content": {"join_rule": rule}})
    assert not is_closed({"content": rule})


@pytest.mark.parametrize("visibility", ["invited", "joined", "shared"])
def test_nobody_reads_a_room_that_they_are_not_in(visibility: str) -> None:
    assert not is_readable_by_all({"content": {"history_visibility": visibility}})


@pytest.mark.parametrize("visibility", ["world_readable", "new", None, 5, []])
def test_any_other_room_may_be_read_by_all(visibility: object) -> None:
    assert is_readable_by_all({"content": {"history_visibility": visibility}})
    assert is_readable_by_all({"content": visibility})


def test_a_batch_tells_how_many_are_there_and_how_many_may_come() -> None:
    summary = {"m.joined_member_count": 2, "m.invited_member_count": 1}
    batch = parse_batch({"next_batch": "s1", "rooms": {"join": {"!r": {"summary": summary}}}})
    assert isinstance(batch, Batch)
    assert [(one.people, one.invited) for one in batch.joined] == [(2, 1)]
