"""Answers requests until it is asked to end; then takes no new ones and ends those that it has begun.

waitress alone ends at once, and with it what somebody has just sent.
"""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

log = logging.getLogger(__name__)

ENDS_WITHIN: Final = 25.0  # seconds; an upload that takes longer is broken off, and goes on where it was
TURN: Final = 1.0
ARRIVING: Final = 20  # turns in which those who were connected already are let in and read


def answer(app: Callable[..., Any], **settings: Any) -> None:
    """As `waitress.serve`, until SIGTERM or SIGINT."""
    open_ones: dict[int, Any] = {}
    server = create_server(app, map=open_ones, **settings)
    asked: list[int] = []

    def ask(number: int, frame: object) -> None:
        asked.append(number)
        for listener in _listeners(open_ones):
            listener.pull_trigger()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    while not asked:
        wasyncore.loop(timeout=TURN, map=open_ones, count=1)
    _end(open_ones)
    server.task_dispatcher.shutdown(timeout=1)


def _end(open_ones: dict[int, Any]) -> None:
    wasyncore.loop(timeout=0, map=open_ones, count=ARRIVING)
    for listener in _listeners(open_ones):
        wasyncore.dispatcher.close(listener)  # the next one who asks is sent to another machine
    until = time.monotonic() + ENDS_WITHIN
    wasyncore.loop(timeout=0, map=open_ones, count=ARRIVING)
    while (begun := list(_begun(open_ones))) and time.monotonic() < until:
        for channel in begun:
            for request in (*channel.requests, *([channel.request] if channel.request else ())):
                request.headers["CONNECTION"] = "close"  # after this one it is over
        wasyncore.loop(timeout=0.1, map=open_ones, count=1)
    if begun:
        count = len(begun)
        log.warning("%d requests were broken off.", count)


def _listeners(open_ones: dict[int, Any]) -> list[BaseWSGIServer]:
    """Several for a name of several addresses, such as localhost."""
    return [one for one in open_ones.values() if isinstance(one, BaseWSGIServer)]


def _begun(open_ones: dict[int, Any]) -> Iterator[HTTPChannel]:
    for channel in [one for one in open_ones.values() if isinstance(one, HTTPChannel)]:
        if channel.requests or channel.request or channel.total_outbufs_len:
            yield channel
        else:
            channel.handle_close()
