"""One deadline for a whole call: a server that sends a little now and then is cut off too.

The time limits of `requests` hold for one piece of an answer, so an answer in many small pieces would have no end.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer
from typing import Any

import requests


class _Connections:
    """What was connected to in one call, by handles of our own: TLS takes the first ones over."""

    def __init__(self) -> None:
        self.is_cut = False
        self._handles: list[socket.socket] = []
        self._lock = Lock()

    def note(self, connected: socket.socket) -> None:
        with self._lock:
            self._handles.append(connected.dup())
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        """For whoever reads or writes it is as if the server had hung up."""
        self.is_cut = True
        with self._lock:
            for handle in self._handles:
                with suppress(OSError):  # it was over already
                    handle.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        with self._lock:
            while self._handles:
                self._handles.pop().close()


@contextmanager
def at_most(seconds: float, session: requests.Session) -> Iterator[None]:
    """What the session connects to meanwhile is cut off after so many seconds. Raises requests.Timeout if it was.

    Each call connects anew. Looking up a name is not cut; the system ends that by itself.
    """
    connections = _Connections()
    session.close()
    managers: list[Any] = [adapter.poolmanager for adapter in session.adapters.values()]  # type: ignore[attr-defined]
    before = [manager.pool_classes_by_scheme for manager in managers]
    for manager, pools in zip(managers, before, strict=True):
        manager.pool_classes_by_scheme = {name: _watched(pool, connections.note) for name, pool in pools.items()}
    timer = Timer(max(0.0, seconds), connections.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except requests.RequestException:
        if not connections.is_cut:
            raise
    finally:
        timer.cancel()
        session.close()
        connections.forget()
        for manager, pools in zip(managers, before, strict=True):
            manager.pool_classes_by_scheme = pools
    if connections.is_cut:  # an answer that was cut may look like one that is complete
        raise requests.Timeout


def _watched(pool: Any, note: Callable[[socket.socket], None]) -> Any:
    """The same kind of pool, whose connections are noted as soon as they stand, before TLS is spoken on them."""
    kind = pool.ConnectionCls

    def connected(connection: Any) -> socket.socket:
        sock: socket.socket = kind._new_conn(connection)
        note(sock)
        return sock

    return type(pool.__name__, (pool,), {"ConnectionCls": type(kind.__name__, (kind,), {"_new_conn": connected})})
