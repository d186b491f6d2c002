"""A sign does what a notice of ours says, and nothing that anybody else wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from system.matrix.faults import Faulty, faulty_server, status
from terminal import StillClock, base_of
from unit.test_matrix_carrier import ME

from community_bot.adapters.matrix.addressing import Self
from community_bot.adapters.matrix.asking import Asker, Asking
from community_bot.adapters.matrix.choosing import Choosing
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.direct import DirectChats
from community_bot.adapters.matrix.events import Reaction
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.rooms import Rooms
from community_bot.adapters.matrix.transport import Json, Transport
from community_bot.app.wiring import wire
from community_bot.domain.address import Role

ROOM, EVE, BEN = "!team:b.example", "@eve:b.example", "@ben:b.example"
YES = "\N{WHITE HEAVY CHECK MARK}"
APPROVE = {"msgtype": "m.notice", "body": "?", "community-bot.signs": {YES: "kb approve C1"}}
OTHER = {**APPROVE, "community-bot.signs": {YES: "kb approve C2"}}
PRESS = Reaction("$press", BEN, 0, "$notice", YES)


@dataclass(frozen=True, slots=True)
class Around:
    """Knows where moderators are told things."""

    moderators: str

    def prefix(self, room: str) -> str:
        del room
        return "!"

    def language(self, room: str, user: str) -> str:
        del room, user
        return "en"

    async def role(self, user: str) -> Role:
        del user
        return Role.EVERYONE

    async def is_moderators(self, room: str) -> bool:
        return room == self.moderators

    def may_invite(self, room: str, user: str) -> bool:
        del room, user
        return False


def notice(sender: str, content: object, changed: str = "") -> Json:
    relations = {"m.relations": {"m.replace": {"event_id": changed}}} if changed else {}
    return {"sender": sender, "type": "m.room.message", "content": content, "unsigned": relations}


def edit(sender: str, content: object) -> Json:
    return notice(sender, {"body": "*", "m.new_content": content})


async def pressed(
    server: Faulty, events: dict[str, Json], press: Reaction = PRESS, moderators: str = ROOM
) -> Asking | None:
    """Return what a press asks for, where these events are in the room."""
    server.plans |= {f"/event/${name}": [status(200, raw)] for name, raw in events.items()}
    clock, bot = StillClock(), wire(base_of("dreyfus"))
    async with Transport(server.url, "secret") as transport:
        client = MatrixClient(transport, Identity(ME, "DEVICE"))
        outbound = Outbound(client, clock)
        parts = Parts(client, outbound, bot.dispatcher, Around(moderators), clock, Self(ME))
        rooms = Rooms(client)
        choosing = Choosing(parts, rooms, Asker(parts, rooms, DirectChats(client)))
        asking = await choosing.read(ROOM, press, is_late=False, is_old=False)
    await bot.close()
    return asking


async def test_a_press_is_the_line_of_the_notice_by_whoever_pressed() -> None:
    async with faulty_server() as server:
        asking = await pressed(server, {"notice": notice(ME, APPROVE)})
    assert asking is not None
    assert asking.invocation.line == "kb approve C1"
    assert asking.invocation.actor.id == BEN
    assert asking.invocation.actor.role is Role.EVERYONE
    assert asking.invocation.private


async def test_a_notice_that_we_changed_does_what_it_says_now() -> None:
    async with faulty_server() as server:
        asking = await pressed(
            server, {"notice": notice(ME, APPROVE, "$edit"), "edit": edit(ME, OTHER)}
        )
    assert asking is not None
    assert asking.invocation.line == "kb approve C2"


@pytest.mark.parametrize(
    "events",
    [
        {"notice": notice(EVE, APPROVE)},
        {"notice": notice(ME + "x", APPROVE)},
        {"notice": notice(ME, APPROVE, "$edit"), "edit": edit(EVE, OTHER)},
        {"notice": notice(ME, {})},
        {"notice": notice(ME, APPROVE, "$edit"), "edit": notice(ME, {})},
        {"notice": notice(ME, {**APPROVE, "community-bot.signs": [YES]})},
        {"notice": notice(ME, {**APPROVE, "community-bot.signs": {YES: ["kb approve C1"]}})},
        {"notice": notice(ME, {**APPROVE, "community-bot.signs": {YES: "x" * 501}})},
        {"notice": notice(ME, {"m.new_content": APPROVE})},
        {"notice": {}},
    ],
    ids=[
        "of somebody else",
        "of somebody called like us",
        "changed by somebody else",
        "taken away",
        "changed, and that taken away",
        "a list",
        "a line that is none",
        "a line without end",
        "an edit that stands alone",
        "nothing",
    ],
)
async def test_what_anybody_else_wrote_does_nothing(events: dict[str, Json]) -> None:
    async with faulty_server() as server:
        assert await pressed(server, events) is None


async def test_signs_that_people_put_everywhere_are_not_looked_up() -> None:
    async with faulty_server() as server:
        assert await pressed(server, {}, moderators="!other:b.example") is None
        assert await pressed(server, {}, replace(PRESS, key="\N{PARTY POPPER}")) is None
        assert server.seen == []
