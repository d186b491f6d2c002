"""Commands about the bot itself: help, what it is, what it keeps, whether it lives, reloading."""

from __future__ import annotations

from collections.abc import Iterable

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Command, Context, Param, command
from community_bot.core.invocation import write_line
from community_bot.core.mistyped import going_on
from community_bot.core.params import CommandName
from community_bot.core.reporting import problem_line
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Heading, Inlines, Paragraph, Reply, Text
from community_bot.domain.entities import Entry, Person, Resolution, Source, Statement
from community_bot.domain.errors import UserError

_PROBLEMS = 20
_KEPT = (
    "privacy-kept-language",
    "privacy-kept-posts",
    "privacy-kept-revisions",
    "privacy-kept-schedules",
    "privacy-kept-team",
    "privacy-kept-changes",
    "privacy-kept-handled",
)


@command("help", looks_at_role=True)
async def help_(context: Context, command: CommandName | None = None) -> Reply:
    """Explain one command, or list them all."""
    texts, table = context.texts, context.table
    sheet = Sheet(context)
    if command is None:
        _list(sheet, texts("title-help"), table.visible_to(context.actor.role))
        sheet.message("help-more", example=Code("help person", is_command=True))
        return sheet.reply()
    one = table.get(command.text)
    group = going_on(command.text, table.visible_to(context.actor.role))
    if one is None and group:
        _list(sheet, command.text.casefold(), group)
        sheet.message("help-more", example=Code(f"help {group[0].name}", is_command=True))
        return sheet.reply()
    if one is None or one.role > context.actor.role:
        error = UserError("help-unknown", name=command.text)
        near = table.like(command.text, context.actor.role)
        error.lines = tuple(write_line("help", *name.split()) for name in near)
        raise error
    _explain(sheet, one)
    return sheet.reply()


def _list(sheet: Sheet, title: str, commands: Iterable[Command]) -> None:
    sheet.title(title)
    sheet.items(
        (Code(one.usage, is_command=True), Text(f" – {sheet.texts(f'about-{one.slug}')}"))
        for one in commands
        if one.is_listed
    )


def _explain(sheet: Sheet, one: Command) -> None:
    texts = sheet.texts
    sheet.title(one.name)
    sheet.paragraph(Text(texts(f"about-{one.slug}")))
    fields: list[tuple[str, Inlines]] = [("field-usage", (Code(one.usage, is_command=True),))]
    if one.aliases:
        fields.append(("field-aliases", (Text(", ".join(one.aliases)),)))
    if one.role is not Role.EVERYONE:
        fields.append(("field-role", (Text(texts(f"role-{one.role.name.lower()}")),)))
    if texts.has(f"example-{one.slug}"):
        example = Code(texts(f"example-{one.slug}"), is_command=True)
        fields.append(("field-example", (example,)))
    sheet.fields(fields)
    if one.params:
        sheet.section("section-parameters")
        sheet.items(_parameter(sheet, one, param) for param in one.params)


def _parameter(sheet: Sheet, one: Command, param: Param) -> Inlines:
    texts = sheet.texts
    said = (Code(param.option), Text(f" – {texts(f'param-{one.slug}-{param.option}')}"))
    known = ", ".join(param.type.closed_list())
    return (*said, Text(f". {texts('param-values', known=known)}")) if known else said


@command("about")
async def about(context: Context) -> Reply:
    """Say what this bot and its knowledge base are."""
    base, texts = context.knowledge, context.texts
    sheet = Sheet(context)
    if base.about:
        sheet.title(texts.pick(base.about.title))
        sheet.paragraph(Text(texts.pick(base.about.description)))
        if base.about.contact:
            sheet.paragraph(Text(texts.pick(base.about.contact)))
    else:
        sheet.title(texts("title-about"))
    sheet.message("about-bot")
    counted: tuple[tuple[str, type[Entry]], ...] = (
        ("count-people", Person),
        ("count-statements", Statement),
        ("count-resolutions", Resolution),
        ("count-sources", Source),
    )
    sheet.items((Text(texts.plural(key, len(base.of_kind(kind)))),) for key, kind in counted)
    if not base.entries:
        sheet.message("nothing-yet")
    return sheet.reply()


@command("privacy")
async def privacy(context: Context) -> Reply:
    """Say what the bot keeps about the people who use it."""
    sheet, texts = Sheet(context), context.texts
    sheet.title(texts("title-privacy"))
    sheet.message("privacy-no-record")
    sheet.section("section-kept")
    sheet.items(texts.inlines(key) for key in _KEPT)
    sheet.message("privacy-left")
    sheet.message("privacy-erase", command=Code("forget-me", is_command=True))
    sheet.message("privacy-backups")
    sheet.message("privacy-platform")
    cautions = context.knowledge.about.cautions if context.knowledge.about else ()
    if cautions:
        sheet.section("section-cautions")
        sheet.items(sheet.fact(context.texts.pick(one.text), one) for one in cautions)
    return sheet.reply()


@command("ping")
async def ping(context: Context, text: str | None = None) -> Reply:
    """Answer at once, to show that the bot is there."""
    del context
    words = f"pong {text}" if text else "pong"
    return Reply((Paragraph((Text(words),)),))


@command("reload", role=Role.MODERATOR)
async def reload(context: Context) -> Reply:
    """Read the knowledge base's files again and serve them if they are right."""
    texts = context.texts
    report = await context.control.reload()
    sheet = Sheet(context)
    if report.problems:
        sheet.add(Heading((Text(texts("title-reload-failed")),)))
        sheet.message("reload-kept")
        sheet.items((Code(problem_line(texts, one)),) for one in report.problems[:_PROBLEMS])
        more = len(report.problems) - _PROBLEMS
        if more > 0:
            sheet.message("reload-more", count=more)
        return sheet.reply()
    sheet.title(texts("title-reload"))
    sheet.message("reload-done", entries=report.entries, changed=report.changed)
    return sheet.reply()
