"""Commands that look across everything: search, sources, and checking an answer's revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from community_bot.commands.cards.card import card
from community_bot.commands.cards.hit import hit_line
from community_bot.commands.cards.lines import open_action
from community_bot.commands.cards.named import namesake_lines
from community_bot.commands.cards.namesakes import namesakes_meant
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.params import Query
from community_bot.core.reading_params import EntryRevision, EntryRevisions
from community_bot.domain.document import Code, Emphasis, Inlines, Reply
from community_bot.domain.entities import Source
from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind
from community_bot.knowledge.names import Resolved, Verdict

if TYPE_CHECKING:
    from community_bot.knowledge.search import Hit

_HITS = 8
_LONGEST_NAME = 5
_SHORT_NAME = 2
_NAMED = (Kind.PERSON, Kind.ORGANISATION, Kind.CASE)


@command("find", aliases=("search",))
async def find(context: Context, words: Query) -> Reply:
    """Search everything, best first, with the matching words marked."""
    base = context.knowledge
    sheet = Sheet(context)
    sheet.title(context.texts("title-find", words=words))
    hits = base.search.search(words, limit=_HITS)
    named = _named(context, words, hits)
    others = namesakes_meant(context, words, named[Kind.PERSON].namesakes) if named else []
    if others:
        sheet.message("name-namesake", query=words)
        sheet.items(namesake_lines(sheet, others))
    hits = _ordered(hits, named, is_somebody_else=bool(others))
    if not hits and not others:
        sheet.message("find-none" if base.entries else "nothing-yet")
    found = {hit.entry: base.entries[hit.entry] for hit in hits}
    sheet.show(*found.values())
    sheet.items(hit_line(sheet, hit, found[hit.entry]) for hit in hits)
    actions = [open_action(sheet, entry) for entry in found.values()]
    return sheet.reply(actions=actions)


def _named(context: Context, words: str, hits: Sequence[Hit]) -> dict[Kind, Resolved]:
    """Return whom or what the words name, by kind, if they may be a name.

    One or two words may always be one; more are only if somebody's name was found by them.
    """
    has_found_names = any(hit.part.partition(":")[0] in {"", "namesake"} for hit in hits)
    if len(words.split()) > (_LONGEST_NAME if has_found_names else _SHORT_NAME):
        return {}
    return {kind: context.knowledge.names(kind).resolve(words) for kind in _NAMED}


def _ordered(
    hits: tuple[Hit, ...], named: Mapping[Kind, Resolved], *, is_somebody_else: bool
) -> tuple[Hit, ...]:
    """Return the hits with whoever the words surely name before them, in whatever spelling."""
    from community_bot.knowledge.search import Hit  # noqa: PLC0415 - no other answer needs it

    if is_somebody_else:
        # A card at the top would read as the answer, and it is about another person.
        return tuple(hit for hit in hits if hit.part)
    sure = [one.candidates[0][0] for one in named.values() if one.status is Verdict.MATCH]
    first = tuple(Hit(id_, "", (), 0.0, "") for id_ in sure)
    rest = (hit for hit in hits if hit.part or hit.entry not in sure)
    return (*first, *rest)[:_HITS]


@command("source")
async def source(context: Context, id: Source) -> Reply:
    """Answer what a source is and which entries cite it."""
    sheet = Sheet(context)
    return sheet.reply(actions=card(sheet, id))


@command("verify")
async def verify(context: Context, revision: EntryRevisions) -> Reply:
    """Tell whether an answer's revision is what the base says now, and show what that is."""
    if len(revision.revisions) > 1:
        return _verify_several(context, revision.revisions)
    (one,) = revision.revisions
    base, texts = context.knowledge, context.texts
    entry = base.entries.get(one.id)
    if entry is None:
        raise UserError("verify-unknown-entry", id=one.id)
    sheet = Sheet(context)
    asked = Code(f"{one.id}@{one.revision}")
    if base.revision(entry.id) != one.revision:
        sheet.show(entry)
        sheet.title(texts("title-verify-unknown"))
        current = Code(base.reference(entry.id))
        sheet.message("verify-not-current", asked=asked, current=current)
        return sheet.reply(actions=[open_action(sheet, entry)])
    sheet.title(texts("title-verify-current"))
    sheet.message("verify-current", asked=asked)
    sheet.paragraph(Emphasis(texts("verify-compare")))
    return sheet.reply(actions=card(sheet, entry))


def _verify_several(context: Context, revisions: Sequence[EntryRevision]) -> Reply:
    """Tell of each revision under an answer whether it is current: nothing else is shown."""
    base, texts = context.knowledge, context.texts
    sheet = Sheet(context)
    references = {one: f"{one.id}@{one.revision}" for one in revisions}
    current = [one for one in revisions if one.id in base.entries]
    are_current = all(references[one] == base.reference(one.id) for one in current)
    is_whole = are_current and len(current) == len(revisions)
    sheet.title(texts("title-verify-current" if is_whole else "title-verify-unknown"))
    lines: list[Inlines] = []
    for one, reference in references.items():
        asked = Code(reference)
        if one.id not in base.entries:
            lines.append(texts.inlines("verify-each-unknown", asked=asked))
        elif reference == base.reference(one.id):
            lines.append(texts.inlines("verify-each-current", asked=asked))
        else:
            now = Code(base.reference(one.id))
            lines.append(texts.inlines("verify-each-not-current", asked=asked, current=now))
    sheet.items(lines)
    sheet.show(*(base.entries[one.id] for one in current))
    return sheet.reply(actions=[open_action(sheet, base.entries[one.id]) for one in current])
