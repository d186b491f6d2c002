"""Killed again and again while it posts to Discord, delivery loses and repeats nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from ledger.checker import Verdict
from system.test_kill_loop import FORGOTTEN, KEPT, Loop
from system.test_kill_loop import run as run_loop

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")

SOON_FORGOTTEN = replace(FORGOTTEN, window=0.6)

run = partial(run_loop, host="ledger.discord", driver="system.discord.kill_driver")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("loop", [KEPT, SOON_FORGOTTEN], ids=["nonces-kept", "nonces-forgotten"])
def test_killed_at_every_point_it_loses_and_repeats_nothing(tmp_path: Path, loop: Loop) -> None:
    verdict, lives = run(loop, tmp_path)
    assert verdict == Verdict()
    assert lives.kills == loop.kills
    assert lives.died_at == set(loop.points)


def test_the_checker_sees_what_a_carrier_without_nonces_repeats(tmp_path: Path) -> None:
    verdict, _ = run(replace(KEPT, kills=5, posts=20, points=(), mutant="no-key"), tmp_path)
    assert verdict.repeated


def test_the_checker_sees_what_a_carrier_that_marks_before_it_sends_loses(tmp_path: Path) -> None:
    verdict, _ = run(replace(KEPT, kills=5, posts=20, points=(), mutant="mark-before"), tmp_path)
    assert verdict.lost
