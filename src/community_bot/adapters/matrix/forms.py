"""A form of changing a field as a block of YAML: to copy, to change and to send back.

It holds its own fence, so that what is copied can be sent as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from community_bot.adapters.matrix.blocks import EDIT
from community_bot.core.command import CommandTable
from community_bot.core.i18n import Texts
from community_bot.core.invocation import MAX_TEXT
from community_bot.domain.document import CodeBlock, Form, Paragraph, Reply, Text
from community_bot.knowledge.writing import values_text

_MOST_BYTES = 6_000
"""A message has room for it twice, so it is never cut."""
_BESIDE = frozenset({"entry", "source", "note", "seen"})
"""Names that mean something else than a field in a block; with a dot before it, a field it is."""
_FENCES = re.compile("`{3,}")


def with_form(reply: Reply, table: CommandTable) -> Reply:
    """Return a reply with its form as a block, where there can be one: else its words say how."""
    block = _block(reply.form, table) if reply.form else ""
    if not block or len(block) > MAX_TEXT or len(block.encode()) > _MOST_BYTES:
        return reply
    fence = max(["```", *(f"{found}`" for found in _FENCES.findall(block))], key=len)
    how = Paragraph((Text(Texts(reply.language)("matrix-form")),))
    code = CodeBlock(f"{fence}yaml\n{block}{fence}")
    return replace(reply, blocks=(*reply.blocks, how, code))


def _block(form: Form, table: CommandTable) -> str:
    command, call = table.read(form.line)
    if command is None or command.name != EDIT:
        return ""
    options = dict(call.options)
    words = iter(call.words)
    for name in ("entry", "field"):
        if name not in options and (word := next(words, None)):
            options[name] = word.text
    entry, field = options.pop("entry", ""), options.pop("field", "")
    inputs = {one.name: one.value for one in form.inputs}
    value = inputs.pop("value", None)
    if not entry or not field or value is None:
        return ""
    field = f".{field}" if field in _BESIDE else field
    return values_text({"entry": entry, field: value, **inputs, **options})
