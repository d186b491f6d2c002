"""The tables. Columns are called like the fields that they keep.

People are referred to by number only; their ids stand in ``accounts`` and ``languages`` and nowhere
else, so that forgetting somebody is deleting there.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from community_bot.domain.address import Platform
from community_bot.publishing.post import Act, PostKind, PostState, RowState
from community_bot.publishing.schedule import Topic
from community_bot.storage.columns import Moment, OneOf, TextMap

REVISION = "0002"
"""The last migration, the one after which a database has these tables."""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    """Return a number; with ``sqlite_autoincrement`` it is never given twice, as in PostgreSQL."""
    return Column("id", Integer, primary_key=True)


destinations = Table(
    "destinations",
    METADATA,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("platform", OneOf(Platform), nullable=False),
    Column("space", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("is_moderators", Boolean, nullable=False),
    Column("stopped", Text, nullable=False),
    UniqueConstraint("platform", "space", "room", "thread"),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    METADATA,
    _id(),
    Column("kind", OneOf(PostKind), nullable=False),
    Column("line", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("author", Integer),
    Column("schedule", Integer),
    Column("state", OneOf(PostState), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("at", Moment),
    Index(None, "state", "at"),
    sqlite_autoincrement=True,
)

placements = Table(
    "placements",
    METADATA,
    Column("post", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "destination",
        ForeignKey("destinations.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("language", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("basis", TextMap, nullable=False),
    Column("rendered_at", Moment),
    Column("checked", Text, nullable=False),
    Column("is_withdrawn", Boolean, nullable=False),
)

outbox = Table(
    "outbox",
    METADATA,
    _id(),
    Column("post", Integer, nullable=False),
    Column("destination", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("act", OneOf(Act), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", OneOf(RowState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Moment, nullable=False),
    Column("sending_since", Moment),
    Column("unsure_since", Moment),
    Column("error", Text, nullable=False),
    UniqueConstraint("post", "destination", "revision", "page"),
    ForeignKeyConstraint(
        ["post", "destination"], ["placements.post", "placements.destination"], ondelete="CASCADE"
    ),
    sqlite_autoincrement=True,
)

_OPEN = "state IN ('pending', 'sending')"
IS_OPEN = text(f"outbox.{_OPEN}")
"""Whether a row is still to be worked on. Written out, for SQLite uses a partial index only where
the query says the same as the index, and a parameter could be anything."""

Index(
    "ix_outbox_open",
    outbox.c.destination,
    outbox.c.id,
    sqlite_where=text(_OPEN),
    postgresql_where=text(_OPEN),
)

messages = Table(
    "messages",
    METADATA,
    Column("post", Integer, primary_key=True),
    Column("destination", Integer, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("sent_at", Moment, nullable=False),
    Column("is_gone", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["post", "destination"], ["placements.post", "placements.destination"], ondelete="CASCADE"
    ),
)

schedules = Table(
    "schedules",
    METADATA,
    _id(),
    Column("cron", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("grace", Integer, nullable=False),
    Column("author", Integer),
    Column("is_paused", Boolean, nullable=False),
    Column("topic", OneOf(Topic)),
    sqlite_autoincrement=True,
)

runs = Table(
    "runs",
    METADATA,
    Column("schedule", ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "destination",
        ForeignKey("destinations.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("next_at", Moment, nullable=False, index=True),
)

follows = Table(
    "follows",
    METADATA,
    _id(),
    Column("topic", OneOf(Topic), nullable=False),
    Column("subject", Text, nullable=False),
    Column("destination", ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
    Column("author", Integer),
    UniqueConstraint("destination", "topic", "subject"),
    sqlite_autoincrement=True,
)

seen = Table(
    "seen",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
)

markers = Table("markers", METADATA, Column("name", Text, primary_key=True))
"""What happened once and for all, by name."""

departures = Table(
    "departures",
    METADATA,
    Column("platform", OneOf(Platform), primary_key=True),
    Column("space", Text, primary_key=True),
    Column("room", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

members = Table(
    "members",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    sqlite_autoincrement=True,
)

accounts = Table(
    "accounts",
    METADATA,
    Column("platform", OneOf(Platform), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("member", ForeignKey("members.number"), nullable=False, index=True),
)

grants = Table(
    "grants",
    METADATA,
    _id(),
    Column("role", Integer, nullable=False),
    Column("member", ForeignKey("members.number"), index=True),
    Column("platform", OneOf(Platform)),
    Column("server", Text),
    Column("room", Text),
    Column("held", Text),
    sqlite_autoincrement=True,
)
"""A grant is to a member, or to who holds a role in a server or a level in a room (``held``)."""

grant_destinations = Table(
    "grant_destinations",
    METADATA,
    Column("grant", ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
)

handled = Table(
    "handled",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)
"""Questions that were begun to be carried out; neither who asked nor what can be told from it."""

languages = Table(
    "languages",
    METADATA,
    Column("platform", OneOf(Platform), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("tag", Text, nullable=False),
)

lease = Table(
    "lease",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("token", Text, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("renewed_at", Moment, nullable=False),
)
