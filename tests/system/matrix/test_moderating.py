"""Changes proposed, decided and taken back on Matrix, by signs under what the room is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from aiohttp import web
from system.matrix.faults import hang
from system.matrix.homeserver import Synapse
from system.matrix.moderating import (
    APPROVE,
    DISCUSS,
    LOOK,
    NAME,
    REJECT,
    UNDO,
    newsdesk,
)
from system.matrix.proxy import proxy_to
from system.matrix.secret_person import ENCRYPTED

OFFERED = [APPROVE, REJECT, DISCUSS, LOOK]


async def test_a_proposal_is_approved_and_taken_back_by_signs_of_those_who_may(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsdesk(synapse, tmp_path) as desk, desk.running():
        await desk.settle_in()
        before = desk.zola
        await desk.says(desk.ann, NAME, "C1")
        proposed = await desk.notice("proposes C1")
        assert await desk.ann.until(lambda: desk.signs(proposed) == OFFERED)
        body = (await desk.ann.event(desk.room, proposed))["content"]["body"]
        assert f"{APPROVE} Approve C1: `!kb approve C1`" in body
        await desk.presses(desk.eve, proposed, APPROVE, "You may not use")
        await desk.presses(desk.ann, proposed, APPROVE, "You proposed C1 yourself")
        assert desk.zola == before
        pressed = await desk.presses(desk.ben, proposed, APPROVE, "C1` is approved")
        changed = desk.zola
        assert changed == before.replace(
            "de: {text: Émile Zola}", "de: {text: Emil Zola, cite: [wikipedia-zola]}"
        )
        await desk.ben.redact(desk.room, pressed)
        await desk.presses(desk.ben, proposed, APPROVE, "C1 was approved already")
        assert desk.zola == changed
        approved = await desk.notice("approved C1")
        await desk.ann.until(lambda: desk.signs(approved)[:1] == [UNDO])
        await desk.presses(desk.ann, approved, UNDO.rstrip("\ufe0f"), "Taken back: C1")
        assert desk.zola == before


async def test_a_proposal_is_looked_at_discussed_and_rejected_after_the_bot_was_away(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsdesk(synapse, tmp_path) as desk:
        async with desk.running():
            await desk.settle_in()
            before = desk.zola
            await desk.says(desk.ann, NAME, "C1")
            proposed = await desk.notice("proposes C1")
            await desk.ann.until(lambda: desk.signs(proposed) == OFFERED)
        for ahead in (timedelta(), timedelta(hours=1)):
            since = len(desk.answers(desk.ben))
            await desk.ben.react(desk.room, proposed, LOOK if ahead else APPROVE)
            async with desk.running(ahead=ahead):
                # Who pressed while nobody listened is told; nothing happens behind their back.
                await desk.told(desk.ben, "while the bot was away", since=since)
        assert desk.zola == before
        async with desk.running():
            await desk.ben.react(desk.room, proposed, f"{LOOK}\ufe0f")
            shown = await desk.told(desk.ben, "waits for somebody")
            assert "1\ufe0f\u20e3 Approve C1: `kb approve C1`" in shown["content"]["body"]
            await desk.presses(desk.ben, proposed, DISCUSS, "kb discuss C1")
            await desk.says(desk.ben, 'kb discuss C1 "Is it so?"', "for all moderators")
            discussed = await desk.notice("Is it so?")
            await desk.presses(desk.ben, discussed, REJECT, "C1` is rejected")
            await desk.presses(desk.ann, proposed, APPROVE, "C1 was rejected")
        assert desk.zola == before
        assert desk.signs(proposed) == [*OFFERED, "\N{ENVELOPE}\ufe0f"]


async def test_what_is_heard_once_more_after_a_crash_is_not_done_once_more(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsdesk(synapse, tmp_path) as desk:
        place = tmp_path / "state" / "matrix" / "place.json"
        async with desk.running():
            await desk.settle_in()
            await desk.says(desk.ann, NAME, "C1")
            proposed = await desk.notice("proposes C1")
            await desk.presses(desk.ben, proposed, APPROVE, "is approved")
            approved = await desk.notice("approved C1")
        kept = place.read_bytes()
        async with desk.running():
            await desk.presses(desk.ann, approved, UNDO, "Taken back: C1")
            once = desk.zola
        place.write_bytes(kept)
        async with desk.running():
            said = await desk.says(desk.ann, "kb changes", "kb undo C1")
        assert desk.zola == once
        assert "C3" not in said["content"]["body"]


async def test_in_an_encrypted_room_signs_do_the_same(synapse: Synapse, tmp_path: Path) -> None:
    async with newsdesk(synapse, tmp_path) as desk, desk.running():
        await desk.settle_in(**ENCRYPTED)
        before = desk.zola
        await desk.says(desk.ann, NAME, "C1")

        def offered() -> str:
            events = desk.ann.heard[desk.room]
            own = [one["event_id"] for one in events if one["type"] == "m.room.encrypted"]
            return next((one for one in own if desk.signs(one) == OFFERED), "")

        proposed = await desk.ann.until(offered)
        await desk.presses(desk.ben, proposed, APPROVE, "is approved")
        assert desk.zola != before
        raw = await desk.ann.event(desk.room, proposed)
        assert "kb approve" not in str(raw["content"])


async def test_signs_that_the_server_does_not_take_hold_up_no_notice(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsdesk(synapse, tmp_path) as desk, proxy_to(synapse.url) as proxy:
        tried: list[str] = []

        async def never(request: web.Request) -> web.StreamResponse:
            tried.append(request.path)
            return await hang(request)

        desk.url = proxy.url
        async with desk.running():
            await desk.settle_in()
            proxy.faults["PUT .*/m.reaction/"] = never
            await desk.says(desk.ann, NAME, "C1")
            proposed = await desk.notice("proposes C1")
            await desk.ann.until(lambda: tried)
            await desk.says(desk.ann, NAME.replace("de.", "ru."), "C2")
            await desk.notice("proposes C2")
            await desk.presses(desk.ben, proposed, APPROVE, "is approved")
            assert desk.signs(proposed) == []
