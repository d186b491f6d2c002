"""The tables of moderation: changes of the files, what was served, the audit.

Columns are called like the fields that they keep; people stand here by number only.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from community_bot.moderation.change import ChangeKind, ChangeState
from community_bot.storage.columns import Moment, NumberTuple, OneOf, Packed, TextTuple
from community_bot.storage.schema import METADATA

changes = Table(
    "changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", OneOf(ChangeKind), nullable=False),
    Column("state", OneOf(ChangeState), nullable=False, index=True),
    Column("author", Integer),
    Column("summary", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("risks", TextTuple, nullable=False),
    Column("undoes", NumberTuple, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("decided_by", Integer),
    Column("decided_at", Moment),
    Column("needs_second", Boolean, nullable=False),
    Index(None, "author", "created_at"),
    sqlite_autoincrement=True,
)

change_files = Table(
    "change_files",
    METADATA,
    Column("change", ForeignKey("changes.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("path", Text, nullable=False, index=True),
    Column("before", Packed),
    Column("after", Packed),
)

remarks = Table(
    "remarks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("change", ForeignKey("changes.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("author", Integer, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)

served = Table(
    "served",
    METADATA,
    Column("entry", Text, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("text", Packed, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("change", Integer),
)

audit = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Integer),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

marks = Table(
    "marks",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
