"""Reading the knowledge base at start, with progress on a terminal and problems as a reply."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from community_bot.core.reporting import problem_line
from community_bot.core.snapshot import Progress, Snapshot, load_snapshot
from community_bot.domain.document import Code, ErrorReport, Listing, Paragraph, Reply, Text

if TYPE_CHECKING:
    from pathlib import Path

    from community_bot.core.i18n import Texts
    from community_bot.knowledge.problems import Problem

_SHOWN = 50
_QUIET_SECONDS = 1.0


def load(root: Path, *, prepare: bool) -> Snapshot:
    """Read the knowledge base; raise KnowledgeError with all problems if it has any."""
    with progress_line() as progress:
        return load_snapshot(root, progress=progress, prepare=prepare)


@contextmanager
def progress_line() -> Iterator[Progress | None]:
    """Give a progress callback that counts on standard error once a second has passed.

    Only a terminal sees it; the line is wiped at the end.
    """
    if not sys.stderr.isatty():
        yield None
        return
    began = time.monotonic()
    shown = False

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - began >= _QUIET_SECONDS:
            shown = True
            sys.stderr.write(f"\r{done} / {total}")
            sys.stderr.flush()

    try:
        yield progress
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def broken_base_reply(texts: Texts, problems: tuple[Problem, ...]) -> Reply:
    """Return the reply of a bot that has nothing to answer from: what to mend, place by place."""
    message = texts("knowledge-broken", count=len(problems))
    lines = tuple((Code(problem_line(texts, one)),) for one in problems[:_SHOWN])
    return Reply(
        (Paragraph((Text(message),)), Listing(lines)),
        error=ErrorReport("knowledge-broken", message),
        language=texts.language,
    )
