"""Runs one of the things compared in a process of its own, and says what it cost."""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Run:
    """What one command cost: CPU seconds, peak memory in MB of its largest process, and the lines that it printed."""

    cpu: float
    peak: float
    lines: tuple[str, ...]


def run(*command: str | Path) -> Run:
    """Raises SystemExit if the command failed; exit 1 is `gatepost check` with something to say."""
    with tempfile.TemporaryFile() as out:
        environ = os.environ | {
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_THREAD_LIMIT": "1",
            "PYTHONPATH": str(ROOT),
        }
        quiet = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, "-W", "ignore", *map(str, command)],
            environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1), quiet],
        )
        _, status, used = os.wait4(child, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise SystemExit(f"a command of this comparison failed: {command[:3]}")
        out.seek(0)
        lines = tuple(out.read().decode().splitlines())
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lines)
