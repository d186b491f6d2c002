"""Every problem that reading a file can find has a sentence, and the sentence all it needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from community_bot.core.i18n import Texts, available_languages
from community_bot.core.reporting import problem_line
from community_bot.knowledge.folder import read_folder
from community_bot.knowledge.problems import Problem

FIRST = "# yaml-language-server: $schema=../schema/person.json\n"
PERSON = (
    FIRST
    + """id: jane
kind: person
names: {en: {text: Jane Doe}}
status: {value: released, as_of: "2020", cite: [book]}
reviewed: "2026-11-22"
"""
)
BROKEN = {
    "unknown key": PERSON + "colour: red\n",
    "mistyped key": PERSON + "alases: []\n",
    "missing key": PERSON.replace("kind: person\n", ""),
    "missing status": PERSON.replace(
        'status: {value: released, as_of: "2020", cite: [book]}\n', ""
    ),
    "wrong status": PERSON.replace("released", "relased"),
    "another kind": PERSON.replace("kind: person", "kind: case"),
    "no such date": PERSON.replace("2020", "2020-02-30"),
    "no date at all": PERSON.replace("2020", "lately"),
    "a day to come": PERSON.replace('as_of: "2020"', 'as_of: "2030-01-01"'),
    "no source": PERSON.replace("[book]", "[]"),
    "unknown source": PERSON,
    "no English": PERSON.replace("en: {text", "fr: {text"),
    "another id": PERSON.replace("id: jane", "id: joan"),
    "mixed scripts": PERSON.replace("Jane", "Jаne"),
    "invisible": PERSON.replace("Jane", "Ja\u200bne"),
    "direction": PERSON.replace("Jane", "Ja\u202ene"),
    "separator": PERSON.replace("Jane", "Ja\u2028ne"),
    "control": PERSON.replace("Jane", "Ja\x07ne"),
    "replacement": PERSON.replace("Jane", "Ja\ufffdne"),
    "marks": PERSON.replace("Jane", "Ja" + "\u0338" * 30 + "ne"),
    "not composed": PERSON.replace("Jane", "Jane\u0301"),
    "anchor": PERSON.replace("{en:", "&a {en:"),
    "tag": PERSON.replace("Jane Doe", "!!python/name:os.system x"),
    "twice": PERSON + "kind: person\n",
    "second document": PERSON + "---\nid: x\n",
    "directive": "%YAML 1.1\n---\n" + PERSON,
    "open quotation": PERSON.replace('"2020"', '"2020'),
    "open bracket": PERSON.replace("[book]", "[book"),
    "colon": PERSON + "about: a: b\n",
    "indentation": PERSON + "  aliases: []\n",
    "list": PERSON + "aliases: one\n",
    "map": PERSON + "born: 1990\n",
    "text": PERSON.replace("Jane Doe", "[Jane]"),
    "nothing": PERSON.replace("{text: Jane Doe}", ""),
    "no words": PERSON.replace("Jane Doe", '" "'),
    "list at the top": FIRST + "- one\n",
    "empty": "",
    "inferred": PERSON + 'born: {value: "1990", cite: [book], check: inferred}\n',
    "period": PERSON + "events: [{type: detained, date: '2020', until: '2019', cite: [book]}]\n",
    "conflict": PERSON.replace(
        "cite: [book]}", "cite: [book], conflicts: [{field: colour, value: red, cite: [book]}]}"
    ),
    "empty conflict": PERSON.replace(
        "cite: [book]}", "cite: [book], conflicts: [{field: value, cite: [book]}]}"
    ),
    "conflict's value": PERSON.replace(
        "cite: [book]}", "cite: [book], conflicts: [{field: value, value: x, cite: [book]}]}"
    ),
    "standing": PERSON + "events: [{type: verdict, date: '2020', standing: odd, cite: [book]}]\n",
    "schema line": PERSON.removeprefix(FIRST),
    "too deep": FIRST + "id: " + "[" * 100 + "]" * 100,
    "reference of another kind": PERSON + "events: [{type: trial, date: '2020', case: jane,"
    " cite: [book]}]\n",
}


def problems_of(tmp_path: Path, text: str) -> Iterable[Problem]:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "jane.yaml").write_bytes(text.encode())
    return read_folder(tmp_path).problems


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_explained_in_every_language(tmp_path: Path, text: str) -> None:
    problems = tuple(problems_of(tmp_path, text))
    assert problems
    for tag in available_languages():
        for problem in problems:
            line = problem_line(Texts(tag), problem)
            assert line.startswith(f"people/jane.yaml:{problem.line}:{problem.column}: ")
            assert "{" not in line.replace(str(text), "")


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    (problem,) = read_folder(tmp_path / "nowhere").problems
    assert "nowhere" in problem_line(Texts("en"), problem)


@pytest.mark.parametrize("name", ["Jane.yaml", "jane.yml", "ja ne.yaml", "jane.yaml.yaml"])
def test_a_file_of_an_odd_name_is_explained(tmp_path: Path, name: str) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / name).write_text(PERSON, encoding="utf-8")
    for problem in read_folder(tmp_path).problems:
        assert problem_line(Texts("en"), problem)
