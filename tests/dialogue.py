"""Dialogues: text files of what is typed and what the terminal answers, read and played.

The first lines, up to an empty one, name the base, the role and the language (``base: dreyfus``,
``as: moderator``, ``language: uk``). Then come turns, each with its answer below it:

- ``> LINE`` is typed. ``{some-id}`` types the revision that ``some-id`` has now; ``/join ROOM``,
  ``/as ROLE [NAME]``, ``/close`` and ``/open`` do what they do in ``chat``. The answer is what the
  bot replies, and after it whatever appears in the terminal's rooms once all that is due has
  happened.
- ``~ 3h`` lets time pass (``s``, ``m``, ``h``, ``d``), ``~ 2026-12-01 09:00`` lets it become then,
  in UTC. The clock stands still otherwise; it begins at noon of 22 November 2026.
- ``! people/x.yaml: OLD -> NEW`` replaces what stands once in a knowledge file, ``\\n`` being the
  end of a line, and reads the files again. It is a copy of the base that changes, here and where
  a line begins with ``kb``.

The answer of the latter two is what appears in the rooms. Lines that begin with ``# `` before a
turn are remarks to the reader.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terminal import BASES, Terminal, typed

from community_bot.core.render.text import render_text
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Role
from community_bot.domain.document import Reply

_TYPED, _TIME, _CHANGE = "> ", "~ ", "! "
_REMARK = "# "
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(slots=True)
class Turn:
    """A line with its sign, what is remarked before it, and what is answered."""

    sign: str
    line: str
    remark: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)

    @property
    def expected(self) -> str:
        return "\n".join(self.answer).strip("\n")


@dataclass(slots=True)
class Dialogue:
    head: list[str]
    settings: dict[str, str]
    turns: list[Turn]

    @property
    def base(self) -> str:
        return self.settings.get("base", "shipped")


@dataclass(frozen=True, slots=True)
class Played:
    """A turn as it was played; ``reply`` is that to a line that was typed."""

    turn: Turn
    reply: Reply | None
    text: str


def read(path: Path) -> Dialogue:
    dialogue = Dialogue([], {}, [])
    remark: list[str] = []
    is_head = True
    for line in path.read_text(encoding="utf-8").splitlines():
        sign = next((one for one in (_TYPED, _TIME, _CHANGE) if line.startswith(one)), None)
        if sign is not None:
            dialogue.turns.append(Turn(sign, line.removeprefix(sign), remark))
            remark = []
        elif is_head and line:
            dialogue.head.append(line)
            key, separator, value = line.partition(":")
            if separator and not line.startswith("#"):
                dialogue.settings[key.strip()] = value.strip()
        elif line.startswith(_REMARK):
            remark.append(line)
        elif dialogue.turns:
            dialogue.turns[-1].answer.append(line)
        is_head = is_head and bool(line)
    return dialogue


def written(dialogue: Dialogue, answers: Iterable[str]) -> str:
    """Return the file of a dialogue with these answers."""

    def parts() -> Iterator[str]:
        yield "\n".join(dialogue.head)
        for turn, answer in zip(dialogue.turns, answers, strict=True):
            said = [*turn.remark, f"{turn.sign}{turn.line}", answer]
            yield "\n".join(said).rstrip("\n")

    return "\n\n".join(parts()) + "\n"


async def play(dialogue: Dialogue) -> AsyncIterator[Played]:
    """Play a dialogue turn by turn."""
    with ExitStack() as stack:
        root = BASES[dialogue.base]
        if any(_changes_files(turn) for turn in dialogue.turns):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            root = Path(shutil.copytree(root, Path(folder) / "base"))
        is_copy = root != BASES[dialogue.base]
        async with Terminal.at(
            load_snapshot(root) if is_copy else dialogue.base,
            role=Role[dialogue.settings.get("as", "everyone").upper()],
            language=dialogue.settings.get("language", "en"),
        ) as at:
            for turn in dialogue.turns:
                yield await _played(at, turn)


def _changes_files(turn: Turn) -> bool:
    return turn.sign == _CHANGE or turn.line.startswith("kb ")


async def _played(at: Terminal, turn: Turn) -> Played:
    reply = None
    if turn.sign == _TIME:
        then, at.clock.moment = at.clock.moment, _moment(turn.line, at.clock.moment)
        at.clock.seconds += max(0.0, (at.clock.moment - then).total_seconds())
    elif turn.sign == _CHANGE:
        await _change(at, turn.line)
    else:
        reply = await at.ask(typed(turn.line, at.bot.snapshot))
    said = [render_text(reply).strip("\n")] if reply else []
    return Played(turn, reply, "\n\n".join([*said, *await at.posted()]).strip("\n"))


def _moment(text: str, now: datetime) -> datetime:
    step = re.fullmatch(r"(\d+)([smhd])", text)
    if step is not None:
        return now + timedelta(**{_UNITS[step[2]]: int(step[1])})
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


async def _change(at: Terminal, text: str) -> None:
    path, _, change = text.partition(": ")
    old, _, new = (one.replace("\\n", "\n") for one in change.partition(" -> "))
    file = at.bot.snapshot.root / path
    content = file.read_text(encoding="utf-8")
    assert content.count(old) == 1, f"{old!r} does not stand once in {path}"
    file.write_text(content.replace(old, new), encoding="utf-8")
    report = await at.bot.snapshot.reload([path])
    assert not report.problems, report.problems
