from __future__ import annotations

import gc
import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community_bot.domain.entities import (
    Alias,
    DatedFact,
    Entry,
    Event,
    Name,
    Namesake,
    Organisation,
    Person,
    Point,
    Remark,
    Resolution,
    Source,
    Statement,
    StatementParagraph,
    Status,
    SummarySentence,
    Symbol,
    Title,
    Version,
    VersionParagraph,
)
from community_bot.domain.values import EventType, Kind, Part, SourceKind, StatusValue
from community_bot.knowledge.search import Hit, SearchIndex
from community_bot.knowledge.searching.documents import documents_of
from community_bot.knowledge.searching.folding import fold
from community_bot.knowledge.searching.query import parse
from community_bot.knowledge.searching.snippets import MAX_LENGTH, snippet_of

DAY = "2020-02-02"


def person(id_: str, *names: str, events: tuple[Event, ...] = (), about: str = "") -> Person:
    tags = ("en", "uk", "ru", "tr", "fr", "crh-Latn")
    return Person(
        id=id_,
        kind=Kind.PERSON,
        names={tag: Name(text=name) for tag, name in zip(tags, names, strict=False)},
        about=Remark(text={"en": about}) if about else None,
        events=events,
        status=Status(value=StatusValue.UNKNOWN, as_of=DAY, cite=("report",)),
        reviewed=DAY,
    )


def event(text: str, court: str = "", type_: EventType = EventType.OTHER) -> Event:
    return Event(
        type=type_,
        date=DAY,
        text={"en": text} if text else None,
        court={"en": court} if court else None,
        cite=("report",),
    )


def statement(id_: str, *paragraphs: str, title: str = "An appeal") -> Statement:
    return Statement(
        id=id_,
        kind=Kind.STATEMENT,
        title=Title(text={"en": title}),
        issuer={"en": "a committee"},
        date=DatedFact(value=DAY, cite=("report",)),
        language="en",
        cite=("report",),
        paragraphs=tuple(
            StatementParagraph(label=f"{number}", part=Part.BODY, text=text)
            for number, text in enumerate(paragraphs, 1)
        ),
        reviewed=DAY,
    )


def resolution(id_: str, title: dict[str, str], symbol: str, *points: str) -> Resolution:
    return Resolution(
        id=id_,
        kind=Kind.RESOLUTION,
        title=Title(text=title),
        body="senate",
        date=DatedFact(value=DAY, cite=("report",)),
        symbols=(Symbol(text=symbol),),
        points=tuple(Point(text={"en": point}, cite=("report",)) for point in points),
        reviewed=DAY,
    )


def source(id_: str, title: str) -> Source:
    return Source(
        id=id_,
        kind=Kind.SOURCE,
        title=title,
        publisher="The Harbour Gazette",
        url="https://example.org/",
        language="en",
        type=SourceKind.MEDIA,
        reviewed=DAY,
    )


ENTRIES: tuple[Entry, ...] = (
    person(
        "ada-quill",
        "Ada Quill",
        "Ада Квілл",
        "Ада Квилл",
        events=(
            event("taken from her workshop", "Harbour Court", EventType.DETAINED),
            event("began a hunger strike in the lighthouse"),
            event("was let go", type_=EventType.RELEASED),
        ),
        about="A printer of the harbour district",
    ),
    person("ilker-isik", "İlker Işık", "Ількер Ишик", about="A sailor"),
    person("danylo-hnat", "Danylo Hnat", "Данило П’ятак-Ґнат", "Данило Гнат"),
    resolution(
        "senate-12-34",
        {"en": "Situation of printers", "fr": "La situation des imprimés interdits"},
        "S/RES/12/34",
        "Asks the harbour court to let the printers go",
    ),
    resolution("senate-12-35", {"en": "Situation of sailors"}, "S/RES/12/35"),
    statement(
        "appeal",
        "We call upon the whole city to remember Ada Quill and all that was printed.",
        "The harbour court has not heard a single printer; the lighthouse stays dark. " * 4,
        "Nobody shall be held for a printed word.",
    ),
    source("gazette-1", "Quill held in the lighthouse"),
    source("gazette-2", "On the Senate's resolution 12/34"),
)
INDEX = SearchIndex.build(ENTRIES)


def found(index: SearchIndex, words: str) -> list[tuple[str, str]]:
    return [(hit.entry, hit.part) for hit in index.search(words)]


def marked(hit: Hit) -> list[str]:
    return [piece for piece, is_match in hit.snippet if is_match]


def first(words: str, index: SearchIndex = INDEX) -> Hit:
    return index.search(words)[0]


def test_a_name_comes_before_the_texts_that_mention_it() -> None:
    hits = found(INDEX, "quill")
    assert hits[0] == ("ada-quill", "")
    assert hits.index(("appeal", "paragraph:1")) < hits.index(("gazette-1", ""))


def test_a_paragraph_comes_before_an_event() -> None:
    hits = found(INDEX, "lighthouse")
    assert hits.index(("appeal", "paragraph:2")) < hits.index(("ada-quill", "event:1"))


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("IŞIK", "ilker-isik"),
        ("isik", "ilker-isik"),
        ("ilker", "ilker-isik"),
        ("İLKER", "ilker-isik"),
        ("квілл", "ada-quill"),
        ("КВИЛЛ", "ada-quill"),
        ("пятак", "danylo-hnat"),
        ("п'ятак", "danylo-hnat"),
        ("пʼятак", "danylo-hnat"),
        ("П´ятак", "danylo-hnat"),
        ("гнат", "danylo-hnat"),
        ("imprimes", "senate-12-34"),
        ("IMPRIMÉS", "senate-12-34"),
        ("q\u200buill", "ada-quill"),
        ("Ｑｕｉｌｌ", "ada-quill"),
    ],
)
def test_letters_are_folded(words: str, entry: str) -> None:
    assert first(words).entry == entry
    assert marked(first(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("東京都の港で開かれた裁判", "港で"),
        ("ศาลท่าเรือกรุงเทพ", "ท่าเรือ"),
        ("बंदरगाह की अदालत", "अदालत"),
        ("محكمة الميناء", "الميناء"),
        ("מְנוֹרָה בַּנָּמָל", "מנורה"),
        ("Λιμάνι της Αθήνας", "λιμανι"),
        ("ნავსადგურის სასამართლო", "სასამართლო"),
        ("항구 법원에서", "법원"),
        ("ђаци и учитељи", "учитељи"),
        ("ABC漢字xyz", "漢字"),
    ],
)
def test_every_script_is_found_and_marked(text: str, words: str) -> None:
    index = SearchIndex.build((*ENTRIES, source("other", text)))
    hit = first(words, index)
    assert (hit.entry, "".join(piece for piece, _ in hit.snippet)) == ("other", text)
    assert "".join(marked(hit))


def test_all_words_must_be_there_when_some_text_has_them_all() -> None:
    assert found(INDEX, "printed word") == [("appeal", "paragraph:3")]


def test_whom_a_text_is_about_counts_as_one_of_its_words() -> None:
    assert found(INDEX, "quill hunger")[0] == ("ada-quill", "event:1")
    assert found(INDEX, "ada detained workshop") == [("ada-quill", "event:0")]


def test_a_name_alone_does_not_find_all_that_happened_to_its_bearer() -> None:
    assert [part for entry, part in found(INDEX, "ada quill") if entry == "ada-quill"] == [""]


def test_a_word_that_is_nowhere_does_not_hide_the_others() -> None:
    hits = INDEX.search("quill hunger zzz")
    assert (hits[0].entry, hits[0].part) == ("ada-quill", "event:1")
    assert hits[0].score < 1 < first("quill hunger").score


def test_words_that_are_nowhere_together_are_found_apart() -> None:
    hits = INDEX.search("sailors lighthouse")
    assert {hit.entry for hit in hits} >= {"senate-12-35", "appeal"}
    assert all(hit.score < 1 for hit in hits)


def test_a_word_finds_those_that_begin_with_it() -> None:
    assert ("ada-quill", "about") in found(INDEX, "print")
    assert marked(first("sail")) == ["sailors"]


def test_a_short_word_finds_only_itself_unless_it_is_starred() -> None:
    assert found(INDEX, "sai") == []
    assert found(INDEX, "sai*")[0] == ("senate-12-35", "")


def test_another_ending_is_found_when_hardly_anything_else_is() -> None:
    index = SearchIndex.build([person("k", "Tom Keel", "Том Кіль", about="A member of the Rada")])
    case = person("r", "The Council", "Громадська рада")
    assert first("громадської ради", SearchIndex.build([case])).entry == "r"
    assert found(index, "members") == [("k", "about")]


def test_exact_words_come_before_longer_ones() -> None:
    index = SearchIndex.build([source("a", "A printer speaks"), source("b", "They will print it")])
    assert [hit.entry for hit in index.search("print")] == ["b", "a"]


def test_a_quoted_phrase_finds_only_itself() -> None:
    assert found(INDEX, '"call upon the whole city"') == [("appeal", "paragraph:1")]
    assert found(INDEX, "“printed word”") == [("appeal", "paragraph:3")]
    assert found(INDEX, "«word printed»") == []
    assert marked(first("„a printed word“")) == ["a printed word"]


def test_what_stands_together_is_looked_for_together() -> None:
    assert found(INDEX, "12/34")[0] == ("senate-12-34", "symbol")
    assert "senate-12-35" not in {entry for entry, _ in found(INDEX, "12/34")}
    assert found(INDEX, "S/RES/12/35") == [("senate-12-35", "symbol")]


def test_stop_words_do_not_change_what_is_found() -> None:
    assert INDEX.search("what is the hunger strike") == INDEX.search("hunger strike")
    assert found(INDEX, "де П’ятак і хто він") == found(INDEX, "П’ятак")
    assert found(INDEX, "что о и не Квилл") == found(INDEX, "Квилл")
    assert found(INDEX, "ve bir Işık icin") == found(INDEX, "Işık")


@pytest.mark.parametrize("words", ["", "   ", "the of and", "і та у", "и в не", "ve ile", "a", "*"])
def test_stop_words_alone_find_nothing(words: str) -> None:
    assert INDEX.search(words) == ()


SIGNS = (
    *('"', "*", "-", "^", ":", '""', "* * *", '"quill', "quill\\", "-quill", "^quill", "quill*ada"),
    *("NEAR", "NEAR(quill ada, 2)", "AND", "OR NOT", "quill AND", "quill + ada", "((((quill"),
    *("words : quill", "{words context} : quill", "rank", "found MATCH 'x'", "%s {0}"),
    *("\x00quill", "\ud800", "½ ﷺ", "“" * 399 + "*", "(" * 400, "'" * 400, '"' * 400),
    *("x " * 200, "quill " * 66, "quill* " * 57, "a/" * 200, "bc*" * 133, '"ab"' * 100),
)


@pytest.mark.parametrize("words", SIGNS)
def test_nothing_typed_is_syntax(words: str) -> None:
    for hit in INDEX.search(words):
        assert hit.snippet


def test_words_between_signs_are_found_as_words() -> None:
    for words in ("-quill", "^quill", "quill:", "((((quill", "+quill+", "NEAR quill", '"quill'):
        assert first(words).entry == "ada-quill"


@settings(max_examples=150, deadline=None)
@given(words=st.text(max_size=400))
@example(words="a* OR b*")
def test_a_search_never_raises_and_never_changes_a_letter(words: str) -> None:
    texts = [document.text for entry in ENTRIES for document in documents_of(entry)]
    for hit in INDEX.search(words):
        pieces = [piece for piece, _ in hit.snippet if piece != "…"]
        assert any("".join(pieces) in text for text in texts)


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.sampled_from("ab éІїÜı’-. \n東ก"), min_size=1, max_size=400),
    words=st.text(st.sampled_from('abéІü東ก "*'), max_size=40),
    limit=st.integers(5, 60),
)
def test_a_snippet_is_a_piece_of_its_text(text: str, words: str, limit: int) -> None:
    terms = parse(words)
    pieces = snippet_of(text, terms, limit)
    said = "".join(piece for piece, _ in pieces if piece != "…")
    longest = max((len(piece) for piece, is_match in pieces if is_match), default=0)
    assert said in text
    assert len(said) <= max(limit, longest, max(map(len, text.split()), default=0))
    for piece, is_match in pieces:
        assert piece
        assert not is_match or any(fold(term.words[0]).strip() in fold(piece) for term in terms)


def test_a_snippet_shows_where_the_words_come_together() -> None:
    filler = "nothing of interest here. " * 20
    text = f"{filler}The lamp burns. {filler}The dark lighthouse lamp burns on.{filler}"
    pieces = snippet_of(text, parse("lighthouse lamp"))
    assert [piece for piece, is_match in pieces if is_match] == ["lighthouse", "lamp"]
    assert pieces[0] == pieces[-1] == ("…", False)
    assert sum(len(piece) for piece, _ in pieces) <= MAX_LENGTH + 2


def test_the_same_text_in_two_languages_is_one_hit() -> None:
    appeal = statement("versions", "The lamp of Veridia", title="Words")
    version = Version(
        language="tr",
        paragraphs=(VersionParagraph(label="1", text="Veridia lambası"),),
        cite=("report",),
    )
    entry = Statement(
        **{name: getattr(appeal, name) for name in appeal.__slots__ if name != "versions"},
        versions=(version,),
    )
    index = SearchIndex.build([entry])
    assert found(index, "veridia") == [("versions", "paragraph:1")]
    assert first("lambası", index).tag == "tr"


def test_one_entry_does_not_drown_the_others() -> None:
    loud = person("loud", "Loud One", events=tuple(event(f"gale {n}") for n in range(30)))
    quiet = [source(f"quiet-{n}", "A report on the gale of that year") for n in range(4)]
    entries = [hit.entry for hit in SearchIndex.build([loud, *quiet]).search("gale")]
    assert {f"quiet-{n}" for n in range(4)} < set(entries)
    assert len(entries) == 10
    alone = SearchIndex.build([loud]).search("gale", limit=8)
    assert [hit.entry for hit in alone] == ["loud"] * 8


def test_a_namesake_is_found_as_what_it_is() -> None:
    other = Namesake(text="Ada Quillon", note={"en": "an actress, somebody else"})
    entry = Organisation(
        id="guild",
        kind=Kind.ORGANISATION,
        names={"en": Name(text="The Guild")},
        aliases=(Alias(text="Printers of Veridia", tag="en"),),
        not_to_confuse=(other,),
        reviewed=DAY,
    )
    index = SearchIndex.build([entry])
    assert found(index, "Quillon") == [("guild", "namesake:0")]
    assert found(index, "veridia") == [("guild", "")]


def test_the_number_in_a_part_is_the_index_of_what_it_names() -> None:
    appeal = statement("numbers", "First words", "Second thoughts")
    entry = Statement(
        **{name: getattr(appeal, name) for name in appeal.__slots__ if name != "summary"},
        summary=(
            SummarySentence(text={"en": "They speak"}, paragraphs=("1",)),
            SummarySentence(text={"en": "They ponder"}, paragraphs=("2",)),
        ),
    )
    index = SearchIndex.build([entry])
    assert found(index, "ponder") == [("numbers", "summary:1")]
    assert found(index, "thoughts") == [("numbers", "paragraph:2")]
    assert found(INDEX, "hunger")[0] == ("ada-quill", "event:1")


def test_an_update_is_seen_by_the_new_index_only() -> None:
    old = SearchIndex.build(ENTRIES)
    changed = person("ada-quill", "Ada Quill", about="A beekeeper")
    new = old.updated([changed, source("gazette-3", "Bees")], ["gazette-1", "unknown"])
    assert found(new, "beekeeper") == [("ada-quill", "about")]
    assert found(new, "bees") == [("gazette-3", "")]
    assert found(new, "workshop") == []
    assert ("gazette-1", "") not in found(new, "quill")
    assert found(old, "beekeeper") == []
    assert found(old, "quill") == found(INDEX, "quill")
    assert found(old, "workshop") == [("ada-quill", "event:0")]


def test_two_updates_of_one_index_do_not_see_each_other() -> None:
    old = SearchIndex.build(ENTRIES)
    one = old.updated([source("new", "A kite")], [])
    two = old.updated([source("new", "A kettle")], [])
    del old
    three = two.updated([], [])
    assert found(one, "kite") == found(three, "kettle") == [("new", "")]
    assert found(one, "kettle") == found(three, "kite") == []


def test_an_updated_index_finds_what_a_new_one_would() -> None:
    index = SearchIndex.build(())
    for entry in ENTRIES:
        index = index.updated([source(entry.id, "in passing")], []).updated([entry], [])
    for words in ("quill", "printer", "lighthouse", "12/34", "квілл", "in passing"):
        assert set(found(index, words)) == set(found(INDEX, words))


def test_many_updates_leave_nothing_behind() -> None:
    index = SearchIndex.build(ENTRIES)
    sizes = []
    for number in range(300):
        index = index.updated([source("gazette-1", f"Edition {number} of the gazette")], [])
        sizes.append(index.size)
    gc.collect()
    assert max(sizes[150:]) <= 1.5 * max(sizes[:150])
    assert found(index, '"edition 298"') == []
    assert found(index, '"edition 299"') == [("gazette-1", "")]


def test_threads_may_search_while_others_update() -> None:
    index = SearchIndex.build(ENTRIES)
    expected = sorted(found(index, "lighthouse"))
    seen: list[list[tuple[str, str]]] = []

    def search() -> None:
        seen.extend(sorted(found(index, "lighthouse")) for _ in range(60))

    def update() -> None:
        newer = index
        for number in range(30):
            newer = newer.updated([source("gazette-1", f"lighthouse {number}")], ["ada-quill"])

    threads = [threading.Thread(target=work) for work in (search, search, update, update)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 120


def test_words_that_are_everywhere_find_names_first_and_leave_the_rare_word_to_decide() -> None:
    crowd = [source(f"s-{n}", f"A letter from the harbour, number {n}") for n in range(1200)]
    index = SearchIndex.build([*crowd, person("harbour-master", "Tom Harbour"), *ENTRIES])
    assert first("harbour", index).entry == "harbour-master"
    assert first("harbour printer", index).entry in {"appeal", "ada-quill", "senate-12-34"}
    assert first("letter harbour 777", index).entry == "s-777"
    assert len(index.search("letters harbours")) == 10
    assert len(index.search("letter lighthouse")) > 0


@pytest.mark.parametrize("limit", [0, -1])
def test_no_hits_are_wanted_none_are_given(limit: int) -> None:
    assert INDEX.search("quill", limit=limit) == ()


def test_an_empty_base_finds_nothing() -> None:
    assert SearchIndex.build(()).search("anything at all") == ()
