"""Writers of one SQLite database take turns, first come first served, whichever process they belong to.

SQLite has whoever waits ask again after longer and longer pauses, so whoever has just finished is there first. Here
each writer locks the byte that stands for the moment at which it asked, and waits while an earlier byte is locked. What
is locked is the database's folder, so nothing is written, and the kernel unlocks what a killed process had. It is a
courtesy: SQLite's own lock keeps writers apart, and whoever has waited long for its turn goes to that without one.
"""

import fcntl
import os
import struct
import sys
import time
from pathlib import Path
from typing import Final

PATIENCE: Final = 5.0  # seconds; after that somebody before is frozen, or at something long: SQLite knows which
_PAUSE: Final = 0.002  # seconds
_LOCK: Final = struct.Struct("hhqqi4x")  # the kernel's struct flock: kind, whence, first byte, bytes, process


def take(folder: Path) -> int | None:
    """Waits until everybody who asked before has given back, PATIENCE at most. None: this system has no such turns."""
    if sys.platform != "linux":
        return None
    asked, turn = time.monotonic_ns(), None
    try:
        turn = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.fcntl(turn, fcntl.F_OFD_SETLK, _LOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, asked, 1, 0))
    except OSError:  # a file system without locks, or too many open files: SQLite can say so better
        if turn is not None:
            os.close(turn)
        return None
    try:
        while _anybody_before(turn, asked) and time.monotonic_ns() - asked < PATIENCE * 1e9:
            time.sleep(_PAUSE)
    except BaseException:  # a job's time was over: its turn must not stand before everybody else's
        give_back(turn)
        raise
    return turn


def give_back(turn: int) -> None:
    """Said outright, for a process that was forked meanwhile has the descriptor too."""
    fcntl.fcntl(turn, fcntl.F_OFD_SETLK, _LOCK.pack(fcntl.F_UNLCK, os.SEEK_SET, 0, 0, 0))
    os.close(turn)


def _anybody_before(turn: int, asked: int) -> bool:
    """Whether a lock stands in the way of one on all bytes before ours; only asked, never taken."""
    before = fcntl.fcntl(turn, fcntl.F_OFD_GETLK, _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, asked, 0))
    return bool(_LOCK.unpack(before)[0] != fcntl.F_UNLCK)
