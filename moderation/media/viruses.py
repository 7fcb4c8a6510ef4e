"""Asks the school's virus scanner, clamd, about a file that came in, where the school has set one."""

import logging
import socket
import struct
from typing import Final

from moderation.rules.language import N_, gettext
from moderation.settings import ClamdAddress

SECONDS: Final = 30  # for each answer; a busy scanner takes some
PIECE: Final = 1 << 16  # bytes
CLEAN: Final = b"stream: OK"

HARMFUL = N_(
    "The school's virus scanner says that it does harm, so it was not taken. Do not upload it again; "
    "tell whoever looks after the school's computers."
)
TOO_LARGE = N_("It is larger than the school's virus scanner takes. Save it in a smaller size and upload that.")
UNCHECKED = N_(
    "It could not be checked for viruses, because the school's virus scanner gives no answer, so it was not taken. "
    "Upload it again in some minutes; if that fails, tell the administrator."
)

log = logging.getLogger(__name__)


class NotClean(Exception):
    """A file that must not be taken; the message says why and what to do, without the file's name."""


def check(address: ClamdAddress | None, data: bytes) -> None:
    """Raises NotClean for a file that does harm and for one that could not be looked at. None: no scanner is set."""
    if address is None:
        return
    try:
        answer = _asked(address, data)
    except OSError as error:
        log.warning("the virus scanner cannot be asked: %s", type(error).__name__)
        raise NotClean(gettext(UNCHECKED)) from None
    if answer == CLEAN:
        return
    if answer.endswith(b" FOUND"):
        log.warning("the virus scanner says that a file does harm; its own log says which harm.")
        raise NotClean(gettext(HARMFUL))
    log.warning("the virus scanner did not look at a file; its own log says why.")
    why = TOO_LARGE if b"size limit exceeded" in answer else UNCHECKED
    raise NotClean(gettext(why))


def _asked(address: ClamdAddress, data: bytes) -> bytes:
    """What clamd says to its command INSTREAM, empty if it says nothing."""
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as line:
        line.settimeout(SECONDS)
        line.connect(address)
        try:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough, and has said why
        answer = b""
        while b"\0" not in answer and len(answer) < PIECE and (more := line.recv(PIECE)):
            answer += more
        return answer.partition(b"\0")[0]
