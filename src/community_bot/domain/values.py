"""The small constrained values that entries are made of, and the pattern each must match.

The patterns are metadata: whoever reads a file or prints a schema makes use of them; the domain
itself never validates. Everything is text in the files, so a number has a pattern too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

# Pydantic looks for two methods by name and speaks plain dictionaries to them, so that a value can
# say what it must look like without the domain importing pydantic.
_Handler = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text that must match ``regex`` from its first character to its last."""

    regex: str
    example: str

    def __get_pydantic_core_schema__(self, source: object, handler: _Handler) -> dict[str, Any]:
        """Add the pattern to the schema of the text."""
        return {**handler(source), "pattern": self.regex}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number or a truth value, written as text that matches ``regex``."""

    regex: str
    example: str

    def __get_pydantic_core_schema__(self, source: object, handler: _Handler) -> dict[str, Any]:
        """Check the text first, then turn it into the value."""
        return {
            "type": "chain",
            "steps": [{"type": "str", "pattern": self.regex}, handler(source)],
        }

    def __get_pydantic_json_schema__(
        self, schema: dict[str, Any], handler: _Handler
    ) -> dict[str, Any]:
        """Show an editor the value's own type: it reads an unquoted 4 as a number."""
        return handler(schema["steps"][-1])


EntryId = Annotated[str, Pattern(r"^[a-z0-9][a-z0-9-]{0,63}$", "jane-doe")]
Tag = Annotated[str, Pattern(r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$", "crh-Latn")]
Date = Annotated[str, Pattern(r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "2024-05-31")]
Url = Annotated[str, Pattern(r'^https?://[^\s<>"\\]+$', "https://example.org/page")]
Label = Annotated[str, Pattern(r"^(L?[1-9][0-9]{0,2})$", "L1")]
Text = Annotated[str, Pattern(r"\S", "some words")]
Count = Annotated[int, Scalar(r"^(0|[1-9][0-9]{0,8})$", "12")]
Flag = Annotated[bool, Scalar(r"^(true|false)$", "true")]

Localised = Mapping[Tag, Text]
"""Text by language tag; ``en`` is always there."""


class Check(StrEnum):
    """How far a fact was checked. Answers show everything but ``SEEN``."""

    SEEN = "seen"
    SEEN_SECONDARY = "seen-secondary"
    INFERRED = "inferred"
    UNVERIFIED = "unverified"


class Kind(StrEnum):
    """The kinds of entry; each has its folder."""

    PERSON = "person"
    ORGANISATION = "organisation"
    CASE = "case"
    RESOLUTION = "resolution"
    STATEMENT = "statement"
    SOURCE = "source"

    @property
    def folder(self) -> str:
        """Name of the folder that holds entries of this kind."""
        return {"person": "people"}.get(self.value, f"{self.value}s")


class StatusValue(StrEnum):
    """Where a person stands before the law, as last known."""

    IN_COLONY = "in-colony"
    PRE_TRIAL_DETENTION = "pre-trial-detention"
    HOUSE_ARREST = "house-arrest"
    SUSPENDED_SENTENCE = "suspended-sentence"
    UNDER_PROSECUTION = "under-prosecution"
    RELEASED = "released"
    EXCHANGED = "exchanged"
    SENTENCE_ENDED_EARLY = "sentence-ended-early"
    RECORD_LIFTED = "record-lifted"
    ACQUITTED = "acquitted"
    DIED = "died"
    UNKNOWN = "unknown"


class EventType(StrEnum):
    """What can happen to a person, an organisation or in a case."""

    CASE_OPENED = "case-opened"
    SEARCHED = "searched"
    QUESTIONED = "questioned"
    DETAINED = "detained"
    CHARGED = "charged"
    CUSTODY_ORDERED = "custody-ordered"
    CUSTODY_EXTENDED = "custody-extended"
    HOUSE_ARREST = "house-arrest"
    TRAVEL_RESTRICTIONS = "travel-restrictions"
    FORCED_EXAMINATION = "forced-examination"
    TRIAL = "trial"
    VERDICT = "verdict"
    APPEAL_FILED = "appeal-filed"
    APPEAL_REJECTED = "appeal-rejected"
    APPEAL_DECIDED = "appeal-decided"
    RETRIAL = "retrial"
    HELD = "held"
    TRANSFERRED = "transferred"
    HUNGER_STRIKE = "hunger-strike"
    PARDONED = "pardoned"
    RELEASED = "released"
    EXCHANGED = "exchanged"
    SENTENCE_ENDED_EARLY = "sentence-ended-early"
    RECORD_LIFTED = "record-lifted"
    ACQUITTED = "acquitted"
    DIED = "died"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    ELECTED = "elected"
    APPOINTED = "appointed"
    SERVICE = "service"
    PRIZE = "prize"
    PUBLICATION = "publication"
    SUIT_REJECTED = "suit-rejected"
    FOUNDED = "founded"
    SUSPENDED = "suspended"
    BANNED = "banned"
    BAN_UPHELD = "ban-upheld"
    COURT_ORDER = "court-order"
    JUDGMENT = "judgment"
    INCIDENT = "incident"
    OTHER = "other"


class SourceKind(StrEnum):
    """What sort of publication a source is."""

    PRIMARY = "primary"
    COURT = "court"
    NGO = "ngo"
    MEDIA = "media"
    WIKI = "wiki"


class Part(StrEnum):
    """Whose words a paragraph is: the publisher's introduction, or the statement itself."""

    LEAD = "lead"
    BODY = "body"
