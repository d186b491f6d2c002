"""The checker of the ledger can fail: a book with each kind of mistake is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger.book import Book, read_book
from ledger.checker import Expected, Verdict, check

ONE, TWO = ("news", "P1", 1), ("news", "P2", 1)
EXPECTED = Expected({"news": [ONE, TWO]}, {ONE: 2, TWO: 1})


@pytest.fixture
def book() -> Book:
    return Book(lambda: 0.0)


def write(book: Book, *lines: str) -> Verdict:
    """Write ``send ID KEY``, ``edit ID MARK`` and so on; return the verdict."""
    ids: dict[str, str] = {}
    for line in lines:
        deed, name, *mark = line.split()
        match deed:
            case "send":
                ids[name] = book.send("news", " ".join(mark), line)
            case "edit":
                book.edit("news", ids[name], " ".join(mark), line)
            case _:
                book.delete("news", ids[name], line)
    return check(book.entries, EXPECTED)


def test_what_is_as_it_should_be_has_no_fault(book: Book) -> None:
    assert write(book, "send a P1 r1 1", "edit a P1 r2 1", "send b P2 r1 1") == Verdict()


def test_what_is_not_there_is_lost(book: Book) -> None:
    verdict = write(book, "send a P1 r2 1")
    assert verdict.lost == [TWO]


def test_what_is_there_twice_is_repeated(book: Book) -> None:
    assert write(book, "send a P1 r2 1", "send b P2 r1 1", "send c P2 r1 1").repeated == [TWO]


def test_what_came_before_what_it_follows_is_out_of_order(book: Book) -> None:
    assert write(book, "send b P2 r1 1", "send a P1 r2 1").disordered == [ONE]


def test_what_shows_an_older_revision_or_is_gone_is_outdated(book: Book) -> None:
    verdict = write(book, "send a P1 r1 1", "send b P2 r1 1", "delete b")
    assert verdict.outdated == [ONE, TWO]


def test_what_is_withdrawn_must_not_stand(book: Book) -> None:
    book.send("news", "P1 r1 1", "key")
    withdrawn = Expected({"news": [ONE]}, {ONE: 0})
    assert check(book.entries, withdrawn).outdated == [ONE]
    book.delete("news", book.entries[0].id, "key")
    assert check(book.entries, withdrawn) == Verdict()


def test_a_book_takes_the_same_key_once_until_it_forgets_it() -> None:
    moment = 0.0
    book = Book(lambda: moment, key_window=10)
    first = book.send("news", "P1 r1 1", "key")
    moment = 10.0
    assert book.send("news", "P1 r1 1", "key") == first
    moment = 10.1
    assert book.send("news", "P1 r1 1", "key") != first


def test_a_book_on_disk_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "book"
    book = Book(lambda: 1.5, path=path)
    write(book, "send a P1 r1 1", "edit a P1 r2 1", "delete a")
    book.close()
    assert read_book(path) == book.entries
