from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from terminal import BASES, Terminal

from community_bot.core.snapshot import KnowledgeError, Snapshot, load_snapshot
from community_bot.domain.address import Role
from community_bot.knowledge.archive import load_archive, save_archive
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.folder import Folder

ZOLA = Path("people/emile-zola.yaml")
ABOUT = Path("about.yaml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))


def edit(root: Path, path: Path, old: str, new: str) -> None:
    before = (root / path).read_text(encoding="utf-8")
    assert old in before
    (root / path).write_text(before.replace(old, new), encoding="utf-8")


async def test_a_changed_file_is_served_and_the_others_are_not_read_again(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current
    edit(root, ZOLA, "[Émile]", "[Émile, Emil]")
    report = await snapshot.reload({ZOLA.as_posix()})
    assert (report.changed, report.problems) == (1, ())
    after = snapshot.current
    assert after.revision("emile-zola") != before.revision("emile-zola")
    others = [id_ for id_ in before.entries if id_ != "emile-zola"]
    assert all(after.entries[id_] is before.entries[id_] for id_ in others)


async def test_a_file_that_is_written_again_as_it_was_makes_no_new_base(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current
    said = (root / ZOLA).read_bytes()
    edit(root, ZOLA, "[Émile]", "[Émil]")
    (root / ZOLA).write_bytes(said)
    for changed in ({ZOLA.as_posix()}, None):
        report = await snapshot.reload(changed)
        assert (report.changed, report.problems) == (0, ())
    assert snapshot.current is before
    edit(root, ZOLA, "[Émile]", "[Émile, Emil]")
    assert (await snapshot.reload({ZOLA.as_posix()})).changed == 1


async def test_a_base_that_is_served_never_changes(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current
    said = before.search.search("accuse")
    (root / ZOLA).unlink()
    await snapshot.reload()
    assert "emile-zola" in before.entries
    assert before.search.search("accuse") == said


async def test_a_broken_file_keeps_the_last_good_base_and_every_answer_says_so(root: Path) -> None:
    snapshot = load_snapshot(root)
    terminal = Terminal.at(snapshot, role=Role.MODERATOR)
    good = await terminal.say("person zola")
    edit(root, ZOLA, "kind: person", "kind: prison")
    said = await terminal.say("reload")
    assert f"{ZOLA.as_posix()}:" in said
    assert snapshot.is_outdated
    marked = await terminal.say("person zola")
    assert marked != good
    assert good.splitlines()[0] in marked
    edit(root, ZOLA, "kind: prison", "kind: person")
    await terminal.say("reload")
    assert await terminal.say("person zola") == good


async def test_a_mended_file_is_noticed_though_another_one_is_named(root: Path) -> None:
    snapshot = load_snapshot(root)
    edit(root, ZOLA, "kind: person", "kind: prison")
    await snapshot.reload({ZOLA.as_posix()})
    edit(root, ZOLA, "kind: prison", "kind: person")
    report = await snapshot.reload({"about.yaml"})
    assert report.problems == ()


async def test_what_is_not_as_it_was_read_is_read_again_though_nobody_named_it(root: Path) -> None:
    snapshot = load_snapshot(root)
    edit(root, ZOLA, "[Émile]", "[Émile, Emil]")
    edit(root, ABOUT, "en:", "en:  ")
    seen: list[str] = []

    async def admit(folder: Folder) -> bool:
        digest = folder.records[ZOLA.as_posix()].digest
        assert digest not in seen, "the same again"
        seen.append(digest)
        return digest == hashlib.sha256((root / ZOLA).read_bytes()).hexdigest()

    assert not (await snapshot.serve({ABOUT.as_posix()}, admit)).problems
    assert len(seen) == 2


async def test_listeners_hear_of_a_new_base_and_of_nothing_else(root: Path) -> None:
    snapshot = load_snapshot(root)
    heard: list[KnowledgeBase] = []

    async def listen(base: KnowledgeBase) -> None:
        heard.append(base)

    snapshot.subscribe(listen)
    await snapshot.reload()
    edit(root, ZOLA, "kind: person", "kind: prison")
    await snapshot.reload()
    assert heard == []
    edit(root, ZOLA, "kind: prison", "kind: person")
    edit(root, ZOLA, "[Émile]", "[Émile, Emil]")
    await snapshot.reload()
    assert heard == [snapshot.current]


def test_a_base_with_problems_is_not_loaded(root: Path) -> None:
    edit(root, ZOLA, "kind: person", "kind: prison")
    with pytest.raises(KnowledgeError) as caught:
        load_snapshot(root)
    assert {problem.path for problem in caught.value.problems} >= {ZOLA.as_posix()}


async def test_a_new_entry_and_a_removed_one_are_found_and_not_found(root: Path) -> None:
    snapshot = load_snapshot(root)
    terminal = Terminal.at(snapshot)
    text = (root / ZOLA).read_text(encoding="utf-8")
    path = root / "people" / "somebody-new.yaml"
    path.write_text(
        f"{text.splitlines()[0]}\nid: somebody-new\nkind: person\n"
        "names: {en: {text: Somebody Brandnew}}\n"
        'status: {value: unknown, as_of: "1900", cite: [aurore-87]}\nreviewed: "2026-11-22"\n',
        encoding="utf-8",
    )
    report = await snapshot.reload({"people/somebody-new.yaml"})
    assert report.problems == ()
    assert "Somebody Brandnew" in await terminal.say("person brandnew")
    assert "Brandnew" in await terminal.say("find brandnew")
    path.unlink()
    await snapshot.reload({"people/somebody-new.yaml"})
    assert (await terminal.ask("person brandnew")).error is not None
    assert "somebody-new" not in await terminal.say("find brandnew")


def test_the_last_good_base_can_be_kept_and_loaded(root: Path, tmp_path: Path) -> None:
    snapshot = load_snapshot(root)
    kept = tmp_path / "state" / "kept.zip"
    save_archive(snapshot.folder, kept)
    shutil.rmtree(root)
    folder = load_archive(kept)
    assert folder is not None
    base = KnowledgeBase.of(folder)
    assert {id_: base.revision(id_) for id_ in base.entries} == {
        id_: snapshot.current.revision(id_) for id_ in snapshot.current.entries
    }


def test_a_file_that_changed_after_it_was_read_is_not_kept_as_good(
    root: Path, tmp_path: Path
) -> None:
    snapshot: Snapshot = load_snapshot(root)
    kept = tmp_path / "kept.zip"
    edit(root, ZOLA, "kind: person", "kind: prison")
    save_archive(snapshot.folder, kept)
    assert load_archive(kept) is None


@pytest.mark.parametrize("content", [b"", b"PK no archive", b"\0" * 100])
def test_a_torn_archive_is_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kept.zip"
    path.write_bytes(content)
    assert load_archive(path) is None
