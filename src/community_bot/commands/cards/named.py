"""What people, organisations and cases have in common: spellings, look-alikes, mentions."""

from __future__ import annotations

from collections.abc import Iterable

from community_bot.commands.cards.facts import (
    event_line,
    post_line,
    status_words,
)
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.i18n import Texts
from community_bot.core.invocation import write_line
from community_bot.core.staleness import is_stale
from community_bot.core.titles import name_of
from community_bot.domain.document import Action, Emphasis, Inline, Inlines, Strong, Text
from community_bot.domain.entities import (
    Alias,
    Entry,
    Event,
    Name,
    Named,
    Namesake,
    Organisation,
    Person,
    Post,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Check
from community_bot.knowledge.ordering import moment_of


def spellings(sheet: Sheet, entry: Named) -> Inlines:
    """Return the other names of an entry, by language, each form once."""
    texts = sheet.texts
    shown = {name_of(texts, entry)}
    said: list[Inline] = []
    for tag, name in entry.names.items():
        if name.text in shown:
            continue
        shown.add(name.text)
        said += [Text(", ")] if said else []
        said.append(Text(name.text))
        remark = texts.language_name(tag)
        if _is_unverified(name):
            remark = f"{remark}; {texts('check-unverified')}"
        said.append(Emphasis(f" ({remark})"))
    aliases = [alias for alias in entry.aliases if alias.text not in shown]
    for is_unverified in (False, True):
        found = [one.text for one in aliases if _is_unverified(one) is is_unverified]
        if found:
            said += [Text("; ")] if said else []
            said.append(Text(", ".join(dict.fromkeys(found))))
        if found and is_unverified:
            said.append(Emphasis(f" ({texts('check-unverified')})"))
    return tuple(said)


def _is_unverified(name: Name | Alias) -> bool:
    return name.check is Check.UNVERIFIED


def namesake_lines(sheet: Sheet, others: Iterable[Namesake]) -> Iterable[Inlines]:
    """Return a line for each other person who could be taken for this one."""
    for other in others:
        words = (Strong(other.text), Text(f": {sheet.texts.pick(other.note)}"))
        yield sheet.fact(words, other)


def events_section(sheet: Sheet, events: Iterable[Event]) -> None:
    """Add what happened, in order of time."""
    ordered = sorted(events, key=moment_of)
    if ordered:
        sheet.section("section-events")
        sheet.items(event_line(sheet, event) for event in ordered)


def posts_section(sheet: Sheet, posts: Iterable[Post]) -> None:
    """Add the offices that somebody holds or held."""
    lines = [post_line(sheet, post) for post in posts]
    if lines:
        sheet.section("section-posts")
        sheet.items(lines)


def mentions_section(sheet: Sheet, entry: Entry) -> None:
    """Add where statements and resolutions speak of an entry."""
    texts, base = sheet.texts, sheet.context.knowledge
    lines: list[Inlines] = []
    for statement, labels in base.mentions(entry.id):
        numbers = ", ".join(labels)
        title = name_of(texts, statement)
        key = "mention-paragraphs"
        lines.append((Text(texts.plural(key, len(labels), title=title, numbers=numbers)),))
    lines.extend(
        (Text(resolution_label(texts, resolution)),)
        for resolution in base.referring(entry.id, Resolution)
        if resolution.body != entry.id
    )
    if lines:
        sheet.section("section-mentions")
        sheet.items(lines)


def mention_actions(sheet: Sheet, entry: Entry) -> list[Action]:
    """Return the ways to read the paragraphs that speak of an entry."""
    actions: list[Action] = []
    for statement, labels in sheet.context.knowledge.mentions(entry.id):
        numbers = ", ".join(labels)
        label = sheet.texts.plural("action-read-paragraphs", len(labels), numbers=numbers)
        listed = ",".join(labels)
        line = write_line("statement", id=statement.id, paragraphs=listed)
        actions.append(Action(label, line))
    return actions


def resolution_label(texts: Texts, resolution: Resolution, *, dated: bool = True) -> str:
    """Return a resolution's symbol, with a mark if nobody checked it, its title and its date."""
    title = name_of(texts, resolution)
    if dated:
        title = f"{title} ({texts.date(resolution.date.value)})"
    if not resolution.symbols:
        return title
    symbol = resolution.symbols[0]
    if symbol.check is Check.UNVERIFIED:
        return f"{symbol.text} ({texts('check-unverified')}): {title}"
    return f"{symbol.text}: {title}"


def describe(sheet: Sheet, entry: Entry) -> str:
    """Return one line that tells an entry from others: who or what it is, and when."""
    texts = sheet.texts
    name = name_of(texts, entry)
    match entry:
        case Person():
            known = [texts("born", date=texts.date(entry.born.value))] if entry.born else []
            known += [texts.pick(post.title) for post in entry.posts[:1]]
            known.append(status_words(texts, entry.status))
            if is_stale(entry.status, sheet.context.now, sheet.context.stale_months):
                known.append(texts("may-be-outdated"))
            if entry.not_to_confuse:
                others = ", ".join(other.text for other in entry.not_to_confuse)
                known.append(texts("not-to-confuse", others=others))
            return f"{name} – {'; '.join(known)}"
        case Resolution():
            return resolution_label(texts, entry)
        case Statement():
            return f"{name} ({texts.date(entry.date.value)})"
        case Source():
            return f"{name}, {entry.publisher}"
        case Organisation():
            return f"{name} – {texts.pick(entry.about.text)}" if entry.about else name
        case _:
            return f"{name} – {texts.pick(entry.about.text)}"
