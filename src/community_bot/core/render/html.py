"""HTML in the tags that Matrix clients show, so that none of it is taken out on the way.

A message stands in a page or a timeline with larger headings of its own, so a reply's title is a
third-level one.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from community_bot.core.render.clean import cleaned
from community_bot.core.render.walk import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from community_bot.core.render.walk import Writer
    from community_bot.domain.document import Block, Reply

_TITLE_LEVEL = 3
_LOWEST_LEVEL = 6


def render_html(reply: Reply) -> str:
    """Render a reply as a fragment of HTML, one block a line; only http and https are linked to."""
    return write(cleaned(reply), html_writer())


def html_writer() -> Writer:
    """Return what writes HTML."""
    return _HtmlWriter()


class _HtmlWriter:
    """Writes elements; every word goes through ``text``, every address through ``link``."""

    def text(self, text: str) -> str:
        return escape(text, quote=False).replace("\n", "<br>")

    def strong(self, content: str) -> str:
        return f"<b>{content}</b>"

    def emphasis(self, content: str) -> str:
        return f"<em>{content}</em>"

    def code(self, text: str) -> str:
        return f"<code>{self.text(text)}</code>"

    def time(self, timestamp: int, text: str) -> str:
        del timestamp  # no tag for it is shown
        return self.text(text)

    def link(self, label: str, url: str) -> str:
        return f'<a href="{escape(url)}">{self.text(label)}</a>'

    def heading(self, content: str, level: int) -> str:
        tag = f"h{min(max(level, 1) + _TITLE_LEVEL - 1, _LOWEST_LEVEL)}"
        return f"<{tag}>{content}</{tag}>"

    def paragraph(self, content: str) -> str:
        return f"<p>{content}</p>"

    def listing(self, items: Sequence[str], start: int | None) -> str:
        inner = "".join(f"<li>{item}</li>" for item in items)
        if start is None:
            return f"<ul>{inner}</ul>"
        return f"<ol>{inner}</ol>" if start == 1 else f'<ol start="{start}">{inner}</ol>'

    def fields(self, fields: Sequence[tuple[str, str]]) -> str:
        return self.paragraph(
            "<br>".join(
                f"{self.strong(f'{label}:')} {value}" if label else value for label, value in fields
            )
        )

    def quotation(self, content: str, citation: str) -> str:
        quoted = f"<blockquote>{self.paragraph(content)}</blockquote>"
        return f"{quoted}\n{self.paragraph(f'— {citation}')}" if citation else quoted

    def code_block(self, text: str, language: str) -> str:
        named = f' class="language-{language}"' if language else ""
        return f"<pre><code{named}>{escape(text, quote=False)}</code></pre>"

    def rule(self) -> str:
        return "<hr>"

    def actions(self, actions: Sequence[tuple[str, str]]) -> str:
        return self.listing(
            [f"{label}: {command}" if label else command for label, command in actions], None
        )

    def gap(self, above: Block | None) -> str:
        del above  # blocks set themselves apart
        return "\n"
