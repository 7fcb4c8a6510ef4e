"""What is too large for memory on its way in or out is a file like any other, and noise to whoever reads the disk."""

import io
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest

from moderation.media import spool as module
from moderation.media.spool import spool


def test_it_is_written_read_and_sought_like_any_file() -> None:
    chance = random.Random(1)
    ours, other = spool(), io.BytesIO()
    for _ in range(400):
        at, data = chance.randrange(600_000), chance.randbytes(chance.randrange(1, 3000))
        at = min(at, other.seek(0, io.SEEK_END))
        for file in (ours, other):
            file.seek(at)
            file.write(data)
        at, size = chance.randrange(600_000), chance.randrange(50_000)
        ours.seek(at)
        assert ours.read(size) == other.getvalue()[at : at + size]
    ours.seek(0)
    assert ours.read() == other.getvalue()


def test_nothing_of_it_can_be_read_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "spool"

    def named(**options: Any) -> Any:
        return path.open("w+b", **options)

    monkeypatch.setattr(module, "TemporaryFile", named)
    with spool() as file:
        file.write(b"\xff\xd8\xff a picture" * 1000)
        file.flush()
        data = path.read_bytes()
        assert len(data) == 13 * 1000
        assert b"picture" not in data
        assert data[:13] not in data[13:], "the noise does not repeat"
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()


def test_it_leaves_some_of_the_disk_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEFT_FREE", 1.0)
    monkeypatch.setattr(module, "LEFT_FREE_BYTES", 10**18)
    file = spool()
    with pytest.raises(OSError, match="nearly full"):
        file.write(b"x" * module.BUFFER * 2)
    monkeypatch.undo()
    file.close()


def test_it_has_no_name_and_goes_with_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with spool() as file:
        file.write(b"x" * 500_000)
        file.flush()
        assert list(tmp_path.iterdir()) == []
