"""Reply documents: arbitrary ones, hostile ones, and what of them a reader should see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from hypothesis import strategies as st

from community_bot.domain.document import (
    Action,
    Block,
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    ErrorReport,
    Field,
    Fields,
    Form,
    FormInput,
    Heading,
    Inline,
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
    from collections.abc import Iterator

# What attackers and accidents put where a name or a sentence is expected.
HOSTILE = (
    "`x` <@everyone> `x`",
    "@@everyoneeveryone",
    "@everyone",
    "@here",
    "@room",
    "<@&ROLE>",
    "<@1234567890> <#123> <t:1700000000:R> </ban:1> <id:browse> <:smile:1>",
    "[u](https://matrix.to/#/@victim:example.org)",
    "[a](https://a.example) and [b](https://b.example)",
    "[x\n](https://e)",
    "[foo]: https://evil.example 'title'",
    "![image](https://e.example/a.png)",
    "https://un.org@evil.example",
    "www.evil.example, evil.example and mail@evil.example",
    "//localhost/x mailto:a@b.example xmpp:a@b.example",
    "</blockquote><h1>",
    "<img src=mxc://e/x onerror=alert(1)>",
    "<!-- --> <?php ?> <![CDATA[ ]]>",
    '" onmouseover="alert(1)',
    "&amp; &lt;b&gt; &#60; &nbsp; &copy",
    "```\nnever closed",
    "~~~ ~~struck~~ ||spoiler||",
    "``a` b``` `",
    "-# small",
    "# large #",
    ">>> quoted",
    "> quoted\n\n> again",
    "- item\n* item\n+ item\n1. item\n2) item",
    "1986. A great year",
    "title\n===\ntitle\n---",
    "***\n___\n* * *",
    "| a | b |\n|---|---|\n| c | d |",
    "a | b\n- | -\nc | d",
    ": definition",
    "    code\n\n\tcode",
    "trailing  \nspaces\\\nand a backslash\\",
    " edges ",
    "\n\n lines \n\n",
    "*a* _b_ **c** __d__ ***e*** _f_g_ *",
    "(in brackets)",
    "«guillemets»",
    "$TOKEN ${TOKEN} $$x$$ %(x)s %s",
    "{0.__class__.__init__.__globals__}",
    "{% raw %}{{ x }}",
    ":smile: ==marked== ^sup^ ~sub~ ++ins++ [^1] [ ] (c) -- ...",
    "[bold red]markup[/] [link=https://e.example]x[/link]",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\ \x1b[2J\x9b2J",
    "over\rwritten\b\x7f\0",
    "Al\u202egnik and \u2066isolated\u2069",
    "a\u200bb\u2060c\ufeffd",
    "next\x85line\u2028separators\u2029",
    "lone \ud800 surrogate",
    "e" + "\u0301" * 200,
    "👨\u200d👩\u200d👧 🇺🇦 ｗｉｄｅ 漢字",
    "שלום (2016) עולם",
    "a\u00a0b\u3000",
    "\u00a0",
    "(?{…}) (a+)+$",
    "javascript:alert(1)",
)

HOSTILE_ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://un.org@evil.example",
    "https://user:password@un.org/",
    "https://matrix.to/#/@victim:example.org",
    "https://MATRIX.TO./#/@victim:example.org",
    "https://matrix%2Eto/#/@victim:example.org",
    "matrix:u/victim:example.org",
    'https://e.example/"onmouseover="alert(1)',
    "https://e.example/ x",
    "https://e.example/>)[x](y",
    "https://e.example/\u202egpj.exe",
    "https://e.example/\x1b]8;;",
    "https://",
    "//e.example",
    "ftp://e.example",
    "mxc://e.example/x",
    "",
)

ADDRESSES = (
    "https://example.org/",
    "http://example.org/a_b*c_(d)?e=1&copy=2&amp;#f`g`",
    "https://xn--d1acufc.example/%D0%B0/b:c@d",
    "https://пример.example/страница",
    "https://example.org/" + "long/" * 600,
)

_CHARACTERS = st.sampled_from(
    "ab cІї1.,:;!?-–—'\"()[]{}<>*_`~#&@/\\|=+$^%\n\té漢€ש🇺\u0301\u200d\x1b"
)

texts = st.one_of(
    st.text(_CHARACTERS, max_size=30),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=2).map(" ".join),
    st.text(max_size=20),
)


def inlines_with(addresses: st.SearchStrategy[str]) -> st.SearchStrategy[Inline]:
    """Draw an inline of any kind; links lead to one of the addresses."""
    return st.one_of(
        texts.map(Text),
        texts.map(Strong),
        texts.map(Emphasis),
        texts.map(Code),
        st.builds(Link, texts, addresses),
        st.builds(Time, st.integers(0, 2**33), texts.filter(bool)),
    )


def blocks_with(
    runs: st.SearchStrategy[Inlines],
    citations: st.SearchStrategy[Inlines],
    texts: st.SearchStrategy[str] = texts,
) -> st.SearchStrategy[Block]:
    """Draw a block of any kind that is made of such runs of inlines, and of such texts."""
    items = st.lists(runs, max_size=4).map(tuple)
    fields = st.lists(st.builds(Field, texts, runs), max_size=3).map(tuple)
    return st.one_of(
        st.builds(Heading, runs, st.integers(1, 4)),
        st.builds(Paragraph, runs),
        st.builds(Listing, items, st.booleans(), st.sampled_from((1, 2, 9, 99))),
        st.builds(Fields, fields),
        st.builds(Quotation, texts, citations),
        st.builds(CodeBlock, texts, st.sampled_from(("", "yaml", "c++", "a b", "`", '"><b>'))),
        st.just(Rule()),
    )


runs: st.SearchStrategy[Inlines] = st.lists(
    inlines_with(st.sampled_from(ADDRESSES + HOSTILE_ADDRESSES)), max_size=4
).map(tuple)
blocks: st.SearchStrategy[Block] = blocks_with(runs, runs)
documents: st.SearchStrategy[Blocks] = st.lists(blocks, max_size=5).map(tuple)
forms = st.builds(
    Form,
    texts,
    texts,
    st.lists(
        st.builds(FormInput, texts, texts, texts, st.booleans(), st.booleans()), max_size=6
    ).map(tuple),
)
replies = st.builds(
    Reply,
    blocks=documents,
    actions=st.lists(st.builds(Action, texts, texts), max_size=2).map(tuple),
    entries=st.lists(texts, max_size=2).map(tuple),
    candidates=st.lists(texts, max_size=2).map(tuple),
    error=st.none() | st.builds(ErrorReport, texts, texts),
    footer=st.lists(blocks, max_size=2).map(tuple),
    language=st.sampled_from(("en", "uk", "crh-Latn")),
    private=st.booleans(),
    form=st.none() | forms,
    keeps_actions=st.booleans(),
)


def everywhere(text: str, url: str = "https://example.org/") -> Reply:
    """Return a reply that has one text in every place where a text can stand."""
    plain: Inlines = (Text(text),)
    run: Inlines = (
        *(Text(text), Strong(text), Text("a"), Strong(text), Text("b")),
        *(Emphasis(text), Text("c"), Emphasis(text), Strong(text), Code(text), Text(text)),
        *(Link(text, url), Text(f" {text}"), Time(0, text), Text("!"), Link(text, url)),
    )
    return Reply(
        blocks=(
            Heading(plain),
            Heading(run, 2),
            Paragraph(plain),
            Paragraph((Strong(text),)),
            Paragraph((Emphasis(text),)),
            Paragraph((Code(text),)),
            Paragraph(run),
            Listing((plain, run, plain)),
            Listing((plain, run), ordered=True, start=9),
            Fields((Field(text, plain), Field(text, run), Field("", plain))),
            Quotation(text, plain),
            Quotation(text, run),
            CodeBlock(text, text),
            Rule(),
        ),
        actions=(Action(text, text),),
        footer=(Paragraph(plain), Paragraph(run)),
    )


def all_inlines(blocks: Blocks) -> Iterator[Inline]:
    """Yield each inline of the blocks in order; labels and quoted texts count as plain ones."""
    for block in blocks:
        match block:
            case Heading(content) | Paragraph(content):
                yield from content
            case Listing(items):
                for item in items:
                    yield from item
            case Fields(fields):
                for field in fields:
                    yield Text(field.label)
                    yield from field.value
            case Quotation(text, citation):
                yield Text(text)
                yield from citation
            case CodeBlock(text):
                yield Text(text)
            case Rule():
                pass
            case _:
                assert_never(block)


def shown(inline: Inline) -> str:
    """Return the words that a reader sees of an inline."""
    return (inline.label or inline.url) if isinstance(inline, Link) else inline.text


def without_citations(blocks: Blocks) -> Blocks:
    """Return the blocks with every quotation's citation taken off."""
    return tuple(
        replace(block, citation=()) if isinstance(block, Quotation) else block for block in blocks
    )
