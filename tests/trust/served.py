"""Two schools by path behind one address of this machine, for a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moderation.web.front import Front
from tests.answering import answering
from tests.trust.schools import FILE, HOSTS, Two, two_schools


@contextmanager
def served_by_path(folder: Path, host: str = "127.0.0.1") -> Iterator[Two]:
    """`host` is how browsers call this machine: they make passkeys for localhost, and for no number."""
    fronts: list[Front] = []
    with answering(lambda environ, start: fronts[0](environ, start)) as port:
        address = f"http://{host}:{port}"
        text = FILE.replace("http://trust.example", address)
        for key, own in HOSTS.items():
            text = text.replace(f"http://{own}", f"{address}/{key}")
        two = two_schools(folder, text)
        fronts.append(Front(two.watched))
        yield two
