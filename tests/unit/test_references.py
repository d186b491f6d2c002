from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sample_base import make_base

from community_bot.domain.entities import (
    Alias,
    Conflict,
    DatedFact,
    Name,
    Organisation,
    OtherDate,
    Point,
    Remark,
    Resolution,
    Symbol,
    Title,
)
from community_bot.domain.values import Kind
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.citing.dates import dates_in
from community_bot.knowledge.references import Found, ReferenceIndex
from community_bot.knowledge.searching.folding import fold

DAY = "2020-02-02"


def body(id_: str, names: dict[str, str], *aliases: str) -> Organisation:
    return Organisation(
        id=id_,
        kind=Kind.ORGANISATION,
        names={tag: Name(text=text) for tag, text in names.items()},
        aliases=tuple(Alias(text=text) for text in aliases),
        reviewed=DAY,
    )


def resolution(  # noqa: PLR0913 - what a resolution is known by
    id_: str,
    body_id: str,
    date: str,
    titles: dict[str, str],
    *symbols: str,
    wrong: str = "",
    other: str = "",
) -> Resolution:
    wrongly = OtherDate(date=wrong, where="appeal", note={"en": "a slip"})
    conflict = Conflict(field="value", value=other, cite=("gazette",))
    return Resolution(
        id=id_,
        kind=Kind.RESOLUTION,
        title=Title(text=titles),
        body=body_id,
        date=DatedFact(value=date, cite=("gazette",), conflicts=(conflict,) if other else ()),
        symbols=tuple(Symbol(text=symbol) for symbol in symbols),
        also_dated=(wrongly,) if wrong else (),
        reviewed=DAY,
    )


BODIES = {
    one.id: one
    for one in (
        body(
            "assembly",
            {
                "en": "United Nations General Assembly",
                "uk": "Генеральна Асамблея ООН",
                "ru": "Генеральная Ассамблея ООН",
                "tr": "Birleşmiş Milletler Genel Kurulu",
            },
            "UN General Assembly",
            "General Assembly",
            "UN",
            "ООН",
            "ГА ООН",
            "Генасамблея ООН",
            "Генассамблея ООН",
            "BM Genel Kurulu",
        ),
        body(
            "parliament",
            {
                "en": "European Parliament",
                "uk": "Європейський парламент",
                "tr": "Avrupa Parlamentosu",
            },
            "Європарламент",
        ),
        body("tide-court", {"en": "Court of the Tides", "fr": "Cour des Marées"}),
        body("moon", {"en": "Moon Council", "fr": "Conseil de la Lune"}, "Lunar Board"),
    )
}
INDEX = ReferenceIndex.build(
    [
        resolution(
            "assembly-71-205",
            "assembly",
            "2016-12-19",
            {"en": "Situation of human rights in the harbour towns", "ru": "Положение в портах"},
            "A/RES/71/205",
        ),
        resolution(
            "assembly-72-190",
            "assembly",
            "2017-12-19",
            {"en": "Situation of human rights in the harbour towns, 2017"},
            "A/RES/72/190",
        ),
        resolution(
            "parliament-2016-02-04",
            "parliament",
            "2016-02-04",
            {"en": "European Parliament resolution of 4 February 2016 on the herring fleets"},
            "P8_TA(2016)0043",
            "2016/2556(RSP)",
            "RC-B8-0173/2016",
        ),
        resolution(
            "parliament-2016-05-12",
            "parliament",
            "2016-05-12",
            {"en": "European Parliament resolution of 12 May 2016 on the fishermen"},
            "P8_TA(2016)0218",
            "2016/2692(RSP)",
            "RC-B8-0582/2016",
            wrong="2016-03-12",
        ),
        resolution(
            "tides-1906-ebb",
            "tide-court",
            "1906-07-13",
            {"en": "Judgment on the ebb", "fr": "Arrêt sur le reflux"},
            "Mar. ch. réunies, 13 juillet 1906",
        ),
        resolution(
            "tides-1906-flood",
            "tide-court",
            "1906-07-13",
            {"en": "Judgment on the flood", "fr": "Arrêt sur le flux"},
        ),
        resolution("moon-7", "moon", "2001-04", {"en": "On craters"}, "M.C. 7 (2001)"),
        resolution(
            "moon-8", "moon", "2003-09-05", {"en": "On dust"}, "M.C. 2003, p. 8", other="2003-09-06"
        ),
    ],
    BODIES,
)


def found(text: str) -> list[tuple[str, str, bool]]:
    return [(one.id, one.how, one.sure) for one in INDEX.find(text)]


def surely(text: str) -> tuple[str, str] | None:
    match INDEX.find(text):
        case (Found(id=id_, how=how, sure=True),):
            return id_, how
    return None


ONE_SYMBOL = """
71/205
71-205
71 205
A/RES/71/205
a/res/71/205
A RES 71 205
A.RES.71.205
UNGA 71/205
UN GA res. 71-205
U.N. General Assembly resolution no. 71/205
Резолюція ООН 71/205
резолюция ГА ООН 71/205
71/205 Генеральної Асамблеї ООН
Birleşmiş Milletler Genel Kurulu'nun 71/205 sayılı kararı
№71/205
RES/71/205
71/205 (2016)
A/RES/71/205 of 19 December 2016
７１/２０５
the resolution of the UN General Assembly 71/205 of December 19, 2016 about the situation
71/205 on human rights in the harbour towns
""".strip().splitlines()


@pytest.mark.parametrize("typed", ONE_SYMBOL)
def test_a_symbol_is_known_in_any_form(typed: str) -> None:
    assert surely(typed) == ("assembly-71-205", "symbol")


ONE_TERM_SYMBOL = """
2016/2692(RSP)
2016/2692
P8_TA(2016)0218
P8 TA 2016 0218
TA-8-2016-0218
p8_ta(2016)218
TA(2016)0218
RC-B8-0582/2016
RC B8 0582 2016
European Parliament P8_TA(2016)0218
P8_TA(2016)0218, 12 May 2016
""".strip().splitlines()


@pytest.mark.parametrize("typed", ONE_TERM_SYMBOL)
def test_a_symbol_with_terms_of_office_is_known_in_any_form(typed: str) -> None:
    assert surely(typed) == ("parliament-2016-05-12", "symbol")


def test_a_number_that_counts_alone_needs_its_letters_or_its_body() -> None:
    assert surely("M.C. 7") == surely("Moon Council 7") == ("moon-7", "symbol")
    assert surely("MC 7 (2001)") == ("moon-7", "symbol")
    assert found("7") == []


@settings(max_examples=100, deadline=None)
@given(session=st.integers(60, 80), number=st.integers(180, 215))
@example(session=72, number=205)
@example(session=71, number=190)
def test_no_number_is_ever_taken_for_another(session: int, number: int) -> None:
    known = {(71, 205): "assembly-71-205", (72, 190): "assembly-72-190"}
    for typed in (f"{session}/{number}", f"A/RES/{session}/{number}", f"UNGA {session}-{number}"):
        expected = known.get((session, number))
        assert surely(typed) == (expected and (expected, "symbol"))
        assert bool(found(typed)) == bool(expected)


@pytest.mark.parametrize(
    "typed", ["P8_TA(2016)0219", "P9_TA(2016)0218", "2016/2693(RSP)", "0218", "71205", "205", "71"]
)
def test_an_unknown_symbol_finds_nothing(typed: str) -> None:
    assert found(typed) == []


OTHER_SERIES = """
A/71/205
A/HRC/71/205
S/RES/71/205
HRC 71/205
Moon Council 71/205
EP 71/205
71/205 2017
71/205 of 18 December 2016
B8-0582/2016
2016/2692(COD)
""".strip().splitlines()


@pytest.mark.parametrize("typed", OTHER_SERIES)
def test_a_number_in_another_series_is_never_sure(typed: str) -> None:
    assert found(typed)
    assert surely(typed) is None


def test_a_symbol_and_the_date_of_another_text_offer_both() -> None:
    assert found("A/RES/71/205 of 19 December 2017") == [
        ("assembly-71-205", "symbol", False),
        ("assembly-72-190", "date", False),
    ]
    assert {id_ for id_, _, _ in found("71/205 and 72/190")} == {
        "assembly-71-205",
        "assembly-72-190",
    }


ONE_DATE = """
EP 12 May 2016
European Parliament, May 12, 2016
12 May 2016
12th of May 2016
12.05.2016
12. 5. 2016
2016-05-12
2016/05/12
2016.5.12
12/05/2016
05/12/2016
12-05-2016
12–05–2016
12-May-2016
May 12th 2016
12 травня 2016
Європарламент 12 травня 2016 року
12-го травня 2016 р.
Резолюція Європарламенту від 12 травня 2016
12 мая 2016 г.
12 май 2016
12 Mayıs 2016
Avrupa Parlamentosu'nun 12 MAYIS 2016 tarihli kararı
12 mai 2016
resolution of 12 May 2016 on the fishermen
European Parliament May 2016
""".strip().splitlines()


@pytest.mark.parametrize("typed", ONE_DATE)
def test_a_date_is_known_in_any_form(typed: str) -> None:
    assert surely(typed) == ("parliament-2016-05-12", "date")


@pytest.mark.parametrize("typed", ["March 12, 2016", "EP 12 Mart 2016", "12/03/2016", "12.3.2016"])
def test_a_wrong_date_that_is_on_record_finds_the_text_and_says_so(typed: str) -> None:
    assert surely(typed) == ("parliament-2016-05-12", "wrong-date")


def test_a_date_that_may_be_read_both_ways_is_sure_only_if_one_reading_is_there() -> None:
    fifth_of_december = resolution("other", "moon", "2016-12-05", {"en": "On light"})
    twelfth_of_may = resolution("one", "moon", "2016-05-12", {"en": "On shade"})
    index = ReferenceIndex.build([fifth_of_december, twelfth_of_may], BODIES)
    assert {(one.id, one.sure) for one in index.find("05/12/2016")} == {
        ("one", False),
        ("other", False),
    }
    assert index.find("05.12.2016") == (Found("other", "date", sure=True),)


def test_a_date_that_several_have_is_not_sure_until_a_word_tells_them_apart() -> None:
    assert {one[0] for one in found("13 juillet 1906")} == {"tides-1906-ebb", "tides-1906-flood"}
    assert surely("13 juillet 1906") is None
    assert surely("13 July 1906, the flood") == ("tides-1906-flood", "date")
    assert surely("Mar. ch. réunies, 13 juillet 1906") == ("tides-1906-ebb", "symbol")


def test_a_body_tells_apart_what_a_date_does_not() -> None:
    same_day = resolution("moon-9", "moon", "2016-05-12", {"en": "On silence"})
    index = ReferenceIndex.build(
        [same_day, resolution("ep", "parliament", "2016-05-12", {"en": "On noise"})], BODIES
    )
    assert [one.sure for one in index.find("12 May 2016")] == [False, False]
    assert index.find("Lunar Board, 12 May 2016") == (Found("moon-9", "date", sure=True),)
    assert index.find("Conseil de la Lune, 12 mai 2016") == (Found("moon-9", "date", sure=True),)
    assert index.find("ЄП 12 травня 2016") == (Found("ep", "date", sure=True),)


@pytest.mark.parametrize(
    "typed", ["Security Council 12 May 2016", "UNGA 12 May 2016", "ОБСЄ 12.05.2016"]
)
def test_the_date_of_another_body_is_never_sure(typed: str) -> None:
    assert found(typed)
    assert surely(typed) is None


def test_a_date_that_sources_dispute_is_found_by_both_readings() -> None:
    assert surely("5 September 2003") == surely("6 September 2003") == ("moon-8", "date")


def test_a_day_in_a_month_that_alone_is_known_is_not_sure() -> None:
    assert found("12 April 2001") == [("moon-7", "date", False)]
    assert surely("Moon Council, April 2001") == ("moon-7", "date")


def test_a_date_on_which_nothing_happened_finds_nothing_by_itself() -> None:
    assert found("13 May 2016") == found("31.02.2016") == []
    assert {one[0] for one in found("EP 13 May 2016")} == {
        "parliament-2016-02-04",
        "parliament-2016-05-12",
    }
    assert surely("herring fleets, 3 February 2016") is None


def test_a_body_and_a_year_list_what_there_is() -> None:
    ids = ["parliament-2016-02-04", "parliament-2016-05-12"]
    assert [one[0] for one in found("European Parliament 2016")] == ids
    assert [one[0] for one in found("Європарламент")] == ids
    assert [one[0] for one in found("2017")] == ["assembly-72-190"]
    assert surely("Tide Court 1906") is surely("2017") is None


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("herring fleets", "parliament-2016-02-04"),
        ("the HERRING fleet", "parliament-2016-02-04"),
        ("harbour towns 2016", "assembly-71-205"),
        ("arret reflux", "tides-1906-ebb"),
        ("положения в порту", "assembly-71-205"),
        ("moon dust", None),
        ("herring", None),
        ("human rights in harbour towns", None),
        ("human rights 73/190", None),
    ],
)
def test_words_of_a_title_are_sure_when_they_fit_one_text_only(typed: str, id_: str | None) -> None:
    assert surely(typed) == (id_ and (id_, "title"))


def test_words_that_fit_in_part_only_suggest() -> None:
    assert found("herring pirates") == [("parliament-2016-02-04", "title", False)]
    assert found("pirates of the deep herring sea") == []


@pytest.mark.parametrize(
    "typed", ["assembly-71-205", " ASSEMBLY-71-205 ", "assembly 71 205", "Assembly_71_205"]
)
def test_an_id_finds_its_entry(typed: str) -> None:
    assert surely(typed) == ("assembly-71-205", "id")


@pytest.mark.parametrize("typed", ["", " ", "resolution", "the", "((((", "№", "/-/", "\ud800", "0"])
def test_what_names_nothing_finds_nothing(typed: str) -> None:
    assert found(typed) == []


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=400)
    | st.text(st.sampled_from("0123456789/-. ()_PATES"), max_size=60)
    | st.lists(
        st.sampled_from(("12", "May", "мая", "2016", "71/205", "EP", "05/12/2016", "(RSP)", "no."))
    ).map(" ".join)
)
def test_finding_and_completing_never_raise_and_several_are_never_sure(text: str) -> None:
    result = INDEX.find(text)
    assert len({one.id for one in result}) == len(result)
    assert len(result) == 1 or not any(one.sure for one in result)
    assert len(INDEX.complete(text, limit=3)) <= 3


def completed(prefix: str) -> list[str]:
    return [id_ for id_, _ in INDEX.complete(prefix)]


def test_completion_knows_symbols_dates_bodies_and_titles_by_their_beginnings() -> None:
    assert completed("71/2") == ["assembly-71-205"]
    assert completed("A/RES/7") == ["assembly-72-190", "assembly-71-205"]
    assert completed("7/12") == completed("1/205") == []
    assert completed("herr") == ["parliament-2016-02-04"]
    assert completed("Avrupa Parl")[0].startswith("parliament")
    assert completed("human har") == ["assembly-72-190", "assembly-71-205"]
    assert completed("2003-09") == ["moon-8"]
    assert completed("March 12, 2016") == ["parliament-2016-05-12"]
    assert completed("zzz") == []
    assert len(completed("")) == 8


def test_a_completion_is_labelled_by_symbol_and_title() -> None:
    assert INDEX.complete("moon-7") == (("moon-7", "M.C. 7 (2001) · On craters"),)
    assert INDEX.complete("the flood") == (
        ("tides-1906-flood", "1906-07-13 · Judgment on the flood"),
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5 июня 1999", ("1999-06-05",)),
        ("le 1er août 1944", ("1944-08-01",)),
        ("Ekim 1990", ("1990-10",)),
        ("3 Sept. 2001", ("2001-09-03",)),
        ("08/09/2001", ("2001-09-08", "2001-08-09")),
        ("07.07.2001'de", ("2001-07-07",)),
        ("18 sentâbr 1999", ("1999-09-18",)),
        ("30 лютого 2001", ()),
        ("jui 2001", ()),
        ("71/205/2016", ()),
        ("2016", ()),
        ("5 июня", ("--06-05",)),
        ("August 31st", ("--08-31",)),
        ("31 June", ()),
        ("may 205", ()),
        ("2001-09", ("2001-09",)),
        ("9.2001", ("2001-09",)),
        ("2001-0918", ()),
        ("3/4/01", ("2001-04-03", "2001-03-04")),
        ("3.4.01", ("2001-04-03",)),
    ],
)
def test_dates_are_read_in_many_languages(text: str, values: tuple[str, ...]) -> None:
    assert sum((dated.values for dated in dates_in(fold(text))), ()) == values


FLEET = resolution(
    "fleet",
    "parliament",
    "2016-02-04",
    {"en": "Resolution of 4 February 2016 on the rights situation in harbours, and of fishermen"},
)
MEN = resolution(
    "men", "parliament", "2016-05-12", {"en": "Resolution of 12 May 2016 on the fishermen"}
)
SURFACE = "the resolution 12/5 of March 12, 2016 on the situation of the fishermen"


@pytest.mark.parametrize("surfaces", [{}, {"men": (SURFACE,)}])
@pytest.mark.parametrize(
    "typed",
    ["the situation of the fishermen", "situation fishermen", "EP fishermen situation 2016"],
)
def test_a_title_is_never_sure_when_another_has_nearly_all_the_words(
    typed: str, surfaces: dict[str, tuple[str, ...]]
) -> None:
    index = ReferenceIndex.build([FLEET, MEN], BODIES, surfaces)
    assert {one.id for one in index.find(typed)} == {"fleet", "men"}
    assert not any(one.sure for one in index.find(typed))


def test_the_very_words_of_a_title_are_sure_however_near_others_are() -> None:
    order = resolution("order", "moon", "2001-01-01", {"en": "Tides v. Ebb, order on measures"})
    judgment = resolution("judgment", "moon", "2002-02-02", {"en": "Tides v. Ebb, judgment"})
    index = ReferenceIndex.build([order, judgment], BODIES)
    assert index.find("Tides v. Ebb, judgment") == (Found("judgment", "title", sure=True),)
    assert index.find("Ebb, judgment") == (Found("judgment", "title", sure=True),)
    for typed in ("Tides judgment", "judgment Tides v. Ebb"):
        assert [one.id for one in index.find(typed)] == ["judgment", "order"]
        assert not any(one.sure for one in index.find(typed))
    assert index.find("order on measures") == (Found("order", "title", sure=True),)


def test_the_words_of_a_citation_find_what_it_cites() -> None:
    index = ReferenceIndex.build([FLEET, MEN], BODIES, {"men": ("the nets decision", SURFACE)})
    assert index.find("the NETS decision, fishermen")[0] == Found("men", "title", sure=False)
    assert {one.id for one in index.find("situation of the fishermen")} == {"fleet", "men"}
    assert index.find("12/5") == ()
    assert [id_ for id_, _ in index.complete("the nets dec")] == ["men"]


def test_a_base_knows_by_what_words_its_statements_cite_and_follows_their_changes(
    tmp_path: Path,
) -> None:
    base = make_base(tmp_path / "base")
    path, cited = "statements/appeal.yaml", "{ref: r-1, surface: Some citizens}"
    base.replace(path, "{ref: union, surface: the Union}", cited)
    first = KnowledgeBase.of(base.read())
    assert first.references.find("citizens") == (Found("r-1", "title", sure=False),)
    base.replace(path, cited, "{ref: r-1, surface: wrote to}")
    second = first.updated(base.read())
    assert second.references.find("citizens") == ()
    assert second.references.find("wrote") == (Found("r-1", "title", sure=False),)


def test_a_body_and_a_year_are_never_sure() -> None:
    index = ReferenceIndex.build(
        [
            resolution("ep", "parliament", "2015-09-10", {"en": "European Parliament on noise"}),
            resolution("un", "assembly", "2015-09-11", {"en": "On silence"}),
        ],
        BODIES,
        {"un": ("the resolution of the UN General Assembly of 2015",)},
    )
    assert index.find("European Parliament 2015") == (Found("ep", "title", sure=False),)
    assert index.find("UN General Assembly 2015") == (Found("un", "title", sure=False),)


@pytest.mark.parametrize("typed", ["4 February", "February 4", "EP, Feb 4th", "4 лютого"])
def test_a_day_without_a_year_is_never_sure(typed: str) -> None:
    assert found(typed) == [("parliament-2016-02-04", "date", False)]


def test_a_day_without_a_year_lists_every_year() -> None:
    assert [one[0] for one in found("19 Aralık")] == ["assembly-71-205", "assembly-72-190"]
    assert found("UNGA 12 May") == found("12 May") == [("parliament-2016-05-12", "date", False)]
    assert found("12 March") == [("parliament-2016-05-12", "wrong-date", False)]
    assert found("12 April") == [("moon-7", "date", False)]
    assert found("May 13") == found("30 February") == []
    assert surely("71/205 of 19 December") == ("assembly-71-205", "symbol")
    assert surely("71/205 of 18 December") is None


def test_a_year_that_stands_apart_from_its_day_completes_it() -> None:
    assert surely("2017, 19 December") == ("assembly-72-190", "date")
    assert surely("у 2016 році, 19 грудня") == ("assembly-71-205", "date")
    assert len(found("19 December 2016-2017")) == 1
    assert surely("19 December, either 2016 or 2017") is None


@pytest.mark.parametrize(
    "typed", ["EP 2016-05", "EP 05.2016", "EP 5.2016", "2016–05 Європарламент"]
)
def test_a_month_in_digits_is_a_month(typed: str) -> None:
    assert surely(typed) == ("parliament-2016-05-12", "date")


def test_a_month_alone_is_not_sure() -> None:
    assert found("2016-05") == found("05.2016") == found("May 2016")
    assert surely("2016-05") is None
    assert found("2016-13") == []


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("12.5.16", "parliament-2016-05-12"),
        ("12.05.16", "parliament-2016-05-12"),
        ("5/12/16", "parliament-2016-05-12"),
        ("UN GA 12/19/16", "assembly-71-205"),
        ("19/12/17", "assembly-72-190"),
        ("12-19-16", "assembly-71-205"),
        ("5.12.16", None),
        ("16.5.12", None),
    ],
)
def test_a_year_of_two_digits_is_of_this_century(typed: str, id_: str | None) -> None:
    assert surely(typed) == (id_ and (id_, "date"))
    assert bool(found(typed)) == bool(id_)


def test_a_short_year_is_not_sure_when_two_readings_are_there() -> None:
    december = resolution("december", "moon", "2016-12-05", {"en": "On light"})
    index = ReferenceIndex.build([MEN, december], BODIES)
    assert [one.sure for one in index.find("5/12/16")] == [False, False]
    assert index.find("5.12.16") == (Found("december", "date", sure=True),)


@pytest.mark.parametrize("symbol", ["M/2016-05", "7/2016", "5.2016", "M 12/5/16", "2016-05"])
def test_a_symbol_that_looks_like_a_loose_date_stays_a_symbol(symbol: str) -> None:
    index = ReferenceIndex.build(
        [resolution("one", "moon", "2016-05-12", {"en": "On light"}, symbol)], BODIES
    )
    assert index.find(symbol)[0].id == "one"
    assert index.find(f"Moon Council {symbol}")[0].how == "symbol"


@pytest.mark.parametrize("typed", ["UNGA71205", "unga 71205", "RES71205", "ООН71205"])
def test_a_symbol_run_together_is_a_guess(typed: str) -> None:
    assert found(typed) == [("assembly-71-205", "symbol", False)]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(("UNGA{}{}", "A/RES/{}/{}", "{}/{}", "UN GA {} {}", "res. {}-{} of 19.12.{}")),
    st.sampled_from(((71, 205, 16), (72, 190, 17), (71, 190, 16), (72, 205, 17))),
    st.sampled_from(("", " 19 December", " 2016", " 2017", " human rights", " EP")),
)
def test_two_resolutions_a_year_apart_are_never_taken_for_one_another(
    form: str, numbers: tuple[int, int, int], more: str
) -> None:
    own = {(71, 205): "assembly-71-205", (72, 190): "assembly-72-190"}.get(numbers[:2])
    assert (surely(form.format(*numbers) + more) or (own, ""))[0] == own


HERRINGS = body("herrings", {"en": "Guild of the Herring People", "uk": "Оселедці"}, "Guild")
ON_GUILD = (
    replace(FLEET, points=(Point(text={"en": "…"}, about=("herrings", "x"), cite=("gazette",)),)),
    replace(MEN, points=(Point(text={"en": "…"}, cite=("gazette",)),)),
    resolution("dust", "moon", "2016-01-01", {"en": "On the Guild of the herring people"}),
)


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("resolution guild", {"fleet", "dust"}),
        ("Guild of the Herring People", {"fleet", "dust"}),
        ("про оселедців", {"fleet"}),
        ("EP Guild of the Herring People 2016", {"fleet"}),
        ("rights situation in harbours, guild", {"fleet"}),
        ("guild ban", {"fleet", "dust"}),
        ("people", {"dust"}),
        ("g", set()),
    ],
)
def test_whom_a_text_is_about_finds_it_but_never_surely(typed: str, ids: set[str]) -> None:
    index = ReferenceIndex.build(ON_GUILD, {**BODIES, "herrings": HERRINGS})
    assert {one.id for one in index.find(typed)} == ids
    assert not any(one.sure for one in index.find(typed))


def test_whom_a_text_is_about_is_no_stranger_to_its_date() -> None:
    index = ReferenceIndex.build(ON_GUILD, {**BODIES, "herrings": HERRINGS})
    assert index.find("guild, 4 February 2016") == (Found("fleet", "date", sure=True),)
    assert not index.find("guild, 12 May 2016")[0].sure


def test_an_unknown_symbol_finds_who_mentions_it_but_never_surely() -> None:
    noting = replace(
        resolution("noting", "assembly", "2018-12-22", {"en": "On salt"}, "A/RES/73/263"),
        notes=(Remark(text={"en": "Not 73/194 (66-19-72, 65/27/70) nor A/71/484/Add.3."}),),
    )
    index = ReferenceIndex.build([noting], BODIES)
    for typed in ("73/194", "A/RES/73/194", "UNGA 73-194 of 2018", "A/71/484"):
        assert index.find(typed) == (Found("noting", "mentioned", sure=False),)
    for typed in ("73/195", "72/194", "65/27", "27/70", "19-72", "194", "UNGA 73194"):
        assert index.find(typed) == ()
    assert index.find("73/263") == (Found("noting", "symbol", sure=True),)


ONE_DAY = """
резолюція Генеральної Асамблеї ООН від 19 грудня 2016 року
від 19 грудня 2016 року РЕЗОЛЮЦІЄЮ ГЕНЕРАЛЬНОЇ АСАМБЛЕЇ ООН
19 грудня 2016 р., Генасамблеєю ООН
2016 року, 19 грудня, Генеральна асамблея
резолюцией Генеральной Ассамблеи ООН от 19 декабря 2016 года
Генассамблея ООН, 19 декабря 2016г.
в 2016 году 19 декабря ГА ООН
BM Genel Kurulu 19 Aralık 2016
BM Genel Kurulu'nun 19 Aralık 2016 tarihli kararında
BM'nin 19 ARALIK 2016 tarihli kararının
bm’nin 19 aralık 2016'da aldığı karar
19 Aralık 2016 Birleşmiş Milletler Genel Kurulu kararı
UN's 19 December 2016
""".strip().splitlines()


@pytest.mark.parametrize("typed", ONE_DAY)
def test_a_body_may_be_inflected_and_stand_anywhere_beside_a_date(typed: str) -> None:
    assert surely(typed) == ("assembly-71-205", "date")


@pytest.mark.parametrize(
    "typed",
    ["резолюція ООН 2016 року", "2016 год, Генассамблеи ООН", "BM'nin 2016 yılındaki kararları"],
)
def test_a_body_may_be_inflected_beside_a_year(typed: str) -> None:
    assert found(typed) == [("assembly-71-205", "title", False)]


def test_a_base_without_resolutions_or_without_their_bodies_still_answers() -> None:
    assert ReferenceIndex.build([], {}).find("71/205") == ()
    lone = resolution("lone", "nobody", "1999-01-01", {"en": "On solitude"}, "L/1/2")
    assert ReferenceIndex.build([lone], {}).find("L/1/2") == (Found("lone", "symbol", sure=True),)
