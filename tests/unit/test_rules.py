"""The truth rules: what entries must satisfy, by themselves and beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_base import Base, make_base

from community_bot.domain.entities import Person
from community_bot.knowledge.reading.links import link_fault
from community_bot.knowledge.reading.rules import is_date
from community_bot.knowledge.reading.scripts import has_mixed_scripts, skeleton
from community_bot.knowledge.reading.shapes import CLASSES, shapes
from community_bot.knowledge.reading.ties import WANTED


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return make_base(tmp_path / "base")


ANN = "people/ann-lee.yaml"
APPEAL = "statements/appeal.yaml"

ALONE: dict[str, tuple[str, str, str, str]] = {
    "a day that is in no calendar": (ANN, '"2017-09-22"', '"2024-02-30"', "15:11 problem-date"),
    "a month that is in no calendar": (ANN, '"1970"', '"1970-13"', "10:15 problem-date"),
    "a year that is in no calendar": (ANN, '"1970"', '"0000"', "10:15 problem-date"),
    "a wrong day among the files' own": (ANN, '"2024-01-02"', '"2024-00-02"', "23:11 problem-date"),
    "an end before its start": (ANN, '"2010-05"', '"2000-05"', "12:50 problem-period"),
    "an end long before its start": (ANN, '"2010-05"', '"2000"', "12:50 problem-period"),
    "a status known before it began": (
        ANN,
        'since: "2019"',
        'since: "2020"',
        "22:49 problem-period",
    ),
    "a list of sources that is empty": (
        ANN,
        '"1970", cite: [paper]',
        '"1970", cite: []',
        "10:29 problem-no-source",
    ),
    "a text without English": (ANN, "{en: Teacher}", "{uk: вчителька}", "12:13 problem-no-english"),
    "names without an English one": (
        ANN,
        "  en: {text: Ann Lee, cite: [paper]}\n",
        "",
        "5:3 problem-no-english",
    ),
    "a sort of court without English": (
        "about.yaml",
        "{en: military court}",
        "{uk: суд}",
        "6:13 problem-no-english",
    ),
    "an inference without its reason": (
        ANN,
        "text: Ann Lee,",
        "text: Ann Lee, check: inferred,",
        "5:30 problem-no-reason",
    ),
    "a name in two scripts": (ANN, "Енн Лі", "Eнн Лі", "6:14 problem-mixed-scripts"),
    "an alias in two scripts": (ANN, "Anna Lee", "Аnna Lee", "8:12 problem-mixed-scripts"),
    "a given name in two scripts": (ANN, "[Ann]", "[Аnn]", "9:16 problem-mixed-scripts"),
    "a conflict about no field": (ANN, "field: date", "field: day", "21:17 problem-conflict-field"),
    "a conflict about the sources": (
        ANN,
        "field: date",
        "field: cite",
        "21:17 problem-conflict-field",
    ),
    "a conflict of two dates, one in no calendar": (
        ANN,
        "2017-09-23",
        "2017-09-31",
        "21:30 problem-conflict-value",
    ),
    "a conflict of types with an unknown one": (
        ANN,
        'date, value: "2017-09-23"',
        "type, value: judged",
        "21:30 problem-conflict-value",
    ),
    "a conflict of numbers with a word": (
        ANN,
        'date, value: "2017-09-23"',
        "sentence.years, value: two",
        "21:40 problem-conflict-value",
    ),
    "a conflict of texts without words": (
        ANN,
        'date, value: "2017-09-23"',
        "court, value: another",
        "21:31 problem-conflict-words",
    ),
    "a conflict that says nothing": (
        ANN,
        'date, value: "2017-09-23"',
        "date",
        "21:9 problem-conflict-empty",
    ),
    "a link to this machine": (
        "organisations/union.yaml",
        "https://union.example.org/",
        "http://localhost:8008/",
        "6:9 problem-link-private",
    ),
    "a source on no open address": (
        "sources/paper.yaml",
        "https://example.org/paper",
        "http://169.254.169.254/",
        "7:6 problem-link-number",
    ),
    "an id that is not the file's name": (
        "people/bo-dahl.yaml",
        "id: bo-dahl",
        "id: bo-dal",
        "2:5 problem-id",
    ),
    "the wrong kind for the folder": (
        "people/bo-dahl.yaml",
        "kind: person",
        "kind: case",
        "3:7 problem-kind",
    ),
    "a label out of order": (APPEAL, 'label: "L1"', 'label: "L2"', "11:12 problem-label"),
    "a label of the other part": (APPEAL, 'label: "L1"', 'label: "3"', "11:12 problem-label"),
    "a mention not to the letter": (
        APPEAL,
        "surface: A. Lee",
        "surface: Ann Lee",
        "20:33 problem-surface",
    ),
    "a note on words that are not there": (
        APPEAL,
        "surface: at once",
        "surface: soon",
        "22:19 problem-surface",
    ),
    "a version of a paragraph that is not there": (
        APPEAL,
        'label: "2", text',
        'label: "3", text',
        "29:17 problem-paragraph",
    ),
    "a summary of a paragraph that is not there": (
        APPEAL,
        'paragraphs: ["2"]',
        'paragraphs: ["2", "7"]',
        "33:54 problem-paragraph",
    ),
    "a sentence of no paragraph": (
        APPEAL,
        'paragraphs: ["2"]',
        "paragraphs: []",
        "33:48 problem-sentence-uncited",
    ),
    "a demand of a paragraph that is not there": (
        APPEAL,
        'paragraph: "1"',
        'paragraph: "L2"',
        "35:40 problem-paragraph",
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_an_entry_by_itself_is_refused_for(name: str, base: Base) -> None:
    path, old, new, problem = ALONE[name]
    base.replace(path, old, new)
    assert base.problems() == [f"{path}:{problem}"]


BESIDE: dict[str, tuple[str, str, str, str]] = {
    "a source that is not there": (
        ANN,
        '"1970", cite: [paper]',
        '"1970", cite: [papers]',
        "10:30 problem-reference",
    ),
    "a case that is not there": (ANN, "case: the-case", "case: a-case", "16:11 problem-reference"),
    "a case that is a person": (
        ANN,
        "case: the-case",
        "case: bo-dahl",
        "16:11 problem-reference-kind",
    ),
    "a sort of court that is not worded": (
        ANN,
        "standing: military",
        "standing: martial",
        "17:15 problem-standing",
    ),
    "a body that is a case": (
        "resolutions/r-1.yaml",
        "body: union",
        "body: the-case",
        "5:7 problem-reference-kind",
    ),
    "a mention of a source": (APPEAL, "ref: union", "ref: paper", "15:15 problem-reference-source"),
    "a point about nobody": (
        "resolutions/r-1.yaml",
        "about: [ann-lee]",
        "about: [nobody]",
        "9:49 problem-reference",
    ),
    "a wrong date in no statement": (
        "resolutions/r-1.yaml",
        "where: appeal",
        "where: r-1",
        "11:33 problem-reference-kind",
    ),
    "a main statement that is not there": (
        "about.yaml",
        "main_statement: appeal",
        "main_statement: x",
        "4:17 problem-reference",
    ),
    "a summary about somebody whom no paragraph mentions": (
        APPEAL,
        "persons: [ann-lee]",
        "persons: [ann-lee, bo-dahl]",
        "32:82 problem-summary-person",
    ),
    "a summary that names somebody of whom its paragraph is silent": (
        APPEAL,
        "It gives thanks.",
        "It thanks Anna Lee.",
        "33:17 problem-summary-person",
    ),
    "a summary that names somebody as the statement does": (
        APPEAL,
        "It gives thanks.",
        "It thanks A. Lee.",
        "33:17 problem-summary-person",
    ),
    "a name that looks like another's": (
        "people/bo-dahl.yaml",
        "Bo Dahl",
        "Аnn Lee",
        "5:14 problem-mixed-scripts",
    ),
}


@pytest.mark.parametrize("name", BESIDE)
def test_an_entry_beside_others_is_refused_for(name: str, base: Base) -> None:
    path, old, new, problem = BESIDE[name]
    base.replace(path, old, new)
    assert base.problems() == [f"{path}:{problem}"]


def test_a_base_without_a_fault_has_no_problem(base: Base) -> None:
    assert base.problems() == []
    assert len(base.read().records) == 8


def test_two_people_with_names_that_look_alike_must_be_told_apart(base: Base) -> None:
    base.replace("people/bo-dahl.yaml", "text: Bo Dahl", "text: ANN LÉE")
    assert base.problems() == ["people/bo-dahl.yaml:5:3 problem-lookalike"]
    base.replace(
        "people/ann-lee.yaml",
        "born:",
        "not_to_confuse:\n  - {text: Ann Lee, note: {en: Another one.}}\nborn:",
    )
    assert base.problems() == []


def test_an_id_can_be_used_once_whatever_the_kind(base: Base) -> None:
    text = (base.root / "organisations/union.yaml").read_text(encoding="utf-8")
    base.write("people/union.yaml", text.replace("organisation", "person"))
    base.replace(
        "people/union.yaml", "links:", "status: {value: died, as_of: '2020', cite: [paper]}\n#"
    )
    assert base.problems() == ["people/union.yaml:2:5 problem-id-twice"]


def test_a_broken_file_is_the_only_one_complained_of(base: Base) -> None:
    base.write("sources/paper.yaml", "no: source\n")
    assert {it.partition(":")[0] for it in base.problems()} == {"sources/paper.yaml"}
    base.write("about.yaml", "no: about\n")
    assert {it.partition(":")[0] for it in base.problems()} == {"about.yaml", "sources/paper.yaml"}


def test_without_about_no_sort_of_court_is_worded(base: Base) -> None:
    (base.root / "about.yaml").unlink()
    assert base.problems() == ["people/ann-lee.yaml:17:15 problem-standing"]


def test_all_problems_of_all_files_are_reported_at_once(base: Base) -> None:
    base.replace("people/ann-lee.yaml", "Енн Лі", "Eнн Лі")
    base.replace("people/ann-lee.yaml", '"2010-05"', '"2000"')
    base.replace("people/bo-dahl.yaml", "cite: [paper]", "cite: [news]")
    assert len(base.problems()) == 3


def test_a_statement_needs_paragraphs_and_a_summary(base: Base) -> None:
    text = (base.root / "statements/appeal.yaml").read_text(encoding="utf-8")
    head = text[: text.index("paragraphs:")]
    base.write("statements/appeal.yaml", f'{head}paragraphs: []\nreviewed: "2024"\n')
    assert [it.partition(" ")[2] for it in base.problems()] == [
        "problem-no-paragraphs",
    ]


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://example.org/a?b=c#d", None),
        ("http://old.qha.com.ua/tr/toplum/160733/", None),
        ("https://uk.wikipedia.org/wiki/Умеров_(значення)", None),
        ("https://example.org:8443/", None),
        ("https://президент.укр/", None),
        ("https://münchen.example/", None),
        ("https://xn--mnchen-3ya.example/", None),
        ("https://web.archive.org/web/2017/http://qha.com.ua/", None),
        ("https://un.org@evil.example/", "problem-link-user"),
        ("https://a:b@un.org/", "problem-link-user"),
        ("https://127.0.0.1/", "problem-link-number"),
        ("https://2130706433/", "problem-link-number"),
        ("https://0x7f.1/", "problem-link-number"),
        ("https://[::1]/", "problem-link-number"),
        ("http://localhost:8008/_synapse/admin", "problem-link-private"),
        ("http://printer/", "problem-link-private"),
        ("http://db.internal/", "problem-link-private"),
        ("https:///path", "problem-link-private"),
        ("https://example.org:port/", "problem-link"),
        ("https://exa mple.org/", "problem-link"),
        ("https://[::1/", "problem-link"),
        ("https://-a.example/", "problem-link"),
        ("https://a..example/", "problem-link"),
        ("https://xn--a-ä.example/", "problem-link"),
        ("https://аррӏе.example/", "problem-link-deceptive"),
        ("https://xn--80ak6aa92e.com/", "problem-link-deceptive"),
        ("https://pаypal.example/", "problem-link-deceptive"),
        ("https://pay-раl.example/", "problem-link-deceptive"),
        ("https://example.org/" + "a" * 2000, "problem-link-long"),
    ],
)
def test_a_link_leads_where_it_seems_to(url: str, fault: str | None) -> None:
    assert link_fault(url) == fault


@pytest.mark.parametrize("text", ["Алеcь", "Oleh Сeнцов", "αlpha", "Ann-Мaria"])
def test_a_word_in_two_scripts_is_seen(text: str) -> None:
    assert has_mixed_scripts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee",
        "İlmi Ümerov, Qırım",
        "Ann Лі",
        "Зеленський-Smith",
        "мʼята",
        "О'Ніл",
        "東京タワー",
        "대韓민국",
        "ქართული",
        "XIX век",
        "№ 5",
    ],
)
def test_a_word_in_one_script_is_left_alone(text: str) -> None:
    assert not has_mixed_scripts(text)


def test_words_that_look_alike_have_one_skeleton() -> None:
    assert skeleton("Ахмет Сорока") == skeleton("Axmet Copoka") == skeleton("АХМЕТ  СОРОКА")
    assert skeleton("Сенцов") != skeleton("Sentsov")


def test_partial_dates_are_dates() -> None:
    assert all(map(is_date, ("2017", "2016-02", "2016-02-29")))
    assert not any(map(is_date, ("0000", "2017-13", "2017-02-29", "2017-00")))


def test_every_field_that_holds_an_id_is_known_as_a_reference() -> None:
    classes = {part for top in CLASSES.values() for part in _classes(top)}
    ids = {
        (part, shape.name)
        for part in classes
        for shape in shapes(part).values()
        if shape.value == shapes(Person)["id"].value and shape.name not in ("id", "cite")
    }
    assert ids == WANTED.keys()


def _classes(part: type) -> set[type]:
    inner = [it.part for it in shapes(part).values() if it.part]
    return {part}.union(*map(_classes, inner))
