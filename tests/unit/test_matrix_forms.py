"""A field's form as a block of YAML: what is sent back changes just what was changed in it."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import BASES, UNLIMITED

from community_bot.adapters.matrix.addressing import Manner, Question
from community_bot.adapters.matrix.blocks import with_block
from community_bot.adapters.matrix.forms import with_form
from community_bot.adapters.matrix.render import Asked, render
from community_bot.app.wiring import Bot, command_table, wire
from community_bot.core.invocation import Invocation, read_line, write_line
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Actor, Address, Platform
from community_bot.domain.document import CodeBlock, Form, FormInput, Reply
from community_bot.knowledge.writing import values_text
from community_bot.moderation.blocks import read_block
from community_bot.moderation.change import FileChange
from community_bot.moderation.differences import differences
from community_bot.storage.database import Database

ANN = Actor(Platform.MATRIX, "@ann:here.example")
TABLE = command_table()


@dataclass(frozen=True, slots=True)
class Desk:
    """A bot around a copy of a base, asked by an admin."""

    bot: Bot
    root: Path

    async def ask(self, line: str) -> Reply:
        where = Address(Platform.MATRIX, room="!room")
        reply = await self.bot.dispatcher.dispatch(Invocation(line, ANN, where))
        assert reply is not None
        return with_form(reply, self.bot.dispatcher.table)

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield every field of every entry that says something."""
        for path in sorted(self.root.glob("*/*.yaml")):
            name = f"{path.parent.name}/{path.name}"
            for one in differences(FileChange(path=name, before=None, after=path.read_bytes())):
                yield path.stem, one.field


@asynccontextmanager
async def desk_of(base: str, folder: Path) -> AsyncIterator[Desk]:
    root = Path(shutil.copytree(BASES[base], folder / "knowledge"))
    bot = wire(
        load_snapshot(root),
        limits=UNLIMITED,
        database=await Database.in_memory(),
        admins=[Account(ANN.platform, ANN.id)],
    )
    try:
        yield Desk(bot, root)
    finally:
        await bot.close()


def line_of(said: str) -> str:
    """Return the line that a message with a block stands for."""
    question = with_block(Question(said, Manner.DIRECT, ""), TABLE)
    assert not question.is_unclear
    return question.line


def block_in(reply: Reply) -> str:
    """Return what there is to copy; nothing where a field cannot be changed like this."""
    last = reply.blocks[-1]
    return last.text if isinstance(last, CodeBlock) else ""


async def unchanged(desk: Desk, every: int) -> int:
    """Send blocks of some of the fields back as they are; return of how many."""
    count = 0
    for entry, field in list(desk.fields())[::every]:
        block = block_in(await desk.ask(write_line("kb", "edit", entry, field)))
        if block:
            count += 1
            reply = await desk.ask(line_of(block))
            assert reply.error is not None, (entry, field)
            assert reply.error.key == "draft-nothing", (entry, field, reply.error.message)
    return count


@pytest.mark.parametrize(("base", "every"), [("dreyfus", 2), ("shipped", 13)])
async def test_a_block_that_is_sent_back_as_it_is_changes_nothing(
    tmp_path: Path, base: str, every: int
) -> None:
    async with desk_of(base, tmp_path) as desk:
        assert await unchanged(desk, every) > 200


async def test_a_block_with_another_value_is_just_that_change(tmp_path: Path) -> None:
    count = 0
    async with desk_of("dreyfus", tmp_path) as desk:
        words = [one for one in desk.fields() if re.search(r"\.text\.[a-z]{2}$", one[1])]
        for entry, field in words[::3]:
            reply = await desk.ask(write_line("kb", "edit", entry, field))
            if reply.form is None:
                continue  # a quotation
            old = reply.form.inputs[0].value
            new = f"{old}: 'so' # \"it\" \\ is"
            value, *others = reply.form.inputs
            form = replace(reply.form, inputs=(replace(value, value=new), *others))
            line = line_of(block_in(with_form(replace(reply, form=form), TABLE)))
            options = dict(read_line(line, 10_000).options)
            block = read_block(options["fields"])
            draft = await desk.bot.editorial.drafter.edit_fields(
                block.entry, block.values, source="wikipedia-zola", seen=block.seen
            )
            rows = [row for row in draft.rows if not row[0].endswith("cite")]
            assert rows == [(field.removeprefix("."), old, new)], (entry, field)
            count += 1
    assert count > 30


async def test_what_is_copied_from_either_form_of_a_message_is_the_block(tmp_path: Path) -> None:
    async with desk_of("dreyfus", tmp_path) as desk:
        reply = await desk.ask("kb edit emile-zola about.text.fr")
    content = render(reply, Asked("kb edit emile-zola about.text.fr"))
    body, formatted = str(content["body"]), str(content["formatted_body"])
    plain = body[body.index("    ```yaml") :]
    found = re.search(r"<pre><code>(.*)</code></pre>", formatted, re.DOTALL)
    assert found is not None
    assert line_of(plain) == line_of(html.unescape(found[1])) == line_of(block_in(reply))


@given(
    st.dictionaries(
        st.sampled_from(["about.text.en", ".note", "events.+", "names.tr.text"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["C"]))
        | st.sampled_from(
            ["yes", "null", "~", "2026-11-22", "1e3", "- a", "a: b", "```", "#", "'"]
        ),
        min_size=1,
    )
)
def test_values_are_written_so_that_they_are_read_again(values: dict[str, str]) -> None:
    text = values_text(values)
    said = read_block(text).values if text else values
    assert said == values


def test_a_field_called_like_what_stands_beside_fields_stays_one() -> None:
    form = Form("Edit", "kb edit aurore-87 note", (FormInput("value", "", "new"),))
    block = block_in(with_form(Reply((), form=form), TABLE))
    said = read_block(dict(read_line(line_of(block)).options)["fields"])
    assert (said.values, said.note) == ({".note": "new"}, "")


@pytest.mark.parametrize(
    "form",
    [
        Form("Say", "kb discuss C1", (FormInput("text", ""),)),
        Form("Edit", "kb edit emile-zola about.text.en", (FormInput("value", "", "x" * 4_000),)),
        Form("Edit", "kb edit emile-zola about.text.en", (FormInput("value", "", "я" * 3_500),)),
    ],
)
def test_where_there_can_be_no_block_the_words_alone_say_how(form: Form) -> None:
    reply = Reply((), form=form)
    assert with_form(reply, TABLE) == reply


def test_a_value_that_looks_like_a_fence_ends_no_block() -> None:
    form = Form("Edit", "kb edit emile-zola about.text.en", (FormInput("value", "", "a ``` b"),))
    block = block_in(with_form(Reply((), form=form), TABLE))
    assert block.startswith("````yaml\n")
    said = read_block(dict(read_line(line_of(block)).options)["fields"])
    assert said.values == {"about.text.en": "a ``` b"}
