"""Signs under a notice to the moderators: each does what stands beside it, for whoever puts it.

The bot puts the signs there itself, so that one press is enough; where it could not, anybody may
put one there themselves. The commands travel in the notice's own content: nothing is kept, and a
notice of weeks ago still does what it says. Knows no network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.reactions import LONGEST, SIGNS, plain
from community_bot.adapters.matrix.transport import Json
from community_bot.core.i18n import Texts
from community_bot.core.invocation import first_words
from community_bot.domain.document import Action, Code, Inline, Paragraph, Reply, Text

_OF_COMMAND: Mapping[tuple[str, ...], str] = {
    ("kb", "approve"): "\N{WHITE HEAVY CHECK MARK}",
    ("kb", "reject"): "\N{CROSS MARK}",
    ("kb", "discuss"): "\N{SPEECH BALLOON}",
    ("kb", "show"): "\N{EYES}",
    ("kb", "undo"): "\N{LEFTWARDS ARROW WITH HOOK}\ufe0f",
    ("kb", "right"): "\N{THUMBS UP SIGN}",
    ("kb", "edit"): "\N{PENCIL}\ufe0f",
    ("kb", "due"): "\N{CLIPBOARD}",
    ("kb", "unfreeze"): "\N{BLACK RIGHT-POINTING TRIANGLE}\ufe0f",
}
_KEY = "community-bot.signs"
_ALL = frozenset(map(plain, (*_OF_COMMAND.values(), *SIGNS)))

Signs = Mapping[str, Action]
"""What each sign does."""


def signs_for(actions: Sequence[Action]) -> Signs:
    """Return a sign for each action: one that says what it does, where that tells them apart.

    Else they are numbered; what there are no numbers for has no sign.
    """
    telling = [_OF_COMMAND.get(first_words(one.line, 2), "") for one in actions]
    is_clear = all(telling) and len(set(telling)) == len(telling)
    return dict(zip(telling if is_clear else SIGNS, actions, strict=False))


def is_sign(key: str) -> bool:
    """Tell whether a sign may stand under a notice."""
    return plain(key) in _ALL


def with_legend(reply: Reply, signs: Signs, prefix: str) -> Reply:
    """Return a notice that says what each sign does, and how to type the same."""
    if not signs:
        return reply
    lines: list[Inline] = [Text(Texts(reply.language)("matrix-signs"))]
    for sign, one in signs.items():
        said = f"{sign} {one.caption}: " if one.caption else f"{sign} "
        lines += [Text(f"\n{said}"), Code(prefix + one.line, is_command=True)]
    rest = tuple(one for one in reply.actions if one not in signs.values())
    return replace(reply, blocks=(*reply.blocks, Paragraph(tuple(lines))), actions=rest)


def with_signs(content: Json, signs: Signs) -> Json:
    """Return the content of a notice with what its signs do."""
    return {**content, _KEY: {sign: one.line for sign, one in signs.items()}} if signs else content


def signs_in(content: object) -> Mapping[str, str]:
    """Return the line of each sign, of the content of a message of ours."""
    return {
        sign: line
        for sign, line in as_object(as_object(content).get(_KEY)).items()
        if isinstance(line, str) and len(line) <= LONGEST
    }


def pressed_line(content: object, key: str) -> str:
    """Return the line that somebody's sign stands for; nothing if it stands for none."""
    lines = {plain(sign): line for sign, line in signs_in(content).items()}
    return lines.get(plain(key), "")
