"""A change proposed on one platform and approved on the other, by two people in real places."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import simcord
from system.discord.answering_bot import Around, SimulatedBot, answer, text
from system.matrix.bot import Everybody
from system.matrix.homeserver import Synapse
from system.matrix.person import Person, somebody
from terminal import BASES, UNLIMITED

from community_bot.adapters.discord.bridge import Bridge
from community_bot.adapters.discord.ports import Parts
from community_bot.adapters.matrix.account import Credentials
from community_bot.adapters.matrix.adapter import Needs, matrix_adapter
from community_bot.adapters.matrix.carrier import MatrixCarrier
from community_bot.adapters.matrix.line import Line
from community_bot.app.wiring import Bot, wire
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Platform
from community_bot.storage.database import Database

ZOLA = "people/emile-zola.yaml"


class MachineClock:
    """The machine's time, for a simulated Discord has its own for all that Python asks for one."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Ann, a moderator with a direct chat and a room on Matrix; Mod, another, on Discord."""

    bot: Bot
    ann: Person
    direct: str
    room: str
    mod: simcord.MemberActor
    channel: simcord.ChannelHandle
    root: Path

    async def asks(self, words: str) -> str:
        """Let Ann ask in the direct chat."""
        return await asked(self.ann, self.direct, words)

    async def slash(self, name: str, /, **options: object) -> str:
        """Let Mod use a command on Discord."""
        return text(answer(await self.mod.slash(self.channel, name, **options)))

    def file(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    async def told(self, words: str) -> str:
        """Wait until the bot tells the room something; return the event that does."""

        def found() -> str:
            for event in self.ann.heard.get(self.room, ()):
                if (
                    words in str(event["content"].get("body", ""))
                    and event["sender"] != self.ann.user
                ):
                    return str(event["event_id"])
            return ""

        return str(await self.ann.until(found))

    async def now_says(self, post: str) -> str:
        """Wait until a post of the room is corrected, once more; return what it says then."""
        correction = await self.ann.change_of(self.room, post)
        self.ann.heard[self.room].remove(correction)
        return str(correction["content"]["m.new_content"]["body"])


@asynccontextmanager
async def open_desk(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Desk]:
    """Open it within a test: the simulated Discord has to end in the context that it began in."""
    async with AsyncExitStack() as stack:
        ann, account = [
            await stack.enter_async_context(somebody(synapse.url, name)) for name in ("ann", "bot")
        ]
        root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "knowledge"))
        database = await Database.open(tmp_path / "bot.sqlite3")
        line, clock = Line(), MachineClock()
        bot = wire(
            load_snapshot(root),
            clock=clock,
            limits=UNLIMITED,
            database=database,
            carriers=[MatrixCarrier(line)],
            admins=[Account(Platform.MATRIX, ann.user)],
        )
        stack.push_async_callback(bot.close)
        await bot.editorial.recover()
        mod, channel = await stack.enter_async_context(on_discord(bot, tmp_path))
        direct = await ann.create_room(account.user, preset="private_chat", is_direct=True)
        room = await ann.create_room(account.user)
        needs = Needs(
            Credentials(account.url, account.user, account.token),
            tmp_path,
            bot.dispatcher,
            Everybody(),
            clock,
            line=line,
        )
        sync = await stack.enter_async_context(matrix_adapter(needs))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        running = [tasks.create_task(one) for one in (sync.run(), bot.run())]
        for task in running:
            stack.callback(task.cancel)
        await ann.until(lambda: account.user in joined(ann, room) & joined(ann, direct))
        one = Desk(bot, ann, direct, room, mod, channel, root)
        await asked(ann, room, "!channel add name=team moderators=yes")
        await one.asks(f"!role grant moderator discord:{mod.id} name=Mod")
        await one.asks(f"!role grant moderator matrix:{ann.user} name=Ann")
        yield one


@asynccontextmanager
async def on_discord(
    bot: Bot, folder: Path
) -> AsyncIterator[tuple[simcord.MemberActor, simcord.ChannelHandle]]:
    around = Around()
    bridge = Bridge(Parts(bot.dispatcher, around, MachineClock(), around))
    async with simcord.run(SimulatedBot(bridge, bot.dispatcher, folder), shard_count=1) as env:
        guild = env.create_guild()
        yield guild.add_member(env.create_user("mod")), guild.create_text_channel("team")


async def asked(ann: Person, room: str, words: str) -> str:
    answer = await ann.answer_to(room, await ann.say(room, words))
    return str(answer["content"]["body"])


def joined(ann: Person, room: str) -> set[str]:
    return {
        str(event["state_key"])
        for event in ann.heard.get(room, ())
        if event["type"] == "m.room.member" and event["content"]["membership"] == "join"
    }


async def test_what_is_proposed_on_matrix_and_approved_on_discord_counts_on_both(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with open_desk(synapse, tmp_path) as desk:
        before = desk.file(ZOLA)
        said = await desk.asks('kb edit emile-zola names.de.text "Emil Zola" source=wikipedia-zola')
        assert "another moderator is to look at it" in said
        await desk.told("proposes C1")
        assert desk.file(ZOLA) == before
        assert "is approved" in await desk.slash("kb approve", change="C1")
        changed = "  de: {text: Emil Zola, cite: [wikipedia-zola]}\n"
        assert desk.file(ZOLA) == before.replace("  de: {text: Émile Zola}\n", changed)
        await desk.told("approved C1")
        for said in (await desk.slash("person", name="emile-zola"), await desk.asks("person zola")):
            assert desk.bot.snapshot.current.reference("emile-zola") in said


async def test_what_is_proposed_on_discord_and_approved_by_a_reaction_corrects_what_stands(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with open_desk(synapse, tmp_path) as desk:
        before = desk.file(ZOLA)
        (draft,) = re.findall(
            r"Preview of (P\d+)", await desk.asks("post send person zola to=team")
        )
        await desk.asks(f"post confirm {draft}")
        post = await desk.told("Émile Zola")
        said = await desk.slash(
            "kb edit",
            entry="emile-zola",
            field="names.en.text",
            value="Emile Zola",
            source="britannica-zola",
        )
        assert "another moderator is to look at it" in said
        await desk.ann.react(desk.room, await desk.told("proposes C1"), "✅")
        await desk.told("approved C1")
        changed = "  en: {text: Emile Zola, cite: [britannica-zola]}\n"
        assert desk.file(ZOLA) == before.replace("  en: {text: Émile Zola}\n", changed)
        assert "Emile Zola" in await desk.now_says(post)
        assert "C2" in await desk.slash("kb undo", change="C1")
        assert desk.file(ZOLA) == before
        assert "Émile Zola" in await desk.now_says(post)
