"""What the tests of the queue share: waiting for what must happen, and looking at the processes of an instance."""

import subprocess
import time
from collections.abc import Callable

import psutil

from moderation.settings import Settings

Launch = Callable[..., "subprocess.Popen[str]"]


def until(condition: Callable[[], object], seconds: float = 15.0) -> float:
    """Waits for `condition` and returns the seconds it took; fails if it does not come true in time."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.01)
    return time.monotonic() - began


def servers_of(settings: Settings) -> list[psutil.Process]:
    """The Redis servers that run for this instance."""
    return [one for one in psutil.process_iter() if _serves(one, str(settings.queue_folder))]


def _serves(process: psutil.Process, folder: str) -> bool:
    try:
        return "-server" in process.name() and process.cwd().startswith(folder)
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def gone(process: psutil.Process | int) -> bool:
    """Has this process ended? One that nobody has collected yet has."""
    try:
        return psutil.Process(process if isinstance(process, int) else process.pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
