"""The school's virus scanner: what it lets in, what it does not, and what it did not look at. Law 2: never a pass."""

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.media import viruses
from moderation.media.viruses import HARMFUL, TOO_LARGE, UNCHECKED, NotClean, check
from moderation.settings import ClamdAddress, SettingsError, load
from tests.media.scanners import MOST, VIRUS, clamd_program, real_clamd, saying, small_clamd


@pytest.fixture(scope="module", params=["Debian's clamd", "a small server"])
def scanner(request: pytest.FixtureRequest) -> Iterator[ClamdAddress]:
    if request.param == "a small server":
        with small_clamd() as address:
            yield address
        return
    program = clamd_program()
    if program is None:
        message = "clamd is not installed here: bash .ci/servers.sh"
        pytest.fail(message) if os.environ.get("GATEPOST_REQUIRE_SERVERS") == "1" else pytest.skip(message)
    with real_clamd(program) as path:
        yield path


def refused(address: ClamdAddress, data: bytes) -> str:
    with pytest.raises(NotClean) as caught:
        check(address, data)
    return str(caught.value)


@pytest.mark.parametrize("data", [b"", b"a picture", bytes(MOST - 1)], ids=["empty", "short", "long"])
def test_a_clean_file_passes(scanner: ClamdAddress, data: bytes) -> None:
    check(scanner, data)


def test_a_file_that_does_harm_is_refused(scanner: ClamdAddress) -> None:
    assert refused(scanner, b"%PDF-1.7 " + VIRUS + bytes(300_000)) == HARMFUL


def test_a_file_that_it_does_not_take_whole_is_no_pass(scanner: ClamdAddress) -> None:
    assert refused(scanner, bytes(MOST * 4)) == TOO_LARGE


@pytest.mark.parametrize(
    "answer",
    [b"", b"UNKNOWN COMMAND\0", b"stream: OKAY\0", b"stream: scan failed. ERROR\0", b"\0", b"x" * 99_999],
)
def test_an_answer_that_is_none_is_no_pass(answer: bytes) -> None:
    with saying(answer) as address:
        assert refused(address, b"a picture") == UNCHECKED


def test_a_scanner_that_is_away_is_no_pass(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with saying(b"") as gone:
        pass
    with caplog.at_level(logging.WARNING):
        assert refused(gone, b"a picture") == UNCHECKED
    assert "ConnectionRefusedError" in caplog.text
    assert refused(str(tmp_path / "nothing"), b"a picture") == UNCHECKED


def test_a_scanner_that_says_nothing_in_time_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viruses, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        assert refused(deaf.getsockname(), b"a picture") == UNCHECKED


def test_without_a_scanner_nothing_is_asked() -> None:
    check(None, VIRUS)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("", None),
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("scanner.school.example:3310", ("scanner.school.example", 3310)),
    ],
)
def test_where_it_is_stands_in_a_setting(written: str, address: ClamdAddress | None, tmp_path: Path) -> None:
    assert load({"GATEPOST_CLAMD": written}, tmp_path).clamd == address


@pytest.mark.parametrize("written", ["yes", "clamd.ctl", ":3310", "host:", "host:0", "host:70000", "host:x"])
def test_a_setting_that_is_no_address_stops_the_start(written: str, tmp_path: Path) -> None:
    """Rather than running without a scanner."""
    with pytest.raises(SettingsError, match="GATEPOST_CLAMD"):
        load({"GATEPOST_CLAMD": written}, tmp_path)
