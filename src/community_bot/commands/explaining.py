"""Errors in words: what is wrong and what to do, as a reply like any other."""

from __future__ import annotations

from dataclasses import replace

from community_bot.commands.cards.named import describe, namesake_lines
from community_bot.commands.cards.namesakes import namesakes_meant
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context
from community_bot.core.differing import difference_blocks, in_brief
from community_bot.core.reporting import problem_text
from community_bot.domain.document import Action, Code, ErrorReport, Reply, Text
from community_bot.domain.errors import NameAmbiguousError, NameUnknownError, UserError
from community_bot.moderation.conflicts import ConflictError
from community_bot.moderation.draft import UnfitError


def explain_error(error: UserError, context: Context) -> Reply:
    """Return the reply to somebody who can act on an error."""
    texts = context.texts
    sheet = Sheet(context)
    arguments = dict(error.arguments)
    if isinstance(error, NameAmbiguousError | NameUnknownError):
        arguments["kind"] = texts(f"kind-{error.kind}")
    key = error.key
    if isinstance(error, NameAmbiguousError) and len(error.candidates) == 1:
        key = "name-unsure"
    said = texts.inlines(key, **(arguments | _usage(error)))
    message = texts(key, **arguments)
    if isinstance(error, NameUnknownError) and error.candidates and not error.namesakes:
        meant = texts.plural("name-like", len(error.candidates))
        said, message = (*said, Text(f" {meant}")), f"{message} {meant}"
    sheet.message("error", message=said)
    if isinstance(error, UnfitError):
        sheet.items(
            (Code(field), Text(f" – {problem_text(texts, it)}")) for field, it in error.faults
        )
    if isinstance(error, ConflictError):
        _show_both(sheet, error)
    labels = dict(zip(error.lines, error.lines, strict=True))
    candidates: tuple[str, ...] = ()
    if isinstance(error, NameAmbiguousError | NameUnknownError):
        candidates = error.candidates
        described = [describe(sheet, context.knowledge.entries[id_]) for id_ in candidates]
        lines = error.lines or tuple(f"find {id_}" for id_ in candidates)
        labels = dict(zip(lines, described, strict=True))
    if isinstance(error, NameUnknownError):
        query = str(error.arguments["query"])
        sheet.items(namesake_lines(sheet, namesakes_meant(context, query, error.namesakes)))
    actions = [Action(label, line) for line, label in labels.items()]
    reply = sheet.reply(actions=actions, candidates=candidates)
    return replace(reply, error=ErrorReport(error.key, message))


def _show_both(sheet: Sheet, error: ConflictError) -> None:
    """Show what the files say by now beside what a change wanted."""
    for key, rows in (
        ("section-conflict-since", error.since),
        ("section-conflict-wanted", error.wanted),
    ):
        if rows:
            sheet.section(key)
            sheet.add(*difference_blocks(sheet.texts, *in_brief(rows)))


def _usage(error: UserError) -> dict[str, Code]:
    """Return how a command is used as something to type, for the message that says so."""
    usage = error.arguments.get("usage")
    return {"usage": Code(str(usage), is_command=True)} if usage else {}
