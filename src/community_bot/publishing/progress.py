"""How far a post has come at each of its destinations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from community_bot.publishing.destination import Destination
from community_bot.publishing.post import Act, Message, Placement, Row, RowState


class Progress(StrEnum):
    """The state of a delivery in a word."""

    WAITING = "waiting"
    SENT = "sent"
    RETRYING = "retrying"
    FAILED = "failed"
    STOPPED = "stopped"
    NEEDS_RECONCILE = "needs-reconcile"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """One destination: how many of the pages of the last rendering are done, and what of them."""

    destination: Destination
    state: Progress
    sent: int
    total: int


def delivery_state(
    destination: Destination,
    placement: Placement,
    rows: Sequence[Row],
    messages: Sequence[Message],
) -> DeliveryState:
    """Return how far a placement has come; rows that are done may have been erased since."""
    last = [
        row
        for row in rows
        if row.revision == placement.revision and row.state is not RowState.DROPPED
    ]
    if not last:
        state = Progress.WITHDRAWN if placement.is_withdrawn else Progress.SENT
        pages = len({one.page for one in messages})
        return DeliveryState(destination, state, pages, pages)
    sent = sum(row.state is RowState.SENT for row in last)
    return DeliveryState(destination, _state(destination, placement, last), sent, len(last))


def _state(destination: Destination, placement: Placement, rows: Sequence[Row]) -> Progress:
    """Return the worst of the rows' states: what most needs somebody."""
    states = {row.state for row in rows}
    if RowState.NEEDS_RECONCILE in states:
        return Progress.NEEDS_RECONCILE
    if RowState.FAILED in states:
        return Progress.FAILED
    if states == {RowState.SENT}:
        is_away = placement.is_withdrawn and all(row.act is Act.DELETE for row in rows)
        return Progress.WITHDRAWN if is_away else Progress.SENT
    if destination.stopped:
        return Progress.STOPPED
    return Progress.RETRYING if any(row.attempts for row in rows) else Progress.WAITING
