"""From trees to entries: what the schema complains of, and what editors are given."""

from __future__ import annotations

import contextlib
import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from community_bot.domain.entities import About, Person, Source
from community_bot.domain.values import Check, Date, EntryId, Flag, Kind, SourceKind, Url
from community_bot.knowledge.problems import MOST_PROBLEMS, BrokenFileError
from community_bot.knowledge.reading.shapes import Root
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.knowledge.schema import read_entry, revision_of, schema_files, schema_line

SOURCE = """\
id: paper
kind: source
title: The paper
title_inferred: true
publisher: A publisher
url: https://example.org/
language: en
type: media
reviewed: "2024-01-02"
"""
PERSON = """\
id: ann-lee
kind: person
names: {en: {text: Ann Lee}}
events:
  - type: verdict
    date: "2017"
    sentence: {years: 2, suspended: true}
    cite: [paper]
status: {value: released, as_of: "2019", cite: [paper]}
reviewed: "2024-01-02"
"""


FILES = schema_files()


def _example(alias: object) -> str:
    """Return what the domain gives as an example of a kind of text."""
    found: str = get_args(alias)[1].example
    return found


def _read(text: str, root: Root) -> object:
    data = text.encode()
    return read_entry(read_tree(data, "f"), root, data, "f")


def _problems(text: str, root: Root) -> list[tuple[str, dict[str, str | int]]]:
    with pytest.raises(BrokenFileError) as caught:
        _read(text, root)
    found = caught.value.problems
    return [(f"{it.line}:{it.column} {it.key}", it.values) for it in found]


def test_text_becomes_what_the_schema_says_it_is() -> None:
    source = _read(SOURCE, Kind.SOURCE)
    assert isinstance(source, Source)
    assert source.title_inferred is True
    assert source.type is SourceKind.MEDIA
    assert source.date is None
    person = _read(PERSON, Kind.PERSON)
    assert isinstance(person, Person)
    assert person.events[0].sentence is not None
    assert person.events[0].sentence.years == 2
    assert person.names["en"].check is Check.SEEN
    assert person.events[0].cite == ("paper",)


def test_about_is_read() -> None:
    about = _read("title: {en: T}\ndescription: {en: D}\nfallbacks: {uk: [en]}\n", "about")
    assert about == About(title={"en": "T"}, description={"en": "D"}, fallbacks={"uk": ("en",)})


COMPLAINTS: dict[str, tuple[str, str, str, dict[str, str | int]]] = {
    "a misspelt key": (
        "title_inferred",
        "title_infered",
        "4:1 problem-key-unknown-like",
        {"name": "title_infered", "meant": "title_inferred"},
    ),
    "an unknown key": ("title_inferred", "zzz", "4:1 problem-key-unknown", {"name": "zzz"}),
    "a missing key": (
        "publisher: A publisher\n",
        "",
        "1:1 problem-key-missing",
        {"name": "publisher"},
    ),
    "an empty value": ("The paper", "", "3:1 problem-nothing", {"name": "title"}),
    "a value that is no text": (
        "The paper",
        "[The, paper]",
        "3:8 problem-not-text",
        {"name": "title"},
    ),
    "a text without words": ("The paper", '""', "3:8 problem-no-words", {}),
    "a word that is not listed": (
        "type: media",
        "type: medium",
        "8:7 problem-not-listed-like",
        {"value": "medium", "meant": "media", "known": "primary, court, ngo, media, wiki"},
    ),
    "a word like none that is listed": (
        "type: media",
        "type: zzz",
        "8:7 problem-not-listed",
        {"value": "zzz"},
    ),
    "a date in another order": (
        '"2024-01-02"',
        "02.01.2024",
        "9:11 problem-pattern",
        {"value": "02.01.2024", "example": _example(Date)},
    ),
    "a truth value in other words": (
        "title_inferred: true",
        "title_inferred: yes",
        "4:17 problem-pattern",
        {"value": "yes", "example": _example(Flag)},
    ),
    "an address that no browser takes": (
        "https://example.org/",
        "javascript:alert(1)",
        "6:6 problem-pattern",
        {"value": "javascript:alert(1)", "example": _example(Url)},
    ),
    "an id that leads out of the folder": (
        "id: paper",
        "id: ../../paper",
        "1:5 problem-pattern",
        {"value": "../../paper", "example": _example(EntryId)},
    ),
    "the kind of another folder": (
        "kind: source",
        "kind: person",
        "2:7 problem-kind",
        {"value": "person", "kind": "source"},
    ),
    "no kind": ("kind: source\n", "", "1:1 problem-key-missing", {"name": "kind"}),
    "an empty kind": ("kind: source", "kind:", "2:1 problem-nothing", {"name": "kind"}),
}


@pytest.mark.parametrize("name", COMPLAINTS)
def test_the_schema_complains_of(name: str) -> None:
    old, new, problem, arguments = COMPLAINTS[name]
    assert old in SOURCE
    ((found, values),) = _problems(SOURCE.replace(old, new), Kind.SOURCE)
    assert found == problem
    assert values.items() >= arguments.items()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{en: {text: Ann Lee}}", "{en: Ann Lee}", "3:13 problem-not-map"),
        ("{en: {text: Ann Lee}}", "{EN: {text: Ann Lee}}", "3:9 problem-pattern"),
        ("{en: {text: Ann Lee}}", "[Ann Lee]", "3:8 problem-not-map"),
        ("{en: {text: Ann Lee}}", "{en: {txt: Ann Lee, text: A}}", "3:14 problem-key-unknown-like"),
        ("years: 2", "years: two", "7:23 problem-pattern"),
        ("years: 2", "years: 02", "7:23 problem-pattern"),
        ("    cite: [paper]\n", "", "5:5 problem-key-missing"),
        ("cite: [paper]\nstatus", "cite: paper\nstatus", "8:11 problem-not-list"),
        ("cite: [paper]\nstatus", "cite:\nstatus", "8:5 problem-nothing"),
        ("cite: [paper]\nstatus", "cite: [a, [b]]\nstatus", "8:15 problem-not-text"),
        ("cite: [paper]\nstatus", "cite: [a, ~]\nstatus", "8:15 problem-nothing"),
    ],
)
def test_a_complaint_about_a_part_is_put_where_the_part_is(
    old: str, new: str, problem: str
) -> None:
    assert old in PERSON
    assert [it[0] for it in _problems(PERSON.replace(old, new), Kind.PERSON)] == [problem]


def test_all_complaints_about_a_file_come_at_once() -> None:
    text = SOURCE.replace("type: media", "type: zzz").replace("language: en", "language: English")
    assert [it[0] for it in _problems(text, Kind.SOURCE)] == [
        "7:11 problem-pattern",
        "8:7 problem-not-listed",
    ]


def test_a_flood_of_complaints_is_cut() -> None:
    flood = "".join(f"k{number}: 1\n" for number in range(5000))
    assert len(_problems(SOURCE + flood, Kind.SOURCE)) == MOST_PROBLEMS


def test_a_long_value_is_shown_in_part() -> None:
    ((_, values),) = _problems(
        SOURCE.replace("language: en", f"language: {'x' * 500}"), Kind.SOURCE
    )
    assert len(str(values["value"])) == 60


_KEYS = {name: sorted(json.loads(text)["properties"]) for name, text in FILES.items()}
_VALUES = st.recursive(
    st.none() | st.sampled_from(["", "en", "2017", "a-b"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["en", "text", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from([*Kind, "about"]), st.data())
@settings(max_examples=100)
def test_no_tree_does_more_than_give_problems(root: Root, data: st.DataObject) -> None:
    keys = st.sampled_from([*_KEYS[f"{root}.json"], "x"])
    tree: dict[str, Any] = data.draw(st.dictionaries(keys, _VALUES, max_size=5))
    if root != "about":
        tree["kind"] = str(root)
    with contextlib.suppress(BrokenFileError):
        read_entry(tree, root, b"", "f")


def test_the_revision_is_of_what_is_said_not_of_how() -> None:
    one = read_tree(b"# hello\na: 'x'\nb: [y, z]\nreviewed: 2020\n", "f")
    other = read_tree(b"reviewed: 2021\nb:\n- y\n- z\na: x\n", "f")
    assert revision_of(one) == revision_of(other) == "gzmoc2lxjm"


@pytest.mark.parametrize(
    "tree", [{"a": "x", "b": ["z", "y"]}, {"a": "y", "b": []}, {"a": None}, {"c": "x"}, {}]
)
def test_another_content_is_another_revision(tree: dict[str, Tree]) -> None:
    assert revision_of(tree) != revision_of({"a": "x", "b": ["y", "z"]})


def test_the_schema_line_leads_from_the_file_to_its_schema() -> None:
    assert schema_line(Kind.PERSON).endswith("$schema=../schema/person.json")
    assert schema_line("about").endswith("$schema=schema/about.json")


def test_editors_get_a_valid_schema_for_each_kind_of_file() -> None:
    assert FILES.keys() == {f"{kind}.json" for kind in Kind} | {"about.json"}
    for text in FILES.values():
        Draft202012Validator.check_schema(json.loads(text))
    assert schema_files() == FILES


def test_the_json_schema_takes_what_the_reader_takes_and_nothing_unknown() -> None:
    check = Draft202012Validator(json.loads(FILES["person.json"]))
    person: dict[str, Any] = {
        "id": "ann-lee",
        "kind": "person",
        "names": {"en": {"text": "Ann Lee", "check": "inferred"}},
        "events": [{"type": "trial", "date": "2017", "sentence": {"years": 2}, "cite": []}],
        "status": {"value": "released", "as_of": "2019", "cite": ["paper"]},
        "reviewed": "2024-01-02",
    }
    assert check.is_valid(person)
    assert not check.is_valid({**person, "nmae": "x"})
    assert not check.is_valid({**person, "names": {"uk": {"text": "x"}}})
    assert not check.is_valid({**person, "names": {"EN": {"text": "x"}, "en": {"text": "x"}}})
    assert not check.is_valid({**person, "status": {"value": "free", "as_of": "1", "cite": []}})


def test_the_json_schema_explains_and_gives_examples() -> None:
    schema = json.loads(FILES["person.json"])
    assert schema["description"] == "A person whom statements or resolutions name."
    assert schema["properties"]["reviewed"]["examples"] == [_example(Date)]
    assert "exchanged" in schema["$defs"]["StatusValue"]["enum"]
