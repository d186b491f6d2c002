"""Every command of the table, asked once over the wire by somebody who may use them all."""

from __future__ import annotations

import re
from pathlib import Path

from system.matrix.bot import talk
from system.matrix.homeserver import Synapse

from community_bot.app.wiring import command_table

ASKED = (
    ("ping there", "pong there"),
    ("about", "New York"),
    ("help", "`person NAME`"),
    ("privacy", "no record of who asked"),
    ("person umerov", "Umerov"),
    ("people released", "Chiygoz"),
    ("organisation Mejlis", "elected body"),
    ("case february 26", "Chiygoz"),
    ("resolution 71/205", "19 December 2016"),
    ("resolutions year=2016", "71/205"),
    ("statement 4", "4"),
    ("statements", "2017"),
    ("summary", "[1]"),
    ('find "hunger strike"', "145 days"),
    ("source qha-en", "Crimean Tatars of New York"),
    ("verify {revision}", "is what this knowledge base says now"),
    ("explain Ilmi Umerov was freed", "Released"),
    ("timeline umerov", "2016"),
    ("digest people=ilmi-umerov", "Umerov"),
    ("anniversaries 08-25", "25 August"),
    ("reload", "Files changed: 0"),
    ("language uk", "українська"),
    ("language none", "Ваш вибір забуто"),
    ("channel add name=news zone=Europe/Kyiv language=en", "to=news"),
    ("channel list", "news – matrix"),
    ("channel resume news", "as usual"),
    ("post send person umerov to=news", "post confirm P1"),
    ("post confirm P1", "on its way to news"),
    ("post list", "P1"),
    ("post repost P1 to=news", "post confirm P2"),
    ("post cancel P2", "thrown away"),
    ("post withdraw P1", "P1"),
    ('schedule add "0 9 * * mon" statement 4 to=news', "next due"),
    ("schedule list", "S1"),
    ("schedule pause S1", "paused"),
    ("schedule resume S1", "goes on"),
    ("schedule run S1", "posted now"),
    ("schedule remove S1", "removed"),
    ("follow add corrections to=news", "corrections"),
    ("follow list", "F1"),
    ("follow remove F1", "no longer"),
    ("channel remove news confirm=yes", "is removed"),
    ("role grant moderator matrix:@olena:test.example name=Olena", "now holds"),
    ("role list", "Olena"),
    ("role revoke Olena", "has left the team"),
    ("forget-me confirm=yes", "nothing about you"),
)


def test_no_command_is_missing() -> None:
    table = command_table()
    commands = {table.meant(line) for line, _ in ASKED}
    assert commands == set(table.commands)


async def test_each_is_answered_in_a_chat_of_two(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path, alone=True) as here:
        here.surroundings.team.add(here.ann.user)
        revision = ""
        async with here.bot():
            for line, expected in ASKED:
                question = await here.ann.say(here.room, line.format(revision=revision))
                said = await here.ann.answers_to(here.room, question, until=expected)
                assert all(one["content"]["m.mentions"] == {} for one in said)
                found = re.search(r"ilmi-umerov@\w+", said[-1]["content"]["body"])
                revision = found[0] if found else revision
