"""Somebody who asks without end is told so once, and after that only what Discord makes us say."""

from __future__ import annotations

from pathlib import Path

from system.discord.answering_bot import answer, buttons, scene, text

from community_bot.core.dispatch import Limits
from community_bot.core.limits import Rate, Rates

LIMITS = Limits(rates=Rates(per_actor=Rate(burst=2, per_second=0.001)))


async def test_whoever_floods_is_told_so_and_then_told_no_more_than_discord_wants(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, limits=LIMITS) as it:
        with it.env.time_context():
            said = [answer(await it.ask("ping")) for _ in range(6)]
            assert ["a lot of questions" in text(one) for one in said] == [False] * 2 + [True] * 4
            assert all(one.ephemeral for one in said[3:])
            assert "a lot of questions" not in text(answer(await it.bob.slash(it.channel, "ping")))


async def test_whoever_floods_by_buttons_keeps_the_page_that_stands_there(tmp_path: Path) -> None:
    async with scene(tmp_path, limits=LIMITS) as it:
        with it.env.time_context():
            shown = answer(await it.ask("person", name="umerov"))
            before = text(shown)
            token = buttons(shown)["▶"]
            await it.ask("ping")
            await it.ask("ping")  # this one is the notice
            result = await it.ann.click(shown, custom_id=token)
            assert result.acknowledged
            assert (text(shown), result.followups) == (before, [])


async def test_whoever_floods_by_mentions_hears_nothing_more(tmp_path: Path) -> None:
    async with scene(tmp_path, limits=LIMITS) as it:
        with it.env.time_context():
            me = it.env.bot.user
            assert me is not None
            for _ in range(6):
                await it.ann.send(it.channel, f"<@{me.id}> mejlis")
            said = [one for one in it.messages() if one.author.id == me.id]
            assert len(said) == 3
            assert "a lot of questions" in text(said[-1])
