"""Moves between rooms that could not be kept when they happened are found again."""

from __future__ import annotations

from pathlib import Path

from system.matrix.bot import Talk, talk
from system.matrix.homeserver import Synapse

from community_bot.app.questions import SystemClock


class Stepped(SystemClock):
    """The machine's clock, put forward by so many seconds."""

    ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


async def another_room(here: Talk) -> str:
    """Make a room in which the bot hears what is said, whatever becomes of the first."""
    room = await here.ann.create_room(here.account.user)
    await here.surroundings.until_heard("came", room)
    return room


async def asked(here: Talk, room: str) -> None:
    await here.ann.answer_to(room, await here.ann.say(room, "!ping"))


async def test_a_departure_that_could_not_be_kept_is_kept_later(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        clock = here.surroundings.clock = Stepped()
        here.surroundings.places.add(here.room)
        async with here.bot():
            await here.asks("!ping")
        async with here.bot():
            other = await another_room(here)
            await here.surroundings.until_heard("compared", here.room)
            here.surroundings.is_forgetful = True
            kicked = {"user_id": here.account.user}
            await here.ann.call("POST", f"/v3/rooms/{here.room}/kick", kicked)
            for _ in range(2):  # as long as nothing can be kept, nothing else is the worse for it
                clock.ahead += 31
                await asked(here, other)
            assert ("left", here.room) not in here.surroundings.heard
            here.surroundings.is_forgetful = False
            clock.ahead += 31
            await asked(here, other)
            await here.surroundings.until_heard("compared")


async def test_a_move_that_could_not_be_kept_is_kept_later(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        clock = here.surroundings.clock = Stepped()
        here.surroundings.places.add(here.room)
        async with here.bot():
            other = await another_room(here)
            here.surroundings.is_forgetful = True
            path = f"/v3/rooms/{here.room}/upgrade"
            new = (await here.ann.call("POST", path, {"new_version": "11"}))["replacement_room"]
            await here.ann.until(lambda: _has_come(here, new))
            await asked(here, new)
            here.surroundings.is_forgetful = False
            clock.ahead += 31
            await asked(here, other)
            await here.surroundings.until_heard("moved", here.room, new)


async def test_what_happened_before_a_place_was_lost_is_found_at_the_next_start(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        here.surroundings.places.add(here.room)
        async with here.bot():
            await here.asks("!ping")
        kicked = {"user_id": here.account.user}
        await here.ann.call("POST", f"/v3/rooms/{here.room}/kick", kicked)
        (tmp_path / "place.json").unlink()
        here.surroundings.heard.clear()
        async with here.bot():
            await here.surroundings.until_heard("compared")
            assert ("left", here.room) not in here.surroundings.heard


def _has_come(here: Talk, room: str) -> bool:
    return any(
        event["type"] == "m.room.member" and event["state_key"] == here.account.user
        for event in here.ann.heard.get(room, ())
    )
