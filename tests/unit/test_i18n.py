from __future__ import annotations

import pytest

from community_bot.core.i18n import Texts, available_languages, language_chain
from community_bot.domain.document import Strong, Text


def test_english_is_the_first_language_there_is() -> None:
    assert available_languages()[0] == "en"


def test_a_tag_falls_back_to_its_shorter_forms_and_then_to_english() -> None:
    assert language_chain("crh-Latn-UA", {}) == ("crh-Latn-UA", "crh-Latn", "crh", "en")


def test_a_base_may_set_its_own_order_of_languages() -> None:
    chain = language_chain("crh-Latn", {"crh-Latn": ("tr", "uk")})
    assert chain == ("crh-Latn", "tr", "uk", "crh", "en")


@pytest.mark.parametrize(
    ("date", "words"),
    [("2017-10-05", "5 October 2017"), ("2017-10", "October 2017"), ("2017", "2017")],
)
def test_a_date_is_written_as_precisely_as_it_is_known(date: str, words: str) -> None:
    assert Texts("en").date(date) == words


def test_plural_forms_follow_the_count() -> None:
    texts = Texts("en")
    assert [texts.plural("years", count) for count in (1, 2)] == ["1 year", "2 years"]


def test_an_argument_is_never_read_as_a_format() -> None:
    nasty = "{name} {0.__class__} %(x)s $TOKEN {% if %}"
    assert nasty in Texts("en")("command-unknown", name=nasty)


def test_an_unknown_key_is_a_defect_and_not_a_sentence() -> None:
    with pytest.raises(KeyError):
        Texts("en")("no-such-message")


def test_inlines_keep_their_kind_inside_a_sentence() -> None:
    pieces = Texts("en").inlines("verify-current", asked=Strong("a@b"))
    assert pieces == (Strong("a@b"), Text(" is what this knowledge base says now:"))


def test_a_missing_translation_is_noted_and_a_present_one_is_not() -> None:
    texts = Texts("uk")
    assert texts.pick({"en": "book", "uk": "книга"}) == "книга"
    assert not texts.borrowed
    assert texts.pick({"en": "book"}) == "book"
    assert texts.borrowed == {"en"}


def test_a_language_nobody_speaks_is_answered_in_english() -> None:
    assert Texts("xx-nonsense")("title-people") == "People"
