"""The table of given names: no two names that people tell apart count as one."""

from __future__ import annotations

import pytest

from community_bot.knowledge.naming.equivalents import are_apart, initials_of, lines_of
from community_bot.knowledge.naming.given_names import GIVEN_NAMES
from community_bot.knowledge.naming.sounds import abbreviated

FORMS = [(line, name) for line, (full, _) in enumerate(GIVEN_NAMES) for name in full]
# Full forms that two names share, in the languages or in the spelling of one of them.
ONE_NAME = [{"амет", "ахмет"}, {"димитър", "дмитрий"}]
# What several names are shortened to.
SHARED_PET_NAMES = """
саша сашка шура саня леся сеня даня валя валера витя влад слава славко геня гоша митко митько
женя оленька оленка янко ксюша ксана поля тима
"""


def _first(lines: frozenset[int]) -> set[str]:
    return {GIVEN_NAMES[line][0][0] for line in lines}


@pytest.mark.parametrize(("line", "name"), FORMS)
def test_a_full_form_is_one_name_only(line: int, name: str) -> None:
    found = _first(lines_of(name))
    assert GIVEN_NAMES[line][0][0] in found
    assert len(found) == 1 or found in ONE_NAME


def test_only_pet_names_known_to_be_shared_stand_in_several_lines() -> None:
    shared = {name for _, short in GIVEN_NAMES for name in short if len(lines_of(name)) > 1}
    assert shared <= set(SHARED_PET_NAMES.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oleh", "Alex"),
        ("Алег", "Alex"),
        ("Олег", "Олесь"),
        ("Mykola", "Klaus"),
        ("Бекір", "Абубекир"),
        ("Jan", "Hans"),
        ("Yakiv", "James"),
        ("Semen", "Симон"),
        ("Ильми", "Ильмир"),
        ("Ильми", "Ильмие"),
        ("Омер", "Умар"),
        ("Лев", "Леон"),
        ("Фёдор", "Tudor"),
    ],
)
def test_names_that_people_tell_apart_are_apart(one: str, other: str) -> None:
    assert not lines_of(one.lower()) & lines_of(other.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [("Oleh", "Алег"), ("Alex", "Олександр"), ("Kolya", "Mikalai"), ("Oleg", "Olehs")],
)
def test_forms_of_one_name_are_not_apart(one: str, other: str) -> None:
    assert lines_of(one.lower()) & lines_of(other.lower())
    assert not are_apart(one.lower(), other.lower())


@pytest.mark.parametrize(
    ("typed", "given", "fits"),
    [
        ("a", "oleh", False),
        ("k", "mykola", False),
        ("n", "mykola", True),
        ("a", "oleksandr", True),
        ("i", "ilmi", True),
        ("и", "ilmi", True),
        ("y", "ilmi", False),
        ("є", "ilmi", False),
        ("й", "ільмі", False),
        ("i", "yusuf", False),
        ("ю", "yusuf", True),
        ("j", "юсуф", True),
        ("є", "yusuf", False),
        ("e", "yevhen", True),
        ("є", "евгений", True),
        ("y", "євген", True),
        ("i", "yurii", True),
        ("е", "олена", True),
        ("a", "bekir", False),
    ],
)
def test_an_initial_stands_for_the_letters_a_name_starts_with(
    typed: str, given: str, *, fits: bool
) -> None:
    assert bool(initials_of(given) & abbreviated(typed)) is fits
