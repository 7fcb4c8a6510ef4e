"""Virus scanners for the tests: Debian's clamd with a signature of our own, and a small server of the same speech."""

import os
import shutil
import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from moderation.processes import end_with
from moderation.settings import ClamdAddress

VIRUS: Final = b"GATEPOST-TEST-SIGNATURE"  # not EICAR's, for which scanners would take this file away
MOST: Final = 1 << 20  # bytes that either of them takes
PATH: Final = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


def clamd_program() -> str | None:
    return shutil.which("clamd") or shutil.which("clamd", path=PATH)


@contextmanager
def real_clamd(program: str) -> Iterator[str]:
    """The path of its socket. Its list of viruses is one line, so that it starts at once and needs no network."""
    with TemporaryDirectory(prefix="clamd") as name:
        folder = Path(name)
        (folder / "own.ndb").write_text(f"Test-Signature:0:*:{VIRUS.hex()}\n")
        conf, line = folder / "clamd.conf", folder / "line"
        conf.write_text(
            f"LocalSocket {line}\nDatabaseDirectory {folder}\nForeground yes\nStreamMaxLength {MOST}\n"
            f"PidFile {folder / 'pid'}\nTemporaryDirectory {folder}\n"
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, "-c", str(conf)], stdout=log, stderr=log, preexec_fn=partial(end_with, os.getpid())
            )
        try:
            began = time.monotonic()
            while not line.exists():
                assert process.poll() is None and time.monotonic() - began < 60, (folder / "log").read_text()
                time.sleep(0.05)
            yield str(line)
        finally:
            process.kill()
            process.wait()


class _Speech(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            if len(data) + length > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            data += self.rfile.read(length)
        found = VIRUS in data
        self.wfile.write(b"stream: Test-Signature.UNOFFICIAL FOUND\0" if found else b"stream: OK\0")


@contextmanager
def small_clamd() -> Iterator[tuple[str, int]]:
    """Host and port of a server that says what clamd says."""
    with answering(_Speech) as address:
        yield address


@contextmanager
def answering(speech: type[socketserver.BaseRequestHandler]) -> Iterator[tuple[str, int]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), speech) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield ("127.0.0.1", server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def saying(answer: bytes) -> Iterator[ClamdAddress]:
    """A scanner that hears everything and says this, whatever it heard."""

    class Saying(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            heard = b""
            while not heard.endswith(bytes(4)):
                heard += self.request.recv(65536)
            self.request.sendall(answer)

    with answering(Saying) as address:
        yield address
