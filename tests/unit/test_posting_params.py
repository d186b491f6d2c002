from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from terminal import Terminal

from community_bot.core.command import Context
from community_bot.core.entry_params import TopicOrPerson, param_type
from community_bot.core.invocation import read_line
from community_bot.core.params import Language
from community_bot.core.posting_params import (
    Names,
    PlaceName,
    PostId,
    PostLanguage,
    ScheduleId,
    What,
    YesNo,
)
from community_bot.core.time_params import Cron, Day, Grace, When, Zone
from community_bot.domain.errors import UserError
from community_bot.domain.topic import Topic

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_T = TypeVar("_T")


def context() -> Context:
    at = Terminal.at("dreyfus")
    return at.bot.dispatcher.context(at.invocation(""))


def parsed(annotation: object, text: str) -> object:
    kind, _ = param_type(annotation)
    return kind.read(read_line(text).words, context())


def value(annotation: type[_T], text: str) -> _T:
    found = parsed(annotation, text)
    assert isinstance(found, annotation)
    return found


@pytest.mark.parametrize("text", ["news,other", "News, other", "other;news", "news,,news, other,"])
def test_names_are_separated_by_commas_and_each_counts_once(text: str) -> None:
    assert set(value(Names, f'"{text}"').names) == {"news", "other"}


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ('"2026-12-01 09:00"', "Europe/Kyiv", "2026-12-01T09:00+02:00"),
        ("2026-12-01T09:00", "Europe/Kyiv", "2026-12-01T09:00+02:00"),
        ("2026-12-01T09:00Z", "Europe/Kyiv", "2026-12-01T09:00+00:00"),
        ("2026-12-01T09:00+05:30", "Europe/Kyiv", "2026-12-01T09:00+05:30"),
        ('"2026-12-01 9:00 -0330"', "Europe/Kyiv", "2026-12-01T09:00-03:30"),
        ("09:00", "Europe/Kyiv", "2026-11-23T09:00+02:00"),
        ("14:00", "Europe/Kyiv", "2026-11-23T14:00+02:00"),
        ("14:01", "Europe/Kyiv", "2026-11-22T14:01+02:00"),
        ("01:00", "Pacific/Auckland", "2026-11-24T01:00+13:00"),
        ("13:00Z", "Pacific/Auckland", "2026-11-22T13:00+00:00"),
        ("2027-03-28T03:30", "Europe/Kyiv", "2027-03-28T04:00+03:00"),
        ("2027-10-31T03:30", "Europe/Kyiv", "2027-10-31T03:30+03:00"),
    ],
)
def test_a_moment_is_read_by_the_clocks_of_its_place(text: str, zone: str, moment: str) -> None:
    when = value(When, text)
    assert when.instant(zone, NOW) == datetime.fromisoformat(moment)
    assert value(When, f'"{when}"') == when


@pytest.mark.parametrize(
    "text",
    ["noon", "2026-12-01", "9", "25:00", "12:60", "2026-02-30T09:00", "09:00+99:00", "٠٩:٠٠", '""'],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="when-unreadable"):
        parsed(When, text)


@pytest.mark.parametrize(
    ("text", "length"),
    [("30m", timedelta(minutes=30)), ("6h", timedelta(hours=6)), ("2D", timedelta(days=2))],
)
def test_a_length_of_time_is_a_number_with_its_unit(text: str, length: timedelta) -> None:
    assert parsed(Grace, text) == length


@pytest.mark.parametrize("text", ["", "6", "h", "0m", "3d", "-1h", "1w", "99999h"])
def test_what_is_no_length_of_time_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="grace-unreadable"):
        parsed(Grace, text)


@pytest.mark.parametrize("text", ["Europe/Kyiv", "europe/kyiv", "EUROPE/KYIV"])
def test_a_zone_is_found_however_it_is_typed(text: str) -> None:
    assert parsed(Zone, text) == "Europe/Kyiv"


def test_a_zone_of_several_words_is_found_and_completed_by_its_city() -> None:
    assert parsed(Zone, "america/new york") == "America/New_York"
    kind, _ = param_type(Zone)
    assert ("America/New_York", "America/New_York") in kind.complete("new y", context())


@pytest.mark.parametrize("text", ["Kyiv", "localtime", "Factory", "../UTC", "Europe"])
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="zone-unknown"):
        parsed(Zone, text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-08-25", date(2026, 8, 25)),
        ("08-25", date(2026, 8, 25)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_day_may_leave_out_its_year(text: str, day: date) -> None:
    assert parsed(Day, text) == day


@pytest.mark.parametrize("text", ["02-29", "2026-13-01", "today", "2026-8-5", "٢٠٢٦-٠٨-٢٥"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="day-unreadable"):
        parsed(Day, text)


@pytest.mark.parametrize("text", ["P12", "p12", "12"])
def test_a_number_may_be_typed_with_its_letter_or_without(text: str) -> None:
    assert parsed(PostId, text) == 12


@pytest.mark.parametrize("text", ["S12", "P", "P-1", "1e9", "١٢", "9999999999"])
def test_what_is_no_number_of_a_post_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="number-unreadable"):
        parsed(PostId, text)
    assert parsed(ScheduleId, "s12") == 12


@pytest.mark.parametrize("text", ["all", "-news", "новини", "a_b", "n" * 33, '"two words"', '""'])
def test_what_no_destination_may_be_called_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="place-name-unreadable"):
        parsed(PlaceName, text)


@pytest.mark.parametrize(("text", "tag"), [("uk", "uk"), ("Ukrainian", "uk"), ("fr", "fr")])
def test_a_post_may_be_in_a_language_of_the_bot_or_of_the_base(text: str, tag: str) -> None:
    assert parsed(PostLanguage, text) == Language(tag)


def test_a_cron_expression_is_told_from_words_by_its_quotation_marks() -> None:
    kind, _ = param_type(Cron)
    quoted, other, plain = read_line('"0 9 * * mon" "statement 2" 09').words
    assert kind.claims(quoted, context())
    assert not kind.claims(other, context())
    assert not kind.claims(plain, context())


def test_yes_may_be_said_in_the_language_of_whoever_is_asked() -> None:
    at = Terminal.at("dreyfus", language="uk")
    kind, _ = param_type(YesNo)
    ukrainian = at.bot.dispatcher.context(at.invocation(""))
    assert kind.read(read_line("так").words, ukrainian) is YesNo.YES


def test_a_topic_goes_before_a_name_and_a_name_is_found_in_any_spelling() -> None:
    assert parsed(TopicOrPerson, "people") == TopicOrPerson(Topic.PEOPLE)
    found = parsed(TopicOrPerson, "Émile Zola")
    assert isinstance(found, TopicOrPerson)
    assert found.topic is Topic.PERSON
    assert found.person is not None
    assert found.person.id == "emile-zola"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Come  to the «great» rally,\neverybody!", "Come  to the «great» rally,\neverybody!"),
        ('"All in quotation marks"', "All in quotation marks"),
        ('He said “no” and "yes"', 'He said “no” and "yes"'),
        ("", ""),
    ],
)
def test_somebodys_own_words_stay_as_they_were_typed(typed: str, text: str) -> None:
    assert value(What, typed).text == text
