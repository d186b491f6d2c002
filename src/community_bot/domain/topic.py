"""What a channel may follow."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """What a channel may follow; ``PERSON`` is one person's."""

    STATEMENTS = "statements"
    PEOPLE = "people"
    PERSON = "person"
    RESOLUTIONS = "resolutions"
    CORRECTIONS = "corrections"
    ANNIVERSARIES = "anniversaries"
