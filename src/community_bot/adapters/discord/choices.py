"""What can be done next: buttons, a select where somebody has to choose, and commands to type.

Labels are plain text to Discord's clients. What has no room in one is printed in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from community_bot.adapters.discord.layout import Json, row
from community_bot.adapters.discord.tokens import BIN, PICK, token_of, units
from community_bot.core.i18n import Texts
from community_bot.core.invocation import read_line
from community_bot.core.render.clean import one_line
from community_bot.domain.document import Action, Block, Code, Inlines, Listing, Reply, Text

MAX_OPTIONS = 25
MAX_BUTTON_LABEL = 80
MAX_OPTION_LABEL = 100
"""Most characters of an option's label, and of its description."""
_MAX_BUTTONS = 10
_PER_ROW = 5
_BUTTON, _SELECT = 2, 3
_GREY = 2
_REMARK = " – "
"""What parts a label into what to choose and what is said of it."""
_COUNTER = "cb-page"


@dataclass(frozen=True, slots=True)
class Choices:
    """Buttons below an answer or a select, and what of its actions is printed in it."""

    buttons: tuple[Json, ...] = ()
    select: tuple[Json, ...] = ()
    printed: tuple[Block, ...] = ()


def choices_of(reply: Reply, asked: str) -> Choices:
    """Return what can be done next; ``asked`` is the line of the answer, which is not offered."""
    tokens: dict[str, Action] = {}
    printed: list[Inlines] = []
    is_to_choose = len(reply.candidates) > 1
    most = MAX_OPTIONS if is_to_choose else _MAX_BUTTONS
    for action in reply.actions:
        token = token_of(action.line)
        if token is None or token in tokens or action.line == asked or len(tokens) == most:
            printed.append(typed(action))
            continue
        tokens[token] = action
        if is_to_choose or units(_label(action)) > MAX_BUTTON_LABEL:
            printed.append((Text(_label(action)),))
    blocks = (Listing(tuple(printed)),) if printed else ()
    if is_to_choose and tokens:
        return Choices(select=(_select(tokens, reply.language),), printed=blocks)
    buttons = (_button(token, _button_label(action)) for token, action in tokens.items())
    return Choices(tuple(buttons), printed=blocks)


def form_buttons(reply: Reply, asked: str) -> tuple[Json, ...]:
    """Return the button that asks again, so that the form of an answer can be opened after all.

    There is none if the line is too long for it: the answer says in words how to do without.
    """
    token = token_of(asked)
    if reply.form is None or token is None:
        return ()
    label = Texts(reply.language)("form-open", title=reply.form.title)
    return (_button(token, label),)


def typed(action: Action) -> Inlines:
    """Return an action as its label and the command to type."""
    return (Text(f"{action.label}: "), Code(slash(action.line)))


def slash(line: str) -> str:
    """Return a command line as it is typed on Discord, where a value ends at the next option."""
    call = read_line(line, len(line))
    words = (f'"{one.text}"' if one.quoted else one.text for one in call.words)
    options = (f"{name}:{value}" for name, value in call.options)
    return "/" + " ".join((*words, *options))


def page_buttons(asked: str, page: int, count: int) -> list[Json]:
    """Return the buttons that turn pages; none if the line is too long for them."""
    before, after = token_of(asked, page - 1), token_of(asked, page + 1)
    if before is None or after is None:
        return []
    return [
        {**_button(before, "◀"), "disabled": page == 1},
        {**_button(_COUNTER, f"{page}/{count}"), "disabled": True},
        {**_button(after, "▶"), "disabled": page == count},
    ]


def bin_button() -> Json:
    """Return the button that takes an answer away."""
    return {"type": _BUTTON, "style": _GREY, "custom_id": BIN, "emoji": {"name": "🗑️"}}


def rows(buttons: Sequence[Json]) -> Iterable[Json]:
    """Put buttons into rows."""
    return (row(buttons[start : start + _PER_ROW]) for start in range(0, len(buttons), _PER_ROW))


def shortened(text: str, limit: int) -> str:
    """Return as much of the beginning of a text as fits, with an ellipsis if that is not all."""
    if units(text) <= limit:
        return text
    from wcwidth import iter_graphemes  # noqa: PLC0415 - slow to import and seldom needed

    short = ""
    for grapheme in iter_graphemes(text):
        if units(short + grapheme) >= limit:
            break
        short += grapheme
    return f"{short.rstrip()}…"


def _label(action: Action) -> str:
    return one_line(action.label).strip() or one_line(action.line)


def _button_label(action: Action) -> str:
    """Return the label, of a long one what stands before the remark in it."""
    label = _label(action)
    return label if units(label) <= MAX_BUTTON_LABEL else label.partition(_REMARK)[0]


def _button(token: str, label: str) -> Json:
    return {
        "type": _BUTTON,
        "style": _GREY,
        "custom_id": token,
        "label": shortened(label, MAX_BUTTON_LABEL),
    }


def _select(tokens: dict[str, Action], language: str) -> Json:
    return {
        "type": _SELECT,
        "custom_id": PICK,
        "placeholder": shortened(Texts(language)("pick-one"), MAX_OPTION_LABEL),
        "options": [_option(token, action) for token, action in tokens.items()],
    }


def _option(token: str, action: Action) -> Json:
    """Return an option: what is said of a name after it stands in a second line."""
    label, _, remark = _label(action).partition(_REMARK)
    option: Json = {"label": shortened(label, MAX_OPTION_LABEL), "value": token}
    return {**option, "description": shortened(remark, MAX_OPTION_LABEL)} if remark else option
