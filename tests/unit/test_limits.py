from __future__ import annotations

from terminal import StillClock

from community_bot.core.limits import Allowance, Limiter, Rate, Rates
from community_bot.domain.address import Actor, Address, Platform

SOMEBODY = Actor(Platform.MATRIX, "@somebody:example.org")
SOMEBODY_ELSE = Actor(Platform.DISCORD, "1")
HERE = Address(Platform.MATRIX, room="!here:example.org")
ELSEWHERE = Address(Platform.MATRIX, room="!elsewhere:example.org")
WIDE = Rate(burst=1_000_000, per_second=1)


def each_with(rate: Rate) -> Rates:
    return Rates(per_actor=rate, per_room=WIDE, overall=WIDE)


def test_a_burst_is_granted_then_one_notice_then_silence() -> None:
    limiter = Limiter(each_with(Rate(burst=3, per_second=1)), StillClock())
    outcomes = [limiter.ask(SOMEBODY, HERE) for _ in range(6)]
    assert outcomes == [
        *[Allowance.GRANTED] * 3,
        Allowance.NOTICE,
        Allowance.SILENCE,
        Allowance.SILENCE,
    ]


def test_one_actor_does_not_use_up_what_another_may_ask() -> None:
    limiter = Limiter(each_with(Rate(burst=1, per_second=1)), StillClock())
    assert limiter.ask(SOMEBODY, HERE) is Allowance.GRANTED
    assert limiter.ask(SOMEBODY, HERE) is Allowance.NOTICE
    assert limiter.ask(SOMEBODY_ELSE, HERE) is Allowance.GRANTED


def test_time_gives_tokens_back() -> None:
    clock = StillClock()
    limiter = Limiter(each_with(Rate(burst=1, per_second=0.5)), clock)
    limiter.ask(SOMEBODY, HERE)
    clock.seconds = 1.9
    assert limiter.ask(SOMEBODY, HERE) is Allowance.NOTICE
    clock.seconds = 2.1
    assert limiter.ask(SOMEBODY, HERE) is Allowance.GRANTED


def test_whoever_has_been_quiet_is_forgotten() -> None:
    clock = StillClock()
    limiter = Limiter(each_with(Rate(burst=2, per_second=1)), clock)
    for number in range(2000):
        limiter.ask(Actor(Platform.DISCORD, str(number)), HERE)
    clock.seconds = 3600
    limiter.ask(SOMEBODY, HERE)
    assert limiter.remembered == 2  # somebody, and where they are


def test_many_in_one_room_are_told_once_and_other_rooms_go_on() -> None:
    limiter = Limiter(Rates(WIDE, Rate(burst=3, per_second=1), WIDE), StillClock())
    people = [Actor(Platform.MATRIX, f"@p{number}:example.org") for number in range(6)]
    outcomes = [limiter.ask(one, HERE) for one in people]
    assert outcomes == [
        *[Allowance.GRANTED] * 3,
        Allowance.NOTICE,
        Allowance.SILENCE,
        Allowance.SILENCE,
    ]
    assert limiter.ask(people[5], ELSEWHERE) is Allowance.GRANTED


def test_what_all_may_ask_has_an_end_too() -> None:
    limiter = Limiter(Rates(WIDE, WIDE, Rate(burst=2, per_second=1)), StillClock())
    assert limiter.ask(SOMEBODY, HERE) is Allowance.GRANTED
    assert limiter.ask(SOMEBODY_ELSE, ELSEWHERE) is Allowance.GRANTED
    assert limiter.ask(SOMEBODY, ELSEWHERE) is Allowance.NOTICE
    assert limiter.ask(SOMEBODY_ELSE, HERE) is Allowance.SILENCE


def test_whoever_asks_too_much_uses_up_nothing_of_their_room() -> None:
    rates = Rates(per_actor=Rate(burst=1, per_second=1), per_room=Rate(2, 1), overall=WIDE)
    limiter = Limiter(rates, StillClock())
    for _ in range(10):
        limiter.ask(SOMEBODY, HERE)
    assert limiter.ask(SOMEBODY_ELSE, HERE) is Allowance.GRANTED
