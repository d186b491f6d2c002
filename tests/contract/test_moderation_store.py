"""What moderation keeps is kept alike by every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from stored import NOON, at

from community_bot.moderation.change import (
    Change,
    ChangeKind,
    ChangeState,
    FileChange,
    Remark,
    Served,
    erased_id,
    hash_of,
)
from community_bot.storage.database import Database

OPEN = Change(
    kind=ChangeKind.EDIT,
    state=ChangeState.OPEN,
    author=1,
    summary="ann status.value",
    note="she was freed",
    source="a-newspaper",
    risks=("risk-status",),
    undoes=(4, 7),
    files=(
        FileChange(path="sources/a.yaml", before=None, after="id: a – ї\n".encode()),
        FileChange(path="people/ann.yaml", before=b"old", after=b"new"),
        FileChange(path="people/bob.yaml", before=b"old", after=None),
    ),
    created_at=NOON,
)


async def test_a_change_is_kept_whole_with_its_files_in_order(database: Database) -> None:
    async with database.moderation.begin() as tx:
        kept = await tx.changes.add(OPEN)
    async with database.moderation.read() as tx:
        assert await tx.changes.get(kept.id) == replace(OPEN, id=kept.id)
        assert await tx.changes.get(kept.id + 1) is None


async def test_what_waits_is_known_by_its_number_and_its_age(database: Database) -> None:
    async with database.moderation.begin() as tx:
        first = await tx.changes.add(OPEN)
        second = await tx.changes.add(replace(OPEN, created_at=at(1), summary="bob names"))
        await tx.changes.add(replace(OPEN, state=ChangeState.REJECTED))
    first, second = (replace(one, files=()) for one in (first, second))
    async with database.moderation.read() as tx:
        assert await tx.changes.waiting() == {first.id: OPEN.summary, second.id: "bob names"}
        assert await tx.changes.opened_until(NOON - timedelta(seconds=1)) == []
        assert await tx.changes.opened_until(NOON) == [first]
        assert await tx.changes.opened_until(at(1)) == [first, second]
        assert await tx.changes.opened_until(at(1), limit=1) == [first]


async def test_a_change_that_is_decided_keeps_its_files(database: Database) -> None:
    async with database.moderation.begin() as tx:
        kept = await tx.changes.add(OPEN)
        done = replace(kept, state=ChangeState.APPLIED, decided_by=2, decided_at=at(1))
        await tx.changes.change(done)
    async with database.moderation.read() as tx:
        assert await tx.changes.get(kept.id) == done
        assert await tx.changes.in_states({ChangeState.OPEN}) == []
        assert await tx.changes.in_states({ChangeState.APPLIED}) == [done]
        listed = await tx.changes.in_states({ChangeState.APPLIED}, listed=True)
        assert listed == [replace(done, files=())]


async def test_changes_are_found_by_file_and_by_author(database: Database) -> None:
    async with database.moderation.begin() as tx:
        first = await tx.changes.add(replace(OPEN, state=ChangeState.APPLIED))
        other = await tx.changes.add(replace(OPEN, author=2, created_at=at(5)))
        last = await tx.changes.add(replace(OPEN, state=ChangeState.UNDONE, created_at=at(9)))
    first, other, last = (replace(one, files=()) for one in (first, other, last))
    async with database.moderation.read() as tx:
        assert await tx.changes.of_paths(["people/ann.yaml"]) == [last, first]
        assert await tx.changes.of_paths(["people/ann.yaml"], limit=1) == [last]
        assert await tx.changes.of_paths(["people/none.yaml"]) == []
        assert await tx.changes.by(1, NOON) == [first, last]
        assert await tx.changes.by(1, at(9)) == [last]
        assert await tx.changes.by(2, NOON) == [other]


async def test_remarks_stay_in_order(database: Database) -> None:
    async with database.moderation.begin() as tx:
        kept = await tx.changes.add(OPEN)
        said = [Remark(change=kept.id, at=at(it), author=it, text=f"{it}") for it in (2, 1)]
        for one in said:
            await tx.changes.remark(one)
    async with database.moderation.read() as tx:
        assert await tx.changes.remarks(kept.id) == said
        assert await tx.changes.remarks(kept.id + 1) == []
        assert [await tx.changes.said_by(2, since) for since in (NOON, at(2), at(3))] == [1, 1, 0]


def revision(name: str, **changes: object) -> Served:
    plain = Served(entry="ann", revision=name, path="people/ann.yaml", text=b"x", since=NOON)
    return replace(plain, **changes)  # type: ignore[arg-type]


async def test_every_revision_that_was_served_is_known_for_ever(database: Database) -> None:
    async with database.moderation.begin() as tx:
        await tx.revisions.record([revision("one", text=b"first")], [], NOON)
        await tx.revisions.record([revision("two", since=at(1), change=3)], ["ann"], at(1))
    async with database.moderation.read() as tx:
        assert await tx.revisions.current() == {"ann": "two"}
        assert await tx.revisions.current([*map(str, range(1200)), "ann"]) == {"ann": "two"}
        assert await tx.revisions.current(["somebody-else"]) == {}
        assert await tx.revisions.current([]) == {}
        assert await tx.revisions.find("ann", "one") == revision("one", text=b"first", until=at(1))
        assert await tx.revisions.find("ann", "two") == revision("two", since=at(1), change=3)
        assert await tx.revisions.find("ann", "three") is None
        assert await tx.revisions.find("bob", "one") is None


async def test_a_revision_that_comes_back_is_served_again(database: Database) -> None:
    async with database.moderation.begin() as tx:
        await tx.revisions.record([revision("one")], [], NOON)
        await tx.revisions.record([revision("two")], ["ann"], at(1))
        await tx.revisions.record([revision("one", since=at(2))], ["ann"], at(2))
    async with database.moderation.read() as tx:
        assert await tx.revisions.current() == {"ann": "one"}


async def test_each_row_of_the_audit_holds_the_hash_of_the_one_before(database: Database) -> None:
    async with database.moderation.begin() as tx:
        assert await tx.audit.head() is None
        rows = [await tx.audit.append(at(it), it or None, "approve", f"C{it}") for it in range(3)]
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.before for row in rows] == ["", rows[0].hash, rows[1].hash]
    async with database.moderation.read() as tx:
        kept = await tx.audit.rows()
        assert kept == rows
        assert all(hash_of(row) == row.hash for row in kept)
        assert await tx.audit.rows(after=1, limit=1) == [rows[1]]
        assert await tx.audit.head() == rows[2]


async def test_a_hash_depends_on_all_that_a_row_says(database: Database) -> None:
    async with database.moderation.begin() as tx:
        row = await tx.audit.append(NOON, 1, "approve", "C1")
    others = (
        replace(row, number=2),
        replace(row, at=NOON + timedelta(microseconds=1)),
        replace(row, actor=None),
        replace(row, what="reject"),
        replace(row, about="C2"),
        replace(row, before="0"),
    )
    assert len({row.hash, *map(hash_of, others)}) == 7


async def test_marks_are_set_and_taken_away(database: Database) -> None:
    async with database.moderation.begin() as tx:
        assert await tx.marks.get("frozen") == ""
        await tx.marks.set("frozen", "by 1")
        await tx.marks.set("frozen", "by 2")
        assert await tx.marks.get("frozen") == "by 2"
        await tx.marks.set("frozen", "")
        assert await tx.marks.get("frozen") == ""


async def test_open_proposals_and_recent_changes_are_counted_by_person(database: Database) -> None:
    async with database.moderation.begin() as tx:
        first = await tx.changes.add(OPEN)
        await tx.changes.add(replace(OPEN, state=ChangeState.REJECTED))
        other = await tx.changes.add(replace(OPEN, author=2, created_at=at(5)))
    async with database.moderation.read() as tx:
        assert [await tx.changes.open_of(it) for it in (1, 2, 3)] == [1, 1, 0]
        assert await tx.changes.since(at(5)) == [replace(other, files=())]
        assert (await tx.changes.since(NOON))[0] == replace(first, files=())


async def test_of_an_erased_entry_a_hash_is_left(database: Database) -> None:
    done = replace(OPEN, state=ChangeState.APPLIED, summary="kb edit ann, ann-marie about")
    about_her = FileChange(path="cases/x.yaml", before=b"of ann", after=b"of nobody")
    not_her = FileChange(path="cases/y.yaml", before=b"of ann-marie", after=b"")
    async with database.moderation.begin() as tx:
        own = await tx.changes.add(done)
        other = await tx.changes.add(replace(done, files=(about_her, not_her)))
        waiting = await tx.changes.add(replace(OPEN, files=(about_her,)))
        await tx.changes.remark(Remark(change=own.id, at=NOON, author=1, text="of her"))
        of_her = revision("r", entry="x", text=b"of ann", path="cases/x.yaml", until=at(1))
        now = replace(of_her, revision="s", until=None)
        served = [revision("one", until=at(1)), of_her, now]
        await tx.revisions.record(served, [], NOON)
        assert await tx.changes.touching("ann") == ([own.id], [])
        assert await tx.revisions.texts("ann") == [b"x"]
        await tx.changes.erase("ann", {"ann"})
        await tx.revisions.erase("ann", {"ann"})
    mark = erased_id("ann")
    async with database.moderation.read() as tx:
        kept, remarks = await tx.changes.get(own.id), await tx.changes.remarks(own.id)
        assert kept is not None
        assert (kept.summary, kept.note, kept.source) == (
            f"kb edit {mark[:12]}, ann-marie about",
            "",
            "",
        )
        assert kept.files[1] == FileChange(path=f"people/{mark}.yaml", before=None, after=None)
        assert [kept.files[0], kept.files[2]] == [OPEN.files[0], OPEN.files[2]]
        assert remarks == []
        found = await tx.changes.get(other.id)
        assert found is not None
        assert found.files == (replace(about_her, before=None, after=None), not_her)
        # What somebody is to decide on is left whole.
        assert await tx.changes.get(waiting.id) == waiting
        assert await tx.revisions.find("ann", "one") == revision(
            "one", entry=mark, text=b"", path="", until=at(1)
        )
        mention = await tx.revisions.find("x", "r")
        assert mention is not None
        assert mention.text == b""
        assert await tx.revisions.find("x", "s") == now
