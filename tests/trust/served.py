"""Two schools by path behind one address of this machine, for a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from moderation.web.front import Front
from tests.trust.schools import FILE, HOSTS, Two, two_schools


@contextmanager
def served_by_path(folder: Path, host: str = "127.0.0.1") -> Iterator[Two]:
    """`host` is how browsers call this machine: they make passkeys for localhost, and for no number."""
    fronts: list[Front] = []
    server = make_server("127.0.0.1", 0, lambda environ, start: fronts[0](environ, start), threaded=True)
    address = f"http://{host}:{server.server_port}"
    text = FILE.replace("http://trust.example", address)
    for key, own in HOSTS.items():
        text = text.replace(f"http://{own}", f"{address}/{key}")
    two = two_schools(folder, text)
    fronts.append(Front(two.watched))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield two
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
