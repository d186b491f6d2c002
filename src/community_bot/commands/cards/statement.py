"""Statements: quoted to the letter, with the editor's notes beside the words they are about."""

from __future__ import annotations

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.invocation import write_line
from community_bot.core.params import Paragraphs
from community_bot.core.titles import name_of
from community_bot.domain.document import (
    Action,
    Emphasis,
    Inline,
    Inlines,
    Link,
    Quotation,
    Strong,
    Text,
)
from community_bot.domain.entities import (
    Organisation,
    Source,
    Statement,
    StatementParagraph,
    Title,
    Version,
)
from community_bot.domain.errors import UserError
from community_bot.domain.values import Check, Part


def statement_card(sheet: Sheet, statement: Statement) -> list[Action]:
    """Write what a statement is: who issued it, when, in which languages, and what to read."""
    texts, base = sheet.texts, sheet.context.knowledge
    sheet.title(name_of(texts, statement))
    date = (
        *sheet.fact(texts.date(statement.date.value), statement.date),
        *sheet.note(statement.date.note),
        *sheet.conflicts(statement.date.conflicts),
    )
    publisher: Inlines = ()
    if statement.publisher:
        organisation = base.get(Organisation, statement.publisher)
        publisher = (Text(name_of(texts, organisation)), *sheet.cite(statement.cite))
    signed = ", ".join(statement.signed_by) or texts("signed-by-nobody")
    sheet.fields(
        (
            ("field-issuer", (Text(texts.pick(statement.issuer)),)),
            ("field-signed", (Text(signed),)),
            ("field-publisher", publisher or sheet.cite(statement.cite)),
            ("field-date", date),
            ("field-title", title_line(sheet, statement.title)),
            ("field-language", (Text(texts.language_name(statement.language)),)),
            ("field-versions", _versions(sheet, statement)),
            ("field-paragraphs", (Text(paragraph_range(statement)),)),
        )
    )
    if statement.demands:
        sheet.section("section-demands")
        sheet.items(
            (Text(f"{texts.pick(demand.text)} (¶{demand.paragraph})"),)
            for demand in statement.demands
        )
    since_section(sheet, statement)
    sheet.remarks(statement.notes)
    return reading_actions(sheet, statement)


def title_line(sheet: Sheet, title: Title) -> Inlines:
    """Return what is to be said of a title: whether it is ours, how far checked, what note."""
    if title.official and title.check is Check.SEEN and title.note is None:
        return ()
    words = sheet.texts("title-official" if title.official else "title-ours")
    return (*sheet.fact(words, title), *sheet.note(title.note))


def since_section(sheet: Sheet, statement: Statement) -> None:
    """Add what became of the statement's subject, lest its words mislead a reader today."""
    if statement.since:
        sheet.section("section-since")
        sheet.items(sheet.fact(sheet.texts.pick(one.text), one) for one in statement.since)


def reading_actions(sheet: Sheet, statement: Statement) -> list[Action]:
    """Return the ways to go on reading a statement."""
    actions = [
        sheet.action("action-read-all", write_line("statement", id=statement.id, paragraphs="all"))
    ]
    if statement.summary:
        actions.append(sheet.action("action-summary", write_line("summary", id=statement.id)))
    return actions


def quote(
    sheet: Sheet, statement: Statement, labels: tuple[str, ...], version: Version | None
) -> None:
    """Quote paragraphs to the letter, each with its citation and the editor's notes on it."""
    own = {paragraph.label: paragraph for paragraph in statement.paragraphs}
    held = {one.label: one.text for one in version.paragraphs} if version else {}
    for label in labels:
        paragraph = own[label]
        text = held[label] if version else paragraph.text
        sheet.add(Quotation(text, _citation(sheet, statement, paragraph, version)))
        notes = (
            []
            if version
            else [_annotation(sheet, paragraph, i) for i in range(len(paragraph.notes))]
        )
        if notes:
            sheet.message("editor-notes")
            sheet.items(notes)


def _annotation(sheet: Sheet, paragraph: StatementParagraph, index: int) -> Inlines:
    note = paragraph.notes[index]
    quoted = Strong(sheet.texts("quoted", words=note.surface))
    return sheet.fact((quoted, Text(f": {sheet.texts.pick(note.note)}")), note)


def _citation(
    sheet: Sheet, statement: Statement, paragraph: StatementParagraph, version: Version | None
) -> Inlines:
    texts, base = sheet.texts, sheet.context.knowledge
    said: list[Inline] = [Text(name_of(texts, statement))]
    key = "citation-lead" if paragraph.part is Part.LEAD else "citation-paragraph"
    said.append(Text(f", {texts(key, number=paragraph.label)}"))
    if statement.publisher:
        publisher = base.get(Organisation, statement.publisher)
        said.append(Text(f", {name_of(texts, publisher)}"))
    said += [Text(f", {texts.date(statement.date.value)}"), *sheet.checked(statement.date.check)]
    language = version.language if version else statement.language
    said.append(Text(f" ({texts.language_name(language)})"))
    return (*said, *sheet.cite(version.cite if version else statement.cite))


def select(statement: Statement, wanted: Paragraphs | None) -> tuple[str, ...]:
    """Return the labels of the paragraphs that somebody asked for, in the statement's order.

    Raises UserError for a number that the statement does not have, and for a reversed range.
    """
    labels = [paragraph.label for paragraph in statement.paragraphs]
    if wanted is None or wanted.is_all:
        return tuple(labels)
    chosen: set[str] = set()
    for first, last in wanted.ranges:
        for label in (first, last):
            if label not in labels:
                raise UserError("paragraph-unknown", number=label, known=paragraph_range(statement))
        start, end = labels.index(first), labels.index(last)
        if start > end:
            raise UserError("paragraphs-reversed", first=first, last=last)
        chosen.update(labels[start : end + 1])
    return tuple(label for label in labels if label in chosen)


def paragraph_range(statement: Statement) -> str:
    """Return which paragraphs a statement has, such as ``L1–L2, 1–6``."""
    ranges: list[str] = []
    for part in (Part.LEAD, Part.BODY):
        labels = [one.label for one in statement.paragraphs if one.part is part]
        if labels:
            ranges.append(labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}")
    return ", ".join(ranges)


def version_in(sheet: Sheet, statement: Statement, tag: str) -> Version | None:
    """Return the version in a language, or None for the statement's own.

    Raises UserError when no text in that language is held, saying whether one was published.
    """
    if tag == statement.language:
        return None
    texts = sheet.texts
    language = texts.language_name(tag)
    for version in statement.versions:
        if version.language == tag and version.paragraphs:
            return version
        if version.language == tag:
            source = sheet.context.knowledge.get(Source, version.cite[0])
            raise UserError("version-not-held", language=language, address=source.url)
    own = texts.language_name(statement.language)
    raise UserError("version-unknown", language=language, own=own)


def _versions(sheet: Sheet, statement: Statement) -> Inlines:
    texts, base = sheet.texts, sheet.context.knowledge
    said: list[Inline] = []
    for version in statement.versions:
        said += [Text("; ")] if said else []
        name = texts.language_name(version.language)
        if version.paragraphs:
            words: Inlines = (Text(name),)
        else:
            url = base.get(Source, version.cite[0]).url
            label = version.title or url
            words = (Text(f"{name}: "), Link(label, url), Emphasis(f" ({texts('version-link')})"))
        said += (*sheet.fact(words, version), *sheet.note(version.note))
    return tuple(said)
