"""Letters, sounds and slips: what makes two spellings one name, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_bot.knowledge.naming.alignment import FAR, closest
from community_bot.knowledge.naming.equivalents import initials_of, lines_of, same_father
from community_bot.knowledge.naming.given_names import GIVEN_NAMES
from community_bot.knowledge.naming.onomastics import Kind, base_forms, cast, take_apart
from community_bot.knowledge.naming.slips import is_slip
from community_bot.knowledge.naming.sounds import initial, read
from community_bot.knowledge.naming.spelling import (
    MAX_QUERY,
    MAX_WORDS,
    clean,
    fold,
    in_ascii,
    one_script,
    other_layouts,
    words,
)


def _texts(text: str) -> list[str]:
    return [word.text for word in words(clean(text))]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Iлмі\u200b \u202aІванов\u202c", ["ілмі", "іванов"]),
        ("Öz\u00adkan Hüsnü", ["özkan", "hüsnü"]),
        ("Ｎｅｃｍｅｔｔｉｎ", ["necmettin"]),
        ("İLHAN AKIN", ["ilhan", "akin"]),
        ("i̇lhan", ["ilhan"]),
        ("Ar’yev Ar‘yev Arʼyev Ar`yev", ["ar'yev"] * 4),
        ("FarukÖzak", ["faruk", "özak"]),
        ("#ян_рулевский", ["ян", "рулевский"]),
        ("KIvan McDonald", ["kivan", "mcdonald"]),
        ("О.Г.Сенцов", ["о", "г", "сенцов"]),
        ("26 February, 71/205", ["26", "february", "71", "205"]),
        ("❤️ ?!", []),
    ],
)
def test_a_query_comes_apart_into_clean_words(typed: str, expected: list[str]) -> None:
    assert _texts(typed) == expected


@pytest.mark.parametrize(
    ("mixed", "whole"),
    [
        ("umеrоv", "umerov"),
        ("aлекcaндр", "александр"),
        ("чийгöз", "чийгоз"),
        ("сeнцов", "сенцов"),
        ("αhmet", "ahmet"),
        ("ümerov", "ümerov"),
        ("сенцов", "сенцов"),
    ],
)
def test_look_alike_letters_go_to_the_script_of_the_word(mixed: str, whole: str) -> None:
    assert one_script(mixed) == whole


def test_another_keyboard_layout_is_undone() -> None:
    assert "ильми умеров" in other_layouts("Bkmvb Evthjd")
    assert "юрченко" in other_layouts(">hxtyrj")
    assert "андрій" in other_layouts("Fylhsq")
    assert "kolchenko" in other_layouts("Лщдсрутлщ")


def test_folding_keeps_the_script() -> None:
    assert fold("yıldırım".replace("ı", "i")) == "yildirim"
    assert fold("łukaszéwski") == "lukaszewski"
    assert fold("ар'єв") == "арєв"
    assert in_ascii("თბილისი").isascii()


@pytest.mark.parametrize(
    "spellings",
    [
        "Сенцов Sentsov Sencov Sentsow Senzow Sentsoff",
        "Чийгоз Chiygoz Çiygoz Čyjhoz Chiyhoz Tschyjgoz",
        "Дегерменджи Degermendzhi Degermendji Degermenci Degermendži Dehermendzhy",
        "Кольченко Kolchenko Koltschenko Koltchenko Kolčenko Kolczenko Kolçenko",
        "Ахтем Ahtem Akhtem Achtem",
        "Юрій Юрий Yuriy Jurij Iouri Iurii Jury",
        "Матвієнко Матвиенко Matviyenko Matwijenko Matvienko",
        "Щербак Shcherbak Schtscherbak Szczerbak Ščerbak",
        "Скоч Skoch Skotsj Skotch Skocz",
        "Жуков Zhukov Žukov Żukow Joukov",
        "Вълков Valkov Volkov",
        "Əliyev Алиев Aliyev",
        "Şevket Шевкет Shevket Sevket",
    ],
)
def test_romanisations_of_one_name_sound_alike(spellings: str) -> None:
    first, *others = spellings.lower().split()
    assert {other: closest(read(first), read(other)) for other in others} == dict.fromkeys(
        others, 0.0
    )


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("umerov", "umarov", 0.5),
        ("altan", "altın", 1.0),
        ("hasanov", "asanov", 1.5),
        ("kolchenko", "kulchenko", 1.0),
        ("sentsov", "ivanov", FAR),
        ("26", "27", FAR),
        ("ь", "ъ", 0.5),
        ("〇", "ー", FAR),
        ("", "a", FAR),
    ],
)
def test_other_names_keep_their_distance(one: str, other: str, least: float) -> None:
    assert closest(read(one), read(other)) >= least


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_nothing_to_itself_and_the_same_both_ways(one: str, other: str) -> None:
    a, b = read(one.lower()), read(other.lower())
    assert closest(a, a) == 0.0
    assert closest(a, b) == closest(b, a)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=MAX_QUERY * 2))
def test_words_are_bounded_and_cleaning_settles(text: str) -> None:
    once = clean(text)
    assert len(words(once)) <= MAX_WORDS
    assert all(word.text for word in words(once))
    assert words(clean(once)) == words(once) or len(text) > 20


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("umreov", "umerov"), ("umeov", "umerov"), ("umeerov", "umerov"), ("umerob", "umerov"),
     ("бнелишки", "белишки"), ("йыдмаз", "йылмаз")],
)  # fmt: skip
def test_lost_doubled_swapped_and_neighbouring_letters_are_slips(typed: str, meant: str) -> None:
    assert is_slip(typed, meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("umarov", "umerov"), ("hasanov", "asanov"), ("umerov", "umerov"), ("горов", "карбов")],
)
def test_other_letters_are_no_slip(typed: str, meant: str) -> None:
    assert not is_slip(typed, meant)


def test_given_names_know_their_equivalents_but_not_their_cousins() -> None:
    def same(one: str, other: str) -> bool:
        return bool(lines_of(one) & lines_of(other))

    assert same("микола", "nikolai")
    assert same("саша", "oleksandr")
    assert same("oleh", "олег")
    assert same("mehmet", "мемет")
    assert not same("юрий", "георгий")
    assert not same("марина", "мария")


def test_an_initial_stands_for_the_equivalents_too() -> None:
    assert initials_of("микола") & initial("n")
    assert initials_of("олександр") & initial("а")
    assert not initials_of("олександр") & initial("s")
    assert not initials_of("олег") & initial("r")


def test_patronymics_are_compared_by_the_father() -> None:
    assert same_father("миколайович", "николаевич") < 0.5
    assert same_father("oleksiiovych", "алексеевич") < 0.5
    assert same_father("петрівна", "сергеевна") > 1.0


@pytest.mark.parametrize(
    ("inflected", "name"),
    [("умерова", "умеров"), ("чийгозу", "чийгоз"), ("семену", "семена"), ("сенцовим", "сенцов"),
     ("кравченка", "кравченко"), ("николая", "николай"), ("осуховського", "осуховський"),
     ("turčinovs", "turčinov"), ("kunevová", "kuneva")],
)  # fmt: skip
def test_a_case_ending_gives_the_name_back(inflected: str, name: str) -> None:
    assert closest_base(inflected, name) == 0.0


def closest_base(inflected: str, name: str) -> float:
    return min(closest(read(base), read(name)) for base in base_forms(inflected))


@pytest.mark.parametrize(
    ("name", "family", "given_names", "fathers"),
    [
        ("Oleh Sentsov", ("sentsov",), ("oleh",), ()),
        ("Сенцов Олег Геннадьевич", ("сенцов",), ("олег",), ("геннадьевич",)),
        ("Олег Геннадійович Сенцов", ("сенцов",), ("олег",), ("геннадійович",)),
        ("Umerov, Ilmi", ("umerov",), ("ilmi",), ()),
        ("İlmi Rustem oğlu Ümerov", ("ümerov",), ("ilmi",), ("rustem",)),
        ("Иван Стефанов Вълков", ("вълков",), ("иван",), ("стефанов",)),
        ("Hanna Gronkiewicz-Waltz", ("gronkiewicz", "waltz"), ("hanna",), ()),
        ("Tundra", ("tundra",), (), ()),
        ("", (), (), ()),
    ],
)
def test_the_words_of_a_name_get_their_roles(
    name: str, family: tuple[str, ...], given_names: tuple[str, ...], fathers: tuple[str, ...]
) -> None:
    roles = cast(name)
    assert (roles.family, roles.given, roles.fathers) == (family, given_names, fathers)


def test_initials_and_titles_are_told_from_words() -> None:
    kinds = [part.kind for part in take_apart("г-н Сенцов О.Г.")]
    assert kinds == [Kind.PLAIN, Kind.INITIAL, Kind.INITIAL]
    assert take_apart("Yu. Petrenko")[0].kind is Kind.INITIAL


def test_the_table_of_given_names_repeats_nothing_within_a_line() -> None:
    for full, short in GIVEN_NAMES:
        assert full
        assert len({*full, *short}) == len(full) + len(short)
