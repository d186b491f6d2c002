"""Rooms and people of the terminal: where somebody sits, and what is typed there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import Terminal

from community_bot.adapters.terminal.asking import Seat
from community_bot.domain.address import Account, Platform, Role
from community_bot.domain.errors import UserError


def seat_after(*lines: str, seat: Seat | None = None) -> Seat:
    seat = seat or Seat()
    for line in lines:
        seat = seat.moved(line) or seat
    return seat


def test_a_room_is_joined_and_everything_else_stays() -> None:
    before = Seat(role=Role.EDITOR, name="ann", language="uk")
    after = before.moved("  /JOIN  Новини-2 ")
    assert after == Seat("новини-2", Role.EDITOR, "ann", "uk")


def test_somebody_else_takes_the_seat_with_another_role() -> None:
    seat = seat_after("/join news", "/as Moderator Ann")
    assert seat == Seat("news", Role.MODERATOR, "ann")
    invocation = seat.invocation("ping")
    assert invocation.actor.account == Account(Platform.TERMINAL, "ann")
    assert invocation.actor.role is Role.MODERATOR
    assert invocation.address.room == "news"


def test_a_role_without_a_name_leaves_the_name() -> None:
    assert seat_after("/as poster ann", "/as admin").name == "ann"


@pytest.mark.parametrize("line", ["ping", "join news", "/joined news", "/", "", "person /as admin"])
def test_any_other_line_moves_nobody(line: str) -> None:
    assert Seat().moved(line) is None


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("/join", "chat-join-wrong"),
        ("/join a b", "chat-join-wrong"),
        ("/join -a", "chat-join-wrong"),
        ("/join a_b", "chat-join-wrong"),
        ("/join ../etc", "chat-join-wrong"),
        ("/join a\u202eb", "chat-join-wrong"),
        (f"/join {'a' * 33}", "chat-join-wrong"),
        ("/as", "chat-as-wrong"),
        ("/as king", "chat-as-wrong"),
        ("/as moderator ann lee", "chat-as-wrong"),
        ("/as moderator Änn", "chat-name-wrong"),
        ("/as moderator a:b", "chat-name-wrong"),
        (f"/as moderator {'a' * 33}", "chat-name-wrong"),
    ],
)
async def test_a_wrong_form_is_told_in_words_and_moves_nobody(line: str, key: str) -> None:
    with pytest.raises(UserError, match=key):
        Seat().moved(line)
    at = Terminal.at("empty")
    reply = await at.ask(line)
    assert reply.error is not None
    assert reply.error.key == key
    assert at.seat == Seat()


@given(st.text(), st.sampled_from(["/join ", "/as ", "/as poster ", ""]))
def test_whoever_is_seated_has_an_account_that_can_be_written_and_read(
    rest: str, head: str
) -> None:
    try:
        seat = seat_after(head + rest)
    except UserError:
        return
    actor = seat.invocation("ping").actor
    assert Account.parse(str(actor.account)) == actor.account


@pytest.mark.parametrize(
    ("seat", "prompt"),
    [
        (Seat(), "> "),
        (Seat("news"), "news> "),
        (Seat(role=Role.POSTER), "poster> "),
        (Seat("news", Role.MODERATOR, "ann"), "news moderator ann> "),
    ],
)
def test_the_prompt_shows_what_is_not_as_usual(seat: Seat, prompt: str) -> None:
    assert seat.prompt == prompt


async def test_help_names_the_moves_in_the_readers_language() -> None:
    at = Terminal.at("empty", language="uk")
    said = await at.say("/help")
    assert "/join ROOM" in said
    assert "moderator" in said
    assert "кімнати" in said


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("/", ["/join", "/as", "/close", "/open", "/help"]),
        ("/j", ["/join"]),
        ("/as mo", ["moderator"]),
        ("/as moderator a", []),
        ("/join n", []),
    ],
)
def test_the_moves_are_completed(line: str, offered: list[str]) -> None:
    at = Terminal.at("empty")
    assert [one.text for one in at.conversation().endings(line)] == offered
