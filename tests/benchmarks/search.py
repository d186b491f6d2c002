"""How fast full text is: ``python tests/benchmarks/search.py [--people N …]`` prints a table.

For each size a synthetic base is written and read; then its index is built, asked two thousand
mixed queries and updated, each time by one person's file.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from generate import generate

from community_bot.domain.entities import About, Entry
from community_bot.knowledge.folder import read_folder
from community_bot.knowledge.search import SearchIndex
from community_bot.knowledge.searching.documents import Document, documents_of

_QUERIES = 2000
_UPDATES = 100
_MIB = 2**20
_HEAD = """\
| people | texts | build, s | memory, MiB | query p50, ms | p99, ms | update p50, ms | p99, ms |
|---:|---:|---:|---:|---:|---:|---:|---:|"""


def measure(people: int) -> str:
    """Return the line of the table for a base of ``people`` people."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), people)
        records = read_folder(Path(folder)).records.values()
    entries = [record.entry for record in records if not isinstance(record.entry, About)]
    texts = [document for entry in entries for document in documents_of(entry)]
    queries = tuple(_queries(texts, Random(1)))  # noqa: S311 - queries are no secrets
    gc.collect()
    gc.freeze()
    memory, began = _memory(), time.perf_counter()
    index = SearchIndex.build(entries)
    build, memory = time.perf_counter() - began, _memory() - memory
    asked = [_timed(index, query) for query in queries]
    updated = list(_updates(index, entries[:: len(entries) // _UPDATES]))
    figures = (*_percentiles(asked), *_percentiles(updated))
    shown = " | ".join(f"{figure:.2f}" for figure in figures)
    return f"| {people:,} | {len(texts):,} | {build:.2f} | {memory:.1f} | {shown} |"


def _queries(texts: Sequence[Document], random: Random) -> Iterator[str]:
    """Yield words that are in a text: a few, with stop words, cut, starred, quoted or misspelt."""
    for _ in range(_QUERIES):
        words = random.choice(texts).text.replace("·", " ").split()
        start = random.randrange(len(words))
        typed = " ".join(words[start : start + random.choice((1, 1, 2, 3))])
        other = random.choice(words)
        yield random.choice(
            (
                *(typed, typed, typed, f"what is the {typed}", f"{typed} {other}"),
                *(typed[:-2], f"{typed[:-1]}*", f'"{typed}"', f"{typed}q"),
            )
        )


def _timed(index: SearchIndex, query: str) -> float:
    began = time.perf_counter()
    index.search(query)
    return time.perf_counter() - began


def _updates(index: SearchIndex, entries: Sequence[Entry]) -> Iterator[float]:
    for entry in entries:
        began = time.perf_counter()
        index = index.updated([entry], [])
        yield time.perf_counter() - began


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile, in milliseconds."""
    hundredths = statistics.quantiles(seconds, n=100)
    return hundredths[49] * 1000, hundredths[98] * 1000


def _memory() -> float:
    """Return the MiB of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / _MIB


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description="Measure the full-text index.")
    parser.add_argument("--people", type=int, nargs="+", default=[2_000, 10_000])
    sys.stdout.write(f"{_HEAD}\n")
    for people in parser.parse_args().people:
        sys.stdout.write(f"{measure(people)}\n")


if __name__ == "__main__":
    main()
