"""What is left of an entry that was withdrawn and erased, and of a moderator who was forgotten."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from terminal import BASES, StillClock

from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.app.wiring import Bot, wire
from community_bot.core.invocation import Invocation
from community_bot.core.ports import StoreError
from community_bot.core.render.text import render_text
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Actor, Address, Platform, Role
from community_bot.domain.document import Reply
from community_bot.moderation.auditing import first_bad_row
from community_bot.moderation.change import erased_id
from community_bot.storage.backup import backup
from community_bot.storage.database import Database

ROOT = Actor(Platform.MATRIX, "@root:example.org")
SEAT = Actor(Platform.TERMINAL, "vera", Role.ADMIN)
ANN = Actor(Platform.MATRIX, "@ann.lee:example.org")
BEN = Actor(Platform.DISCORD, "900200300400500600")
READER = Actor(Platform.DISCORD, "3003")
JANE = (
    'kb add person jane-doe "Jane Doe" status=released date=1894 source=maison-zola '
    'note="Jane asks"'
)


@dataclass(slots=True)
class Bureau:
    """A bot with a file for its database, a channel of news and one of the moderators."""

    bot: Bot
    file: Path
    clock: StillClock
    shown: list[Shown]

    async def ask(self, line: str, actor: Actor = ROOT, *, room: str = "a-room") -> Reply:
        place = Address(actor.platform, room=room)
        reply = await self.bot.dispatcher.dispatch(Invocation(line, actor, place))
        assert reply is not None
        return reply

    async def say(self, line: str, actor: Actor = ROOT, *, room: str = "a-room") -> str:
        reply = await self.ask(line, actor, room=room)
        assert reply.error is None, render_text(reply)
        return render_text(reply)

    async def error(self, line: str, actor: Actor = ROOT) -> str:
        reply = await self.ask(line, actor)
        return reply.error.key if reply.error else ""

    async def posted(self) -> str:
        await self.bot.settle()
        said = "\n".join(str(one) for one in self.shown)
        self.shown.clear()
        return said

    async def with_jane(self) -> str:
        """Have an entry with a history, told of everywhere; return its first revision."""
        await self.say(JANE, ANN)
        await self.say('kb discuss C1 "Is Jane sure of it?"', BEN)
        await self.say("kb approve C1", BEN)
        reference = self.bot.snapshot.current.reference("jane-doe")
        await self.say('kb edit jane-doe about.text.en "A baker." source=maison-zola', ANN)
        await self.say('kb edit jane-doe names.fr.text "Jeanne Doe" source=maison-zola', ANN)
        await self.say("kb reject C3", BEN)
        for line in ("person jane-doe", "timeline"):
            preview = await self.ask(f'post send "{line}" to=news')
            await self.say(next(it.line for it in preview.actions if "confirm" in it.line))
        await self.posted()
        return reference

    async def withdraw(self) -> None:
        await self.say('kb withdraw jane-doe note="She wants it."', ANN)
        await self.say("kb approve C4", BEN)


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    base = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    file = tmp_path / "bot.sqlite3"
    database = await Database.open(file)
    shown: list[Shown] = []
    clock = StillClock()
    bot = wire(
        load_snapshot(base),
        clock=clock,
        database=database,
        carriers=[TerminalCarrier(shown.append)],
        admins=[ROOT.account],
    )
    made = Bureau(bot, file, clock, shown)
    for channel in ("name=team moderators=yes", "name=news"):
        await made.say(f"channel add {channel}", SEAT, room=channel)
    await made.say(f"role grant moderator {ANN.account} name=Annette")
    await made.say(f"role grant moderator {BEN.account} name=Benedikt")
    await made.posted()
    yield made
    await database.close()


def kept(file: Path) -> Iterator[str]:
    """Yield all that is kept in a database, unpacked; its raw bytes last."""
    with closing(sqlite3.connect(file)) as opened:
        tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in opened.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - its own name
                for value in row:
                    yield f"{table}: {unpacked(value)}"
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield "raw: " + file.read_bytes().decode("latin-1")


def unpacked(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    return zlib.decompress(value).decode()


def holding(file: Path, *words: str) -> list[str]:
    """Return what of a database holds any of some words, shortened."""
    return [it[:200] for it in kept(file) if any(word in it.casefold() for word in words)]


async def test_who_is_withdrawn_is_gone_from_what_was_posted_too(bureau: Bureau) -> None:
    await bureau.with_jane()
    await bureau.withdraw()
    said = await bureau.posted()
    assert "withdrawn" in said
    assert await bureau.error("person jane-doe", READER) == "name-unknown"
    assert "Jane Doe" not in await bureau.say("people", READER)
    assert "corrected" in said.casefold()
    posts = await bureau.say("post list")
    assert "person jane-doe" not in posts or "withdrawn" in posts


async def test_nothing_is_kept_of_who_was_erased_but_a_hash(bureau: Bureau, tmp_path: Path) -> None:
    reference = await bureau.with_jane()
    await bureau.withdraw()
    await bureau.posted()
    assert "for good" in await bureau.say("kb erase jane-doe")
    assert "Jane Doe" in "".join(kept(bureau.file))
    await bureau.say("kb erase jane-doe confirm=yes")
    await bureau.posted()
    said = ("jane", "jeanne", "a baker", "she wants")
    assert holding(bureau.file, *said) == []
    backup(bureau.file, tmp_path / "copy.sqlite3")
    assert holding(tmp_path / "copy.sqlite3", *said) == []
    verified = await bureau.say(f"verify {reference}", READER)
    assert verified.startswith("Published, and outdated\n")
    assert erased_id("jane-doe") in "".join(kept(bureau.file))
    assert await first_bad_row(bureau.bot.editorial.store) is None
    assert await bureau.error(JANE, ANN) == "draft-id-used"
    assert await bureau.error("kb history jane-doe", ANN) == "draft-entry-unknown"
    for number in (1, 2, 3, 4):
        shown = (await bureau.say(f"kb show C{number}", BEN)).casefold()
        assert "jane" not in shown
        assert "kb undo" not in shown, "there is nothing to go back to"
    for number in (1, 2, 4):
        assert await bureau.error(f"kb undo C{number}", BEN) != ""


async def test_only_what_was_withdrawn_and_decided_is_erased_and_only_by_an_admin(
    bureau: Bureau,
) -> None:
    await bureau.with_jane()
    assert await bureau.error("kb erase jane-doe confirm=yes") == "erase-not-withdrawn"
    await bureau.say('kb edit jane-doe names.de.text "J. Doe" source=maison-zola', ANN)
    await bureau.say("kb withdraw jane-doe", ANN)
    await bureau.say("kb approve C5", BEN)
    assert await bureau.error("kb erase jane-doe confirm=yes", ANN) == "not-allowed"
    assert await bureau.error("kb erase jane-doe confirm=yes") == "erase-waiting"
    await bureau.say("kb reject C4", BEN)
    assert await bureau.error("kb erase jane-doe confirm=yes") == ""
    assert await bureau.error("kb erase jane-doe confirm=yes") == "erase-nothing"


async def test_what_could_not_be_erased_at_once_can_be_erased_again(bureau: Bureau) -> None:
    await bureau.with_jane()
    await bureau.withdraw()
    await bureau.posted()

    async def fail(*_: object) -> None:
        raise StoreError("storage-busy")

    eraser = bureau.bot.editorial.eraser
    with pytest.raises(StoreError):
        await replace(eraser, unpublish=fail).erase("jane-doe", 1)
    await eraser.erase("jane-doe", 1)
    await bureau.posted()
    assert holding(bureau.file, "jane") == []


async def test_what_others_said_of_who_was_erased_is_erased_from_their_past(
    bureau: Bureau,
) -> None:
    await bureau.with_jane()
    line = 'kb edit emile-zola about.text.en "A writer, like Jane Doe." source=maison-zola'
    await bureau.say(line, ANN)
    named = bureau.bot.snapshot.current.reference("emile-zola")
    await bureau.say('kb edit emile-zola about.text.en "A writer." source=maison-zola', BEN)
    await bureau.say("kb withdraw jane-doe", ANN)
    await bureau.say("kb approve C6", BEN)
    await bureau.say("kb erase jane-doe confirm=yes")
    await bureau.posted()
    assert holding(bureau.file, "like jane") == []
    assert "Published, and outdated" in await bureau.say(f"verify {named}", READER)
    assert await bureau.error("kb undo C5", BEN) != ""


@pytest.mark.parametrize("id", ["person", "text", "kb", "change", "content"])
async def test_an_entry_with_a_common_word_for_its_id_takes_nothing_else_with_it(
    bureau: Bureau, id: str
) -> None:
    reference = await bureau.with_jane()
    line = r'kb add person {} "Plain \"P\" Word" status=released date=1894 source=maison-zola'
    await bureau.say(line.format(id), ANN)
    await bureau.say("kb approve C4", BEN)
    await bureau.say(f'kb edit {id} aliases.+ "Alfred" source=maison-zola', ANN)
    await bureau.say("kb approve C5", BEN)
    await bureau.say(f"kb withdraw {id}", ANN)
    await bureau.say("kb approve C6", BEN)
    await bureau.posted()
    await bureau.say(f"kb erase {id} confirm=yes")
    await bureau.posted()
    assert holding(bureau.file, "plain") == []
    posts = await bureau.say("post list")
    assert "withdrawn" not in "".join(it for it in posts.splitlines() if "person jane-doe" in it)
    assert "#1 proposes C1: kb add person jane-doe" in posts
    assert "A baker." in await bureau.say("kb show C2")
    assert "A baker." in await bureau.say(f"verify {reference}", READER)


async def test_a_moderator_who_is_forgotten_leaves_a_number_and_nothing_else(
    bureau: Bureau,
) -> None:
    await bureau.with_jane()
    await bureau.say("kb freeze", ANN)
    await bureau.say("kb unfreeze", ANN)
    bureau.clock.moment += timedelta(days=1)
    await bureau.say("kb right emile-zola", BEN)
    await bureau.say("kb undo C2", ANN)
    await bureau.posted()
    await bureau.say("forget-me yes", ANN)
    await bureau.say("forget-me yes", BEN)
    await bureau.posted()
    ids = ("ann.lee", "annette", "benedikt", BEN.id)
    assert holding(bureau.file, *ids) == []
    assert await first_bad_row(bureau.bot.editorial.store) is None
    shown = await bureau.say("kb changes")
    assert "#" in shown
    assert "Annette" not in shown


async def test_an_account_is_named_in_no_notice(bureau: Bureau) -> None:
    await bureau.say(JANE, ANN)
    said = await bureau.posted()
    number = await bureau.bot.authority.number_of(ANN)
    assert f"#{number} proposes C1" in said
    assert "Annette" not in said
    assert Account(Platform.MATRIX, ANN.id) == ANN.account
