"""Starting processes that end together with the one that started them, so that a kill leaves nothing behind."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial

# Linux ends an orphan by itself when it was asked to. Other systems do not: there, whoever comes next must look.
KERNEL_ENDS_ORPHANS = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if KERNEL_ENDS_ORPHANS else None


def end_with(parent: int) -> None:
    """Asks the kernel to kill this process as soon as `parent`, its parent's process id, is gone. Linux only."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before the kernel was asked
        os.kill(os.getpid(), signal.SIGKILL)


def spawn(
    argv: Sequence[str], environ: Mapping[str, str] | None = None, keep_open: Sequence[int] = (), quiet: bool = False
) -> subprocess.Popen[bytes]:
    """Starts `argv` so that it ends with this process; call it from the main thread, which is what the kernel watches.

    A session of its own: Ctrl-C reaches the supervisor alone, which then ends the others in order.
    `keep_open`: descriptors that the new process inherits. `quiet`: its output goes nowhere. Raises OSError.
    """
    output = subprocess.DEVNULL if quiet else None
    return subprocess.Popen(
        list(argv),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=tuple(keep_open),
        start_new_session=True,
        preexec_fn=partial(end_with, os.getpid()),
    )


def alive(pid: int) -> bool:
    """Is there a process with this id? One that belongs to somebody else counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
