"""Replies as data for programs: the whole document, unchanged and loss-free, ready for JSON."""

from __future__ import annotations

from typing import assert_never

from community_bot.domain.document import (
    Block,
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    ErrorReport,
    Fields,
    Form,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Rule,
    Strong,
    Text,
    Time,
)

Data = dict[str, object]


def answer_data(command: str, reply: Reply) -> Data:
    """Return the answer to one command: what was asked, what it shows or offers, and the error.

    ``command`` is the line as it was typed; ``error`` is None or its key and message.
    """
    return {
        "command": command,
        "entries": list(reply.entries),
        "candidates": list(reply.candidates),
        "reply": reply_data(reply),
        "error": _error(reply.error),
    }


def reply_data(reply: Reply) -> Data:
    """Return the whole reply; each block says its kind in ``block``, each inline in ``inline``."""
    return {
        "blocks": _blocks(reply.blocks),
        "actions": [{"label": action.label, "line": action.line} for action in reply.actions],
        "entries": list(reply.entries),
        "candidates": list(reply.candidates),
        "error": _error(reply.error),
        "footer": _blocks(reply.footer),
        "language": reply.language,
        "private": reply.private,
        "form": None if reply.form is None else _form(reply.form),
        "keeps_actions": reply.keeps_actions,
    }


def _form(form: Form) -> Data:
    inputs: list[Data] = [
        {
            "name": one.name,
            "label": one.label,
            "value": one.value,
            "is_long": one.is_long,
            "is_required": one.is_required,
        }
        for one in form.inputs
    ]
    return {"title": form.title, "line": form.line, "inputs": inputs}


def _error(error: ErrorReport | None) -> Data | None:
    return None if error is None else {"key": error.key, "message": error.message}


def _blocks(blocks: Blocks) -> list[Data]:
    return [_block(block) for block in blocks]


def _block(block: Block) -> Data:
    match block:
        case Heading(content, level):
            return {"block": "heading", "level": level, "content": _inlines(content)}
        case Paragraph(content):
            return {"block": "paragraph", "content": _inlines(content)}
        case Listing(items, ordered, start):
            written = [_inlines(item) for item in items]
            return {"block": "listing", "ordered": ordered, "start": start, "items": written}
        case Fields(fields):
            pairs = [{"label": field.label, "value": _inlines(field.value)} for field in fields]
            return {"block": "fields", "fields": pairs}
        case Quotation(text, citation):
            return {"block": "quotation", "text": text, "citation": _inlines(citation)}
        case CodeBlock(text, language):
            return {"block": "code-block", "language": language, "text": text}
        case Rule():
            return {"block": "rule"}
        case _:
            assert_never(block)


def _inlines(content: Inlines) -> list[Data]:
    return [_inline(inline) for inline in content]


def _inline(inline: Inline) -> Data:
    match inline:
        case Text(text):
            return {"inline": "text", "text": text}
        case Strong(text):
            return {"inline": "strong", "text": text}
        case Emphasis(text):
            return {"inline": "emphasis", "text": text}
        case Code(text):
            return {"inline": "code", "text": text}
        case Link(label, url):
            return {"inline": "link", "label": label, "url": url}
        case Time(timestamp, text):
            return {"inline": "time", "timestamp": timestamp, "text": text}
        case _:
            assert_never(inline)
