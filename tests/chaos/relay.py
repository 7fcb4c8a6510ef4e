"""The network between Gatepost and PostgreSQL, as a relay that can refuse, cut and stall what goes through it."""

import selectors
import socket
import struct
import threading
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final

from sqlalchemy import make_url

_LOOK: Final = 0.02  # seconds between two looks at what is wanted
_AT_ONCE: Final = struct.pack("ii", 1, 0)  # closed so, a connection is reset


class Mode(StrEnum):
    OPEN = "open"
    REFUSED = "refused"  # nobody listens, and who was connected is cut off
    STALLED = "stalled"  # connections are taken, and not a byte goes on


class Relay:
    """From a port of this machine to the server's socket; one thread moves everything."""

    def __init__(self, url: str) -> None:
        """`url`: the database's own address, on a socket in a folder."""
        self._target = make_url(url)
        self.database = str(self._target.database)
        self._server = str(Path(str(self._target.query["host"])) / ".s.PGSQL.5432")
        self._ways = selectors.DefaultSelector()
        self._listener: socket.socket | None = None
        self._listen(0)
        self.port: int = self._listener.getsockname()[1] if self._listener else 0
        self.mode = Mode.OPEN
        self._cut, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        """The database's address by way of the relay; who comes by it says so to the server."""
        query = {"application_name": "relayed"}
        by_relay = self._target.set(host="127.0.0.1", port=self.port, query=query)
        return by_relay.render_as_string(hide_password=False)

    def reset(self) -> None:
        """Every connection ends at once, without a goodbye; a new one may be made."""
        self._cut.set()
        while self._cut.is_set() and self._thread.is_alive():
            self._over.wait(_LOOK)

    def __enter__(self) -> "Relay":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _listen(self, port: int) -> None:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen(100)
        self._ways.register(self._listener, selectors.EVENT_READ, None)

    def _run(self) -> None:
        while not self._over.is_set():
            if self._cut.is_set() or self.mode is Mode.REFUSED:
                self._end_all()
                self._cut.clear()
            if (self.mode is Mode.REFUSED) == (self._listener is not None):
                self._open_or_close()
            if self.mode is Mode.STALLED:
                self._over.wait(_LOOK)
                continue
            for key, _ in self._ways.select(_LOOK):
                self._move(key)
        self._end_all()

    def _open_or_close(self) -> None:
        if self._listener is None:
            self._listen(self.port)
        else:
            self._ways.unregister(self._listener)
            self._listener.close()
            self._listener = None

    def _move(self, key: selectors.SelectorKey) -> None:
        source, other = key.fileobj, key.data
        assert isinstance(source, socket.socket)
        if other is None:
            self._connect(source.accept()[0])
        elif source.fileno() >= 0:  # its partner may have ended in this very round
            try:
                data = source.recv(2**16)
                other.sendall(data)
            except OSError:
                data = b""
            if not data:
                self._end(source, other)

    def _connect(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._server)
        except OSError:  # the server is away
            _close(client, server)
            return
        self._ways.register(client, selectors.EVENT_READ, server)
        self._ways.register(server, selectors.EVENT_READ, client)

    def _end(self, *both: socket.socket) -> None:
        for one in both:
            self._ways.unregister(one)
        _close(*both)

    def _end_all(self) -> None:
        for key in list(self._ways.get_map().values()):
            if key.data is not None and isinstance(key.fileobj, socket.socket):
                self._ways.unregister(key.fileobj)
                _close(key.fileobj)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        if one.family == socket.AF_INET:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        one.close()
