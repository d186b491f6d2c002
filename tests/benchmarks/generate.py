"""Synthetic knowledge bases: ``python tests/benchmarks/generate.py DIR --people N [--seed S]``.

The same seed makes the same files. Nobody in them exists: ``invented.toml`` says what the names are
composed of. Files are written as text, since a YAML library would take minutes for so many.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_INVENTED = tomllib.loads(Path(__file__).with_name("invented.toml").read_text(encoding="utf-8"))
_PLACES = tuple(_INVENTED["places"].items())
_POSTS = tuple(_INVENTED["posts"].items())
_BODIES = tuple(_INVENTED["bodies"].items())
_TRACKS = tuple((status, track.split()) for status, track in _INVENTED["tracks"].items())
_SPELLINGS = {
    tag: dict(pair.split(":") for pair in table.split())
    for tag, table in _INVENTED["spellings"].items()
}
_LANGUAGES = ("en", "uk", "ru", "tr")
_VOWELS = "aeioöuüy\N{LATIN SMALL LETTER DOTLESS I}"
_BEFORE_COURTS = frozenset(
    ("custody-ordered", "custody-extended", "house-arrest", "verdict", "appeal-rejected")
)
_STATEMENTS = 5
_PARAGRAPHS = 12
_LAST_DAY = "2026-01-31"
_REVIEWED = f'reviewed: "{_LAST_DAY}"\n'


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody's given name, surname and father's given name, in the spelling of the lists."""

    given: str
    surname: str
    father: str
    is_woman: bool

    def name(self, language: str) -> str:
        """Return the given name and the surname."""
        return f"{_spelt(self.given, language)} {_spelt(self.surname, language)}"

    def full_name(self, language: str) -> str:
        """Return the surname, the given name and the patronymic."""
        father = _spelt(self.father.rstrip(_VOWELS), language)
        patronymic = father + _INVENTED["patronymics"][language][self.is_woman]
        return f"{_spelt(self.surname, language)} {_spelt(self.given, language)} {patronymic}"


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes texts of files from one source of chance, citing from so many sources and cases."""

    random: Random
    sources: int
    cases: int

    def place(self) -> str:
        """Return where something happened."""
        english, ukrainian = self.random.choice(_PLACES)
        return f"{{en: {english}, uk: {ukrainian}}}"

    def day(self, first: int, last: int) -> date:
        """Return a day from the year ``first`` on and before the year ``last`` ends."""
        days = (date(last, 12, 31) - date(first, 1, 1)).days
        return date(first, 1, 1) + timedelta(days=self.random.randrange(days))

    def cite(self) -> str:
        """Return a citation of one source or two."""
        numbers = self.random.sample(range(self.sources), self.random.choice((1, 1, 1, 2)))
        return f"cite: [{', '.join(f'source-{number + 1}' for number in numbers)}]"

    def case(self) -> str:
        """Return the id of a case."""
        return f"case-{self.random.randrange(self.cases) + 1}"


def generate(folder: Path, people: int, seed: int = 1) -> None:
    """Write a base of ``people`` people into ``folder``, which must not hold one yet."""
    random = Random(seed)  # noqa: S311 - invented names are no secrets
    make = Maker(random, sources=max(20, people // 10), cases=max(2, people // 20))
    known = _with_ids(_invent(people, random))
    _write(folder, "people", ((id_, _person(make, id_, one)) for id_, one in known.items()))
    _write(folder, "organisations", map(_organisation, range(len(_BODIES))))
    _write(folder, "cases", (_case(make, number) for number in range(make.cases)))
    _write(folder, "resolutions", (_resolution(make, n) for n in range(max(4, people // 50))))
    _write(folder, "statements", (_statement(make, n, known) for n in range(_STATEMENTS)))
    _write(folder, "sources", (_source(make, number) for number in range(make.sources)))
    (folder / "about.yaml").write_text(_ABOUT, encoding="utf-8")


def _write(folder: Path, name: str, files: Iterator[tuple[str, str]]) -> None:
    place = folder / name
    place.mkdir(parents=True)
    for id_, text in files:
        (place / f"{id_}.yaml").write_text(text, encoding="utf-8")


@cache
def _spelt(word: str, language: str) -> str:
    table = _SPELLINGS[language]

    def letters(match: re.Match[str]) -> str:
        return table.get(match[0]) or "".join(table.get(one, one) for one in match[0])

    spelt = re.sub("y[aeiou]|.", letters, word)
    first = "İ" if language == "tr" and spelt[0] == "i" else spelt[0].upper()
    return first + spelt[1:]


def _invent(people: int, random: Random) -> Iterator[Invented]:
    """Yield people whose names all differ, for as long as the lists have names left."""
    names = list(_all_names())
    while people > 0:
        picked = random.sample(names, min(people, len(names)))
        people -= len(picked)
        for given, surname, fathers, is_woman in picked:
            yield Invented(given, surname, random.choice(fathers), is_woman)


def _all_names() -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    for tradition in _INVENTED["traditions"]:
        fathers = tuple(tradition["men"].split())
        for root in tradition["roots"].split():
            for ending in tradition["endings"].split():
                of_men, _, of_women = ending.partition("/")
                for given in fathers:
                    yield given, _surname(root, of_men), fathers, False
                for given in tradition["women"].split():
                    yield given, _surname(root, of_women or of_men), fathers, True


def _surname(root: str, ending: str) -> str:
    if ending == "-":
        return root
    return (root.rstrip(_VOWELS) if ending.startswith(tuple(_VOWELS)) else root) + ending


def _with_ids(people: Iterator[Invented]) -> dict[str, Invented]:
    known: dict[str, Invented] = {}
    for one in people:
        id_ = plain = one.name("en").lower().replace(" ", "-")
        namesakes = 1
        while id_ in known:
            namesakes += 1
            id_ = f"{plain}-{namesakes}"
        known[id_] = one
    return known


def _head(kind: str, id_: str) -> str:
    return f"# yaml-language-server: $schema=../schema/{kind}.json\nid: {id_}\nkind: {kind}\n"


def _person(make: Maker, id_: str, one: Invented) -> str:
    status, track = make.random.choice(_TRACKS)
    english, ukrainian = make.random.choice(_POSTS)
    since = make.random.randrange(1990, 2014)
    case = make.case()
    day = make.day(2014, 2023)
    lines = ["names:"]
    lines += [f"  {tag}: {{text: {one.name(tag)}}}" for tag in _LANGUAGES]
    lines.append("aliases:")
    lines += [f"  - {{text: {one.full_name(tag)}, tag: {tag}}}" for tag in ("en", "uk", "ru")]
    lines.append(f"weak_aliases: [{_spelt(one.given, 'en')}]")
    lines.append(f'born: {{value: "{make.day(1940, 1999)}", place: {make.place()}, {make.cite()}}}')
    lines.append("posts:")
    lines.append(f"  - title: {{en: {english}, uk: {ukrainian}}}")
    lines.append(f'    since: "{since}"\n    {make.cite()}')
    lines.append("events:")
    for type_ in track:
        lines += _event(make, type_, day, case)
        day += timedelta(days=make.random.randrange(10, 200))
    lines.append(f'status: {{value: {status}, as_of: "{min(str(day), _LAST_DAY)}", {make.cite()}}}')
    if make.random.random() < 1 / 4:
        remark = f"Some lists of the time name {make.random.choice(_PLACES)[0]} instead."
        lines.append(f"notes:\n  - text: {{en: {remark}}}\n    {make.cite()}")
    return _head("person", id_) + "\n".join(lines) + "\n" + _REVIEWED


def _event(make: Maker, type_: str, day: date, case: str) -> Iterator[str]:
    if type_ not in _BEFORE_COURTS:
        yield f'  - {{type: {type_}, date: "{day}", place: {make.place()}, {make.cite()}}}'
        return
    english, ukrainian = make.random.choice(_PLACES)
    yield f'  - type: {type_}\n    date: "{day}"\n    case: {case}'
    yield f"    court: {{en: District Court of {english}, uk: Районний суд ({ukrainian})}}"
    yield "    standing: de-facto"
    if type_ == "verdict":
        yield f'    articles: ["CC {make.random.randrange(200, 300)}(2)"]'
        yield f'    sentence: {{years: "{make.random.randrange(1, 15)}", months: "6"}}'
    yield f"    {make.cite()}"


def _organisation(number: int) -> tuple[str, str]:
    english, ukrainian = _BODIES[number]
    acronym = "".join(filter(str.isupper, english))
    id_ = f"body-{number + 1}"
    return id_, (
        f"{_head('organisation', id_)}names: {{en: {{text: {english}}}, uk: {{text: {ukrainian}}}}}"
        f"\naliases:\n  - {{text: {acronym}}}\nabout: {{text: {{en: An invented body.}}}}\n"
        f"{_REVIEWED}"
    )


def _case(make: Maker, number: int) -> tuple[str, str]:
    id_ = f"case-{number + 1}"
    english, ukrainian = make.random.choice(_PLACES)
    return id_, (
        f"{_head('case', id_)}names:\n  en: {{text: {english} case {number + 1}}}\n"
        f"  uk: {{text: Справа {number + 1} ({ukrainian})}}\n"
        f"about:\n  text: {{en: An invented prosecution in {english}.}}\n  {make.cite()}\n"
        f'articles: ["CC {make.random.randrange(200, 300)}"]\n{_REVIEWED}'
    )


def _resolution(make: Maker, number: int) -> tuple[str, str]:
    body = number % len(_BODIES)
    day = make.day(2014, 2024)
    id_ = f"resolution-{number + 1}"
    town, ukrainian = make.random.choice(_PLACES)
    votes = [make.random.randrange(60) for _ in range(2)]
    return id_, (
        f"{_head('resolution', id_)}title:\n  text:\n"
        f"    en: Resolution {number + 1} of the {_BODIES[body][0]} on the situation in {town}\n"
        f"    uk: Резолюція {number + 1} про становище ({ukrainian})\n"
        f'body: body-{body + 1}\ndate: {{value: "{day}", {make.cite()}}}\n'
        f'symbols:\n  - {{text: "X/RES/{day.year - 1945}/{number + 1}"}}\n'
        f'vote: {{in_favour: "{60 + votes[0]}", against: "{votes[1]}", {make.cite()}}}\n'
        f"points:\n  - text: {{en: It asks for the release of those held in {town}.}}\n"
        f"    about: [{make.case()}]\n    {make.cite()}\n{_REVIEWED}"
    )


def _statement(make: Maker, number: int, known: dict[str, Invented]) -> tuple[str, str]:
    id_ = f"statement-{number + 1}"
    paragraphs = "paragraphs:\n"
    summary = "summary:\n"
    for label in range(1, _PARAGRAPHS + 1):
        named = make.random.sample(tuple(known), min(3, len(known)))
        names = [known[one].name("en") for one in named]
        paragraphs += (
            f'  - label: "{label}"\n    part: body\n    text: >-\n'
            f"      We have not forgotten {', '.join(names)}.\n"
            "      Nobody should be held for what they wrote or said, and we ask all who can\n"
            "      help to visit them, to write to them and to speak for them.\n    mentions:\n"
        )
        for one, name in zip(named, names, strict=True):
            paragraphs += f"      - {{ref: {one}, surface: {name}}}\n"
        summary += (
            f"  - text: {{en: The committee recalls {' and '.join(names)}.}}\n"
            f'    paragraphs: ["{label}"]\n    persons: [{", ".join(named)}]\n'
        )
    return id_, (
        f"{_head('statement', id_)}title: {{text: {{en: Statement {number + 1} of a committee}}}}\n"
        f'issuer: {{en: A committee}}\ndate: {{value: "{make.day(2015, 2024)}", {make.cite()}}}\n'
        f"language: en\n{make.cite()}\n{paragraphs}{summary}{_REVIEWED}"
    )


def _source(make: Maker, number: int) -> tuple[str, str]:
    id_ = f"source-{number + 1}"
    day = make.day(2014, 2025)
    return id_, (
        f"{_head('source', id_)}title: Report {number + 1} on the courts\n"
        f'publisher: Invented Monitoring Group\ndate: "{day}"\n'
        f"url: https://reports.example.org/{day.year}/{number + 1}\nlanguage: en\n"
        f"type: {make.random.choice(('ngo', 'media', 'court'))}\n{_REVIEWED}"
    )


_ABOUT = """\
# yaml-language-server: $schema=schema/about.json
title: {en: Invented people, uk: Вигадані люди}
description: {en: Nobody in this base exists., uk: Нікого в цій базі не існує.}
main_statement: statement-1
standings:
  de-facto: {en: a court of the de facto authorities, uk: суд фактичної влади}
fallbacks:
  crh-Latn: [tr, uk, en]
  ru: [uk, en]
"""


def main() -> None:
    """Read the command line and write the base."""
    parser = argparse.ArgumentParser(description="Write a synthetic knowledge base.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.people, arguments.seed)


if __name__ == "__main__":
    main()
