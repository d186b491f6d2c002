from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_base import make_base
from terminal import StillClock, Terminal

from community_bot.core.snapshot import load_snapshot
from community_bot.domain.document import Reply

MORE = """\
  - {type: detained, date: "2016-02-29", cite: [paper]}
  - {type: released, date: "2019-09-22", cite: [paper]}
  - {type: detained, date: "2015-09", cite: [paper]}
  - {type: detained, date: "2014-09-22", approximate: true, cite: [paper]}
  - {type: questioned, date: "2013-09-22", cite: [paper]}
"""


@pytest.fixture
def at(tmp_path: Path) -> Terminal:
    base = make_base(tmp_path / "base")
    path = base.root / "people" / "ann-lee.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("events:\n", f"events:\n{MORE}"), encoding="utf-8")
    clock = StillClock(datetime(2026, 9, 22, 12, tzinfo=UTC))
    return Terminal.at(load_snapshot(base.root), clock=clock)


async def years(at: Terminal, line: str) -> list[str]:
    """Return the headings: how long ago something happened."""
    return [one for one in (await at.say(line)).splitlines() if one.endswith(" ago")]


def error(reply: Reply) -> str:
    return reply.error.key if reply.error else ""


async def test_the_exact_days_of_earlier_years_are_remembered_and_no_others(at: Terminal) -> None:
    assert await years(at, "anniversaries") == ["9 years ago", "7 years ago"]


async def test_a_day_may_be_asked_for_in_another_year(at: Terminal) -> None:
    assert await years(at, "anniversaries 2018-09-22") == ["1 year ago"]
    assert await years(at, "anniversaries 09-22") == await years(at, "anniversaries")


async def test_what_happened_comes_with_its_source_and_with_how_things_are_now(
    at: Terminal,
) -> None:
    said = await at.say("anniversaries")
    assert "22 September 2017 – Ann Lee: Verdict" in said
    assert "Where they stand now" in said
    assert "A publisher, 25 October 2017: The paper" in said
    assert "ann-lee@" in said


@pytest.mark.parametrize(
    ("day", "is_remembered"),
    [
        ("2024-02-29", True),
        ("2024-02-28", False),
        ("2023-02-28", True),
        ("2023-03-01", False),
        ("2016-02-29", False),
    ],
)
async def test_a_leap_day_is_remembered_on_the_28th_where_there_is_none(
    at: Terminal, day: str, *, is_remembered: bool
) -> None:
    assert (error(await at.ask(f"anniversaries {day}")) == "") is is_remembered


async def test_a_day_without_anniversaries_is_said_to_have_none(at: Terminal) -> None:
    assert error(await at.ask("anniversaries 09-23")) == "anniversaries-none"


async def test_today_is_that_of_the_moment_asked_about(at: Terminal) -> None:
    then = datetime(2020, 9, 22, 23, tzinfo=UTC)
    dispatcher = at.bot.dispatcher
    plain = await dispatcher.answer(at.invocation("anniversaries"), now=then)
    dated = await dispatcher.answer(at.invocation("anniversaries 2020-09-22"), now=then)
    assert plain.blocks == dated.blocks
    assert plain.blocks != (await at.ask("anniversaries")).blocks
