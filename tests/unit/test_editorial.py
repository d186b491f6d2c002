"""Moderation wired as the bot has it: what it records, whom it reminds, who decides."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from terminal import BASES, StillClock

from community_bot.adapters.terminal.asking import Seat
from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.app.colleagues import Colleagues
from community_bot.app.editorial import Care, is_writable
from community_bot.app.locating import BUILT_IN
from community_bot.app.wiring import Bot, wire
from community_bot.core.authority import Authority
from community_bot.core.render.text import render_text
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Platform, Role
from community_bot.domain.document import Reply
from community_bot.domain.errors import UserError
from community_bot.domain.grants import PowerLevel
from community_bot.moderation.change import Change, ChangeKind, ChangeState, FileChange
from community_bot.moderation.policy import Policy
from community_bot.storage.database import Database

ANN = Seat(role=Role.MODERATOR, name="ann")
MATHIEU = "people/mathieu-dreyfus.yaml"
DAY = timedelta(days=1)


@dataclass(slots=True)
class Desk:
    """A bot over a base and a database of its own, and what it shows in its rooms."""

    root: Path
    database: Database
    clock: StillClock
    shown: list[Shown]
    bot: Bot

    @classmethod
    def of(cls, root: Path, database: Database, clock: StillClock, care: Care) -> Desk:
        shown: list[Shown] = []
        bot = wire(
            load_snapshot(root),
            clock=clock,
            database=database,
            carriers=[TerminalCarrier(shown.append)],
            care=care,
        )
        return cls(root, database, clock, shown, bot)

    def again(self) -> Desk:
        """Return what a new process makes of the same files and the same database."""
        return Desk.of(self.root, self.database, self.clock, Care())

    async def ask(self, line: str) -> Reply:
        reply = await self.bot.dispatcher.dispatch(ANN.invocation(line))
        assert reply is not None
        return reply

    async def say(self, line: str) -> str:
        return render_text(await self.ask(line))

    async def posted(self, days: float = 0) -> list[str]:
        self.clock.moment += timedelta(days=days)
        await self.bot.settle()
        texts = [one.text for one in self.shown]
        self.shown.clear()
        return texts

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    async def rewrite(self, path: str, old: str, new: str) -> None:
        text = self.text(path)
        assert text.count(old) == 1
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")
        assert not (await self.bot.snapshot.reload([path])).problems


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    database = await Database.in_memory()
    made = Desk.of(root, database, StillClock(), Care())
    await made.say("channel add name=team moderators=yes")
    await made.posted()
    yield made
    await database.close()


async def test_every_revision_that_was_served_is_known_after_a_restart_too(desk: Desk) -> None:
    first = desk.bot.snapshot.current.reference("mathieu-dreyfus")
    await desk.rewrite(MATHIEU, "elder brother", "eldest brother")
    second = desk.bot.snapshot.current.reference("mathieu-dreyfus")
    await desk.posted(days=1)
    await desk.rewrite(MATHIEU, "eldest brother", "big brother")
    await desk.posted(days=1)
    later = desk.again()
    await later.posted()
    for reference, was in ((first, "the elder"), (second, "the eldest")):
        said = await later.say(f"verify {reference}")
        assert said.startswith("Published, and outdated\n")
        assert f"Was: Manufacturer, {was} brother" in said
        assert "Now: Manufacturer, the big brother" in said
    assert "The change was `C1`" in await later.say(f"verify {first}")
    assert "The change was `C2`" in await later.say(f"verify {second}")
    assert (await later.say("verify mathieu-dreyfus@aaaaaaaaaa")).startswith("Never published\n")


async def test_an_entry_that_is_gone_was_published_all_the_same(desk: Desk) -> None:
    source = desk.root / "sources" / "extra.yaml"
    text = desk.text("sources/passy.yaml").replace("id: passy", "id: extra")
    source.write_text(text.replace("https://", "https://www.", 1), encoding="utf-8")
    assert not (await desk.bot.snapshot.reload(["sources/extra.yaml"])).problems
    reference = desk.bot.snapshot.current.reference("extra")
    await desk.posted(days=1)
    source.unlink()
    assert not (await desk.bot.snapshot.reload(["sources/extra.yaml"])).problems
    await desk.posted(days=1)
    said = await desk.say(f"verify {reference}")
    assert "until 23 November 2026, 12:00 (UTC). Since then it has no entry" in said
    assert "`C2`" in said


async def test_when_somebody_looked_at_it_is_no_difference(desk: Desk) -> None:
    reference = desk.bot.snapshot.current.reference("mathieu-dreyfus")
    text = desk.text(MATHIEU).replace("elder brother", "big brother")
    (desk.root / MATHIEU).write_text(text.replace("2026-11-22", "2026-11-23"), encoding="utf-8")
    assert not (await desk.bot.snapshot.reload([MATHIEU])).problems
    await desk.posted()
    said = await desk.say(f"verify {reference}")
    assert "about.text.en" in said
    assert "reviewed" not in said


async def test_an_entry_that_was_found_right_is_due_no_more_and_corrects_nothing(
    desk: Desk,
) -> None:
    reference = desk.bot.snapshot.current.reference("mathieu-dreyfus")
    before = desk.text(MATHIEU)
    assert await desk.posted(days=89) == []
    (digest,) = await desk.posted(days=2)
    assert "`kb right emile-zola`" in digest
    assert "• `mathieu-dreyfus`" in await desk.say("kb due")
    await desk.say("kb right mathieu-dreyfus")
    assert desk.text(MATHIEU) == before.replace('"2026-11-22"', '"2027-02-21"')
    assert "mathieu-dreyfus" not in await desk.say("kb due")
    assert "mathieu-dreyfus" not in await desk.say("kb due page=2")
    assert desk.bot.snapshot.current.reference("mathieu-dreyfus") == reference
    async with desk.database.moderation.read() as kept:
        (change,) = await kept.changes.in_states({ChangeState.APPLIED})
        rows = await kept.audit.rows()
    assert (change.kind, change.author) == (ChangeKind.REVIEW, change.decided_by)
    assert [(row.what, row.actor) for row in rows] == [
        ("right", change.author),
        ("apply", change.author),
    ]


async def test_a_status_that_grew_stale_is_due_once_until_somebody_looked(desk: Desk) -> None:
    await desk.rewrite(
        MATHIEU, '  value: died\n  as_of: "1930-10"', '  value: released\n  as_of: "2025-02-01"'
    )
    await desk.rewrite(
        MATHIEU,
        '  - type: died\n    date: "1930-10-22"',
        '  - type: released\n    date: "2025-02-01"',
    )
    (head,) = await desk.posted(days=71)
    assert "audit" in head
    (digest,) = await desk.posted(days=1)
    assert "Entries that somebody should look at again: 1." in digest
    said = await desk.say("kb due")
    assert "its status is known only as of 1 February 2025" in said
    await desk.say("kb right mathieu-dreyfus")
    assert "Nothing is due" in await desk.say("kb due")


async def test_the_digest_comes_once_a_week_though_the_bot_was_restarted(desk: Desk) -> None:
    assert len(await desk.posted(days=120)) == 1
    assert await desk.posted(days=6.9) == []
    later = desk.again()
    assert await later.posted() == []
    assert len(await later.posted(days=0.2)) == 1


async def test_nothing_can_be_found_right_while_editing_is_frozen(desk: Desk) -> None:
    await desk.posted(days=100)
    await desk.bot.editorial.reviewer.freeze(1)
    reply = await desk.ask("kb right mathieu-dreyfus")
    assert reply.error is not None
    assert reply.error.key == "editing-frozen"
    assert "2026-11-22" in desk.text(MATHIEU)


async def test_looking_at_many_entries_freezes_nothing(desk: Desk) -> None:
    desk.clock.moment += 100 * DAY
    for due in (await desk.bot.editorial.duty.due())[:12]:
        reply = await desk.ask(f"kb right {due.entry.id}")
        assert reply.error is None
    draft = await desk.bot.editorial.drafter.edit("mathieu-dreyfus", "weak_aliases", "Mat")
    change = await desk.bot.editorial.reviewer.submit(draft, 1)
    assert change.state is ChangeState.OPEN


async def test_the_head_of_the_audit_is_told_the_day_after_and_only_when_it_has_moved(
    desk: Desk,
) -> None:
    async with desk.database.moderation.begin() as kept:
        row = await kept.audit.append(desk.clock.now(), 1, "freeze", "")
    assert await desk.posted() == []
    assert await desk.posted(days=0.4) == []
    (told,) = await desk.posted(days=0.2)
    assert f"ends with row 1; its hash is {row.hash}." in told
    assert await desk.posted(days=1) == []
    later = desk.again()
    assert await later.posted(days=1) == []
    async with desk.database.moderation.begin() as kept:
        row = await kept.audit.append(desk.clock.now(), 1, "unfreeze", "")
    assert await later.posted() == []
    (told,) = await later.posted(days=1)
    assert row.hash in told


async def test_a_start_finishes_what_a_crash_left_half_done(desk: Desk) -> None:
    before = (desk.root / MATHIEU).read_bytes()
    after = before.replace(b"elder brother", b"big brother")
    async with desk.database.moderation.begin() as kept:
        change = await kept.changes.add(
            Change(
                kind=ChangeKind.EDIT,
                state=ChangeState.ACCEPTED,
                author=1,
                decided_by=2,
                summary="kb edit mathieu-dreyfus about.text.en",
                files=(FileChange(path=MATHIEU, before=before, after=after),),
                created_at=desk.clock.now(),
                decided_at=desk.clock.now(),
            )
        )
    later = desk.again()
    await later.bot.editorial.recover()
    assert (desk.root / MATHIEU).read_bytes() == after
    assert "big brother" in await later.say("person mathieu-dreyfus")
    async with desk.database.moderation.read() as kept:
        found = await kept.changes.get(change.id)
    assert found is not None
    assert found.state is ChangeState.APPLIED


async def test_the_services_record_a_hand_edit_by_themselves(desk: Desk) -> None:
    running = asyncio.create_task(desk.bot.run())
    reference = desk.bot.snapshot.current.reference("mathieu-dreyfus")
    await desk.rewrite(MATHIEU, "elder brother", "big brother")
    async with asyncio.timeout(20):
        while "Published, and outdated" not in await desk.say(f"verify {reference}"):
            pass
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_base_that_cannot_be_written_refuses_in_words(desk: Desk) -> None:
    desk.bot.editorial.applier.is_read_only = True
    desk.clock.moment += 100 * DAY
    reply = await desk.ask("kb right mathieu-dreyfus")
    assert reply.error is not None
    assert reply.error.key == "editing-read-only"
    draft = await desk.bot.editorial.drafter.touch("mathieu-dreyfus")
    with pytest.raises(UserError) as raised:
        await desk.bot.editorial.reviewer.submit(draft, 1)
    assert raised.value.key == "editing-read-only"
    async with desk.database.moderation.read() as kept:
        assert not await kept.changes.in_states(set(ChangeState))


def test_the_copy_that_came_with_the_program_is_not_edited(tmp_path: Path) -> None:
    assert is_writable(tmp_path)
    assert not is_writable(BUILT_IN)
    assert not is_writable(BUILT_IN / "people")


async def test_the_settings_say_when_an_entry_is_due(desk: Desk) -> None:
    care = Care(policy=Policy(review_after=timedelta(days=10)))
    other = Desk.of(desk.root, desk.database, desk.clock, care)
    desk.clock.moment += 11 * DAY
    assert await desk.bot.editorial.duty.due() == ()
    assert len(await other.bot.editorial.duty.due()) == 41


async def alone(desk: Desk, number: int, *admins: Account) -> bool:
    authority = Authority(desk.database.team, admins, {}, desk.clock)
    return await Colleagues(desk.database.team, authority).is_alone(number)


async def test_somebody_is_alone_only_while_no_other_person_may_decide(desk: Desk) -> None:
    team = desk.database.team
    ann = await team.join(Account(Platform.MATRIX, "@ann:example.org"), "Ann")
    assert await team.join(Account(Platform.DISCORD, "1"), "Ann") == ann
    bob = await team.join(Account(Platform.DISCORD, "2"), "Bob")
    await team.grant(Role.MODERATOR, ann, ())
    await team.grant(Role.EDITOR, bob, ())
    assert await alone(desk, ann)
    assert await alone(desk, ann, Account(Platform.DISCORD, "1"))
    assert not await alone(desk, bob)
    assert not await alone(desk, ann, Account(Platform.DISCORD, "2"))
    assert not await alone(desk, ann, Account(Platform.DISCORD, "3"))
    await team.grant(Role.MODERATOR, PowerLevel(Platform.MATRIX, "!a:example.org", 50), ())
    assert not await alone(desk, ann)


async def test_people_are_called_by_name_or_number_and_never_by_account(desk: Desk) -> None:
    team = desk.database.team
    colleagues = Colleagues(team, Authority(team, (), {}, desk.clock))
    ann = await team.join(Account(Platform.MATRIX, "@ann:example.org"), "Ann")
    bob = await team.number_of(Account(Platform.DISCORD, "2"))
    assert await colleagues.known_as(ann) == f"Ann (#{ann})"
    assert await colleagues.name_of(ann) == "Ann"
    assert await colleagues.known_as(bob) == f"#{bob}"
    assert await colleagues.name_of(bob) == ""
    seat = await team.number_of(Account(Platform.TERMINAL, "vera"))
    assert await colleagues.known_as(seat) == f"vera (#{seat})"
    assert await colleagues.known_as(None) == "–"
    await team.forget(Account(Platform.MATRIX, "@ann:example.org"))
    assert await colleagues.known_as(ann) == f"#{ann}"


async def test_a_change_is_a_commit_where_the_setting_says_so(tmp_path: Path) -> None:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    _git(root, "init", "--quiet")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "first")
    database = await Database.in_memory()
    desk = Desk.of(root, database, StillClock(), Care(in_git=True))
    try:
        said = await desk.say('kb edit mathieu-dreyfus about.text.en "Kin." source=maison-zola')
    finally:
        await database.close()
    assert "`C1`" in said
    author, file = _git(root, "log", "-1", "--format=%ae", "--name-only").split()
    assert (author, file) == ("member-1@community-bot.invalid", MATHIEU)
    assert _git(root, "status", "--porcelain") == ""


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@x", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - nothing of anybody else's
