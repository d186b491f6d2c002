from __future__ import annotations

from terminal import StillClock

from community_bot.core.limits import Allowance, Limiter, Rate
from community_bot.domain.address import Actor, Platform

SOMEBODY = Actor(Platform.MATRIX, "@somebody:example.org")
SOMEBODY_ELSE = Actor(Platform.DISCORD, "1")


def test_a_burst_is_granted_then_one_notice_then_silence() -> None:
    limiter = Limiter(Rate(burst=3, per_second=1), StillClock())
    outcomes = [limiter.ask(SOMEBODY) for _ in range(6)]
    assert outcomes == [
        *[Allowance.GRANTED] * 3,
        Allowance.NOTICE,
        Allowance.SILENCE,
        Allowance.SILENCE,
    ]


def test_one_actor_does_not_use_up_what_another_may_ask() -> None:
    limiter = Limiter(Rate(burst=1, per_second=1), StillClock())
    assert limiter.ask(SOMEBODY) is Allowance.GRANTED
    assert limiter.ask(SOMEBODY) is Allowance.NOTICE
    assert limiter.ask(SOMEBODY_ELSE) is Allowance.GRANTED


def test_time_gives_tokens_back() -> None:
    clock = StillClock()
    limiter = Limiter(Rate(burst=1, per_second=0.5), clock)
    limiter.ask(SOMEBODY)
    clock.seconds = 1.9
    assert limiter.ask(SOMEBODY) is Allowance.NOTICE
    clock.seconds = 2.1
    assert limiter.ask(SOMEBODY) is Allowance.GRANTED


def test_whoever_has_been_quiet_is_forgotten() -> None:
    clock = StillClock()
    limiter = Limiter(Rate(burst=2, per_second=1), clock)
    for number in range(2000):
        limiter.ask(Actor(Platform.DISCORD, str(number)))
    clock.seconds = 3600
    limiter.ask(SOMEBODY)
    assert limiter.remembered == 1
