"""A base brought up to date is the base that a fresh reading makes."""

from __future__ import annotations

import shutil
from pathlib import Path

from terminal import BASES

from community_bot.domain.entities import Person, Source, Statement
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.folder import Folder, read_folder

ZOLA, PASSY = "people/emile-zola.yaml", "sources/passy.yaml"


def told(base: KnowledgeBase) -> dict[str, object]:
    """Return all that is derived from the entries, as far as it can be compared."""
    base.prepare()
    return {
        "about": (base.about, base.about_revision),
        "entries": dict(base.entries),
        "revisions": {id_: base.revision(id_) for id_ in base.entries},
        "fingerprint": base.fingerprint,
        "kinds": [base.of_kind(kind) for kind in (Person, Source, Statement)],
        "statuses": [base.with_status(person.status.value) for person in base.of_kind(Person)],
        "referrers": {id_: frozenset(ids) for id_, ids in base.referrers.items() if ids},
        "moments": base.moments(),
        "languages": base.languages,
        "found": [(hit.entry, hit.snippet) for hit in base.search.search("novelist")],
    }


def step(root: Path, path: str, text: str | None, before: tuple[Folder, KnowledgeBase]) -> Folder:
    """Write or remove a file; assert that both ways lead to the same base; return the folder."""
    if text is None:
        (root / path).unlink()
    else:
        (root / path).write_text(text, encoding="utf-8")
    folder = read_folder(root, previous=before[0], changed={path})
    assert folder.problems == ()
    assert told(before[1].updated(folder)) == told(KnowledgeBase.of(read_folder(root)))
    return folder


def test_whatever_changes_an_updated_base_is_that_of_a_fresh_reading(tmp_path: Path) -> None:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    said = {path: (root / path).read_text(encoding="utf-8") for path in (ZOLA, PASSY, "about.yaml")}
    folder = read_folder(root)
    base = KnowledgeBase.of(folder)
    base.prepare()
    extra = said[PASSY].replace("id: passy", "id: extra").replace("https://", "https://www.", 1)
    steps: tuple[tuple[str, str | None], ...] = (
        (ZOLA, said[ZOLA].replace("novelist", "writer")),
        (ZOLA, said[ZOLA].replace("names:\n", "names:\n  it: {text: Emilio Zola}\n")),
        (ZOLA, said[ZOLA]),
        ("sources/extra.yaml", extra),
        ("sources/extra.yaml", None),
        ("about.yaml", said["about.yaml"] + "# Nothing else.\n"),
    )
    for path, text in steps:
        folder = step(root, path, text, (folder, base))
        base = base.updated(folder)
        base.prepare()
