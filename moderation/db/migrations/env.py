"""Alembic's entry: runs the migrations on the connection that `moderation.db.migrate` hands over."""

from typing import Any, Literal

from alembic import context

from moderation.db.base import Moment, Word
from moderation.db.models import Base


def plain(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's own types, so that they outlive our classes."""
    if isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return f"sa.String(length={thing.impl.length})" if isinstance(thing, Word) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
