"""Pages: never over the limit, nothing lost, nothing cut that need not be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.documents import (
    all_inlines,
    blocks_with,
    documents,
    inlines_with,
    shown,
    texts,
    without_citations,
)
from wcwidth import iter_graphemes

from community_bot.core.paging import split_pages
from community_bot.core.render.html import render_html
from community_bot.core.render.markdown import render_markdown
from community_bot.core.render.text import render_text
from community_bot.domain.document import (
    Block,
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    Field,
    Fields,
    Heading,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Rule,
    Strong,
    Text,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Cost = Callable[[Blocks], int]


def text_cost(page: Blocks) -> int:
    return len(render_text(Reply(page)))


def markdown_cost(page: Blocks) -> int:
    return len(render_markdown(Reply(page)))


def html_bytes(page: Blocks) -> int:
    return len(render_html(Reply(page)).encode())


def in_steps(page: Blocks) -> int:
    """Cost that does not add up: what little is over an even number of hundreds is free."""
    return text_cost(page) // 200 * 200


def with_discounts(page: Blocks) -> int:
    """Cost that more content can make less: of one more block, or of what follows a blank."""
    fee = 60 if words(page)[-1:].isspace() else 0
    return text_cost(page) * (2 if len(page) % 2 else 1) + fee


CITATION = (Text("Somebody, "), Emphasis("Somewhere"))

# With short addresses and citations, nothing ever has to be moved to make a page fit.
light_runs = st.lists(inlines_with(st.just("https://e.example/")), max_size=6).map(tuple)
light_blocks = blocks_with(light_runs, st.just(CITATION)).filter(
    lambda block: "\u0301" * 3 not in repr(block)
)
light_documents = st.lists(light_blocks, min_size=2, max_size=6).map(tuple)

COSTS = (text_cost, markdown_cost, html_bytes)
ADDRESS_OF_3000 = "https://e.example/" + "x" * 2_982

costs = st.sampled_from(COSTS)
small_limits = st.integers(180, 300)
properties = settings(max_examples=100, deadline=None)


def paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def items(*texts: str) -> tuple[Inlines, ...]:
    return tuple((Text(text),) for text in texts)


def words(*pages: Blocks) -> str:
    """Return all words of some pages but citations, which pieces of a quotation repeat."""
    return "".join(
        shown(inline) for page in pages for inline in all_inlines(without_citations(page))
    )


def atoms(*pages: Blocks) -> list[Block]:
    """Return what should stay together: blocks, lists of one item, fields of one."""
    found: list[Block] = []
    for block in (block for page in pages for block in page):
        match block:
            case Listing(items, ordered, start):
                found += [
                    Listing((item,), ordered, start + number if ordered else start)
                    for number, item in enumerate(items)
                ]
            case Fields(fields):
                found += [Fields((field,)) for field in fields]
            case _:
                found.append(block)
    return found


def follow_in_order(some: list[Block], others: list[Block]) -> bool:
    remaining = iter(others)
    return all(block in remaining for block in some)


@properties
@given(documents, st.sampled_from((*COSTS, in_steps)), st.integers(2_500, 9_000))
def test_a_page_never_exceeds_its_limit(document: Blocks, cost: Cost, limit: int) -> None:
    pages = split_pages(document * 4, measure=cost, limit=limit)
    assert all(cost(page) <= limit for page in pages)


@properties
@given(light_documents, st.sampled_from((*COSTS, in_steps)), small_limits)
def test_a_small_page_never_exceeds_its_limit_either(
    document: Blocks, cost: Cost, limit: int
) -> None:
    pages = split_pages(document, measure=cost, limit=limit)
    assert all(cost(page) <= limit for page in pages)


@properties
@given(light_documents, small_limits)
def test_pages_fit_even_where_more_can_cost_less(document: Blocks, limit: int) -> None:
    pages = split_pages(document, measure=with_discounts, limit=limit)
    assert all(with_discounts(page) <= limit for page in pages)
    assert words(*pages) == words(document)


@properties
@given(light_documents, costs, small_limits)
def test_the_words_of_the_pages_are_those_of_the_document(
    document: Blocks, cost: Cost, limit: int
) -> None:
    assert words(*split_pages(document, measure=cost, limit=limit)) == words(document)


@properties
@given(light_documents, costs, small_limits)
def test_what_fits_on_a_page_is_never_cut(document: Blocks, cost: Cost, limit: int) -> None:
    whole = [atom for atom in atoms(document) if cost((atom,)) <= limit]
    assert follow_in_order(whole, atoms(*split_pages(document, measure=cost, limit=limit)))


@properties
@given(texts.filter(lambda text: len(text) > 1), st.integers(210, 260))
def test_no_grapheme_is_ever_cut(text: str, limit: int) -> None:
    document = (paragraph(text * 20),)
    pages = split_pages(document, measure=lambda page: len(words(page)), limit=limit)
    pieces = [grapheme for page in pages for grapheme in iter_graphemes(words(page))]
    assert pieces == list(iter_graphemes(words(document)))


@properties
@given(light_documents, costs, small_limits)
def test_a_heading_stays_with_what_follows_if_both_have_room(
    document: Blocks, cost: Cost, limit: int
) -> None:
    pages = split_pages(document, measure=cost, limit=limit)
    for page, following in pairwise(pages):
        if isinstance(page[-1], Heading) and not isinstance(following[0], Heading):
            assert cost((page[-1], atoms(following)[0])) > limit


def test_a_document_that_fits_is_one_page_as_it_is() -> None:
    document = (Heading((Text("Title"),)), Listing((), ordered=True), paragraph("Words"), Rule())
    assert split_pages(document, measure=text_cost, limit=1_000) == (document,)


def test_no_blocks_make_no_pages() -> None:
    assert split_pages((), measure=text_cost, limit=1) == ()


def test_an_ordered_list_goes_on_with_its_numbers() -> None:
    pages = split_pages(
        (Listing(items("one", "two", "three", "four", "five"), ordered=True, start=8),),
        measure=text_cost,
        limit=17,
    )
    assert pages == (
        (Listing(items("one", "two"), ordered=True, start=8),),
        (Listing(items("three"), ordered=True, start=10),),
        (Listing(items("four", "five"), ordered=True, start=11),),
    )


def test_lists_that_stand_side_by_side_stay_apart() -> None:
    lists = (Listing(items("a", "b")), Listing(items("c", "d")), paragraph("e"))
    pages = split_pages(lists, measure=text_cost, limit=17)
    assert pages == (lists[:2], lists[2:])


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    pages = split_pages(
        (paragraph("He was tried in Rennes. (Again!) He was pardoned then."),),
        measure=text_cost,
        limit=40,
    )
    assert list(map(words, pages)) == ["He was tried in Rennes. (Again!) ", "He was pardoned then."]


def test_a_long_sentence_is_cut_after_a_word() -> None:
    pages = split_pages((paragraph("No. It went on and on"),), measure=text_cost, limit=16)
    assert list(map(words, pages)) == ["No. It went on ", "and on"]


def test_a_long_word_is_cut_between_graphemes() -> None:
    family = "👨\u200d👩\u200d👧"
    pages = split_pages((paragraph(family * 3),), measure=text_cost, limit=12)
    assert list(map(words, pages)) == [family * 2, family]


def test_long_code_is_cut_after_a_line() -> None:
    pages = split_pages((CodeBlock("a: b. c\nd: e\n", "yaml"),), measure=text_cost, limit=12)
    assert pages == ((CodeBlock("a: b. c\n", "yaml"),), (CodeBlock("d: e\n", "yaml"),))


def test_a_link_a_code_and_a_time_stay_whole() -> None:
    link = Link("The newspaper L'Aurore", "https://e.example/")
    code, time = Code("statement jaccuse 2-4"), Time(0, "13 January 1898")
    pages = split_pages(
        (Paragraph((Text("See "), link, Text(" "), code, Text(" "), time)),),
        measure=lambda page: len(words(page)),
        limit=27,
    )
    assert pages == (
        (Paragraph((Text("See "), link, Text(" "))),),
        (Paragraph((code, Text(" "))),),
        (Paragraph((time,)),),
    )


def test_a_label_stays_whole_and_its_value_goes_on_as_a_paragraph() -> None:
    pages = split_pages(
        (Fields((Field("Known as", (Text("the prisoner of the island"),)),)),),
        measure=text_cost,
        limit=20,
    )
    assert pages == (
        (Fields((Field("Known as", (Text("the "),)),)),),
        (paragraph("prisoner of the "),),
        (paragraph("island"),),
    )


def test_a_label_is_not_cut_for_a_link_that_has_no_room_beside_it() -> None:
    link = Link("Prisoner of the island", "https://e.example/")
    pages = split_pages(
        (Fields((Field("Also known as", (link,)),)),),
        measure=lambda page: len(words(page)),
        limit=30,
    )
    assert pages == ((Fields((Field("Also known as", ()),)),), (Paragraph((link,)),))


def test_a_time_that_is_cut_is_no_time_any_more() -> None:
    pages = split_pages((Paragraph((Time(0, "1 January 1970"),)),), measure=text_cost, limit=10)
    assert pages == ((paragraph("1 January "),), (paragraph("1970"),))


def test_a_long_list_item_goes_on_as_a_paragraph() -> None:
    pages = split_pages(
        (Listing(items("one", "two and three", "four"), ordered=True),),
        measure=text_cost,
        limit=11,
    )
    assert pages == (
        (Listing(items("one"), ordered=True),),
        (Listing(items("two and "), ordered=True, start=2),),
        (paragraph("three"),),
        (Listing(items("four"), ordered=True, start=3),),
    )


def test_each_piece_of_a_quotation_has_the_citation_and_the_text_stays_exact() -> None:
    text = "Truth is on the march.  Nothing will stop it.\nNothing! "
    pages = split_pages((Quotation(text, (Text("Zola"),)),), measure=text_cost, limit=40)
    pieces = [block for page in pages for block in page if isinstance(block, Quotation)]
    assert [piece.text for piece in pieces] == [
        "Truth is on the march.  ",
        "Nothing will stop it.\n",
        "Nothing! ",
    ]
    assert {piece.citation for piece in pieces} == {(Text("Zola"),)}


def test_a_citation_over_half_a_page_follows_the_words_once() -> None:
    citation = (Text("Émile Zola, in a letter to the President"),)
    pages = split_pages(
        (Quotation("Truth is on the march. Nothing will stop it.", citation),),
        measure=text_cost,
        limit=50,
    )
    assert pages == (
        (Quotation("Truth is on the march. Nothing will stop it.", ()),),
        (Paragraph(citation),),
    )


def test_a_link_over_the_limit_keeps_its_address_on_each_piece() -> None:
    pages = split_pages(
        (Paragraph((Link("one two three four five six", "http://e.example"),)),),
        measure=text_cost,
        limit=40,
    )
    assert pages == (
        (Paragraph((Link("one two three four ", "http://e.example"),)),),
        (Paragraph((Link("five six", "http://e.example"),)),),
    )


def test_a_link_that_has_room_stays_one_in_a_paragraph_that_is_cut() -> None:
    link = Link("The letter", "https://e.example/" + "x" * 40)
    pages = split_pages(
        (Paragraph((Text("one two three four five six "), link)),), measure=text_cost, limit=80
    )
    assert pages == ((paragraph("one two three four five six "),), (Paragraph((link,)),))


@pytest.mark.parametrize("label", ["The letter", "", ADDRESS_OF_3000])
def test_an_address_longer_than_a_page_is_cut_as_text(label: str) -> None:
    document = (Listing(((Link(label, ADDRESS_OF_3000),),), ordered=True),)
    pages = split_pages(document, measure=markdown_cost, limit=2_000)
    assert all(markdown_cost(page) <= 2_000 for page in pages)
    assert words(*pages).endswith(ADDRESS_OF_3000 + (">" if label == "The letter" else ""))


def test_headings_move_to_the_page_of_what_follows() -> None:
    title, section = Heading((Text("Title"),)), Heading((Text("Section"),), 2)
    first, second = paragraph("one two three four"), paragraph("five six seven eight")
    pages = split_pages((first, title, section, second), measure=text_cost, limit=50)
    assert pages == ((first,), (title, section, second))


def test_a_heading_moves_to_the_page_of_what_has_to_be_cut() -> None:
    title, first = Heading((Text("Title"),)), paragraph("One.")
    long = paragraph("one two three four five")
    pages = split_pages((first, title, long), measure=text_cost, limit=20)
    assert pages == ((first,), (title, paragraph("one two ")), (paragraph("three four five"),))


def test_a_heading_that_would_stand_alone_anyway_does_not_move() -> None:
    title, first = Heading((Text("Title"),)), paragraph("One.")
    second = paragraph("one two three four")
    pages = split_pages((first, title, second), measure=text_cost, limit=20)
    assert pages == ((first, title), (second,))


def test_of_headings_as_many_as_have_room_stay_with_what_follows() -> None:
    title, section = Heading((Text("A rather long title"),)), Heading((Text("Short"),), 2)
    body = paragraph("one two three four five six seven")
    pages = split_pages((title, section, body), measure=text_cost, limit=60)
    assert pages == ((title,), (section, body))


def test_a_heading_stands_before_the_first_piece_of_what_is_cut() -> None:
    title = Heading((Text("Title"),))
    pages = split_pages((title, paragraph("one two three four five")), measure=text_cost, limit=20)
    assert pages == ((title, paragraph("one two ")), (paragraph("three four five"),))


def test_a_heading_that_leaves_no_room_stands_alone() -> None:
    title = Heading((Text("A long title"),))
    pages = split_pages(
        (title, paragraph("one two three four five six")), measure=text_cost, limit=26
    )
    assert pages == ((title,), (paragraph("one two three four five "),), (paragraph("six"),))


@pytest.mark.parametrize(
    "block",
    [
        paragraph("👨\u200d👩\u200d👧"),
        Heading((Strong("Title"),)),
        Quotation("words", CITATION),
        Rule(),
    ],
)
def test_an_absurd_limit_is_refused(block: Block) -> None:
    with pytest.raises(ValueError, match=type(block).__name__):
        split_pages((block,), measure=text_cost, limit=2)


@pytest.mark.parametrize(
    "document",
    [
        (paragraph("Lorem ipsum dolor sit amet. " * 2_000),),
        (paragraph("Lorem ipsum dolor sit amet."),) * 2_000,
        (Listing(items("Lorem ipsum dolor sit amet.") * 2_000),),
    ],
)
def test_what_is_measured_grows_with_the_document_and_not_its_square(document: Blocks) -> None:
    measured = 0

    def cost(page: Blocks) -> int:
        nonlocal measured
        cost = len(words(page))
        measured += cost
        return cost

    pages = split_pages(document, measure=cost, limit=1_000)
    assert len(pages) > 50
    assert measured < 30 * len(words(document))
