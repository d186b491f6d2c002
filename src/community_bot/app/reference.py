"""The commands' page of the documentation, written from the command table."""

from __future__ import annotations

from collections.abc import Iterator

from community_bot.core.command import Command, CommandTable
from community_bot.core.i18n import Texts
from community_bot.domain.address import Role


def commands_page(table: CommandTable, texts: Texts) -> str:
    """Return ``docs/commands.md``: every command, what it takes and an example."""
    lines = [
        "# Commands",
        "",
        "<!-- Written by `community-bot docs`; edit the catalogues instead. -->",
        "",
        "The same commands work on every platform: with `!` before them on Matrix, with `/` on",
        "Discord, with nothing in the terminal. An option may always be written `name=value`;",
        'several words of one option go in quotation marks: `find words="human rights"`.',
        "",
    ]
    for command in table.commands:
        lines += _section(command, texts)
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(command: Command, texts: Texts) -> Iterator[str]:
    yield f"## {command.name}"
    yield ""
    yield f"{texts(f'about-{command.slug}')}."
    yield ""
    yield f"    {command.usage}"
    yield ""
    if command.aliases:
        names = ", ".join(f"`{alias}`" for alias in command.aliases)
        yield f"Other names: {names}."
        yield ""
    if command.role is not Role.EVERYONE:
        yield f"For {texts(f'role-{command.role.name.lower()}')}."
        yield ""
    for param in command.params:
        needed = "" if param.required else " (optional)"
        known = ", ".join(param.type.closed_list())
        values = f". {texts('param-values', known=known)}" if known else ""
        about = texts(f"param-{command.slug}-{param.option}")
        yield f"- `{param.option}`{needed}: {about}{values}"
    if command.params:
        yield ""
    if texts.has(f"example-{command.slug}"):
        yield f"Example: `{texts(f'example-{command.slug}')}`"
        yield ""
