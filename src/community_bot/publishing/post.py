"""A post, its placement at each destination, and the outbox rows that bring it there.

A post says *what* is posted. A placement is one post at one destination, in one language; its
revision counts how often it was rendered. Each rendering becomes rows, one per message, which the
delivery works through in order. A row's key is the same for every attempt.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MESSAGE_GONE = "delivery-message-gone"
"""Why a row did nothing: somebody had taken its message away."""


class PostKind(StrEnum):
    """What a post is made of."""

    ANSWER = "answer"
    """The reply to a command line, which is run again when what it shows has changed."""
    ANNOUNCEMENT = "announcement"
    """Words as somebody typed them."""
    NOTICE = "notice"
    """The bot's own word to the moderators: ``line`` is JSON of a message key and arguments."""


class PostState(StrEnum):
    """How far a post has come."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is posted, for whom and since when. ``author`` is a member's number.

    ``language`` empty means each destination's own. ``at`` is when it is due, aware UTC.
    """

    id: int = 0
    kind: PostKind
    line: str
    language: str = ""
    author: int | None = None
    schedule: int | None = None
    state: PostState
    created_at: datetime
    at: datetime | None = None

    @property
    def short_id(self) -> str:
        """The id that people see and type."""
        return f"P{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One post at one destination.

    ``digest`` is a hash of the document without its footer as last rendered, at ``rendered_at``;
    ``basis`` the revision of each entry it rests on; ``checked`` the fingerprint of the base that
    it was last compared with.
    """

    post: int
    destination: int
    language: str
    revision: int = 0
    digest: str = ""
    basis: Mapping[str, str] = field(default_factory=dict)
    rendered_at: datetime | None = None
    checked: str = ""
    is_withdrawn: bool = False


class RowState(StrEnum):
    """How far a row has come; the last four are terminal."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    NEEDS_RECONCILE = "needs-reconcile"
    DROPPED = "dropped"
    """Not needed any more: a newer rendering took its place before it was ever sent."""


class Act(StrEnum):
    """What a row does to its message."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message to send, edit or delete. ``id`` is its place in the destination's queue.

    ``payload`` is what the carrier rendered. ``unsure_since`` is when the first attempt began whose
    outcome is still unknown; ``sending_since`` when the present one did. ``error`` is a message
    key.
    """

    id: int = 0
    post: int
    destination: int
    revision: int
    page: int
    act: Act
    payload: str = ""
    state: RowState = RowState.PENDING
    attempts: int = 0
    next_attempt_at: datetime
    sending_since: datetime | None = None
    unsure_since: datetime | None = None
    error: str = ""

    @property
    def key(self) -> str:
        """The idempotency key: the same for each attempt, 22 letters and digits."""
        name = f"{self.post}/{self.destination}/{self.revision}/{self.page}/{self.act}"
        digest = hashlib.sha256(name.encode()).digest()
        return base64.b32encode(digest).decode().lower()[:22]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of ours that stands at a destination: page ``page`` of a placement."""

    post: int
    destination: int
    page: int
    id: str
    sent_at: datetime
    is_gone: bool = False


def mark(post: int, revision: int) -> str:
    """Return the short id that stands under each posted message, such as ``P12 r1``."""
    return f"P{post} r{revision}"
