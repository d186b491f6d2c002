"""Make a reply fit to be shown: the one pass that every renderer but the data one starts from.

After it, no text holds a character that a screen would obey, single-line places hold one line,
every link leads where it seems to, and neighbouring words of one kind are one inline. Knows no
format: what is markup there, the renderer escapes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, NewType, assert_never

from community_bot.domain.document import (
    Action,
    Block,
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    Field,
    Fields,
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Words = Text | Strong | Emphasis | Code | Time

# Control characters but tab and newline; line separators; embeddings, overrides and isolates of
# text direction; halves of surrogate pairs, which no encoding accepts.
_OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_DELETE = 0x7F
_PICTURES = 0x2400

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"

_ADDRESS = re.compile(r"https?://([^\s/?#<>\"\\@%]+)(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)
_HOST_IN_WORDS = re.compile(r"(?:(?<=//)|(?<![\w/-]))\w[\w-]*(?:\.[\w-]+)+")
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]*")

Clean = NewType("Clean", Reply)
"""A reply that is fit to be shown. Only ``cleaned`` makes one."""


def cleaned(reply: Reply, clean: Callable[[Block], Block | None] | None = None) -> Clean:
    """Return the reply as it may be shown; an error without blocks gets its message for one.

    What is clean already is not to be cleaned again: the isolates that are set here are replaced
    like those of others. ``clean`` may be a ``clean_block`` that remembers.
    """
    blocks = reply.blocks
    if reply.error is not None and not blocks:
        blocks = (Paragraph((Text(reply.error.message),)),)
    shown = replace(
        reply,
        blocks=cleaned_blocks(blocks, clean),
        footer=cleaned_blocks(reply.footer, clean),
        actions=tuple(
            Action(one_line(action.label), one_line(action.line)) for action in reply.actions
        ),
    )
    return Clean(shown)


def cleaned_blocks(blocks: Blocks, clean: Callable[[Block], Block | None] | None = None) -> Blocks:
    """Return blocks as they may be shown, without those that show nothing."""
    return tuple(filter(None, map(clean or clean_block, blocks)))


def clean_run(content: Inlines) -> Inlines:
    """Clean a run of inlines that may have several lines."""
    return _inlines(content)


def clean_block(block: Block, run: Callable[[Inlines], Inlines] = clean_run) -> Block | None:
    """Return a block as it may be shown, nothing if it shows nothing; ``run`` may remember."""
    match block:
        case Heading(content, level):
            content = _inlines(content, single=True)
            return Heading(content, level) if _has_words(content) else None
        case Paragraph(content):
            content = run(content)
            return Paragraph(content) if _has_words(content) else None
        case Listing(items):
            return replace(block, items=tuple(map(run, items))) if items else None
        case Fields(fields):
            return Fields(tuple(_field(field, run) for field in fields)) if fields else None
        case Quotation(text, citation):
            return Quotation(_isolated(visible(text)), _inlines(citation, single=True))
        case CodeBlock(text, language):
            known = language if _LANGUAGE.fullmatch(language) else ""
            return CodeBlock(visible(text.removesuffix("\n")), known)
        case Rule():
            return block
        case _:
            assert_never(block)


def visible(text: str) -> str:
    """Replace each character that a screen would obey by a sign for it, one for one."""
    # Nothing that is printable is obeyed, and to ask for that is quicker.
    return text if text.isprintable() else _OBEYED.sub(_sign, text)


def one_line(text: str) -> str:
    """Replace newlines and tabs by spaces, and what ``visible`` replaces."""
    return text if text.isprintable() else visible(text).replace("\n", " ").replace("\t", " ")


def is_linkable(url: str) -> bool:
    """Tell whether an address may become a link: plain http or https to a host.

    Not with a user name in it, which passes for a host; not to matrix.to, which mentions people.
    """
    found = _ADDRESS.fullmatch(url)
    return found is not None and url.isprintable() and not _is_within(_host(found), "matrix.to")


def _field(field: Field, run: Callable[[Inlines], Inlines]) -> Field:
    return Field(_isolated(one_line(field.label).strip()), run(field.value))


def _inlines(content: Inlines, *, single: bool = False) -> Inlines:
    """Clean a run of inlines; ``single`` puts all of it on one line."""
    parts: list[Inline] = []
    for inline in content:
        if isinstance(inline, Link):
            parts += _link(one_line(inline.label).strip() or one_line(inline.url), inline.url)
        elif inline.text:  # markup around nothing is no markup
            parts.append(_words(inline, single=single))
    run = _merged(parts)
    if _RIGHT_TO_LEFT.search("".join(map(_shown, run))):
        return _merged((Text(_ISOLATE), *run, Text(_END_OF_ISOLATE)))
    return run


def _words(inline: _Words, *, single: bool) -> Inline:
    text = inline.text
    if not text.isprintable():
        is_one_line = single or isinstance(inline, Code | Time)
        return replace(inline, text=one_line(text) if is_one_line else visible(text))
    return inline


def _link(label: str, url: str) -> Inlines:
    if not is_linkable(url):
        address = one_line(url)
        return (Text(label if label == address else f"{label} <{address}>"),)
    if label != url and _names_another_host(label, url):
        return (Text(f"{label} "), Link(url, url))
    return (Link(label, url),)


def _names_another_host(label: str, url: str) -> bool:
    """Tell whether a label could be taken for an address that the link does not lead to."""
    found = _ADDRESS.match(url)
    if found is None:
        return True
    return any(
        name.rpartition(".")[2].isalpha() and not _is_within(_host(found), name)
        for name in _HOST_IN_WORDS.findall(_as_host(label))
    )


def _host(address: re.Match[str]) -> str:
    return _as_host(address.group(1)).partition(":")[0].rstrip(".")


def _as_host(text: str) -> str:
    """Fold what a browser takes for the same host name: case, wide letters, ideographic dots."""
    return unicodedata.normalize("NFKC", text).lower().replace("\N{IDEOGRAPHIC FULL STOP}", ".")


def _is_within(host: str, domain: str) -> bool:
    return f".{host}".endswith(f".{domain}")


def _merged(run: Sequence[Inline]) -> Inlines:
    """Join neighbours of one kind: side by side, their markup would run into each other."""
    merged: list[Inline] = []
    for inline in run:
        last = merged[-1] if merged else None
        if isinstance(inline, Text | Strong | Emphasis | Code) and type(inline) is type(last):
            merged[-1] = replace(inline, text=last.text + inline.text)
        else:
            merged.append(inline)
    return tuple(merged)


def _has_words(content: Inlines) -> bool:
    return any(_shown(inline).strip() for inline in content)


def _shown(inline: Inline) -> str:
    return inline.label if isinstance(inline, Link) else inline.text


def _isolated(text: str) -> str:
    """Keep right-to-left words from carrying along the signs and figures around them."""
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text


def _sign(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < ord(" "):
        return chr(_PICTURES + code)
    return "\N{SYMBOL FOR DELETE}" if code == _DELETE else "\N{REPLACEMENT CHARACTER}"
