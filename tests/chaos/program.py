"""The real program, started as a service manager would: `gatepost serve`, begun again whenever it ends.

On a small disk of its own, where this machine lets a test have one, and under a clock that can be moved.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

from moderation.cli.running import is_well
from moderation.processes import end_with
from tests.acceptance.running import ROOT, free_port, wait_for

DISK = "256m"
CLOCK = Path(__file__).parent / "clock"
ENDS_WITHIN = 25.0  # seconds, of a program that was asked to end


@contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A small file system mounted there; False where this user may not mount one, and then it is a plain folder."""
    folder.mkdir()
    mounted = (
        sys.platform == "linux"
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=700", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        ).returncode
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@dataclass
class Program:
    """One running Gatepost. `hurried`: leases and waits of seconds, for a run that has to be short."""

    instance: Path
    logs: Path
    hurried: bool
    port: int = field(default_factory=free_port)
    starts: int = 0
    left_behind: int = 0  # processes that outlived their supervisor
    _supervisor: subprocess.Popen[bytes] | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _busy: threading.RLock = field(default_factory=threading.RLock)  # one thread starts or ends it

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Of the supervisor, while there is one."""
        running = self._supervisor
        return running.pid if running is not None and running.poll() is None else None

    def move_clock(self, seconds: int) -> None:
        """So many seconds off the right time, for every process of the program but the queue's."""
        whole = self.logs / "clock.new"
        whole.write_text(f"{seconds:+d}\n")
        whole.replace(self.logs / "clock")

    def processes(self) -> list[psutil.Process]:
        """All that belong to it, whoever their parent is now."""
        found = []
        for one in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                mine = one.environ().get("GATEPOST_INSTANCE") == str(self.instance)
                if mine or str(self.instance) in " ".join(one.cmdline()):
                    found.append(one)
        return found

    def _start(self) -> None:
        what = ["tests.chaos.hurried"] if self.hurried else ["moderation.cli", "--instance", str(self.instance)]
        with (self.logs / "program.log").open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", *what, "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=os.environ | self._environ(),
                stdout=log,
                stderr=log,
                preexec_fn=partial(end_with, os.getpid()),  # nothing stays if the test itself is killed
            )
        self.starts += 1

    def _environ(self) -> dict[str, str]:
        path = os.pathsep.join((str(CLOCK), str(ROOT)))
        clock = {"GATEPOST_CHAOS_CLOCK": str(self.logs / "clock"), "PYTHONPATH": path}
        return {"GATEPOST_INSTANCE": str(self.instance), "OMP_NUM_THREADS": "1", **clock}

    def kill(self) -> None:
        """The supervisor, as when the machine runs out of memory; all the others have to go with it."""
        with self._busy:
            if self._supervisor is not None:
                self._supervisor.kill()
                self._supervisor.wait()
                self._count_left_behind()

    def stop(self) -> None:
        """As a service manager asks: all have ended before the supervisor has."""
        with self._busy:
            if self.pid is not None and self._supervisor is not None:
                self._supervisor.send_signal(signal.SIGCONT)
                self._supervisor.terminate()
                try:
                    self._supervisor.wait(ENDS_WITHIN)
                except subprocess.TimeoutExpired:
                    self.left_behind += 1
                    self._supervisor.kill()
                    self._supervisor.wait()
                self._count_left_behind()

    def _count_left_behind(self) -> None:
        deadline = time.monotonic() + 2
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        for one in self.processes():
            self.left_behind += 1
            with suppress(psutil.Error):
                one.kill()

    def keep(self) -> None:
        """Begin it again whenever it has ended, as a service manager does."""
        while not self._over.wait(0.3):
            with self._busy:
                if self.pid is None and not self._over.is_set():
                    self._start()
        self._ended.wait()  # the kernel would end what this thread has begun together with it

    @contextmanager
    def running(self) -> Iterator["Program"]:
        self.move_clock(0)
        keeper = threading.Thread(target=self.keep)
        keeper.start()
        try:
            yield self
        finally:
            self.end()
            keeper.join()

    def end(self) -> None:
        """For good."""
        self._over.set()
        self.stop()
        self._ended.set()

    def until_well(self, seconds: float = 60) -> float:
        return wait_for(lambda: is_well(self.address), seconds, "the program is not well")
