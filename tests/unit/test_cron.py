"""Cron in local time: a table of what clocks do in the world, and what a schedule does then."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.core.zones import instant_of, local_of, zone_names
from community_bot.domain.errors import UserError
from community_bot.publishing.cron import next_run, runs


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def local(zone: str, after: str, cron: str, count: int) -> list[str]:
    """Return the runs as local times with their offset: what somebody there would see."""
    found = islice(runs(cron, zone, moment(after)), count)
    return [local_of(one, zone).isoformat(timespec="minutes") for one in found]


TABLE = {
    "spring gap in Kyiv: the first minute after it": (
        ("Europe/Kyiv", "2024-03-30T12:00+00:00", "30 3 * * *"),
        ["2024-03-31T04:00+03:00", "2024-04-01T03:30+03:00"],
    ),
    "autumn fold in Kyiv: once, the first time": (
        ("Europe/Kyiv", "2024-10-26T12:00+00:00", "30 3 * * *"),
        ["2024-10-27T03:30+03:00", "2024-10-28T03:30+02:00"],
    ),
    "asked within the second pass of a fold: the next day": (
        ("Europe/Kyiv", "2024-10-27T03:10+02:00", "30 3 * * *"),
        ["2024-10-28T03:30+02:00"],
    ),
    "spring gap in New York": (
        ("America/New_York", "2024-03-09T12:00+00:00", "15 2 * * *"),
        ["2024-03-10T03:00-04:00", "2024-03-11T02:15-04:00"],
    ),
    "autumn fold in New York": (
        ("America/New_York", "2024-11-02T12:00+00:00", "0 1 * * *"),
        ["2024-11-03T01:00-04:00", "2024-11-04T01:00-05:00"],
    ),
    "Lord Howe goes forward by half an hour": (
        ("Australia/Lord_Howe", "2024-10-05T00:00+00:00", "10 2 * * *"),
        ["2024-10-06T02:30+11:00", "2024-10-07T02:10+11:00"],
    ),
    "Lord Howe goes back by half an hour": (
        ("Australia/Lord_Howe", "2024-04-06T00:00+00:00", "45 1 * * *"),
        ["2024-04-07T01:45+11:00", "2024-04-08T01:45+10:30"],
    ),
    "Lord Howe, the half hour that comes once": (
        ("Australia/Lord_Howe", "2024-04-06T00:00+00:00", "15 1 * * *"),
        ["2024-04-07T01:15+11:00", "2024-04-08T01:15+10:30"],
    ),
    "Apia had no 30 December 2011: its runs come with the next day's": (
        ("Pacific/Apia", "2011-12-29T20:00+00:00", "0 9 * * *"),
        ["2011-12-31T00:00+14:00", "2011-12-31T09:00+14:00"],
    ),
    "Tehran changed its clocks in 2022": (
        ("Asia/Tehran", "2022-03-21T00:00+00:00", "30 0 * * *"),
        ["2022-03-22T01:00+04:30", "2022-03-23T00:30+04:30"],
    ),
    "Tehran does not since": (
        ("Asia/Tehran", "2024-03-20T00:00+00:00", "30 0 * * *"),
        ["2024-03-21T00:30+03:30", "2024-03-22T00:30+03:30"],
    ),
    "Casablanca goes back for Ramadan": (
        ("Africa/Casablanca", "2024-03-09T12:00+00:00", "30 2 * * *"),
        ["2024-03-10T02:30+01:00", "2024-03-11T02:30+00:00"],
    ),
    "Casablanca goes forward after Ramadan": (
        ("Africa/Casablanca", "2024-04-13T12:00+00:00", "30 2 * * *"),
        ["2024-04-14T03:00+01:00", "2024-04-15T02:30+01:00"],
    ),
    "Kathmandu is 45 minutes off": (
        ("Asia/Kathmandu", "2024-01-01T00:00+00:00", "0 9 * * mon"),
        ["2024-01-01T09:00+05:45", "2024-01-08T09:00+05:45"],
    ),
    "UTC never changes": (
        ("UTC", "2024-03-31T00:30+00:00", "30 1 * * *"),
        ["2024-03-31T01:30+00:00", "2024-04-01T01:30+00:00"],
    ),
    "Troll goes forward by two hours": (
        ("Antarctica/Troll", "2024-03-30T12:00+00:00", "30 1 * * *"),
        ["2024-03-31T03:00+02:00", "2024-04-01T01:30+02:00"],
    ),
    "Troll goes back by two hours": (
        ("Antarctica/Troll", "2024-10-26T12:00+00:00", "30 1,2 * * *"),
        ["2024-10-27T01:30+02:00", "2024-10-27T02:30+02:00", "2024-10-28T01:30+00:00"],
    ),
    "Simferopol changed its rules and its hour in March 2014": (
        ("Europe/Simferopol", "2014-03-29T12:00+00:00", "0 2,3 * * *"),
        ["2014-03-30T04:00+04:00", "2014-03-31T02:00+04:00", "2014-03-31T03:00+04:00"],
    ),
    "Moscow gave up its summer time for good in 2014": (
        ("Europe/Moscow", "2014-10-25T12:00+00:00", "30 1 * * *"),
        ["2014-10-26T01:30+04:00", "2014-10-27T01:30+03:00"],
    ),
    "Beirut skips from midnight to one": (
        ("Asia/Beirut", "2022-03-26T12:00+00:00", "0 0 * * *"),
        ["2022-03-27T01:00+03:00", "2022-03-28T00:00+03:00"],
    ),
    "Havana skips midnight of the one day that is asked for": (
        ("America/Havana", "2024-03-09T12:00+00:00", "0 0 10 3 *"),
        ["2024-03-10T01:00-04:00", "2025-03-10T00:00-04:00"],
    ),
    "every 20 minutes across a gap: nothing twice, nothing late": (
        ("Europe/Kyiv", "2024-03-31T02:30+02:00", "*/20 * * * *"),
        ["2024-03-31T02:40+02:00", "2024-03-31T04:00+03:00", "2024-03-31T04:20+03:00"],
    ),
    "every 20 minutes across a fold: the hour that comes again is left out": (
        ("Europe/Kyiv", "2024-10-27T03:30+03:00", "*/20 * * * *"),
        ["2024-10-27T03:40+03:00", "2024-10-27T04:00+02:00", "2024-10-27T04:20+02:00"],
    ),
    "29 February": (
        ("Europe/Istanbul", "2024-03-01T00:00+00:00", "0 9 29 2 *"),
        ["2028-02-29T09:00+03:00"],
    ),
    "names of days and months": (
        ("Europe/Kyiv", "2026-11-22T12:00+00:00", "0 9 * dec fri"),
        ["2026-12-04T09:00+02:00", "2026-12-11T09:00+02:00"],
    ),
}


@pytest.mark.parametrize("case", TABLE)
@pytest.mark.parametrize("home", ["UTC", "Australia/Lord_Howe", "America/New_York"])
def test_a_schedule_keeps_to_the_clocks_of_its_zone(
    case: str, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (zone, after, cron), expected = TABLE[case]
    try:
        monkeypatch.setenv("TZ", home)
        time.tzset()
        assert local(zone, after, cron, len(expected)) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_was_a_day_off_makes_no_moment_of_its_own(days: int) -> None:
    right = moment("2026-11-22T12:00+00:00")
    wrong = next_run("0 9 * * *", "Europe/Kyiv", right + timedelta(days=days))
    assert local_of(wrong, "Europe/Kyiv").isoformat() == f"2026-11-{23 + days}T09:00:00+02:00"


def test_a_run_is_strictly_after_the_moment_asked_for() -> None:
    due = moment("2026-11-22T09:00+02:00")
    assert next_run("0 9 * * *", "Europe/Kyiv", due - timedelta(microseconds=1)) == due
    assert next_run("0 9 * * *", "Europe/Kyiv", due) == due + timedelta(days=1)
    assert next_run("0 9 * * *", "Europe/Kyiv", due + timedelta(seconds=30)) > due


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "0 9 * *",
        "0 9 * * * *",
        "@daily",
        "60 9 * * *",
        "0 24 * * *",
        "0 9 32 * *",
        "0 9 * 13 *",
        "0 9 * * 8",
        "0 9 * * someday",
        "*/0 * * * *",
        "5-1 * * * *",
        "0 9 * * mon#6",
        "٣ 9 * * *",
        "0 0 30 2 *",
        "0 0 31 2,4,6,9,11 *",
        "0 0 LW * */7",
    ],
)
def test_what_is_no_expression_or_never_comes_is_refused(cron: str) -> None:
    with pytest.raises(UserError) as caught:
        next_run(cron, "UTC", moment("2026-11-22T12:00+00:00"))
    assert caught.value.key == "cron-unreadable"


@pytest.mark.parametrize("zone", ["Europe/Kiew", "Europe", "", "../etc/passwd", "localtime"])
def test_a_zone_that_nobody_knows_is_an_error(zone: str) -> None:
    with pytest.raises(UserError) as caught:
        next_run("0 9 * * *", zone, moment("2026-11-22T12:00+00:00"))
    assert caught.value.key == "zone-unknown"


def test_every_zone_has_a_next_run_that_its_clocks_show() -> None:
    for zone in zone_names():
        due = local_of(next_run("0 12 * * *", zone, moment("2026-11-22T12:00+00:00")), zone)
        assert (due.hour, due.minute) == (12, 0)


CHANGES = {
    "Europe/Kyiv": ("2024-03-31T01:00", "2024-10-27T01:00"),
    "America/Havana": ("2024-03-10T05:00", "2024-11-03T05:00"),
    "Australia/Lord_Howe": ("2024-10-05T15:30", "2024-04-06T15:00"),
    "Antarctica/Troll": ("2024-03-31T01:00", "2024-10-27T01:00"),
    "Africa/Casablanca": ("2024-03-10T02:00", "2024-04-14T02:00"),
    "Pacific/Apia": ("2011-12-30T10:00",),
    "Europe/Simferopol": ("2014-03-30T00:00", "2014-10-25T22:00"),
    "Asia/Kathmandu": ("2024-01-01T00:00",),
}


def due_by_the_minute(hours: set[int], minutes: set[int], zone: str, after: datetime) -> datetime:
    """Return the next run, found by looking at the clocks of a zone minute by minute."""

    def matches(shown: datetime) -> bool:
        return shown.hour in hours and shown.minute in minutes

    now = after.replace(second=0, microsecond=0)
    before = local_of(now, zone).replace(tzinfo=None)
    while True:
        now += timedelta(minutes=1)
        there = local_of(now, zone)
        shown = there.replace(tzinfo=None)
        skipped = int((shown - before) / timedelta(minutes=1)) - 1
        passed = any(matches(before + timedelta(minutes=step + 1)) for step in range(skipped))
        if (matches(shown) and there.fold == 0) or passed:
            return now
        before = shown


@given(
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=4),
    minutes=st.sets(st.sampled_from([0, 1, 15, 20, 29, 30, 31, 45, 59]), min_size=1, max_size=3),
    zone=st.sampled_from(sorted(CHANGES)),
    offset=st.integers(-36 * 60, 12 * 60),
    data=st.data(),
)
def test_a_run_is_what_somebody_finds_who_looks_at_the_clock_each_minute(
    hours: set[int], minutes: set[int], zone: str, offset: int, data: st.DataObject
) -> None:
    change = datetime.fromisoformat(data.draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=UTC)
    after = change + timedelta(minutes=offset)
    cron = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * *"
    assert next_run(cron, zone, after) == due_by_the_minute(hours, minutes, zone, after)


def test_a_local_time_that_is_skipped_means_the_first_minute_after() -> None:
    skipped = datetime.fromisoformat("2024-03-31T03:17:30")
    assert instant_of(skipped, "Europe/Kyiv") == moment("2024-03-31T04:00+03:00")
