"""The folder on disk: what is read, what is refused, and what a change makes be read again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_base import Base, make_base

from community_bot.domain.entities import About, Person
from community_bot.knowledge.folder import Folder, read_folder

ANN = "people/ann-lee.yaml"
pytestmark = pytest.mark.timeout(20)


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return make_base(tmp_path / "base")


def test_a_record_says_what_the_file_says_and_what_state_it_was_in(base: Base) -> None:
    folder = base.read()
    record = folder.records[ANN]
    data = (base.root / ANN).read_bytes()
    assert isinstance(record.entry, Person)
    assert record.entry.names["en"].text == "Ann Lee"
    assert record.path == ANN
    assert record.digest == hashlib.sha256(data).hexdigest()
    assert folder.files[ANN].stamp == ((base.root / ANN).stat().st_mtime_ns, len(data))
    assert len(record.revision) == 10


def test_about_is_a_record_too(base: Base) -> None:
    assert isinstance(base.read().records["about.yaml"].entry, About)


def test_an_empty_base_is_valid(tmp_path: Path) -> None:
    folder = read_folder(tmp_path)
    assert (folder.problems, dict(folder.records)) == ((), {})


def test_a_base_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    (problem,) = read_folder(tmp_path / "nowhere").problems
    assert problem.key == "problem-no-folder"


def test_a_base_that_is_a_file_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "base").write_text("")
    (problem,) = read_folder(tmp_path / "base").problems
    assert problem.key == "problem-no-folder"


def test_what_is_no_entry_is_left_alone(base: Base) -> None:
    for path in ("README.md", ".git", "people/NOTES.md", "people/.ann-lee.yaml.swp", "people/x~"):
        base.write(path, "anything")
    base.write("schema/person.json", "{}")
    assert base.problems() == []


UNEXPECTED = {
    "people/Ann.yaml": "problem-file-name",
    "people/ANN-LEE.yaml": "problem-file-name",
    "people/ann-lee.yml": "problem-file-name",
    "people/ann lee.yaml": "problem-file-name",
    "people/-ann.yaml": "problem-file-name",
    "people/x..%2f.env.yaml": "problem-file-name",
    "people/аnn.yaml": "problem-file-name",
    f"people/{'a' * 65}.yaml": "problem-file-name",
    "people/ann.json": "problem-file-name",
    "people/\x1b[31m\n.yaml": "problem-file-name",
    "people/\udcff.yaml": "problem-file-name",
    "notes.txt": "problem-unexpected",
    "About.yaml": "problem-unexpected",
}


@pytest.mark.parametrize("path", sorted(UNEXPECTED))
def test_a_file_of_another_name_is_one_problem(path: str, base: Base) -> None:
    base.write(path, "id: x\n")
    (problem,) = base.read().problems
    assert problem.key == UNEXPECTED[path]
    assert problem.path.isprintable()
    assert problem.path == path or not path.isprintable()


@pytest.mark.parametrize("path", ["people/more", "persons"])
def test_a_folder_where_none_belongs_is_one_problem(path: str, base: Base) -> None:
    (base.root / path).mkdir()
    assert base.problems() == [f"{path}:1:1 problem-unexpected"]


def test_a_link_to_a_file_is_refused(base: Base, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("id: secret\n")
    (base.root / "people/cy.yaml").symlink_to(secret)
    assert base.problems() == ["people/cy.yaml:1:1 problem-not-regular"]


def test_a_link_to_a_folder_is_refused(base: Base, tmp_path: Path) -> None:
    (base.root / "organisations").rename(tmp_path / "elsewhere")
    (base.root / "organisations").symlink_to(tmp_path / "elsewhere")
    assert "organisations:1:1 problem-not-regular" in base.problems()
    assert not any("elsewhere" in path for path in base.read().records)


def test_a_pipe_is_refused_and_not_waited_for(base: Base) -> None:
    os.mkfifo(base.root / "people/cy.yaml")
    assert base.problems() == ["people/cy.yaml:1:1 problem-not-regular"]


def test_a_base_behind_a_link_is_read(base: Base, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(base.root)
    assert read_folder(tmp_path / "link").records.keys() == base.read().records.keys()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_one_problem(base: Base) -> None:
    (base.root / ANN).chmod(0)
    assert base.problems() == [f"{ANN}:1:1 problem-unreadable"]


def test_a_file_without_its_schema_line_is_one_problem(base: Base) -> None:
    base.replace(ANN, "# yaml-language-server: $schema=../schema/person.json\n", "")
    assert base.problems() == [f"{ANN}:1:1 problem-schema-line"]
    base.replace(ANN, "id:", "# yaml-language-server: $schema=../schema/case.json\nid:")
    assert base.problems() == [f"{ANN}:1:1 problem-schema-line"]


def test_windows_line_ends_change_no_revision(base: Base) -> None:
    before = base.read().records[ANN]
    data = (base.root / ANN).read_bytes()
    (base.root / ANN).write_bytes(data.replace(b"\n", b"\r\n"))
    after = base.read().records[ANN]
    assert after.revision == before.revision
    assert after.digest != before.digest


def test_a_file_with_a_problem_has_no_record_and_the_others_keep_theirs(base: Base) -> None:
    base.replace(ANN, "value: released", "value: free")
    folder = base.read()
    assert [it.path for it in folder.problems] == [ANN]
    assert ANN not in folder.records
    assert len(folder.records) == 7


def test_problems_are_in_the_order_of_the_files(base: Base) -> None:
    base.replace("sources/paper.yaml", "type: media", "type: x")
    base.replace(ANN, "value: released", "value: free")
    base.replace(ANN, '"1970"', '"70"')
    base.write("about.yaml", "")
    problems = base.read().problems
    assert list(problems) == sorted(problems)
    assert len(problems) == 5


def test_progress_is_told_from_nothing_to_all(base: Base) -> None:
    told: list[tuple[int, int]] = []
    read_folder(base.root, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 8), (8, 8)]


def test_after_a_change_all_other_records_are_the_same_objects(base: Base) -> None:
    before = base.read()
    base.replace(ANN, "Teacher", "Farmer")
    told: list[tuple[int, int]] = []
    after = read_folder(
        base.root, previous=before, changed=[ANN], progress=lambda *it: told.append(it)
    )
    assert told == [(0, 1), (1, 1)]
    assert after.records[ANN].revision != before.records[ANN].revision
    kept = before.records.keys() - {ANN}
    assert all(after.records[path] is before.records[path] for path in kept)


def test_without_a_list_of_changes_the_stamps_tell(base: Base) -> None:
    before = base.read()
    base.replace(ANN, "Teacher", "Dressmaker")
    (base.root / "people/bo-dahl.yaml").unlink()
    after = read_folder(base.root, previous=before)
    assert [path for path, it in after.records.items() if it is not before.records[path]] == [ANN]
    assert before.records.keys() - after.records.keys() == {"people/bo-dahl.yaml"}


def test_a_source_that_goes_and_comes_back_troubles_those_who_cite_it(base: Base) -> None:
    before = base.read()
    path = base.root / "sources/paper.yaml"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    without = read_folder(base.root, previous=before, changed=["sources/paper.yaml"])
    assert {it.key for it in without.problems} == {"problem-reference"}
    assert without.records.keys() == {"about.yaml", "organisations/union.yaml"}
    path.write_text(text, encoding="utf-8")
    again = read_folder(base.root, previous=without, changed=["sources/paper.yaml"])
    assert again.problems == ()
    assert again.records[ANN] is before.records[ANN]


STATEMENT = "statements/appeal.yaml"
UNION = "organisations/union.yaml"
_EDITS = (
    (ANN, "text: Ann Lee", "text: Bo Dahl"),
    (ANN, "text: Anna Lee", "text: gives thanks"),
    (ANN, "case: the-case", "case: no-case"),
    (ANN, "value: released", "value: free"),
    ("people/bo-dahl.yaml", "text: Bo Dahl", "text: Ann Lee"),
    ("people/bo-dahl.yaml", "id: bo-dahl", "id: bo"),
    ("about.yaml", "military:", "martial:"),
    ("about.yaml", "title:", "titel:"),
    (STATEMENT, "persons: [ann-lee]", "persons: [bo-dahl]"),
    (STATEMENT, "It gives thanks", "Bo Dahl gives thanks"),
    (UNION, "The Union", "The League"),
)
_PLACES = tuple(sorted({path for path, _, _ in _EDITS} | {"cases/the-case.yaml"}))
_STEPS = st.one_of(
    st.tuples(st.just("edit"), st.integers(0, len(_EDITS) - 1)),
    st.tuples(st.just("remove"), st.integers(0, len(_PLACES) - 1)),
    st.tuples(st.just("restore"), st.integers(0, len(_PLACES) - 1)),
    st.tuples(st.just("move"), st.integers(0, len(_PLACES) - 1)),
)


def _take(step: tuple[str, int], root: Path, originals: dict[str, str]) -> list[str]:
    """Change the base on disk and return which paths that touched."""
    action, index = step
    path = _EDITS[index][0] if action == "edit" else _PLACES[index]
    file = root / path
    if action == "restore":
        file.write_text(originals[path], encoding="utf-8")
    elif action == "remove":
        file.unlink(missing_ok=True)
    elif action == "move" and file.exists():
        # The same id under another kind, which the file itself denies.
        file.rename(root / "cases" / file.name)
        return [path, f"cases/{file.name}"]
    elif action == "edit" and file.exists():
        text = file.read_text(encoding="utf-8")
        _, old, new = _EDITS[index]
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [path]


@given(st.lists(_STEPS, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_after_any_changes_the_outcome_is_that_of_a_fresh_reading(
    steps: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        base = make_base(Path(temporary) / "base")
        originals = {path: (base.root / path).read_text(encoding="utf-8") for path in _PLACES}
        told = stamped = base.read()
        for step in steps:
            changed = _take(step, base.root, originals)
            told = read_folder(base.root, previous=told, changed=changed)
            stamped = read_folder(base.root, previous=stamped)
            _assert_same(told, base.read())
            _assert_same(stamped, told)


def _assert_same(one: Folder, other: Folder) -> None:
    assert one.problems == other.problems
    assert one.records == other.records
    assert one.offers == other.offers
