"""What is posted to the terminal's rooms: shown once each, changed in place, found again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from community_bot.adapters.terminal.carrier import LONGEST_PAGE, Shown, TerminalCarrier
from community_bot.core.i18n import Texts
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Action, Heading, Paragraph, Reply, Text
from community_bot.publishing.errors import DestinationRefusedError, MessageGoneError
from community_bot.publishing.post import Act, mark

NEWS = Address(Platform.TERMINAL, room="news")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ENGLISH = Texts("en")


@dataclass(slots=True)
class Room:
    """A carrier and what it has shown."""

    shown: list[Shown] = field(default_factory=list)
    carrier: TerminalCarrier = field(init=False)

    def __post_init__(self) -> None:
        self.carrier = TerminalCarrier(self.shown.append)

    def seen(self) -> list[str]:
        return [f"{one.heading(ENGLISH)}\n{one.body}" for one in self.shown]


def paragraphs(count: int) -> Reply:
    words = "word " * 200
    blocks = tuple(Paragraph((Text(f"{number}. {words.strip()}"),)) for number in range(count))
    return Reply((Heading((Text("Title"),)), *blocks))


async def test_a_message_is_shown_under_the_name_of_its_room() -> None:
    room = Room()
    (page,) = room.carrier.pages(Reply((Paragraph((Text("Hello."),)),)), mark(12, 1))
    await room.carrier.send(NEWS, page, "key")
    assert room.seen() == ["── news ──\nHello.\n\nP12 r1"]


async def test_the_same_key_shows_nothing_twice_and_names_the_same_message() -> None:
    room = Room()
    first = await room.carrier.send(NEWS, "one\n\nP1 r1", "key")
    again = await room.carrier.send(NEWS, "one\n\nP1 r1", "key")
    other = await room.carrier.send(NEWS, "one\n\nP2 r1", "another")
    assert first == again != other
    assert len(room.shown) == 2


async def test_an_edit_shows_the_new_words_once() -> None:
    room = Room()
    message = await room.carrier.send(NEWS, "one\n\nP1 r1", "key")
    for _ in range(2):
        await room.carrier.edit(NEWS, message, "two\n\nP1 r2", "edit")
    assert room.seen()[1:] == ["── news: edited ──\ntwo\n\nP1 r2"]


async def test_a_message_that_is_taken_away_is_told_by_its_mark_once() -> None:
    room = Room()
    message = await room.carrier.send(NEWS, "one\n\nP1 r1", "key")
    for _ in range(2):
        await room.carrier.delete(NEWS, message, "delete")
    assert room.seen()[1:] == ["── news: deleted ──\nP1 r1"]
    with pytest.raises(MessageGoneError):
        await room.carrier.edit(NEWS, message, "two", "edit")


async def test_a_closed_room_takes_nothing_until_it_is_opened() -> None:
    room = Room()
    message = await room.carrier.send(NEWS, "one\n\nP1 r1", "key")
    room.carrier.close("news")
    with pytest.raises(DestinationRefusedError):
        await room.carrier.send(NEWS, "two", "another")
    with pytest.raises(DestinationRefusedError):
        await room.carrier.edit(NEWS, message, "two", "edit")
    with pytest.raises(DestinationRefusedError):
        await room.carrier.delete(NEWS, message, "delete")
    await room.carrier.send(replace(NEWS, room="other"), "two", "other")
    room.carrier.open("news")
    await room.carrier.send(NEWS, "two", "another")
    assert [one.room for one in room.shown] == ["news", "other", "news"]


async def test_a_reply_names_the_message_that_it_answers() -> None:
    room = Room()
    message = await room.carrier.send(NEWS, "one\n\nP1 r1", "key")
    await room.carrier.send(NEWS, "two\n\nP1 r2", "reply", reply_to=message)
    assert room.shown[1] == Shown("news", Act.SEND, "two\n\nP1 r2", "P1 r1")
    assert room.seen()[1].startswith("── news: in reply to P1 r1 ──\n")


async def test_a_message_is_found_by_its_key_and_no_other() -> None:
    room = Room()
    message = await room.carrier.send(NEWS, "one", "key")
    assert await room.carrier.find(NEWS, "one", "key", LONG_AGO) == message
    assert await room.carrier.find(NEWS, "one", "other", LONG_AGO) is None


def test_a_long_reply_becomes_pages_that_each_say_which_they_are() -> None:
    reply = paragraphs(30)
    pages = Room().carrier.pages(reply, mark(3, 2))
    assert len(pages) > 1
    assert [page.rpartition("\n")[2] for page in pages] == [
        f"P3 r2 {number}/{len(pages)}" for number in range(1, len(pages) + 1)
    ]
    assert all(len(page) <= LONGEST_PAGE + len("\n\nP3 r2 9/9") for page in pages)
    words = " ".join(page.rpartition("\n")[0] for page in pages)
    assert all(f"{number}. word" in words for number in range(30))


def test_what_can_be_done_stands_on_the_last_page() -> None:
    reply = Reply(paragraphs(30).blocks, actions=(Action("More", "help"),))
    *first, last = Room().carrier.pages(reply, mark(3, 1))
    assert "→ More: `help`" in last
    assert not any("→" in page for page in first)


def test_an_empty_reply_still_has_its_mark() -> None:
    (page,) = Room().carrier.pages(Reply(()), mark(3, 1))
    assert page.endswith("P3 r1")
