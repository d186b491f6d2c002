"""Posting by commands: what is previewed, who may post where, and what nobody may tell apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from newsdesk import CHIEF, OLENA, ask, error, grant, newsdesk
from sample_base import make_base
from terminal import Terminal

from community_bot.core.render.text import render_text
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Actor, Platform, Role
from community_bot.domain.document import Reply
from community_bot.publishing.post import Post, PostState

IVAN = Actor(Platform.MATRIX, "@ivan:example.org")

OWN = "The team’s own words, not from the knowledge base."


async def test_nothing_is_posted_before_the_preview_is_confirmed() -> None:
    async with newsdesk() as at:
        preview = await at.ask("post send summary j-accuse to=kyiv,paris")
        assert preview.private
        assert [action.line for action in preview.actions] == [
            "post confirm P1",
            "post cancel P1",
        ]
        assert await at.posted() == ()
        assert error_of(await at.ask("post confirm P1")) == ""
        kyiv, paris = sorted(await at.posted())
        assert kyiv.startswith("── kyiv ──\nСтислий виклад")
        assert paris.startswith("── paris ──\nSummary")
        assert paris.endswith("P1 r1")


def error_of(reply: Reply) -> str:
    return reply.error.key if reply.error else ""


async def drafts(at: Terminal) -> tuple[Post, ...]:
    async with at.bot.newsroom.store.read() as kept:
        return await kept.posts.list(states={PostState.DRAFT})


async def test_a_preview_shows_each_document_once_and_each_destination_with_its_language() -> None:
    async with newsdesk() as at:
        said = await at.say("post send summary j-accuse to=kyiv,paris,staff")
        assert "• kyiv – as soon as you confirm; Ukrainian" in said
        assert "• staff – as soon as you confirm; English" in said
        assert said.count("Summary: “I Accuse…!”") == 1
        assert "paris, staff – English\n──" in said
        one_language = await at.say("post send summary j-accuse to=kyiv,paris language=en")
        assert one_language.count("Summary: “I Accuse…!”") == 1
        assert "– English\n──" not in one_language


async def test_a_preview_shows_all_that_will_stand_there_and_says_what_it_is() -> None:
    async with newsdesk() as at:
        shown = await at.say("post send summary j-accuse to=paris")
        assert "It is the answer to `summary id=j-accuse`" in shown
        await at.ask("post confirm P1")
        (posted,) = await at.posted()
        last = [line for line in posted.splitlines() if line][-2:]
        assert last[0].startswith("Revision:")
        assert last[1] == "P1 r1"
        assert f"{last[0]}\n\n{last[1]}\n" in shown
        assert "These are your own words" in await at.say("post send sumary to=paris")


@pytest.mark.parametrize(
    "line",
    ["privacy", "help", "role list", "reload", "post list", "post send x", "ping", "digest x"],
)
async def test_a_command_that_is_not_for_posting_is_never_run_by_a_post(line: str) -> None:
    async with newsdesk() as at:
        await at.ask(f"post send {line} to=paris")
        await at.ask("post confirm P1")
        assert await at.posted() == (f"── paris ──\n{line}\n\n{OWN}\n\nP1 r1",)


async def test_words_that_imitate_a_card_have_it_written_under_them_whose_they_are() -> None:
    card = "Émile Zola\n══════════\nStatus: Detained\n\nRevision: `emile-zola@aaaaaaaaaa`\n\nP7 r1"
    async with newsdesk() as at:
        await at.ask(f'post send text="{card}" to=paris')
        await at.ask("post confirm P1")
        (posted,) = await at.posted()
        assert posted.endswith(f"P7 r1\n\n{OWN}\n\nP1 r1")


@pytest.mark.parametrize("words", ["{0.__class__}", "%(name)s", "{names} {id}", "$HOME", "{"])
async def test_a_placeholder_in_somebodys_words_or_names_stays_as_it_is(words: str) -> None:
    async with newsdesk() as at:
        assert words in await at.say(f'post send text="{words}" to=paris')
        await at.ask("post confirm P1")
        assert words in (await at.posted())[0]
        assert words in await at.say("post list")
        name = words.casefold().split()[0]
        assert f"“{name}”" in await at.say(f"post send x to={name}")


@pytest.mark.parametrize(
    "to", ["all", "paris,all", "*", "PARIS,kyiv", "paris;kyiv", "рaris", "paris,,paris kyiv"]
)
async def test_no_way_to_write_destinations_reaches_one_that_was_not_granted(to: str) -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        lines = (
            f'post send We meet to="{to}"',
            f'schedule add "0 9 * * *" summary to="{to}"',
            f'follow add people to="{to}"',
        )
        for line in lines:
            assert error_of(await ask(at, line, OLENA)) == "destination-unknown"
        assert await drafts(at) == ()
        await ask(at, 'post send We meet to="Paris, paris"', OLENA)
        assert len(await drafts(at)) == 1


async def test_what_begins_like_a_command_is_one_and_all_else_are_words() -> None:
    async with newsdesk() as at:
        lines = {
            "post send summary to=paris": "Summary:",
            "post send statement id=j-accuse paragraphs=2 to=paris": "paragraph 2",
            "post send paragraphs 2 j-accuse to=paris": "paragraph 2",
            'post send "statement 2 language=en" to=paris': "(English)",
            "post send anniversaries 12-22 to=paris": "On 22 December",
            "post send timeline emile-zola to=paris": "Timeline",
            "post send Who can come on Sunday? to=paris": "Who can come on Sunday?",
            'post send text="summary of the evening" to=paris': "summary of the evening",
        }
        for line, expected in lines.items():
            assert expected in await at.say(line), line


async def test_anniversaries_are_those_of_the_day_at_the_destination_whenever_it_is_posted() -> (
    None
):
    async with newsdesk() as at:
        at.clock.moment = datetime(2026, 12, 21, 23, 30, tzinfo=UTC)
        assert "On 22 December" in await at.say("post send Anniversaries to=paris")
        assert "I know of no" in await at.say("post send anniversaries to=staff")
        at.clock.moment = datetime(2026, 12, 22, 20, tzinfo=UTC)
        await at.ask("post confirm P1")
        assert "day=2026-12-22" in await at.say("post list")


async def test_an_announcement_is_posted_to_the_letter() -> None:
    async with newsdesk() as at:
        await at.ask("post send to=paris He said  “free them”,\nand en – tr:  left")
        await at.ask("post confirm 1")
        (posted,) = await at.posted()
        assert "He said  “free them”,\nand en – tr:  left" in posted


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("post send hello", "argument-missing"),
        ("post send to=paris", "post-nothing"),
        ('post send " " to=paris', "post-nothing"),
        ('post send hello text="hi" to=paris', "post-two-texts"),
        ("post send bring max=10 friends to=paris", "post-option"),
        ("post send hello to=,", "names-missing"),
        ("post send hello to=paris at=2020-01-01T09:00", "when-past"),
        ("post send hello to=paris language=xx", "language-unknown"),
        ("post send person dreyfus to=paris", "name-ambiguous"),
        ("post send person nemo to=paris", "name-unknown"),
        ("post send statement 99 to=paris", "post-no-answer"),
        ("post send anniversaries to=paris", "post-no-answer"),
        ("post send person page=2 emile-zola to=paris", "option-unknown"),
        ("post confirm P7", "post-unknown"),
        ("post withdraw P7", "post-unknown"),
        ("post repost P7", "post-unknown"),
        ("post list to=nowhere", "destination-unknown"),
    ],
)
async def test_what_cannot_be_posted_is_said_by_its_own_sentence(line: str, key: str) -> None:
    async with newsdesk() as at:
        assert await error(at, line) == key


async def test_what_is_offered_instead_of_an_unsure_name_is_the_whole_line() -> None:
    async with newsdesk() as at:
        reply = await at.ask('post send person dreyfus to=paris,staff language=fr at="09:00"')
        assert next(action.line for action in reply.actions) == (
            "post send person alfred-dreyfus to=paris,staff language=fr at=09:00"
        )
        assert await error(at, reply.actions[0].line) == ""


async def test_why_there_is_no_answer_is_said_in_the_language_of_whoever_asks() -> None:
    async with newsdesk() as at:
        said = await at.say("post send statement 99 to=kyiv")
        assert said.startswith("This cannot be posted: There is no paragraph 99.")


async def test_a_moment_is_read_and_shown_by_the_clocks_of_the_destination() -> None:
    async with newsdesk() as at:
        said = await at.say("post send hello to=kyiv,paris at=2026-12-01T09:00")
        assert "• kyiv – 1 December 2026, 09:00 (Europe/Kyiv)" in said
        assert "• paris – 1 December 2026, 08:00 (Europe/Paris)" in said
        await at.ask("post confirm P1")
        assert "waits for its time, kyiv, paris" in await at.say("post list")
        at.clock.moment = datetime(2026, 12, 1, 6, 59, tzinfo=UTC)
        assert await at.posted() == ()
        at.clock.moment = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
        assert len(await at.posted()) == 2
        assert "kyiv 1/1, paris 1/1" in await at.say("post list")


async def test_a_post_is_listed_withdrawn_and_posted_again_elsewhere() -> None:
    async with newsdesk() as at:
        await at.ask("post send summary j-accuse to=paris")
        await at.ask("post confirm P1")
        await at.posted()
        assert "P1` summary id=j-accuse" in await at.say("post list")
        await at.ask("post withdraw P1")
        assert [one.splitlines()[-1] for one in await at.posted()] == ["P1 r1"]
        assert "paris withdrawn" in await at.say("post list")
        preview = await at.say("post repost P1 to=staff")
        assert "• staff –" in preview
        await at.ask("post confirm P2")
        assert [one.splitlines()[0] for one in await at.posted()] == ["── staff ──"]
        assert "P1" not in await at.say("post list to=staff")


async def test_a_cancelled_preview_is_never_posted() -> None:
    async with newsdesk() as at:
        await at.ask("post send hello to=paris")
        await at.ask("post cancel P1")
        assert await error(at, "post confirm P1") == "post-cancelled"
        assert await at.posted() == ()
        assert "hello" not in await at.say("post list")


async def test_a_poster_may_post_where_granted_and_is_told_of_nothing_else() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        assert (await ask(at, "post send hello to=paris", OLENA)).error is None
        forbidden = await ask(at, "post send hello to=kyiv", OLENA)
        unknown = await ask(at, "post send hello to=nowhere", OLENA)
        assert forbidden.error is not None
        assert unknown.error is not None
        assert forbidden.error.key == unknown.error.key == "destination-unknown"
        assert forbidden.error.message == unknown.error.message.replace("nowhere", "kyiv")


async def test_one_destination_that_is_not_allowed_keeps_a_post_from_all() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        before = await drafts(at)
        reply = await ask(at, "post send hello to=paris,kyiv", OLENA)
        assert error_of(reply) == "destination-unknown"
        assert await drafts(at) == before == ()
        assert (await ask(at, "post send hello to=paris", OLENA)).error is None
        assert len(await drafts(at)) == 1


async def test_rights_are_looked_at_again_when_a_preview_is_confirmed() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris,staff")
        preview = await ask(at, "post send hello to=paris,staff", OLENA)
        confirm = preview.actions[0].line
        assert (await ask(at, "role revoke discord:1001 on=staff", CHIEF)).error is None
        await at.posted()
        assert error_of(await ask(at, confirm, OLENA)) == "post-unknown"
        assert await at.posted() == ()


async def test_a_preview_is_confirmed_by_whoever_asked_for_it_and_nobody_else() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        preview = await ask(at, "post send hello to=paris", OLENA)
        for action in preview.actions:
            assert await error(at, action.line) == "post-not-yours"


async def test_posts_elsewhere_are_neither_listed_nor_touched() -> None:
    async with newsdesk() as at:
        await at.ask("post send a secret to=kyiv")
        await at.ask("post confirm P1")
        await at.ask("post send a half secret to=kyiv,paris")
        await at.ask("post confirm P2")
        await grant(at, Role.POSTER, IVAN, on="paris")
        listed = render_text(await ask(at, "post list", IVAN))
        assert "secret" not in listed
        assert "kyiv" not in listed
        unknown = await ask(at, "post withdraw P9", IVAN)
        for line in ("post withdraw P1", "post withdraw P2", "post repost P1 to=paris"):
            reply = await ask(at, line, IVAN)
            assert reply.error is not None
            assert unknown.error is not None
            assert reply.error.message == unknown.error.message.replace("P9", line.split()[2])


async def test_a_preview_is_too_old_after_a_day() -> None:
    async with newsdesk() as at:
        await at.ask("post send summary to=paris")
        at.clock.moment += timedelta(hours=25)
        assert await error(at, "post confirm P1") == "post-too-old"


async def test_a_post_that_changed_since_its_preview_is_shown_again_first(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    async with Terminal.at(load_snapshot(base.root), role=Role.MODERATOR) as at:
        await at.ask("channel add name=news")
        await at.ask("post send person ann-lee to=news")
        base.replace("people/ann-lee.yaml", "value: released", "value: died")
        await at.bot.snapshot.reload(["people/ann-lee.yaml"])
        reply = await at.ask("post confirm P1")
        assert "It has changed since you saw it" in render_text(reply)
        assert "Status: Died" in " ".join(render_text(reply).split())
        assert await at.posted() == ()
        await at.ask(reply.actions[0].line)
        (posted,) = await at.posted()
        assert "Died" in posted


async def test_a_long_list_shows_the_newest_and_says_so() -> None:
    async with newsdesk() as at:
        for number in range(1, 23):
            await at.ask(f"post send words-{number} to=paris")
            await at.ask(f"post confirm {number}")
        said = await at.say("post list")
        assert "words-22" in said
        assert "`P3`" in said
        assert "`P2`" not in said
        assert "newest 20" in said
