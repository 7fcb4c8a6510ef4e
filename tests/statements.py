"""What goes to a school's database, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def heard(engine: Engine) -> Iterator[list[tuple[str, object]]]:
    """Each statement of SQL with its values, in order, while the context is open."""
    statements: list[tuple[str, object]] = []

    def note(connection: object, cursor: object, statement: str, values: object, context: object, many: bool) -> None:
        statements.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
