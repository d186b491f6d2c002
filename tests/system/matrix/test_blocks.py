"""Fields of an entry sent as a block of YAML, and the block that is offered to be sent."""

from __future__ import annotations

from pathlib import Path

from system.matrix.homeserver import Synapse
from system.matrix.moderating import APPROVE, NAME, newsdesk
from system.matrix.person import answers

BLOCK = """```yaml
entry: emile-zola
about.text.de: >-
  Französischer Schriftsteller: "J’Accuse…!"
names.de.text: Emil Zola
source: wikipedia-zola
note: both at once
```"""


async def test_the_block_that_is_offered_changes_what_is_changed_in_it(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsdesk(synapse, tmp_path) as desk, desk.running():
        await desk.settle_in()
        before = desk.zola
        offered = await desk.says(desk.ann, "kb edit emile-zola about.text.fr", "```yaml")
        body = offered["content"]["body"]
        block = body[body.index("    ```yaml") :]
        await desk.says(desk.ann, block, "there is nothing to change")
        assert desk.zola == before
        shorter = block.replace(", pour laquelle il fut jugé", "")
        await desk.says(desk.ann, shorter.replace('source: ""', "source: aurore-87"), "C1")
        assert desk.zola == before.replace(", pour laquelle il fut jugé", "")
        await desk.says(desk.ann, block, "has changed since you saw it")


async def test_several_fields_are_one_change_which_somebody_else_approves(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsdesk(synapse, tmp_path) as desk, desk.running():
        await desk.settle_in()
        before = desk.zola
        await desk.says(desk.ann, BLOCK, "Proposed as `C1`")
        proposed = await desk.notice("proposes C1")
        said = (await desk.ann.event(desk.room, proposed))["content"]["body"]
        assert "about.text.de" in said
        assert "names.de.text" in said
        await desk.presses(desk.ben, proposed, APPROVE, "is approved")
        assert desk.zola != before
        assert 'de: Französischer Schriftsteller: "J’Accuse…!"' not in desk.zola
        assert "Emil Zola" in desk.zola
        assert 'Französischer Schriftsteller: "J’Accuse…!"' in desk.zola


async def test_in_a_room_a_block_counts_only_where_it_is_said_to_the_bot(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsdesk(synapse, tmp_path) as desk, desk.running():
        await desk.settle_in()
        await desk.says(desk.ann, NAME, "C1")
        proposed = await desk.notice("proposes C1")
        reply = {"m.relates_to": {"m.in_reply_to": {"event_id": proposed}}}
        chatter = await desk.ben.say(desk.room, f"what about this?\n{BLOCK}")
        unsure = await desk.ben.say(desk.room, f"what about this?\n{BLOCK}", **reply)
        told = await desk.ben.answer_to(desk.room, unsure)
        assert "I am not sure what this block is to change" in told["content"]["body"]
        assert "kb edit" in told["content"]["body"]
        await desk.ben.say(desk.room, BLOCK, **reply)
        await desk.told(desk.ben, "Proposed as `C2`")
        mention = {"m.mentions": {"user_ids": [desk.account.user]}}
        await desk.ben.say(desk.room, f"{desk.account.user}: {BLOCK}", **mention)
        await desk.told(desk.ben, "Proposed as `C3`")
        await desk.ben.say(desk.room, f"!kb edit emile-zola\n{BLOCK}")
        await desk.told(desk.ben, "Proposed as `C4`")
        theirs = await desk.eve.say(desk.room, BLOCK, **reply)
        refused = await desk.eve.answer_to(desk.room, theirs)
        assert "You may not use" in refused["content"]["body"]
        assert answers(desk.eve.heard, desk.room, chatter) == []
