"""The settings of how the knowledge is kept right."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Annotated, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from community_bot.app.editorial import Care
from community_bot.app.settings_forms import Real, Section, Whole, parts
from community_bot.domain.entities import Entry
from community_bot.moderation.policy import (
    NEW_PEOPLE,
    QUOTATIONS,
    SECOND_PERSON,
    WITHDRAWALS,
    Policy,
)

_SORTS = (QUOTATIONS, NEW_PEOPLE, WITHDRAWALS)
_FIELDS = frozenset(field.name for kind in get_args(Entry) for field in fields(kind))


def _guarded(value: str) -> str:
    if value not in _SORTS and value not in _FIELDS:
        raise ValueError("no field and no sort of change")
    return value


class ModerationSettings(Section):
    """Who must look at what, how much may be changed, and how long things wait."""

    second_person: Annotated[
        tuple[Annotated[str, AfterValidator(_guarded)], ...], BeforeValidator(parts)
    ] = Field(
        default=tuple(sorted(SECOND_PERSON)),
        description="what two people must look at: a list of fields of entries, and of "
        + ", ".join(_SORTS),
    )
    budget: Whole = Field(
        default=10,
        ge=1,
        le=1_000,
        description="changes that one person may make within budget_minutes before editing freezes "
        "by itself: a whole number to 1000",
    )
    budget_minutes: Real = Field(
        default=5.0, gt=0, le=1_440, description="minutes in which they are counted: to 1440"
    )
    alone_hours: Real = Field(
        default=24.0,
        ge=0,
        le=720,
        description="hours after which the only moderator may approve a proposal of their own: "
        "from 0 to 720",
    )
    review_days: Whole = Field(
        default=90,
        ge=1,
        le=3_650,
        description="days after which somebody should look at an entry again: a whole number",
    )
    undo_days: Whole = Field(
        default=7,
        ge=1,
        le=365,
        description="days for which a change that counted at once can be taken back with one "
        "action: a whole number to 365",
    )
    git: bool = Field(
        default=False,
        description="whether each change is also committed, where the knowledge base is a git work "
        "tree: true or false",
    )

    def care(self, stale_months: int) -> Care:
        """Return it as moderation takes it; ``stale_months`` as in answers."""
        policy = Policy(
            second_person=frozenset(self.second_person),
            budget=self.budget,
            budget_window=timedelta(minutes=self.budget_minutes),
            alone_after=timedelta(hours=self.alone_hours),
            undo_for=timedelta(days=self.undo_days),
            review_after=timedelta(days=self.review_days),
        )
        return Care(policy=policy, in_git=self.git, stale_months=stale_months)
