"""Moderation as a whole, driven at random, against a model of what each file says to the byte."""

from __future__ import annotations

import os
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from moderation_model import BROKEN, KILLED, ModerationModel

from community_bot.domain.values import SourceKind, StatusValue
from community_bot.moderation.change import ChangeState
from community_bot.moderation.draft import Draft

# It takes a fraction of that; what fails is made shorter and shorter before it is shown.
pytestmark = pytest.mark.timeout(600)

ANN, BEN = 1, 2
FIELDS = ("names.en.text", "names.uk.text", "about.text.en", "weak_aliases")
VALUES = ("One Word", "Another Word", "Слово")
PEOPLE = ("ann-lee", "bo-dahl")
SOURCES = ("paper", "https://example.org/first", "https://example.org/second")

UNFINISHED = {"change-conflict", "change-broken", "change-not-written", "change-pending"}


class Moderation(ModerationModel):
    """What may happen."""

    # What people do.

    async def submit(self, draft: Awaitable[Draft]) -> None:
        await self.office.reviewer.submit(await draft, ANN)

    def propose(self, draft: Awaitable[Draft]) -> None:
        key = self.error(self.submit(draft))
        # What one can draft fits: nobody comes between.
        assert key not in UNFINISHED

    @rule(
        entry=st.sampled_from(PEOPLE),
        field=st.sampled_from(FIELDS),
        value=st.sampled_from(VALUES),
        source=st.sampled_from(SOURCES),
    )
    def edit(self, entry: str, field: str, value: str, source: str) -> None:
        draft = self.office.drafter.edit(entry, field, value, source=source)
        self.propose(draft)

    @rule(
        entry=st.sampled_from(PEOPLE),
        value=st.sampled_from([StatusValue.RELEASED, StatusValue.DIED, StatusValue.UNKNOWN]),
        day=st.sampled_from(["2020-01-01", "2021-05"]),
    )
    def status(self, entry: str, value: StatusValue, day: str) -> None:
        draft = self.office.drafter.status(entry, value, date=day, source=SOURCES[1])
        self.propose(draft)

    @rule(entry=st.sampled_from((*PEOPLE, "example-first", "cy-ek", "paper")))
    def withdraw(self, entry: str) -> None:
        draft = self.office.drafter.withdraw(entry)
        self.propose(draft)

    @rule()
    def add(self) -> None:
        draft = self.office.drafter.add_person(
            "cy-ek", "Cy Ek", StatusValue.RELEASED, date="2021", source=SOURCES[2]
        )
        self.propose(draft)

    @rule()
    def add_source(self) -> None:
        draft = self.office.drafter.add_source(
            SOURCES[1], title="First", publisher="Somebody", language="en", type_=SourceKind.MEDIA
        )
        self.propose(draft)

    @precondition(lambda self: self.of_state(ChangeState.OPEN))
    @rule(data=st.data(), approves=st.booleans())
    def decide(self, data: st.DataObject, *, approves: bool) -> None:
        change = data.draw(st.sampled_from(self.of_state(ChangeState.OPEN)))
        fits = all(self.files.get(it.path) == it.before for it in change.files)
        is_in_the_way = self.is_frozen or self.is_broken
        self.meant = {change.id}
        reviewer = self.office.reviewer
        if not approves:
            assert self.error(reviewer.reject(change.id, BEN)) in {"", KILLED, "change-is-expired"}
            return
        other = ANN if change.author == BEN else BEN
        key = self.error(reviewer.approve(change.id, other))
        match key:
            case "":
                assert not is_in_the_way
            case "change-conflict":
                assert not fits
            case "change-broken":
                assert fits
            case "change-is-expired":
                assert change.expires_at <= self.clock.now()
            case _:
                assert is_in_the_way or key == KILLED, key

    @precondition(lambda self: self.of_state(ChangeState.APPLIED))
    @rule(data=st.data(), count=st.integers(1, 3))
    def undo(self, data: st.DataObject, count: int) -> None:
        applied = [it.id for it in self.of_state(ChangeState.APPLIED)]
        ids = data.draw(st.lists(st.sampled_from(applied), min_size=1, max_size=count, unique=True))
        known = dict(self.files)
        key = self.error(self.office.reviewer.undo(ids, BEN))
        assert key not in UNFINISHED
        undone = self.states[ids[0]]
        if len(ids) == 1 and undone.state is ChangeState.UNDONE:
            for file in undone.files:
                if known.get(file.path) == file.after:
                    # A source that others cite since then stays.
                    assert self.files.get(file.path) in (file.before, file.after)

    @rule(days=st.integers(1, 15))
    def wait(self, days: int) -> None:
        self.clock.moment += timedelta(days=days)
        now = self.clock.now()
        self.meant = {it.id for it in self.of_state(ChangeState.OPEN) if it.expires_at <= now}
        self.do(self.office.settler.tick())
        self.do(self.office.reviewer.tick())
        if self.left is None:
            self.do(self.office.reviewer.tick())
            assert all(self.states[it].state is ChangeState.EXPIRED for it in self.meant)

    @rule()
    def freeze_or_unfreeze(self) -> None:
        reviewer = self.office.reviewer
        act = reviewer.unfreeze if self.is_frozen else reviewer.freeze
        assert self.error(act(BEN)) in {"", KILLED}

    # What happens to the files and to the machine.

    @rule(entry=st.sampled_from(PEOPLE), says_more=st.booleans())
    def hand(self, entry: str, *, says_more: bool) -> None:
        path = f"people/{entry}.yaml"
        text = self.files.get(path)
        if text in {None, BROKEN}:
            return
        assert text is not None
        name = f"\n  de: {{text: Hand {entry}}}".encode()
        new = (
            text.replace(name, b"")
            if name in text
            else text.replace(b"\nnames:", b"\nnames:" + name)
        )
        self.by_hand({path: new if says_more else text + b"# by hand\n"})

    @rule()
    def break_and_mend(self) -> None:
        path = "people/ann-lee.yaml"
        text = self.files.get(path)
        if text == BROKEN:
            self.by_hand({path: self.served[path]})
        elif text is not None:
            self.by_hand({path: BROKEN})

    @rule()
    def pull(self) -> None:
        """Let git bring a new source and two entries that cite it, or take all that back."""
        paths = [f"people/{it}.yaml" for it in PEOPLE]
        texts = [self.files.get(it) for it in paths]
        if any(text in (None, BROKEN) for text in texts):
            return
        source = self.files["sources/paper.yaml"].replace(b"paper", b"pulled")
        new = {"sources/pulled.yaml": source}
        for path, text in zip(paths, texts, strict=True):
            assert text is not None
            new[path] = text.replace(b"cite: [paper]}\nreviewed", b"cite: [pulled]}\nreviewed")
        self.by_hand(new)

    @rule(steps=st.integers(1, 40))
    def arm(self, steps: int) -> None:
        self.left = steps

    @rule()
    def restart(self) -> None:
        self.begin_again()
        self.learn()


_HEALTH = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
Moderation.TestCase.settings = settings(
    max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=_HEALTH
)
TestModeration = Moderation.TestCase


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif("FULL_LOOPS" not in os.environ, reason="takes ten minutes")
def test_it_holds_for_long() -> None:
    run_state_machine_as_test(
        Moderation,
        settings=settings(
            max_examples=300, stateful_step_count=60, deadline=None, suppress_health_check=_HEALTH
        ),
    )
