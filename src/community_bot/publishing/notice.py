"""What the bot itself has to tell the moderators: kept as a line, worded in any language.

A notice is a message with what fills it, the differences that it is about, and what to do next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from community_bot.core.differing import difference_blocks
from community_bot.core.i18n import Texts
from community_bot.core.zones import in_words
from community_bot.domain.document import (
    Action,
    Blocks,
    Field,
    Fields,
    Paragraph,
    Reply,
    Strong,
    Text,
)

Offers = Sequence[tuple[str, str]]
"""What to do next: the key of a label, and the line of a command.

In the label ``{id}`` is the last word of the line: what it is done to.
"""


_GROUNDS = {
    "source": "field-source",
    "note": "field-note",
    "why": "field-note",
    "remark": "field-remark",
}
"""The arguments that stand by themselves under the words, if they are given, and their labels.

Somebody's own words are not to be taken for the bot's.
"""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a notice shows besides its words.

    ``warnings`` are keys of what to look at closely, ``rows`` differences: the field, its old and
    its new value; "" is no value; ``left`` is how many more there are. ``actions`` are what to do
    next.
    """

    rows: Sequence[tuple[str, str, str]] = ()
    actions: Offers = ()
    warnings: Sequence[str] = ()
    left: int = 0


NOTHING = Particulars()


def notice_line(
    key: str, arguments: Mapping[str, str | int], particulars: Particulars = NOTHING
) -> str:
    """Write what a notice says, as ``Post.line`` holds it."""
    shown = {name: value for name, value in asdict(particulars).items() if value}
    said = {"key": key, "arguments": dict(arguments), **shown}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def notice_text(line: str, texts: Texts) -> str:
    """Return what a notice says in words, without its differences.

    An argument called ``reason`` may be a key, too; ``at`` and ``zone`` are written as a moment.
    """
    said = json.loads(line)
    arguments = dict(said["arguments"])
    if "at" in arguments:
        at = datetime.fromisoformat(arguments["at"])
        arguments["moment"] = in_words(texts, at, arguments["zone"])
    reason = arguments.get("reason")
    if isinstance(reason, str) and texts.has(reason):
        arguments["reason"] = texts(reason, **arguments)
    return texts(said["key"], **arguments)


def notice_reply(line: str, texts: Texts) -> Reply:
    """Return a notice as a document: words, grounds, warnings, differences, and what to do next."""
    said = json.loads(line)
    words = Paragraph((Text(notice_text(line, texts)),))
    warnings = [Paragraph((Strong(texts(key)),)) for key in said.get("warnings", ())]
    differences = difference_blocks(texts, said.get("rows", ()), said.get("left", 0))
    given = ((label, said["arguments"].get(name)) for name, label in _GROUNDS.items())
    fields = tuple(Field(texts(label), (Text(value),)) for label, value in given if value)
    grounds = [Fields(fields)] if fields else []
    actions = tuple(
        Action(texts(label, id=_last_word(todo)), todo) for label, todo in said.get("actions", ())
    )
    blocks: Blocks = (words, *grounds, *warnings, *differences)
    return Reply(blocks, actions=actions, language=texts.language, keeps_actions=True)


def values_in(line: str) -> str:
    """Return what fills a notice and its differences, and nothing that every notice has.

    The name of its change is not among it: that is a command.
    """
    said = json.loads(line)
    filling = [value for name, value in said["arguments"].items() if name != "what"]
    values = [value for _, *both in said.get("rows", ()) for value in both]
    return json.dumps([*filling, *values], ensure_ascii=False)


def _last_word(line: str) -> str:
    return line.rpartition(" ")[2].rpartition("=")[2]
