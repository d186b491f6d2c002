"""The reply document: few block kinds, few inline kinds, and no way to smuggle markup through.

A document holds plain text only. Escaping is the renderers' business, so nothing that stands in a
knowledge file or that somebody typed can become markup, a mention or a link.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry the answer, or that a search matched."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words set apart: a remark, a foreign term, the language of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type, or to compare to the letter: an ``id@revision``.

    ``is_command`` marks a command line, which is typed with a prefix on some platforms.
    """

    text: str
    is_command: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A web address with its own label. ``url`` was checked when its file was read."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, in UTC seconds since 1970; ``text`` is for platforms without native times."""

    timestamp: int
    text: str


Inline = Text | Strong | Emphasis | Code | Link | Time
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; ``level`` 1 is the reply's own, 2 a section's."""

    content: Inlines
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; each item is an atom for paging."""

    items: tuple[Inlines, ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled value."""

    label: str
    value: Inlines


@dataclass(frozen=True, slots=True)
class Fields:
    """Labelled values; each field is an atom for paging."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody's words to the letter: one paragraph; ``citation`` says whose and where."""

    text: str
    citation: Inlines


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines that keep their spacing; ``language`` names their syntax."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A dividing line."""


Block = Heading | Paragraph | Listing | Fields | Quotation | CodeBlock | Rule
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do next: ``line`` is the command that a button runs or that a person types."""

    label: str
    line: str

    @property
    def caption(self) -> str:
        """What to print beside the line: the label, unless it only repeats the line."""
        return "" if self.label == self.line else self.label


@dataclass(frozen=True, slots=True)
class FormInput:
    """One value to fill in: ``name`` is the option that takes it, ``value`` what stands there now.

    What is not required may stay empty, and is no option then.
    """

    name: str
    label: str
    value: str = ""
    is_long: bool = False
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Values to fill in: each is one more option of ``line``, which is run with them.

    The reply that it belongs to says in words how to do the same without it.
    """

    title: str
    line: str
    inputs: tuple[FormInput, ...]


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """Why there is no answer: a stable ``key`` for programs, a ``message`` for people."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers.

    ``entries`` are the ``id@revision`` of all that the reply shows, ``candidates`` the ids it
    offers to choose from. ``footer`` is the dispatcher's: it is no part of what is compared when a
    posted reply is checked for corrections. What ``keeps_actions`` can be acted upon however long
    ago it was posted, so a post of it has buttons; that of any other prints them.
    """

    blocks: Blocks
    actions: tuple[Action, ...] = ()
    entries: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    error: ErrorReport | None = None
    footer: Blocks = ()
    language: str = "en"
    private: bool = False
    form: Form | None = None
    keeps_actions: bool = False
