"""Commands about statements: their exact text, their summaries, and a list of them."""

from __future__ import annotations

from community_bot.commands.cards.card import card
from community_bot.commands.cards.lines import statement_line
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.cards.statement import (
    quote,
    reading_actions,
    select,
    since_section,
    version_in,
)
from community_bot.core.command import Context, command
from community_bot.core.invocation import write_line
from community_bot.core.params import Language, Paragraphs
from community_bot.core.titles import name_of
from community_bot.domain.document import Reply, Text
from community_bot.domain.entities import Statement
from community_bot.domain.errors import UserError


@command("statement", aliases=("paragraphs",))
async def statement(
    context: Context,
    id: Statement | None = None,
    paragraphs: Paragraphs | None = None,
    language: Language | None = None,
) -> Reply:
    """Quote a statement to the letter, or say what it is when no paragraph is asked for."""
    chosen = id or _main(context)
    sheet = Sheet(context)
    if paragraphs is None and language is None:
        return sheet.reply(actions=card(sheet, chosen))
    version = version_in(sheet, chosen, language.tag) if language else None
    labels = select(chosen, paragraphs)
    if version:
        held = tuple(one.label for one in version.paragraphs)
        lacking = [label for label in labels if label not in held]
        if lacking and paragraphs is not None and not paragraphs.is_all:
            numbers = ", ".join(lacking)
            raise UserError("version-lacks", numbers=numbers, known=", ".join(held))
        labels = tuple(label for label in labels if label in held)
    sheet.show(chosen)
    sheet.title(name_of(context.texts, chosen))
    quote(sheet, chosen, labels, version)
    return sheet.reply(actions=reading_actions(sheet, chosen))


@command("statements")
async def statements(context: Context) -> Reply:
    """List the statements there are."""
    sheet = Sheet(context)
    found = context.knowledge.of_kind(Statement)
    sheet.title(context.texts("title-statements"))
    if not found:
        sheet.message("nothing-yet")
    sheet.show(*found)
    sheet.items(statement_line(sheet, one) for one in found)
    actions = [
        sheet.action(
            "action-about", write_line("statement", id=one.id), name=name_of(sheet.texts, one)
        )
        for one in found
    ]
    return sheet.reply(actions=actions)


@command("summary")
async def summary(
    context: Context,
    id: Statement | None = None,
) -> Reply:
    """Summarise a statement, each sentence with the paragraphs that bear it out."""
    chosen = id or _main(context)
    if not chosen.summary:
        raise UserError("summary-missing", title=name_of(context.texts, chosen))
    sheet = Sheet(context)
    sheet.show(chosen)
    sheet.title(context.texts("title-summary", title=name_of(context.texts, chosen)))
    issuer = context.texts.pick(chosen.issuer)
    date = context.texts.date(chosen.date.value)
    said = context.texts("summary-of", issuer=issuer, date=date)
    dated = sheet.checked(chosen.date.check)
    sheet.paragraph(Text(said), *dated, *sheet.cite(chosen.cite))
    sheet.items(
        (Text(f"{context.texts.pick(one.text)} (¶{', '.join(one.paragraphs)})"),)
        for one in chosen.summary
    )
    since_section(sheet, chosen)
    sheet.message("summary-ours")
    return sheet.reply(actions=reading_actions(sheet, chosen)[:1])


def _main(context: Context) -> Statement:
    """Return the statement meant when none is named: the base's main one, else its latest."""
    base = context.knowledge
    if base.about and base.about.main_statement:
        return base.get(Statement, base.about.main_statement)
    found = base.of_kind(Statement)
    if not found:
        raise UserError("nothing-yet")
    return found[-1]
