"""The process that meets strangers' files: what it cannot do, and what becomes of a file that breaks it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from moderation.media import gate, photo
from moderation.media.photo import ingest
from tests.media.pictures import SECRET, busy, encoded, refusal


def with_limit(monkeypatch: pytest.MonkeyPatch, folder: Path, limit: str, smaller: str) -> None:
    """The gate as it is but for one limit, so that reaching it takes a moment instead of a while."""
    program = Path(photo.GATE).read_text(encoding="utf-8")
    assert program.count(limit) == 1
    (folder / "gate.py").write_text(program.replace(limit, smaller), encoding="utf-8")
    monkeypatch.setattr(photo, "GATE", str(folder / "gate.py"))


def test_a_picture_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    jpeg = encoded(Image.new("RGB", (7000, 7000), "red"), "JPEG")
    with_limit(monkeypatch, tmp_path, "MEMORY: Final = 1 << 30", "MEMORY: Final = 1 << 28")
    assert "memory" in refusal(jpeg)


def test_a_picture_that_is_never_done_is_stopped_by_its_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    jpeg = encoded(Image.new("RGB", (7000, 7000), "red"), "JPEG", progressive=True)
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    with_limit(monkeypatch, tmp_path, "CPU_SECONDS: Final = 10", "CPU_SECONDS: Final = 2")
    with_limit(monkeypatch, tmp_path, "MOST_SCANS: Final = 50", "MOST_SCANS: Final = 500")
    began = time.monotonic()
    assert "too long" in refusal(jpeg[:-2] + scan * 400 + jpeg[-2:])
    assert time.monotonic() - began < photo.WALL_SECONDS


@pytest.mark.parametrize(
    ("attempt", "end"),
    [
        ("open('/etc/hostname')", "Too many open files"),
        ("import _socket; _socket.socket()", "Too many open files"),
        ("already.write(b'x'); already.flush()", "File too large"),
        ("import resource; assert resource.getrlimit(resource.RLIMIT_CORE) != (0, 0)", "AssertionError"),
    ],
    ids=["read", "connect", "write", "core"],
)
def test_while_a_picture_is_decoded_nothing_else_can_be_reached(attempt: str, end: str, tmp_path: Path) -> None:
    program = (
        f"import socket; already = open('here', 'wb'); from moderation.media.gate import confine; confine(); {attempt}"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(gate.__file__).parents[2])},
        check=False,
    )
    assert end in ended.stderr


def in_the_gate(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """In the gate's place, what a broken or conquered decoder would do."""
    path = folder / "gate.py"
    path.write_text(f"import json, os, sys, time\n{program}\n")
    monkeypatch.setattr(photo, "GATE", str(path))


def test_the_decoding_process_is_given_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATEPOST_MASTER_KEY", "a key")
    in_the_gate(monkeypatch, tmp_path, "sys.exit(repr(sorted(os.environ)))")
    with pytest.raises(RuntimeError) as caught:
        ingest(b"anything")
    assert "GATEPOST" not in str(caught.value)
    assert "GATEPOST_MASTER_KEY" in os.environ


def test_a_crash_of_the_decoder_is_a_refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_the_gate(monkeypatch, tmp_path, "os.abort()")
    assert "cannot be opened" in refusal(b"anything")


def test_a_decoder_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(photo, "WALL_SECONDS", 0.5)
    in_the_gate(monkeypatch, tmp_path, "time.sleep(60)")
    assert "too long" in refusal(b"anything")


def test_a_gate_that_cannot_run_is_the_program_s_fault_not_the_teacher_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    in_the_gate(monkeypatch, tmp_path, "import no_such_module")
    with pytest.raises(RuntimeError):
        ingest(b"anything")


def test_what_a_decoder_hands_back_beside_pixels_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = b'{"refused": null}\n' + encoded(busy(), "JPEG", comment=SECRET)
    in_the_gate(monkeypatch, tmp_path, f"sys.stdout.buffer.write({answer!r})")
    with pytest.raises(photo.NotPixelsOnly):
        ingest(b"anything")


def test_the_gate_runs_by_its_path_and_takes_no_module_from_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_limit(monkeypatch, tmp_path, "CPU_SECONDS: Final = 10", "CPU_SECONDS: Final = 9")
    (tmp_path / "json.py").write_text("raise ImportError")
    assert ingest(encoded(busy(), "JPEG")).width == 320
