"""Whom a running text names: full names and symbols, and nobody by guessing."""

from __future__ import annotations

import pytest
from terminal import base_of

from community_bot.domain.values import Kind
from community_bot.knowledge.mentioned import (
    MOST_ASKED,
    MOST_READ,
    people_in,
    resolutions_in,
)

BASE = base_of("shipped").current


def people(text: str) -> tuple[str, ...]:
    return people_in(text, BASE.names(Kind.PERSON))


def resolutions(text: str) -> tuple[str, ...]:
    return resolutions_in(text, BASE.references)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Akhtem Chiygoz and Ilmi Umerov came home.", ("akhtem-chiygoz", "ilmi-umerov")),
        ("Journalist Mykola Semena", ("mykola-semena",)),
        ("Free Oleg Sentsov’s film now", ("oleh-sentsov",)),
        ("Ільмі Умерова та Ахтема Чийгоза", ("ilmi-umerov", "akhtem-chiygoz")),
        ("ОЛЕГ СЕНЦОВ", ("oleh-sentsov",)),
        ("Asanov Ali", ("ali-asanov",)),
        ("Umerov Ilmi Rustemovych", ("ilmi-umerov",)),
        ("Ilmi Rustemovych Umerov", ("ilmi-umerov",)),
        ("Oleksandr Kolchenko\nOleh Sentsov", ("oleksandr-kolchenko", "oleh-sentsov")),
        ("Ilmi Umerov, Ilmi Umerov", ("ilmi-umerov",)),
    ],
)
def test_a_given_name_with_a_surname_names_somebody(text: str, ids: tuple[str, ...]) -> None:
    assert people(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "Umerov was there",
        "Mr Umerov",
        "President Umerov",
        "Case Umerov",
        "The Umerov",
        "I. Umerov",
        "Rustem Umerov, the minister",
        "Mustafa Dzhemilev",
        "Ilmi Hasanovych Umerov",
        "Umerov Ilmi Hasanovych",
        "Mustafa Ali Asanov",
        "Ali Asanov Mustafa",
        "They met Ilmi. Umerov said nothing",
        "Ilmi, Umerov",
        "Ilmi\nUmerov",
        "ilmi umerov",
        "Ilmi and Umerov",
        "",
    ],
)
def test_what_may_be_anybody_names_nobody(text: str) -> None:
    assert people(text) == ()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("A/RES/71/205, and (A/RES/68/262).", ("unga-71-205", "unga-68-262")),
        ("UN resolution 71/205", ("unga-71-205",)),
        ("у резолюції 72/190", ("unga-72-190",)),
        ("2016/2556(RSP)", ("ep-2016-02-04",)),
        ("P8_TA(2016)0218", ("ep-2016-05-12",)),
    ],
)
def test_a_symbol_names_a_resolution(text: str, ids: tuple[str, ...]) -> None:
    assert resolutions(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "71/205",
        "page 71/205 of the file",
        "The resolution was adopted. On page 71/205",
        "https://example.org/A/RES/71/205",
        "somebody@71/205",
        "12/05/2016",
        "A/71/205",
        "resolution 9/999",
        "the resolution of 2016",
    ],
)
def test_other_numbers_name_none(text: str) -> None:
    assert resolutions(text) == ()


def test_what_stands_too_far_down_is_not_read() -> None:
    assert people("x" * MOST_READ + " Ilmi Umerov") == ()
    assert resolutions("x " * (MOST_READ // 2) + " A/RES/71/205") == ()


def test_a_list_of_names_without_end_is_read_only_so_far() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    many = " ".join(f"{a}{b.lower()}xo" for a in letters for b in letters)[: MOST_READ - 20]
    assert len(set(many.split())) > MOST_ASKED
    assert people(f"Ilmi Umerov, {many}") == ("ilmi-umerov",)
    assert people(f"{many}, Ilmi Umerov") == ()
