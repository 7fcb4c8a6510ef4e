"""A school's pages on a port of this machine, for tests with a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import make_server

from moderation.web import create_app
from tests.builders import School


@contextmanager
def serving(school: School, port: int = 0) -> Iterator[str]:
    """The address of the school's first page."""
    server = make_server("127.0.0.1", port, create_app(school.parts), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
