from __future__ import annotations

from datetime import UTC, datetime

import pytest
from terminal import Terminal, base_of

from community_bot.core.staleness import is_stale
from community_bot.domain.entities import Person, Status
from community_bot.domain.values import StatusValue

NO_ANSWER_BUT_NO_DEFECT = {
    "anniversaries-none",
    "argument-missing",
    "digest-of-nothing",
    "not-allowed",
}


@pytest.mark.parametrize("base", ["shipped", "dreyfus"])
async def test_every_command_that_an_answer_offers_is_answered(base: str) -> None:
    entries = base_of(base).current.entries.values()
    asked: set[str] = set()
    async with Terminal.at(base) as at:
        waiting = [one.name for one in at.bot.dispatcher.table.commands]
        waiting += [f"{entry.KIND.value} {entry.id}" for entry in entries]
        while waiting:
            line = waiting.pop()
            if line in asked:
                continue
            asked.add(line)
            reply = await at.ask(line)
            assert reply.error is None or reply.error.key in NO_ANSWER_BUT_NO_DEFECT, line
            waiting += [action.line for action in reply.actions]


@pytest.mark.parametrize("base", ["shipped", "dreyfus"])
async def test_every_entry_has_a_card_that_ends_with_its_revision(base: str) -> None:
    at, knowledge = Terminal.at(base), base_of(base).current
    for entry in knowledge.entries.values():
        reply = await at.ask(f"{entry.KIND.value} {entry.id}")
        assert knowledge.reference(entry.id) in reply.entries


@pytest.mark.parametrize("base", ["shipped", "dreyfus"])
async def test_no_card_shows_a_status_without_its_date(base: str) -> None:
    at = Terminal.at(base)
    texts = at.bot.dispatcher.context(at.invocation("")).texts
    for person in base_of(base).current.of_kind(Person):
        assert texts.date(person.status.as_of) in await at.say(f"person {person.id}")


def status(as_of: str, value: StatusValue = StatusValue.IN_COLONY) -> Status:
    return Status(value=value, as_of=as_of, cite=("a-source",))


@pytest.mark.parametrize(
    ("as_of", "today", "expected"),
    [
        ("2024-11-22", (2026, 11, 21), False),
        ("2024-11-22", (2026, 11, 23), True),
        ("2024-12-31", (2026, 11, 23), False),
        ("2024-02-29", (2026, 3, 2), True),
        ("2024-11", (2026, 10, 31), False),
        ("2024", (2025, 12, 31), False),
        ("2024", (2026, 12, 31), True),
    ],
)
def test_a_status_grows_stale_after_its_months(
    as_of: str, today: tuple[int, int, int], *, expected: bool
) -> None:
    assert is_stale(status(as_of), datetime(*today, tzinfo=UTC), 24) is expected


def test_a_death_never_grows_stale() -> None:
    died = status("1902-09-29", StatusValue.DIED)
    assert not is_stale(died, datetime(2026, 11, 22, tzinfo=UTC), 24)
