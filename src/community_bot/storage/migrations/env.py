"""Alembic's way in: runs the steps on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from community_bot.storage.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter a table but by making it anew
)
with context.begin_transaction():
    context.run_migrations()
