"""The demonstration school as anybody starts it: `gatepost demo` in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from moderation.settings import load
from moderation.wiring import Parts, wire

ROOT = Path(__file__).parents[2]
ENDED = "Stop it with"


@dataclass
class Demo:
    address: str
    sign_ins: dict[str, tuple[str, str]]
    parts: Parts
    process: subprocess.Popen[str]
    seconds: float

    def children(self, word: str) -> list[psutil.Process]:
        """The supervisor's processes with `word` on their command line."""
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if word in " ".join(child.cmdline()):
                    found.append(child)
            except psutil.NoSuchProcess:
                continue
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until `condition` holds; the seconds it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - started


@contextmanager
def demo(instance: Path) -> Iterator[Demo]:
    port = free_port()
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "moderation.cli", "demo", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "GATEPOST_INSTANCE": str(instance)},
        stdout=subprocess.PIPE,
        stderr=(instance.parent / "demo.log").open("a"),
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith(ENDED):
                break
        seconds = time.monotonic() - started
        said = "".join(lines)
        address = re.search(r"http://\S+", said)
        assert address, f"no address was printed: {said}"
        sign_ins = re.findall(r"^(\w[\w ]*?) {2,}(\S+@\S+) +(\S+)$", said, re.MULTILINE)
        parts = wire(load({}, instance / "demo"))
        yield Demo(address[0], {role: (email, password) for role, email, password in sign_ins}, parts, process, seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


PEAK = "Peak memory in kB: "
# The command, and behind it what this one process took at most: `getrusage` would count its parent, too.
COMMAND = f"""
import atexit, pathlib, re, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print({PEAK!r} + re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1], file=sys.stderr))
from moderation.cli import main
main()
"""


def gatepost(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "GATEPOST_INSTANCE": "/nowhere"}
    command = [sys.executable, "-c", COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environ, timeout=300)
