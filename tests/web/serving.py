"""A school's pages on a port of this machine, for tests with a real browser."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from moderation.web import create_app
from tests.answering import answering
from tests.builders import School

Environ = dict[str, Any]


@contextmanager
def serving(school: School, port: int = 0, sees: Callable[[Environ], None] | None = None) -> Iterator[str]:
    """The address of the school's first page. `sees` is shown each request before it is answered."""
    app = create_app(school.parts)

    def watched(environ: Environ, start: Any) -> Iterable[bytes]:
        if sees:
            sees(environ)
        return app(environ, start)

    with answering(watched, port) as found:
        yield f"http://127.0.0.1:{found}"
