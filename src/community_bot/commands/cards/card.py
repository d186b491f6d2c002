"""The card of an entry: all that the base says of it, as an answer reads."""

from __future__ import annotations

from typing import assert_never

from community_bot.commands.cards.facts import (
    articles_words,
    birth_line,
    status_line,
    status_mark,
    vote_line,
)
from community_bot.commands.cards.named import (
    events_section,
    mention_actions,
    mentions_section,
    namesake_lines,
    posts_section,
    resolution_label,
    spellings,
)
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.cards.statement import statement_card, title_line
from community_bot.core.invocation import write_line
from community_bot.core.titles import name_of
from community_bot.domain.document import (
    Action,
    Code,
    Emphasis,
    Inline,
    Inlines,
    Link,
    Strong,
    Text,
)
from community_bot.domain.entities import (
    Case,
    Entry,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)

_CITING = 40
"""Most entries that a source's card lists."""


def card(sheet: Sheet, entry: Entry) -> list[Action]:
    """Write an entry's card on a sheet; return what may be done next."""
    sheet.show(entry)
    match entry:
        case Person():
            return _person(sheet, entry)
        case Organisation():
            return _organisation(sheet, entry)
        case Case():
            return _case(sheet, entry)
        case Resolution():
            return _resolution(sheet, entry)
        case Statement():
            return statement_card(sheet, entry)
        case Source():
            return _source(sheet, entry)
        case _:
            assert_never(entry)


def _person(sheet: Sheet, person: Person) -> list[Action]:
    texts = sheet.texts
    sheet.title(name_of(texts, person))
    if person.about:
        sheet.paragraph(*sheet.fact(texts.pick(person.about.text), person.about))
    sheet.fields(
        (
            ("field-status", status_line(sheet, person.status)),
            ("field-born", birth_line(sheet, person.born) if person.born else ()),
            ("field-spellings", spellings(sheet, person)),
        )
    )
    if person.not_to_confuse:
        sheet.section("section-namesakes")
        sheet.items(namesake_lines(sheet, person.not_to_confuse))
    events_section(sheet, person.events)
    posts_section(sheet, person.posts)
    mentions_section(sheet, person)
    sheet.remarks(person.notes)
    return mention_actions(sheet, person)


def _organisation(sheet: Sheet, organisation: Organisation) -> list[Action]:
    texts = sheet.texts
    sheet.title(name_of(texts, organisation))
    if organisation.about:
        sheet.paragraph(*sheet.fact(texts.pick(organisation.about.text), organisation.about))
    sheet.fields(
        (
            ("field-spellings", spellings(sheet, organisation)),
            ("field-links", links(organisation.links)),
        )
    )
    if organisation.not_to_confuse:
        sheet.section("section-namesakes")
        sheet.items(namesake_lines(sheet, organisation.not_to_confuse))
    events_section(sheet, organisation.events)
    posts_section(sheet, organisation.posts)
    adopted = [
        resolution
        for resolution in sheet.context.knowledge.referring(organisation.id, Resolution)
        if resolution.body == organisation.id
    ]
    if adopted:
        sheet.section("section-adopted")
        sheet.items((Text(resolution_label(texts, one)),) for one in adopted)
    mentions_section(sheet, organisation)
    sheet.remarks(organisation.notes)
    return mention_actions(sheet, organisation)


def _case(sheet: Sheet, case: Case) -> list[Action]:
    texts, base = sheet.texts, sheet.context.knowledge
    sheet.title(name_of(texts, case))
    sheet.paragraph(*sheet.fact(texts.pick(case.about.text), case.about))
    articles = (Text(articles_words(sheet, case.articles)),) if case.articles else ()
    sheet.fields(
        (
            ("field-articles", articles),
            ("field-spellings", spellings(sheet, case)),
        )
    )
    members = [
        person
        for person in base.referring(case.id, Person)
        if any(event.case == case.id for event in person.events)
    ]
    if members:
        sheet.show(*members)
        sheet.section("section-members")
        sheet.items(
            (Strong(name_of(texts, one)), Text(" – "), *status_mark(sheet, one.status))
            for one in members
        )
    events_section(sheet, case.events)
    mentions_section(sheet, case)
    sheet.remarks(case.notes)
    return [
        sheet.action("action-about", write_line("person", one.id), name=name_of(texts, one))
        for one in members
    ]


def _resolution(sheet: Sheet, resolution: Resolution) -> list[Action]:
    texts, base = sheet.texts, sheet.context.knowledge
    body = base.get(Organisation, resolution.body)
    sheet.title(name_of(texts, resolution))
    date = (
        *sheet.fact(texts.date(resolution.date.value), resolution.date),
        *sheet.note(resolution.date.note),
        *sheet.conflicts(resolution.date.conflicts),
    )
    vote: Inlines = ()
    if resolution.vote:
        vote = vote_line(sheet, resolution.vote)
    elif resolution.vote_note:
        vote = sheet.fact(texts.pick(resolution.vote_note.text), resolution.vote_note)
    sheet.fields(
        (
            ("field-title", title_line(sheet, resolution.title)),
            ("field-body", (Text(name_of(texts, body)),)),
            ("field-date", date),
            ("field-symbols", _symbols(sheet, resolution)),
            ("field-vote", vote),
            ("field-links", links(resolution.links)),
        )
    )
    _cited_in(sheet, resolution)
    if resolution.points:
        sheet.section("section-points")
        sheet.items(sheet.fact(texts.pick(point.text), point) for point in resolution.points)
    sheet.remarks(resolution.notes)
    related = [base.get(Resolution, id_) for id_ in resolution.related]
    if related:
        sheet.section("section-related")
        sheet.items((Text(resolution_label(texts, one)),) for one in related)
    return mention_actions(sheet, resolution)


def _symbols(sheet: Sheet, resolution: Resolution) -> Inlines:
    said: list[Inline] = []
    for symbol in resolution.symbols:
        said += [Text(", ")] if said else []
        said += sheet.fact((Code(symbol.text),), symbol)
    return tuple(said)


def _cited_in(sheet: Sheet, resolution: Resolution) -> None:
    texts, base = sheet.texts, sheet.context.knowledge
    cited = list(base.mentions(resolution.id))
    for statement, labels in cited:
        numbers = ", ".join(labels)
        title = name_of(texts, statement)
        sheet.paragraph(Text(texts.plural("cited-in", len(labels), title=title, numbers=numbers)))
    if not cited:
        sheet.paragraph(Emphasis(texts("not-cited")))
    for other in resolution.also_dated:
        where = name_of(texts, base.entries[other.where])
        wrong = texts("also-dated", date=texts.date(other.date), where=where)
        sheet.paragraph(Strong(wrong), *sheet.note(other.note))


def _source(sheet: Sheet, source: Source) -> list[Action]:
    texts, base = sheet.texts, sheet.context.knowledge
    sheet.title(source.title)
    if source.title_inferred:
        sheet.paragraph(Emphasis(texts("source-title-inferred")))
    archived = (Link(source.archive_url, source.archive_url),) if source.archive_url else ()
    retrieved = (Text(texts.date(source.retrieved)),) if source.retrieved else ()
    sheet.fields(
        (
            ("field-publisher", (Text(source.publisher),)),
            ("field-date", (Text(texts.date(source.date)),) if source.date else ()),
            ("field-source-type", (Text(texts(f"source-{source.type.value}")),)),
            ("field-language", (Text(texts.language_name(source.language)),)),
            ("field-address", (Link(source.url, source.url),)),
            ("field-archive", archived),
            ("field-retrieved", retrieved),
        )
    )
    if source.note:
        sheet.paragraph(Emphasis(texts.pick(source.note)))
    citing = [base.entries[id_] for id_ in base.referrers.get(source.id, ())]
    if citing:
        sheet.section("section-citing")
        sheet.items((Code(one.id), Text(f" {name_of(texts, one)}")) for one in citing[:_CITING])
        if len(citing) > _CITING:
            sheet.message("list-cut", count=len(citing) - _CITING)
    return []


def links(urls: tuple[str, ...]) -> Inlines:
    """Return addresses, each as its own label, so that nobody is led elsewhere."""
    said: list[Inline] = []
    for url in urls:
        said += [Text(", ")] if said else []
        said.append(Link(url, url))
    return tuple(said)
