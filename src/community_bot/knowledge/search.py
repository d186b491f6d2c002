"""Full text: finds the entries' texts by their words, best first, with the matching words marked.

An index is a value: updating it makes another, and whoever holds the old one goes on finding the
texts it found before, though perhaps in a slightly other order. What is indexed is `documents`'
business, what was asked is `query`'s, where words are is `postings`'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from community_bot.domain.entities import Entry
from community_bot.knowledge.searching.documents import Document, documents_of
from community_bot.knowledge.searching.postings import MANY, Postings, Slot
from community_bot.knowledge.searching.query import Term, all_of, any_of, parse
from community_bot.knowledge.searching.snippets import Snippet, snippet_of

_Query = Callable[[tuple[Term, ...]], str]

_MAX_PER_ENTRY = 3
_FEW = 3  # with fewer hits, other endings of the words are tried as well


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found. ``part`` and ``tag`` are its `Document`'s.

    The whole number in ``score`` says how: 3 all words as typed, 2 words that begin like them,
    1 words like them but for their endings, 0 only some of the words.
    """

    entry: str
    part: str
    snippet: Snippet
    score: float
    tag: str


class SearchIndex:
    """Finds the texts of the entries it was made of. Safe to use from several threads."""

    __slots__ = ("__weakref__", "_postings", "_slots")

    def __init__(self, postings: Postings, slots: Mapping[str, Slot]) -> None:
        self._postings = postings
        self._slots = slots
        postings.join(self)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> SearchIndex:
        """Make the index of ``entries``, whose ids differ."""
        postings = Postings()
        return cls(postings, {slot.entry.id: slot for slot in postings.add(entries)})

    def updated(self, changed: Iterable[Entry], removed: Iterable[str]) -> SearchIndex:
        """Make the index in which ``changed`` replace their old selves and ``removed`` are gone."""
        added = self._postings.add(changed)
        gone = {*removed, *(slot.entry.id for slot in added)}
        replaced = [slot for id_ in gone if (slot := self._slots.get(id_))]
        slots = {id_: slot for id_, slot in self._slots.items() if id_ not in gone}
        slots.update((slot.entry.id, slot) for slot in added)
        index = SearchIndex(self._postings, slots)
        self._postings.sweep((*added, *replaced))
        return index

    @property
    def size(self) -> int:
        """Bytes of the database, which every index made from this one by updating shares."""
        return self._postings.size

    def holds(self, slot: Slot) -> bool:
        """Whether the texts of ``slot`` can be found here."""
        return self._slots.get(slot.entry.id) is slot

    def search(self, words: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """Return what is found for the words that somebody typed, best first.

        A text has all the words, or, when none has, some. Stop words alone find nothing. Never
        raises, whatever is typed.
        """
        terms = parse(words)
        if not terms or limit <= 0:
            return ()
        return tuple(_Search(self, self._postings, terms, limit).hits()[:limit])


class _Search:
    """One search: the same terms, understood more and more widely until something is found."""

    def __init__(
        self, index: SearchIndex, postings: Postings, terms: tuple[Term, ...], limit: int
    ) -> None:
        self._index = index
        self._postings = postings
        self._terms = terms
        self._limit = limit
        # Ranking costs as much as there are places of a word, and words that are everywhere tell
        # the least, so they only select.
        self._common = frozenset(term for term in terms if postings.count(str(term)) == MANY)

    def hits(self) -> list[Hit]:
        """Return the hits, best first."""
        terms = self._terms
        opened = tuple(map(self._opened, terms))
        shortened = tuple(map(self._shortened, terms))
        hits = self._hits(all_of, terms, 3)
        if len(hits) < _FEW and opened != terms:
            hits = _joined(hits, self._hits(all_of, opened, 2))
        if len(hits) < _FEW and shortened != terms:
            hits = _joined(hits, self._hits(all_of, shortened, 1))
        return hits or self._some()

    def _some(self) -> list[Hit]:
        """Return the texts with all words that are anywhere; else with any, first the rare ones."""
        wider = [(self._opened(term), self._shortened(term)) for term in self._terms]
        known = tuple(term for terms in wider if (term := self._known(terms)))
        tried = {self._terms, tuple(map(self._opened, self._terms))}
        attempts = ((all_of, known), (any_of, self._telling(known)), (any_of, known))
        for query, terms in attempts:
            if query is all_of and terms in tried:
                continue
            if terms and (hits := self._hits(query, terms, 0)):
                return hits
        return []

    def _opened(self, term: Term) -> Term:
        return term if term in self._common else term.opened()

    def _shortened(self, term: Term) -> Term:
        return term if term in self._common else term.shortened()

    def _known(self, terms: Iterable[Term]) -> Term | None:
        known = (one for one in terms if one in self._common or self._postings.count(str(one)))
        return next(known, None)

    def _telling(self, terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(term for term in terms if term not in self._common)

    def _hits(self, write: _Query, terms: tuple[Term, ...], grade: int) -> list[Hit]:
        query, telling = write(terms), self._telling(terms)
        # That words stand together nowhere is found out at half the price without their columns.
        if write is all_of and not self._postings.count(" AND ".join(map(str, terms))):
            return []
        hits = []
        for document, weight in self._best(query, query if telling == terms else any_of(telling)):
            snippet = snippet_of(document.text, terms)
            score = grade + weight / (1 + weight)
            hits.append(Hit(document.entry, document.part, snippet, score, document.tag))
        return hits

    def _best(self, query: str, ranking: str) -> list[tuple[Document, float]]:
        """Return the heaviest documents, three of an entry at most while others have any."""
        best: list[tuple[Document, float]] = []
        spare: list[tuple[Document, float]] = []
        parts: dict[str, set[str]] = {}
        for document, weight in self._documents(query, ranking):
            seen = parts.setdefault(document.entry, set())
            if document.part not in seen:
                seen.add(document.part)
                (best if len(seen) <= _MAX_PER_ENTRY else spare).append((document, weight))
            if len(best) == self._limit:
                break
        best += spare[: self._limit - len(best)]
        return sorted(best, key=lambda one: -one[1])

    def _documents(self, query: str, ranking: str) -> Iterator[tuple[Document, float]]:
        of_entry: dict[str, tuple[Document, ...]] = {}
        for weight, serial in self._postings.find(query, ranking):
            slot = self._postings.slot_of(serial)
            if self._index.holds(slot) and serial < slot.end:
                entry = slot.entry
                if entry.id not in of_entry:
                    of_entry[entry.id] = tuple(documents_of(entry))
                yield of_entry[entry.id][serial - slot.start], weight


def _joined(hits: list[Hit], more: list[Hit]) -> list[Hit]:
    known = {(hit.entry, hit.part) for hit in hits}
    return hits + [hit for hit in more if (hit.entry, hit.part) not in known]
