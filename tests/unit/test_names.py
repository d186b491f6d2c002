"""Names of people, bodies and cases: the right one, an honest "which one?", or nobody."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from community_bot.knowledge.names import KnownNames, NameIndex, Verdict, from_roster

_LABELLED = Path(__file__).parents[2] / "../shared/names"

SEVEN = {
    "ilmi-umerov": KnownNames(
        (
            "Ilmi Rustemovych Umerov",
            "İlmi Ümerov",
            "İlmi Rustem oğlu Ümerov",
            "Ільмі Рустемович Умеров",
            "Ильми Рустемович Умеров",
            "Ilmi Oumerov",
        ),
        weak=("Ilmi", "Ільмі"),
        namesakes=("Rustem Umerov",),
    ),
    "akhtem-chiygoz": KnownNames(
        (
            "Akhtem Zeitullaiovych Chiygoz",
            "Çiygoz Zeytulla oğlu Ahtem",
            "Ахтем Зейтуллайович Чийгоз",
            "Ahtem Çiygöz",
            "Ahtem Chiygoz",
            "Tschijgos",
        ),
        weak=("Akhtem", "Ahtem"),
    ),
    "oleh-sentsov": KnownNames(
        ("Oleh Hennadiiovych Sentsov", "Олег Геннадійович Сенцов", "Олег Геннадьевич Сенцов"),
        weak=("Oleh",),
    ),
    "oleksandr-kolchenko": KnownNames(
        (
            "Oleksandr Oleksandrovych Kolchenko",
            "Олександр Олександрович Кольченко",
            "Aleksandr Kolçenko",
            "Tundra",
        ),
        weak=("Oleksandr",),
    ),
    "ali-asanov": KnownNames(
        ("Ali Asanov", "Алі Асанов", "Али Асанов"),
        weak=("Ali",),
        namesakes=("Marlen (Suleyman) Asanov", "Nariman Asanov"),
    ),
    "mustafa-degermendzhi": KnownNames(
        ("Mustafa Degermendzhi", "Mustafa Degermenci", "Мустафа Дегерменджі", "Dehermendzhy"),
        weak=("Mustafa",),
        namesakes=("Bekir Degermendzhi", "Mustafa Dzhemilev"),
    ),
    "mykola-semena": KnownNames(
        ("Mykola Semena", "Микола Семена", "Микола Михайлович Семена"), weak=("Mykola",)
    ),
}
PEOPLE = NameIndex.build(SEVEN)
BODIES = NameIndex.build(
    {
        "mejlis": KnownNames(
            ("Mejlis of the Crimean Tatar People", "Меджліс кримськотатарського народу")
        ),
        "qha": KnownNames(("QHA", "Crimean News Agency")),
        "february-case": KnownNames(("26 February case", "Справа 26 лютого")),
        "fire-case": KnownNames(("Case of the fire",)),
        "parliament": KnownNames(("European Parliament", "EU Parliament", "EP")),
    },
    personal=False,
)


def _answer(query: str, index: NameIndex = PEOPLE) -> str | None:
    found = index.resolve(query)
    return found.candidates[0][0] if found.status is Verdict.MATCH else None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Umerov", "ilmi-umerov"),
        ("Ильми Умеров", "ilmi-umerov"),
        ("Умерова", "ilmi-umerov"),
        ("İLMİ ÜMEROV", "ilmi-umerov"),
        ("Umerov, Ilmi", "ilmi-umerov"),
        ("ilmiumerov", "ilmi-umerov"),
        ("Ilmі Umеrov", "ilmi-umerov"),
        ("Bkmvb Evthjd", "ilmi-umerov"),
        ("Ilmi Umreov", "ilmi-umerov"),
        ("Ahtem Chiygoz", "akhtem-chiygoz"),
        ("Чийгоза", "akhtem-chiygoz"),
        ("Achtem Tschyjhos", "akhtem-chiygoz"),
        ("Chiyhoz", "akhtem-chiygoz"),
        ("O. Sentsov", "oleh-sentsov"),
        ("Сенцов О.Г.", "oleh-sentsov"),
        ("Олегом Сенцовим", "oleh-sentsov"),
        ("режисер Сенцов", "oleh-sentsov"),
        ("Олег Сен\u00adцов", "oleh-sentsov"),
        ("Oleg Senzow", "oleh-sentsov"),
        ("A. Kolchenko", "oleksandr-kolchenko"),
        ("Саша Кольченко", "oleksandr-kolchenko"),
        ("Александр Александрович Кольченко", "oleksandr-kolchenko"),
        ("tundra", "oleksandr-kolchenko"),
        ("A. Asanov", "ali-asanov"),
        ("Degermenji", "mustafa-degermendzhi"),
        ("Mustafa Değirmenci", "mustafa-degermendzhi"),
        ("M. Degermenji", "mustafa-degermendzhi"),
        ("N. Semena", "mykola-semena"),
        ("Николай Семёна", "mykola-semena"),
        ("Kolya Semena", "mykola-semena"),
        ("M. Semena", "mykola-semena"),
        ("O. Kolchenko", "oleksandr-kolchenko"),
        ("Олександра Кольченка", "oleksandr-kolchenko"),
        ("Чийгозом", "akhtem-chiygoz"),
        ("Ильми Умерова", "ilmi-umerov"),
        ("Алі Асанова", "ali-asanov"),
        ("Олега Сенцова", "oleh-sentsov"),
        ("Mostafa Degermenji", "mustafa-degermendzhi"),
        ("I. Umerov", "ilmi-umerov"),
        ("І. Умеров", "ilmi-umerov"),
        ("И. Умеров", "ilmi-umerov"),
        ("İ. Ümerov", "ilmi-umerov"),
    ],
)
def test_a_person_is_found_however_the_name_is_written(query: str, expected: str) -> None:
    assert _answer(query) == expected


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        ("Rustem Umerov", "ilmi-umerov"),
        ("Рустем Умєров", "ilmi-umerov"),
        ("Рустемом Умеровим", "ilmi-umerov"),
        ("R. Umerov", "ilmi-umerov"),
        ("Rustm Umerov", "ilmi-umerov"),
        ("Marlen Asanov", "ali-asanov"),
        ("Марлена Асанова", "ali-asanov"),
        ("Nariman Asanov", "ali-asanov"),
        ("Bekir Degermendzhi", "mustafa-degermendzhi"),
        ("Degermenji Bekir", "mustafa-degermendzhi"),
        ("Бекір Дегерменджі", "mustafa-degermendzhi"),
        ("Bekir", "mustafa-degermendzhi"),
        ("Rustem", "ilmi-umerov"),
        ("Марлен", "ali-asanov"),
        ("Nariman", "ali-asanov"),
        ("Dzhemilev", "mustafa-degermendzhi"),
        ("Джемілєв", "mustafa-degermendzhi"),
    ],
)
def test_a_namesake_is_somebody_else_in_any_script(query: str, entry: str) -> None:
    found = PEOPLE.resolve(query)
    assert found.status is Verdict.NONE
    assert found.namesakes == (entry,)


@pytest.mark.parametrize(
    "query",
    [
        "Enver Umerov",
        "Лариса Семена",
        "V. Kolchenko",
        "И. Сенцов",
        "Олександр Кульченко",
        "Ali Hasanov",
        "Ахтем Чийгозов",
        "Oleh Skrypka",
        "Олег Іванович Сенцов",
        "Umerov and Chiygoz",
        "Nuri Primov",
        "all",
    ],
)
def test_nobody_is_named_for_whom_something_speaks_against(query: str) -> None:
    found = PEOPLE.resolve(query)
    assert found.status is Verdict.NONE
    assert not found.namesakes


OTHERS = {
    "oleh-sentsov": {
        "Sentsov": "Oleksandr, Александр, Олександр, Alexander, Alex, Oles, Olga, Ihor, A., А.",
        "Сенцов": "Александр, Олександр, Олесь, Алекс, А., Є.",
        "Сенцова": "Олег, Ольга, Олена, Олеся",
        "Santsov": "Oleh",
    },
    "mykola-semena": {"Semena": "K., Klaus, Mykhailo, Nikita", "Semenov": "Mykola"},
    "ilmi-umerov": {
        "Umerov": "Y., J., Й., Є., Ilmir, Elmi, Emil, Ruslan, Ilya, Yusuf, Ilham",
        "Умеров": "Й., Є., Ю., Ильмир, Эльми, Илья",
        "Umerova": "Ilmi, Elmira",
        "Умерова": "Ильмие, Эльмира, Ильмира",
        "Umarov": "Ilmi",
    },
    "ali-asanov": {"Asanov": "Asan, Alim, Hasan, Elie", "Asanova": "Ali, Alie, Alina"},
    "akhtem-chiygoz": {"Chiygoz": "Ahmed, Amet, Akhmet, R."},
    "oleksandr-kolchenko": {
        "Kolchenko": "Oleksii, Olesya",
        "Кольченко": "Александра",
        "Kalchenko": "Oleksandr",
    },
    "mustafa-degermendzhi": {"Degermendzhi": "Musa, A."},
}


@pytest.mark.parametrize(
    ("query", "near"),
    [
        (f"{given} {surname}", near)
        for near, others in OTHERS.items()
        for surname, names in others.items()
        for given in names.split(", ")
    ],
)
def test_somebody_else_of_the_same_surname_is_never_answered(query: str, near: str) -> None:
    found = PEOPLE.resolve(query)
    assert found.status is Verdict.NONE
    assert not found.namesakes
    assert found.candidates[0][0] == near


@pytest.mark.parametrize(
    "query", ["Eston Kohver", "Aliev", "Асан Алиев", "Rustem", "Oleh Skrypka", "xyzxyz"]
)
def test_only_people_of_a_surname_like_it_are_suggested(query: str) -> None:
    assert PEOPLE.resolve(query).candidates == ()


def test_a_word_that_may_be_a_case_or_a_womans_name_is_not_answered() -> None:
    index = NameIndex.build({"he": KnownNames(("Валентин Петров",))})
    assert _answer("Валентина Петрова", index) is None
    assert _answer("Валентину Петрову", index) == "he"
    she = NameIndex.build({"she": KnownNames(("Валентина Петрова",))})
    assert _answer("Валентина Петрова", she) == "she"


@pytest.mark.parametrize("query", ["Mustafa", "Мустафа", "Ahtem", "Ilmi", "Али", "Sasha"])
def test_a_bare_given_name_only_asks(query: str) -> None:
    found = PEOPLE.resolve(query)
    assert found.status is Verdict.AMBIGUOUS
    assert found.candidates


def test_an_initial_that_fits_a_namesake_as_well_asks() -> None:
    index = NameIndex.build({"ali": KnownNames(("Ali Asanov",), namesakes=("Akim Asanov",))})
    assert index.resolve("A. Asanov").status is Verdict.AMBIGUOUS
    assert _answer("Ali Asanov", index) == "ali"
    assert _answer("Asanov", index) == "ali"
    assert index.resolve("Аким Асанов").namesakes == ("ali",)


@pytest.mark.parametrize("query", ["Umarov", "Kulchenko"])
def test_a_surname_one_vowel_away_is_suggested_and_never_answered(query: str) -> None:
    found = PEOPLE.resolve(query)
    assert found.status is not Verdict.MATCH
    assert found.candidates


def test_people_who_share_a_surname_are_all_candidates() -> None:
    index = NameIndex.build(
        {
            "anna": KnownNames(("Anna Nowak",)),
            "ivan": KnownNames(("Іван Новак",)),
            "olha": KnownNames(("Olha Kowal",)),
        }
    )
    asked = index.resolve("Novak")
    assert asked.status is Verdict.AMBIGUOUS
    assert {id_ for id_, _ in asked.candidates[:2]} == {"anna", "ivan"}
    assert _answer("I. Novak", index) == "ivan"
    assert _answer("Ганна Новак", index) == "anna"


def test_so_many_share_a_name_that_not_all_are_weighed_and_still_none_is_picked() -> None:
    many = {f"p{i}": KnownNames((f"Ivan Petrovych{i % 7} Melnyk",)) for i in range(400)}
    assert NameIndex.build(many).resolve("I. Melnyk").status is Verdict.AMBIGUOUS


def test_a_patronymic_that_contradicts_vetoes_and_an_unknown_one_does_not() -> None:
    index = NameIndex.build({"a": KnownNames(("Гончар Ганна Петрівна",))})
    assert _answer("Анна Петровна Гончар", index) == "a"
    assert _answer("Анна Сергеевна Гончар", index) is None
    bare = NameIndex.build({"a": KnownNames(("Hanna Honchar",))})
    assert _answer("Анна Сергеевна Гончар", bare) == "a"


def test_the_order_of_one_spelling_does_not_make_a_given_name_a_surname() -> None:
    index = NameIndex.build({"a": KnownNames(("Olena Bondar", "Bondar Olena", "Олена Бондар"))})
    assert _answer("Bondar", index) == "a"
    assert _answer("Olena", index) is None


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("um", [("ilmi-umerov", "Ilmi Rustemovych Umerov")]),
        ("üme", [("ilmi-umerov", "Ilmi Rustemovych Umerov")]),
        ("Ум", [("ilmi-umerov", "Ільмі Рустемович Умеров")]),
        ("Чий", [("akhtem-chiygoz", "Ахтем Зейтуллайович Чийгоз")]),
        ("mus deg", [("mustafa-degermendzhi", "Mustafa Degermendzhi")]),
        ("bbb", []),
        ("", []),
    ],
)
def test_completion_shows_the_spelling_that_was_begun(
    prefix: str, expected: list[tuple[str, str]]
) -> None:
    assert list(PEOPLE.complete(prefix)) == expected


def test_completion_crosses_scripts() -> None:
    index = NameIndex.build({"a": KnownNames(("Vasyl Shevchuk",)), "b": KnownNames(("Іван Ш",))})
    assert ("a", "Vasyl Shevchuk") in index.complete("Шевч")


def test_completion_goes_by_name_and_keeps_its_limit() -> None:
    known = {f"x{i}": KnownNames((f"Adam Zorin{i}",)) for i in range(40)}
    index = NameIndex.build({**known, "z": KnownNames(("Aaron Zorin", "Zorin Aaron"))})
    found = index.complete("zor", limit=5)
    assert len(found) == 5
    assert found[0] == ("z", "Aaron Zorin")


@pytest.mark.parametrize(
    ("prefix", "ids"), [("se", ["mykola-semena", "oleh-sentsov"]), ("chi", ["akhtem-chiygoz"])]
)
def test_nobody_is_completed_by_sound_when_somebody_is_by_letters(
    prefix: str, ids: list[str]
) -> None:
    assert [id_ for id_, _ in PEOPLE.complete(prefix)] == ids


def test_namesakes_are_never_completed() -> None:
    assert PEOPLE.complete("marl") == ()
    assert PEOPLE.complete("bekir") == ()


def test_a_changed_index_leaves_the_old_one_as_it_was() -> None:
    changed = PEOPLE.updated(
        {"ilmi-umerov": None, "new-one": KnownNames(("Taras Melnyk",), namesakes=("Ivan Melnyk",))}
    )
    assert _answer("Umerov") == "ilmi-umerov"
    assert _answer("Melnyk") is None
    assert _answer("Umerov", changed) is None
    assert changed.resolve("Rustem Umerov").namesakes == ()
    assert _answer("Мельник", changed) == "new-one"
    assert changed.resolve("Ivan Melnyk").namesakes == ("new-one",)
    assert _answer("Ilmi Umerov", changed.updated({"ilmi-umerov": SEVEN["ilmi-umerov"]}))


def test_an_index_that_grew_by_changes_answers_as_one_built_at_once() -> None:
    grown = NameIndex.build({})
    for id_, known in SEVEN.items():
        grown = grown.updated({id_: KnownNames(("Somebody Unknown",))}).updated({id_: known})
    for query in ("Umerov", "Rustem Umerov", "Mustafa", "Ali Hasanov", "N. Semena", "Asanov"):
        assert grown.resolve(query).status is PEOPLE.resolve(query).status
        assert grown.complete(query[:3]) == PEOPLE.complete(query[:3])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Mejlis", "mejlis"),
        ("меджліс", "mejlis"),
        ("Меджлісу", "mejlis"),
        ("mejlis of crimean tatar people", "mejlis"),
        ("qha", "qha"),
        ("EP", "parliament"),
        ("EU Parliament", "parliament"),
        ("26 February", "february-case"),
        ("справа 26 лютого", "february-case"),
    ],
)
def test_a_body_or_case_answers_to_words_that_are_its_own(query: str, expected: str) -> None:
    assert _answer(query, BODIES) == expected


@pytest.mark.parametrize(
    "query", ["case", "26", "Crimean", "Tatar", "agency", "EU", "European", "parliament"]
)
def test_words_that_many_titles_share_only_ask(query: str) -> None:
    assert BODIES.resolve(query).status is Verdict.AMBIGUOUS


@pytest.mark.parametrize("query", ["", "the", "27 February 2014", "European Union", "Ilmi Umerov"])
def test_a_title_is_not_answered_to_words_it_does_not_have(query: str) -> None:
    assert BODIES.resolve(query).status is Verdict.NONE


@pytest.mark.parametrize("index", [PEOPLE, BODIES, NameIndex.build({})])
@pytest.mark.parametrize(
    "query", ["", " ", "'", "...", "\u200b", "❤️", "(" * 400, "a" * 400, "a b " * 100, "١٢٣", "\x00"]
)
def test_nonsense_names_nobody(index: NameIndex, query: str) -> None:
    assert index.resolve(query).status is not Verdict.MATCH
    index.complete(query)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    for index in (PEOPLE, BODIES):
        index.resolve(text)
        index.complete(text)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.tuples(st.text(max_size=20), st.text(max_size=9))))
def test_any_names_can_be_known_and_replaced(names: dict[str, tuple[str, str]]) -> None:
    known = {id_: KnownNames((a,), weak=(b,), namesakes=(b,)) for id_, (a, b) in names.items()}
    for personal in (True, False):
        index = NameIndex.build(known, personal=personal)
        emptied = index.updated(dict.fromkeys(known))
        for name, _ in names.values():
            index.resolve(name)
            assert emptied.resolve(name).candidates == ()


def test_threads_may_share_an_index() -> None:
    queries = ["Umerov", "Сенцов", "Mustafa", "Marlen Asanov"] * 10
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(PEOPLE.resolve, queries))
    assert found == [PEOPLE.resolve(query) for query in queries]


@pytest.mark.skipif(not _LABELLED.exists(), reason="no labelled names beside the repository")
def test_the_labelled_names_are_hardly_ever_answered_wrongly() -> None:
    roster = yaml.load(
        (_LABELLED / "roster.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    lines = (_LABELLED / "dataset_public.jsonl").read_text(encoding="utf-8").splitlines()
    index = from_roster(roster)
    rows = [json.loads(line) for line in lines[::9]]
    wrong = right = positives = 0
    for row in rows:
        answer = _answer(row["query"], index)
        positives += row["expected"] is not None
        right += answer is not None and answer == row["expected"]
        wrong += answer is not None and answer != row["expected"]
    assert wrong <= 2
    assert right >= 0.9 * positives
