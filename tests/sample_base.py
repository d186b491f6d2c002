"""A small knowledge base of invented entries, on disk, that a test changes to its need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from community_bot.knowledge.folder import Folder, read_folder

_FILES = {
    "about.yaml": """\
        # yaml-language-server: $schema=schema/about.json
        title: {en: Sample}
        description: {en: Made for tests.}
        main_statement: appeal
        standings:
          military: {en: military court}
        """,
    "people/ann-lee.yaml": """\
        # yaml-language-server: $schema=../schema/person.json
        id: ann-lee
        kind: person
        names:
          en: {text: Ann Lee, cite: [paper]}
          uk: {text: Енн Лі}
        aliases:
          - {text: Anna Lee, tag: en}
        weak_aliases: [Ann]
        born: {value: "1970", cite: [paper]}
        posts:
          - {title: {en: Teacher}, since: "2001", until: "2010-05", cite: [paper]}
        events:
          - type: verdict
            date: "2017-09-22"
            case: the-case
            standing: military
            sentence: {years: 2, months: 6, suspended: true}
            cite: [paper]
            conflicts:
              - {field: date, value: "2017-09-23", cite: [paper]}
        status: {value: released, since: "2019", as_of: "2019-09-07", cite: [paper]}
        reviewed: "2024-01-02"
        """,
    "people/bo-dahl.yaml": """\
        # yaml-language-server: $schema=../schema/person.json
        id: bo-dahl
        kind: person
        names:
          en: {text: Bo Dahl}
        status: {value: unknown, as_of: "2018", cite: [paper]}
        reviewed: "2024-01-02"
        """,
    "organisations/union.yaml": """\
        # yaml-language-server: $schema=../schema/organisation.json
        id: union
        kind: organisation
        names:
          en: {text: The Union}
        links: ["https://union.example.org/"]
        reviewed: "2024-01-02"
        """,
    "cases/the-case.yaml": """\
        # yaml-language-server: $schema=../schema/case.json
        id: the-case
        kind: case
        names:
          en: {text: The Case}
        about: {text: {en: A case.}, cite: [paper]}
        reviewed: "2024-01-02"
        """,
    "resolutions/r-1.yaml": """\
        # yaml-language-server: $schema=../schema/resolution.json
        id: r-1
        kind: resolution
        title: {text: {en: On Ann Lee}, cite: [paper]}
        body: union
        date: {value: "2016-05-12", cite: [paper]}
        vote: {in_favour: 70, against: 26, abstentions: 77, cite: [paper]}
        points:
          - {text: {en: Asks for her release.}, about: [ann-lee], cite: [paper]}
        also_dated:
          - {date: "2016-03-12", where: appeal, note: {en: A slip.}}
        reviewed: "2024-01-02"
        """,
    "statements/appeal.yaml": """\
        # yaml-language-server: $schema=../schema/statement.json
        id: appeal
        kind: statement
        title: {text: {en: An appeal}, cite: [paper]}
        issuer: {en: some citizens}
        publisher: union
        date: {value: "2017-10", cite: [paper]}
        language: en
        cite: [paper]
        paragraphs:
          - label: "L1"
            part: lead
            text: Some citizens wrote to the Union.
            mentions:
              - {ref: union, surface: the Union}
          - label: "1"
            part: body
            text: We ask to free A. Lee at once.
            mentions:
              - {ref: ann-lee, surface: A. Lee}
            notes:
              - {surface: at once, note: {en: She was free.}, about: ann-lee, cite: [paper]}
          - label: "2"
            part: body
            text: We thank everyone.
        versions:
          - language: uk
            paragraphs:
              - {label: "2", text: Дякуємо всім.}
            cite: [paper]
        summary:
          - {text: {en: It asks to free Ann Lee.}, paragraphs: ["1"], persons: [ann-lee]}
          - {text: {en: It gives thanks.}, paragraphs: ["2"]}
        demands:
          - {text: {en: Free her.}, paragraph: "1", about: [ann-lee]}
        reviewed: "2024-01-02"
        """,
    "sources/paper.yaml": """\
        # yaml-language-server: $schema=../schema/source.json
        id: paper
        kind: source
        title: The paper
        publisher: A publisher
        date: "2017-10-25"
        url: https://example.org/paper
        language: en
        type: media
        reviewed: "2024-01-02"
        """,
}


@dataclass(frozen=True, slots=True)
class Base:
    """The folder of the base, and how to change and read it."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Write a file, its lines moved left."""
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8", newline="")

    def replace(self, path: str, old: str, new: str) -> None:
        """Put ``new`` where ``old``, which must be there, stands first."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        (self.root / path).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    def read(self) -> Folder:
        """Read it as for the first time."""
        return read_folder(self.root)

    def problems(self) -> list[str]:
        """Return the problems as ``path:line:column key``."""
        found = self.read().problems
        return [f"{it.path}:{it.line}:{it.column} {it.key}" for it in found]


def make_base(root: Path) -> Base:
    """Write a base that has every kind of entry and no problem."""
    base = Base(root)
    root.mkdir()
    for path, text in _FILES.items():
        base.write(path, text)
    return base
