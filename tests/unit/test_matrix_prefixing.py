"""Commands that an answer prints, as they have to be typed in a room."""

from __future__ import annotations

from terminal import Terminal

from community_bot.adapters.matrix.reactions import choices_in, numbered, with_choices
from community_bot.adapters.matrix.render import Asked, render, render_all
from community_bot.domain.document import Action, Code, Paragraph, Reply, Text


def test_a_command_in_a_text_is_printed_as_it_has_to_be_typed_there() -> None:
    reply = Reply((Paragraph((Text("Type "), Code("help person", is_command=True))),))
    assert render(reply, Asked("help", "?"))["body"] == "Type `?help person`"
    assert render_all(reply, "?")[0]["body"] == "Type `?help person`"
    assert render(reply, Asked("help"))["body"] == "Type `help person`"


def test_what_is_to_be_compared_to_the_letter_gets_no_prefix() -> None:
    reply = Reply((Paragraph((Code("somebody@abcde12345"),)),))
    assert render(reply, Asked("verify", "!"))["body"] == "`somebody@abcde12345`"


def test_a_label_that_only_repeats_its_command_is_not_printed() -> None:
    lines = [f"person id-{n}" for n in range(2_000)]
    for count in (1, len(lines)):
        reply = Reply((), actions=tuple(Action(line, line) for line in lines[:count]))
        content = render(reply, Asked("person x", "!"))
        assert "person id-0: " not in str(content["body"])
        assert "`!person id-0`" in str(content["body"])
        assert "<li><code>!person id-0</code></li>" in str(content["formatted_body"])


def test_what_may_be_chosen_by_a_number_has_no_other_mark() -> None:
    reply = Reply(
        (Paragraph((Text("Which one?"),)),),
        actions=(Action("Ann", "person ann"), Action("Bo", "person bo"), Action("All", "people")),
        candidates=("ann", "bo"),
    )
    content = with_choices(render(numbered(reply), Asked("person x", "!")), reply)
    assert content["body"] == (
        "Which one?\n\n1\ufe0f\u20e3 Ann: `!person ann`\n2\ufe0f\u20e3 Bo: `!person bo`\n\n"
        "→ All: `!people`"
    )
    assert "2\ufe0f\u20e3 Bo: <code>!person bo</code></p>" in str(content["formatted_body"])
    assert str(content["formatted_body"]).count("<li>") == 1
    assert choices_in(content) == ("person ann", "person bo")


async def test_how_a_command_is_used_is_printed_as_it_has_to_be_typed_there() -> None:
    reply = await Terminal.at("dreyfus").ask("person")
    assert str(render(reply, Asked("person", "!"))["body"]).endswith(": `!person NAME`")
    assert reply.error is not None
    assert reply.error.message.endswith(": person NAME")


async def test_help_prints_every_command_as_it_has_to_be_typed_there() -> None:
    body = str(render(await Terminal.at("dreyfus").ask("help"), Asked("help", "!"))["body"])
    listed = [line for line in body.splitlines() if line.startswith("- ")]
    assert len(listed) > 10
    assert [line for line in listed if not line.startswith("- `!")] == []
    assert "`!help person`" in body
