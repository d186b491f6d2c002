"""Print how well and how fast names are resolved: ``python tests/benchmarks/names.py``.

The score is taken on the labelled names beside the repository, where there are any. Speed and
memory are measured on made-up people, the same in every run, each size in a process of its own.
"""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from community_bot.knowledge.names import KnownNames, NameIndex
from community_bot.knowledge.naming.given_names import GIVEN_NAMES

_LABELLED = Path(__file__).parents[3] / "shared" / "names"
_SIZES = (2_000, 20_000, 100_000)
_QUERIES = 2_000
_CONSONANTS, _VOWELS = "бвгдзклмнпрстхш", "аеиоу"
_ENDINGS = ("ов", "ев", "ин", "енко", "чук", "ський", "ский", "оглу", "заде", "ян", "ович")
_ALPHABET = "абвгдезиклмнопрстухшчйьяюєіїжцщэыёґ"
_LATIN = "a b v h d e z y k l m n o p r s t u kh sh ch i - ia iu ie i i zh ts shch e y yo g"
_ROMAN = dict(zip(_ALPHABET, _LATIN.replace("-", "").split(" "), strict=True))
_HEADER = """\
| people | build, s | memory, MiB | resolve p50 / p99, ms | complete p50 / p99, ms | update, ms |
|---:|---:|---:|---:|---:|---:|"""


def people(count: int) -> dict[str, KnownNames]:
    """Return ``count`` made-up people; their surnames are as unevenly common as real ones."""
    chance = random.Random(count)  # noqa: S311 - a generator of test data, not of secrets
    given = [full[0] for full, _ in GIVEN_NAMES if full[0] >= "а"]
    surnames = sorted({_surname(chance) for _ in range(count // 2)})
    known = {}
    for i in range(count):
        surname = surnames[int(len(surnames) * chance.random() ** 2)]
        name = f"{chance.choice(given)} {surname}".title()
        known[f"person-{i}"] = KnownNames((name, romanised(name)) if i % 2 else (name,))
    return known


def _surname(chance: random.Random) -> str:
    syllables = [chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(3)]
    stem = "".join(syllables[: chance.randint(1, 3)])
    return stem + chance.choice(_CONSONANTS) + chance.choice(_ENDINGS)


def romanised(name: str) -> str:
    """Return a Cyrillic name in a plain Latin transliteration."""
    return "".join(_ROMAN.get(letter, letter) for letter in name.lower()).title()


def queries(known: dict[str, KnownNames]) -> Iterator[str]:
    """Yield what people type: names as known, in Latin, misspelt, initialled, unknown, nonsense."""
    chance = random.Random(0)  # noqa: S311 - as above
    names = [k.names[0].split(maxsplit=1) for k in known.values()]
    for _ in range(_QUERIES):
        given, surname = chance.choice(names)
        at = chance.randrange(1, len(surname))
        yield chance.choice(
            (
                f"{given} {surname}",
                romanised(f"{given} {surname}"),
                f"{surname} {given}",
                f"{given} {surname[:at]}{surname[at + 1 :]}",
                f"{given[0]}. {surname}",
                surname,
                f"{given} {chance.choice(names)[1]}",
                given,
                _surname(chance).title(),
                f"{romanised(_surname(chance))} {romanised(_surname(chance))} whoever",
            )
        )


def milliseconds(call: Callable[[str], object], texts: list[str]) -> str:
    """Return the median and the 99th percentile of the time that a call takes."""
    for text in texts[:50]:
        call(text)
    times = []
    for text in texts:
        start = time.perf_counter()
        call(text)
        times.append((time.perf_counter() - start) * 1_000)
    times.sort()
    return f"{times[len(times) // 2]:.2f} / {times[int(len(times) * 0.99)]:.2f}"


def resident() -> float:
    """Return this process's memory in MiB."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1_024


def measure(count: int) -> str:
    """Return the table row of a base of ``count`` people."""
    known = people(count)
    before, start = resident(), time.perf_counter()
    index = NameIndex.build(known)
    built = time.perf_counter() - start
    memory = resident() - before
    gc.freeze()
    texts = list(queries(known))
    resolving = milliseconds(index.resolve, texts)
    completing = milliseconds(index.complete, [text[:3] for text in texts])
    start = time.perf_counter()
    index.updated({"person-0": KnownNames(("Somebody Else",))})
    changed = (time.perf_counter() - start) * 1_000
    return (
        f"| {count:,} | {built:.1f} | {memory:.0f} | {resolving} | {completing} | {changed:.1f} |"
    )


def score() -> str:
    """Return the score on the labelled names, or why there is none."""
    if not (_LABELLED / "score.py").exists():
        return "Score: skipped, there are no labelled names beside the repository."
    command = [sys.executable, "score.py", "community_bot.knowledge.names:from_roster"]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=_LABELLED, capture_output=True, text=True, check=True
    )
    return f"Score: {done.stdout.strip()}"


def main() -> None:
    """Print the score and the table, or the row of one size."""
    if len(sys.argv) > 1:
        print(measure(int(sys.argv[1])))
        return
    print(score(), end="\n\n")
    print(_HEADER)
    for count in _SIZES:
        command = [sys.executable, __file__, str(count)]
        row = subprocess.run(  # noqa: S603 - ourselves
            command, capture_output=True, text=True, check=True
        )
        print(row.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
