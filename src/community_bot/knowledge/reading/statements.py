"""What a statement must satisfy by itself: labels in order, quotations to the letter, citations.

Whether the people of a summary are the ones its paragraphs speak of is in `relations`, which knows
who is called what. Knows no file.
"""

from __future__ import annotations

from collections.abc import Iterator

from community_bot.domain.entities import Statement
from community_bot.domain.values import Part
from community_bot.knowledge.problems import Finding, Route

_PREFIX = {Part.LEAD: "L", Part.BODY: ""}


def check_statement(statement: Statement) -> Iterator[Finding]:
    """Yield what is wrong with a statement, as far as it alone can tell."""
    yield from _labels_in_order(statement)
    yield from _quotations_to_the_letter(statement)
    labels = frozenset(it.label for it in statement.paragraphs)
    for index, version in enumerate(statement.versions):
        for number, paragraph in enumerate(version.paragraphs):
            route: Route = ("versions", index, "paragraphs", number, "label")
            yield from _exists(paragraph.label, labels, route)
    for index, demand in enumerate(statement.demands):
        yield from _exists(demand.paragraph, labels, ("demands", index, "paragraph"))
    yield from _summary_cites(statement, labels)


def _labels_in_order(statement: Statement) -> Iterator[Finding]:
    """Expect L1, L2 … for the publisher's paragraphs and 1, 2 … for the statement's own."""
    if not statement.paragraphs:
        yield Finding(("paragraphs",), "problem-no-paragraphs")
    count = dict.fromkeys(Part, 0)
    for index, paragraph in enumerate(statement.paragraphs):
        count[paragraph.part] += 1
        expected = f"{_PREFIX[paragraph.part]}{count[paragraph.part]}"
        if paragraph.label != expected:
            arguments = (("value", paragraph.label), ("expected", expected))
            yield Finding(("paragraphs", index, "label"), "problem-label", arguments)


def _quotations_to_the_letter(statement: Statement) -> Iterator[Finding]:
    for index, paragraph in enumerate(statement.paragraphs):
        for name in ("mentions", "notes"):
            for number, part in enumerate(getattr(paragraph, name)):
                if part.surface not in paragraph.text:
                    route = ("paragraphs", index, name, number, "surface")
                    arguments = (("value", part.surface), ("paragraph", paragraph.label))
                    yield Finding(route, "problem-surface", arguments)


def _summary_cites(statement: Statement, labels: frozenset[str]) -> Iterator[Finding]:
    for index, sentence in enumerate(statement.summary):
        route: Route = ("summary", index, "paragraphs")
        if not sentence.paragraphs:
            yield Finding(route, "problem-sentence-uncited")
        for number, label in enumerate(sentence.paragraphs):
            yield from _exists(label, labels, (*route, number))


def _exists(label: str, labels: frozenset[str], route: Route) -> Iterator[Finding]:
    if label not in labels:
        yield Finding(route, "problem-paragraph", (("value", label),))
