"""An application that answers on a port of this machine, for tests with a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from werkzeug.serving import make_server


@contextmanager
def answering(app: Any, port: int = 0) -> Iterator[int]:
    """`app`: as WSGI has it. The port; with 0 a free one is found."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
