"""What is known outside the database: the same from a file and from a bucket, whole at every moment."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from moderation.media.books import Book, FileBook, Line, in_order, text
from moderation.media.bucket_book import BucketBook
from moderation.rules.media import MediaAway
from tests import buckets

_numbers = count(1)


@pytest.fixture(params=["a file", pytest.param("a bucket", marks=buckets.needed)])
def twice(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Book, Book]:
    """One book, opened by two who know nothing of each other."""
    if request.param == "a file":
        return FileBook(tmp_path / "book.jsonl"), FileBook(tmp_path / "book.jsonl")
    assert buckets.server().client
    prefix = f"book{next(_numbers)}/"
    return BucketBook(buckets.server().door(), prefix), BucketBook(buckets.server().door(), prefix)


def line(number: int, **more: object) -> Line:
    return {"number": number, "hash": f"{number:064x}", "action": "submitted", **more}


def test_lines_stay_in_their_order_whoever_writes_them_and_none_is_there_twice(twice: tuple[Book, Book]) -> None:
    one, other = twice
    assert one.newest() is None and in_order(one) == [] and one.beyond(0) == []
    one.append(map(line, (8, 9)))
    other.append(map(line, (8, 9, 10, 11)))
    one.append(map(line, (9, 10, 11)))
    assert in_order(one) == in_order(other) == [line(number) for number in (8, 9, 10, 11)]
    assert one.newest() == line(11)
    assert one.beyond(9) == [line(10), line(11)] and other.beyond(11) == []
    assert text(one).count(b"\n") == 4
    one.clear()
    assert other.newest() is None


def test_numbers_go_on_from_a_line_that_begins(twice: tuple[Book, Book]) -> None:
    """After an older database was confirmed; the lines that are lost stay, for whoever asks what was."""
    one, other = twice
    lines = [*map(line, range(1, 121)), line(91, begins=True), line(92), line(93, begins=True), line(94)]
    one.append(lines)
    other.append([line(94), line(95)])
    assert in_order(one) == [*lines, line(95)]
    assert one.newest() == line(95)


def test_a_line_may_be_long(twice: tuple[Book, Book]) -> None:
    one, other = twice
    long = line(2, media=" ".join(f"{number:064x}" for number in range(200)))
    one.append([line(1, media="a" * 400), long])
    assert other.newest() == long and in_order(other)[0]["media"] == "a" * 400
    assert other.beyond(1) == [long]


def test_half_a_line_is_no_line_and_is_written_again(tmp_path: Path) -> None:
    book = FileBook(tmp_path / "book.jsonl")
    book.append(map(line, range(1, 10)))
    whole = (tmp_path / "book.jsonl").read_bytes()
    (tmp_path / "book.jsonl").write_bytes(whole[:-20] + b"\0" * 100_000)
    assert book.newest() == line(8)
    book.append([line(9)])
    assert in_order(book) == [line(number) for number in range(1, 10)]


@pytest.fixture
def server() -> Iterator[buckets.Server]:
    server = buckets.Server()
    assert server.client
    yield server
    server.remove()


@buckets.needed
def test_a_bucket_that_is_away_keeps_nothing_back_and_nothing_out_of_order(server: buckets.Server) -> None:
    """Who only asks is told what was known last; who decides is told that nobody knows."""
    book = BucketBook(server.door(), "book/")
    book.append([line(1)])
    assert book.newest() == line(1)

    def lines() -> Iterator[Line]:
        yield line(2)
        server.stop()
        yield line(3)

    server_side = lines()
    book.append([next(server_side)])
    assert book.newest() == line(2)
    with pytest.raises(MediaAway):
        book.append(server_side)
    with pytest.raises(MediaAway):
        book.newest()
    assert book.newest(lately=True) == line(2)
    server.start()
    book.append([line(2), line(3), line(4)])
    assert in_order(book) == [line(1), line(2), line(3), line(4)]
