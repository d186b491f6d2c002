"""Single facts in words: dates and periods, events, sentences, posts, births, status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.i18n import Texts
from community_bot.core.staleness import is_stale
from community_bot.core.titles import name_of
from community_bot.domain.document import Inline, Inlines, Strong, Text
from community_bot.domain.entities import (
    Birth,
    Case,
    Event,
    Post,
    Sentence,
    Status,
    Vote,
)
from community_bot.domain.values import EventType

_SAID_BY_TEXT = frozenset(
    {
        EventType.HUNGER_STRIKE,
        EventType.INCIDENT,
        EventType.OTHER,
        EventType.PRIZE,
        EventType.PUBLICATION,
        EventType.SERVICE,
    }
)
"""Types that say nothing of their own once there is a text."""


def period(texts: Texts, since: str | None, until: str | None) -> str:
    """Return a period in words, or nothing when neither end is known."""
    if since and until:
        return texts("period", since=texts.date(since), until=texts.date(until))
    if since:
        return texts("period-since", since=texts.date(since))
    if until:
        return texts("period-until", until=texts.date(until))
    return ""


def event_date(texts: Texts, event: Event) -> str:
    """Return when an event was, as precisely as it is known."""
    date = texts.date(event.date)
    if event.until:
        date = texts("date-range", since=date, until=texts.date(event.until))
    return texts("date-about", date=date) if event.approximate else date


def event_line(sheet: Sheet, event: Event, *, who: str = "") -> Inlines:
    """Return one event: its date, what it was, with what outcome, where and by whom."""
    texts = sheet.texts
    said: list[Inline] = [Strong(event_date(texts, event)), Text(" – ")]
    if who:
        said.append(Text(f"{who}: "))
    said.append(Text(_what_happened(sheet, event)))
    return (
        *sheet.fact(tuple(said), event),
        *sheet.note(event.note),
        *sheet.conflicts(event.conflicts),
    )


def _what_happened(sheet: Sheet, event: Event) -> str:
    texts = sheet.texts
    label = texts(f"event-{event.type.value}")
    text = texts.pick(event.text) if event.text else ""
    details = "; ".join(_details(sheet, event))
    case = ""
    if event.case:
        case = f" ({name_of(texts, sheet.context.knowledge.get(Case, event.case))})"
    said_by_text = text and (
        event.type in _SAID_BY_TEXT or text.casefold().startswith(label.casefold())
    )
    if said_by_text:
        details = f" ({details})" if details else ""
        return f"{text.rstrip('.')}{details}{case}"
    words = f"{label}: {details}{case}" if details else f"{label}{case}"
    return f"{words}. {text}" if text else words


def _details(sheet: Sheet, event: Event) -> Iterator[str]:
    texts = sheet.texts
    if event.sentence:
        yield sentence_words(texts, event.sentence)
    if event.court or event.standing:
        yield _court(sheet, event)
    if event.place:
        yield texts.pick(event.place)
    if event.articles:
        yield articles_words(sheet, event.articles)


def _court(sheet: Sheet, event: Event) -> str:
    texts, about = sheet.texts, sheet.context.knowledge.about
    court = texts.pick(event.court) if event.court else ""
    if event.standing is None or about is None:
        return court
    standing = texts.pick(about.standings[event.standing])
    return texts("court-standing", court=court, standing=standing) if court else standing


def articles_words(sheet: Sheet, articles: Sequence[str]) -> str:
    """Return articles of law with the name of their code, where the base gives it."""
    codes = sheet.context.knowledge.about.codes if sheet.context.knowledge.about else {}
    by_code: dict[str, list[str]] = {}
    said: list[str] = []
    for article in articles:
        code, _, number = article.partition(" ")
        if number and code in codes:
            by_code.setdefault(code, []).append(number)
        else:
            said.append(article)
    for code, numbers in by_code.items():
        name, listed = sheet.texts.pick(codes[code]), ", ".join(numbers)
        said.append(sheet.texts.plural("articles-of", len(numbers), articles=listed, code=name))
    return "; ".join(said)


def sentence_words(texts: Texts, sentence: Sentence) -> str:
    """Return a sentence in words: how long, where, whether suspended, what else."""
    parts = [duration(texts, sentence.years, sentence.months)]
    if sentence.suspended:
        parts.append(texts("sentence-suspended"))
    if sentence.regime:
        parts.append(texts.pick(sentence.regime))
    if sentence.probation_years:
        years = texts.plural("years", sentence.probation_years)
        parts.append(texts("sentence-probation", years=years))
    if sentence.ban_years:
        years = texts.plural("years", sentence.ban_years)
        ban = texts.pick(sentence.ban) if sentence.ban else texts("sentence-ban-activity")
        parts.append(texts("sentence-ban", years=years, ban=ban))
    return ", ".join(part for part in parts if part)


def duration(texts: Texts, years: int, months: int) -> str:
    """Return a length of time in years and months."""
    parts = [texts.plural("years", years)] if years else []
    parts += [texts.plural("months", months)] if months else []
    return " ".join(parts)


def birth_line(sheet: Sheet, born: Birth) -> Inlines:
    """Return when and where somebody was born."""
    words = sheet.texts.date(born.value)
    if born.place:
        words = f"{words}, {sheet.texts.pick(born.place)}"
    said = sheet.fact(words, born)
    return (*said, *sheet.note(born.note), *sheet.conflicts(born.conflicts))


def post_line(sheet: Sheet, post: Post) -> Inlines:
    """Return what somebody is or was, and when."""
    texts = sheet.texts
    when = period(texts, post.since, post.until)
    if post.as_of:
        known = texts("as-of", date=texts.date(post.as_of))
        when = f"{when}; {known}" if when else known
    title = texts.pick(post.title)
    said = sheet.fact(f"{title} ({when})" if when else title, post)
    return (*said, *sheet.note(post.note))


def status_words(texts: Texts, status: Status) -> str:
    """Return a status, never without the day that it was last known to be so."""
    value = texts(f"status-{status.value.value}")
    as_of = texts.date(status.as_of)
    if status.since and status.since != status.as_of:
        return texts("status-since", status=value, since=texts.date(status.since), as_of=as_of)
    return texts("status-as-of", status=value, as_of=as_of)


def status_mark(sheet: Sheet, status: Status) -> Inlines:
    """Return a status on one line, with a warning if it was last confirmed long ago."""
    words: Inlines = (Text(status_words(sheet.texts, status)),)
    if is_stale(status, sheet.context.now, sheet.context.stale_months):
        words = (*words, Text(f"; {sheet.texts('may-be-outdated')}"))
    return sheet.fact(words, status)


def status_line(sheet: Sheet, status: Status) -> Inlines:
    """Return a status with its date, its source and what else is to be said of it."""
    texts, context = sheet.texts, sheet.context
    said = sheet.fact((Strong(status_words(texts, status)),), status)
    text = (Text(f" – {texts.pick(status.text)}"),) if status.text else ()
    stale: Inlines = ()
    if is_stale(status, context.now, context.stale_months):
        stale = (Text(" "), Strong(texts("status-stale", months=context.stale_months)))
    return (*said, *text, *stale, *sheet.conflicts(status.conflicts))


def vote_line(sheet: Sheet, vote: Vote) -> Inlines:
    """Return how a text was adopted."""
    texts = sheet.texts
    if vote.abstentions is None:
        words = texts("vote-court", in_favour=vote.in_favour, against=vote.against)
    else:
        words = texts(
            "vote",
            in_favour=vote.in_favour,
            against=vote.against,
            abstentions=vote.abstentions,
        )
    if vote.about:
        words = f"{texts.pick(vote.about)}: {words}"
    said = sheet.fact(words, vote)
    return (*said, *sheet.note(vote.note), *sheet.conflicts(vote.conflicts))
