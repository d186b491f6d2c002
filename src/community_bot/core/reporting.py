"""Problems of knowledge files in words: ``file:line:column: what is wrong, and what to do``."""

from __future__ import annotations

from community_bot.core.i18n import Texts
from community_bot.knowledge.problems import Problem


def problem_text(texts: Texts, problem: Problem) -> str:
    """Return what is wrong and what to do, without the place."""
    return texts(problem.key, **dict(problem.arguments))


def problem_line(texts: Texts, problem: Problem) -> str:
    """Return a problem with its place, as compilers write it."""
    if problem.path == ".":
        return problem_text(texts, problem)
    return f"{problem.path}:{problem.line}:{problem.column}: {problem_text(texts, problem)}"
